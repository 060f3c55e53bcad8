//! What can be booked.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::resources::{Need, Resource, ResourceKind, Service, Timetable};
use charley_records::{ResourceId, ServiceId};

use super::{fresh, id, timetable};
use crate::account::problems::Problems;
use crate::check::Problem;
use crate::clinic::door::{Frame, Here};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

struct Row {
    id: String,
    name: String,
    about: String,
}

#[derive(Template)]
#[template(path = "clinic/settings/services.html")]
struct Services {
    page: Page,
    frame: Frame,
    rows: Vec<Row>,
    any_clinician: bool,
}

/// The list.
pub async fn list(State(state): State<AppState>, here: Here, page: Page) -> Result<Response, WebError> {
    let table = timetable(&state, &here).await?;
    let row = |service: &Service| Row {
        id: service.id.to_string(),
        name: service.name.clone(),
        about: format!(
            "{} minutes, {}",
            service.minutes,
            if service.online { "people book it themselves" } else { "staff book it" }
        ),
    };
    write(&Services {
        page,
        frame: here.frame("settings"),
        rows: table.services.iter().map(row).collect(),
        any_clinician: table.resources.iter().any(|one| one.kind == ResourceKind::Clinician && !one.retired),
    })
}

/// A service on its form, as it was typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    name: String,
    minutes: String,
    before: String,
    after: String,
    notice: String,
    online: bool,
    retired: bool,
    any_of: Vec<ResourceId>,
}

struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

struct Group {
    title: &'static str,
    hint: &'static str,
    choices: Vec<Choice>,
    first: bool,
}

#[derive(Template)]
#[template(path = "clinic/settings/service.html")]
struct ServicePage {
    page: Page,
    frame: Frame,
    problems: Problems,
    id: String,
    kept: bool,
    typed: Typed,
    groups: Vec<Group>,
}

fn form(
    here: &Here,
    page: Page,
    service: ServiceId,
    table: &Timetable,
    typed: Typed,
    problems: Problems,
) -> ServicePage {
    let group = |title, hint, kind| {
        // A retired one is shown only while the service still names it.
        let fits = |one: &&Resource| one.kind == kind && (!one.retired || typed.any_of.contains(&one.id));
        let choice = |one: &Resource| Choice {
            id: one.id.to_string(),
            name: one.name.clone(),
            chosen: typed.any_of.contains(&one.id),
        };
        Group {
            title,
            hint,
            choices: table.resources.iter().filter(fits).map(choice).collect(),
            first: kind == ResourceKind::Clinician,
        }
    };
    let kept = table.services.iter().any(|known| known.id == service);
    // What is not kept yet has no page of its own.
    let own = if kept { service.to_string() } else { "new".to_owned() };
    ServicePage {
        page: page.at(format!("/clinic/settings/services/{own}")),
        frame: here.frame("settings"),
        problems,
        id: service.to_string(),
        kept,
        groups: vec![
            group("With one of these clinicians", "Tick everybody who does it.", ResourceKind::Clinician),
            group("In one of these rooms", "Tick none when no room is needed.", ResourceKind::Room),
            group("With one of these machines", "Tick none when no machine is needed.", ResourceKind::Machine),
        ],
        typed,
    }
}

/// The form for a new one.
pub async fn new(State(state): State<AppState>, here: Here, page: Page) -> Result<Response, WebError> {
    let table = timetable(&state, &here).await?;
    let typed = Typed {
        minutes: "30".to_owned(),
        before: "0".to_owned(),
        after: "0".to_owned(),
        notice: "24".to_owned(),
        ..Typed::default()
    };
    write(&form(&here, page, ServiceId(fresh()?), &table, typed, Problems::default()))
}

/// The form of one that is offered.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Path(service): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    let service: ServiceId = id(&service)?;
    let table = timetable(&state, &here).await?;
    let known = table.services.iter().find(|known| known.id == service).ok_or(WebError::NotFound)?;
    let typed = Typed {
        name: known.name.clone(),
        minutes: known.minutes.to_string(),
        before: known.buffer_before.to_string(),
        after: known.buffer_after.to_string(),
        notice: known.notice_hours.to_string(),
        online: known.online,
        retired: known.retired,
        any_of: known.needs.iter().flat_map(|need| need.any_of.clone()).collect(),
    };
    write(&form(&here, page, service, &table, typed, Problems::default()))
}

/// Adds or changes one. Visits that are booked keep their length.
pub async fn put(
    State(state): State<AppState>,
    here: Here,
    Path(service): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let service: ServiceId = id(&service)?;
    let table = timetable(&state, &here).await?;
    let short = |name: &str| fields.get(name).chars().take(200).collect::<String>();
    let typed = Typed {
        name: short("name"),
        minutes: short("minutes"),
        before: short("buffer_before"),
        after: short("buffer_after"),
        notice: short("notice_hours"),
        online: fields.has("online", "yes"),
        retired: fields.has("retired", "yes"),
        any_of: fields.all("needs").filter_map(|id| id.parse().ok()).collect(),
    };
    let problems = match read(service, &typed, &table) {
        Ok(wanted) => match state.store()?.put_service(&here.desk, &wanted, state.timestamp()).await {
            Ok(()) => return Ok(Redirect::to("/clinic/settings/services").into_response()),
            Err(error) => Problems::of_store(error, "name")?,
        },
        Err(problems) => problems,
    };
    show_again(&form(&here, page, service, &table, typed, problems))
}

/// One need for each kind of which something is ticked.
fn read(id: ServiceId, typed: &Typed, table: &Timetable) -> Result<Service, Problems> {
    let mut problems = Vec::new();
    let mut number = |field: &str, text: &str, what: &str| {
        text.parse::<u16>().unwrap_or_else(|_| {
            problems.push(Problem::new(field, &format!("Give {what} as a whole number")));
            0
        })
    };
    let minutes = number("minutes", &typed.minutes, "minutes");
    let buffer_before = number("buffer_before", &typed.before, "minutes");
    let buffer_after = number("buffer_after", &typed.after, "minutes");
    let notice_hours = number("notice_hours", &typed.notice, "hours");
    if !problems.is_empty() {
        return Err(problems.into_iter().collect());
    }
    let need = |kind: &ResourceKind| {
        let ticked = |one: &&Resource| one.kind == *kind && typed.any_of.contains(&one.id);
        let any_of: Vec<ResourceId> = table.resources.iter().filter(ticked).map(|one| one.id).collect();
        (!any_of.is_empty()).then_some(Need { kind: *kind, any_of })
    };
    Ok(Service {
        id,
        name: typed.name.clone(),
        minutes,
        buffer_before,
        buffer_after,
        needs: ResourceKind::ALL.iter().filter_map(need).collect(),
        online: typed.online,
        notice_hours,
        retired: typed.retired,
    })
}
