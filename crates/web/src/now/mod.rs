//! The night pages: relief in a cramp, bedtime, the morning after; and the way their entries take into the diary.
//!
//! Always dim, small, and complete without scripts while online. With scripts an entry goes into the outbox of the phone
//! first (`assets/outbox.js`) and from there to [`diary`]; without, the form comes here with an id and a time that the
//! page carried, so that the same form sent twice is one entry.

pub mod bedtime;
pub mod call;
pub mod diary;
pub mod morning;
pub mod phone;
pub mod relief;
pub mod saved;
pub mod time;
pub mod who;
pub mod worker;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::{get, post};
use charley_records::diary::{Body, NewEntry, Receipt};
use charley_records::{EntryId, ids};
use jiff::Timestamp;

use crate::error::WebError;
use crate::page::Fields;
use crate::state::AppState;

pub use who::Who;

/// Routes of the night pages.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/now", get(relief::show).post(relief::stopped))
        .route("/now/call", get(call::show))
        .route("/now/saved", get(saved::show))
        .route("/now/not-saved", get(saved::not_saved))
        .route("/now/undo", post(saved::undo))
        .route("/bedtime", get(bedtime::show).post(bedtime::done))
        .route("/morning", get(morning::show).post(morning::told))
        .route("/phone", get(phone::show))
        .route("/api/diary", post(diary::append))
        .route("/sw.js", get(worker::script))
        .route("/manifest.webmanifest", get(worker::manifest))
}

/// What a form carries so that it is one entry however often it is sent.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    /// Id of the entry.
    pub id: EntryId,
    /// When the page was made.
    pub at: Timestamp,
}

/// Longest time that a form's own time is believed: a page left open over the day tells of another night.
const BELIEVED_MINUTES: i64 = 180;

impl Made {
    /// A new one. Whole seconds, so that it reads well in an address.
    fn new(now: Timestamp) -> Result<Self, WebError> {
        let id = ids::random().map_err(|_| WebError::Internal("no randomness"))?;
        Ok(Self { id: EntryId(id), at: Timestamp::from_second(now.as_second()).unwrap_or(now) })
    }

    /// What a form brought back. A time that cannot be right gives way to the minute in which the form arrived.
    fn read(fields: &Fields, now: Timestamp) -> Result<Self, WebError> {
        let id = fields.get("id").parse().map_err(|_| WebError::BadForm)?;
        let at = fields.get("at").parse().map_err(|_| WebError::BadForm)?;
        let at = if minutes_between(at, now).is_some_and(|minutes| minutes <= BELIEVED_MINUTES) {
            at
        } else {
            Timestamp::from_second(now.as_second().div_euclid(60) * 60).unwrap_or(now)
        };
        Ok(Self { id, at })
    }
}

/// Whole minutes from one time to a later one; none when it is not later.
fn minutes_between(from: Timestamp, to: Timestamp) -> Option<i64> {
    let seconds = to.as_second() - from.as_second();
    (seconds >= 0).then_some(seconds / 60)
}

/// What became of entries that a form sent.
enum Kept {
    /// They are in the diary.
    Yes,
    /// They are not; the code tells the page why.
    No(&'static str),
}

/// Puts a form's entries into the diary. That it could not be done is an answer here, not an error page: somebody in
/// pain gets the same plain page whatever failed.
async fn keep(state: &AppState, who: &Who, entries: Vec<(Made, Body)>) -> Kept {
    let Who::Known { access, person, .. } = who else { return Kept::No(who.code()) };
    let entries: Vec<NewEntry> = entries
        .into_iter()
        .map(|(made, body)| NewEntry { id: made.id, at: made.at, zone: person.zone.clone(), body })
        .collect();
    let Ok(store) = state.store() else { return Kept::No("none") };
    match store.append(access, &entries, state.timestamp()).await {
        // Disputed: the same form was sent again some minutes later. The first stands, the second is kept for review.
        Ok(receipts) if !receipts.contains(&Receipt::Deleted) => Kept::Yes,
        Ok(_) => Kept::No("deleted"),
        Err(_) => Kept::No("broken"),
    }
}

/// A page that a browser does not show again from its own store when somebody goes back: its form has been used.
fn fresh(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
