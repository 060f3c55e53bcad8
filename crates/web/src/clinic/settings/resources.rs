//! Clinicians, rooms and machines.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::resources::{Resource, ResourceKind, Timetable};
use charley_records::{AccountId, ResourceId};

use super::hours::{self, HoursRow, Wanted};
use super::{fresh, id, timetable};
use crate::account::problems::Problems;
use crate::clinic::door::{Frame, Here};
use crate::clinic::staff_names::Names;
use crate::clinic::words;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

struct Row {
    id: String,
    name: String,
    hours: String,
}

struct Group {
    title: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "clinic/settings/resources.html")]
struct Resources {
    page: Page,
    frame: Frame,
    groups: Vec<Group>,
    retired: Vec<Row>,
}

/// The list.
pub async fn list(State(state): State<AppState>, here: Here, page: Page) -> Result<Response, WebError> {
    let table = timetable(&state, &here).await?;
    let row = |resource: &Resource| Row {
        id: resource.id.to_string(),
        name: resource.name.clone(),
        hours: match table.openings.iter().filter(|opening| opening.resource == resource.id).count() {
            0 => "No hours yet: can’t be booked".to_owned(),
            1 => "Open once a week".to_owned(),
            times => format!("Open {times} times a week"),
        },
    };
    let group = |title, kind| Group {
        title,
        rows: table.resources.iter().filter(|one| one.kind == kind && !one.retired).map(row).collect(),
    };
    let groups = vec![
        group("Clinicians", ResourceKind::Clinician),
        group("Rooms", ResourceKind::Room),
        group("Machines", ResourceKind::Machine),
    ];
    let retired = table.resources.iter().filter(|one| one.retired).map(row).collect();
    write(&Resources { page, frame: here.frame("settings"), groups, retired })
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// A resource on its form, as it was typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    kind: String,
    name: String,
    account: String,
    retired: bool,
}

#[derive(Template)]
#[template(path = "clinic/settings/resource.html")]
struct ResourcePage {
    page: Page,
    frame: Frame,
    problems: Problems,
    id: String,
    /// It is kept already: its kind stays, and it can have hours.
    kept: bool,
    typed: Typed,
    kinds: Vec<Choice>,
    accounts: Vec<Choice>,
    hours: Vec<HoursRow>,
    wanted: Wanted,
    days: Vec<(i8, &'static str)>,
}

async fn form(
    state: &AppState,
    here: &Here,
    page: Page,
    resource: ResourceId,
    table: &Timetable,
    typed: Typed,
    problems: Problems,
) -> Result<ResourcePage, WebError> {
    let names = Names::read(state, here).await?;
    let kept = table.resources.iter().any(|known| known.id == resource);
    let kind = |kind: &ResourceKind| Choice {
        value: kind.code().to_owned(),
        label: words::resource(*kind).to_owned(),
        chosen: typed.kind == kind.code(),
    };
    let account = |(account, login): &(AccountId, String)| {
        let value = account.to_string();
        Choice { chosen: typed.account == value, value, label: login.clone() }
    };
    // What is not kept yet has no page of its own.
    let own = if kept { resource.to_string() } else { "new".to_owned() };
    Ok(ResourcePage {
        page: page.at(format!("/clinic/settings/resources/{own}")),
        frame: here.frame("settings"),
        problems,
        id: resource.to_string(),
        kept,
        kinds: ResourceKind::ALL.iter().map(kind).collect(),
        accounts: names.iter().map(account).collect(),
        hours: hours::rows(table, resource),
        wanted: Wanted { since: here.today(state.timestamp()).to_string(), ..Wanted::default() },
        days: hours::DAYS.to_vec(),
        typed,
    })
}

fn typed(resource: &Resource) -> Typed {
    Typed {
        kind: resource.kind.code().to_owned(),
        name: resource.name.clone(),
        account: resource.account.map(|account| account.to_string()).unwrap_or_default(),
        retired: resource.retired,
    }
}

/// The form for a new one.
pub async fn new(State(state): State<AppState>, here: Here, page: Page) -> Result<Response, WebError> {
    let typed = Typed { kind: ResourceKind::Clinician.code().to_owned(), ..Typed::default() };
    let table = Timetable::default();
    let resource = ResourceId(fresh()?);
    write(&form(&state, &here, page, resource, &table, typed, Problems::default()).await?)
}

/// The form of one that is kept, with its hours.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Path(resource): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    let resource: ResourceId = id(&resource)?;
    let table = timetable(&state, &here).await?;
    let known = table.resources.iter().find(|known| known.id == resource).ok_or(WebError::NotFound)?;
    write(&form(&state, &here, page, resource, &table, typed(known), Problems::default()).await?)
}

/// The same page with hours that could not be taken.
pub(super) async fn with_hours(
    state: &AppState,
    here: &Here,
    page: Page,
    resource: ResourceId,
    wanted: Wanted,
    problems: Problems,
) -> Result<Response, WebError> {
    let table = timetable(state, here).await?;
    let known = table.resources.iter().find(|known| known.id == resource).ok_or(WebError::NotFound)?;
    let again = form(state, here, page, resource, &table, typed(known), problems).await?;
    show_again(&ResourcePage { wanted, ..again })
}

/// Adds or changes one.
pub async fn put(
    State(state): State<AppState>,
    here: Here,
    Path(resource): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let resource: ResourceId = id(&resource)?;
    let table = timetable(&state, &here).await?;
    let known = table.resources.iter().find(|known| known.id == resource);
    let mut typed = Typed {
        kind: fields.get("kind").chars().take(20).collect(),
        name: fields.get("name").chars().take(200).collect(),
        account: fields.get("account").chars().take(60).collect(),
        retired: fields.has("retired", "yes"),
    };
    // What it is does not change: services need it as that.
    if let Some(known) = known {
        known.kind.code().clone_into(&mut typed.kind);
    }
    let problems = match read(&state, &here, resource, &typed).await? {
        Ok(wanted) => match state.store()?.put_resource(&here.desk, &wanted, state.timestamp()).await {
            Ok(()) => {
                let to = format!("/clinic/settings/resources/{resource}");
                return Ok(Redirect::to(&to).into_response());
            }
            Err(error) => Problems::of_store(error, "name")?,
        },
        Err(problems) => problems,
    };
    show_again(&form(&state, &here, page, resource, &table, typed, problems).await?)
}

async fn read(
    state: &AppState,
    here: &Here,
    id: ResourceId,
    typed: &Typed,
) -> Result<Result<Resource, Problems>, WebError> {
    let Ok(kind) = ResourceKind::of_code(&typed.kind) else {
        return Ok(Err(Problems::one("kind", "Choose what it is")));
    };
    let names = Names::read(state, here).await?;
    let account: Option<AccountId> = typed.account.parse().ok().filter(|account| names.holds(*account));
    if !typed.account.is_empty() && account.is_none() {
        return Ok(Err(Problems::one("account", "Choose somebody who works here, or nobody")));
    }
    Ok(Ok(Resource { id, kind, name: typed.name.clone(), account, retired: typed.retired }))
}
