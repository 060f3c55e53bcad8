//! From facts to a problem: observed findings, prior odds, weights.

use charley_knowledge::{Background, CondIx, ConditionKind, Contributes, FindIx, Knowledge, ParamIx};

use super::draws::Values;
use super::problem::{Effect, Parent, Positive, Problem};
use crate::eval::{Eval, Observed};

/// The entry complaint.
pub const ENTRY: &str = "leg_cramp";
/// The most that background may move prior odds: a factor of 20 either way (our judgement: odds from different
/// papers overlap and must not be multiplied freely).
const BACKGROUND_CAP: f64 = 2.995_732_273_553_991;
/// A contribution is at most one half unless the evidence is graded A or B and the order in time is known.
const CONTRIBUTION_CAP: f64 = 0.5;

/// What is observed: each finding with its state.
pub type Evidence = Vec<(FindIx, Observed)>;

/// All observed findings, in order of their index.
pub fn observe(eval: &Eval<'_, '_>) -> Evidence {
    (0..eval.facts.knowledge.findings.len())
        .map(|at| FindIx(at as u32))
        .filter_map(|finding| Some((finding, eval.observed(finding)?)))
        .collect()
}

/// Everything about the person that does not change with the evidence or the draw.
#[derive(Debug)]
pub struct Person {
    /// Of each condition: known present or absent.
    pub known: Vec<Option<bool>>,
    /// Of each condition: background rows that hold.
    pub background: Vec<Vec<usize>>,
    /// Of each condition: background rows that an answer could still decide.
    pub open: Vec<Vec<usize>>,
    /// Of each contributor: `None` when it cannot contribute, else the changes that hold.
    pub changes: Vec<Option<Vec<usize>>>,
}

impl Person {
    /// Evaluates backgrounds and histories.
    pub fn new(eval: &Eval<'_, '_>) -> Self {
        let conditions = &eval.facts.knowledge.conditions;
        let holding = |rows: &[Background]| -> Vec<usize> {
            rows.iter().enumerate().filter(|(_, row)| eval.holds(&row.when)).map(|(at, _)| at).collect()
        };
        let (mut background, mut open) = (vec![Vec::new(); conditions.len()], vec![Vec::new(); conditions.len()]);
        for (at, condition) in conditions.iter().enumerate() {
            for row in 0..condition.background.len() {
                match eval.background(at, row) {
                    Some(true) => background[at].push(row),
                    Some(false) => {}
                    None => open[at].push(row),
                }
            }
        }
        Self {
            known: conditions.iter().map(|c| c.known.as_ref().and_then(|known| eval.known_condition(known))).collect(),
            background,
            open,
            changes: conditions
                .iter()
                .map(|c| {
                    let contributes = c.contributes.as_ref()?;
                    let barred = contributes.not_when.as_ref().is_some_and(|when| eval.holds(when));
                    (!barred).then(|| holding(&contributes.change))
                })
                .collect(),
        }
    }
}

/// Builds problems for one person.
#[derive(Debug, Clone, Copy)]
pub struct Builder<'a> {
    /// The knowledge.
    pub knowledge: &'a Knowledge,
    /// The person.
    pub person: &'a Person,
}

impl Builder<'_> {
    /// The problem of this evidence with these parameter values.
    pub fn problem(&self, evidence: &[(FindIx, Observed)], values: Values<'_>) -> Problem {
        let n = self.knowledge.conditions.len();
        let mut problem = Problem {
            prior: (0..n).map(|at| self.prior(CondIx(at as u32), values)).collect(),
            absorbed: vec![1.0; n],
            positives: Vec::new(),
            links: Vec::new(),
        };
        for (finding, observed) in evidence {
            problem.apply(self.effect(*finding, *observed, values));
        }
        for (from, condition) in self.knowledge.conditions.iter().enumerate() {
            for (to, weight) in &condition.links {
                // A known condition needs no explanation: the link tells only when its end is open.
                if self.person.known[to.at()].is_none() {
                    problem.links.push((from, to.at(), values.of(self.knowledge, *weight)));
                }
            }
        }
        problem
    }

    /// Prior probability, with background and what is known.
    pub fn prior(&self, condition: CondIx, values: Values<'_>) -> f64 {
        match self.person.known[condition.at()] {
            Some(true) => return 1.0,
            Some(false) => return 0.0,
            None => {}
        }
        let entry = &self.knowledge.conditions[condition.at()];
        let prior = values.of(self.knowledge, entry.prior);
        let shift: f64 = self.person.background[condition.at()]
            .iter()
            .map(|row| self.log_ratio(&entry.background[*row], values))
            .sum();
        let odds = prior / (1.0 - prior) * libm::exp(shift.clamp(-BACKGROUND_CAP, BACKGROUND_CAP));
        odds / (1.0 + odds)
    }

    /// The shrunk logarithm of a background or history ratio.
    pub fn log_ratio(&self, row: &Background, values: Values<'_>) -> f64 {
        row.design.shrinkage() * libm::log(values.of(self.knowledge, row.ratio))
    }

    /// What an observed finding does to a problem.
    pub fn effect(&self, finding: FindIx, observed: Observed, values: Values<'_>) -> Effect {
        let entry = &self.knowledge.findings[finding.at()];
        let of = |param: Option<ParamIx>| param.map_or(0.0, |param| values.of(self.knowledge, param));
        // Weights of states above the observed one, and of the observed one (none for "no" and the lowest).
        let (above, own) = match observed {
            Observed::No => (0, None),
            Observed::Yes => (1, Some(0)),
            Observed::State(0) => (0, None),
            Observed::State(state) => (state, Some(state - 1)),
        };
        let split = |weights: &[Option<ParamIx>]| {
            let beyond: f64 = weights[above..].iter().map(|w| of(*w)).sum();
            let kept = (1.0 - beyond).max(1e-9);
            (kept, own.map_or(0.0, |own| of(weights[own]) / kept))
        };
        let leak: Vec<_> = entry.leak.iter().map(|leak| Some(*leak)).collect();
        let leak = split(&leak).1;
        let information = -libm::log10(leak.clamp(1e-6, 1.0));
        let mut positive = Positive { leak, information, parents: Vec::new() };
        let mut absorbed = Vec::new();
        for (condition, weights) in &entry.parents {
            let (kept, weight) = split(weights);
            if kept != 1.0 {
                absorbed.push((condition.at(), kept));
            }
            // What a contributor adds is told by its contribution; other traces of it explain no complaint.
            let counts = self.knowledge.conditions[condition.at()].kind != ConditionKind::Contributor;
            if weight > 0.0 {
                positive.parents.push(Parent { condition: condition.at(), weight, counts });
            }
        }
        if self.knowledge.finding_id(finding) == ENTRY {
            for (condition, weight) in self.contributors(values) {
                if own.is_some() {
                    // What a contributor adds is told by its contribution, not by this link.
                    positive.parents.push(Parent { condition, weight, counts: false });
                } else {
                    absorbed.push((condition, 1.0 - weight));
                }
            }
        }
        Effect { absorbed, positive: own.map(|_| positive) }
    }

    /// Contributors act on the entry complaint through their ratio: condition, weight.
    fn contributors(&self, values: Values<'_>) -> impl Iterator<Item = (usize, f64)> {
        let base = self.base_rate(values);
        (0..self.knowledge.conditions.len()).filter_map(move |at| {
            let ratio = self.ratio(CondIx(at as u32), values)?;
            // A redraw may bring the ratio below 1: the link stays, without weight, so that one order serves all draws.
            Some((at, link_weight(ratio, base)))
        })
    }

    /// Probability of the entry complaint without contributors: the ordinary cramp's share.
    fn base_rate(&self, values: Values<'_>) -> f64 {
        let ordinary = self.knowledge.conditions.iter().find(|c| c.kind == ConditionKind::Ordinary);
        ordinary.map_or(0.3, |ordinary| values.of(self.knowledge, ordinary.prior))
    }

    /// The ratio of cramps with against without a contributor, shrunk, combined and changed by the person's history.
    pub fn ratio(&self, condition: CondIx, values: Values<'_>) -> Option<f64> {
        let contributes = self.knowledge.conditions[condition.at()].contributes.as_ref()?;
        let changes = self.person.changes[condition.at()].as_ref()?;
        let history: f64 = changes.iter().map(|row| self.log_ratio(&contributes.change[*row], values)).sum();
        Some(libm::exp(self.combined(contributes, values) + history))
    }

    /// Shrunk log ratios of all sources, weighted by the inverse of their variance.
    fn combined(&self, contributes: &Contributes, values: Values<'_>) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (ratio, design) in &contributes.ratios {
            let spread = self.knowledge.param(*ratio).spread;
            let weight = 1.0 / (spread * spread).max(1e-6);
            sum += weight * design.shrinkage() * libm::log(values.of(self.knowledge, *ratio));
            weights += weight;
        }
        sum / weights
    }

    /// The excess fraction a contributor may account for when it is present and cramps are reported.
    pub fn excess(&self, condition: CondIx, values: Values<'_>) -> f64 {
        let Some(ratio) = self.ratio(condition, values) else { return 0.0 };
        let excess = if ratio > 1.0 { 1.0 - 1.0 / ratio } else { 0.0 };
        if self.is_uncapped(condition) { excess } else { excess.min(CONTRIBUTION_CAP) }
    }

    /// Graded A or B with known order in time. A history of better without and worse again with the medicine is
    /// a trial in one person and counts as such.
    fn is_uncapped(&self, condition: CondIx) -> bool {
        let entry = &self.knowledge.conditions[condition.at()];
        let (Some(contributes), Some(changes)) = (&entry.contributes, &self.person.changes[condition.at()]) else {
            return false;
        };
        let strong =
            changes.iter().filter(|row| self.knowledge.param(contributes.change[**row].ratio).param.m >= 2.0).count();
        let graded = matches!(contributes.grade.as_str(), "A" | "B");
        (graded && (contributes.order_known || strong >= 1)) || strong >= 2
    }
}

/// The noisy-OR weight that gives this ratio at this base rate.
fn link_weight(ratio: f64, base: f64) -> f64 {
    (base * (ratio - 1.0) / (1.0 - base)).clamp(0.0, 0.97)
}
