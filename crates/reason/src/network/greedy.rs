//! The greedy choice of the order, one condition at a time, so that few bits are open together.

use super::order::{Act, Op, Parents, Step};
use super::problem::Problem;

/// The conditions that enter the table.
pub(super) struct Core<'p> {
    pub(super) problem: &'p Problem,
    /// Links between them.
    pub(super) links: &'p [usize],
    /// The positive findings that each may produce.
    pub(super) parents: &'p Parents,
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
    state: Vec<State>,
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
    /// Core conditions of each finding.
    members: Vec<Vec<usize>>,
}

/// What the choice asks about a condition.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    is_waiting: bool,
    /// Whether links start or end here.
    is_linked: bool,
    /// Findings whose bit it would open, and findings it is the last one for.
    opens: usize,
    closes: usize,
}

/// Why a condition comes before another, in one number, so that comparing is cheap: first whether it is far from what
/// is worked off, then the bits that it leaves open, then a number of the caller's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u64);

impl Key {
    fn of(is_far: bool, opens: usize, closes: usize) -> Self {
        // There are far fewer findings and links than this.
        let left_open = (1 << 24) + opens as u64 - closes as u64;
        Self(u64::from(is_far) << 60 | left_open << 24)
    }

    fn then(self, more: usize) -> Self {
        Self(self.0 + more as u64)
    }
}

impl<'p> Greedy<'p> {
    fn new(core: &'p Core<'p>) -> Self {
        let (n, findings) = (core.problem.prior.len(), core.problem.positives.len());
        let mut greedy = Self {
            core,
            waiting: core.conditions.to_vec(),
            state: vec![State::default(); n],
            links_to: vec![Vec::new(); n],
            starts: vec![Vec::new(); n],
            left: vec![0; findings],
            bits: Vec::new(),
            finding_is_open: vec![false; findings],
            trigger_is_open: vec![false; n],
            ops: Vec::new(),
            width: 0,
            cost: 0.0,
            members: vec![Vec::new(); findings],
        };
        for at in core.links {
            let (from, to, _) = core.problem.links[*at];
            greedy.links_to[from].push((*at, to));
            greedy.starts[to].push(from);
            greedy.state[from].is_linked = true;
            greedy.state[to].is_linked = true;
        }
        for condition in core.conditions {
            let parents = core.parents.of_condition(*condition);
            greedy.state[*condition].is_waiting = true;
            greedy.state[*condition].opens = parents.len();
            for parent in parents {
                greedy.left[parent.positive] += 1;
                greedy.members[parent.positive].push(*condition);
            }
        }
        for members in &greedy.members {
            if let [only] = members[..] {
                greedy.state[only].closes += 1;
            }
        }
        greedy
    }

    /// True when every condition that may lead to this one is summed in.
    fn is_ready(&self, condition: usize) -> bool {
        !self.state[condition].is_linked || !self.starts[condition].iter().any(|start| self.state[*start].is_waiting)
    }

    /// Bits a condition would open, and bits it would close.
    fn opens_and_closes(&self, condition: usize) -> (usize, usize) {
        let State { opens, closes, is_linked, .. } = self.state[condition];
        if !is_linked {
            return (opens, closes);
        }
        let triggers = self.links_to[condition].iter().filter(|(_, end)| !self.trigger_is_open[*end]).count();
        (opens + triggers, closes + usize::from(self.trigger_is_open[condition]))
    }

    /// Place of the ready condition with the smallest key; ties go to the lower condition.
    fn best(&self, key: impl Fn(usize, usize, usize) -> Key) -> Option<usize> {
        let ready = self.waiting.iter().filter(|condition| self.is_ready(**condition));
        let keys = ready.map(|condition| {
            let (opens, closes) = self.opens_and_closes(*condition);
            (key(*condition, opens, closes), *condition)
        });
        // Links are free of circles, so something is always ready; were it not, take the first.
        let (_, condition) = keys.min().or_else(|| Some((Key::default(), *self.waiting.first()?)))?;
        self.waiting.binary_search(&condition).ok()
    }

    /// The waiting condition that leaves the fewest open bits.
    fn next_condition(&self) -> Option<usize> {
        self.best(|_, opens, closes| Key::of(false, opens, closes).then(opens))
    }

    /// Works off the finding or trigger that is nearest to being closed: the fewest conditions left, then the
    /// fewest new bits.
    fn next_for_finding(&self) -> Option<usize> {
        let findings = (0..self.left.len())
            .filter(|at| self.left[*at] > 0)
            .map(|at| (self.left[at] - usize::from(self.finding_is_open[at]), Bit::Finding(at)));
        let triggers = self.bits.iter().filter_map(|bit| match bit {
            Bit::Trigger(to) => {
                let left = self.starts[*to].iter().filter(|start| self.state[**start].is_waiting).count();
                Some((left, *bit))
            }
            Bit::Finding(_) => None,
        });
        let mut helps = vec![false; self.state.len()];
        match findings.chain(triggers).min().map(|(_, bit)| bit) {
            Some(Bit::Finding(finding)) => self.members[finding].iter().for_each(|member| helps[*member] = true),
            Some(Bit::Trigger(to)) => {
                helps[to] = true;
                self.starts[to].iter().for_each(|start| helps[*start] = true);
            }
            None => {}
        }
        // A condition that opens nothing new costs nothing, whatever it belongs to.
        self.best(|condition, opens, closes| Key::of(opens > 0 && !helps[condition], opens, closes))
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
                    let state = &mut self.state[*member];
                    state.opens -= usize::from(state.is_waiting);
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
        self.state[condition].is_waiting = false;
        let mut step = Step { condition, trigger: None, findings: Vec::new(), links: Vec::new() };
        for parent in core.parents.of_condition(condition) {
            let bit = self.open(Bit::Finding(parent.positive));
            step.findings.push(Act { bit, parent: *parent });
        }
        for at in 0..self.links_to[condition].len() {
            let (link, to) = self.links_to[condition][at];
            if self.state[to].is_waiting {
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
        for parent in core.parents.of_condition(condition) {
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
                let last = self.members[positive].iter().find(|member| self.state[**member].is_waiting);
                if let Some(last) = last {
                    self.state[*last].closes += 1;
                }
            }
            _ => {}
        }
    }
}
