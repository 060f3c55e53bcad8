//! What to test: the allow-list, behind the gates of the plan.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_knowledge::Remedy;
use charley_wire::{Assessment, Disposition};
use jiff::ToSpan as _;

use super::under_way;
use crate::answers::save as file_of;
use crate::engine::Depth;
use crate::error::WebError;
use crate::log::Log;
use crate::page::{Page, show as write};
use crate::state::AppState;

/// A check older than this is done again before a trial.
const FRESH_DAYS: i64 = 90;

/// Whether a person may start a trial, and with what.
pub enum Gate {
    /// There is no check, or it is old, or it was not finished.
    NeedsCheck,
    /// The check says to be seen first.
    BeSeenFirst,
    /// These may be tested, those not.
    Open {
        /// Ids of remedies that may be tested.
        may: Vec<String>,
        /// Remedies that may not, with the reason.
        not: Vec<(String, String)>,
    },
}

/// Reads the newest kept check and asks the plan.
///
/// # Errors
/// When the store or the assessment fails.
pub async fn gate(state: &AppState, log: &Log) -> Result<Gate, WebError> {
    let checks = state.store()?.checks(&log.signed.access).await?;
    let oldest = log.now.saturating_sub((24 * FRESH_DAYS).hours()).unwrap_or(log.now);
    let Some(check) = checks.first().filter(|check| check.at >= oldest) else { return Ok(Gate::NeedsCheck) };
    let Ok(answers) = file_of::load(state.knowledge(), &check.answers) else { return Ok(Gate::NeedsCheck) };
    let assessment = state.assess_kept(answers.case(), Depth::Person).await?;
    if assessment.provisional {
        return Ok(Gate::NeedsCheck);
    }
    if matches!(assessment.disposition, Disposition::Emergency | Disposition::SameDay) {
        return Ok(Gate::BeSeenFirst);
    }
    Ok(sort(&state.knowledge().remedies, &assessment))
}

/// Only what the plan puts into tonight or this week may be tested.
fn sort(remedies: &[Remedy], assessment: &Assessment) -> Gate {
    let plan = &assessment.plan;
    let (mut may, mut not) = (Vec::new(), Vec::new());
    for remedy in remedies {
        let is = |item: &&charley_wire::PlanItem| item.id == remedy.intervention;
        if plan.tonight.iter().chain(&plan.this_week).any(|item| is(&item)) {
            may.push(remedy.intervention.clone());
        } else if let Some(item) = plan.not_for_you.iter().chain(&plan.ask_prescriber).find(is) {
            let why = item.because.first().cloned().unwrap_or_else(|| "Ask your prescriber first.".to_owned());
            not.push((remedy.label.clone(), why));
        }
    }
    Gate::Open { may, not }
}

struct Row {
    id: String,
    label: String,
    on: String,
    length: String,
}

#[derive(Template)]
#[template(path = "trial/choose.html")]
struct Choose {
    page: Page,
    name: String,
    busy: bool,
    needs_check: bool,
    be_seen_first: bool,
    may: Vec<Row>,
    not: Vec<(String, String)>,
}

/// The page.
///
/// # Errors
/// When the store or the assessment fails.
pub async fn show(State(state): State<AppState>, log: Log) -> Result<Response, WebError> {
    let busy = under_way(&state, &log).await?.is_some();
    let gate = gate(&state, &log).await?;
    let mut page = Choose {
        name: log.name().to_owned(),
        page: log.page,
        busy,
        needs_check: matches!(gate, Gate::NeedsCheck),
        be_seen_first: matches!(gate, Gate::BeSeenFirst),
        may: Vec::new(),
        not: Vec::new(),
    };
    if let Gate::Open { may, not } = gate {
        let remedies = state.knowledge().remedies.iter().filter(|remedy| may.contains(&remedy.intervention));
        page.may = remedies
            .map(|remedy| Row {
                id: remedy.intervention.clone(),
                label: remedy.label.clone(),
                on: remedy.on.clone(),
                length: format!("in turns of {} nights", remedy.period_nights),
            })
            .collect();
        page.not = not;
    }
    write(&page)
}
