//! The plan behind its gates, and the copy for the person.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;

use charley_clinic::plan::{Allowed, Choice, Chosen, Lane, Plan, choices, copy};
use charley_wire::{Assessment, Case, Options, Plan as Gated, PlanItem};
use common::{facts, knowledge, long_sentences, reasoner, today};

fn assessment(lines: &[&str]) -> Assessment {
    charley_wire::assess(reasoner(), &Case { id: None, facts: facts(lines) }, &Options::default()).unwrap()
}

fn plan(ids: &[&str]) -> Plan {
    Plan {
        goals: vec!["Sleep through five nights a week".to_owned()],
        chosen: ids.iter().map(|id| Chosen { id: (*id).to_owned(), note: String::new() }).collect(),
        began: Some(today()),
        ..Plan::default()
    }
}

/// A gated plan with everything that the knowledge offers, each in its own lane.
fn everything() -> Gated {
    let mut gated = Gated::default();
    for item in &knowledge().interventions {
        let entry = PlanItem {
            id: item.id.clone(),
            name: item.name.clone(),
            how: item.how.clone(),
            dose: item.dose.clone(),
            effect: item.effect_text.clone(),
            time_to_effect: item.time_to_effect.clone(),
            grade: item.grade.as_str().to_owned(),
            because: item.ask_first.iter().map(|gate| gate.because.clone()).collect(),
            score: 0.0.into(),
            source: item.src.clone(),
            unconfirmed: item.unconfirmed,
        };
        match item.lane {
            charley_knowledge::Lane::Tonight => gated.tonight.push(entry),
            charley_knowledge::Lane::ThisWeek => gated.this_week.push(entry),
            charley_knowledge::Lane::AskPrescriber => gated.ask_prescriber.push(entry),
            charley_knowledge::Lane::ClinicOption => gated.clinic_options.push(entry),
            charley_knowledge::Lane::NotWorthIt => gated.not_worth_it.push(entry),
        }
    }
    gated
}

#[test]
fn what_a_gate_bars_cannot_be_chosen() {
    let kidneys =
        assessment(&["leg_cramps = yes", "age = 70 yr", "sex = male", "lab_egfr = 20 mL/min", "pregnant = no"]);
    let open = choices(&kidneys.plan, false);
    let barred: Vec<&Choice<'_>> = open.iter().filter(|choice| choice.lane.allows() == Allowed::No).collect();
    assert!(barred.iter().any(|choice| choice.lane == Lane::NotForYou), "{:?}", kidneys.plan.not_for_you);
    for choice in barred {
        let faults = plan(&[&choice.item.id]).check(&open).unwrap_err();
        assert!(faults.iter().any(|fault| fault.field == "chosen" && fault.problem.contains(&choice.item.name)));
    }
    for choice in open.iter().filter(|choice| choice.lane.allows() != Allowed::No) {
        assert_eq!(plan(&[&choice.item.id]).check(&open), Ok(()), "{}", choice.item.id);
    }
}

#[test]
fn measured_arteries_bar_stockings_whatever_the_lane() {
    let gated = everything();
    let lane = |barred: bool| {
        let all = choices(&gated, barred);
        all.iter().find(|choice| choice.item.id == "compression_stockings").unwrap().lane
    };
    assert_eq!(lane(false), Lane::ThisWeek);
    assert_eq!(lane(true), Lane::NotForYou);
    assert!(plan(&["compression_stockings"]).check(&choices(&gated, true)).is_err());
}

#[test]
fn quinine_can_never_be_chosen() {
    let open = everything();
    assert!(plan(&["quinine"]).check(&choices(&open, false)).is_err());
}

#[test]
fn a_plan_needs_a_goal_and_a_first_day_and_no_more_than_fits() {
    let gated = everything();
    let open = choices(&gated, false);
    let mut empty = plan(&[]);
    empty.goals = vec![" ".to_owned()];
    empty.began = None;
    let fields: Vec<String> = empty.check(&open).unwrap_err().into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["goals", "began"]);
    assert!(plan(&["stretch_calf_hamstring", "stretch_calf_hamstring"]).check(&open).is_err());
    assert!(plan(&["not_there"]).check(&open).unwrap_err()[0].problem.contains("any more"));
    let ids: Vec<&str> = open
        .iter()
        .filter(|choice| choice.lane.allows() != Allowed::No)
        .map(|choice| choice.item.id.as_str())
        .take(13)
        .collect();
    assert!(plan(&ids).check(&open).is_err());
}

#[test]
fn a_prescriber_s_item_becomes_a_question_and_carries_no_dose() {
    let gated = everything();
    let open = choices(&gated, false);
    let made = copy(&plan(&["diltiazem", "stretch_calf_hamstring"]), &open, "Watch your legs.", "v", &str::to_owned);
    let section = |title: &str| made.sections.iter().find(|section| section.title == title);
    let ask = section("What to ask the person who prescribes").unwrap();
    assert!(ask.items[0].text.contains("Keep taking your medicines"));
    assert_eq!(ask.items.len(), 2);
    assert!(!ask.items[1].text.contains("How much"));
    assert_eq!(section("What to do").unwrap().items.len(), 1);
    assert!(section("What we do at the clinic").is_none());
}

#[test]
fn clinic_options_say_their_grade_and_that_one_may_say_no() {
    let gated = everything();
    let open = choices(&gated, false);
    for choice in open.iter().filter(|choice| choice.lane == Lane::ClinicOption) {
        let made = copy(&plan(&[&choice.item.id]), &open, "Watch.", "v", &str::to_owned);
        let section = made.sections.iter().find(|section| section.title == "What we do at the clinic").unwrap();
        assert!(section.items[0].text.contains("You can say no"));
        let grade = format!("Evidence: {} ({})", choice.item.grade, charley_words::grade(&choice.item.grade));
        assert!(section.items[1].text.contains(&grade), "{}", section.items[1].text);
    }
}

/// Every item that can be chosen, in sentences of at most 20 words, and none tells anybody to stop a medicine.
#[test]
fn the_copy_is_in_plain_words() {
    let gated = everything();
    let open = choices(&gated, false);
    let net = knowledge().actions.iter().map(|action| action.safety_net.as_str()).collect::<Vec<_>>().join(" ");
    for choice in open.iter().filter(|choice| choice.lane.allows() != Allowed::No) {
        let made = copy(&plan(&[&choice.item.id]), &open, &net, "v", &str::to_owned);
        for item in made.sections.iter().flat_map(|section| &section.items) {
            assert!(long_sentences(&item.text).is_empty(), "{}: {:?}", choice.item.id, long_sentences(&item.text));
            let lower = item.text.to_lowercase();
            for words in ["stop taking", "you are fine", "nothing to worry"] {
                assert!(!lower.contains(words) || lower.contains("do not stop"), "{}: {words}", choice.item.id);
            }
        }
        let last: Vec<&str> = made.sections.iter().rev().take(2).map(|section| section.title.as_str()).collect();
        assert_eq!(last, ["When to get help sooner", "When we ask you how it went"]);
    }
}

#[test]
fn follow_ups_are_told_by_date() {
    let gated = everything();
    let made = copy(&plan(&[]), &choices(&gated, false), "Watch.", "v", &str::to_owned);
    let weeks = made.sections.iter().find(|section| section.title.contains("how it went")).unwrap();
    let names: Vec<&str> = weeks.items.iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["", "After 4 weeks", "After 12 weeks", "After 26 weeks", "After 52 weeks"]);
    assert_eq!(weeks.items[1].text, "about 22 Dec 2026");
}
