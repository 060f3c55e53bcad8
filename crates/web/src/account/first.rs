//! The first account of a fresh install, opened by the link that the server prints once.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_knowledge::Region;
use charley_records::accounts::OneTime;
use charley_records::people::NewPerson;
use charley_records::secret::Secret;

use super::link::{enter, held};
use super::problems::Problems;
use super::sign_in::raw;
use super::times;
use super::visitor::{Origin, Sheltered};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// Name, time zone and country of a person, as a form holds them.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What the household calls them.
    pub name: String,
    /// Time zone.
    pub zone: String,
    /// True when nobody has chosen the zone yet, so that the script may.
    pub zone_guessed: bool,
    /// Country.
    pub region: String,
    /// Zones to choose from.
    pub zones: Vec<String>,
    /// Countries to choose from: id and name.
    pub regions: Vec<(String, String)>,
}

impl About {
    /// An empty form.
    pub fn empty(state: &AppState) -> Self {
        let region = |region: &Region| (region.id.clone(), region.name.clone());
        let mut zones = times::zones();
        let zone = state.site().zone.clone();
        if !zone.is_empty() && !zones.contains(&zone) {
            zones.push(zone.clone());
        }
        let regions = state.knowledge().regions.iter().map(region).collect();
        Self { zone, zone_guessed: true, zones, regions, ..Self::default() }
    }

    /// The form as it was sent.
    pub fn sent(state: &AppState, fields: &Fields) -> Self {
        let short = |name: &str| fields.get(name).chars().take(100).collect();
        Self {
            name: short("name"),
            zone: short("zone"),
            zone_guessed: false,
            region: short("region"),
            ..Self::empty(state)
        }
    }

    /// For the store, which checks it. A country that these pages do not know is none.
    pub fn person(&self) -> NewPerson {
        let region = self.regions.iter().find(|(id, _)| *id == self.region).map(|(id, _)| id.clone());
        NewPerson { name: self.name.clone(), zone: self.zone.clone(), region: region.unwrap_or_default() }
    }

    /// True when this country is chosen.
    pub fn in_region(&self, id: &str) -> bool {
        self.region == id
    }

    /// True when this zone is chosen.
    pub fn in_zone(&self, zone: &str) -> bool {
        self.zone == zone
    }
}

#[derive(Template)]
#[template(path = "account/first.html")]
struct First {
    page: Page,
    problems: Problems,
    login: String,
    about: About,
}

/// True for a link to the first account, or to a household of one's own.
fn is_for(kind: &OneTime) -> bool {
    matches!(kind, OneTime::FirstAccount | OneTime::OwnHousehold)
}

/// The form.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    held(&state, &token, is_for).await?;
    write(&First { page, problems: Problems::default(), login: String::new(), about: About::empty(&state) })
}

/// Makes the account and signs in.
pub async fn create(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    origin: Origin,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let link = held(&state, &token, is_for).await?;
    let about = About::sent(&state, &fields);
    let login = fields.get("login").to_owned();
    let password = Secret::new(raw(&fields, "password"));
    let (store, now) = (state.store()?, state.timestamp());
    match store.create_first(&link, &login, &password, &about.person(), now).await {
        Ok(_) => enter(&state, &login, &password, &origin).await,
        Err(error) => {
            let problems = Problems::of_store(error, "login")?;
            let login = login.chars().take(60).collect();
            show_again(&First { page, problems, login, about })
        }
    }
}
