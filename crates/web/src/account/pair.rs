//! Pairing a phone by the link that another device shows. Nobody signs in on the phone.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_records::accounts::OneTime;

use super::add_cookies;
use super::link::held;
use super::problems::Problems;
use super::visitor::{Origin, Sheltered};
use crate::cookies;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "account/pair.html")]
struct Pair {
    page: Page,
    problems: Problems,
    called: String,
    done: bool,
}

/// True for a link that pairs a phone.
fn is_for(kind: &OneTime) -> bool {
    matches!(kind, OneTime::PairDevice(_))
}

/// Asks for a name. Opening the page uses nothing up: mail programs and cameras open links ahead of people.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    origin: Origin,
    page: Page,
) -> Result<Response, WebError> {
    held(&state, &token, is_for).await?;
    write(&Pair { page, problems: Problems::default(), called: origin.browser, done: false })
}

/// Pairs.
pub async fn accept(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let link = held(&state, &token, is_for).await?;
    let name = fields.get("name").to_owned();
    if name.is_empty() {
        let problems = Problems::one("name", "Give this phone a name");
        return show_again(&Pair { page, problems, called: name, done: false });
    }
    match state.store()?.pair_with_link(&link, &name, state.timestamp()).await {
        Ok((_, device)) => {
            let mut response = write(&Pair { page, problems: Problems::default(), called: name, done: true })?;
            add_cookies(&state, &mut response, &[(cookies::DEVICE, device.expose())]);
            Ok(response)
        }
        Err(error) => {
            let problems = Problems::of_store(error, "name")?;
            show_again(&Pair { page, problems, called: name, done: false })
        }
    }
}
