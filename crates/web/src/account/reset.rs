//! A new password, by a one-time link.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_records::accounts::OneTime;
use charley_records::secret::Secret;

use super::link::{enter, held};
use super::problems::Problems;
use super::sign_in::raw;
use super::visitor::{Origin, Sheltered};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "account/reset.html")]
struct Reset {
    page: Page,
    problems: Problems,
}

/// True for a link to a new password.
fn is_for(kind: &OneTime) -> bool {
    matches!(kind, OneTime::ResetPassword(_))
}

/// The form.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    held(&state, &token, is_for).await?;
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
    let link = held(&state, &token, is_for).await?;
    let password = Secret::new(raw(&fields, "password"));
    let (store, now) = (state.store()?, state.timestamp());
    match store.reset_password(&link, &password, now).await {
        Ok(account) => enter(&state, &account.login, &password, &origin).await,
        Err(error) => show_again(&Reset { page, problems: Problems::of_store(error, "password")? }),
    }
}
