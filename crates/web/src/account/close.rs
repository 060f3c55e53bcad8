//! Closing one's own account, once it owns nobody's record any more.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_records::accounts::Account;
use charley_records::people::Person;
use charley_records::{Actor, RecordsError, Right, login};

use super::add_cookies;
use super::problems::Problems;
use super::visitor::Member;
use crate::cookies;
use crate::error::WebError;
use crate::page::{Fields, Page, Records, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "account/close.html")]
struct Close {
    page: Page,
    problems: Problems,
    login: String,
    /// Names of those whose records the account owns.
    owned: Vec<String>,
}

#[derive(Template)]
#[template(path = "account/closed.html")]
struct Closed {
    page: Page,
    login: String,
}

/// Those whose records an account owns: an account that closed would leave them to nobody.
///
/// # Errors
/// When the store fails.
pub async fn owned(state: &AppState, account: &Account) -> Result<Vec<Person>, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let actor = Actor::Account { account: account.id };
    let mut owned = Vec::new();
    for person in store.people_of(account.id, now).await? {
        if store.open(&actor, person.id, now).await?.right() == Right::Own {
            owned.push(person);
        }
    }
    Ok(owned)
}

async fn page(state: &AppState, member: &Member, page: Page, problems: Problems) -> Result<Close, WebError> {
    let owned = owned(state, &member.account).await?.into_iter().map(|person| person.name).collect();
    Ok(Close { page, problems, login: member.account.login.clone(), owned })
}

/// Says what goes, or who is in the way; nothing is closed yet.
///
/// # Errors
/// When the store fails.
pub async fn show(State(state): State<AppState>, member: Member, frame: Page) -> Result<Response, WebError> {
    write(&page(&state, &member, frame, Problems::default()).await?)
}

/// Closes the account of the visitor.
///
/// # Errors
/// When the store fails.
pub async fn close(
    State(state): State<AppState>,
    member: Member,
    mut frame: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let problem = if login::normal(fields.get("login")) == member.account.login {
        match state.store()?.close_account(member.account.id, state.timestamp()).await {
            Ok(()) => None,
            Err(RecordsError::Conflict(why)) => Some(why.trim_end_matches('.')),
            Err(other) => return Err(other.into()),
        }
    } else {
        Some("Write the name as it is above")
    };
    if let Some(problem) = problem {
        return show_again(&page(&state, &member, frame, Problems::one("login", problem)).await?);
    }
    frame.records = Records::SignedOut;
    let mut response = write(&Closed { page: frame, login: member.account.login })?;
    add_cookies(&state, &mut response, &[(cookies::SIGNED_IN, ""), (cookies::PERSON, "")]);
    Ok(response)
}
