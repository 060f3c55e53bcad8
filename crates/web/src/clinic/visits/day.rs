//! The day: who comes when, to whom, and what does not fit.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use charley_records::clinic::Duty;
use charley_records::clinic::booking::{BookingLine, BookingState};
use charley_records::clinic::resources::Timetable;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::clash::{self, Wanted};
use crate::clinic::door::{Frame, Here};
use crate::clinic::words;
use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::visits::free::start_of;

/// Visits that begin so long before a day can reach into it.
const REACH: SignedDuration = SignedDuration::from_hours(12);

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    /// Which day; today when it is none.
    #[serde(default)]
    date: String,
}

/// What can be noted about a visit now.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// Code of the state.
    pub state: &'static str,
    /// Words on the button.
    pub words: &'static str,
}

/// What can be noted about a visit in this state at this moment.
pub fn marks(state: BookingState, start: Timestamp, now: Timestamp) -> Vec<Mark> {
    let arrived = Mark { state: "arrived", words: "Has come" };
    let done = Mark { state: "done", words: "Done" };
    let missed = Mark { state: "no_show", words: "Did not come" };
    let back = Mark { state: "booked", words: "Not yet" };
    match state {
        BookingState::Booked if start <= now => vec![arrived, done, missed],
        BookingState::Booked => vec![arrived],
        BookingState::Arrived => vec![done, back],
        BookingState::Done | BookingState::NoShow => vec![back],
        BookingState::Cancelled => Vec::new(),
    }
}

struct Row {
    id: String,
    time: String,
    person: String,
    name: String,
    service: String,
    with: String,
    state: &'static str,
    cancelled: bool,
    missed: u32,
    overridden: String,
    clashes: Vec<String>,
    marks: Vec<Mark>,
}

#[derive(Template)]
#[template(path = "clinic/visits/day.html")]
struct DayPage {
    page: Page,
    frame: Frame,
    day: String,
    date: String,
    is_today: bool,
    before: String,
    after: String,
    rows: Vec<Row>,
    cancelled: Vec<Row>,
    clashes: usize,
    waiting: usize,
    may_book: bool,
}

fn row(line: &BookingLine, table: &Timetable, here: &Here, all: &[BookingLine], now: Timestamp) -> Row {
    let booking = &line.booking;
    let clock = |at: Timestamp| at.to_zoned(here.zone.clone()).strftime("%H:%M").to_string();
    // What is over needs nobody to move it.
    let stands = matches!(booking.state, BookingState::Booked | BookingState::Arrived);
    Row {
        id: booking.id.to_string(),
        time: format!("{} to {}", clock(booking.start), clock(booking.end)),
        person: booking.person.to_string(),
        name: line.name.clone(),
        service: booking.service_name.clone(),
        with: clash::names(table, &booking.resources),
        state: words::booking(booking.state),
        cancelled: booking.state == BookingState::Cancelled,
        missed: line.missed,
        overridden: booking.override_reason.clone(),
        clashes: if stands { clash::found(table, &here.zone, &Wanted::of(line), all) } else { Vec::new() },
        marks: marks(booking.state, booking.start, now),
    }
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Query(ask): Query<Ask>,
    page: Page,
) -> Result<Response, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let today = here.today(now);
    let day: Date = ask.date.parse().unwrap_or(today);
    let next = day.tomorrow().unwrap_or(day);
    let (from, to) = (start_of(day, &here.zone), start_of(next, &here.zone));
    let earlier = from.saturating_sub(REACH).unwrap_or(from);
    let all = store.bookings(&here.desk, earlier, to).await?;
    let table = store.timetable(here.clinic.id, from, to).await?;
    let own = all.iter().filter(|line| line.booking.start >= from);
    let rows: Vec<Row> = own.map(|line| row(line, &table, &here, &all, now)).collect();
    let (cancelled, rows): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.cancelled);
    write(&DayPage {
        page,
        frame: here.frame("day"),
        day: day.strftime("%A %-d %B %Y").to_string(),
        date: day.to_string(),
        is_today: day == today,
        before: day.yesterday().unwrap_or(day).to_string(),
        after: next.to_string(),
        clashes: rows.iter().filter(|row| !row.clashes.is_empty()).count(),
        waiting: store.waiting(&here.desk, now).await?.len(),
        may_book: here.desk.roles().allow(Duty::Book),
        rows,
        cancelled,
    })
}
