//! Signing in and out.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::RecordsError;
use charley_records::secret::Secret;

use super::problems::Problems;
use super::visitor::{Member, Origin, Sheltered};
use super::{signed_in, with_cookies};
use crate::cookies;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::pages::theme::inside;
use crate::state::AppState;

/// Where one goes who came to sign in of their own accord.
pub const HOME: &str = "/account";

#[derive(Template)]
#[template(path = "account/sign-in.html")]
struct SignIn {
    page: Page,
    problems: Problems,
    login: String,
    next: String,
    fresh: bool,
}

/// The query of the page.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Next {
    /// Where to go afterwards.
    #[serde(default)]
    pub next: String,
}

/// The sign-in page.
pub(crate) const SIGN_IN: &str = "/sign-in";
/// The page of the second factor.
pub(crate) const SECOND_FACTOR: &str = "/second-factor";

/// The address of a page that must be passed first and leads back to this one.
pub(crate) fn address_for(page: &str, wanted: &Uri) -> String {
    let wanted = wanted.path_and_query().map_or("/", |path| path.as_str());
    let escaped: String = wanted
        .bytes()
        .map(|byte| match byte {
            b'/' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    if escaped.len() > MOST_ADDRESS { page.to_owned() } else { format!("{page}?next={escaped}") }
}

/// A longer address is not carried along.
const MOST_ADDRESS: usize = 500;

/// Only a path on this site; anything else leads to [`HOME`].
fn after(next: &str) -> &str {
    match inside(next) {
        "/" => HOME,
        path => path,
    }
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    Query(query): Query<Next>,
    member: Result<Member, WebError>,
    page: Page,
) -> Result<Response, WebError> {
    let next = after(&query.next).to_owned();
    if member.is_ok() {
        return Ok(Redirect::to(&next).into_response());
    }
    let fresh = state.store()?.is_fresh().await?;
    write(&SignIn { page, problems: Problems::default(), login: String::new(), next, fresh })
}

/// Checks name and password. Every sign-in makes a new session, so that nobody can hand out one beforehand, and ends the one
/// that this browser had.
pub async fn enter(
    State(state): State<AppState>,
    _: Sheltered,
    before: Result<Member, WebError>,
    origin: Origin,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let (login, password) = (fields.get("login"), Secret::new(raw(&fields, "password")));
    let next = after(fields.get("next")).to_owned();
    let store = state.store()?;
    let error = match store.sign_in(login, &password, &origin.from, &origin.browser, state.timestamp()).await {
        Ok((_, session)) => {
            end(&state, before).await?;
            return Ok(with_cookies(&state, &next, &signed_in(&session)));
        }
        Err(error) => error,
    };
    let (status, problems) = match error {
        RecordsError::NotFound => (StatusCode::UNPROCESSABLE_ENTITY, Problems::one("login", WRONG)),
        RecordsError::Throttled { retry_after_s } => {
            (StatusCode::TOO_MANY_REQUESTS, Problems::one("login", &wait(retry_after_s)))
        }
        other => return Err(other.into()),
    };
    let mut response =
        show_again(&SignIn { page, problems, login: login.chars().take(60).collect(), next, fresh: false })?;
    *response.status_mut() = status;
    Ok(response)
}

/// The same words for a wrong name and a wrong password.
const WRONG: &str = "Name and password do not fit together. Check both and try again";

/// How long to wait, in words.
pub(crate) fn wait(seconds: u64) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "Too many tries. Wait one minute, then try again".to_owned(),
        minutes => format!("Too many tries. Wait {minutes} minutes, then try again"),
    }
}

/// A field as it was typed: blanks are part of a password.
pub(crate) fn raw<'f>(fields: &'f Fields, name: &'f str) -> &'f str {
    fields.all(name).next().unwrap_or_default()
}

/// Ends the session that a browser has; none is fine.
async fn end(state: &AppState, member: Result<Member, WebError>) -> Result<(), WebError> {
    let Ok(member) = member else { return Ok(()) };
    match state.store()?.end_session(member.account.id, member.session, state.timestamp()).await {
        Ok(()) | Err(RecordsError::NotFound) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

/// Ends this session.
pub async fn leave(State(state): State<AppState>, member: Result<Member, WebError>) -> Result<Response, WebError> {
    end(&state, member).await?;
    let all = [cookies::SIGNED_IN, cookies::PERSON, cookies::CLINIC, cookies::SESSION];
    Ok(with_cookies(&state, "/", &all.map(|name| (name, ""))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_leads_back_and_to_no_other_site() {
        let uri: Uri = "/log?week=2&of=a".parse().unwrap();
        assert_eq!(address_for(SIGN_IN, &uri), "/sign-in?next=/log%3Fweek%3D2%26of%3Da");
        assert_eq!(after("/log?week=2"), "/log?week=2");
        for bad in ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:alert(1)"] {
            assert_eq!(after(bad), HOME, "{bad}");
        }
    }

    #[test]
    fn waiting_is_told_in_minutes() {
        assert!(wait(1).contains("one minute") && wait(61).contains("2 minutes"));
    }
}
