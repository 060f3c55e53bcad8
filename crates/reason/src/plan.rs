//! The plan: what to do, in lanes, behind safety gates.

use charley_knowledge::{Intervention, Knowledge, Lane};

use crate::eval::Eval;
use crate::infer::Belief;

/// Where an item lands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Tonight.
    Tonight,
    /// This week.
    ThisWeek,
    /// Ask your prescriber.
    AskPrescriber,
    /// Clinic options.
    ClinicOptions,
    /// Not for you, because.
    NotForYou,
    /// Not worth it, because.
    NotWorthIt,
}

/// One item of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Index of the intervention.
    pub intervention: usize,
    /// Where it lands.
    pub place: Place,
    /// Why it lands there.
    pub because: Vec<String>,
    /// Expected effect × evidence × fit − burden.
    pub score: f64,
}

/// Fit of something that is for anyone with cramps.
const GENERAL_FIT: f64 = 0.6;
/// Expected effect where no trial gives one (our judgement).
const UNKNOWN_EFFECT: f64 = 0.1;
/// Weight of the burden in the order.
const BURDEN_WEIGHT: f64 = 0.15;

/// The plan; empty for children, whose plan is to be seen.
pub fn plan(eval: &Eval<'_, '_>, beliefs: &[Belief], cramps: bool) -> Vec<Item> {
    let knowledge = eval.facts.knowledge;
    if eval.facts.number("age").is_some_and(|age| age < 18.0) {
        return Vec::new();
    }
    let mut items: Vec<Item> = knowledge
        .interventions
        .iter()
        .enumerate()
        .filter_map(|(at, intervention)| item(eval, knowledge, beliefs, cramps, at, intervention))
        .collect();
    items.sort_by(|a, b| {
        a.place.cmp(&b.place).then(b.score.total_cmp(&a.score)).then(a.intervention.cmp(&b.intervention))
    });
    items
}

fn item(
    eval: &Eval<'_, '_>,
    knowledge: &Knowledge,
    beliefs: &[Belief],
    cramps: bool,
    at: usize,
    intervention: &Intervention,
) -> Option<Item> {
    let indicated = intervention.when.as_ref().is_none_or(|when| eval.holds(when));
    let fit = fit(beliefs, cramps, intervention);
    if !indicated || fit < 0.05 {
        return None;
    }
    let holding = |gates: &[charley_knowledge::Gate]| -> Vec<String> {
        gates.iter().filter(|gate| eval.holds(&gate.when)).map(|gate| gate.because.clone()).collect()
    };
    let barred = holding(&intervention.not_for);
    let ask_first = holding(&intervention.ask_first);
    let (place, because) = if intervention.lane == Lane::NotWorthIt {
        (Place::NotWorthIt, vec![intervention.because.clone()])
    } else if !barred.is_empty() {
        (Place::NotForYou, barred)
    } else if !ask_first.is_empty() && matches!(intervention.lane, Lane::Tonight | Lane::ThisWeek) {
        (Place::AskPrescriber, ask_first)
    } else {
        let place = match intervention.lane {
            Lane::Tonight => Place::Tonight,
            Lane::ThisWeek => Place::ThisWeek,
            Lane::AskPrescriber => Place::AskPrescriber,
            Lane::ClinicOption => Place::ClinicOptions,
            Lane::NotWorthIt => Place::NotWorthIt,
        };
        (place, ask_first)
    };
    let because = because.into_iter().filter(|text| !text.is_empty()).collect();
    Some(Item { intervention: at, place, because, score: score(knowledge, intervention, fit) })
}

/// The public formula of the order; nobody can buy a place in it.
fn score(knowledge: &Knowledge, intervention: &Intervention, fit: f64) -> f64 {
    let effect = intervention.effect.map_or(UNKNOWN_EFFECT, |param| (1.0 - knowledge.param(param).param.m).max(0.0));
    effect * intervention.grade.weight() * fit - BURDEN_WEIGHT * intervention.burden
}

/// How well an intervention fits: the highest belief among what it treats.
fn fit(beliefs: &[Belief], cramps: bool, intervention: &Intervention) -> f64 {
    if intervention.treats.is_empty() {
        return if cramps { GENERAL_FIT } else { 0.0 };
    }
    beliefs
        .iter()
        .filter(|belief| intervention.treats.contains(&belief.condition))
        .map(|belief| belief.accounts.max(belief.contribution.map_or(0.0, |c| c.mean)))
        .fold(0.0, f64::max)
}
