//! The morning after: one tap for last night. A night without cramp is worth as much as one with.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use charley_records::diary::{Body, Cramps, NightReport};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Kept, Made, Who, fresh, keep, time};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "now/morning.html")]
struct Morning {
    page: Page,
    made: Made,
    night: Date,
    words: String,
}

/// The page.
pub async fn show(State(state): State<AppState>, who: Who, page: Page) -> Result<Response, WebError> {
    let made = Made::new(state.timestamp())?;
    let zone = who.person().and_then(|person| time::zone(&person.zone)).unwrap_or(TimeZone::UTC);
    let night = time::last_night(made.at, &zone);
    write(&Morning { page, made, night, words: time::long(night) }).map(fresh)
}

/// Keeps the answer.
pub async fn told(State(state): State<AppState>, who: Who, fields: Fields) -> Result<Response, WebError> {
    let made = Made::read(&fields, state.timestamp())?;
    let night: Date = fields.get("night").parse().map_err(|_| WebError::BadForm)?;
    let cramps = match fields.get("cramps") {
        "none" => Cramps::Exactly(0),
        "one" => Cramps::Exactly(1),
        "more" => Cramps::TwoOrMore,
        "unknown" => Cramps::Unknown,
        _ => return Err(WebError::BadForm),
    };
    let by_partner = fields.get("by_partner") == "1";
    let report = NightReport { night: night.to_string(), cramps, sleep: None, pain: None, by_partner };
    let to = match keep(&state, &who, vec![(made, Body::Night(report))]).await {
        Kept::Yes => format!("/now/saved?what=morning&e={}&night={night}", made.id),
        Kept::No(why) => format!("/now/not-saved?what=morning&why={why}"),
    };
    Ok(Redirect::to(&to).into_response())
}
