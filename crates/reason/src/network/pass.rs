//! The forward and the backward pass over the table.
//!
//! Each positive finding has one auxiliary bit: has anything produced it so far? A bit opens with the first
//! condition that may produce its finding and closes after the last, where only "produced" survives. The forward
//! pass carries the weight of every combination of open bits, the backward pass the probability of what is still
//! to come; their product gives every posterior at once. All terms are non-negative, so no digits cancel, and
//! the order of summation is fixed, so the answer is the same on every machine. Conditions that may produce a
//! single positive finding never enter the table: they are summed into it when its bit closes.

use super::lanes::{Lanes, widest};
use super::numbers::{Numbers, Posteriors};
use super::order::{Op, Order, ParentAt, Step};
use super::table::{Link, Tape, expect, pairs, produce, states_without, unfold};

/// Room that the passes work in, kept from one run to the next.
#[derive(Debug, Default)]
pub(super) struct Room<const L: usize> {
    tape: Tape<L>,
    /// Of each state: probability of what is still to come.
    ahead: Vec<Lanes<L>>,
    /// The same when the condition at hand is present.
    acting: Vec<Lanes<L>>,
}

/// Both passes for `L` problems of one structure.
pub(super) struct Pass<'o, const L: usize> {
    order: &'o Order,
    numbers: &'o Numbers<L>,
    /// Likelihood of the negative findings, with what the ends of links say about their starts.
    absorbed: &'o [Lanes<L>],
    /// Of each condition: prior with the absorbed findings, as a probability of presence in isolation.
    alone: Vec<Lanes<L>>,
    /// Of each positive finding: probability that no leaf produces it.
    leaves_silent: Vec<Lanes<L>>,
    /// Whether shares are wanted.
    shares: bool,
}

/// Weight of a condition being present, with its negative findings, and of being absent.
struct Prior<const L: usize> {
    present: Lanes<L>,
    absent: Lanes<L>,
}

impl<'o, const L: usize> Pass<'o, L> {
    pub(super) fn new(order: &'o Order, numbers: &'o Numbers<L>, absorbed: &'o [Lanes<L>], shares: bool) -> Self {
        let alone: Vec<Lanes<L>> = numbers
            .prior
            .iter()
            .zip(absorbed)
            .map(|(prior, absorbed)| {
                let present = *prior * *absorbed;
                present.over(present + Lanes::ONE - *prior, *prior)
            })
            .collect();
        let silent = |leaf: &ParentAt| (alone[leaf.condition] * numbers.weight[leaf.at]).contrary();
        let leaves_silent = order
            .leaves
            .iter()
            .map(|leaves| leaves.iter().fold(Lanes::ONE, |product, leaf| product * silent(leaf)))
            .collect();
        Self { order, numbers, absorbed, alone, leaves_silent, shares }
    }

    /// The sum of the table.
    pub(super) fn evidence(&self, room: &mut Room<L>) -> Lanes<L> {
        widest(
            #[inline(always)]
            || {
                self.forward(room);
                room.tape.last()[0]
            },
        )
    }

    /// Posteriors of all conditions but the ends of links that never enter the table.
    pub(super) fn posteriors(self, room: &mut Room<L>) -> Posteriors<L> {
        widest(
            #[inline(always)]
            || self.both(room),
        )
    }

    #[inline(always)]
    fn both(&self, room: &mut Room<L>) -> Posteriors<L> {
        self.forward(room);
        let mut posteriors = Posteriors {
            table: room.tape.last()[0],
            outside: self.outside(),
            // Conditions that touch no positive finding keep this; the rest is overwritten.
            present: self.alone.clone(),
            accounts: vec![Lanes::ZERO; if self.shares { self.alone.len() } else { 0 }],
        };
        self.backward(room, &mut posteriors);
        for positive in &self.order.leaf_only {
            let leak = self.numbers.leak[*positive];
            self.leaf_posteriors(*positive, leak, leak.contrary(), &mut posteriors);
        }
        posteriors
    }

    /// Probability of all findings that the table does not hold.
    #[inline(always)]
    fn outside(&self) -> Lanes<L> {
        let negative = self.order.outside.iter().map(|condition| {
            let prior = self.numbers.prior[*condition];
            prior.contrary() + prior * self.absorbed[*condition]
        });
        let positive = self.order.leaf_only.iter().map(|positive| {
            let leak = self.numbers.leak[*positive];
            leak + leak.contrary() * self.leaves_silent[*positive].contrary()
        });
        negative.chain(positive).fold(Lanes::ONE, |product, factor| product * factor)
    }

    #[inline(always)]
    fn forward(&self, room: &mut Room<L>) {
        let tape = &mut room.tape;
        tape.start(self.order.entries);
        for op in &self.order.ops {
            let len = tape.last().len();
            match op {
                Op::OpenFinding(positive) => {
                    let leak = self.numbers.leak[*positive];
                    let (before, after) = tape.push(len * 2);
                    let (off, on) = after.split_at_mut(len);
                    for ((off, on), value) in off.iter_mut().zip(on).zip(before) {
                        *off = *value * leak.contrary();
                        *on = *value * leak;
                    }
                }
                Op::OpenTrigger => {
                    let (before, after) = tape.push(len * 2);
                    let (off, on) = after.split_at_mut(len);
                    off.copy_from_slice(before);
                    on.fill(Lanes::ZERO);
                }
                Op::Condition(step) => {
                    let (before, after) = tape.push(len);
                    self.sum_in(step, before, after);
                }
                Op::DropTrigger(bit) => {
                    let (before, after) = tape.push(len / 2);
                    after.iter_mut().zip(pairs(before, *bit)).for_each(|(sum, (off, on))| *sum = off + on);
                }
                Op::Close { bit, positive } => {
                    let produced = self.leaves_silent[*positive].contrary();
                    let (before, after) = tape.push(len / 2);
                    after.iter_mut().zip(pairs(before, *bit)).for_each(|(sum, (off, on))| *sum = on + off * produced);
                }
            }
        }
    }

    /// The table after a condition is summed in.
    #[inline(always)]
    fn sum_in(&self, step: &Step, before: &[Lanes<L>], after: &mut [Lanes<L>]) {
        // By index: iterators make the compiler work across entries, where the lanes of one entry are side by side.
        self.each(step, before.len(), |state, prior| after[state] = before[state] * prior.present);
        produce(after, self.acts(step));
        self.each(step, before.len(), |state, prior| after[state] += before[state] * prior.absent);
    }

    /// Runs through the states of a table with what the prior of a step's condition is in them: certain once something has
    /// led to it.
    #[inline(always)]
    fn each(&self, step: &Step, len: usize, mut run: impl FnMut(usize, &Prior<L>)) {
        let likelihood = self.absorbed[step.condition];
        let prior = self.numbers.prior[step.condition];
        let free = Prior { present: prior * likelihood, absent: prior.contrary() };
        let Some(bit) = step.trigger else {
            (0..len).for_each(|state| run(state, &free));
            return;
        };
        let certain = Prior { present: likelihood, absent: Lanes::ZERO };
        for off in states_without(1 << bit, len) {
            run(off, &free);
            run(off | 1 << bit, &certain);
        }
    }

    #[inline(always)]
    fn acts(&self, step: &Step) -> impl Iterator<Item = Link<L>> {
        let findings =
            step.findings.iter().map(|act| Link { bit: act.bit, weight: self.numbers.weight[act.parent.at] });
        findings.chain(step.links.iter().map(|(bit, link)| Link { bit: *bit, weight: self.numbers.link[*link] }))
    }

    #[inline(always)]
    fn backward(&self, room: &mut Room<L>, posteriors: &mut Posteriors<L>) {
        let Room { tape, ahead, acting } = room;
        ahead.clear();
        ahead.push(Lanes::ONE);
        for op in self.order.ops.iter().rev() {
            tape.pop();
            let table = tape.last();
            match op {
                Op::OpenFinding(positive) => {
                    let leak = self.numbers.leak[*positive];
                    let half = ahead.len() / 2;
                    for state in 0..half {
                        ahead[state] = leak.contrary() * ahead[state] + leak * ahead[half + state];
                    }
                    ahead.truncate(half);
                }
                Op::OpenTrigger => ahead.truncate(ahead.len() / 2),
                Op::DropTrigger(bit) => unfold(ahead, *bit, |value| (value, value)),
                Op::Close { bit, positive } => {
                    let (mut produced, mut not_yet) = (Lanes::ZERO, Lanes::ZERO);
                    for ((off, on), ahead) in pairs(table, *bit).zip(ahead.iter()) {
                        produced += on * *ahead;
                        not_yet += off * *ahead;
                    }
                    self.leaf_posteriors(*positive, produced, not_yet, posteriors);
                    let produced = self.leaves_silent[*positive].contrary();
                    unfold(ahead, *bit, |value| (value * produced, value));
                }
                Op::Condition(step) => self.step_back(step, table, ahead, acting, posteriors),
            }
        }
    }

    /// Posterior of a condition; takes what is ahead back over its step.
    #[inline(always)]
    fn step_back(
        &self,
        step: &Step,
        table: &[Lanes<L>],
        ahead: &mut [Lanes<L>],
        acting: &mut Vec<Lanes<L>>,
        posteriors: &mut Posteriors<L>,
    ) {
        acting.clear();
        acting.extend_from_slice(ahead);
        expect(acting, self.acts(step));
        if self.shares {
            let accounts = self.accounts(step, table, acting);
            posteriors.accounts[step.condition] = accounts.over(posteriors.table, Lanes::ZERO);
        }
        let present = self.present(step, table, ahead, acting);
        let known = &mut posteriors.present[step.condition];
        *known = present.over(posteriors.table, *known);
    }

    /// Weight of a condition being present; takes what is ahead back over its step.
    #[inline(always)]
    fn present(&self, step: &Step, table: &[Lanes<L>], ahead: &mut [Lanes<L>], acting: &[Lanes<L>]) -> Lanes<L> {
        let mut present = Lanes::ZERO;
        self.each(step, table.len(), |state, prior| {
            let acting = prior.present * acting[state];
            present += table[state] * acting;
            ahead[state] = prior.absent * ahead[state] + acting;
        });
        present
    }

    /// Weight of the findings that this condition produces, each by how much it tells. Where the link is on, the finding
    /// is there, whether something produced it before or not.
    #[inline(always)]
    fn accounts(&self, step: &Step, table: &[Lanes<L>], acting: &[Lanes<L>]) -> Lanes<L> {
        let mut sum = Lanes::ZERO;
        for own in step.findings.iter().filter(|act| act.parent.counts) {
            let mut produced = Lanes::ZERO;
            self.each(step, table.len(), |state, prior| {
                produced += table[state] * prior.present * acting[state | 1 << own.bit];
            });
            sum += self.numbers.information[own.parent.positive] * self.numbers.weight[own.parent.at] * produced;
        }
        sum / self.numbers.all_information
    }

    /// Posteriors of the leaves of one finding, from the weight with and without it being produced already.
    #[inline(always)]
    fn leaf_posteriors(&self, positive: usize, produced: Lanes<L>, not_yet: Lanes<L>, posteriors: &mut Posteriors<L>) {
        let silent = self.leaves_silent[positive];
        let total = produced + not_yet * silent.contrary();
        for leaf in &self.order.leaves[positive] {
            let weight = self.numbers.weight[leaf.at];
            let prior = self.alone[leaf.condition];
            let others_silent = silent.over((prior * weight).contrary(), Lanes::ZERO);
            let idle = prior * weight.contrary() * (produced + not_yet * others_silent.contrary());
            let acting = prior * weight * (produced + not_yet);
            let known = &mut posteriors.present[leaf.condition];
            *known = (idle + acting).over(total, *known);
            if self.shares && leaf.counts {
                let share = self.numbers.information[positive] / self.numbers.all_information;
                posteriors.accounts[leaf.condition] = (share * acting).over(total, Lanes::ZERO);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Parent, Positive, Problem};

    /// Twelve conditions, five findings, links in a chain and to a common end.
    fn problem() -> Problem {
        let number = |seed: usize| 0.05 + (seed * 37 % 89) as f64 / 100.0;
        let parent = |seed: usize, condition| Parent { condition, weight: number(seed), counts: condition % 3 != 0 };
        let positives = (0..5).map(|at| Positive {
            leak: 0.1 * number(at),
            information: 1.0 + number(at + 3),
            parents: (0..12).filter(|condition| (condition + at) % 3 != 1).map(|c| parent(at * 12 + c, c)).collect(),
        });
        Problem {
            prior: (0..12).map(number).collect(),
            absorbed: (20..32).map(number).collect(),
            positives: positives.collect(),
            links: vec![(0, 3, 0.4), (3, 7, 0.2), (5, 7, 0.6)],
        }
    }

    #[test]
    fn the_widest_instructions_change_no_bit() {
        let problem = problem();
        let order = Order::compile(&problem);
        let numbers = Numbers::<4>::of([&problem; 4]);
        let pass = || Pass::new(&order, &numbers, &numbers.absorbed, true);
        let bits = |posteriors: Posteriors<4>| {
            let all = posteriors.present.into_iter().chain(posteriors.accounts).chain([posteriors.table]);
            all.map(|value| value[2].to_bits()).collect::<Vec<_>>()
        };
        let plain = bits(pass().both(&mut Room::default()));
        assert!(plain.iter().any(|bits| f64::from_bits(*bits) > 0.0));
        assert_eq!(bits(pass().posteriors(&mut Room::default())), plain);
    }
}
