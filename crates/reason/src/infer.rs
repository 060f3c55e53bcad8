//! Running the network for one person: point estimate, ranges, what-if.

use charley_knowledge::{CondIx, ConditionKind, Knowledge};

use crate::eval::{Eval, Observed};
use crate::network::build::{Builder, ENTRY, Evidence, Person, observe};
use crate::network::draws::{DRAWS, Draws, FEWER_DRAWS, Values, central_90};
use crate::network::{Order, Posterior, Problem, sample};

/// Widest table of the point estimate, in bits: `2^20` entries; the tables of one run then hold half a gigabyte.
pub const POINT_WIDTH: usize = 20;
/// Table entries that all redraws of one assessment may touch together.
const REDRAW_BUDGET: f64 = 6.0e7;
/// Fewer redraws than this say nothing about a central 90 %.
const LEAST_DRAWS: usize = 24;
/// Sweeps of the seeded approximation.
const SWEEPS: usize = 8_000;

/// A value with its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// From the best parameters.
    pub mean: f64,
    /// Low end.
    pub low: f64,
    /// High end.
    pub high: f64,
}

/// What inference says of one condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    /// The condition.
    pub condition: CondIx,
    /// Probability that it is present.
    pub present: Range,
    /// Share of the cramps it may account for.
    pub contribution: Option<Range>,
    /// What causes are ranked by: the expected share of the reported findings that it produces, weighted by how
    /// much each tells, or its contribution when that is larger.
    pub accounts: f64,
}

/// Why an answer is not exact.
#[derive(Debug, Clone, PartialEq)]
pub struct Approximation {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Inference for one person.
#[derive(Debug)]
pub struct Inference<'a> {
    /// Observed findings.
    pub evidence: Evidence,
    /// What does not change with evidence or draw.
    pub person: Person,
    knowledge: &'a Knowledge,
    /// True when cramps are reported.
    pub cramps: bool,
}

impl<'a> Inference<'a> {
    /// Reads the evidence.
    pub fn new(eval: &Eval<'_, 'a>) -> Self {
        let knowledge = eval.facts.knowledge;
        let evidence = observe(eval);
        let cramps =
            evidence.iter().any(|(finding, seen)| *seen != Observed::No && knowledge.finding_id(*finding) == ENTRY);
        Self { evidence, person: Person::new(eval), knowledge, cramps }
    }

    /// A builder for this person.
    pub fn builder(&self) -> Builder<'_> {
        Builder { knowledge: self.knowledge, person: &self.person }
    }

    /// Number of positive findings.
    pub fn positives(&self) -> usize {
        self.evidence.iter().filter(|(_, seen)| seen.is_positive()).count()
    }

    /// The point estimate, exact within the bound.
    pub fn point(&self) -> Point {
        let problem = self.builder().problem(&self.evidence, Values::Best);
        let order = Order::compile(&problem);
        if order.width() <= POINT_WIDTH {
            return Point { posterior: order.solve(&problem), problem, order, approximate: None };
        }
        let sampled = sample(&problem, SWEEPS);
        let why = format!(
            "the evidence needs a table of 2^{} entries, more than 2^{POINT_WIDTH}; a seeded sample answered, with a standard error of at most {:.3}",
            order.width(),
            sampled.standard_error
        );
        let approximate = Some(Approximation { what: "probabilities".to_owned(), why });
        Point { problem, order, posterior: sampled.posterior, approximate }
    }

    /// Beliefs about every condition, ranked; with ranges when asked for.
    pub fn beliefs(&self, draws: Option<&Draws>) -> Beliefs {
        let mut point = self.point();
        let mut beliefs: Vec<Belief> = (0..self.knowledge.conditions.len())
            .map(|at| self.belief(CondIx(at as u32), &point.posterior, Values::Best))
            .collect();
        let mut stability = None;
        if let Some(draws) = draws {
            let wanted = if self.positives() <= 8 { DRAWS } else { FEWER_DRAWS };
            let allowed = (REDRAW_BUDGET / point.order.cost().max(1.0)) as usize;
            let count = wanted.min(allowed);
            if count >= LEAST_DRAWS && point.approximate.is_none() {
                stability = Some(self.ranges(&point.order, draws, count, &mut beliefs));
            }
            if count < wanted && point.approximate.is_none() {
                let drawn = if count >= LEAST_DRAWS { count } else { 0 };
                point.approximate = Some(Approximation {
                    what: "ranges".to_owned(),
                    why: format!(
                        "the evidence is wide (tables of 2^{} entries): {drawn} redraws instead of {wanted}",
                        point.order.width()
                    ),
                });
            }
        }
        rank(&mut beliefs, self.knowledge);
        Beliefs { ranked: beliefs, point, stability }
    }

    fn belief(&self, condition: CondIx, posterior: &Posterior, values: Values<'_>) -> Belief {
        let point = |value: f64| Range { mean: value, low: value, high: value };
        let present = posterior.present[condition.at()].clamp(0.0, 1.0);
        let entry = &self.knowledge.conditions[condition.at()];
        let contribution =
            (self.cramps && entry.contributes.is_some()).then(|| present * self.builder().excess(condition, values));
        // "No single cause" speaks of cramps: where none is reported it is no answer.
        let silent = entry.kind == ConditionKind::Ordinary && !self.cramps;
        let share = if silent { 0.0 } else { posterior.accounts[condition.at()].clamp(0.0, 1.0) };
        let accounts = share.max(contribution.unwrap_or(0.0));
        Belief { condition, present: point(present), contribution: contribution.map(point), accounts }
    }

    /// Fills in ranges; returns how often the leading cause stays the leading one.
    fn ranges(&self, order: &Order, draws: &Draws, count: usize, beliefs: &mut [Belief]) -> f64 {
        let n = beliefs.len();
        let mut present = vec![Vec::with_capacity(count); n];
        let mut contribution = vec![Vec::with_capacity(count); n];
        let leader = leader(beliefs);
        let mut kept = 0;
        let redrawn = |draw| self.builder().problem(&self.evidence, Values::Draw(draws, draw));
        let problems: Vec<Problem> = (0..count).map(redrawn).collect();
        for (draw, posterior) in order.solve_all(&problems).iter().enumerate() {
            let values = Values::Draw(draws, draw);
            let redrawn: Vec<Belief> = (0..n).map(|at| self.belief(CondIx(at as u32), posterior, values)).collect();
            kept += usize::from(self::leader(&redrawn) == leader);
            for (at, belief) in redrawn.iter().enumerate() {
                present[at].push(belief.present.mean);
                contribution[at].push(belief.contribution.map_or(0.0, |c| c.mean));
            }
        }
        let ranged = |mean: f64, values: &mut [f64]| {
            let (low, high) = central_90(values);
            Range { mean, low: low.min(mean), high: high.max(mean) }
        };
        for (at, belief) in beliefs.iter_mut().enumerate() {
            belief.present = ranged(belief.present.mean, &mut present[at]);
            belief.contribution = belief.contribution.map(|c| ranged(c.mean, &mut contribution[at]));
        }
        kept as f64 / count as f64
    }
}

/// Beliefs about all conditions.
#[derive(Debug)]
pub struct Beliefs {
    /// Ranked, most likely part first.
    pub ranked: Vec<Belief>,
    /// What they come from.
    pub point: Point,
    /// How often the leading cause stays the leading one when the inputs are redrawn.
    pub stability: Option<f64>,
}

/// The point estimate and how it was reached.
#[derive(Debug)]
pub struct Point {
    /// The problem with the best values.
    pub problem: Problem,
    /// The order it was solved in.
    pub order: Order,
    /// Its posterior.
    pub posterior: Posterior,
    /// Set when a bound was met.
    pub approximate: Option<Approximation>,
}

fn leader(beliefs: &[Belief]) -> Option<CondIx> {
    beliefs
        .iter()
        .max_by(|a, b| a.accounts.total_cmp(&b.accounts).then(b.condition.cmp(&a.condition)))
        .map(|belief| belief.condition)
}

fn rank(beliefs: &mut [Belief], knowledge: &Knowledge) {
    let danger = |belief: &Belief| knowledge.conditions[belief.condition.at()].danger;
    beliefs.sort_by(|a, b| {
        b.accounts
            .total_cmp(&a.accounts)
            .then(b.present.mean.total_cmp(&a.present.mean))
            .then(danger(b).total_cmp(&danger(a)))
            .then(a.condition.cmp(&b.condition))
    });
}

/// The ordinary cramp.
pub fn ordinary(knowledge: &Knowledge) -> Option<CondIx> {
    let at = knowledge.conditions.iter().position(|c| c.kind == ConditionKind::Ordinary)?;
    Some(CondIx(at as u32))
}
