//! The night log: a signed-in person's nights, what changed, and taking them in and out.
//!
//! Every change is an entry of its own, so that it can be taken back. A form carries an id and a time made by the server:
//! sent twice it is one entry ([`forms`]).

pub mod banner;
pub mod calendar;
pub mod change;
pub mod convert;
pub mod cramp;
pub mod export;
pub mod file;
pub mod forms;
pub mod home;
pub mod import;
pub mod night;
pub mod past;
pub mod since;
pub mod told;
pub mod trend;
pub mod triage;
pub mod words;

use std::collections::HashSet;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::request::Parts;
use axum::routing::{get, post};
use charley_nights::diary::{Count, Diary, fold, night_of};
use charley_records::diary::Entry;
use charley_records::{EntryId, Right};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::error::WebError;
use crate::page::Page;
use crate::signed::Signed;
use crate::state::AppState;

/// Routes below `/log`.
pub fn router() -> Router<AppState> {
    let upload = Router::new()
        .route("/log/import", get(import::show).post(import::check))
        .route("/log/import/add", post(import::add))
        .layer(DefaultBodyLimit::max(crate::headers::MOST_UPLOAD_BYTES));
    Router::new()
        .route("/log", get(home::show))
        .route("/log/last", post(home::last))
        .route("/log/undo", post(banner::undo))
        .route("/log/night/{date}", get(night::show).post(night::save))
        .route("/log/night/{date}/cramp", get(cramp::show).post(cramp::save))
        .route("/log/past", get(past::show).post(past::save))
        .route("/log/change", get(change::show).post(change::save))
        .route("/log/since", get(since::show))
        .route("/log/export.csv", get(export::csv))
        .route("/log/export.json", get(export::json))
        .merge(upload)
}

/// Somebody's diary, read for one request.
pub struct Log {
    /// Frame of the page.
    pub page: Page,
    /// Who asks, for whom.
    pub signed: Signed,
    /// All entries in order of arrival.
    pub entries: Vec<Entry>,
    /// Their ids.
    pub ids: HashSet<EntryId>,
    /// The nights they make.
    pub diary: Diary,
    /// This moment.
    pub now: Timestamp,
    /// Where the person lives.
    pub zone: TimeZone,
}

impl FromRequestParts<AppState> for Log {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, WebError> {
        let Ok(page) = Page::from_request_parts(parts, state).await;
        let signed = Signed::from_request_parts(parts, state).await?;
        let entries = state.store()?.entries(&signed.access).await?;
        let told: Vec<_> = entries.iter().filter_map(convert::entry).collect();
        let zone = TimeZone::get(&signed.person.zone).unwrap_or(TimeZone::UTC);
        let ids = entries.iter().map(|entry| entry.new.id).collect();
        Ok(Self { page, signed, diary: fold(&told), entries, ids, now: state.timestamp(), zone })
    }
}

impl Log {
    /// Today, where the person lives.
    pub fn today(&self) -> Date {
        self.zone.to_datetime(self.now).date()
    }

    /// The night that began yesterday: in the morning it still runs, after noon it is over.
    pub fn last_night(&self) -> Date {
        self.today().saturating_sub(1.day())
    }

    /// The night that runs now: the last one that anything can be said of.
    pub fn tonight(&self) -> Date {
        night_of(self.now, &self.zone)
    }

    /// Recorded nights, by date.
    pub fn recorded(&self) -> Vec<(Date, Count)> {
        self.diary.recorded().collect()
    }

    /// A night from an address: a date that has come.
    ///
    /// # Errors
    /// [`WebError::NotFound`] for anything else.
    pub fn night_at(&self, text: &str) -> Result<Date, WebError> {
        let date: Date = text.parse().map_err(|_| WebError::NotFound)?;
        let proper = date.to_string() == text && date.year() >= 1950 && date <= self.tonight();
        if proper { Ok(date) } else { Err(WebError::NotFound) }
    }

    /// True when the visitor may change the log: a member of the household may only read it.
    pub fn writes(&self) -> bool {
        self.signed.access.right() >= Right::Write
    }

    /// Refuses visitors who may only read.
    ///
    /// # Errors
    /// When they may.
    pub fn writer(&self) -> Result<(), WebError> {
        Ok(self.signed.access.need(Right::Write)?)
    }

    /// Whose log it is.
    pub fn name(&self) -> &str {
        &self.signed.person.name
    }
}
