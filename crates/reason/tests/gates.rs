//! Safety gates of the plan, as properties over random people.

use std::sync::LazyLock;

use charley_knowledge::{Knowledge, Lane};
use charley_reason::assess::{Assessment, Options, Reasoner};
use charley_reason::checks::parse_fact;
use charley_reason::plan::{Item, Place};
use charley_reason::{Given, Value};
use proptest::prelude::*;

static REASONER: LazyLock<Reasoner> =
    LazyLock::new(|| Reasoner::new(charley_knowledge::embedded().expect("the shipped knowledge is sound")));

const BRIEF: Options = Options { ranges: false, reasons: false, questions: false, person: false };

fn knowledge() -> &'static Knowledge {
    &REASONER.knowledge
}

fn assess(texts: &[&str]) -> Assessment<'static> {
    let given: Vec<Given> = texts.iter().filter_map(|text| parse_fact(text)).collect();
    REASONER.assess(&given, BRIEF).expect("facts are accepted")
}

fn recommended(item: &Item) -> bool {
    matches!(item.place, Place::Tonight | Place::ThisWeek | Place::ClinicOptions)
}

fn substance(item: &Item) -> &'static str {
    &knowledge().interventions[item.intervention].substance
}

/// What must not be recommended to this person, by tag.
fn assert_none(answer: &Assessment<'_>, tags: &[&str], why: &str) {
    for item in answer.plan.iter().filter(|item| recommended(item)) {
        assert!(!tags.contains(&substance(item)), "{why}: {}", knowledge().interventions[item.intervention].id);
    }
}

/// Random people with cramps: medicines, diagnoses, age, kidney function.
fn person() -> impl Strategy<Value = Vec<Given>> {
    let medicines: Vec<String> =
        knowledge().medicines.iter().map(|medicine| knowledge().codes.id(medicine.code).to_owned()).collect();
    let conditions: Vec<String> = knowledge()
        .codes
        .conditions
        .iter()
        .map(|code| knowledge().codes.id(*code).to_owned())
        .filter(|id| id != "none")
        .collect();
    let signs: Vec<String> = knowledge()
        .facts
        .iter()
        .filter(|fact| fact.kind == charley_knowledge::FactKind::YesNo)
        .map(|fact| fact.name.clone())
        .collect();
    (
        18.0..95.0f64,
        prop::collection::vec(prop::sample::select(medicines), 0..4),
        prop::collection::vec(prop::sample::select(conditions), 0..4),
        prop::collection::vec(prop::sample::select(signs), 0..5),
        prop::option::of(5.0..120.0f64),
        prop::option::of(0.2..1.6f64),
    )
        .prop_map(|(age, medicines, conditions, signs, egfr, abi)| {
            let mut facts =
                vec!["calf_cramps = yes".to_owned(), "nocturnal_symptoms = yes".to_owned(), format!("age = {age} yr")];
            facts.extend(medicines.iter().map(|m| format!("medicine = {m}")));
            facts.extend(conditions.iter().map(|c| format!("condition = {c}")));
            facts.extend(signs.iter().filter(|s| !s.ends_with("_complete")).map(|s| format!("{s} = yes")));
            facts.extend(egfr.map(|egfr| format!("lab_egfr = {egfr} mL/min/{{1.73_m2}}")));
            facts.extend(abi.map(|abi| format!("test_abpi = {abi}")));
            facts.sort();
            facts.dedup();
            facts.iter().filter_map(|text| parse_fact(text)).collect()
        })
}

fn says_stop(text: &str) -> bool {
    let text = text.to_lowercase();
    let bad = [
        "stop taking",
        "stop your",
        "stop the medicine",
        "stop this medicine",
        "come off your",
        "halve your",
        "skip your dose",
        "do not take your",
    ];
    bad.iter().any(|phrase| {
        text.contains(phrase)
            && !text.contains(&format!("do not {phrase}"))
            && !text.contains(&format!("never {phrase}"))
            && !text.contains(&format!("don't {phrase}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn gates_hold_for_every_substance(person in person()) {
        let answer = REASONER.assess(&person, BRIEF).expect("accepted");
        let number = |name: &str| answer.facts.number(name);
        let yes = |name: &str| answer.facts.yes(name) == Some(true);
        let is = |fact: &str, code: &str| {
            let kind = knowledge().codes.by_word.get(code);
            answer.facts.named(fact).is_some_and(|known| {
                known.codes.iter().any(|c| kind.is_some_and(|kind| knowledge().codes.is_a(*c, *kind)))
            })
        };
        assert_none(&answer, &["quinine", "carisoprodol"], "never");
        assert_none(&answer, &["potassium_tablet", "salt_substitute"], "potassium is never for self-care");
        let kidney = number("lab_egfr").is_some_and(|egfr| egfr < 30.0) || yes("on_haemodialysis");
        let at_risk_unknown = number("lab_egfr").is_none()
            && (number("age").is_some_and(|age| age >= 70.0)
                || is("condition", "diabetes")
                || is("condition", "hypertension")
                || is("condition", "heart_failure")
                || is("condition", "chronic_kidney_disease")
                || is("medicine", "diuretic")
                || is("medicine", "ace_inhibitor")
                || is("medicine", "arb")
                || is("medicine", "nsaid")
                || is("medicine", "lithium"));
        if kidney || at_risk_unknown {
            assert_none(&answer, &["magnesium_tablet"], "magnesium with reduced or at-risk unknown kidney function");
        }
        if number("test_abpi_worst").is_some_and(|abi| abi < 0.6) || is("condition", "peripheral_arterial_disease") {
            assert_none(&answer, &["compression"], "compression with arterial disease");
        }
        if is("condition", "heart_failure") || yes("on_haemodialysis") {
            assert_none(&answer, &["fluids"], "fluids against heart-failure or dialysis limits");
        }
    }

    #[test]
    fn no_plan_recommends_quinine(person in person()) {
        let answer = REASONER.assess(&person, BRIEF).expect("accepted");
        for item in &answer.plan {
            let entry = &knowledge().interventions[item.intervention];
            if entry.substance == "quinine" {
                prop_assert_eq!(item.place, Place::NotWorthIt);
            }
            prop_assert!(!says_stop(&entry.how) && !says_stop(&entry.name), "{}", entry.id);
        }
    }
}

#[test]
fn the_only_hold_is_the_urgent_one() {
    for rule in &knowledge().rules {
        assert!(!says_stop(&rule.action) && !says_stop(&rule.reason), "{}: {}", rule.id, rule.action);
        if !rule.urgent_hold.is_empty() {
            assert!(matches!(rule.disposition.as_str(), "emergency" | "same_day"), "{}", rule.id);
            assert!(rule.urgent_hold.to_lowercase().contains("next dose"), "{}: {}", rule.id, rule.urgent_hold);
        }
    }
    for class in &knowledge().classes {
        assert!(!says_stop(&class.ask), "{}", class.ask);
    }
    for condition in &knowledge().conditions {
        assert!(!says_stop(&condition.about), "{}", condition.id);
    }
}

#[test]
fn people_already_on_quinine_get_a_supported_stop_with_their_prescriber() {
    let answer = assess(&["calf_cramps = yes", "age = 70 yr", "medicine = quinine"]);
    let supported =
        answer.plan.iter().any(|item| item.place == Place::AskPrescriber && substance(item) == "quinine_stop");
    assert!(supported);
}

#[test]
fn plan_order_follows_the_published_formula() {
    let answer = assess(&["calf_cramps = yes", "nocturnal_symptoms = yes", "age = 64 yr"]);
    for pair in answer.plan.windows(2) {
        assert!(pair[0].place != pair[1].place || pair[0].score >= pair[1].score);
    }
    let first = answer.plan.iter().find(|item| item.place == Place::Tonight).expect("something for tonight");
    let entry = &knowledge().interventions[first.intervention];
    assert_eq!(entry.lane, Lane::Tonight);
    assert!(entry.id.contains("stretch"), "{}", entry.id);
}

#[test]
fn same_facts_give_the_same_bytes() {
    let case =
        ["calf_cramps = yes", "medicine = salmeterol", "new_medicine = salmeterol", "age = 71 yr", "sex = female"];
    let given: Vec<Given> = case.iter().filter_map(|text| parse_fact(text)).collect();
    let one = format!("{:?}", REASONER.assess(&given, Options::default()).expect("accepted").causes);
    let two = format!("{:?}", REASONER.assess(&given, Options::default()).expect("accepted").causes);
    assert_eq!(one, two);
    let mut reversed = given;
    reversed.reverse();
    let three = format!("{:?}", REASONER.assess(&reversed, Options::default()).expect("accepted").causes);
    assert_eq!(one, three);
}

#[test]
fn impossible_numbers_are_refused() {
    let refuse = |name: &str, value: f64, unit: Option<&str>| {
        let fact =
            Given { name: name.to_owned(), value: Value::Number(value), unit: unit.map(str::to_owned), days_ago: None };
        let errors = REASONER.assess(&[fact], BRIEF).expect_err("must be refused");
        errors[0].to_string()
    };
    assert!(refuse("age", -3.0, Some("yr")).contains("outside what is possible"));
    assert!(refuse("age", f64::NAN, Some("yr")).contains("not finite"));
    assert!(refuse("age", 70.0, Some("parsec")).contains("unknown unit `parsec`"));
    assert!(refuse("lab_potassium", 200.0, Some("mmol/L")).contains("check the number and its unit"));
    assert!(refuse("lab_creatinine", 1.2, None).contains("give the unit"));
    assert!(refuse("leg_pain", 1.0, None).contains("yes or no"));
}

#[test]
fn contradictions_are_refused_with_their_name() {
    let given: Vec<Given> = ["leg_swelling = yes", "leg_swelling = no"].iter().filter_map(|t| parse_fact(t)).collect();
    let message = REASONER.assess(&given, BRIEF).expect_err("refused")[0].to_string();
    assert!(message.contains("leg_swelling") && message.contains("both as yes and as no"), "{message}");
    let given: Vec<Given> = ["age = 40 yr", "age = 50 yr"].iter().filter_map(|t| parse_fact(t)).collect();
    assert!(REASONER.assess(&given, BRIEF).expect_err("refused")[0].to_string().contains("twice"));
}

/// Every unit of every analyte: the middle of its range in the other unit is the same value in the canonical one.
#[test]
fn units_convert_both_ways() {
    let mut conversions = 0;
    for analyte in &knowledge().analytes {
        let fact = &knowledge().facts[analyte.fact.at()];
        for (unit, factor, offset) in &fact.units {
            let canonical = 0.5 * (fact.min + fact.max);
            let written = (canonical - offset) / factor;
            let given = |value: f64, unit: &str| Given {
                name: fact.name.clone(),
                value: Value::Number(value),
                unit: Some(unit.to_owned()),
                days_ago: None,
            };
            let read = |fact: Given| {
                let answer = REASONER.assess(std::slice::from_ref(&fact), BRIEF).expect("accepted");
                answer.facts.number(&fact.name).expect("a number")
            };
            let converted = read(given(written, unit));
            let direct = if fact.unit.is_empty() { canonical } else { read(given(canonical, &fact.unit)) };
            assert!(
                (converted - direct).abs() <= 1e-9 * direct.abs().max(1.0),
                "{} {unit}: {converted} {direct}",
                fact.name
            );
            conversions += 1;
        }
    }
    assert!(conversions > 60, "{conversions}");
    let value = |text: &str| {
        let fact = parse_fact(text).expect("a fact");
        let name = fact.name.clone();
        REASONER.assess(&[fact], BRIEF).expect("accepted").facts.number(&name).expect("a number")
    };
    // Worked by hand from the molar masses: calcium 40.08, glucose 180.16, creatinine 113.12, magnesium 24.305 g/mol.
    assert!((value("lab_calcium = 10 mg/dL") - 2.495).abs() < 0.001);
    assert!((value("lab_glucose = 100 mg/dL") - 5.55).abs() < 0.01);
    assert!((value("lab_creatinine = 1 mg/dL") - 88.4).abs() < 0.1);
    assert!((value("lab_magnesium = 2 mg/dL") - 0.823).abs() < 0.001);
    assert!((value("lab_magnesium = 2 mEq/L") - 1.0).abs() < 0.001);
}

#[test]
fn an_unknown_name_points_to_the_one_that_is_meant() {
    let close = |name: &str| charley_reason::close_names(knowledge(), name);
    assert_eq!(close("Potassium")[0], "lab_potassium");
    assert_eq!(close("leg cramp")[0], "leg_cramps");
    assert_eq!(close(&"x".repeat(1 << 20)), Vec::<String>::new());
}
