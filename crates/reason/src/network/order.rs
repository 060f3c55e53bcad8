//! The order of elimination: which conditions enter the table at all, and in what order.

use super::greedy::{self, Core};
use super::problem::{Parent, Problem};

/// One step over the table of open bits.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Op {
    /// A new highest bit: the finding's leak.
    OpenFinding(usize),
    /// A new highest bit for a condition that others may lead to: nothing has led to it yet.
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
pub(super) struct Step {
    pub(super) condition: usize,
    /// Bit that tells whether something has led to the condition.
    pub(super) trigger: Option<usize>,
    /// The findings it may produce.
    pub(super) findings: Vec<Act>,
    /// Bit and link.
    pub(super) links: Vec<(usize, usize)>,
}

/// One finding that a condition may produce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Act {
    /// Bit of the finding.
    pub(super) bit: usize,
    pub(super) parent: ParentAt,
}

/// A condition as the parent of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ParentAt {
    pub(super) condition: usize,
    pub(super) positive: usize,
    /// Place among all parents of all positive findings.
    pub(super) at: usize,
    /// Whether its share counts.
    pub(super) counts: bool,
}

/// A link whose end no positive finding touches and nothing else leads to or from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Folded {
    pub(super) link: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A condition that only links reach and no evidence touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Barren {
    pub(super) condition: usize,
    /// Link and where it starts.
    pub(super) reaching: Vec<(usize, usize)>,
}

/// The order of elimination: compiled once, run for many parameter draws and what-if questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub(super) ops: Vec<Op>,
    /// Of each positive finding: conditions that are summed in at its close, as it is their only one.
    pub(super) leaves: Vec<Vec<ParentAt>>,
    /// Findings that only leaves may produce.
    pub(super) leaf_only: Vec<usize>,
    /// Summed into their start and read off afterwards.
    pub(super) folded: Vec<Folded>,
    /// They sum to one, so they never enter the table; their own probability needs one more forward pass each.
    pub(super) barren: Vec<Barren>,
    /// Conditions that never enter the table, without the barren ones.
    pub(super) outside: Vec<usize>,
    /// Entries of all tables of a forward pass.
    pub(super) entries: usize,
    width: usize,
    cost: f64,
}

impl Order {
    /// Chooses an order for the structure of a problem (which priors are 0, who may produce what).
    pub fn compile(problem: &Problem) -> Self {
        let n = problem.prior.len();
        let active = possible(problem);
        let parents = Parents::of(problem);
        let mut links: Vec<usize> = (0..problem.links.len()).filter(|at| active[problem.links[*at].0]).collect();
        let folded = folded(problem, &links, &parents);
        links.retain(|at| !folded.iter().any(|folded| folded.link == *at));
        let barren = barren(problem, &links, &parents);
        let mut linked = vec![false; n];
        for at in &links {
            linked[problem.links[*at].0] = true;
            linked[problem.links[*at].1] = true;
        }
        let mut inside = vec![false; n];
        barren.iter().for_each(|barren| inside[barren.condition] = true);
        links.retain(|at| !barren.iter().any(|barren| barren.condition == problem.links[*at].1));
        let mut leaves = vec![Vec::new(); problem.positives.len()];
        let mut core = Vec::new();
        for condition in (0..n).filter(|c| active[*c] && !inside[*c]) {
            match (parents.of_condition(condition), linked[condition]) {
                ([], false) => {}
                ([only], false) => leaves[only.positive].push(*only),
                _ => core.push(condition),
            }
        }
        core.iter().for_each(|condition| inside[*condition] = true);
        let greedy = greedy::choose(&Core { problem, links: &links, parents: &parents, conditions: &core });
        Self {
            entries: entries(&greedy.ops),
            ops: greedy.ops,
            leaves,
            leaf_only: greedy.untouched,
            folded,
            barren,
            outside: (0..n).filter(|condition| !inside[*condition]).collect(),
            width: greedy.width,
            cost: greedy.cost,
        }
    }

    /// Largest number of bits open together: tables have `2^width` entries.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Table entries touched by one run, about.
    pub fn cost(&self) -> f64 {
        self.cost
    }
}

/// Entries of all tables of a forward pass.
fn entries(ops: &[Op]) -> usize {
    let (mut bits, mut entries) = (0u32, 1usize);
    for op in ops {
        match op {
            Op::OpenFinding(_) | Op::OpenTrigger => bits += 1,
            Op::DropTrigger(_) | Op::Close { .. } => bits -= 1,
            Op::Condition(_) => {}
        }
        entries = entries.saturating_add(1usize.checked_shl(bits).unwrap_or(usize::MAX));
    }
    entries
}

/// Of each condition: the positive findings it may produce.
#[derive(Debug)]
pub(super) struct Parents {
    all: Vec<ParentAt>,
    /// Where each condition's part starts.
    starts: Vec<usize>,
}

impl Parents {
    fn of(problem: &Problem) -> Self {
        let mut all: Vec<ParentAt> = Vec::new();
        for (positive, finding) in problem.positives.iter().enumerate() {
            for parent in &finding.parents {
                let Parent { condition, counts, .. } = *parent;
                all.push(ParentAt { condition, positive, at: all.len(), counts });
            }
        }
        all.sort_by_key(|parent| parent.condition);
        let starts = (0..=problem.prior.len()).map(|c| all.partition_point(|parent| parent.condition < c)).collect();
        Self { all, starts }
    }

    pub(super) fn of_condition(&self, condition: usize) -> &[ParentAt] {
        &self.all[self.starts[condition]..self.starts[condition + 1]]
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

fn folded(problem: &Problem, links: &[usize], parents: &Parents) -> Vec<Folded> {
    let ends = |at: &usize| (problem.links[*at].0, problem.links[*at].1);
    links
        .iter()
        .map(|at| Folded { link: *at, from: ends(at).0, to: ends(at).1 })
        .filter(|Folded { from, to, .. }| {
            let touching = links.iter().filter(|at| ends(at).0 == *to || ends(at).1 == *to);
            let start_is_reached = links.iter().any(|at| ends(at).1 == *from);
            parents.of_condition(*to).is_empty() && touching.count() == 1 && !start_is_reached
        })
        .collect()
}

fn barren(problem: &Problem, links: &[usize], parents: &Parents) -> Vec<Barren> {
    let mut barren: Vec<Barren> = Vec::new();
    for at in links {
        let (from, to, _) = problem.links[*at];
        if let Some(known) = barren.iter_mut().find(|barren| barren.condition == to) {
            known.reaching.push((*at, from));
        } else if parents.of_condition(to).is_empty()
            && problem.absorbed[to] == 1.0
            && !links.iter().any(|at| problem.links[*at].0 == to)
        {
            barren.push(Barren { condition: to, reaching: vec![(*at, from)] });
        }
    }
    barren.sort_by_key(|barren| barren.condition);
    barren
}
