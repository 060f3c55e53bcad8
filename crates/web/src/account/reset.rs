//! A new password, by a one-time link.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_records::accounts::OneTime;
use charley_records::secret::Secret;

use super::problems::Problems;
use super::sign_in::{HOME, raw};
use super::visitor::{Origin, Sheltered};
use super::{signed_in, with_cookies};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "account/reset.html")]
struct Reset {
    page: Page,
    problems: Problems,
}

async fn link_holds(state: &AppState, token: &str) -> Result<Secret, WebError> {
    let link = Secret::new(token);
    match state.store()?.look_at_link(&link, state.timestamp()).await? {
        OneTime::ResetPassword(_) => Ok(link),
        _ => Err(WebError::NotFound),
    }
}

/// The form.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    link_holds(&state, &token).await.map_err(WebError::spent_link)?;
    write(&Reset { page, problems: Problems::default() })
}

/// Sets the password; all sessions end, and this browser gets a new one.
pub async fn set(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    origin: Origin,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let link = link_holds(&state, &token).await.map_err(WebError::spent_link)?;
    let password = Secret::new(raw(&fields, "password"));
    let (store, now) = (state.store()?, state.timestamp());
    match store.reset_password(&link, &password, now).await {
        Ok(account) => {
            let (_, session) = store.sign_in(&account.login, &password, &origin.from, &origin.browser, now).await?;
            Ok(with_cookies(&state, HOME, &signed_in(&session)))
        }
        Err(error) => show_again(&Reset { page, problems: Problems::of_store(error, "password")? }),
    }
}
