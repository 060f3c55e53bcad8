//! What to ask, test or examine next: expected gain in decision-relevant certainty, per burden.

use charley_knowledge::{FactIx, FindIx, Knowledge};

use crate::eval::{Eval, Observed};
use crate::infer::{Inference, Point};
use crate::network::Posterior;
use crate::triage::{Triage, Urgency};

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

/// How much knowing a condition matters: its danger counts most.
fn stake(knowledge: &Knowledge, condition: usize) -> f64 {
    1.0 + 0.5 * knowledge.conditions[condition].danger
}

/// Expected fall of the danger-weighted variance when a finding becomes known.
fn gain(knowledge: &Knowledge, now: &Posterior, seen: &Posterior, probability: f64) -> f64 {
    if probability <= 0.0 || probability >= 1.0 {
        return 0.0;
    }
    let share = probability / (1.0 - probability);
    now.present
        .iter()
        .zip(&seen.present)
        .enumerate()
        .map(|(at, (before, after))| stake(knowledge, at) * share * (after - before) * (after - before))
        .sum()
}

/// Probability of a finding from the present posteriors, taking the conditions one by one.
fn rough_probability(knowledge: &Knowledge, now: &Posterior, finding: FindIx) -> f64 {
    let entry = &knowledge.findings[finding.at()];
    let first = |weights: &[Option<charley_knowledge::ParamIx>]| {
        weights.iter().flatten().map(|param| knowledge.param(*param).param.m).fold(0.0, f64::max)
    };
    let leak = knowledge.param(entry.leak[0]).param.m;
    let silent: f64 =
        entry.parents.iter().map(|(condition, weights)| 1.0 - now.present[condition.at()] * first(weights)).product();
    1.0 - (1.0 - leak) * silent
}

/// A cheap bound on the gain, to choose which findings are computed exactly.
fn rough_gain(knowledge: &Knowledge, now: &Posterior, finding: FindIx) -> f64 {
    let entry = &knowledge.findings[finding.at()];
    let probability = rough_probability(knowledge, now, finding);
    entry
        .parents
        .iter()
        .map(|(condition, weights)| {
            let at = condition.at();
            let weight = weights.iter().flatten().map(|param| knowledge.param(*param).param.m).fold(0.0, f64::max);
            let before = now.present[at];
            let after = (before * (weight + (1.0 - weight) * probability) / probability.max(1e-9)).min(1.0);
            let share = probability / (1.0 - probability).max(1e-9);
            stake(knowledge, at) * share * (after - before) * (after - before)
        })
        .sum()
}

/// A finding that is there, in the mildest of its states that count.
fn seen(knowledge: &Knowledge, finding: FindIx) -> Observed {
    if knowledge.findings[finding.at()].states.is_empty() { Observed::Yes } else { Observed::State(1) }
}

/// Gains of all unknown findings that pass the filter: exact for the most promising.
pub fn gains(
    inference: &Inference<'_>,
    knowledge: &Knowledge,
    point: &Point,
    wanted: impl Fn(FindIx) -> bool,
) -> Vec<(FindIx, f64)> {
    let now = &point.posterior;
    let known: Vec<FindIx> = inference.evidence.iter().map(|(finding, _)| *finding).collect();
    let mut rough: Vec<(FindIx, f64)> = (0..knowledge.findings.len())
        .map(|at| FindIx(at as u32))
        .filter(|finding| !known.contains(finding) && wanted(*finding))
        .map(|finding| (finding, rough_gain(knowledge, now, finding)))
        .collect();
    rough.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    rough.truncate(EXACT);
    let added: Vec<_> = rough.iter().map(|(finding, _)| (*finding, seen(knowledge, *finding))).collect();
    let posteriors = inference.with_each(point, &added);
    let mut exact: Vec<(FindIx, f64)> = rough
        .into_iter()
        .zip(posteriors)
        .map(|((finding, rough), seen)| {
            let exact = |seen| gain(knowledge, now, &seen, rough_probability(knowledge, now, finding));
            (finding, seen.map_or(rough, exact))
        })
        .collect();
    exact.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    exact
}

/// The questions that would help most. `person` keeps to what can be answered at home.
pub fn next_questions(
    eval: &Eval<'_, '_>,
    inference: &Inference<'_>,
    point: &Point,
    triage: &Triage,
    person: bool,
) -> Vec<Question> {
    let knowledge = eval.facts.knowledge;
    let danger_signs: Vec<&str> = knowledge
        .danger_lists
        .iter()
        .flat_map(|list| &list.items)
        .flat_map(|item| &item.sets)
        .filter_map(|set| set.split('=').next())
        .map(str::trim)
        .collect();
    let open = |fact: FactIx| {
        let entry = &knowledge.facts[fact.at()];
        let known = eval.facts.get(fact);
        let unknown = !known.is_given() && known.absent.is_empty();
        // The signs of the danger check have been asked there, with their own follow-up.
        let asked_before = danger_signs.contains(&entry.name.as_str());
        entry.ask.as_ref().is_some_and(|ask| {
            unknown
                && !asked_before
                && (!person || ask.person)
                && ask.when.as_ref().is_none_or(|when| eval.tri(when) != Some(false))
        })
    };
    let mut values: Vec<(FactIx, f64)> = Vec::new();
    let mut credit = |fact: FactIx, value: f64| {
        let burden = knowledge.facts[fact.at()].ask.as_ref().map_or(1.0, |ask| ask.burden.max(0.5));
        let value = value / burden;
        match values.iter_mut().find(|(known, _)| *known == fact) {
            Some((_, best)) => *best = best.max(value),
            None => values.push((fact, value)),
        }
    };
    let askable = |finding: FindIx| knowledge.findings[finding.at()].ask.iter().find(|fact| open(**fact)).copied();
    for (finding, value) in gains(inference, knowledge, point, |finding| askable(finding).is_some()) {
        if let Some(fact) = askable(finding) {
            credit(fact, value);
        }
    }
    for (fact, value) in background_gains(eval, inference, &point.posterior) {
        if open(fact) {
            credit(fact, value);
        }
    }
    for rule in knowledge.rules.iter().filter(|rule| Urgency::from_word(&rule.disposition) >= Urgency::SameDay) {
        if Urgency::from_word(&rule.disposition) > triage.urgency && eval.tri(&rule.when).is_none() {
            let facts: Vec<FactIx> = eval.one_answer_away(&rule.when).into_iter().filter(|fact| open(*fact)).collect();
            for fact in &facts {
                credit(*fact, URGENT / facts.len() as f64);
            }
        }
    }
    let mut questions: Vec<Question> = values
        .into_iter()
        .filter(|(_, value)| *value >= WORTHLESS)
        .map(|(fact, value)| Question { fact, value })
        .collect();
    questions.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.fact.cmp(&b.fact)));
    questions
}

/// Gains of facts that move the prior odds of likely conditions (age, pregnancy, diagnoses, medicines).
fn background_gains(eval: &Eval<'_, '_>, inference: &Inference<'_>, now: &Posterior) -> Vec<(FactIx, f64)> {
    let knowledge = eval.facts.knowledge;
    let mut gains = Vec::new();
    for (at, condition) in knowledge.conditions.iter().enumerate() {
        if inference.person.known[at].is_some() {
            continue;
        }
        let spread = now.present[at] * (1.0 - now.present[at]) * stake(knowledge, at);
        for row in &condition.background {
            if eval.tri(&row.when).is_some() {
                continue;
            }
            let moved = inference.builder().log_ratio(row, crate::network::draws::Values::Best).abs().min(3.0);
            // A first-order change of the posterior, for an answer that is yes one time in five.
            let value = 0.2 * spread * moved * moved * now.present[at].min(0.5);
            for fact in eval.open_facts(&row.when) {
                gains.push((fact, value));
            }
        }
    }
    gains
}

/// Expected gain of a test or an examination: the best of its findings that are still unknown.
pub fn bundle_gain(inference: &Inference<'_>, knowledge: &Knowledge, now: &Posterior, findings: &[FindIx]) -> f64 {
    let known: Vec<FindIx> = inference.evidence.iter().map(|(finding, _)| *finding).collect();
    findings
        .iter()
        .filter(|finding| !known.contains(finding))
        .map(|finding| rough_gain(knowledge, now, *finding))
        .fold(0.0, f64::max)
}
