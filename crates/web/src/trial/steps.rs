//! What is done to a trial: tick tonight, end, stop, harm, decide.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_nights::trial::Verdict;
use charley_records::Right;
use charley_records::diary::{Body, NewEntry};
use charley_records::trials::Ended;

use super::{Running, looks, under_way};
use crate::error::WebError;
use crate::log::Log;
use crate::log::forms::{Mark, Said, derived};
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;

/// Longest description of a harm.
const MOST_CHARS: usize = 200;

async fn running(state: &AppState, log: &Log) -> Result<Running, WebError> {
    log.signed.access.need(Right::Write)?;
    under_way(state, log).await?.ok_or(WebError::NotFound)
}

fn entry(log: &Log, mark: Mark, said: &str, body: Body) -> NewEntry {
    NewEntry { id: derived(mark.id, said), at: mark.at, zone: log.signed.person.zone.clone(), body }
}

/// Ticks what was done tonight.
///
/// # Errors
/// When no trial is under way or the form is broken.
pub async fn done(State(state): State<AppState>, log: Log, fields: Fields) -> Result<Response, WebError> {
    let running = running(&state, &log).await?;
    let mark = Mark::read(&fields, log.now)?;
    let done = match fields.get("done") {
        "yes" => true,
        "no" => false,
        _ => return Err(WebError::BadForm),
    };
    let body = Body::Exposure { night: log.tonight().to_string(), what: running.protocol.exposure.clone(), done };
    log.append(&state, &[entry(&log, mark, fields.get("done"), body)]).await?;
    Ok(Redirect::to("/trial").into_response())
}

/// Keeps what a blinded person thinks tonight's capsules were.
///
/// # Errors
/// When no blinded trial is under way or the form is broken.
pub async fn guess(State(state): State<AppState>, log: Log, fields: Fields) -> Result<Response, WebError> {
    let running = running(&state, &log).await?;
    if !running.sealed() {
        return Err(WebError::NotFound);
    }
    let mark = Mark::read(&fields, log.now)?;
    let arm = match fields.get("guess") {
        "remedy" => Some(1),
        "dummy" => Some(0),
        "unknown" => None,
        _ => return Err(WebError::BadForm),
    };
    let body = Body::Guess { night: log.tonight().to_string(), arm };
    log.say(&state, mark, vec![Said::new(body)]).await?;
    Ok(Redirect::to("/trial").into_response())
}

/// Ends the trial with its answer: at the planned end, or at a look where the rule holds.
///
/// # Errors
/// [`WebError::NotFound`] when there is no answer yet.
pub async fn end(State(state): State<AppState>, log: Log) -> Result<Response, WebError> {
    let running = running(&state, &log).await?;
    let over = running.lived() >= running.protocol.design.nights();
    let found = looks::look(&state, &running).await?;
    let decided = found.is_some_and(|verdict| verdict != Verdict::NotSureYet);
    if !over && !decided {
        return Err(WebError::NotFound);
    }
    let why = match found {
        Some(Verdict::MakesWorse) => "harm_rule",
        _ if over => "planned_end",
        _ => "clear_answer",
    };
    finish(&state, &log, &running, why).await
}

/// Ends a trial and goes to its page.
async fn finish(state: &AppState, log: &Log, running: &Running, why: &str) -> Result<Response, WebError> {
    let report = looks::answer(state, running).await?;
    let result = report
        .map(|report| serde_json::to_string(&report))
        .transpose()
        .map_err(|_| WebError::Internal("a trial's answer is not JSON"))?;
    let ended = Ended { at: log.now, why: why.to_owned(), result, decision: None };
    state.store()?.end_trial(&log.signed.access, running.trial.id, &ended).await?;
    Ok(Redirect::to(&format!("/trial/{}", running.trial.id)).into_response())
}

#[derive(Template)]
#[template(path = "trial/stop.html")]
struct StopPage {
    page: Page,
    label: String,
    mark: Mark,
}

/// Asks before stopping early: the answer would be lost.
///
/// # Errors
/// When no trial is under way.
pub async fn ask_stop(State(state): State<AppState>, log: Log) -> Result<Response, WebError> {
    let running = running(&state, &log).await?;
    write(&StopPage { label: running.protocol.label, mark: Mark::new(log.now)?, page: log.page })
}

/// Stops early.
///
/// # Errors
/// When no trial is under way.
pub async fn stop(State(state): State<AppState>, log: Log) -> Result<Response, WebError> {
    let running = running(&state, &log).await?;
    finish(&state, &log, &running, "left").await
}

#[derive(Template)]
#[template(path = "trial/harm.html")]
struct HarmPage {
    page: Page,
    label: String,
    mark: Mark,
}

/// Asks what happened.
///
/// # Errors
/// When no trial is under way.
pub async fn ask_harm(State(state): State<AppState>, log: Log) -> Result<Response, WebError> {
    let running = running(&state, &log).await?;
    write(&HarmPage { label: running.protocol.label, mark: Mark::new(log.now)?, page: log.page })
}

/// Keeps what happened, ends the trial, and leads to the check with its danger signs.
///
/// # Errors
/// When no trial is under way or the form is broken.
pub async fn harm(State(state): State<AppState>, log: Log, fields: Fields) -> Result<Response, WebError> {
    let running = running(&state, &log).await?;
    let mark = Mark::read(&fields, log.now)?;
    let what: String = fields.get("what").chars().take(MOST_CHARS).collect();
    let what = if what.is_empty() { "not said".to_owned() } else { what };
    let body = Body::Adverse { night: log.tonight().to_string(), what };
    log.append(&state, &[entry(&log, mark, "harm", body)]).await?;
    finish(&state, &log, &running, "harm").await
}

/// Keep it, drop it, or test it again.
///
/// # Errors
/// When there is no such ended trial.
pub async fn decide(
    State(state): State<AppState>,
    Path(id): Path<String>,
    log: Log,
    fields: Fields,
) -> Result<Response, WebError> {
    log.signed.access.need(Right::Write)?;
    let decision = fields.get("decision");
    if !matches!(decision, "keep" | "drop" | "again") {
        return Err(WebError::BadForm);
    }
    let trials = state.store()?.trials(&log.signed.access).await?;
    let trial = trials.into_iter().find(|trial| trial.id.to_string() == id).ok_or(WebError::NotFound)?;
    let ended = trial.ended.clone().ok_or(WebError::NotFound)?;
    let ended = Ended { decision: Some(decision.to_owned()), ..ended };
    state.store()?.end_trial(&log.signed.access, trial.id, &ended).await?;
    let next = if decision == "again" { "/trial/new".to_owned() } else { format!("/trial/{id}") };
    Ok(Redirect::to(&next).into_response())
}
