//! Facts of all parts put together, and what changed since.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;

use charley_clinic::body;
use charley_clinic::evaluation::{Gathered, Move, Parts, Snapshot, age_years, assess, changes, gather};
use charley_clinic::intake::{Intake, Kept};
use charley_clinic::laboratory::{Laboratory, Panel, Reading};
use charley_clinic::medicines::Medicines;
use charley_clinic::vascular::{LegTests, Vascular};
use common::{fact, facts, knowledge, reasoner, today};
use jiff::civil::date;

fn intake(lines: &[&str]) -> Intake {
    Intake { facts: lines.iter().map(|line| Kept::of(&fact(line), today())).collect(), ..Intake::default() }
}

fn value(gathered: &Gathered, name: &str) -> Vec<String> {
    let of = gathered.facts.iter().filter(|fact| fact.name == name);
    of.map(|fact| fact.value.as_str().map_or_else(|| fact.value.to_string(), str::to_owned)).collect()
}

fn panel(value: &str) -> Laboratory {
    let reading = |analyte: &str, value: &str, unit: &str| Reading {
        analyte: analyte.to_owned(),
        value: value.to_owned(),
        unit: unit.to_owned(),
        ..Reading::default()
    };
    let results = vec![reading("potassium", value, "mmol/L"), reading("creatinine", "200", "umol/L")];
    Laboratory { panels: vec![Panel { date: today(), laboratory: String::new(), results }] }
}

#[test]
fn the_clinic_s_word_goes_over_the_person_s_and_the_difference_is_told() {
    let shared = facts(&["leg_cramps = yes", "hard_knot = no", "age = 60 yr", "sex = male", "calf_cramps = yes"]);
    let intake = intake(&["hard_knot = yes", "calf_cramps = yes", "exam_normal = yes"]);
    let all = gather(knowledge(), &Parts { shared: &shared, intake: Some(&intake), ..Parts::default() }, today());
    assert_eq!(value(&all, "hard_knot"), ["yes"]);
    assert_eq!(value(&all, "leg_cramps"), ["yes"]);
    assert_eq!(all.differences.len(), 1, "{:?}", all.differences);
    assert_eq!((all.differences[0].person.as_str(), all.differences[0].clinic.as_str()), ("no", "yes"));
    assert!(assess(reasoner(), &all).is_ok());
}

#[test]
fn a_diagnosis_that_one_says_and_the_other_denies_is_no_contradiction() {
    let shared = facts(&["condition = diabetes", "condition = hypertension"]);
    let intake = intake(&["condition_absent = diabetes"]);
    let all = gather(knowledge(), &Parts { shared: &shared, intake: Some(&intake), ..Parts::default() }, today());
    assert_eq!(value(&all, "condition"), ["hypertension"]);
    assert_eq!(all.differences.len(), 1);
    assert!(assess(reasoner(), &all).is_ok());
    let both = Intake { illnesses: vec!["Diabetes".to_owned(), "gout".to_owned()], ..Intake::default() };
    let all = gather(knowledge(), &Parts { shared: &shared, intake: Some(&both), ..Parts::default() }, today());
    assert_eq!(value(&all, "condition"), ["diabetes", "hypertension", "gout"], "said twice it stands once");
}

#[test]
fn a_reviewed_list_of_medicines_replaces_the_person_s() {
    let shared = facts(&["medicine = salbutamol", "new_medicine = furosemide", "medicines_complete = yes"]);
    let mut medicines = Medicines::default();
    medicines.read(knowledge(), "ramipril 5 mg");
    let all = gather(knowledge(), &Parts { shared: &shared, medicines: Some(&medicines), ..Parts::default() }, today());
    assert_eq!(value(&all, "medicine"), ["ramipril"]);
    assert!(value(&all, "new_medicine").is_empty() && value(&all, "medicines_complete").is_empty());
}

#[test]
fn a_new_creatinine_takes_an_old_filter_rate_away() {
    let shared =
        facts(&["leg_cramps = yes", "lab_egfr = 90 mL/min", "lab_potassium = 5.1 mmol/L", "age = 70 yr", "sex = male"]);
    let laboratory = panel("4.0");
    let all =
        gather(knowledge(), &Parts { shared: &shared, laboratory: Some(&laboratory), ..Parts::default() }, today());
    assert_eq!(value(&all, "lab_potassium"), ["4.0"]);
    assert!(value(&all, "lab_egfr").is_empty());
    let kidney = assess(reasoner(), &all).unwrap();
    assert!(kidney.plan.not_for_you.iter().chain(&kidney.plan.ask_prescriber).count() > 0);
}

#[test]
fn the_side_of_an_ankle_index_replaces_one_without_a_side() {
    let shared = facts(&["test_abpi = 1.1"]);
    let leg = LegTests { dorsalis_pedis: Some(60.0), ..LegTests::default() };
    let vascular = Vascular { date: Some(today()), arms: [Some(120.0), None], left: leg, ..Vascular::default() };
    let all = gather(knowledge(), &Parts { shared: &shared, vascular: Some(&vascular), ..Parts::default() }, today());
    assert!(value(&all, "test_abpi").is_empty());
    assert_eq!(value(&all, "test_abpi_left"), ["0.5"]);
}

#[test]
fn age_comes_from_the_date_of_birth() {
    assert_eq!(age_years(date(1960, 11, 24), today()), 66);
    assert_eq!(age_years(date(1960, 11, 25), today()), 65);
    assert_eq!(age_years(date(2000, 2, 29), date(2001, 2, 28)), 0);
    let shared = facts(&["age = 50 yr"]);
    let parts = Parts { shared: &shared, born: Some(date(1960, 1, 1)), ..Parts::default() };
    assert_eq!(value(&gather(knowledge(), &parts, today()), "age"), ["66.0"]);
}

#[test]
fn what_changed_is_told_from_the_last_evaluation_that_was_saved() {
    let shared =
        facts(&["leg_cramps = yes", "nocturnal_symptoms = yes", "calf_cramps = yes", "sex = male", "age = 66 yr"]);
    let at = "2026-11-20T10:00:00Z".parse().unwrap();
    let snapshot = |parts: &Parts<'_>| {
        let assessment = assess(reasoner(), &gather(knowledge(), parts, today())).unwrap();
        Snapshot::of(&assessment, at)
    };
    let before = snapshot(&Parts { shared: &shared, ..Parts::default() });
    assert!(changes(&before, &before).is_empty());
    let laboratory = panel("2.4");
    let after = snapshot(&Parts { shared: &shared, laboratory: Some(&laboratory), ..Parts::default() });
    let told = changes(&before, &after);
    assert!(told.urgency.as_ref().is_some_and(|(_, now)| now == "Call now"), "{told:?}");
    assert!(told.new_flags.iter().any(|flag| flag.contains("Potassium is low")));
    assert!(told.causes.iter().any(|cause| matches!(cause.moved, Move::Came | Move::Rose)), "{told:?}");
    assert!(!told.other_knowledge);
    let back = changes(&after, &before);
    assert_eq!(back.gone_flags, told.new_flags);
    let kept = body::read::<Laboratory>(&body::write(&laboratory, Some(after.clone())).unwrap()).unwrap();
    assert_eq!((kept.content, kept.evaluation), (laboratory, Some(after)));
}

#[test]
fn no_share_stands_without_its_range() {
    let shared = facts(&["leg_cramps = yes", "urge_to_move_legs = yes", "worse_at_rest = yes", "age = 50 yr"]);
    let at = "2026-11-20T10:00:00Z".parse().unwrap();
    let of = |facts: &[charley_wire::FactIn]| {
        let parts = Parts { shared: facts, ..Parts::default() };
        Snapshot::of(&assess(reasoner(), &gather(knowledge(), &parts, today())).unwrap(), at)
    };
    for cause in changes(&of(&shared[..1]), &of(&shared)).causes {
        for words in [cause.before, cause.after].into_iter().filter(|words| !words.is_empty()) {
            assert!(words.contains('%') && words.contains('('), "{words}");
        }
    }
}
