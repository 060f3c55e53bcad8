//! The link of one visit, which opens without signing in. It shows time and place, and nothing else of anybody; it moves and
//! cancels that visit and opens nothing more.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::RecordsError;
use charley_records::clinic::booking::{Booker, Booking, BookingState};
use charley_records::secret::Secret;

use super::choose::{self, Target};
use super::show::{May, Place, calendar, stands};
use crate::account::problems::Problems;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "visits/visit.html")]
struct Visit {
    page: Page,
    problems: Problems,
    token: String,
    when: String,
    place: String,
    zone: String,
    stands: &'static str,
    to_come: bool,
    may: May,
}

async fn visit(state: &AppState, page: Page, token: &Secret, problems: Problems) -> Result<Visit, WebError> {
    let now = state.timestamp();
    let booking = state.store()?.booking_by_link(token, now).await?;
    let place = Place::find(state, booking.clinic).await?;
    let table = state.store()?.timetable(booking.clinic, now, now).await?;
    Ok(Visit {
        page,
        problems,
        token: token.expose().to_owned(),
        when: place.span(booking.start, booking.end),
        stands: stands(booking.state),
        to_come: booking.state == BookingState::Booked && booking.end > now,
        may: May::of(&booking, &table, now),
        place: place.name,
        zone: place.zone_name,
    })
}

/// The visit.
pub async fn show(State(state): State<AppState>, Path(token): Path<String>, page: Page) -> Result<Response, WebError> {
    write(&visit(&state, page, &Secret::new(token), Problems::default()).await?)
}

/// Cancels it.
pub async fn cancel(
    State(state): State<AppState>,
    Path(token): Path<String>,
    page: Page,
    form: Fields,
) -> Result<Response, WebError> {
    let (store, now, token) = (state.store()?, state.timestamp(), Secret::new(token));
    let booking = store.booking_by_link(&token, now).await?;
    let reason: String = form.get("reason").chars().take(200).collect();
    match store.cancel(Booker::Link(&token), booking.id, &reason, now).await {
        Ok(_) => Ok(Redirect::to(&format!("/visit/{}", token.expose())).into_response()),
        Err(error @ RecordsError::Conflict(_)) => {
            let problems = Problems::of_store(error, "change")?;
            show_again(&visit(&state, page, &token, problems).await?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn target(state: &AppState, token: &Secret, booking: Booking) -> Result<Target, WebError> {
    Ok(Target {
        clinic: booking.clinic,
        place: Place::find(state, booking.clinic).await?,
        identity: None,
        address: format!("/visit/{}/move", token.expose()),
        carried: Vec::new(),
        back: format!("/visit/{}", token.expose()),
        letters: Vec::new(),
        urgent: false,
        moved: Some(booking),
    })
}

/// Free times, and the question whether it shall be so.
pub async fn show_times(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
    page: Page,
) -> Result<Response, WebError> {
    let token = Secret::new(token);
    let booking = state.store()?.booking_by_link(&token, state.timestamp()).await?;
    let target = target(&state, &token, booking).await?;
    choose::show(&state, page, target, &Fields::from(asked)).await
}

/// Moves it.
pub async fn move_to(
    State(state): State<AppState>,
    Path(token): Path<String>,
    page: Page,
    form: Fields,
) -> Result<Response, WebError> {
    let (store, now, token) = (state.store()?, state.timestamp(), Secret::new(token));
    let booking = store.booking_by_link(&token, now).await?;
    let (chosen, to) = choose::new_time(&form)?;
    match store.move_booking(Booker::Link(&token), booking.id, &to, now).await {
        Ok(_) => Ok(Redirect::to(&format!("/visit/{}", token.expose())).into_response()),
        Err(error) => {
            let target = target(&state, &token, booking).await?;
            choose::again(&state, page, target, &chosen, &form, error).await
        }
    }
}

/// The visit as a file for a calendar.
pub async fn file(State(state): State<AppState>, Path(token): Path<String>) -> Result<Response, WebError> {
    let token = Secret::new(token);
    let booking = state.store()?.booking_by_link(&token, state.timestamp()).await?;
    let place = Place::find(&state, booking.clinic).await?;
    let link = format!("{}/visit/{}", state.site().address, token.expose());
    Ok(calendar(&booking, &place, &link, state.timestamp()))
}
