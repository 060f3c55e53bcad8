//! How to reach somebody, with their requests and visits: no clinical content.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::Duty;
use charley_records::clinic::patients::Patient;
use charley_records::clinic::worklist::Which;
use jiff::{SignedDuration, Timestamp};

use super::door::{Frame, Here};
use super::people::{Typed, Ways, find};
use super::staff_names::Names;
use super::words;
use super::worklist::Row;
use crate::account::problems::Problems;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// Closed requests are listed so long: two years.
const CLOSED_SHOWN: SignedDuration = SignedDuration::from_hours(24 * 730);

struct Visit {
    id: String,
    at: String,
    service: String,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "clinic/contact.html")]
struct ContactPage {
    page: Page,
    frame: Frame,
    problems: Problems,
    person: String,
    name: String,
    registered: bool,
    since: String,
    typed: Typed,
    ways: Ways,
    requests: Vec<Row>,
    visits: Vec<Visit>,
    record: bool,
    may_book: bool,
    may_delete: bool,
}

async fn contact_page(
    state: &AppState,
    here: &Here,
    page: Page,
    patient: &Patient,
    typed: Typed,
    problems: Problems,
) -> Result<ContactPage, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let names = Names::read(state, here).await?;
    let since = now.saturating_sub(CLOSED_SHOWN).unwrap_or(Timestamp::MIN);
    let mut lines = store.requests(&here.desk, Which::Open).await?;
    lines.extend(store.requests(&here.desk, Which::ClosedSince(since)).await?);
    let own = lines.iter().filter(|line| line.person == patient.person);
    let requests = own.map(|line| Row::of(line, Vec::new(), &names, here, now)).collect();
    let visits = store.bookings_with(&here.desk, patient.person).await?.into_iter().map(|booking| Visit {
        id: booking.id.to_string(),
        at: words::moment(booking.start, &here.zone),
        service: booking.service_name,
        state: words::booking(booking.state),
    });
    Ok(ContactPage {
        page,
        frame: here.frame("people"),
        problems,
        person: patient.person.to_string(),
        name: patient.name.clone(),
        registered: patient.registered,
        since: words::day(patient.since, &here.zone),
        typed,
        ways: Ways::of(state),
        requests,
        visits: visits.collect(),
        record: here.desk.roles().allow(Duty::ReadRecord),
        may_book: here.desk.roles().allow(Duty::Book),
        may_delete: patient.registered && here.desk.roles().allow(Duty::Manage),
    })
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Path(person): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    let patient = find(&state, &here, &person).await?;
    let typed = Typed::of(&patient);
    write(&contact_page(&state, &here, page, &patient, typed, Problems::default()).await?)
}

/// Changes date of birth and contact, and the name of somebody whom the clinic added.
pub async fn change(
    State(state): State<AppState>,
    here: Here,
    Path(person): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let patient = find(&state, &here, &person).await?;
    let mut typed = Typed::sent(&fields);
    if !patient.registered {
        typed.name.clone_from(&patient.name);
    }
    let problems = match typed.read() {
        Ok(new) => match state.store()?.change_patient(&here.desk, patient.person, &new, state.timestamp()).await {
            Ok(_) => return Ok(Redirect::to(&format!("/clinic/people/{person}/contact")).into_response()),
            Err(error) => Problems::of_store(error, "name")?,
        },
        Err(problems) => problems,
    };
    show_again(&contact_page(&state, &here, page, &patient, typed, problems).await?)
}
