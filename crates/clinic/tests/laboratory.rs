//! Panels: entry, import, bands, critical values, trends, derived values.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;

use charley_clinic::laboratory::{
    self, Direction, Label, Laboratory, Outcome, Panel, Reading, critical, csv, derived, paste,
};
use charley_reason::Urgency;
use common::{facts, knowledge, today};
use jiff::civil::{Date, date};

fn reading(analyte: &str, value: &str, unit: &str) -> Reading {
    Reading { analyte: analyte.to_owned(), value: value.to_owned(), unit: unit.to_owned(), ..Reading::default() }
}

fn panel(date: Date, results: &[(&str, &str, &str)]) -> Panel {
    let results = results.iter().map(|(analyte, value, unit)| reading(analyte, value, unit)).collect();
    Panel { date, laboratory: "Hill".to_owned(), results }
}

fn laboratory(panels: &[Panel]) -> Laboratory {
    let mut laboratory = Laboratory::default();
    for panel in panels {
        laboratory.add(panel.clone());
    }
    laboratory
}

fn problem_of(panel: &Panel, field: &str) -> String {
    let faults = panel.check(knowledge(), today()).unwrap_err();
    faults.into_iter().find(|fault| fault.field == field).map(|fault| fault.problem).unwrap_or_default()
}

#[test]
fn a_panel_is_checked_as_the_core_would() {
    let good =
        panel(today(), &[("potassium", "3,2", "mmol/L"), ("creatinine", "1.1", "mg/dL"), ("d_dimer", "<220", "")]);
    assert!(good.check(knowledge(), today()).is_err(), "a D-dimer without its unit may be twice another");
    let good = panel(today(), &[("potassium", "3,2", "mmol/L"), ("creatinine", "1.1", "mg/dL"), ("egfr", ">90", "")]);
    assert_eq!(good.check(knowledge(), today()), Ok(()));
    let bad = panel(
        date(2026, 11, 25),
        &[("potassium", "3.2", "mg/dL"), ("sodium", "1400", "mmol/L"), ("ck", "high", "U/L"), ("ck", "5", "U/L")],
    );
    assert!(problem_of(&bad, "date").contains("future"));
    assert!(
        problem_of(&bad, "potassium").contains("unknown unit")
            || problem_of(&bad, "potassium").contains("Unknown unit")
    );
    assert!(problem_of(&bad, "sodium").contains("outside what is possible"));
    assert!(problem_of(&bad, "ck").contains("not a number"));
    assert!(problem_of(&panel(today(), &[("gold", "1", "")]), "gold").contains("do not know"));
    assert!(problem_of(&panel(today(), &[]), "results").contains("at least one"));
    let mut swapped = panel(today(), &[("ck", "90", "U/L")]);
    swapped.results[0].low = "200".to_owned();
    swapped.results[0].high = "25".to_owned();
    assert!(problem_of(&swapped, "ck").contains("Swap"));
}

#[test]
fn pasted_lines_are_read_or_say_why_not() {
    let text = "\
Potassium 3.2 mmol/L (3.5 - 5.0) L
Na: 140
K=3.1 mEq/L

Vitamin B12 350 ng/L
25-OH vitamin D 40 nmol/L [>50]
eGFR >90 mL/min/1.73 m2
WBC 6.1 x10^9/L
HbA1c 48 mmol/mol
2823-3 4.0 mmol/L
Creatinine 1.1
Sunshine 7 lux
comment without a number";
    let read = paste(knowledge(), text, today());
    let outcome = |number: usize| &read.lines.iter().find(|line| line.number == number).unwrap().outcome;
    let got = |number: usize| match outcome(number) {
        Outcome::Read(_, reading) => reading.clone(),
        Outcome::Refused(why) => panic!("line {number}: {why}"),
    };
    let why = |number: usize| match outcome(number) {
        Outcome::Refused(why) => why.clone(),
        Outcome::Read(_, reading) => panic!("line {number}: {reading:?}"),
    };
    assert_eq!((got(1).analyte.as_str(), got(1).low.as_str(), got(1).high.as_str()), ("potassium", "3.5", "5.0"));
    assert_eq!(got(2).analyte, "sodium");
    assert_eq!((got(3).analyte.as_str(), got(3).unit.as_str()), ("potassium", "mEq/L"));
    assert_eq!(got(5).analyte, "b12");
    assert_eq!((got(6).analyte.as_str(), got(6).low.as_str()), ("vitamin_d", "50"));
    assert_eq!((got(7).value.as_str(), got(7).unit.as_str()), (">90", "mL/min/1.73m2"));
    assert_eq!(got(8).analyte, "leukocytes");
    assert_eq!(got(9).analyte, "hba1c");
    assert_eq!(got(10).analyte, "potassium");
    assert!(why(11).contains("unit"), "a creatinine of 1.1 may be either unit: {}", why(11));
    assert!(why(12).contains("Sunshine"));
    assert!(why(13).contains("no number"));
    assert_eq!(read.read(), 9);
}

#[test]
fn a_table_is_read_by_the_names_of_its_columns() {
    let text = "\u{feff}Test;Result;Units;Collected;Low;High\n\
                Potassium;3,4;mmol/L;2026-11-20;3.5;5.0\n\
                Sodium;139;mmol/L;20.11.2026;;\n\
                Magnesium;0.8;mmol/L;04/05/2026;;\n\
                ;;;;;\n\
                Serum creatinine;88;µmol/L;21 Nov 2026;;\n";
    let read = csv(knowledge(), text, None);
    assert_eq!(read.problem, "");
    assert_eq!((read.lines.len(), read.read()), (4, 3));
    let refused: Vec<_> = read.lines.iter().filter(|line| matches!(line.outcome, Outcome::Refused(_))).collect();
    assert_eq!(refused[0].number, 4);
    assert!(matches!(&refused[0].outcome, Outcome::Refused(why) if why.contains("only one way")));
    let panels = read.panels("Hill");
    assert_eq!(panels.iter().map(|panel| panel.date).collect::<Vec<_>>(), [date(2026, 11, 20), date(2026, 11, 21)]);
    assert_eq!(panels[0].results.len(), 2);
    assert!(panels.iter().all(|panel| panel.check(knowledge(), today()).is_ok()));
    assert!(csv(knowledge(), "a,b\n1,2\n", None).problem.contains("name"));
    assert!(csv(knowledge(), "name,b\nx,2\n", None).problem.contains("value"));
    let dateless = csv(knowledge(), "name,value,unit\nCK,90,U/L\n", None);
    assert!(matches!(&dateless.lines[0].outcome, Outcome::Refused(why) if why.contains("no date")));
    assert_eq!(csv(knowledge(), "name,value,unit\nCK,90,U/L\n", Some(today())).read(), 1);
}

#[test]
fn every_name_of_an_analyte_leads_back_to_it() {
    for (at, analyte) in knowledge().analytes.iter().enumerate() {
        for word in [&analyte.id, &analyte.name].into_iter().chain(&analyte.synonyms).chain(&analyte.loinc) {
            assert_eq!(knowledge().find_analyte(word), Some(at), "{word}");
        }
    }
    assert_eq!(knowledge().find_analyte("no such test"), None);
}

#[test]
fn bands_come_from_the_knowledge_and_the_printed_interval_wins() {
    let mut results =
        panel(today(), &[("potassium", "3.2", "mmol/L"), ("ck", "250", "U/L"), ("urine_sodium", "40", "mmol/L")]);
    let table = laboratory::table(knowledge(), &laboratory(&[results.clone()]), &facts(&["sex = female"]));
    let label = |table: &laboratory::Table, id: &str| {
        let cell = table.rows.iter().find(|row| row.analyte == id).unwrap().cells[0].clone().unwrap();
        (cell.label, cell.printed_interval)
    };
    assert_eq!(label(&table, "potassium"), (Label::Low, false));
    assert_eq!(label(&table, "ck").0, Label::High, "the limit of women");
    assert_eq!(label(&table, "urine_sodium").0, Label::NoInterval);
    results.results[0].low = "3.0".to_owned();
    results.results[0].high = "5.0".to_owned();
    let table = laboratory::table(knowledge(), &laboratory(&[results]), &facts(&["sex = male"]));
    assert_eq!(label(&table, "potassium"), (Label::Normal, true));
    assert_eq!(label(&table, "ck").0, Label::Normal, "the limit of men");
}

#[test]
fn very_low_is_never_called_normal_by_a_printed_interval() {
    let mut results = panel(today(), &[("potassium", "2.2", "mmol/L")]);
    results.results[0].low = "2.0".to_owned();
    let table = laboratory::table(knowledge(), &laboratory(&[results]), &[]);
    assert_eq!(table.rows[0].cells[0].as_ref().unwrap().label, Label::VeryLow);
}

#[test]
fn a_trend_says_difference_direction_and_days() {
    let table = laboratory::table(
        knowledge(),
        &laboratory(&[
            panel(date(2026, 8, 1), &[("creatinine", "1.0", "mg/dL"), ("egfr", ">90", "mL/min")]),
            panel(date(2026, 11, 1), &[("creatinine", "106.08", "umol/L"), ("egfr", "61", "mL/min")]),
        ]),
        &[],
    );
    let row = |id: &str| table.rows.iter().find(|row| row.analyte == id).unwrap();
    let trend = row("creatinine").trend.clone().unwrap();
    assert_eq!((trend.direction, trend.days, trend.difference.as_str()), (Direction::Up, 92, "+17.68"));
    assert_eq!(trend.from, "88.4");
    assert_eq!(row("creatinine").cells[1].as_ref().unwrap().converted, "88.4 µmol/L");
    assert_eq!(row("egfr").trend, None, "a limit has no difference");
    assert_eq!(table.columns[0].date, date(2026, 11, 1), "newest first");
}

#[test]
fn critical_values_are_those_of_triage() {
    let low = laboratory(&[panel(today(), &[("potassium", "2.4", "mmol/L"), ("sodium", "140", "mmol/L")])]);
    let shouted = critical(knowledge(), &low, &[], today());
    assert_eq!(shouted.len(), 1);
    assert_eq!((shouted[0].analyte.as_str(), shouted[0].urgency), ("potassium", Urgency::Emergency));
    assert!(shouted[0].title.contains("2.4"));
    let later = critical(knowledge(), &low, &[], date(2026, 12, 24));
    assert_eq!(later[0].urgency, Urgency::Routine);
    assert!(later[0].action.contains("repeat"), "an old one asks for a repeat");
    let fine = laboratory(&[panel(today(), &[("potassium", "4.4", "mmol/L")])]);
    assert_eq!(critical(knowledge(), &fine, &[], today()), []);
}

#[test]
fn a_newer_result_takes_an_old_alarm_away() {
    let both = laboratory(&[
        panel(date(2026, 11, 20), &[("potassium", "2.4", "mmol/L")]),
        panel(date(2026, 11, 23), &[("potassium", "4.1", "mmol/L")]),
    ]);
    assert_eq!(critical(knowledge(), &both, &[], today()), []);
    let names: Vec<String> = both.facts(knowledge(), today()).iter().map(|fact| fact.name.clone()).collect();
    assert_eq!(names, ["lab_potassium"]);
    assert_eq!(both.facts(knowledge(), today())[0].days_ago, Some(1.0));
}

#[test]
fn derived_values_name_formula_and_inputs() {
    let results = panel(
        today(),
        &[
            ("creatinine", "132.6", "umol/L"),
            ("calcium", "2.05", "mmol/L"),
            ("albumin", "30", "g/L"),
            ("sodium", "146", "mmol/L"),
            ("potassium", "4.5", "mmol/L"),
            ("glucose", "6", "mmol/L"),
            ("urea", "9", "mmol/L"),
            ("iron", "50", "ug/dL"),
            ("tibc", "200", "ug/dL"),
        ],
    );
    let all = derived(knowledge(), &results, &facts(&["sex = male", "age = 70 yr"]));
    let of = |id: &str| all.iter().find(|value| value.analyte == id).unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(of("egfr").value, "49.77 mL/min/1.73 m²");
    assert_eq!(of("egfr").label, Label::Low);
    assert_eq!(of("egfr").inputs.len(), 3);
    assert_eq!(of("calcium_adjusted").value, "2.25 mmol/L");
    assert_eq!(of("osmolarity_calculated").value, "309.83 mmol/L");
    assert_eq!(of("tsat").value, "25 %");
    assert!(of("osmolarity_calculated").formula.contains("1.86"));
    assert!(
        all.iter().all(|value| {
            value.source.iter().all(|key| knowledge().sources.iter().any(|source| source.key == *key))
        })
    );
    let without_age = derived(knowledge(), &results, &[]);
    assert!(without_age.iter().all(|value| value.analyte != "egfr"), "without age and sex there is no eGFR");
}

#[test]
fn a_second_word_on_the_same_sample_replaces_the_first() {
    let mut laboratory = laboratory(&[panel(today(), &[("potassium", "2.4", "mmol/L"), ("ck", "90", "U/L")])]);
    laboratory.add(panel(today(), &[("potassium", "4.2", "mmol/L")]));
    assert_eq!(laboratory.panels.len(), 1);
    assert_eq!(laboratory.panels[0].results.len(), 2);
    assert!(laboratory.panels[0].results.iter().any(|reading| reading.value == "4.2"));
}

#[test]
fn the_newest_result_comes_in_the_unit_of_the_knowledge() {
    let all = laboratory(&[
        panel(date(2026, 10, 1), &[("d_dimer", "900", "ug/L")]),
        panel(date(2026, 11, 1), &[("d_dimer", "0.62", "mg/L"), ("potassium", "4.1", "mmol/L")]),
    ]);
    assert_eq!(all.newest(knowledge(), "d_dimer"), Some(620.0));
    assert_eq!(all.newest(knowledge(), "sodium"), None);
}
