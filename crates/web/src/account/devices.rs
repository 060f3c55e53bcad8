//! Phones and browsers that may add to a person's nights, and nothing else.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::accounts::OneTime;
use charley_records::secret::Secret;
use charley_records::{DeviceId, Right};

use super::mine::in_minutes;
use super::problems::Problems;
use super::qr::{self, Drawn};
use super::visitor::{Identity, Origin, Sheltered};
use super::{times, with_cookies};
use crate::cookies;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::signed::Signed;
use crate::state::AppState;

/// A link for another phone is opened at once or not at all.
const PAIR_MINUTES: i64 = 15;

struct DeviceRow {
    id: String,
    name: String,
    created: String,
    seen: String,
    revoked: String,
    this: bool,
}

#[derive(Template)]
#[template(path = "account/devices.html")]
struct Devices {
    page: Page,
    problems: Problems,
    identity: Identity,
    devices: Vec<DeviceRow>,
    gone: Vec<DeviceRow>,
    paired_here: bool,
    may_change: bool,
    reachable: bool,
    suggested: String,
}

async fn devices_page(
    state: &AppState,
    signed: &Signed,
    headers: &HeaderMap,
    page: Page,
    problems: Problems,
    suggested: String,
) -> Result<Devices, WebError> {
    let store = state.store()?;
    let here = match cookies::get(headers, cookies::DEVICE).filter(|token| !token.is_empty()) {
        Some(token) => store.device(&Secret::new(token), state.timestamp()).await.ok(),
        None => None,
    };
    let zone = &signed.person.zone;
    let rows = store.devices(&signed.access).await?.into_iter().map(|device| DeviceRow {
        id: device.id.to_string(),
        created: times::day(device.created, zone),
        seen: device.seen.map(|at| times::moment(at, zone)).unwrap_or_default(),
        revoked: device.revoked.map(|at| times::day(at, zone)).unwrap_or_default(),
        this: here.as_ref().is_some_and(|here| here.id == device.id),
        name: device.name,
    });
    let (devices, gone): (Vec<DeviceRow>, Vec<DeviceRow>) = rows.partition(|row| row.revoked.is_empty());
    Ok(Devices {
        page,
        problems,
        identity: Identity::of(&signed.person),
        paired_here: devices.iter().any(|row| row.this),
        may_change: signed.access.right() >= Right::Write,
        reachable: state.site().reachable,
        devices,
        gone,
        suggested,
    })
}

/// The list, and two ways to pair.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    signed: Signed,
    origin: Origin,
    headers: HeaderMap,
    page: Page,
) -> Result<Response, WebError> {
    write(&devices_page(&state, &signed, &headers, page, Problems::default(), origin.browser).await?)
}

/// Pairs the browser that asks.
pub async fn here(
    State(state): State<AppState>,
    _: Sheltered,
    signed: Signed,
    headers: HeaderMap,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let name = fields.get("name").to_owned();
    if name.is_empty() {
        let problems = Problems::one("name", "Give this phone a name");
        return show_again(&devices_page(&state, &signed, &headers, page, problems, name).await?);
    }
    match state.store()?.pair_device(&signed.access, &name, state.timestamp()).await {
        Ok((_, token)) => Ok(with_cookies(&state, "/devices", &[(cookies::DEVICE, token.expose())])),
        Err(error) => {
            let problems = Problems::of_store(error, "name")?;
            show_again(&devices_page(&state, &signed, &headers, page, problems, name).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "account/pair-link.html")]
struct PairLink {
    page: Page,
    identity: Identity,
    address: String,
    code: Option<Drawn>,
    minutes: i64,
    reachable: bool,
}

/// Makes a link for another phone, and shows it once: as an address and as a picture.
pub async fn link(
    State(state): State<AppState>,
    _: Sheltered,
    signed: Signed,
    page: Page,
) -> Result<Response, WebError> {
    signed.access.need(Right::Write)?;
    let now = state.timestamp();
    let purpose = OneTime::PairDevice(signed.person.id);
    let token = state.store()?.issue_link(&purpose, in_minutes(now, PAIR_MINUTES), now).await?;
    let address = format!("{}/pair/{}", state.site().address, token.expose());
    write(&PairLink {
        page,
        identity: Identity::of(&signed.person),
        code: qr::draw(&address),
        address,
        minutes: PAIR_MINUTES,
        reachable: state.site().reachable,
    })
}

/// Takes a phone's right away. What it logged stays.
pub async fn revoke(
    State(state): State<AppState>,
    signed: Signed,
    Path(device): Path<String>,
) -> Result<Response, WebError> {
    let device: DeviceId = device.parse().map_err(|_| WebError::NotFound)?;
    state.store()?.revoke_device(&signed.access, device, state.timestamp()).await?;
    Ok(Redirect::to("/devices").into_response())
}
