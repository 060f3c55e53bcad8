//! Becoming staff by a one-time link: with a new account, or with the one that is signed in.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_records::clinic::staff::StaffInvitation;
use charley_records::secret::Secret;

use crate::account::problems::Problems;
use crate::account::sign_in::raw;
use crate::account::visitor::{Member, Origin, Sheltered};
use crate::account::with_cookies;
use crate::clinic::words;
use crate::cookies;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "staff/join.html")]
struct Join {
    page: Page,
    problems: Problems,
    token: String,
    clinic: String,
    role: &'static str,
    /// Sign-in name typed so far.
    login: String,
    /// Who is signed in already; empty for nobody.
    already: String,
}

/// What a link is for; a link that does not hold is told as such.
async fn look(state: &AppState, token: &str) -> Result<(Secret, StaffInvitation), WebError> {
    let link = Secret::new(token);
    let found = state.store()?.look_at_invitation(&link, state.timestamp()).await;
    let invitation = found.map_err(|error| WebError::from(error).spent_link())?;
    Ok((link, invitation))
}

async fn form(
    state: &AppState,
    page: Page,
    token: String,
    invitation: &StaffInvitation,
    already: String,
) -> Result<Join, WebError> {
    let clinics = state.store()?.clinics().await?;
    let clinic = clinics.into_iter().find(|clinic| clinic.id == invitation.clinic).ok_or(WebError::SpentLink)?;
    Ok(Join {
        page,
        problems: Problems::default(),
        token,
        clinic: clinic.name,
        role: words::role(invitation.role),
        login: String::new(),
        already,
    })
}

/// Says what the link is for. Opening the page uses nothing up.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    member: Result<Member, WebError>,
    page: Page,
) -> Result<Response, WebError> {
    let (_, invitation) = look(&state, &token).await?;
    let already = member.map(|member| member.account.login).unwrap_or_default();
    write(&form(&state, page, token, &invitation, already).await?)
}

/// Makes an account with the role, and signs in; the second factor comes next.
pub async fn join(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    origin: Origin,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let (link, invitation) = look(&state, &token).await?;
    let (login, password) = (fields.get("login").to_owned(), Secret::new(raw(&fields, "password")));
    let (store, now) = (state.store()?, state.timestamp());
    match store.join_staff(&link, &login, &password, now).await {
        Ok(_) => {
            let (_, session) = store.sign_in(&login, &password, &origin.from, &origin.browser, now).await?;
            let clinic = invitation.clinic.to_string();
            let set = [(cookies::SIGNED_IN, session.expose()), (cookies::PERSON, ""), (cookies::CLINIC, &clinic)];
            Ok(with_cookies(&state, super::CLINIC, &set))
        }
        Err(error) => {
            let problems = Problems::of_store(error, "login")?;
            let login = login.chars().take(60).collect();
            show_again(&Join { problems, login, ..form(&state, page, token, &invitation, String::new()).await? })
        }
    }
}

/// Gives the role to the account that is signed in.
pub async fn accept(
    State(state): State<AppState>,
    _: Sheltered,
    Path(token): Path<String>,
    member: Member,
) -> Result<Response, WebError> {
    let (link, invitation) = look(&state, &token).await?;
    state.store()?.accept_role(&link, member.account.id, state.timestamp()).await?;
    let clinic = invitation.clinic.to_string();
    Ok(with_cookies(&state, super::CLINIC, &[(cookies::CLINIC, &clinic)]))
}
