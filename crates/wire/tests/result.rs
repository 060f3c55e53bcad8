//! The result on the wire: its schema, its bytes, what it reports.

use std::sync::LazyLock;

use charley_reason::Reasoner;
use charley_wire::{Options, assess, read_case, result_schema};

static REASONER: LazyLock<Reasoner> =
    LazyLock::new(|| Reasoner::new(charley_knowledge::embedded().expect("the shipped knowledge is sound")));

fn answer(case: &str) -> serde_json::Value {
    let case = read_case(case).expect("a case");
    let assessment = assess(&REASONER, &case, &Options::default()).expect("facts are accepted");
    serde_json::to_value(assessment).expect("serialises")
}

const CASE: &str = r#"{"id":"t1","facts":[
    {"name":"age","value":68,"unit":"yr"},{"name":"sex","value":"female"},
    {"name":"calf_cramps","value":"yes"},{"name":"nocturnal_symptoms","value":"yes"},
    {"name":"relief_stretching","value":"yes"},{"name":"medicine","value":"salmeterol"},
    {"name":"new_medicine","value":"salmeterol"},{"name":"lab_potassium","value":3.9,"unit":"mEq/L"}]}"#;

/// The schema is held here: a change of the wire is a change of this file. Write it anew with
/// `charley assess --schema > crates/wire/tests/result.schema.json`.
#[test]
fn the_schema_is_held() {
    let held: serde_json::Value = serde_json::from_str(include_str!("result.schema.json")).expect("JSON");
    assert_eq!(held, result_schema());
}

#[test]
fn the_result_has_every_member_of_the_contract() {
    let answer = answer(CASE);
    for member in [
        "id",
        "knowledge",
        "disposition",
        "provisional",
        "not_ruled_out",
        "red_flags",
        "causes",
        "examine",
        "tests",
        "plan",
        "next_questions",
        "unrecognised",
        "unused",
        "approximate",
    ] {
        assert!(answer.get(member).is_some(), "{member}");
    }
    for member in ["id", "name", "group", "kind", "present", "contribution", "for", "against", "would_change"] {
        assert!(answer["causes"][0].get(member).is_some(), "{member}");
    }
    for lane in ["tonight", "this_week", "ask_prescriber", "clinic_options", "not_for_you", "not_worth_it"] {
        assert!(answer["plan"][lane].is_array(), "{lane}");
    }
    assert_eq!(answer["id"], "t1");
    assert_eq!(answer["knowledge"]["version"].as_str().map(str::len), Some(64));
}

#[test]
fn ranges_hold_their_mean() {
    for cause in answer(CASE)["causes"].as_array().expect("causes") {
        let number = |name: &str| cause["present"][name].as_f64().expect("a number");
        assert!(number("low") <= number("mean") && number("mean") <= number("high"), "{cause}");
    }
}

#[test]
fn a_new_inhaler_is_a_likely_part_and_no_single_cause_stays_in_view() {
    let answer = answer(CASE);
    let ids: Vec<&str> = answer["causes"].as_array().unwrap().iter().filter_map(|c| c["id"].as_str()).take(3).collect();
    assert!(ids.contains(&"drug_laba") && ids.contains(&"ordinary_cramp"), "{ids:?}");
}

#[test]
fn same_facts_same_bytes() {
    let bytes = || serde_json::to_string(&answer(CASE)).expect("serialises");
    assert_eq!(bytes(), bytes());
}

#[test]
fn unrecognised_facts_are_reported() {
    let answer = answer(
        r#"{"facts":[{"name":"calf_cramp","value":"yes"},{"name":"medicine","value":"atorvastatn"},
            {"name":"condition","value":"severe_polymyalgia_rheumatica"},{"name":"ethnicity","value":"irish"}]}"#,
    );
    let unrecognised = answer["unrecognised"].to_string();
    assert!(unrecognised.contains("calf_cramps"), "{unrecognised}");
    assert!(unrecognised.contains("atorvastatin"), "did you mean: {unrecognised}");
    assert_eq!(answer["read_as"][0]["given"], "severe_polymyalgia_rheumatica");
    assert!(answer["unused"].to_string().contains("ethnicity") || unrecognised.contains("irish"));
    let taken = answer["causes"].to_string();
    assert!(!taken.contains("you told us about it: statin"), "a misspelling is never applied silently");
}

#[test]
fn contribution_is_null_when_no_cramp_is_reported() {
    let answer =
        answer(r#"{"facts":[{"name":"leg_swelling","value":"yes"},{"name":"medicine","value":"salmeterol"}]}"#);
    for cause in answer["causes"].as_array().expect("causes") {
        assert!(cause["contribution"].is_null(), "{cause}");
    }
}

#[test]
fn values_of_other_types_are_refused_by_name() {
    for value in ["null", "[]", "{}", "1e999"] {
        let text = format!(r#"{{"facts":[{{"name":"age","value":{value}}}]}}"#);
        match read_case(&text) {
            Err(error) => assert!(error.to_string().contains("JSON"), "{error}"),
            Ok(case) => {
                let errors = assess(&REASONER, &case, &Options::default()).expect_err("refused");
                assert!(errors[0].to_string().contains("fact `age`"), "{}", errors[0]);
            }
        }
    }
}
