//! Deleting somebody whom the clinic added, in two steps, with a receipt.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_records::clinic::patients::Patient;

use super::door::{Frame, Here};
use super::people::find;
use super::words;
use crate::account::delete::Receipt;
use crate::account::problems::Problems;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "clinic/delete.html")]
struct Delete {
    page: Page,
    frame: Frame,
    problems: Problems,
    person: String,
    whom: String,
}

#[derive(Template)]
#[template(path = "clinic/deleted.html")]
struct Deleted {
    page: Page,
    frame: Frame,
    receipt: Receipt,
}

/// Somebody on the list whom the clinic added; who keeps a record of their own deletes for themselves.
async fn added_here(state: &AppState, here: &Here, person: &str) -> Result<Patient, WebError> {
    let patient = find(state, here, person).await?;
    if patient.registered { Ok(patient) } else { Err(WebError::NotFound) }
}

/// The first step says what goes; nothing is deleted yet.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Path(person): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    let patient = added_here(&state, &here, &person).await?;
    write(&Delete { page, frame: here.frame("people"), problems: Problems::default(), person, whom: patient.name })
}

/// The second step deletes, and answers with the receipt.
pub async fn delete(
    State(state): State<AppState>,
    here: Here,
    Path(person): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let patient = added_here(&state, &here, &person).await?;
    let frame = here.frame("people");
    if fields.get("name") != patient.name.trim() {
        let problems = Problems::one("name", "Write the name as it is above");
        return show_again(&Delete { page, frame, problems, person, whom: patient.name });
    }
    let receipt = state.store()?.delete_registered(&here.desk, patient.person, state.timestamp()).await?;
    let at = words::moment(receipt.at, &here.zone);
    write(&Deleted { page, frame, receipt: Receipt::of(receipt, at) })
}
