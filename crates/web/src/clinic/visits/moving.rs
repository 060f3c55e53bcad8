//! Staff move a visit to another time.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::BookingId;
use charley_records::clinic::booking::Booker;

use super::choose::{self, Target};
use crate::clinic::door::Here;
use crate::error::WebError;
use crate::page::{Fields, Page};
use crate::state::AppState;

async fn target(state: &AppState, here: &Here, booking: &str) -> Result<Target, WebError> {
    let id: BookingId = booking.parse().map_err(|_| WebError::NotFound)?;
    let booking = state.store()?.booking(&here.desk, id).await?.booking;
    let patient = state.store()?.patient(&here.desk, booking.person).await?;
    Ok(Target { patient, moved: Some(booking), request: String::new() })
}

/// Free times, or another.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Path(booking): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
    page: Page,
) -> Result<Response, WebError> {
    let target = target(&state, &here, &booking).await?;
    choose::show(&state, &here, page, target, &Fields::from(asked)).await
}

/// Moves it.
pub async fn move_to(
    State(state): State<AppState>,
    here: Here,
    Path(booking): Path<String>,
    page: Page,
    form: Fields,
) -> Result<Response, WebError> {
    let id: BookingId = booking.parse().map_err(|_| WebError::NotFound)?;
    let (chosen, to) = choose::new_time(&form)?;
    match state.store()?.move_booking(Booker::Staff(&here.desk), id, &to, state.timestamp()).await {
        Ok(_) => Ok(Redirect::to(&format!("/clinic/visits/{id}")).into_response()),
        Err(error) => {
            let target = target(&state, &here, &booking).await?;
            choose::again(&state, &here, page, &target, &chosen, &form, error).await
        }
    }
}
