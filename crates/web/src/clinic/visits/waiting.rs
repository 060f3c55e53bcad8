//! The waiting list: who wishes for an earlier time.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::Duty;
use charley_records::clinic::booking::{Booker, Waiting};
use charley_records::clinic::patients::Patient;
use charley_records::{PersonId, RecordsError, ServiceId, WaitingId, ids};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::account::problems::Problems;
use crate::check::Problem;
use crate::clinic::door::{Frame, Here};
use crate::clinic::words;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;
use crate::visits::free::{self, start_of};

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    /// Whom to add, once chosen.
    #[serde(default)]
    person: String,
}

struct Row {
    id: String,
    person: String,
    name: String,
    service: String,
    days: String,
    since: String,
    book: String,
}

/// Somebody who is to be put on the list.
struct New {
    id: String,
    person: String,
    name: String,
    services: Vec<(String, String, bool)>,
    from: String,
    until: String,
}

#[derive(Template)]
#[template(path = "clinic/visits/waiting.html")]
struct WaitingPage {
    page: Page,
    frame: Frame,
    problems: Problems,
    rows: Vec<Row>,
    new: Option<New>,
    may_book: bool,
}

async fn waiting_page(
    state: &AppState,
    here: &Here,
    page: Page,
    patient: Option<Patient>,
    form: &Fields,
    problems: Problems,
) -> Result<WaitingPage, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let table = store.timetable(here.clinic.id, now, now).await?;
    let rows = store.waiting(&here.desk, now).await?.into_iter().map(|(wish, name)| {
        let service = free::service(&table, wish.service).map(|service| service.name.clone());
        let last = wish.until - SignedDuration::from_secs(1);
        Row {
            id: wish.id.to_string(),
            person: wish.person.to_string(),
            name,
            service: service.unwrap_or_else(|| "a service that is no longer offered".to_owned()),
            days: format!("{} to {}", words::day(wish.from, &here.zone), words::day(last, &here.zone)),
            since: words::wait(wish.created, now),
            book: format!("/clinic/book?person={}&service={}", wish.person, wish.service),
        }
    });
    let new = match patient {
        None => None,
        Some(patient) => {
            let id = match form.get("id").parse::<uuid::Uuid>() {
                Ok(id) => id,
                Err(_) => ids::random().map_err(|_| WebError::Internal("no randomness"))?,
            };
            let services = table.services.iter().map(|service| {
                let value = service.id.to_string();
                let chosen = form.get("service") == value;
                (value, service.name.clone(), chosen)
            });
            let short = |name: &str| form.get(name).chars().take(20).collect::<String>();
            Some(New {
                id: id.to_string(),
                person: patient.person.to_string(),
                name: patient.name,
                services: services.collect(),
                from: if form.get("from").is_empty() { here.today(now).to_string() } else { short("from") },
                until: short("until"),
            })
        }
    };
    let may_book = here.desk.roles().allow(Duty::Book);
    Ok(WaitingPage { page, frame: here.frame("day"), problems, rows: rows.collect(), new, may_book })
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Query(ask): Query<Ask>,
    page: Page,
) -> Result<Response, WebError> {
    let patient = match ask.person.as_str() {
        "" => None,
        id => {
            let person: PersonId = id.parse().map_err(|_| WebError::NotFound)?;
            Some(state.store()?.patient(&here.desk, person).await?)
        }
    };
    write(&waiting_page(&state, &here, page, patient, &Fields::default(), Problems::default()).await?)
}

/// Puts somebody on the list. The same form sent twice is one place.
pub async fn add(State(state): State<AppState>, here: Here, page: Page, form: Fields) -> Result<Response, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let person: PersonId = form.get("person").parse().map_err(|_| WebError::NotFound)?;
    let patient = store.patient(&here.desk, person).await?;
    let problems = match read(&here, &form, person, now)? {
        Err(problems) => problems,
        Ok(wish) => match store.wait(Booker::Staff(&here.desk), here.clinic.id, &wish, now).await {
            Ok(()) => return Ok(Redirect::to("/clinic/waiting").into_response()),
            Err(error @ (RecordsError::Invalid(_) | RecordsError::Conflict(_))) => Problems::of_store(error, "from")?,
            Err(other) => return Err(other.into()),
        },
    };
    show_again(&waiting_page(&state, &here, page, Some(patient), &form, problems).await?)
}

/// A wish by the clinic's clock: whole days, the last one included.
fn read(here: &Here, form: &Fields, person: PersonId, now: Timestamp) -> Result<Result<Waiting, Problems>, WebError> {
    let mut problems = Vec::new();
    let service: Option<ServiceId> = form.get("service").parse().ok();
    if service.is_none() {
        problems.push(Problem::new("service", "Choose what for"));
    }
    let from: Option<Date> = form.get("from").parse().ok();
    let after: Option<Date> = form.get("until").parse::<Date>().ok().and_then(|day| day.tomorrow().ok());
    for (field, day) in [("from", from), ("until", after)] {
        if day.is_none() {
            problems.push(Problem::new(field, words::NO_DAY));
        }
    }
    let (Some(service), Some(from), Some(after)) = (service, from, after) else {
        return Ok(Err(problems.into_iter().collect()));
    };
    Ok(Ok(Waiting {
        id: WaitingId(form.get("id").parse().map_err(|_| WebError::BadForm)?),
        person,
        service,
        from: start_of(from, &here.zone),
        until: start_of(after, &here.zone),
        created: now,
    }))
}

/// Takes somebody off the list.
pub async fn end(State(state): State<AppState>, here: Here, Path(waiting): Path<String>) -> Result<Response, WebError> {
    let waiting: WaitingId = waiting.parse().map_err(|_| WebError::NotFound)?;
    state.store()?.end_waiting(Booker::Staff(&here.desk), waiting, state.timestamp()).await?;
    Ok(Redirect::to("/clinic/waiting").into_response())
}
