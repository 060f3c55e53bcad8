//! Who stands at the door, before and after signing in.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use charley_records::accounts::Account;
use charley_records::people::Person;
use charley_records::secret::Secret;
use charley_records::{RecordsError, SessionId};

use crate::cookies;
use crate::error::WebError;
use crate::state::AppState;

/// Somebody who has signed in, whether or not there is a record to look at.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who.
    pub account: Account,
    /// This session.
    pub session: SessionId,
}

impl FromRequestParts<AppState> for Member {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, WebError> {
        let token = cookies::get(&parts.headers, cookies::SIGNED_IN).ok_or(WebError::SignIn)?;
        match state.store()?.session(&Secret::new(token), state.timestamp()).await {
            Ok((account, session)) => Ok(Self { account, session }),
            Err(RecordsError::NotFound) => Err(WebError::SignIn),
            Err(other) => Err(other.into()),
        }
    }
}

/// Passes only where nobody on the way can read along: pages that take a password, or show a secret, ask for it.
#[derive(Debug, Clone, Copy)]
pub struct Sheltered;

impl FromRequestParts<AppState> for Sheltered {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, WebError> {
        // Pages without records have no such pages at all.
        state.store()?;
        if state.site().shelters(parts) { Ok(Self) } else { Err(WebError::Exposed) }
    }
}

/// Where a request comes from: for throttling, and for the list of sessions.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Address, or empty.
    pub from: String,
    /// What the browser calls itself, in two words.
    pub browser: String,
}

impl FromRequestParts<AppState> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self { from: state.site().visitor(parts), browser: browser_name(agent) })
    }
}

/// "Firefox on Android": enough to tell one's own devices apart, no more.
fn browser_name(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name).unwrap_or_default()
    };
    let browser = first(&[
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung browser"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        ("", "") => "A browser".to_owned(),
        (browser, "") => browser.to_owned(),
        ("", system) => format!("A browser on {system}"),
        (browser, system) => format!("{browser} on {system}"),
    }
}

/// The line on pages that show a record: whose it is, and a way to another.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Whose record.
    pub name: String,
}

impl Identity {
    /// The line for this person.
    pub fn of(person: &Person) -> Self {
        Self { name: person.name.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::browser_name;

    #[test]
    fn a_browser_is_named_in_two_words() {
        let phone =
            "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";
        assert_eq!(browser_name(phone), "Chrome on Android");
        assert_eq!(browser_name("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Version/19 Safari/605"), "Safari on Mac");
        assert_eq!(browser_name("curl/8"), "A browser");
    }
}
