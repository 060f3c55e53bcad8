//! A visit in words for the person, and as a calendar file.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use charley_jobs::visit::Entry;
use charley_records::clinic::booking::{Booking, BookingState};
use charley_records::clinic::resources::{ResourceKind, Timetable};
use charley_records::clinic::rules::{self, Part};
use charley_records::{OrganisationId, ResourceId};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::free;
use crate::error::WebError;
use crate::state::AppState;

/// Where a visit is.
#[derive(Debug, Clone)]
pub struct Place {
    /// Name of the clinic.
    pub name: String,
    /// Its zone, as people read it: "Europe/London".
    pub zone_name: String,
    /// Its clock.
    pub zone: TimeZone,
}

impl Place {
    /// A clinic of this server.
    ///
    /// # Errors
    /// When there is none, or the store fails.
    pub async fn find(state: &AppState, clinic: OrganisationId) -> Result<Self, WebError> {
        let known = state.store()?.clinics().await?.into_iter().find(|known| known.id == clinic);
        let known = known.ok_or(WebError::NotFound)?;
        let zone = TimeZone::get(&known.zone).unwrap_or(TimeZone::UTC);
        Ok(Self { name: known.name, zone_name: known.zone, zone })
    }

    /// "Monday 30 November 2026, 09:15".
    pub fn moment(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%A %-d %B %Y, %H:%M").to_string()
    }

    /// The same with the end: "Monday 30 November 2026, 09:15 to 09:55".
    pub fn span(&self, from: Timestamp, to: Timestamp) -> String {
        format!("{} to {}", self.moment(from), to.to_zoned(self.zone.clone()).strftime("%H:%M"))
    }
}

/// Where a visit stands, in words for the person.
pub fn stands(state: BookingState) -> &'static str {
    match state {
        BookingState::Booked => "Booked",
        BookingState::Arrived => "You have come",
        BookingState::Done => "It is over",
        BookingState::NoShow => "The clinic noted that you did not come",
        BookingState::Cancelled => "Cancelled",
    }
}

/// What the person can still change about a visit without the clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct May {
    /// Move it.
    pub move_it: bool,
    /// Cancel it.
    pub cancel: bool,
}

impl May {
    /// By the same rules as the store, which has the last word.
    pub fn of(booking: &Booking, table: &Timetable, now: Timestamp) -> Self {
        let to_come = booking.state == BookingState::Booked && booking.start > now;
        match free::service(table, booking.service) {
            Some(service) => Self {
                move_it: rules::may_move(booking, service, booking.revision, Part::Person, now).is_ok(),
                cancel: to_come && rules::may_cancel(booking, service, Part::Person, now).is_ok(),
            },
            // No longer offered: what its notice is, the store knows.
            None => Self { move_it: false, cancel: to_come },
        }
    }
}

/// Names of the clinicians among resources: "Clio and Dora".
pub fn clinicians(table: &Timetable, with: &[ResourceId]) -> String {
    let named = table.resources.iter().filter(|one| one.kind == ResourceKind::Clinician && with.contains(&one.id));
    named.map(|one| one.name.as_str()).collect::<Vec<_>>().join(" and ")
}

/// The visit as a file for a calendar.
pub fn calendar(booking: &Booking, place: &Place, link: &str, now: Timestamp) -> Response {
    let text = Entry::of(booking, &place.name, &place.zone_name, link, now).write(None);
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"visit.ics\""),
    ];
    (headers, text).into_response()
}
