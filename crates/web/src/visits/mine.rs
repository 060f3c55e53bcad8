//! The person's own visits, and the times they wait for.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::booking::{Booker, Booking, BookingState, Waiting};
use charley_records::clinic::resources::Timetable;
use charley_records::{BookingId, OrganisationId, Right, WaitingId};
use jiff::Timestamp;

use super::book::{fresh, short_id};
use super::show::{May, Place, calendar, clinicians, stands};
use super::{choose, free};
use crate::account::problems::Problems;
use crate::account::visitor::Identity;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::signed::Signed;
use crate::state::AppState;

struct Row {
    id: String,
    when: String,
    clinic: String,
    service: String,
    with: String,
    stands: &'static str,
    may: May,
    /// An earlier time can be wished for.
    wish: bool,
    wish_id: String,
    wish_from: String,
}

struct Wished {
    id: String,
    clinic: String,
    service: String,
    days: String,
}

#[derive(Template)]
#[template(path = "visits/mine.html")]
struct Mine {
    page: Page,
    identity: Identity,
    problems: Problems,
    coming: Vec<Row>,
    over: Vec<Row>,
    waiting: Vec<Wished>,
    may_change: bool,
}

/// One of the person's own visits.
///
/// # Errors
/// [`WebError::NotFound`] when it is none of theirs.
pub(super) async fn own(state: &AppState, signed: &Signed, booking: &str) -> Result<Booking, WebError> {
    let id: BookingId = booking.parse().map_err(|_| WebError::NotFound)?;
    let visits = state.store()?.bookings_of(&signed.access).await?;
    visits.into_iter().find(|booking| booking.id == id).ok_or(WebError::NotFound)
}

/// What is known of a clinic that a page names.
struct Known {
    place: Place,
    table: Timetable,
}

async fn known(
    state: &AppState,
    clinics: impl Iterator<Item = OrganisationId>,
    now: Timestamp,
) -> Result<HashMap<OrganisationId, Known>, WebError> {
    let mut all = HashMap::new();
    for clinic in clinics {
        if let std::collections::hash_map::Entry::Vacant(gap) = all.entry(clinic) {
            let place = Place::find(state, clinic).await?;
            gap.insert(Known { place, table: state.store()?.timetable(clinic, now, now).await? });
        }
    }
    Ok(all)
}

async fn mine(state: &AppState, signed: &Signed, page: Page, problems: Problems) -> Result<Mine, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let visits = store.bookings_of(&signed.access).await?;
    let wishes = store.waiting_of(&signed.access, now).await?;
    let places = visits.iter().map(|visit| visit.clinic).chain(wishes.iter().map(|(clinic, _)| *clinic));
    let known = known(state, places, now).await?;
    let may_change = signed.access.right() >= Right::Write;
    let (mut coming, mut over) = (Vec::new(), Vec::new());
    for visit in visits {
        let Some(Known { place, table }) = known.get(&visit.clinic) else { continue };
        let to_come = visit.state == BookingState::Booked && visit.end > now;
        let wished = wishes.iter().any(|(_, wish)| wish.service == visit.service && wish.until == visit.start);
        let online = free::service(table, visit.service).is_some_and(|service| service.online);
        let row = Row {
            id: visit.id.to_string(),
            when: place.span(visit.start, visit.end),
            clinic: place.name.clone(),
            with: clinicians(table, &visit.resources),
            stands: stands(visit.state),
            may: May::of(&visit, table, now),
            wish: to_come && online && !wished,
            wish_id: fresh()?.to_string(),
            wish_from: now.to_string(),
            service: visit.service_name,
        };
        if to_come { coming.push(row) } else { over.push(row) }
    }
    coming.reverse();
    let waiting = wishes.iter().filter_map(|(clinic, wish)| {
        let Known { place, table } = known.get(clinic)?;
        let service = free::service(table, wish.service).map(|service| service.name.clone());
        let day = |at: Timestamp| at.to_zoned(place.zone.clone()).strftime("%-d %B %Y").to_string();
        // The last moment is one past the last day when days were named.
        let last = wish.until - jiff::SignedDuration::from_secs(1);
        Some(Wished {
            id: wish.id.to_string(),
            clinic: place.name.clone(),
            service: service.unwrap_or_else(|| "A visit".to_owned()),
            days: format!("{} to {}", day(wish.from), day(last)),
        })
    });
    let waiting = waiting.collect();
    Ok(Mine { page, identity: Identity::of(&signed.person), problems, coming, over, waiting, may_change })
}

/// The page.
pub async fn list(State(state): State<AppState>, signed: Signed, page: Page) -> Result<Response, WebError> {
    write(&mine(&state, &signed, page, Problems::default()).await?)
}

/// The page again, with what is wrong.
pub(super) async fn again(
    state: &AppState,
    signed: &Signed,
    page: Page,
    problems: Problems,
) -> Result<Response, WebError> {
    show_again(&mine(state, signed, page, problems).await?)
}

/// The visit as a file for a calendar.
pub async fn file(
    State(state): State<AppState>,
    signed: Signed,
    Path(booking): Path<String>,
) -> Result<Response, WebError> {
    let booking = own(&state, &signed, &booking).await?;
    let place = Place::find(&state, booking.clinic).await?;
    let link = format!("{}/visits", state.site().address);
    Ok(calendar(&booking, &place, &link, state.timestamp()))
}

/// Asks to be told when a time before this visit becomes free.
pub async fn earlier(
    State(state): State<AppState>,
    signed: Signed,
    Path(booking): Path<String>,
    page: Page,
    form: Fields,
) -> Result<Response, WebError> {
    let booking = own(&state, &signed, &booking).await?;
    let now = state.timestamp();
    let waiting = Waiting {
        id: WaitingId(short_id(&form)?.parse().map_err(|_| WebError::BadForm)?),
        person: signed.person.id,
        service: booking.service,
        from: choose::moment(form.get("from"))?,
        until: booking.start,
        created: now,
    };
    match state.store()?.wait(Booker::Person(&signed.access), booking.clinic, &waiting, now).await {
        Ok(()) => Ok(Redirect::to("/visits#waiting").into_response()),
        Err(error) => again(&state, &signed, page, Problems::of_store(error, "waiting")?).await,
    }
}

/// Takes a wish back.
pub async fn end_waiting(
    State(state): State<AppState>,
    signed: Signed,
    Path(waiting): Path<String>,
) -> Result<Response, WebError> {
    let waiting: WaitingId = waiting.parse().map_err(|_| WebError::NotFound)?;
    state.store()?.end_waiting(Booker::Person(&signed.access), waiting, state.timestamp()).await?;
    Ok(Redirect::to("/visits#waiting").into_response())
}
