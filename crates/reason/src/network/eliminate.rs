//! Exact inference by eliminating one condition after the other.
//!
//! Each positive finding has one auxiliary bit: has anything produced it so far? A bit opens with the first
//! condition that may produce its finding and closes after the last, where only "produced" survives. A forward
//! pass carries the weight of every combination of open bits, a backward pass the probability of what is still
//! to come; their product gives every posterior at once. All terms are non-negative, so no digits cancel, and
//! the order of summation is fixed, so the answer is the same on every machine. The table has `2^width` entries,
//! where the width is the largest number of bits open together; the order of conditions is chosen greedily to
//! keep it small. Conditions that may produce a single positive finding never enter the table: they are summed
//! into it when its bit closes.

use super::problem::{Posterior, Problem};

/// One step over the table of open bits.
#[derive(Debug, Clone, PartialEq)]
enum Op {
    /// A new highest bit: the finding's leak, or "nothing has led to the condition yet".
    OpenFinding(usize),
    /// A new highest bit for a condition that others may lead to.
    OpenTrigger,
    /// Sums a condition in.
    Condition(Step),
    /// Drops the bit of a trigger.
    DropTrigger(usize),
    /// Closes a finding: leaves may still produce it, then it must be produced.
    Close {
        /// Bit.
        bit: usize,
        /// Finding.
        positive: usize,
    },
}

/// How one condition acts on the table.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    condition: usize,
    trigger: Option<usize>,
    /// Bit, positive finding and parent slot.
    findings: Vec<(usize, usize, usize)>,
    /// Bit and link.
    links: Vec<(usize, usize)>,
}

/// The order of elimination: compiled once, run for many parameter draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    ops: Vec<Op>,
    /// Conditions summed in at the close of their only finding: (condition, finding, parent slot).
    leaves: Vec<(usize, usize, usize)>,
    /// Findings that only leaves may produce.
    leaf_only: Vec<usize>,
    /// Links whose end no positive finding touches and nothing else leads to or from: (link, from, to). They are
    /// summed into their start and read off afterwards.
    folded: Vec<(usize, usize, usize)>,
    /// Conditions that only links reach and no evidence touches, with those links (link, from): they sum to one, so
    /// they never enter the table; their own probability needs one more forward pass each.
    barren: Vec<(usize, Vec<(usize, usize)>)>,
    width: usize,
    cost: f64,
}

impl Order {
    /// Chooses an order for the structure of a problem (which priors are 0, who may produce what).
    pub fn compile(problem: &Problem) -> Self {
        let n = problem.prior.len();
        let possible = possible(problem);
        let active = |condition: usize| possible[condition];
        let mut slots: Vec<Vec<(usize, usize)>> = vec![Vec::new(); n];
        for (at, positive) in problem.positives.iter().enumerate() {
            for (slot, parent) in positive.parents.iter().enumerate() {
                slots[parent.condition].push((at, slot));
            }
        }
        let mut links: Vec<usize> = (0..problem.links.len()).filter(|at| active(problem.links[*at].0)).collect();
        let folded: Vec<_> = links
            .iter()
            .map(|at| (*at, problem.links[*at].0, problem.links[*at].1))
            .filter(|(_, from, to)| {
                let touching = links.iter().filter(|at| problem.links[**at].1 == *to || problem.links[**at].0 == *to);
                let start_is_reached = links.iter().any(|at| problem.links[*at].1 == *from);
                slots[*to].is_empty() && touching.count() == 1 && !start_is_reached
            })
            .collect();
        links.retain(|at| !folded.iter().any(|(link, ..)| link == at));
        let barren: Vec<(usize, Vec<(usize, usize)>)> = (0..n)
            .filter(|to| slots[*to].is_empty() && problem.absorbed[*to] == 1.0)
            .filter(|to| !links.iter().any(|at| problem.links[*at].0 == *to))
            .map(|to| {
                let reaching = links.iter().filter(|at| problem.links[**at].1 == to);
                (to, reaching.map(|at| (*at, problem.links[*at].0)).collect::<Vec<_>>())
            })
            .filter(|(_, reaching)| !reaching.is_empty())
            .collect();
        let is_barren = |condition: usize| barren.iter().any(|(to, _)| *to == condition);
        let all_links = links.clone();
        links.retain(|at| !is_barren(problem.links[*at].1));
        let linked = |c: usize| all_links.iter().any(|at| problem.links[*at].0 == c || problem.links[*at].1 == c);
        let mut leaves = Vec::new();
        let mut core = Vec::new();
        for (condition, slots) in slots.iter().enumerate().filter(|(c, _)| !is_barren(*c) && active(*c)) {
            match (slots.as_slice(), linked(condition)) {
                ([], false) => {}
                ([(positive, slot)], false) => leaves.push((condition, *positive, *slot)),
                _ => core.push(condition),
            }
        }
        let mut left = vec![0; problem.positives.len()];
        for condition in &core {
            for (positive, _) in &slots[*condition] {
                left[*positive] += 1;
            }
        }
        let leaf_only = (0..problem.positives.len()).filter(|at| left[*at] == 0).collect();
        // Two greedy orders, one finding or one condition at a time; the second is tried when the first is dear.
        let build = |by_finding: bool| {
            let mut builder = Builder::new(problem, &links, &slots, &left, &core);
            let mut waiting = core.clone();
            loop {
                let next =
                    if by_finding { builder.next_for_finding(&waiting) } else { builder.next_condition(&waiting) };
                let Some(at) = next else { break };
                let condition = waiting.remove(at);
                builder.eliminate(condition, &waiting);
            }
            builder
        };
        let mut best = build(true);
        if best.cost > CHEAP {
            let other = build(false);
            if other.cost < best.cost {
                best = other;
            }
        }
        Self { ops: best.ops, leaves, leaf_only, folded, barren, width: best.width, cost: best.cost }
    }

    /// Largest number of bits open together: tables have `2^width` entries.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Table entries touched by one run, about.
    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// Runs the compiled order on numbers of the same structure.
    pub fn solve(&self, problem: &Problem) -> Posterior {
        self.run(problem, true)
    }

    /// As [`Order::solve`], without the shares (they stay 0): several times faster.
    pub fn solve_presence(&self, problem: &Problem) -> Posterior {
        self.run(problem, false)
    }

    fn run(&self, problem: &Problem, shares: bool) -> Posterior {
        // What the folded ends say about their starts, then the ends given their starts.
        let mut reduced = problem.clone();
        for (link, from, to) in &self.folded {
            let (without, with) = end_weights(problem, *link, *to);
            reduced.absorbed[*from] *= (with.0 + with.1) / (without.0 + without.1);
        }
        let run = Run::new(self, &reduced, shares);
        let mut posterior = run.solve();
        for (link, from, to) in &self.folded {
            let (without, with) = end_weights(problem, *link, *to);
            let start = posterior.present[*from];
            posterior.present[*to] =
                start * with.1 / (with.0 + with.1) + (1.0 - start) * without.1 / (without.0 + without.1);
        }
        if !self.barren.is_empty() {
            let reference = run.table_evidence();
            for (to, reaching) in &self.barren {
                // P(nothing led to it | evidence) is a ratio of two sums.
                let mut silent = reduced.clone();
                for (link, from) in reaching {
                    silent.absorbed[*from] *= 1.0 - problem.links[*link].2;
                }
                let share = Run::new(self, &silent, false).table_evidence() / reference;
                posterior.present[*to] = 1.0 - (1.0 - problem.prior[*to]) * share;
            }
        }
        posterior
    }
}

/// Which conditions can be present at all: by their prior, or because a possible one leads to them.
fn possible(problem: &Problem) -> Vec<bool> {
    let mut possible: Vec<bool> = problem.prior.iter().map(|prior| *prior > 0.0).collect();
    loop {
        let reached = problem.links.iter().find(|(from, to, _)| possible[*from] && !possible[*to]);
        match reached {
            Some((_, to, _)) => possible[*to] = true,
            None => return possible,
        }
    }
}

/// Weights of the end of a link being absent and present, without and with its start.
fn end_weights(problem: &Problem, link: usize, to: usize) -> ((f64, f64), (f64, f64)) {
    let prior = problem.prior[to];
    let reached = 1.0 - (1.0 - prior) * (1.0 - problem.links[link].2);
    let likelihood = problem.absorbed[to];
    ((1.0 - prior, prior * likelihood), (1.0 - reached, reached * likelihood))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bit {
    Finding(usize),
    Trigger(usize),
}

/// An order this cheap is not worth a second try.
const CHEAP: f64 = 20_000.0;

struct Builder<'p> {
    problem: &'p Problem,
    links: &'p [usize],
    slots: &'p [Vec<(usize, usize)>],
    /// Core conditions still to come for each finding.
    left: Vec<usize>,
    bits: Vec<Bit>,
    ops: Vec<Op>,
    width: usize,
    /// Sum of table sizes over the steps.
    cost: f64,
    /// Of each waiting condition: findings whose bit it would open, and findings it is the last one for.
    opens: Vec<usize>,
    closes: Vec<usize>,
    /// Core conditions of each finding.
    members: Vec<Vec<usize>>,
    /// Conditions at either end of a link.
    has_links: Vec<bool>,
}

impl<'p> Builder<'p> {
    fn new(
        problem: &'p Problem,
        links: &'p [usize],
        slots: &'p [Vec<(usize, usize)>],
        left: &[usize],
        core: &[usize],
    ) -> Self {
        let n = problem.prior.len();
        let mut builder = Self {
            problem,
            links,
            slots,
            left: left.to_vec(),
            bits: Vec::new(),
            ops: Vec::new(),
            width: 0,
            cost: 0.0,
            opens: vec![0; n],
            closes: vec![0; n],
            members: vec![Vec::new(); problem.positives.len()],
            has_links: vec![false; n],
        };
        for at in links {
            builder.has_links[problem.links[*at].0] = true;
            builder.has_links[problem.links[*at].1] = true;
        }
        for condition in core {
            builder.opens[*condition] = slots[*condition].len();
            for (finding, _) in &slots[*condition] {
                builder.members[*finding].push(*condition);
                builder.closes[*condition] += usize::from(left[*finding] == 1);
            }
        }
        builder
    }

    /// True when every condition that may lead to this one is summed in.
    fn is_ready(&self, condition: usize, waiting: &[usize]) -> bool {
        !self.has_links[condition]
            || !self.links.iter().any(|at| {
                let (from, to, _) = self.problem.links[*at];
                to == condition && waiting.contains(&from)
            })
    }

    /// Bits a condition would open, and bits it would close.
    fn opens_and_closes(&self, condition: usize) -> (usize, usize) {
        let (opens, closes) = (self.opens[condition], self.closes[condition]);
        if !self.has_links[condition] {
            return (opens, closes);
        }
        let triggers = self
            .links
            .iter()
            .filter(|at| self.problem.links[**at].0 == condition)
            .filter(|at| !self.is_open(Bit::Trigger(self.problem.links[**at].1)))
            .count();
        let reached = usize::from(self.is_open(Bit::Trigger(condition)));
        (opens + triggers, closes + reached)
    }

    /// The waiting condition that leaves the fewest open bits; ties go to the lower index.
    fn next_condition(&self, waiting: &[usize]) -> Option<usize> {
        (0..waiting.len())
            .filter(|at| self.is_ready(waiting[*at], waiting))
            .min_by_key(|at| {
                let (opens, closes) = self.opens_and_closes(waiting[*at]);
                (opens as i64 - closes as i64, opens, waiting[*at])
            })
            // Links are free of circles, so something is always ready; were it not, take the first.
            .or(if waiting.is_empty() { None } else { Some(0) })
    }

    /// Works off the finding or trigger that is nearest to being closed: the fewest conditions left, then the
    /// fewest new bits.
    fn next_for_finding(&self, waiting: &[usize]) -> Option<usize> {
        let findings = (0..self.left.len()).filter(|at| self.left[*at] > 0).map(|at| {
            let bit = Bit::Finding(at);
            (self.left[at] - usize::from(self.is_open(bit)), bit)
        });
        let triggers = waiting.iter().filter(|to| self.is_open(Bit::Trigger(**to))).map(|to| {
            let starts = self.links.iter().filter(|at| self.problem.links[**at].1 == *to);
            let left = starts.filter(|at| waiting.contains(&self.problem.links[**at].0)).count();
            (left, Bit::Trigger(*to))
        });
        let nearest = findings.chain(triggers).min_by_key(|(left, bit)| (*left, *bit)).map(|(_, bit)| bit);
        let helps = |condition: usize| match nearest {
            Some(Bit::Finding(finding)) => self.slots[condition].iter().any(|(slot, _)| *slot == finding),
            Some(Bit::Trigger(to)) => {
                condition == to
                    || self.links.iter().any(|at| {
                        let (from, end, _) = self.problem.links[*at];
                        from == condition && end == to
                    })
            }
            None => true,
        };
        (0..waiting.len())
            .filter(|at| self.is_ready(waiting[*at], waiting))
            .min_by_key(|at| {
                let condition = waiting[*at];
                let (opens, closes) = self.opens_and_closes(condition);
                // A condition that opens nothing new costs nothing, whatever it belongs to.
                (opens > 0 && !helps(condition), opens as i64 - closes as i64, condition)
            })
            .or(if waiting.is_empty() { None } else { Some(0) })
    }

    fn is_open(&self, bit: Bit) -> bool {
        self.bits.contains(&bit)
    }

    fn open(&mut self, bit: Bit) -> usize {
        if let Some(at) = self.bits.iter().position(|known| *known == bit) {
            return at;
        }
        self.bits.push(bit);
        self.width = self.width.max(self.bits.len());
        self.ops.push(match bit {
            Bit::Finding(positive) => {
                for member in &self.members[positive] {
                    self.opens[*member] = self.opens[*member].saturating_sub(1);
                }
                Op::OpenFinding(positive)
            }
            Bit::Trigger(_) => Op::OpenTrigger,
        });
        self.bits.len() - 1
    }

    fn eliminate(&mut self, condition: usize, waiting: &[usize]) {
        let findings: Vec<_> = self.slots[condition].iter().map(|(positive, slot)| (*positive, *slot)).collect();
        let mut step = Step { condition, trigger: None, findings: Vec::new(), links: Vec::new() };
        for (positive, slot) in &findings {
            let bit = self.open(Bit::Finding(*positive));
            step.findings.push((bit, *positive, *slot));
        }
        for at in self.links {
            let (from, to, _) = self.problem.links[*at];
            if from == condition && waiting.contains(&to) {
                let bit = self.open(Bit::Trigger(to));
                step.links.push((bit, *at));
            }
        }
        step.trigger = self.bits.iter().position(|bit| *bit == Bit::Trigger(condition));
        let trigger = step.trigger;
        self.cost += (1u64 << self.bits.len().min(60)) as f64 * (1 + step.findings.len()) as f64;
        self.ops.push(Op::Condition(step));
        if let Some(bit) = trigger {
            self.bits.remove(bit);
            self.ops.push(Op::DropTrigger(bit));
        }
        for (positive, _) in findings {
            self.left[positive] -= 1;
            if self.left[positive] == 1 {
                let last = self.members[positive].iter().find(|member| waiting.contains(member));
                if let Some(last) = last {
                    self.closes[*last] += 1;
                }
            }
            if self.left[positive] == 0
                && let Some(bit) = self.bits.iter().position(|bit| *bit == Bit::Finding(positive))
            {
                self.bits.remove(bit);
                self.ops.push(Op::Close { bit, positive });
            }
        }
    }
}

struct Run<'o> {
    order: &'o Order,
    problem: &'o Problem,
    /// Probability that no leaf produces the finding.
    leaves_silent: Vec<f64>,
    shares: bool,
}

impl<'o> Run<'o> {
    fn new(order: &'o Order, problem: &'o Problem, shares: bool) -> Self {
        let mut leaves_silent = vec![1.0; problem.positives.len()];
        for (condition, positive, slot) in &order.leaves {
            let weight = problem.positives[*positive].parents[*slot].weight;
            leaves_silent[*positive] *= 1.0 - problem.absorbed_prior(*condition) * weight;
        }
        Self { order, problem, leaves_silent, shares }
    }

    fn solve(&self) -> Posterior {
        let n = self.problem.prior.len();
        // Conditions that touch no positive finding keep their absorbed prior; the rest is overwritten.
        let mut posterior = Posterior {
            evidence: 1.0,
            present: (0..n).map(|c| self.problem.absorbed_prior(c)).collect(),
            accounts: vec![0.0; n],
        };
        let saved = self.forward(&mut posterior.evidence);
        self.backward(&saved, posterior.evidence, &mut posterior);
        for positive in &self.order.leaf_only {
            let leak = self.problem.positives[*positive].leak;
            let total = self.leaf_posteriors(*positive, leak, 1.0 - leak, &mut posterior);
            posterior.evidence *= total;
        }
        posterior
    }

    /// The sum of the table over everything but the findings of leaves alone.
    fn table_evidence(&self) -> f64 {
        let mut evidence = 1.0;
        self.forward(&mut evidence);
        evidence
    }

    /// Runs forward; keeps the table before every step that a posterior needs.
    fn forward(&self, evidence: &mut f64) -> Vec<Vec<f64>> {
        let mut saved = Vec::with_capacity(self.order.ops.len());
        let mut table = vec![1.0];
        for op in &self.order.ops {
            match op {
                Op::OpenFinding(positive) => {
                    let leak = self.problem.positives[*positive].leak;
                    let produced: Vec<f64> = table.iter().map(|value| value * leak).collect();
                    table.iter_mut().for_each(|value| *value *= 1.0 - leak);
                    table.extend(produced);
                    saved.push(Vec::new());
                }
                Op::OpenTrigger => {
                    table.resize(table.len() * 2, 0.0);
                    saved.push(Vec::new());
                }
                Op::Condition(step) => {
                    let next = self.sum_in(step, &table);
                    saved.push(std::mem::replace(&mut table, next));
                }
                Op::DropTrigger(bit) => {
                    table = fold(&table, *bit, |off, on| off + on);
                    saved.push(Vec::new());
                }
                Op::Close { bit, positive } => {
                    let silent = self.leaves_silent[*positive];
                    let next = fold(&table, *bit, |off, on| on + off * (1.0 - silent));
                    saved.push(std::mem::replace(&mut table, next));
                }
            }
        }
        *evidence = table[0];
        saved
    }

    /// The table after a condition is summed in.
    fn sum_in(&self, step: &Step, table: &[f64]) -> Vec<f64> {
        let prior = self.problem.prior[step.condition];
        let likelihood = self.problem.absorbed[step.condition];
        let triggered = |state: usize| step.trigger.is_some_and(|bit| state >> bit & 1 == 1);
        let mut absent = vec![0.0; table.len()];
        let mut present = vec![0.0; table.len()];
        for (state, value) in table.iter().enumerate() {
            let prior = if triggered(state) { 1.0 } else { prior };
            absent[state] = value * (1.0 - prior);
            present[state] = value * prior * likelihood;
        }
        for (bit, weight) in self.acts(step) {
            for_pairs(present.len(), bit, |off, on| {
                present[on] += weight * present[off];
                present[off] *= 1.0 - weight;
            });
        }
        for (sum, value) in absent.iter_mut().zip(present) {
            *sum += value;
        }
        absent
    }

    fn acts(&self, step: &Step) -> impl Iterator<Item = (usize, f64)> {
        let findings = step
            .findings
            .iter()
            .map(|(bit, positive, slot)| (*bit, self.problem.positives[*positive].parents[*slot].weight));
        findings.chain(step.links.iter().map(|(bit, link)| (*bit, self.problem.links[*link].2)))
    }

    fn backward(&self, saved: &[Vec<f64>], evidence: f64, posterior: &mut Posterior) {
        let mut ahead = vec![1.0];
        for (op, table) in self.order.ops.iter().zip(saved).rev() {
            ahead = match op {
                Op::OpenFinding(positive) => {
                    let leak = self.problem.positives[*positive].leak;
                    let half = ahead.len() / 2;
                    (0..half).map(|s| (1.0 - leak) * ahead[s] + leak * ahead[half + s]).collect()
                }
                Op::OpenTrigger => {
                    ahead.truncate(ahead.len() / 2);
                    ahead
                }
                Op::DropTrigger(bit) => unfold(&ahead, *bit, |value| (value, value)),
                Op::Close { bit, positive } => {
                    let mut produced = 0.0;
                    let mut not_yet = 0.0;
                    let mut at = 0;
                    for_pairs(table.len(), *bit, |off, on| {
                        produced += table[on] * ahead[at];
                        not_yet += table[off] * ahead[at];
                        at += 1;
                    });
                    self.leaf_posteriors(*positive, produced, not_yet, posterior);
                    let silent = self.leaves_silent[*positive];
                    unfold(&ahead, *bit, |value| (value * (1.0 - silent), value))
                }
                Op::Condition(step) => self.backward_condition(step, table, ahead, evidence, posterior),
            };
        }
    }

    fn backward_condition(
        &self,
        step: &Step,
        table: &[f64],
        mut ahead: Vec<f64>,
        evidence: f64,
        posterior: &mut Posterior,
    ) -> Vec<f64> {
        let prior = self.problem.prior[step.condition];
        let likelihood = self.problem.absorbed[step.condition];
        let mut acting = ahead.clone();
        for (bit, weight) in self.acts(step) {
            expect(&mut acting, bit, weight);
        }
        if evidence > 0.0 && self.shares {
            posterior.accounts[step.condition] = self.accounts(step, table, &ahead, &acting) / evidence;
        }
        let mut present = 0.0;
        for (state, value) in table.iter().enumerate() {
            let triggered = step.trigger.is_some_and(|bit| state >> bit & 1 == 1);
            let prior = if triggered { 1.0 } else { prior };
            let weight = value * prior * likelihood;
            present += weight * acting[state];
            ahead[state] = (1.0 - prior) * ahead[state] + prior * likelihood * acting[state];
        }
        if evidence > 0.0 {
            posterior.present[step.condition] = present / evidence;
        }
        ahead
    }

    /// Weight of the findings that this condition produces: for each, all its weight less that with the link off.
    fn accounts(&self, step: &Step, table: &[f64], ahead: &[f64], acting: &[f64]) -> f64 {
        let prior = self.problem.prior[step.condition];
        let likelihood = self.problem.absorbed[step.condition];
        let weight = |state: usize| {
            let triggered = step.trigger.is_some_and(|bit| state >> bit & 1 == 1);
            table[state] * if triggered { 1.0 } else { prior } * likelihood
        };
        let mut sum = 0.0;
        for (own_bit, positive, slot) in &step.findings {
            let positive = &self.problem.positives[*positive];
            let parent = &positive.parents[*slot];
            if !parent.counts || positive.information == 0.0 {
                continue;
            }
            let mut off = ahead.to_vec();
            for (bit, weight) in self.acts(step).filter(|(bit, _)| bit != own_bit) {
                expect(&mut off, bit, weight);
            }
            let on: f64 = (0..table.len())
                .map(|state| weight(state) * (acting[state] - (1.0 - parent.weight) * off[state]))
                .sum();
            sum += positive.information * on;
        }
        sum / self.problem.information()
    }

    /// Posteriors of the leaves of one finding, from the weight with and without it being produced already.
    /// Returns the total weight.
    fn leaf_posteriors(&self, positive: usize, produced: f64, not_yet: f64, posterior: &mut Posterior) -> f64 {
        let silent = self.leaves_silent[positive];
        let total = produced + not_yet * (1.0 - silent);
        for (condition, _, slot) in self.order.leaves.iter().filter(|leaf| leaf.1 == positive) {
            let found = &self.problem.positives[positive];
            let parent = &found.parents[*slot];
            let share = found.information / self.problem.information();
            let prior = self.problem.absorbed_prior(*condition);
            let others_silent = silent / (1.0 - prior * parent.weight);
            let idle = prior * (1.0 - parent.weight) * (produced + not_yet * (1.0 - others_silent));
            let acting = prior * parent.weight * (produced + not_yet);
            if total > 0.0 {
                posterior.present[*condition] = (idle + acting) / total;
                posterior.accounts[*condition] = if parent.counts { share * acting / total } else { 0.0 };
            }
        }
        total
    }
}

/// Replaces each value by its expectation when the bit may still be set with this probability.
fn expect(values: &mut [f64], bit: usize, weight: f64) {
    for_pairs(values.len(), bit, |off, on| {
        values[off] = (1.0 - weight) * values[off] + weight * values[on];
    });
}

/// Visits all pairs of states that differ in one bit, in rising order of the state without the bit.
fn for_pairs(len: usize, bit: usize, mut visit: impl FnMut(usize, usize)) {
    let stride = 1 << bit;
    let mut start = 0;
    while start < len {
        for off in start..start + stride {
            visit(off, off + stride);
        }
        start += 2 * stride;
    }
}

fn fold(table: &[f64], bit: usize, join: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let mut out = Vec::with_capacity(table.len() / 2);
    for_pairs(table.len(), bit, |off, on| out.push(join(table[off], table[on])));
    out
}

fn unfold(values: &[f64], bit: usize, split: impl Fn(f64) -> (f64, f64)) -> Vec<f64> {
    let mut out = vec![0.0; values.len() * 2];
    let mut at = 0;
    for_pairs(out.len(), bit, |off, on| {
        (out[off], out[on]) = split(values[at]);
        at += 1;
    });
    out
}
