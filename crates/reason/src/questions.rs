//! What to ask, test or examine next: expected gain in decision-relevant certainty, per burden.

use charley_knowledge::{FactIx, FindIx, Knowledge};

use crate::eval::{Eval, Observed};
use crate::infer::Inference;
use crate::network::draws::Values;
use crate::network::{Posterior, Presence};
use crate::rough::{Estimate, Rough};
use crate::triage::{Triage, Urgency};
use crate::what_if::WhatIf;

/// A question worth asking.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The fact.
    pub fact: FactIx,
    /// Gain per burden.
    pub value: f64,
}

/// Candidates that are computed exactly after a first rough pass.
const EXACT: usize = 24;
/// Below this no answer would change the leading causes or the plan.
const WORTHLESS: f64 = 0.035;
/// Gain credited to a fact that alone would make an urgent rule true, shared among the facts that would.
const URGENT: f64 = 0.10;
/// No question counts as easier than this.
const LEAST_BURDEN: f64 = 0.5;

/// The most that a background row counts as moving the logarithm of the odds.
const MOST_MOVED: f64 = 3.0;

/// What questions are chosen from.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// The inference for this person.
    pub inference: &'a Inference<'a>,
    /// What one more finding would say.
    pub what_if: &'a WhatIf<'a>,
    /// The knowledge in plain numbers.
    pub rough: &'a Rough,
    /// Of each finding that is unknown: what it is roughly worth.
    pub estimates: &'a [Option<Estimate>],
}

impl Choice<'_> {
    /// Gains of all unknown findings that pass the filter: exact for the most promising.
    fn gains(&self, knowledge: &Knowledge, wanted: impl Fn(FindIx) -> bool) -> Vec<(FindIx, f64)> {
        let mut best: Vec<(FindIx, Estimate)> = self
            .estimates
            .iter()
            .enumerate()
            .filter_map(|(at, estimate)| Some((FindIx(at as u32), (*estimate)?)))
            .filter(|(finding, _)| wanted(*finding))
            .collect();
        best.sort_by(|a, b| b.1.gain.total_cmp(&a.1.gain).then(a.0.cmp(&b.0)));
        best.truncate(EXACT);
        let added: Vec<_> = best.iter().map(|(finding, _)| (*finding, mildest(knowledge, *finding))).collect();
        let seen = self.what_if.with_each(&added);
        best.into_iter()
            .zip(seen)
            .map(|((finding, estimate), seen)| {
                let exact = |seen| gain(self.rough, &self.what_if.point.posterior, &seen, estimate.probability);
                (finding, seen.map_or(estimate.gain, exact))
            })
            .collect()
    }

    /// Expected gain of a test or an examination: the best of its findings that are still unknown.
    pub fn bundle_gain(&self, findings: &[FindIx]) -> f64 {
        let unknown = findings.iter().filter_map(|finding| self.estimates[finding.at()]);
        unknown.map(|estimate| estimate.gain).fold(0.0, f64::max)
    }
}

/// A finding that is there, in the mildest of its states that count.
fn mildest(knowledge: &Knowledge, finding: FindIx) -> Observed {
    if knowledge.findings[finding.at()].states.is_empty() { Observed::Yes } else { Observed::State(1) }
}

/// Expected fall of the danger-weighted variance when a finding becomes known.
fn gain(rough: &Rough, now: &Posterior, seen: &Presence, probability: f64) -> f64 {
    if probability <= 0.0 || probability >= 1.0 {
        return 0.0;
    }
    let share = probability / (1.0 - probability);
    now.present
        .iter()
        .zip(&seen.present)
        .enumerate()
        .map(|(at, (before, after))| rough.stake(at) * share * (after - before) * (after - before))
        .sum()
}

/// The questions that would help most. `person` keeps to what can be answered at home; `asked_before` tells of each
/// fact whether the danger check has asked it.
pub fn next_questions(
    eval: &Eval<'_, '_>,
    choice: &Choice<'_>,
    triage: &Triage,
    asked_before: &[bool],
    person: bool,
) -> Vec<Question> {
    let knowledge = eval.facts.knowledge;
    let open = |fact: FactIx| {
        let known = eval.facts.get(fact);
        let unknown = !known.is_given() && known.absent.is_empty();
        knowledge.facts[fact.at()].ask.as_ref().is_some_and(|ask| {
            unknown
                && !asked_before[fact.at()]
                && (!person || ask.person)
                && ask.when.as_ref().is_none_or(|when| eval.tri(when) != Some(false))
        })
    };
    let mut values: Vec<Option<f64>> = vec![None; knowledge.facts.len()];
    let mut credit = |fact: FactIx, value: f64| {
        let burden = knowledge.facts[fact.at()].ask.as_ref().map_or(1.0, |ask| ask.burden.max(LEAST_BURDEN));
        let best = &mut values[fact.at()];
        *best = Some(best.map_or(value / burden, |best| best.max(value / burden)));
    };
    let askable = |finding: FindIx| knowledge.findings[finding.at()].ask.iter().find(|fact| open(**fact)).copied();
    for (finding, value) in choice.gains(knowledge, |finding| askable(finding).is_some()) {
        if let Some(fact) = askable(finding) {
            credit(fact, value);
        }
    }
    for (fact, value) in background_gains(eval, choice) {
        if open(fact) {
            credit(fact, value);
        }
    }
    for (at, rule) in knowledge.rules.iter().enumerate() {
        let urgency = Urgency::from_word(&rule.disposition);
        if urgency >= Urgency::SameDay && urgency > triage.urgency {
            let facts: Vec<FactIx> = eval.signs_one_away(at).into_iter().filter(|fact| open(*fact)).collect();
            for fact in &facts {
                credit(*fact, URGENT / facts.len() as f64);
            }
        }
    }
    let mut questions: Vec<Question> = values
        .into_iter()
        .enumerate()
        .filter_map(|(at, value)| Some(Question { fact: FactIx(at as u32), value: value? }))
        .filter(|question| question.value >= WORTHLESS)
        .collect();
    questions.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.fact.cmp(&b.fact)));
    questions
}

/// Of each fact: whether the danger check asks it, there with its own follow-up.
pub fn danger_signs(knowledge: &Knowledge) -> Vec<bool> {
    let mut signs = vec![false; knowledge.facts.len()];
    let sets = knowledge.danger_lists.iter().flat_map(|list| &list.items).flat_map(|item| &item.sets);
    for name in sets.filter_map(|set| set.split('=').next()) {
        if let Some((fact, _)) = knowledge.fact(name.trim()) {
            signs[fact.at()] = true;
        }
    }
    signs
}

/// Gains of facts that move the prior odds of likely conditions (age, pregnancy, diagnoses, medicines).
fn background_gains(eval: &Eval<'_, '_>, choice: &Choice<'_>) -> Vec<(FactIx, f64)> {
    let knowledge = eval.facts.knowledge;
    let mut gains = Vec::new();
    for (at, condition) in knowledge.conditions.iter().enumerate() {
        if choice.inference.person.known[at].is_some() {
            continue;
        }
        let present = choice.what_if.point.posterior.present[at];
        let spread = present * (1.0 - present) * choice.rough.stake(at);
        // A first-order change of the posterior, for an answer that is yes one time in five.
        let value = |moved: f64| 0.2 * spread * moved * moved * present.min(0.5);
        // What the easiest question would not be worth asking for needs no further look.
        let is_worthless = |moved: f64| value(moved) / LEAST_BURDEN < WORTHLESS;
        if is_worthless(MOST_MOVED) {
            continue;
        }
        for row in &choice.inference.person.open[at] {
            let row = &condition.background[*row];
            let moved = choice.inference.builder().log_ratio(row, Values::Best).abs().min(MOST_MOVED);
            if is_worthless(moved) {
                continue;
            }
            let value = value(moved);
            for fact in eval.open_facts(&row.when) {
                gains.push((fact, value));
            }
        }
    }
    gains
}
