//! Sharing a record with a clinic, ending it, and who looked.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::patients::Sharing;
use charley_records::{Actor, OrganisationId, Right};

use crate::account::data::in_words;
use crate::account::problems::Problems;
use crate::account::times;
use crate::account::visitor::Identity;
use crate::clinic::people::{Typed, Ways};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::signed::Signed;
use crate::state::AppState;

/// Entries of the audit log that are searched for staff.
const SEARCHED: u32 = 1_000;
/// Looks of staff on the page.
const SHOWN: usize = 100;

struct Row {
    id: String,
    name: String,
    since: String,
    until: String,
}

struct Choice {
    id: String,
    name: String,
    demonstration: bool,
    chosen: bool,
}

struct Look {
    at: String,
    clinic: String,
    what: String,
}

struct Emergency {
    at: String,
    clinic: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "share/sharing.html")]
struct SharingPage {
    page: Page,
    problems: Problems,
    identity: Identity,
    shares: Vec<Row>,
    ended: Vec<Row>,
    clinics: Vec<Choice>,
    typed: Typed,
    ways: Ways,
    emergencies: Vec<Emergency>,
    looks: Vec<Look>,
    decides: bool,
}

/// Clinics with which the person shares now.
pub fn now(sharings: &[Sharing]) -> impl Iterator<Item = &Sharing> {
    sharings.iter().filter(|sharing| sharing.until.is_none())
}

async fn sharing_page(
    state: &AppState,
    signed: &Signed,
    page: Page,
    chosen: &str,
    typed: Typed,
    problems: Problems,
) -> Result<SharingPage, WebError> {
    let store = state.store()?;
    let zone = &signed.person.zone;
    let sharings = store.sharings(&signed.access).await?;
    let clinics = store.clinics().await?;
    let names: HashMap<OrganisationId, String> =
        clinics.iter().map(|clinic| (clinic.id, clinic.name.clone())).collect();
    let row = |sharing: &Sharing| Row {
        id: sharing.clinic.to_string(),
        name: sharing.name.clone(),
        since: times::day(sharing.since, zone),
        until: sharing.until.map(|at| times::day(at, zone)).unwrap_or_default(),
    };
    let emergencies = store.emergency_looks(&signed.access).await?.into_iter().map(|look| Emergency {
        at: times::moment(look.at, zone),
        clinic: look.clinic_name,
        reason: look.reason,
    });
    let entries = store.audit_of(&signed.access, SEARCHED).await?;
    let looks = entries.iter().filter_map(|entry| match &entry.actor {
        Actor::Staff { clinic, .. } => Some(Look {
            at: times::moment(entry.at, zone),
            clinic: names.get(clinic).cloned().unwrap_or_else(|| "a clinic".to_owned()),
            what: in_words(&entry.action, entry.count),
        }),
        _ => None,
    });
    let shared: Vec<OrganisationId> = now(&sharings).map(|sharing| sharing.clinic).collect();
    Ok(SharingPage {
        page,
        problems,
        identity: Identity::of(&signed.person),
        shares: now(&sharings).map(row).collect(),
        ended: sharings.iter().filter(|sharing| sharing.until.is_some()).map(row).collect(),
        clinics: clinics
            .into_iter()
            .map(|clinic| Choice {
                chosen: clinic.id.to_string() == chosen,
                name: match shared.contains(&clinic.id) {
                    true => format!("{} (you share already: this changes the contact)", clinic.name),
                    false => clinic.name,
                },
                id: clinic.id.to_string(),
                demonstration: clinic.demonstration,
            })
            .collect(),
        typed,
        ways: Ways::of(state),
        emergencies: emergencies.collect(),
        looks: looks.take(SHOWN).collect(),
        decides: signed.access.right() == Right::Own,
    })
}

/// The page.
pub async fn show(State(state): State<AppState>, signed: Signed, page: Page) -> Result<Response, WebError> {
    write(&sharing_page(&state, &signed, page, "", Typed::default(), Problems::default()).await?)
}

/// Shares the record.
pub async fn share(
    State(state): State<AppState>,
    signed: Signed,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    signed.access.need(Right::Own)?;
    let typed = Typed::sent(&fields);
    let chosen: String = fields.get("clinic").chars().take(60).collect();
    let (store, now) = (state.store()?, state.timestamp());
    let known = store.clinics().await?.into_iter().find(|clinic| clinic.id.to_string() == chosen);
    let problems = match (known, crate::clinic::people::born(&typed.born)) {
        (None, _) => Problems::one("clinic", "Choose a clinic"),
        (_, _) if !fields.has("consent", "yes") => Problems::one("consent", "Tick the box if you want to share"),
        (_, Err(problems)) => problems,
        (Some(clinic), Ok(born)) => match store.share(&signed.access, clinic.id, &typed.contact, born, now).await {
            Ok(()) => return Ok(Redirect::to("/share").into_response()),
            Err(error) => Problems::of_store(error, "phone")?,
        },
    };
    show_again(&sharing_page(&state, &signed, page, &chosen, typed, problems).await?)
}

/// Ends it at once.
pub async fn end(
    State(state): State<AppState>,
    signed: Signed,
    Path(clinic): Path<String>,
) -> Result<Response, WebError> {
    let clinic: OrganisationId = clinic.parse().map_err(|_| WebError::NotFound)?;
    state.store()?.end_sharing(&signed.access, clinic, state.timestamp()).await?;
    Ok(Redirect::to("/share").into_response())
}
