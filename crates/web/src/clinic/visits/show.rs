//! One visit: what it is, what became of it, and cancelling it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::Duty;
use charley_records::clinic::booking::{Booker, BookingState, Waiting};
use charley_records::{BookingId, RecordsError};
use jiff::{SignedDuration, Timestamp};

use super::clash::{self, Wanted};
use super::day::{Mark, marks};
use crate::account::problems::Problems;
use crate::check::Problem;
use crate::clinic::door::{Frame, Here};
use crate::clinic::words;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;
use crate::visits::free::{self, Chosen};

/// Visits that begin so long before or after can stand in the way of one.
const AROUND: SignedDuration = SignedDuration::from_hours(12);

struct Waits {
    name: String,
    since: String,
    book: String,
}

#[derive(Template)]
#[template(path = "clinic/visits/visit.html")]
struct Visit {
    page: Page,
    frame: Frame,
    problems: Problems,
    id: String,
    when: String,
    date: String,
    person: String,
    name: String,
    service: String,
    with: String,
    state: &'static str,
    cancelled: bool,
    cancel_reason: String,
    missed: u32,
    note: String,
    overridden: String,
    request: String,
    booked_at: String,
    clashes: Vec<String>,
    marks: Vec<Mark>,
    may_move: bool,
    /// What the visit is for can be booked still.
    offered: bool,
    may_cancel: bool,
    reason: String,
    waits: Vec<Waits>,
}

async fn visit(
    state: &AppState,
    here: &Here,
    page: Page,
    id: BookingId,
    reason: &str,
    problems: Problems,
) -> Result<Visit, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let line = store.booking(&here.desk, id).await?;
    let booking = &line.booking;
    let table = store.timetable(here.clinic.id, booking.start, booking.start).await?;
    let clashes = match booking.state {
        BookingState::Booked | BookingState::Arrived => {
            let from = booking.start.saturating_sub(AROUND).unwrap_or(booking.start);
            let to = booking.start.saturating_add(AROUND).unwrap_or(booking.start);
            let around = store.bookings(&here.desk, from, to).await?;
            clash::found(&table, &here.zone, &Wanted::of(&line), &around)
        }
        _ => Vec::new(),
    };
    let cancelled = booking.state == BookingState::Cancelled;
    let waits = if cancelled && booking.start > now {
        let fits = |wish: &Waiting| {
            wish.service == booking.service
                && wish.from <= booking.start
                && wish.until >= booking.end
                && wish.person != booking.person
        };
        let time = Chosen { start: booking.start, with: booking.resources.clone() }.query();
        let all = store.waiting(&here.desk, now).await?;
        let fitting = all.into_iter().filter(|(wish, _)| fits(wish)).map(|(wish, name)| Waits {
            name,
            since: words::day(wish.created, &here.zone),
            book: format!("/clinic/book?person={}&service={}&{time}", wish.person, wish.service),
        });
        fitting.collect()
    } else {
        Vec::new()
    };
    let local = |at: Timestamp| at.to_zoned(here.zone.clone());
    let offered = free::service(&table, booking.service).is_some();
    let may_book = here.desk.roles().allow(Duty::Book);
    Ok(Visit {
        page,
        frame: here.frame("day"),
        problems,
        id: booking.id.to_string(),
        when: format!("{} to {}", words::moment(booking.start, &here.zone), local(booking.end).strftime("%H:%M")),
        date: local(booking.start).date().to_string(),
        person: booking.person.to_string(),
        name: line.name.clone(),
        service: booking.service_name.clone(),
        with: clash::names(&table, &booking.resources),
        state: words::booking(booking.state),
        cancelled,
        cancel_reason: booking.cancel_reason.clone(),
        missed: line.missed,
        note: booking.note.clone(),
        overridden: booking.override_reason.clone(),
        request: booking.request.map(|id| id.to_string()).unwrap_or_default(),
        booked_at: words::moment(booking.created, &here.zone),
        clashes,
        marks: if may_book { marks(booking.state, booking.start, now) } else { Vec::new() },
        may_move: may_book && offered && booking.state == BookingState::Booked,
        offered,
        may_cancel: may_book && matches!(booking.state, BookingState::Booked | BookingState::Arrived),
        reason: reason.to_owned(),
        waits,
    })
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Path(booking): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    let id: BookingId = booking.parse().map_err(|_| WebError::NotFound)?;
    write(&visit(&state, &here, page, id, "", Problems::default()).await?)
}

/// Notes what became of it.
pub async fn mark(
    State(state): State<AppState>,
    here: Here,
    Path(booking): Path<String>,
    page: Page,
    form: Fields,
) -> Result<Response, WebError> {
    let id: BookingId = booking.parse().map_err(|_| WebError::NotFound)?;
    let to = BookingState::of_code(form.get("state")).map_err(|_| WebError::BadForm)?;
    match state.store()?.mark(&here.desk, id, to, state.timestamp()).await {
        Ok(()) => {
            let day: Option<jiff::civil::Date> = form.get("day").parse().ok();
            let back = day.map_or_else(|| format!("/clinic/visits/{id}"), |day| format!("/clinic/day?date={day}"));
            Ok(Redirect::to(&back).into_response())
        }
        Err(error @ (RecordsError::Conflict(_) | RecordsError::Invalid(_))) => {
            let problems = Problems::of_store(error, "state")?;
            show_again(&visit(&state, &here, page, id, "", problems).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// Cancels it; the page then shows who waits for such a time.
pub async fn cancel(
    State(state): State<AppState>,
    here: Here,
    Path(booking): Path<String>,
    page: Page,
    form: Fields,
) -> Result<Response, WebError> {
    let id: BookingId = booking.parse().map_err(|_| WebError::NotFound)?;
    let reason = form.get("reason");
    match state.store()?.cancel(Booker::Staff(&here.desk), id, reason, state.timestamp()).await {
        Ok(_) => Ok(Redirect::to(&format!("/clinic/visits/{id}")).into_response()),
        Err(RecordsError::Invalid(fields)) => {
            let problems = fields.iter().map(|field| Problem::new("reason", &field.problem)).collect();
            show_again(&visit(&state, &here, page, id, reason, problems).await?)
        }
        Err(error @ RecordsError::Conflict(_)) => {
            let problems = Problems::of_store(error, "reason")?;
            show_again(&visit(&state, &here, page, id, reason, problems).await?)
        }
        Err(other) => Err(other.into()),
    }
}
