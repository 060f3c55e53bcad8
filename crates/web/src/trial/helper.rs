//! The sheet for the second person: which box holds the remedy. Shown once, after the phone has changed hands.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_records::Right;
use charley_records::diary::{Body, Entry, NewEntry, Receipt};
use charley_records::trials::Trial;
use jiff::Timestamp;

use super::{Running, under_way};
use crate::error::WebError;
use crate::log::forms::derived;
use crate::log::{Log, words};
use crate::page::{Page, show as write};
use crate::state::AppState;

/// One box, which is one period.
pub struct Filled {
    /// Its number, from 1.
    pub number: usize,
    /// What goes in.
    pub with: String,
    /// True for the remedy.
    pub treated: bool,
    /// First and last night.
    pub nights: String,
}

/// The blinded trial that is under way.
async fn blinded(state: &AppState, log: &Log) -> Result<Running, WebError> {
    log.signed.access.need(Right::Write)?;
    let running = under_way(state, log).await?.ok_or(WebError::NotFound)?;
    if running.protocol.capsules.is_none() { Err(WebError::NotFound) } else { Ok(running) }
}

/// When the sheet was shown; none when it was not.
pub fn opened(entries: &[Entry], trial: &Trial) -> Option<Timestamp> {
    let of = |entry: &&Entry| matches!(&entry.new.body, Body::Opened { trial: known } if *known == trial.id);
    entries.iter().find(of).map(|entry| entry.received)
}

/// All boxes of a blinded trial; none for another.
pub fn boxes(running: &Running) -> Vec<Filled> {
    let Some(capsules) = &running.protocol.capsules else { return Vec::new() };
    let design = &running.protocol.design;
    let arms = design.arms(&running.trial.seed);
    (0..2 * design.pairs)
        .map(|turn| {
            let first = turn * design.period_nights;
            let last = first + design.period_nights - 1;
            let treated = arms[first];
            Filled {
                number: turn + 1,
                with: if treated { capsules.active.clone() } else { capsules.dummy.clone() },
                treated,
                nights: format!("{} to {}", words::brief(running.date(first)), words::brief(running.date(last))),
            }
        })
        .collect()
}

/// "24 November 2026, 08:05", where the person lives.
fn moment(log: &Log, at: Timestamp) -> String {
    let local = log.zone.to_datetime(at);
    format!("{}, {:02}:{:02}", words::short(local.date()), local.hour(), local.minute())
}

#[derive(Template)]
#[template(path = "trial/hand-over.html")]
struct HandOver {
    page: Page,
    name: String,
    label: String,
    opened: Option<String>,
}

/// Asks to hand the phone over; says when the sheet was opened already.
///
/// # Errors
/// When no blinded trial is under way.
pub async fn ask(State(state): State<AppState>, log: Log) -> Result<Response, WebError> {
    let running = blinded(&state, &log).await?;
    let opened = opened(&log.entries, &running.trial).map(|at| moment(&log, at));
    write(&HandOver { name: log.name().to_owned(), label: running.protocol.label, opened, page: log.page })
}

#[derive(Template)]
#[template(path = "trial/sheet.html")]
struct Sheet {
    page: Page,
    name: String,
    label: String,
    night_count: usize,
    boxes: Vec<Filled>,
    how: String,
    commitment: String,
}

/// Shows the sheet, once. That it was shown is an entry with an id that follows from the trial, so a second time, even at the
/// same moment, finds it taken.
///
/// # Errors
/// When no blinded trial is under way.
pub async fn open(State(state): State<AppState>, log: Log) -> Result<Response, WebError> {
    let running = blinded(&state, &log).await?;
    let entry = NewEntry {
        id: derived(charley_records::EntryId(running.trial.id.0), "helper's sheet"),
        at: running.trial.created,
        zone: log.signed.person.zone.clone(),
        body: Body::Opened { trial: running.trial.id },
    };
    let receipts = state.store()?.append(&log.signed.access, &[entry], log.now).await?;
    if receipts != [Receipt::Stored] {
        let at = opened(&log.entries, &running.trial).unwrap_or(log.now);
        let opened = Some(moment(&log, at));
        return write(&HandOver { name: log.name().to_owned(), label: running.protocol.label, opened, page: log.page });
    }
    write(&Sheet {
        name: log.name().to_owned(),
        night_count: running.protocol.design.period_nights,
        boxes: boxes(&running),
        how: running.protocol.capsules.as_ref().map(|capsules| capsules.how.clone()).unwrap_or_default(),
        commitment: running.trial.commitment.clone(),
        label: running.protocol.label,
        page: log.page,
    })
}
