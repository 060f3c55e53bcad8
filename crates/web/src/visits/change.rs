//! Moving and cancelling an own visit, signed in.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::booking::{Booker, Booking};
use charley_records::{RecordsError, Right};

use super::choose::{self, Target};
use super::mine::{again, own};
use super::show::Place;
use crate::account::problems::Problems;
use crate::account::visitor::Identity;
use crate::error::WebError;
use crate::page::{Fields, Page};
use crate::signed::Signed;
use crate::state::AppState;

async fn target(state: &AppState, signed: &Signed, booking: Booking) -> Result<Target, WebError> {
    signed.access.need(Right::Write)?;
    Ok(Target {
        clinic: booking.clinic,
        place: Place::find(state, booking.clinic).await?,
        identity: Some(Identity::of(&signed.person)),
        address: format!("/visits/{}/move", booking.id),
        carried: Vec::new(),
        back: "/visits".to_owned(),
        letters: Vec::new(),
        urgent: false,
        moved: Some(booking),
    })
}

/// Free times for a visit that is moved, and the question whether it shall be so.
pub async fn show_times(
    State(state): State<AppState>,
    signed: Signed,
    Path(booking): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
    page: Page,
) -> Result<Response, WebError> {
    let booking = own(&state, &signed, &booking).await?;
    let target = target(&state, &signed, booking).await?;
    choose::show(&state, page, target, &Fields::from(asked)).await
}

/// Moves it.
pub async fn move_to(
    State(state): State<AppState>,
    signed: Signed,
    Path(booking): Path<String>,
    page: Page,
    form: Fields,
) -> Result<Response, WebError> {
    let booking = own(&state, &signed, &booking).await?;
    let (chosen, to) = choose::new_time(&form)?;
    match state.store()?.move_booking(Booker::Person(&signed.access), booking.id, &to, state.timestamp()).await {
        Ok(_) => Ok(Redirect::to("/visits").into_response()),
        Err(error) => {
            let target = target(&state, &signed, booking).await?;
            choose::again(&state, page, target, &chosen, &form, error).await
        }
    }
}

/// Cancels it.
pub async fn cancel(
    State(state): State<AppState>,
    signed: Signed,
    Path(booking): Path<String>,
    page: Page,
    form: Fields,
) -> Result<Response, WebError> {
    let booking = own(&state, &signed, &booking).await?;
    let reason: String = form.get("reason").chars().take(200).collect();
    match state.store()?.cancel(Booker::Person(&signed.access), booking.id, &reason, state.timestamp()).await {
        Ok(_) => Ok(Redirect::to("/visits").into_response()),
        Err(error @ RecordsError::Conflict(_)) => {
            again(&state, &signed, page, Problems::of_store(error, "coming")?).await
        }
        Err(other) => Err(other.into()),
    }
}
