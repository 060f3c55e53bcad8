//! The forward and the backward pass over the table.
//!
//! Each positive finding has one auxiliary bit: has anything produced it so far? A bit opens with the first
//! condition that may produce its finding and closes after the last, where only "produced" survives. The forward
//! pass carries the weight of every combination of open bits, the backward pass the probability of what is still
//! to come; their product gives every posterior at once. All terms are non-negative, so no digits cancel, and
//! the order of summation is fixed, so the answer is the same on every machine. Conditions that may produce a
//! single positive finding never enter the table: they are summed into it when its bit closes.

use super::lanes::Lanes;
use super::numbers::{Numbers, Posteriors};
use super::order::{Op, Order, ParentAt, Step};
use super::table::{Tape, expect, pairs, produce, unfold};

/// Room that the passes work in, kept from one run to the next.
#[derive(Debug, Default)]
pub(super) struct Room<const L: usize> {
    tape: Tape<L>,
    /// Of each state: probability of what is still to come.
    ahead: Vec<Lanes<L>>,
    side: Side<L>,
}

/// What is ahead under other assumptions about the condition at hand.
#[derive(Debug, Default)]
struct Side<const L: usize> {
    /// When it is present.
    acting: Vec<Lanes<L>>,
    /// And with one of its links off.
    off: Vec<Lanes<L>>,
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
        self.forward(room);
        room.tape.last()[0]
    }

    /// Posteriors of all conditions but the ends of links that never enter the table.
    pub(super) fn posteriors(self, room: &mut Room<L>) -> Posteriors<L> {
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
                    after[..len].copy_from_slice(before);
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
    fn sum_in(&self, step: &Step, before: &[Lanes<L>], after: &mut [Lanes<L>]) {
        let prior = self.prior(step);
        let likelihood = self.absorbed[step.condition];
        // By index: iterators make the compiler work across entries, where the lanes of one entry are side by side.
        for state in 0..before.len() {
            after[state] = before[state] * prior(state) * likelihood;
        }
        for (bit, weight) in self.acts(step) {
            produce(after, bit, weight);
        }
        for state in 0..before.len() {
            after[state] += before[state] * prior(state).contrary();
        }
    }

    /// The prior of a step's condition in each state: certain once something has led to it.
    fn prior(&self, step: &Step) -> impl Fn(usize) -> Lanes<L> + use<L> {
        let prior = self.numbers.prior[step.condition];
        let trigger = step.trigger;
        move |state| if trigger.is_some_and(|bit| state >> bit & 1 == 1) { Lanes::ONE } else { prior }
    }

    fn acts(&self, step: &Step) -> impl Iterator<Item = (usize, Lanes<L>)> {
        let findings = step.findings.iter().map(|act| (act.bit, self.numbers.weight[act.parent.at]));
        findings.chain(step.links.iter().map(|(bit, link)| (*bit, self.numbers.link[*link])))
    }

    fn backward(&self, room: &mut Room<L>, posteriors: &mut Posteriors<L>) {
        let Room { tape, ahead, side } = room;
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
                Op::Condition(step) => self.step_back(step, table, ahead, side, posteriors),
            }
        }
    }

    /// Posterior of a condition; takes what is ahead back over its step.
    fn step_back(
        &self,
        step: &Step,
        table: &[Lanes<L>],
        ahead: &mut [Lanes<L>],
        side: &mut Side<L>,
        posteriors: &mut Posteriors<L>,
    ) {
        side.acting.clear();
        side.acting.extend_from_slice(ahead);
        for (bit, weight) in self.acts(step) {
            expect(&mut side.acting, bit, weight);
        }
        if self.shares {
            let accounts = self.accounts(step, table, ahead, side);
            posteriors.accounts[step.condition] = accounts.over(posteriors.table, Lanes::ZERO);
        }
        let present = self.present(step, table, ahead, &side.acting);
        let known = &mut posteriors.present[step.condition];
        *known = present.over(posteriors.table, *known);
    }

    /// Weight of a condition being present; takes what is ahead back over its step.
    fn present(&self, step: &Step, table: &[Lanes<L>], ahead: &mut [Lanes<L>], acting: &[Lanes<L>]) -> Lanes<L> {
        let prior = self.prior(step);
        let likelihood = self.absorbed[step.condition];
        let mut present = Lanes::ZERO;
        for state in 0..table.len() {
            let prior = prior(state);
            present += table[state] * prior * likelihood * acting[state];
            ahead[state] = prior.contrary() * ahead[state] + prior * likelihood * acting[state];
        }
        present
    }

    /// Weight of the findings that this condition produces: for each, all its weight less that with the link off.
    fn accounts(&self, step: &Step, table: &[Lanes<L>], ahead: &[Lanes<L>], side: &mut Side<L>) -> Lanes<L> {
        let Side { acting, off } = side;
        let prior = self.prior(step);
        let likelihood = self.absorbed[step.condition];
        let mut sum = Lanes::ZERO;
        for own in step.findings.iter().filter(|act| act.parent.counts) {
            off.clear();
            off.extend_from_slice(ahead);
            for (bit, weight) in self.acts(step).filter(|(bit, _)| *bit != own.bit) {
                expect(off, bit, weight);
            }
            let idle = self.numbers.weight[own.parent.at].contrary();
            let mut on = Lanes::ZERO;
            for (state, ((value, acting), off)) in table.iter().zip(acting.iter()).zip(off.iter()).enumerate() {
                on += *value * prior(state) * likelihood * (*acting - idle * *off);
            }
            sum += self.numbers.information[own.parent.positive] * on;
        }
        sum / self.numbers.all_information
    }

    /// Posteriors of the leaves of one finding, from the weight with and without it being produced already.
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
