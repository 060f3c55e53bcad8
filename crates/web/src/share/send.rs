//! From the result of a check to a clinic: a request with the answers behind it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::worklist::NewRequest;
use charley_records::{OrganisationId, RequestId, Right, ids};
use charley_wire::Disposition;

use super::sharing;
use crate::account::problems::Problems;
use crate::account::visitor::Identity;
use crate::check::{Check, assessed, result};
use crate::clinic::urgency;
use crate::clinic::words::{self, Mark};
use crate::engine::Depth;
use crate::error::WebError;
use crate::flow::Step;
use crate::page::{Fields, Page, show as write, show_again};
use crate::signed::Signed;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "share/send.html")]
struct Send {
    page: Page,
    problems: Problems,
    identity: Identity,
    id: String,
    clinic_id: String,
    clinic: String,
    other: bool,
    mark: Mark,
    provisional: bool,
    red_flags: Vec<String>,
    complaint: String,
    wish: String,
}

/// A clinic with which the person shares now: its id and name.
async fn shared(state: &AppState, signed: &Signed, clinic: &str) -> Result<(OrganisationId, String), WebError> {
    let sharings = state.store()?.sharings(&signed.access).await?;
    let found = sharing::now(&sharings).find(|sharing| sharing.clinic.to_string() == clinic);
    found.map(|sharing| (sharing.clinic, sharing.name.clone())).ok_or(WebError::NotFound)
}

/// The request that the check makes; where the check is not finished, the page to go to.
async fn made(
    state: &AppState,
    check: &Check,
    id: RequestId,
    complaint: &str,
    wish: &str,
) -> Result<Result<NewRequest, Step>, WebError> {
    if let Some(step) = result::gate(state, check) {
        return Ok(Err(step));
    }
    let answers = check.answers();
    let assessment = assessed(state, &check.token, answers, Depth::Person).await?;
    // Whoever must call now does not write to a clinic first.
    if assessment.disposition == Disposition::Emergency {
        return Ok(Err(Step::Call));
    }
    Ok(Ok(urgency::request(&state.engine, id, answers, &assessment, None, complaint, wish)))
}

fn form(signed: &Signed, check: Check, clinic: (OrganisationId, String), new: &NewRequest, problems: Problems) -> Send {
    Send {
        problems,
        identity: Identity::of(&signed.person),
        id: new.id.to_string(),
        clinic_id: clinic.0.to_string(),
        clinic: clinic.1,
        other: check.answers().for_other(),
        mark: words::mark(new.urgency),
        provisional: new.provisional,
        red_flags: new.red_flags.clone(),
        complaint: new.complaint.clone(),
        wish: new.wish.clone(),
        page: check.page,
    }
}

/// Shows what is sent, and asks for words of one's own.
pub async fn show(
    State(state): State<AppState>,
    signed: Signed,
    check: Check,
    Path(clinic): Path<String>,
) -> Result<Response, WebError> {
    signed.access.need(Right::Write)?;
    let clinic = shared(&state, &signed, &clinic).await?;
    let id = RequestId(ids::random().map_err(|_| WebError::Internal("no randomness"))?);
    match made(&state, &check, id, "", "").await? {
        Ok(new) => write(&form(&signed, check, clinic, &new, Problems::default())),
        Err(step) => Ok(Redirect::to(&step.path()).into_response()),
    }
}

/// Sends it. The same form sent twice is one request.
pub async fn send(
    State(state): State<AppState>,
    signed: Signed,
    check: Check,
    Path(clinic): Path<String>,
    fields: Fields,
) -> Result<Response, WebError> {
    signed.access.need(Right::Write)?;
    let clinic = shared(&state, &signed, &clinic).await?;
    let id: RequestId = fields.get("id").parse().map_err(|_| WebError::BadForm)?;
    let new = match made(&state, &check, id, fields.get("complaint"), fields.get("wish")).await? {
        Ok(new) => new,
        Err(step) => return Ok(Redirect::to(&step.path()).into_response()),
    };
    match state.store()?.send_request(&signed.access, clinic.0, &new, state.timestamp()).await {
        Ok(()) => Ok(Redirect::to("/requests").into_response()),
        Err(error) => {
            let problems = Problems::of_store(error, "complaint")?;
            show_again(&form(&signed, check, clinic, &new, problems))
        }
    }
}
