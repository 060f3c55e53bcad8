//! After an entry: saved, taken back, or not saved and why. Undo is an entry of its own.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use charley_records::EntryId;
use charley_records::diary::Body;
use serde::Deserialize;

use super::{Kept, Made, Who, fresh, keep};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;

/// Most entries that one form makes.
const MOST: usize = 8;

/// What was saved, in the page's address.
#[derive(Debug, Default, Deserialize)]
pub struct About {
    #[serde(default)]
    what: String,
    /// Ids, with commas between.
    #[serde(default)]
    e: String,
    #[serde(default)]
    why: String,
    /// The night, for the link to more.
    #[serde(default)]
    night: String,
}

struct Undo {
    target: EntryId,
    id: EntryId,
}

#[derive(Template)]
#[template(path = "now/saved.html")]
struct Saved {
    page: Page,
    title: &'static str,
    lines: Vec<&'static str>,
    undo: Vec<Undo>,
    at: jiff::Timestamp,
    more: String,
    again: bool,
    pair: bool,
}

/// "Saved."
pub async fn show(
    State(state): State<AppState>,
    Query(about): Query<About>,
    who: Who,
    page: Page,
) -> Result<Response, WebError> {
    let at = Made::new(state.timestamp())?.at;
    let mut undo = Vec::new();
    for target in about.e.split(',').filter_map(|id| id.parse().ok()).take(MOST) {
        undo.push(Undo { target, id: Made::new(at)?.id });
    }
    let (title, lines): (_, Vec<_>) = match about.what.as_str() {
        "undone" => ("Taken back.", vec!["It does not count any more."]),
        "morning" => ("Saved. Good morning.", vec![]),
        "bedtime" => ("Saved. Good night.", vec![]),
        _ => ("Saved. Go back to sleep.", vec!["The rest waits for morning."]),
    };
    let night: Option<jiff::civil::Date> = about.night.parse().ok();
    let more = night.filter(|_| who.reads()).map(|night| format!("/log/night/{night}")).unwrap_or_default();
    let again = about.what == "cramp";
    write(&Saved { page, title, lines, undo, at, more, again, pair: false }).map(fresh)
}

/// "This one was not saved", and what to do.
pub async fn not_saved(
    State(state): State<AppState>,
    Query(about): Query<About>,
    page: Page,
) -> Result<Response, WebError> {
    let at = Made::new(state.timestamp())?.at;
    let mut lines = match about.why.as_str() {
        "revoked" => {
            vec!["This phone is no longer paired with a diary.", "Pair it again from your account, in the morning."]
        }
        "reader" => vec!["You may read this diary, but not write in it.", "Ask its owner, or choose your own diary."],
        "none" => vec!["This Charley keeps no diary."],
        "broken" => vec!["Something went wrong on our side.", "Go back and press the button again."],
        "deleted" => vec!["This entry was deleted for good before."],
        _ => vec![
            "This phone is not paired with a diary yet.",
            "In the morning, sign in and open Devices. There you pair this phone.",
        ],
    };
    if about.what == "cramp" {
        lines.push("Now go back to sleep. You can add this cramp in the morning.");
    }
    let pair = matches!(about.why.as_str(), "revoked" | "nobody") && state.store().is_ok();
    let again = about.what == "cramp";
    write(&Saved {
        page,
        title: "This one was not saved.",
        lines,
        undo: Vec::new(),
        at,
        more: String::new(),
        again,
        pair,
    })
    .map(fresh)
}

/// Takes entries back.
pub async fn undo(State(state): State<AppState>, who: Who, fields: Fields) -> Result<Response, WebError> {
    let now = state.timestamp();
    let at = Made::read(&fields, now)?.at;
    let mut entries = Vec::new();
    for (target, id) in fields.all("target").zip(fields.all("id")).take(MOST) {
        let (Ok(target), Ok(id)) = (target.parse(), id.parse()) else { return Err(WebError::BadForm) };
        entries.push((Made { id, at }, Body::Undo { target }));
    }
    let to = match keep(&state, &who, entries).await {
        Kept::Yes => "/now/saved?what=undone".to_owned(),
        Kept::No(why) => format!("/now/not-saved?why={why}"),
    };
    Ok(Redirect::to(&to).into_response())
}
