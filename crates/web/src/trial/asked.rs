//! The questions before the plan: how much better would be worth it, and who knows which nights are which.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use charley_knowledge::Remedy;
use charley_nights::trial::verdict::{MARGINS, USUAL_MARGIN};
use charley_words::trial as say;

use super::kept::Baseline;
use super::plan::{allowed, baseline};
use crate::error::WebError;
use crate::log::Log;
use crate::page::{Page, show as write};
use crate::state::AppState;

/// Margins that are offered, the easiest to please first.
const OFFERED: [f64; 5] = [0.95, 0.9, USUAL_MARGIN, 0.7, 0.6];

/// What was answered so far; what was not asked yet has its usual value.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Answers {
    #[serde(default)]
    margin: String,
    #[serde(default)]
    capsules: String,
}

impl Answers {
    /// From the fields of a form.
    pub fn new(margin: &str, capsules: &str) -> Self {
        Self { margin: margin.to_owned(), capsules: capsules.to_owned() }
    }

    /// The ratio below which the remedy is worth its trouble.
    ///
    /// # Errors
    /// [`WebError::BadForm`] for what is no ratio within the bounds.
    pub fn margin(&self) -> Result<f64, WebError> {
        if self.margin.is_empty() {
            return Ok(USUAL_MARGIN);
        }
        self.margin.parse().ok().filter(|margin| MARGINS.contains(margin)).ok_or(WebError::BadForm)
    }

    /// True when a helper prepares capsules for this remedy.
    ///
    /// # Errors
    /// [`WebError::BadForm`] for a remedy that has none, or another word than yes or no.
    pub fn capsules(&self, remedy: &Remedy) -> Result<bool, WebError> {
        match self.capsules.as_str() {
            "" | "no" => Ok(false),
            "yes" if remedy.capsules.is_some() => Ok(true),
            _ => Err(WebError::BadForm),
        }
    }
}

struct Margin {
    value: f64,
    weekly: Option<String>,
    share: String,
}

#[derive(Template)]
#[template(path = "trial/worth.html")]
struct WorthPage {
    page: Page,
    remedy: Remedy,
    known: Option<String>,
    margins: Vec<Margin>,
    usual: f64,
}

/// "In 24 recorded nights you had about 5 cramps a week."
pub fn known(baseline: Baseline) -> String {
    format!("In {} recorded nights you had {} cramps a week.", baseline.nights, say::about(7.0 * baseline.rate))
}

/// What is worth it: "1 fewer a week (a fifth fewer)"; without a baseline the share alone.
pub fn worth_it(before: Option<Baseline>, margin: f64) -> String {
    let share = say::fewer_by(margin);
    match before {
        Some(before) => format!("{} ({share} fewer)", say::fewer_weekly(7.0 * before.rate, margin)),
        None => format!("{share} fewer cramps"),
    }
}

/// How much better would be worth it?
///
/// # Errors
/// [`WebError::NotFound`] for a remedy that this person may not test.
pub async fn worth(State(state): State<AppState>, Path(id): Path<String>, log: Log) -> Result<Response, WebError> {
    let remedy = allowed(&state, &log, &id).await?;
    let before = baseline(&log);
    let margins = OFFERED.map(|value| Margin {
        value,
        weekly: before.map(|before| say::fewer_weekly(7.0 * before.rate, value)),
        share: say::fewer_by(value),
    });
    write(&WorthPage { known: before.map(known), margins: margins.into(), usual: USUAL_MARGIN, page: log.page, remedy })
}

#[derive(Template)]
#[template(path = "trial/capsules.html")]
struct CapsulesPage {
    page: Page,
    remedy: Remedy,
    margin: f64,
}

/// Who knows which nights are which?
///
/// # Errors
/// [`WebError::NotFound`] for a remedy that this person may not test, or that cannot be put into capsules.
pub async fn capsules(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(answers): Query<Answers>,
    log: Log,
) -> Result<Response, WebError> {
    let remedy = allowed(&state, &log, &id).await?;
    if remedy.capsules.is_none() {
        return Err(WebError::NotFound);
    }
    write(&CapsulesPage { margin: answers.margin()?, page: log.page, remedy })
}
