//! What a person asked clinics, how it stands, and taking it back.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::worklist::{Closing, RequestLine};
use charley_records::{OrganisationId, RequestId, Right};

use super::sharing;
use crate::account::times;
use crate::account::visitor::Identity;
use crate::clinic::words::{self, Mark};
use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::signed::Signed;
use crate::state::AppState;

struct Row {
    id: String,
    clinic: String,
    clinic_id: String,
    /// The person shares with the clinic still, so that a visit can be booked.
    books: bool,
    at: String,
    mark: Mark,
    stands: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "share/requests.html")]
struct Requests {
    page: Page,
    identity: Identity,
    rows: Vec<Row>,
    may_change: bool,
}

/// The list.
pub async fn list(State(state): State<AppState>, signed: Signed, page: Page) -> Result<Response, WebError> {
    let store = state.store()?;
    let zone = &signed.person.zone;
    let names: HashMap<OrganisationId, String> =
        store.clinics().await?.into_iter().map(|clinic| (clinic.id, clinic.name)).collect();
    let requests = store.requests_of(&signed.access).await?;
    let sharings = store.sharings(&signed.access).await?;
    let shared: Vec<OrganisationId> = sharing::now(&sharings).map(|sharing| sharing.clinic).collect();
    let rows = requests.into_iter().map(|(clinic, line)| Row {
        id: line.id.to_string(),
        clinic_id: clinic.to_string(),
        books: shared.contains(&clinic),
        clinic: names.get(&clinic).cloned().unwrap_or_else(|| "A clinic".to_owned()),
        at: times::moment(line.created, zone),
        mark: words::mark(line.urgency),
        stands: stands(&line, zone),
        open: line.closed.is_none(),
    });
    write(&Requests {
        page,
        identity: Identity::of(&signed.person),
        rows: rows.collect(),
        may_change: signed.access.right() >= Right::Write,
    })
}

/// How a request stands, in words for the person.
fn stands(line: &RequestLine, zone: &str) -> String {
    let Some((how, at)) = line.closed else {
        return match (line.assigned, line.not_reached) {
            (_, 1..) => "The clinic called and did not reach you".to_owned(),
            (Some(_), 0) => "Somebody at the clinic has taken it up".to_owned(),
            (None, 0) => "It waits at the clinic".to_owned(),
        };
    };
    let words = match how {
        Closing::Booked => "A visit is booked",
        Closing::Seen => "You were seen",
        Closing::Advised => "The clinic gave advice",
        Closing::SentOn => "The clinic sent you on to another service",
        Closing::Withdrawn => "You took it back",
        Closing::NotReached => "The clinic could not reach you",
        Closing::Duplicate => "It was there twice",
    };
    format!("{words}, {}", times::day(at, zone))
}

/// Takes a request back.
pub async fn withdraw(
    State(state): State<AppState>,
    signed: Signed,
    Path(request): Path<String>,
) -> Result<Response, WebError> {
    let request: RequestId = request.parse().map_err(|_| WebError::NotFound)?;
    state.store()?.withdraw_request(&signed.access, request, state.timestamp()).await?;
    Ok(Redirect::to("/requests").into_response())
}
