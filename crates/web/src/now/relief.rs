//! Cramp now: what to do, how long it lasts, and one button when it is over.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use charley_records::diary::{Body, Episode};
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;

use super::{Kept, Made, Who, fresh, keep, minutes_between, time};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;

/// Longest cramp that a page's own clock tells: after that somebody has forgotten the page, not the cramp.
const LONGEST_MINUTES: i64 = 60;
/// How long a page that is opened again goes on counting.
const GOES_ON_MINUTES: i64 = 30;

/// A cramp that is counted already, in the page's address.
#[derive(Debug, Default, Deserialize)]
pub struct Counted {
    /// Id of the entry.
    #[serde(default)]
    id: String,
    /// When it began.
    #[serde(default)]
    at: String,
}

impl Counted {
    /// Goes on with a cramp that began up to half an hour ago, else begins a new one.
    pub fn or_new(&self, now: Timestamp) -> Result<Made, WebError> {
        let read = || Some(Made { id: self.id.parse().ok()?, at: self.at.parse().ok()? });
        match read() {
            Some(made) if minutes_between(made.at, now).is_some_and(|minutes| minutes < GOES_ON_MINUTES) => Ok(made),
            _ => Made::new(now),
        }
    }
}

#[derive(Template)]
#[template(path = "now/now.html")]
struct Now {
    page: Page,
    made: Made,
    /// When it began by the person's clock; empty when nobody knows where the person is.
    began: String,
    /// Ten minutes later.
    ten: String,
    advice: String,
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    Query(counted): Query<Counted>,
    who: Who,
    page: Page,
) -> Result<Response, WebError> {
    let made = counted.or_new(state.timestamp())?;
    let zone = who.person().and_then(|person| time::zone(&person.zone));
    let advice = who
        .region(&state, &page)
        .map(|region| region.advice_line.clone())
        .filter(|line| !line.is_empty())
        .unwrap_or_else(|| "your doctor or advice line".to_owned());
    let ten = made.at.checked_add(10.minutes()).unwrap_or(made.at);
    write(&Now {
        began: zone.as_ref().map(|zone| time::clock(made.at, zone)).unwrap_or_default(),
        ten: zone.as_ref().map(|zone| time::clock(ten, zone)).unwrap_or_default(),
        advice,
        made,
        page,
    })
    .map(fresh)
}

/// A length as it is kept: whole minutes, or half of one for less; none when the page was forgotten.
fn length(minutes: i64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "at most 60")]
    (minutes <= LONGEST_MINUTES).then_some(if minutes == 0 { 0.5 } else { minutes as f64 })
}

/// "It has stopped".
pub async fn stopped(State(state): State<AppState>, who: Who, fields: Fields) -> Result<Response, WebError> {
    let now = state.timestamp();
    let made = Made::read(&fields, now)?;
    let danger = fields.get("danger") == "1";
    // A time that was not believed tells no length.
    let believed = fields.get("at").parse().ok() == Some(made.at) && !danger;
    let minutes = minutes_between(made.at, now).filter(|_| believed).and_then(length);
    let episode = Episode { minutes, danger, ..Episode::default() };
    let to = match keep(&state, &who, vec![(made, Body::Episode(episode))]).await {
        Kept::Yes => format!("/now/saved?what=cramp&e={}", made.id),
        Kept::No(why) => format!("/now/not-saved?what=cramp&why={why}"),
    };
    Ok(Redirect::to(&to).into_response())
}
