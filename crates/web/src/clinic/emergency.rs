//! Opening a record whose sharing was ended, because of an emergency and with a reason that the person reads.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::patients::EMERGENCY_LASTS;
use charley_records::{PersonId, RecordsError};

use super::door::{Frame, Here};
use crate::account::problems::Problems;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "clinic/emergency.html")]
struct Emergency {
    page: Page,
    frame: Frame,
    problems: Problems,
    person: String,
    reason: String,
    minutes: i64,
}

fn form(here: &Here, page: Page, person: PersonId, reason: &str, problems: Problems) -> Emergency {
    Emergency {
        page,
        frame: here.frame("people"),
        problems,
        person: person.to_string(),
        reason: reason.to_owned(),
        minutes: EMERGENCY_LASTS.as_mins(),
    }
}

fn record(person: PersonId) -> Response {
    Redirect::to(&format!("/clinic/people/{person}")).into_response()
}

/// Asks for the reason. The page is the same for everybody whose record is closed, and for nobody.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Path(person): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    let person: PersonId = person.parse().map_err(|_| WebError::NotFound)?;
    match state.store()?.patient(&here.desk, person).await {
        Ok(_) => Ok(record(person)),
        Err(RecordsError::NotFound) => write(&form(&here, page, person, "", Problems::default())),
        Err(other) => Err(other.into()),
    }
}

/// Keeps the reason and opens the record.
pub async fn open(
    State(state): State<AppState>,
    here: Here,
    Path(person): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let person: PersonId = person.parse().map_err(|_| WebError::NotFound)?;
    let reason = fields.get("reason");
    match state.store()?.emergency(&here.desk, person, reason, state.timestamp()).await {
        Ok(_) => Ok(record(person)),
        Err(error @ RecordsError::Invalid(_)) => {
            let problems = Problems::of_store(error, "reason")?;
            show_again(&form(&here, page, person, reason, problems))
        }
        Err(other) => Err(other.into()),
    }
}
