//! The account: what is where, sessions, name and zone, password.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::accounts::OneTime;
use charley_records::secret::Secret;
use charley_records::{RecordsError, Right, SessionId};
use jiff::{SignedDuration, Timestamp};

use super::close::owned;
use super::first::About;
use super::problems::Problems;
use super::sign_in::{raw, wait};
use super::times;
use super::visitor::{Identity, Member, Origin, Sheltered};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::signed::Signed;
use crate::state::AppState;

/// A link to a new password that the signed-in person asked for holds so long.
const RESET_MINUTES: i64 = 15;

struct SessionRow {
    id: String,
    device: String,
    seen: String,
    this: bool,
}

#[derive(Template)]
#[template(path = "account/mine.html")]
struct Mine {
    page: Page,
    login: String,
    identity: Option<Identity>,
    sessions: Vec<SessionRow>,
    /// Clinics in which the account has a role.
    clinics: Vec<String>,
    may_close: bool,
}

/// The page.
pub async fn show(State(state): State<AppState>, member: Member, page: Page) -> Result<Response, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let people = store.people_of(member.account.id, now).await?;
    let chosen = page.person.as_deref();
    let person = people.iter().find(|person| Some(person.id.to_string().as_str()) == chosen).or(people.first());
    let zone = person.map(|person| person.zone.clone()).unwrap_or_default();
    let sessions = store.sessions(member.account.id, now).await?.into_iter().map(|session| SessionRow {
        id: session.id.to_string(),
        device: session.device,
        seen: times::moment(session.seen, &zone),
        this: session.id == member.session,
    });
    let clinics = store.clinics_of(member.account.id, now).await?.into_iter().map(|(clinic, _)| clinic.name);
    write(&Mine {
        clinics: clinics.collect(),
        page: page.clone(),
        login: member.account.login.clone(),
        identity: person.map(Identity::of),
        sessions: sessions.collect(),
        may_close: owned(&state, &member.account).await?.is_empty(),
    })
}

/// Ends a session.
pub async fn end(
    State(state): State<AppState>,
    member: Member,
    Path(session): Path<String>,
) -> Result<Response, WebError> {
    let session: SessionId = session.parse().map_err(|_| WebError::NotFound)?;
    state.store()?.end_session(member.account.id, session, state.timestamp()).await?;
    Ok(Redirect::to("/account#sessions").into_response())
}

#[derive(Template)]
#[template(path = "account/details.html")]
struct Details {
    page: Page,
    problems: Problems,
    identity: Identity,
    about: About,
}

/// Name, time zone and country of the person.
pub async fn details(State(state): State<AppState>, signed: Signed, page: Page) -> Result<Response, WebError> {
    signed.access.need(Right::Write)?;
    let about = About {
        name: signed.person.name.clone(),
        zone: signed.person.zone.clone(),
        region: signed.person.region.clone(),
        zone_guessed: false,
        ..About::empty(&state)
    };
    write(&Details { page, problems: Problems::default(), identity: Identity::of(&signed.person), about })
}

/// Changes them.
pub async fn change(
    State(state): State<AppState>,
    signed: Signed,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let about = About::sent(&state, &fields);
    match state.store()?.change_person(&signed.access, &about.person(), state.timestamp()).await {
        Ok(_) => Ok(Redirect::to("/account").into_response()),
        Err(error) => {
            let problems = Problems::of_store(error, "name")?;
            show_again(&Details { page, problems, identity: Identity::of(&signed.person), about })
        }
    }
}

#[derive(Template)]
#[template(path = "account/password.html")]
struct Password {
    page: Page,
    problems: Problems,
}

/// Asks for the present password, so that an open screen is not enough to change it.
pub async fn password(_: Sheltered, _: Member, page: Page) -> Result<Response, WebError> {
    write(&Password { page, problems: Problems::default() })
}

/// Checks it, and leads to the page for the new one.
pub async fn begin_reset(
    State(state): State<AppState>,
    _: Sheltered,
    member: Member,
    origin: Origin,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let given = Secret::new(raw(&fields, "password"));
    let (status, words) = match store.sign_in(&member.account.login, &given, &origin.from, &origin.browser, now).await {
        Ok((account, session)) => {
            // The check opened a session; it has done its work.
            let (_, id) = store.session(&session, now).await?;
            store.end_session(account.id, id, now).await?;
            let purpose = OneTime::ResetPassword(account.id);
            let link = store.issue_link(&purpose, in_minutes(now, RESET_MINUTES), now).await?;
            return Ok(Redirect::to(&format!("/reset/{}", link.expose())).into_response());
        }
        Err(RecordsError::NotFound) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "This is not your present password".to_owned())
        }
        Err(RecordsError::Throttled { retry_after_s }) => (StatusCode::TOO_MANY_REQUESTS, wait(retry_after_s)),
        Err(other) => return Err(other.into()),
    };
    let mut response = show_again(&Password { page, problems: Problems::one("password", &words) })?;
    *response.status_mut() = status;
    Ok(response)
}

/// So many minutes from now.
pub(crate) fn in_minutes(now: Timestamp, minutes: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX)
}
