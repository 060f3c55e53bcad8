//! Vascular tests: indices, bands, limits, totals, and what bars compression.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;

use charley_clinic::Leg;
use charley_clinic::vascular::{
    Ceap, Class, Compression, DDimer, LegTests, Measured, Pathophysiology, Reflux, Vascular, Vein, WELLS_WORDS, Wells,
    judge,
};
use common::{knowledge, reasoner, today};

fn pressures(left: [f64; 3], right: [f64; 3], arms: [f64; 2]) -> Vascular {
    let leg = |[dp, pt, toe]: [f64; 3]| LegTests {
        dorsalis_pedis: Some(dp),
        posterior_tibial: Some(pt),
        toe: Some(toe),
        ..LegTests::default()
    };
    Vascular { date: Some(today()), arms: arms.map(Some), left: leg(left), right: leg(right), ..Vascular::default() }
}

fn of<'m>(measures: &'m [Measured], id: &str) -> &'m Measured {
    measures.iter().find(|measured| measured.id == id).unwrap()
}

#[test]
fn indices_use_the_higher_pressures_and_say_their_band() {
    let tests = pressures([80.0, 90.0, 60.0], [150.0, 140.0, 110.0], [120.0, 150.0]);
    let judged = judge(knowledge(), &tests, None, None);
    let [left, right] = &judged.legs;
    assert_eq!(of(left, "abi").value, "0.60");
    assert_eq!(of(left, "abi").inputs, "90 / 150");
    assert_eq!(of(left, "abi").band.as_ref().unwrap().0, "abnormal");
    assert_eq!(of(left, "tbi").value, "0.40");
    assert_eq!(of(right, "abi").value, "1.00");
    assert_eq!(of(right, "abi").band.as_ref().unwrap().0, "normal");
    assert_eq!(of(right, "tbi").band.as_ref().unwrap().0, "normal");
    for measured in left.iter().chain(right) {
        assert!(
            !measured.formula.is_empty() && !measured.changes.is_empty() && !measured.source.is_empty(),
            "{measured:?}"
        );
    }
}

/// The band is that of the number on the page: an index is judged as it is reported, with two decimals.
#[test]
fn an_index_is_judged_as_it_is_shown() {
    let shown = |pressure: f64| {
        let tests = pressures([pressure, 0.0, 60.0], [150.0, 140.0, 110.0], [125.0, 125.0]);
        let judged = judge(knowledge(), &tests, None, None);
        let abi = of(&judged.legs[0], "abi");
        (abi.value.clone(), abi.band_id.clone())
    };
    assert_eq!(shown(113.0), ("0.90".to_owned(), "abnormal".to_owned()), "0.904");
    assert_eq!(shown(113.2), ("0.91".to_owned(), "borderline".to_owned()), "0.9056");
    assert_eq!(shown(125.0), ("1.00".to_owned(), "normal".to_owned()));
}

/// Both sides of each limit that the knowledge prints.
#[test]
fn bands_hold_on_both_sides_of_each_limit() {
    let measure = |id: &str| knowledge().measure(id).unwrap();
    let band = |id: &str, value: f64| measure(id).band(value).map_or("", |band| band.id.as_str());
    let cases = [
        ("abi", 0.49, "severe"),
        ("abi", 0.50, "abnormal"),
        ("abi", 0.90, "abnormal"),
        ("abi", 0.91, "borderline"),
        ("abi", 0.99, "borderline"),
        ("abi", 1.00, "normal"),
        ("abi", 1.40, "normal"),
        ("abi", 1.41, "stiff"),
        ("tbi", 0.70, "abnormal"),
        ("tbi", 0.71, "normal"),
        ("ankle_pressure", 59.0, "no_compression"),
        ("ankle_pressure", 60.0, "enough"),
        ("toe_pressure", 29.0, "limb_at_risk"),
        ("toe_pressure", 30.0, "enough"),
        ("reflux_superficial", 500.0, "none"),
        ("reflux_superficial", 501.0, "reflux"),
        ("reflux_deep", 1000.0, "none"),
        ("reflux_deep", 1001.0, "reflux"),
        ("perforator", 499.0, "short"),
        ("perforator", 500.0, "long"),
        ("perforator_width", 3.4, "narrow"),
        ("perforator_width", 3.5, "wide"),
        ("exercise_abi", 20.0, "supports"),
        ("exercise_abi", 19.0, "normal"),
        ("wells", 1.0, "unlikely"),
        ("wells", 2.0, "likely"),
    ];
    for (id, value, expected) in cases {
        assert_eq!(band(id, value), expected, "{id} {value}");
    }
}

#[test]
fn a_numeric_measure_has_one_band_for_each_value() {
    for measure in knowledge().measures.iter().filter(|measure| measure.bands.iter().all(|band| band.code.is_empty())) {
        for tenth in 0..=20_000 {
            let value = f64::from(tenth) / 10.0;
            let count = measure.bands.iter().filter(|band| band.range.holds(value)).count();
            assert!(count <= 1, "{} at {value}", measure.id);
        }
    }
}

#[test]
fn compression_is_barred_by_any_low_pressure() {
    let bars = |tests: &Vascular| judge(knowledge(), tests, None, None).compression;
    let good = pressures([130.0, 120.0, 90.0], [130.0, 120.0, 90.0], [130.0, 130.0]);
    assert_eq!(bars(&good), [Compression::NotBarred, Compression::NotBarred]);
    let low_index = pressures([70.0, 60.0, 90.0], [130.0, 120.0, 90.0], [130.0, 130.0]);
    assert!(matches!(&bars(&low_index)[0], Compression::Barred(why) if why.len() == 1));
    assert!(judge(knowledge(), &low_index, None, None).compression_barred());
    let low_ankle = pressures([55.0, 50.0, 40.0], [60.0, 60.0, 40.0], [60.0, 60.0]);
    assert!(matches!(bars(&low_ankle)[0], Compression::Barred(_)), "under 60 mmHg, though the index is 0.92");
    let low_toe = pressures([130.0, 130.0, 25.0], [130.0, 130.0, 90.0], [130.0, 130.0]);
    assert!(matches!(bars(&low_toe)[0], Compression::Barred(_)));
    let middle = pressures([91.0, 80.0, 90.0], [130.0, 130.0, 90.0], [130.0, 130.0]);
    assert!(matches!(bars(&middle)[0], Compression::Lighter(_)));
    let stiff = pressures([200.0, 190.0, 90.0], [130.0, 130.0, 90.0], [130.0, 130.0]);
    assert!(matches!(bars(&stiff)[0], Compression::Lighter(_)));
    assert_eq!(bars(&Vascular::default()), [Compression::NotMeasured, Compression::NotMeasured]);
}

/// The plan of the reasoner bars stockings from the same numbers.
#[test]
fn arterial_disease_bars_compression_in_the_plan_too() {
    let tests = pressures([70.0, 60.0, 90.0], [130.0, 120.0, 90.0], [130.0, 130.0]);
    let mut facts =
        common::facts(&["leg_cramps = yes", "visible_varicose_veins = yes", "leg_heaviness = yes", "age = 60 yr"]);
    facts.extend(tests.facts(knowledge(), today()));
    let case = charley_wire::Case { id: None, facts };
    let assessment = charley_wire::assess(reasoner(), &case, &charley_wire::Options::default()).unwrap();
    let offered = |items: &[charley_wire::PlanItem]| items.iter().any(|item| item.id == "compression_stockings");
    let plan = &assessment.plan;
    assert!(!offered(&plan.tonight) && !offered(&plan.this_week) && !offered(&plan.clinic_options));
}

#[test]
fn facts_are_those_that_the_core_knows() {
    let mut tests = pressures([80.0, 90.0, 60.0], [150.0, 140.0, 110.0], [120.0, 150.0]);
    tests.left.reflux = vec![
        Reflux { vein: Vein::GreatSaphenousThigh, ms: 900.0, width_mm: None },
        Reflux { vein: Vein::SmallSaphenous, ms: 400.0, width_mm: None },
        Reflux { vein: Vein::Popliteal, ms: 1200.0, width_mm: None },
        Reflux { vein: Vein::Tibial, ms: 5000.0, width_mm: None },
    ];
    tests.left.rvcss = [Some(1); 10];
    tests.left.ceap = Some(Ceap {
        class: Class::C4b,
        symptoms: None,
        etiology: None,
        anatomy: Vec::new(),
        pathophysiology: Some(Pathophysiology::Reflux),
    });
    tests.left.index_after_exercise = Some(0.45);
    tests.wells = Some(Wells { leg: Some(Leg::Left), items: vec!["cancer".to_owned(), "alternative".to_owned()] });
    (tests.left.clot, tests.right.clot) = (Some(false), Some(false));
    assert_eq!(tests.check(knowledge(), today()), Ok(()));
    let facts = tests.facts(knowledge(), today());
    let number = |name: &str| facts.iter().find(|fact| fact.name == name).and_then(|fact| fact.value.as_f64());
    assert_eq!(number("test_abpi_left"), Some(0.6));
    assert_eq!(number("test_ankle_pressure_left"), Some(90.0));
    assert_eq!(number("test_tbi_right"), Some(0.73));
    assert_eq!(number("test_reflux_superficial_left"), Some(900.0));
    assert_eq!(number("test_reflux_deep_left"), Some(1200.0), "a tibial vein is neither");
    assert_eq!(number("test_abpi_fall_exercise"), Some(25.0));
    assert_eq!(number("rvcss_left"), Some(10.0));
    assert_eq!(number("test_wells_score"), Some(-1.0));
    let case = charley_wire::Case { id: None, facts: facts.clone() };
    let assessment = charley_wire::assess(reasoner(), &case, &charley_wire::Options::default()).unwrap();
    assert!(assessment.unrecognised.is_empty(), "{:?}", assessment.unrecognised);
}

#[test]
fn a_clot_in_one_leg_counts_and_one_clear_leg_does_not() {
    let duplex = |left, right| {
        let mut tests = Vascular { date: Some(today()), ..Vascular::default() };
        (tests.left.clot, tests.right.clot) = (left, right);
        let facts = tests.facts(knowledge(), today());
        facts.iter().find(|fact| fact.name == "test_duplex_dvt").and_then(|fact| fact.value.as_str().map(str::to_owned))
    };
    assert_eq!(duplex(Some(true), None).as_deref(), Some("positive"));
    assert_eq!(duplex(Some(false), None), None);
    assert_eq!(duplex(Some(false), Some(false)).as_deref(), Some("negative"));
}

#[test]
fn the_severity_score_needs_every_item() {
    let mut tests = pressures([130.0; 3], [130.0; 3], [130.0; 2]);
    tests.right.rvcss = [Some(3); 10];
    assert_eq!(tests.right.score(), Some(30));
    tests.right.rvcss[4] = None;
    assert_eq!(tests.right.score(), None);
    let faults = tests.check(knowledge(), today()).unwrap_err();
    assert!(faults.iter().any(|fault| fault.field == "right.rvcss" && fault.problem.contains("all ten")));
    assert_eq!(knowledge().measure("rvcss").unwrap().items.len(), 10);
    assert!(knowledge().measure("rvcss").unwrap().items.iter().all(|item| item.scale.len() == 4));
}

#[test]
fn every_wells_item_of_the_knowledge_is_counted() {
    let measure = knowledge().measure("wells").unwrap();
    for item in &measure.items {
        let wells = Wells { leg: None, items: vec![item.id.clone()] };
        assert_eq!(Some(f64::from(wells.score())), item.points, "{}", item.id);
    }
    let all = Wells { leg: None, items: measure.items.iter().map(|item| item.id.clone()).collect() };
    assert_eq!(all.score(), 7);
}

#[test]
fn the_wells_score_never_rules_out() {
    let tests = Vascular { wells: Some(Wells::default()), date: Some(today()), ..Vascular::default() };
    let shown = judge(knowledge(), &tests, None, None).wells.unwrap();
    assert_eq!(shown.value, "0 points");
    assert!(shown.note.starts_with(WELLS_WORDS) && WELLS_WORDS.contains("never rules out"));
}

#[test]
fn the_d_dimer_line_rises_with_age_and_halves_for_ddu() {
    let shown = |value: f64, ddu: bool, age: Option<f64>| {
        let judged = judge(knowledge(), &Vascular::default(), age, Some(DDimer { value, ddu }));
        let measured = judged.d_dimer.unwrap();
        (measured.band_id.clone(), measured.inputs)
    };
    assert_eq!(shown(700.0, false, Some(75.0)), ("below_line".to_owned(), "limit 750".to_owned()));
    assert_eq!(shown(700.0, false, Some(49.0)), ("raised".to_owned(), "limit 500".to_owned()));
    assert_eq!(shown(300.0, true, Some(75.0)), ("below_line".to_owned(), "limit 375".to_owned()));
    assert_eq!(shown(600.0, false, None).0, "raised", "without an age the lower line holds");
}

#[test]
fn what_cannot_be_is_refused_with_its_field() {
    let mut tests = pressures([400.0, 90.0, 60.0], [90.0, 90.0, 60.0], [5.0, 120.0]);
    tests.left.reflux = vec![Reflux { vein: Vein::Femoral, ms: 90_000.0, width_mm: None }];
    tests.date = None;
    let fields: Vec<String> =
        tests.check(knowledge(), today()).unwrap_err().into_iter().map(|fault| fault.field).collect();
    for field in ["date", "arms.left", "left.dp", "left.reflux"] {
        assert!(fields.contains(&field.to_owned()), "{field} in {fields:?}");
    }
    let mut armless = pressures([90.0; 3], [90.0; 3], [120.0; 2]);
    armless.arms = [None, None];
    assert!(armless.check(knowledge(), today()).unwrap_err().iter().any(|fault| fault.problem.contains("arm")));
}
