//! Bedtime: three minutes of stretching, legs up, loose sheets; a tick keeps what was done.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use charley_records::diary::Body;
use jiff::tz::TimeZone;

use super::{Kept, Made, Who, fresh, keep, time};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;

/// What can be ticked: id of the remedy and its words.
const TICKS: [(&str, &str); 3] =
    [("stretch", "I stretched"), ("elevation", "I raised my legs"), ("bedding", "I loosened the sheets")];

struct Tick {
    id: &'static str,
    words: &'static str,
    entry: Made,
}

#[derive(Template)]
#[template(path = "now/bedtime.html")]
struct Bedtime {
    page: Page,
    made: Made,
    ticks: Vec<Tick>,
    advice: String,
}

/// The page.
pub async fn show(State(state): State<AppState>, who: Who, page: Page) -> Result<Response, WebError> {
    let now = state.timestamp();
    let mut ticks = Vec::new();
    for (id, words) in TICKS {
        ticks.push(Tick { id, words, entry: Made::new(now)? });
    }
    let advice = crate::wording::fill("{advice_line}", who.region(&state, &page));
    write(&Bedtime { page, made: Made::new(now)?, ticks, advice }).map(fresh)
}

/// Keeps the ticks: tonight's exposures.
pub async fn done(State(state): State<AppState>, who: Who, fields: Fields) -> Result<Response, WebError> {
    let at = Made::read(&fields, state.timestamp())?.at;
    let zone = who.person().and_then(|person| time::zone(&person.zone)).unwrap_or(TimeZone::UTC);
    let night = time::tonight(at, &zone).to_string();
    let mut entries = Vec::new();
    for (what, _) in TICKS.iter().filter(|(id, _)| fields.has("did", id)) {
        let id = fields.get(&format!("id-{what}")).parse().map_err(|_| WebError::BadForm)?;
        let body = Body::Exposure { night: night.clone(), what: (*what).to_owned(), done: true };
        entries.push((Made { id, at }, body));
    }
    if entries.is_empty() {
        return Ok(Redirect::to("/bedtime").into_response());
    }
    let ids: Vec<String> = entries.iter().map(|(made, _)| made.id.to_string()).collect();
    let to = match keep(&state, &who, entries).await {
        Kept::Yes => format!("/now/saved?what=bedtime&e={}", ids.join(",")),
        Kept::No(why) => format!("/now/not-saved?what=bedtime&why={why}"),
    };
    Ok(Redirect::to(&to).into_response())
}
