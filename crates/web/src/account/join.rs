//! An account of one's own in somebody's household, by invitation.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_records::accounts::OneTime;
use charley_records::secret::Secret;

use super::first::About;
use super::problems::Problems;
use super::sign_in::{HOME, raw};
use super::visitor::{Origin, Sheltered};
use super::{signed_in, with_cookies};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "account/join.html")]
struct Join {
    page: Page,
    problems: Problems,
    login: String,
    about: About,
}

async fn link_holds(state: &AppState, token: &str) -> Result<Secret, WebError> {
    let link = Secret::new(token);
    match state.store()?.look_at_link(&link, state.timestamp()).await? {
        OneTime::JoinHousehold(_) => Ok(link),
        _ => Err(WebError::NotFound),
    }
}

/// The form. It does not say whose household it is: whoever has the link was told.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    link_holds(&state, &token).await.map_err(WebError::spent_link)?;
    write(&Join { page, problems: Problems::default(), login: String::new(), about: About::empty(&state) })
}

/// Makes the account and signs in.
pub async fn accept(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    origin: Origin,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let link = link_holds(&state, &token).await.map_err(WebError::spent_link)?;
    let about = About::sent(&state, &fields);
    let (login, password) = (fields.get("login").to_owned(), Secret::new(raw(&fields, "password")));
    let (store, now) = (state.store()?, state.timestamp());
    match store.join(&link, &login, &password, &about.person(), now).await {
        Ok(_) => {
            let (_, session) = store.sign_in(&login, &password, &origin.from, &origin.browser, now).await?;
            Ok(with_cookies(&state, HOME, &signed_in(&session)))
        }
        Err(error) => {
            let problems = Problems::of_store(error, "login")?;
            show_again(&Join { page, problems, login: login.chars().take(60).collect(), about })
        }
    }
}
