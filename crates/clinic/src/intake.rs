//! History and examination, as a clinician takes them.

use charley_wire::FactIn;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::text::days_between;

/// A fact as it is kept. Its age is told by a date, so that it grows old with time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Name.
    pub name: String,
    /// Value, as in a case file.
    pub value: Value,
    /// Unit of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Day of a result; none for what holds until it is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
}

impl Kept {
    /// From a fact of a form. `today` is the day on which it was said.
    pub fn of(fact: &FactIn, today: Date) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the core refuses more than 50,000 days")]
        let on = fact.days_ago.map(|days| today.saturating_sub(jiff::Span::new().days((days as i64).clamp(0, 60_000))));
        Self { name: fact.name.clone(), value: fact.value.clone(), unit: fact.unit.clone(), on }
    }

    /// As a fact of this day.
    pub fn fact(&self, today: Date) -> FactIn {
        FactIn {
            name: self.name.clone(),
            value: self.value.clone(),
            unit: self.unit.clone(),
            days_ago: self.on.map(|on| f64::from(days_between(on, today))),
        }
    }
}

/// The intake.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Intake {
    /// The complaint in the person's own words.
    pub complaint: String,
    /// What the person wants.
    pub wish: String,
    /// The form as it was sent, to show it again.
    pub fields: Vec<(String, String)>,
    /// The facts of the form.
    pub facts: Vec<Kept>,
    /// Diagnoses as written, one a line.
    pub illnesses: Vec<String>,
    /// The list of diagnoses is complete.
    pub illnesses_complete: bool,
}

impl Intake {
    /// The facts, diagnoses included, as of this day.
    pub fn facts(&self, today: Date) -> Vec<FactIn> {
        let mut facts: Vec<FactIn> = self.facts.iter().map(|kept| kept.fact(today)).collect();
        facts.extend(self.illnesses.iter().map(|written| plain_fact("condition", written)));
        if self.illnesses_complete {
            facts.push(plain_fact("conditions_complete", "yes"));
        }
        facts
    }
}

/// A fact of a word.
pub(crate) fn plain_fact(name: &str, value: &str) -> FactIn {
    FactIn { name: name.to_owned(), value: value.into(), unit: None, days_ago: None }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_result_grows_old_and_a_finding_does_not() {
        let told = FactIn { name: "lab_ck".to_owned(), value: 90.into(), unit: None, days_ago: Some(2.0) };
        let kept = Kept::of(&told, date(2026, 11, 24));
        assert_eq!(kept.on, Some(date(2026, 11, 22)));
        assert_eq!(kept.fact(date(2026, 12, 2)).days_ago, Some(10.0));
        let intake = Intake { illnesses: vec!["diabetes".to_owned()], illnesses_complete: true, ..Intake::default() };
        let names: Vec<String> = intake.facts(date(2026, 12, 2)).into_iter().map(|fact| fact.name).collect();
        assert_eq!(names, ["condition", "conditions_complete"]);
    }
}
