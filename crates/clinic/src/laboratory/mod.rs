//! Laboratory results: panels as they were reported, read by hand or from a file, with bands, critical values and trends.
//!
//! What the report prints is kept as it is printed. Units are converted by the reasoner alone, so that a page, a case file and
//! a panel agree on what a value is.

mod critical;
mod derived;
mod read;
mod table;

use charley_knowledge::{Analyte, Knowledge};
use charley_reason::{Facts, Given, Value as Told};
use charley_wire::{Case, FactIn};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use critical::{CriticalValue, critical};
pub use derived::{Derived, derived};
pub use read::{Imported, Line, Outcome, paste, table as csv};
pub use table::{Cell, Column, Direction, Label, Row, Table, Trend, table};

use crate::Fault;
use crate::text::days_between;

/// Most panels of one person.
pub const MOST_PANELS: usize = 200;
/// Most results of one panel.
pub const MOST_RESULTS: usize = 80;
/// No result is older, in days: the core refuses more.
const MOST_DAYS: i32 = 40_000;
/// Longest word of a result.
const MOST_CHARS: usize = 60;
/// Longest note.
const MOST_NOTE_CHARS: usize = 200;

/// One result as it was reported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Id of the analyte.
    pub analyte: String,
    /// The number as printed; `<` or `>` may stand before it.
    pub value: String,
    /// Unit as printed; empty when the report prints none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Low end of the interval that the report prints, in its unit; empty when it prints none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub low: String,
    /// High end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub high: String,
    /// Remark, such as "haemolysed".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// The results of one sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    /// Day on which the sample was taken.
    pub date: Date,
    /// Which laboratory; may be empty.
    #[serde(default)]
    pub laboratory: String,
    /// Results.
    pub results: Vec<Reading>,
}

/// All panels of one person, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Laboratory {
    /// Panels.
    pub panels: Vec<Panel>,
}

/// The number of a printed value, without `<` or `>`; none for anything else.
pub fn number(printed: &str) -> Option<f64> {
    crate::number(printed.trim().trim_start_matches(['<', '>', '≤', '≥', '=']))
}

impl Reading {
    /// The analyte of the reading.
    pub fn of<'k>(&self, knowledge: &'k Knowledge) -> Option<&'k Analyte> {
        knowledge.analytes.iter().find(|analyte| analyte.id == self.analyte)
    }

    fn given(&self, knowledge: &Knowledge, days_ago: Option<f64>) -> Option<Given> {
        let fact = &knowledge.facts[self.of(knowledge)?.fact.at()];
        let unit = (!self.unit.is_empty()).then(|| self.unit.clone());
        Some(Given { name: fact.name.clone(), value: Told::Number(number(&self.value)?), unit, days_ago })
    }
}

impl Panel {
    /// Checks a panel.
    ///
    /// # Errors
    /// Everything that is wrong, each with the id of its analyte as the field; `date` and `results` for the panel itself.
    pub fn check(&self, knowledge: &Knowledge, today: Date) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        if self.date > today {
            faults.push(Fault::new("date", "This date is in the future. Use the day on which the sample was taken."));
        } else if days_between(self.date, today) > MOST_DAYS {
            faults.push(Fault::new("date", "This date is too long ago. Check the year."));
        }
        if self.results.is_empty() {
            faults.push(Fault::new("results", "Enter at least one result."));
        }
        if self.results.len() > MOST_RESULTS {
            let problem = format!("A panel has at most {MOST_RESULTS} results. Enter the others as a second panel.");
            faults.push(Fault::new("results", problem));
        }
        if self.laboratory.chars().count() > MOST_CHARS {
            let problem = format!("Use at most {MOST_CHARS} characters for the laboratory.");
            faults.push(Fault::new("laboratory", problem));
        }
        let mut seen: Vec<&str> = Vec::new();
        for reading in &self.results {
            if seen.contains(&reading.analyte.as_str()) {
                faults.push(Fault::new(&reading.analyte, "This test stands twice. Keep one result."));
            }
            seen.push(&reading.analyte);
            faults.extend(check_reading(knowledge, reading));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The facts of a panel with nothing else, as the core reads them; none when a value cannot be read.
    fn read<'k>(&self, knowledge: &'k Knowledge, background: &[FactIn]) -> Option<Facts<'k>> {
        let mut given: Vec<Given> = self.results.iter().filter_map(|reading| reading.given(knowledge, None)).collect();
        given.extend(without(knowledge, background, &given));
        Facts::read(knowledge, &given).ok()
    }
}

/// The background without laboratory results, and without what the panel says itself.
fn without(knowledge: &Knowledge, background: &[FactIn], given: &[Given]) -> Vec<Given> {
    let plain: Vec<FactIn> = background
        .iter()
        .filter(|fact| knowledge.fact(&fact.name).is_none_or(|(_, known)| known.analyte.is_none()))
        .filter(|fact| !given.iter().any(|told| told.name == fact.name))
        .cloned()
        .collect();
    charley_wire::given(&Case { id: None, facts: plain }).unwrap_or_default()
}

fn check_reading(knowledge: &Knowledge, reading: &Reading) -> Vec<Fault> {
    let field = reading.analyte.as_str();
    let Some(given) = reading.given(knowledge, None) else {
        let problem = match (reading.of(knowledge), reading.value.as_str()) {
            (None, _) => "We do not know this test. Choose it from the list.".to_owned(),
            (Some(_), value) => format!("“{value}” is not a number. Write it like 3.2, <0.5 or >90."),
        };
        return vec![Fault::new(field, problem)];
    };
    let mut faults = Vec::new();
    if let Err(errors) = Facts::read(knowledge, &[given]) {
        faults.extend(errors.into_iter().map(|error| Fault::new(field, sentence(&error.message))));
    }
    let ends = [&reading.low, &reading.high];
    let numbers = ends.map(|end| number(end));
    if ends.iter().zip(numbers).any(|(end, number)| !end.is_empty() && number.is_none()) {
        faults.push(Fault::new(field, "The printed interval needs numbers. Leave it empty when there is none."));
    }
    if let [Some(low), Some(high)] = numbers
        && low > high
    {
        faults.push(Fault::new(field, "The printed interval ends before it begins. Swap the two numbers."));
    }
    if reading.note.chars().count() > MOST_NOTE_CHARS || reading.unit.chars().count() > MOST_CHARS {
        faults.push(Fault::new(field, format!("Use at most {MOST_NOTE_CHARS} characters for a note.")));
    }
    faults
}

/// What the core says, as a sentence.
fn sentence(message: &str) -> String {
    let mut signs = message.chars();
    let first = signs.next().map(char::to_uppercase).into_iter().flatten();
    format!("{}.", first.chain(signs).collect::<String>())
}

impl Laboratory {
    /// Adds a panel in its place; a panel of the same day and laboratory takes its results, the newer word winning.
    pub fn add(&mut self, panel: Panel) {
        let same = |known: &&mut Panel| known.date == panel.date && known.laboratory == panel.laboratory;
        match self.panels.iter_mut().find(same) {
            Some(known) => {
                for reading in panel.results {
                    known.results.retain(|old| old.analyte != reading.analyte);
                    known.results.push(reading);
                }
            }
            None => self.panels.push(panel),
        }
        self.panels.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.laboratory.cmp(&b.laboratory)));
    }

    /// Checks everything, as it is before it is kept.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn check(&self, knowledge: &Knowledge, today: Date) -> Result<(), Vec<Fault>> {
        let mut faults: Vec<Fault> =
            self.panels.iter().filter_map(|panel| panel.check(knowledge, today).err()).flatten().collect();
        if self.panels.len() > MOST_PANELS {
            faults.push(Fault::new("panels", format!("At most {MOST_PANELS} panels are kept. Take an old one out.")));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The newest result of an analyte in the unit of the knowledge, converted as the core does.
    pub fn newest(&self, knowledge: &Knowledge, analyte: &str) -> Option<f64> {
        let mut all = self.panels.iter().rev().flat_map(|panel| &panel.results);
        let given = all.find(|reading| reading.analyte == analyte)?.given(knowledge, None)?;
        let name = given.name.clone();
        Facts::read(knowledge, &[given]).ok()?.number(&name)
    }

    /// The newest result of each analyte as a fact of this day.
    pub fn facts(&self, knowledge: &Knowledge, today: Date) -> Vec<FactIn> {
        let mut facts: Vec<FactIn> = Vec::new();
        for panel in self.panels.iter().rev() {
            for reading in &panel.results {
                let Some(name) = reading.of(knowledge).map(|analyte| &knowledge.facts[analyte.fact.at()].name) else {
                    continue;
                };
                let (Some(value), false) = (number(&reading.value), facts.iter().any(|fact| fact.name == *name)) else {
                    continue;
                };
                facts.push(FactIn {
                    name: name.clone(),
                    value: Value::from(value),
                    unit: (!reading.unit.is_empty()).then(|| reading.unit.clone()),
                    days_ago: Some(f64::from(days_between(panel.date, today))),
                });
            }
        }
        facts
    }
}
