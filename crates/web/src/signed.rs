//! Who asks: a signed-in person, or a paired phone that may only append.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use charley_records::accounts::{Account, Device};
use charley_records::people::Person;
use charley_records::secret::Secret;
use charley_records::{Access, Actor, PersonId, RecordsError, Right, SessionId};

use crate::cookies;
use crate::error::WebError;
use crate::state::AppState;

/// A signed-in account and the person whose record it looks at: oneself, or the one chosen on `/people`.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who signed in.
    pub account: Account,
    /// This session.
    pub session: SessionId,
    /// Whose record.
    pub person: Person,
    /// The handle on that record.
    pub access: Access,
}

impl FromRequestParts<AppState> for Signed {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, WebError> {
        let token = cookies::get(&parts.headers, cookies::SIGNED_IN).ok_or(WebError::SignIn)?;
        let store = state.store()?;
        let now = state.timestamp();
        let (account, session) = store.session(&Secret::new(token), now).await.map_err(|error| match error {
            RecordsError::NotFound => WebError::SignIn,
            other => other.into(),
        })?;
        let chosen: Option<PersonId> = cookies::get(&parts.headers, cookies::PERSON).and_then(|text| text.parse().ok());
        let people = store.people_of(account.id, now).await?;
        let person = people
            .iter()
            .find(|person| Some(person.id) == chosen)
            .or(people.first())
            .cloned()
            .ok_or(WebError::NotFound)?;
        let access = store.open(&Actor::Account { account: account.id }, person.id, now).await?;
        Ok(Self { account, session, person, access })
    }
}

/// Somebody signed in, or nobody: for pages that anybody may open.
#[derive(Debug, Clone)]
pub struct MaybeSigned(pub Option<Signed>);

impl FromRequestParts<AppState> for MaybeSigned {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        Ok(Self(Signed::from_request_parts(parts, state).await.ok()))
    }
}

/// Whoever may append to a diary: a signed-in person who may write, or a paired device that was not revoked.
#[derive(Debug, Clone)]
pub struct Appender {
    /// The handle.
    pub access: Access,
    /// The device, when it is one.
    pub device: Option<Device>,
}

impl FromRequestParts<AppState> for Appender {
    type Rejection = WebError;

    /// A device token comes as `Authorization: Bearer`, or in the device's cookie.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, WebError> {
        let bearer = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        if let Some(token) = bearer.or_else(|| cookies::get(&parts.headers, cookies::DEVICE)) {
            let store = state.store()?;
            let now = state.timestamp();
            match store.device(&Secret::new(token), now).await {
                Ok(device) if device.revoked.is_some() => return Err(WebError::DeviceRevoked),
                Ok(device) => {
                    let actor = Actor::Device { device: device.id, person: device.person };
                    let access = store.open(&actor, device.person, now).await?;
                    return Ok(Self { access, device: Some(device) });
                }
                Err(RecordsError::NotFound) if bearer.is_some() => return Err(WebError::DeviceRevoked),
                Err(RecordsError::NotFound) => {}
                Err(other) => return Err(other.into()),
            }
        }
        let signed = Signed::from_request_parts(parts, state).await?;
        signed.access.need(Right::Write)?;
        Ok(Self { access: signed.access, device: None })
    }
}
