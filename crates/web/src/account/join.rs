//! An account of one's own in somebody's household, by invitation.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_records::accounts::OneTime;
use charley_records::secret::Secret;

use super::first::About;
use super::link::{enter, held};
use super::problems::Problems;
use super::sign_in::raw;
use super::visitor::{Origin, Sheltered};
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

/// True for an invitation to a household.
fn is_for(kind: &OneTime) -> bool {
    matches!(kind, OneTime::JoinHousehold(_))
}

/// The form. It does not say whose household it is: whoever has the link was told.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    held(&state, &token, is_for).await?;
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
    let link = held(&state, &token, is_for).await?;
    let about = About::sent(&state, &fields);
    let (login, password) = (fields.get("login").to_owned(), Secret::new(raw(&fields, "password")));
    let (store, now) = (state.store()?, state.timestamp());
    match store.join(&link, &login, &password, &about.person(), now).await {
        Ok(_) => enter(&state, &login, &password, &origin).await,
        Err(error) => {
            let problems = Problems::of_store(error, "login")?;
            show_again(&Join { page, problems, login: login.chars().take(60).collect(), about })
        }
    }
}
