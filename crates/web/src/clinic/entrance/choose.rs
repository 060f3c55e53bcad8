//! Which clinic, for staff of several.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_records::OrganisationId;
use charley_records::clinic::StaffRole;

use super::CLINIC;
use crate::account::visitor::Member;
use crate::account::with_cookies;
use crate::clinic::words;
use crate::cookies;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;

struct Row {
    id: String,
    name: String,
    roles: String,
    demonstration: bool,
}

#[derive(Template)]
#[template(path = "staff/clinics.html")]
struct Clinics {
    page: Page,
    rows: Vec<Row>,
}

/// The clinics in which the visitor has a role; to everybody else the page is not there.
pub async fn show(State(state): State<AppState>, member: Member, page: Page) -> Result<Response, WebError> {
    let clinics = state.store()?.clinics_of(member.account.id, state.timestamp()).await?;
    if clinics.is_empty() {
        return Err(WebError::NotFound);
    }
    let rows = clinics.into_iter().map(|(clinic, roles)| Row {
        id: clinic.id.to_string(),
        name: clinic.name,
        roles: in_words(&roles),
        demonstration: clinic.demonstration,
    });
    write(&Clinics { page, rows: rows.collect() })
}

fn in_words(roles: &[StaffRole]) -> String {
    roles.iter().map(|role| words::role(*role)).collect::<Vec<_>>().join(", ")
}

/// Chooses one.
pub async fn set(State(state): State<AppState>, member: Member, fields: Fields) -> Result<Response, WebError> {
    let clinic: OrganisationId = fields.get("clinic").parse().map_err(|_| WebError::NotFound)?;
    let clinics = state.store()?.clinics_of(member.account.id, state.timestamp()).await?;
    if !clinics.iter().any(|(known, _)| known.id == clinic) {
        return Err(WebError::NotFound);
    }
    Ok(with_cookies(&state, CLINIC, &[(cookies::CLINIC, &clinic.to_string())]))
}
