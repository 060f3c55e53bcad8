//! An interview with a case: it starts from the complaint and answers what it is asked, else "don't know".

use std::collections::BTreeSet;

use charley_reason::assess::{Options, Reasoner};
use charley_reason::{FactError, Given, Urgency};

use super::facts_named;

/// Most questions after the danger check.
pub const MOST_QUESTIONS: usize = 12;

/// What a person says first: what troubles the legs, and when.
const COMPLAINT: [&str; 36] = [
    "nocturnal_symptoms",
    "wakes_from_sleep",
    "cramps_during_exercise",
    "leg_cramps",
    "calf_cramps",
    "foot_cramps",
    "muscle_cramps",
    "muscle_spasms",
    "whole_body_cramps",
    "hand_cramps",
    "leg_pain",
    "calf_pain",
    "thigh_pain",
    "foot_pain",
    "toe_pain",
    "knee_pain",
    "hip_pain",
    "back_pain",
    "muscle_pain",
    "leg_swelling",
    "ankle_swelling",
    "leg_redness",
    "leg_weakness",
    "muscle_weakness",
    "proximal_weakness",
    "generalised_weakness",
    "leg_paralysis",
    "leg_numbness",
    "leg_tingling",
    "foot_tingling",
    "foot_numbness",
    "thigh_tingling",
    "urge_to_move_legs",
    "leg_discomfort",
    "widespread_pain",
    "visible_varicose_veins",
];

/// What every intake asks on its first page: who the person is, what they take and what they have.
const INTAKE: [&str; 14] = [
    "age",
    "age_band",
    "sex",
    "pregnant",
    "gestation_weeks",
    "condition",
    "condition_absent",
    "medicine",
    "medicine_absent",
    "new_medicine",
    "symptom_improves_on_stopping",
    "symptom_returns_on_restart",
    "laterality",
    "symptom_duration",
];

/// Runs the interview; gives the number of questions and the facts learnt.
///
/// # Errors
/// Facts of the case that are refused.
pub fn interview(reasoner: &Reasoner, case: &[Given], lay: bool) -> Result<(usize, Vec<Given>), Vec<FactError>> {
    let mut known: Vec<Given> = Vec::new();
    let learn = |names: &mut dyn Iterator<Item = String>, known: &mut Vec<Given>| {
        for name in names {
            if known.iter().all(|fact| fact.name != name) {
                known.extend(facts_named(case, &name).into_iter().cloned());
            }
        }
    };
    learn(&mut COMPLAINT.iter().chain(&INTAKE).map(|name| (*name).to_owned()), &mut known);
    learn(&mut danger_facts(reasoner, case)?.into_iter(), &mut known);
    let options = Options { ranges: false, reasons: false, questions: true, person: lay };
    let mut asked: BTreeSet<String> = BTreeSet::new();
    while asked.len() < MOST_QUESTIONS {
        let answer = reasoner.assess(&known, options)?;
        let next = answer
            .next_questions
            .iter()
            .map(|question| reasoner.knowledge.facts[question.fact.at()].name.clone())
            .find(|name| !asked.contains(name));
        let Some(name) = next else { break };
        learn(&mut same_question(reasoner, &name).into_iter(), &mut known);
        asked.insert(name);
    }
    Ok((asked.len(), known))
}

/// A case answers a question in its own words: with whatever it says of the findings that the question is about.
fn same_question(reasoner: &Reasoner, fact: &str) -> BTreeSet<String> {
    let knowledge = &reasoner.knowledge;
    let mut names = BTreeSet::from([fact.to_owned()]);
    let Some((asked, _)) = knowledge.fact(fact) else { return names };
    for finding in knowledge.findings.iter().filter(|finding| finding.ask.contains(&asked)) {
        let named = &knowledge.names[finding.name.at()];
        for (at, entry) in knowledge.facts.iter().enumerate() {
            let ix = charley_knowledge::FactIx(at as u32);
            if charley_reason::triage::reads(knowledge, &named.yes, ix) {
                names.insert(entry.name.clone());
            }
        }
    }
    names
}

/// The danger check, answered truthfully: whatever makes an urgent rule true on the whole case is ticked there.
fn danger_facts(reasoner: &Reasoner, case: &[Given]) -> Result<BTreeSet<String>, Vec<FactError>> {
    let options = Options { ranges: false, reasons: false, questions: false, person: false };
    let answer = reasoner.assess(case, options)?;
    let urgent = answer.triage.flags.iter().filter(|flag| flag.urgency >= Urgency::SameDay);
    let because = urgent.flat_map(|flag| &flag.because);
    Ok(because.map(|fact| reasoner.knowledge.facts[fact.at()].name.clone()).collect())
}
