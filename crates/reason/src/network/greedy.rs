//! The greedy choice of the order, one condition at a time, so that few bits are open together.

use super::order::{Act, Op, ParentAt, Step};
use super::problem::Problem;

/// The conditions that enter the table.
pub(super) struct Core<'p> {
    pub(super) problem: &'p Problem,
    /// Links between them.
    pub(super) links: &'p [usize],
    /// Of each condition of the problem: the positive findings it may produce.
    pub(super) parents: &'p [Vec<ParentAt>],
    /// In rising order.
    pub(super) conditions: &'p [usize],
}

/// The chosen order.
pub(super) struct Chosen {
    pub(super) ops: Vec<Op>,
    /// Positive findings that no condition of the core may produce.
    pub(super) untouched: Vec<usize>,
    /// Largest number of bits open together.
    pub(super) width: usize,
    /// Sum of table sizes over the steps.
    pub(super) cost: f64,
}

/// An order this cheap is not worth a second try.
const CHEAP: f64 = 20_000.0;

/// Two greedy orders, one finding or one condition at a time; the second is tried when the first is dear.
pub(super) fn choose(core: &Core<'_>) -> Chosen {
    let mut best = Greedy::new(core);
    while let Some(at) = best.next_for_finding() {
        best.eliminate(at);
    }
    if best.cost > CHEAP {
        let mut other = Greedy::new(core);
        while let Some(at) = other.next_condition() {
            other.eliminate(at);
        }
        if other.cost < best.cost {
            best = other;
        }
    }
    let touched = |positive: &usize| !best.members[*positive].is_empty();
    let untouched = (0..best.members.len()).filter(|positive| !touched(positive)).collect();
    Chosen { ops: best.ops, untouched, width: best.width, cost: best.cost }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bit {
    Finding(usize),
    Trigger(usize),
}

struct Greedy<'p> {
    core: &'p Core<'p>,
    /// Conditions still to come, in rising order.
    waiting: Vec<usize>,
    is_waiting: Vec<bool>,
    /// Of each condition: links to others, with their ends, and where links to it start.
    links_to: Vec<Vec<(usize, usize)>>,
    starts: Vec<Vec<usize>>,
    /// Conditions still to come for each finding.
    left: Vec<usize>,
    bits: Vec<Bit>,
    finding_is_open: Vec<bool>,
    trigger_is_open: Vec<bool>,
    ops: Vec<Op>,
    width: usize,
    cost: f64,
    /// Of each waiting condition: findings whose bit it would open, and findings it is the last one for.
    opens: Vec<usize>,
    closes: Vec<usize>,
    /// Core conditions of each finding.
    members: Vec<Vec<usize>>,
}

impl<'p> Greedy<'p> {
    fn new(core: &'p Core<'p>) -> Self {
        let (n, findings) = (core.problem.prior.len(), core.problem.positives.len());
        let mut greedy = Self {
            core,
            waiting: core.conditions.to_vec(),
            is_waiting: vec![false; n],
            links_to: vec![Vec::new(); n],
            starts: vec![Vec::new(); n],
            left: vec![0; findings],
            bits: Vec::new(),
            finding_is_open: vec![false; findings],
            trigger_is_open: vec![false; n],
            ops: Vec::new(),
            width: 0,
            cost: 0.0,
            opens: vec![0; n],
            closes: vec![0; n],
            members: vec![Vec::new(); findings],
        };
        for at in core.links {
            let (from, to, _) = core.problem.links[*at];
            greedy.links_to[from].push((*at, to));
            greedy.starts[to].push(from);
        }
        for condition in core.conditions {
            greedy.is_waiting[*condition] = true;
            greedy.opens[*condition] = core.parents[*condition].len();
            for parent in &core.parents[*condition] {
                greedy.left[parent.positive] += 1;
                greedy.members[parent.positive].push(*condition);
            }
        }
        for members in &greedy.members {
            if let [only] = members[..] {
                greedy.closes[only] += 1;
            }
        }
        greedy
    }

    /// True when every condition that may lead to this one is summed in.
    fn is_ready(&self, condition: usize) -> bool {
        !self.starts[condition].iter().any(|start| self.is_waiting[*start])
    }

    /// Bits a condition would open, and bits it would close.
    fn opens_and_closes(&self, condition: usize) -> (usize, usize) {
        let triggers = self.links_to[condition].iter().filter(|(_, end)| !self.trigger_is_open[*end]).count();
        let reached = usize::from(self.trigger_is_open[condition]);
        (self.opens[condition] + triggers, self.closes[condition] + reached)
    }

    /// Place of the ready condition with the smallest key.
    fn best<K: Ord>(&self, key: impl Fn(usize) -> K) -> Option<usize> {
        (0..self.waiting.len())
            .filter(|at| self.is_ready(self.waiting[*at]))
            .min_by_key(|at| key(self.waiting[*at]))
            // Links are free of circles, so something is always ready; were it not, take the first.
            .or(if self.waiting.is_empty() { None } else { Some(0) })
    }

    /// The waiting condition that leaves the fewest open bits; ties go to the lower index.
    fn next_condition(&self) -> Option<usize> {
        self.best(|condition| {
            let (opens, closes) = self.opens_and_closes(condition);
            (opens as i64 - closes as i64, opens, condition)
        })
    }

    /// Works off the finding or trigger that is nearest to being closed: the fewest conditions left, then the
    /// fewest new bits.
    fn next_for_finding(&self) -> Option<usize> {
        let findings = (0..self.left.len())
            .filter(|at| self.left[*at] > 0)
            .map(|at| (self.left[at] - usize::from(self.finding_is_open[at]), Bit::Finding(at)));
        let triggers = self.bits.iter().filter_map(|bit| match bit {
            Bit::Trigger(to) => {
                let left = self.starts[*to].iter().filter(|start| self.is_waiting[**start]).count();
                Some((left, *bit))
            }
            Bit::Finding(_) => None,
        });
        let nearest = findings.chain(triggers).min().map(|(_, bit)| bit);
        let helps = |condition: usize| match nearest {
            Some(Bit::Finding(finding)) => self.core.parents[condition].iter().any(|parent| parent.positive == finding),
            Some(Bit::Trigger(to)) => condition == to || self.links_to[condition].iter().any(|(_, end)| *end == to),
            None => true,
        };
        self.best(|condition| {
            let (opens, closes) = self.opens_and_closes(condition);
            // A condition that opens nothing new costs nothing, whatever it belongs to.
            (opens > 0 && !helps(condition), opens as i64 - closes as i64, condition)
        })
    }

    /// The bit of a finding or a trigger; opened when it is not yet.
    fn open(&mut self, bit: Bit) -> usize {
        if let Some(at) = self.bits.iter().position(|known| *known == bit) {
            return at;
        }
        self.bits.push(bit);
        self.width = self.width.max(self.bits.len());
        self.ops.push(match bit {
            Bit::Finding(positive) => {
                self.finding_is_open[positive] = true;
                for member in &self.members[positive] {
                    self.opens[*member] -= usize::from(self.is_waiting[*member]);
                }
                Op::OpenFinding(positive)
            }
            Bit::Trigger(to) => {
                self.trigger_is_open[to] = true;
                Op::OpenTrigger
            }
        });
        self.bits.len() - 1
    }

    fn eliminate(&mut self, at: usize) {
        let core = self.core;
        let condition = self.waiting.remove(at);
        self.is_waiting[condition] = false;
        let mut step = Step { condition, trigger: None, findings: Vec::new(), links: Vec::new() };
        for parent in &core.parents[condition] {
            let bit = self.open(Bit::Finding(parent.positive));
            step.findings.push(Act { bit, parent: *parent });
        }
        for at in 0..self.links_to[condition].len() {
            let (link, to) = self.links_to[condition][at];
            if self.is_waiting[to] {
                let bit = self.open(Bit::Trigger(to));
                step.links.push((bit, link));
            }
        }
        step.trigger = self.bits.iter().position(|bit| *bit == Bit::Trigger(condition));
        let trigger = step.trigger;
        self.cost += (1u64 << self.bits.len().min(60)) as f64 * (1 + step.findings.len()) as f64;
        self.ops.push(Op::Condition(step));
        if let Some(bit) = trigger {
            self.bits.remove(bit);
            self.trigger_is_open[condition] = false;
            self.ops.push(Op::DropTrigger(bit));
        }
        for parent in &core.parents[condition] {
            self.close(parent.positive);
        }
    }

    /// One condition less for a finding: closes it after its last one.
    fn close(&mut self, positive: usize) {
        self.left[positive] -= 1;
        match self.left[positive] {
            0 => {
                if let Some(bit) = self.bits.iter().position(|bit| *bit == Bit::Finding(positive)) {
                    self.bits.remove(bit);
                    self.finding_is_open[positive] = false;
                    self.ops.push(Op::Close { bit, positive });
                }
            }
            1 => {
                let last = self.members[positive].iter().find(|member| self.is_waiting[**member]);
                if let Some(last) = last {
                    self.closes[*last] += 1;
                }
            }
            _ => {}
        }
    }
}
