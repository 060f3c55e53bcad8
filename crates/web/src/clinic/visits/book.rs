//! Staff book a visit for somebody.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::booking::{Booker, NewBooking};
use charley_records::{BookingId, PersonId, RequestId};

use super::choose::{self, Target};
use crate::clinic::door::{Frame, Here};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "clinic/visits/nobody.html")]
struct Nobody {
    page: Page,
    frame: Frame,
}

async fn target(state: &AppState, here: &Here, asked: &Fields) -> Result<Target, WebError> {
    let person: PersonId = asked.get("person").parse().map_err(|_| WebError::NotFound)?;
    let patient = state.store()?.patient(&here.desk, person).await?;
    Ok(Target { patient, moved: None, request: request(asked)?.map(|id| id.to_string()).unwrap_or_default() })
}

fn request(asked: &Fields) -> Result<Option<RequestId>, WebError> {
    match asked.get("request") {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| WebError::NotFound),
    }
}

/// Who, what, when.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Query(asked): Query<Vec<(String, String)>>,
    page: Page,
) -> Result<Response, WebError> {
    let asked = Fields::from(asked);
    if asked.get("person").is_empty() {
        return write(&Nobody { page, frame: here.frame("day") });
    }
    let target = target(&state, &here, &asked).await?;
    choose::show(&state, &here, page, target, &asked).await
}

/// Books it. The same form sent twice is one visit.
pub async fn book(State(state): State<AppState>, here: Here, page: Page, form: Fields) -> Result<Response, WebError> {
    let target = target(&state, &here, &form).await?;
    let chosen = choose::chosen(&form)?;
    let new = NewBooking {
        id: BookingId(form.get("id").parse().map_err(|_| WebError::BadForm)?),
        person: target.patient.person,
        service: form.get("service").parse().map_err(|_| WebError::BadForm)?,
        start: chosen.start,
        resources: chosen.with.clone(),
        request: request(&form)?,
        override_reason: form.get("override_reason").to_owned(),
        note: form.get("note").to_owned(),
    };
    match state.store()?.book(Booker::Staff(&here.desk), here.clinic.id, &new, state.timestamp()).await {
        Ok((booking, _)) => Ok(Redirect::to(&format!("/clinic/visits/{}", booking.id)).into_response()),
        Err(error) => choose::again(&state, &here, page, &target, &chosen, &form, error).await,
    }
}
