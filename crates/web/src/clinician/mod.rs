//! The clinician view: one dense form for the keyboard, the result on one screen.

pub mod form;
pub mod parse;
pub mod result;
pub mod rows;
pub mod text;

use axum::Router;
use axum::routing::{get, post};
use charley_wire::{Case, Disposition, FactIn};

use crate::answers::Lines;
use crate::page::Fields;
use crate::state::AppState;

/// Routes below `/clinician`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/clinician", get(form::show).post(form::set))
        .route("/clinician/result", get(result::show))
        .route("/clinician/lines", post(result::set_lines))
        .route("/clinician/override", post(result::set_override))
        .route("/clinician/clear", post(form::clear))
        .route("/clinician/case.json", get(result::case_file))
}

/// A clinician's own urgency, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Urgency.
    pub disposition: Disposition,
    /// Why.
    pub reason: String,
}

/// What a clinician entered.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The form as it was sent, to show it again.
    pub fields: Fields,
    /// Region.
    pub region: Option<String>,
    /// Facts of the form, without the lists.
    pub facts: Vec<FactIn>,
    /// Medicines line by line.
    pub medicines: Lines,
    /// The medicines list is complete.
    pub medicines_complete: bool,
    /// Diagnoses line by line.
    pub illnesses: Lines,
    /// The list of diagnoses is complete.
    pub illnesses_complete: bool,
    /// The clinician's own urgency.
    pub over: Option<Override>,
}

impl Sheet {
    /// The case that is assessed.
    pub fn case(&self) -> Case {
        let mut facts = self.facts.clone();
        let mut add = |name: &str, value: &str| {
            facts.push(FactIn { name: name.to_owned(), value: value.into(), unit: None, days_ago: None });
        };
        for line in &self.medicines.lines {
            add(line.began.map_or("medicine", |began| began.fact()), line.value());
        }
        for line in &self.illnesses.lines {
            add("condition", line.value());
        }
        if self.medicines_complete {
            add("medicines_complete", "yes");
        }
        if self.illnesses_complete {
            add("conditions_complete", "yes");
        }
        Case { id: None, facts }
    }

    /// The facts that record an override. They change no answer: the rules' own urgency stays beside them.
    pub fn override_facts(&self) -> Vec<(&'static str, String)> {
        self.over
            .iter()
            .flat_map(|over| {
                [
                    ("override_disposition", over.disposition.as_str().to_owned()),
                    ("override_reason", over.reason.clone()),
                ]
            })
            .collect()
    }
}
