//! Who opens a night page. Nobody is sent away to sign in: the page works, and says what is not saved.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use charley_knowledge::Region;
use charley_records::people::Person;
use charley_records::{Access, RecordsError};

use crate::error::WebError;
use crate::page::Page;
use crate::signed::Appender;
use crate::state::AppState;

/// Who opens a night page.
#[derive(Debug, Clone)]
pub enum Who {
    /// Somebody whose diary may be appended to.
    Known {
        /// The handle.
        access: Access,
        /// Whose diary.
        person: Person,
        /// A signed-in person, who may also open the log.
        signed_in: bool,
    },
    /// A phone that was paired once.
    Revoked,
    /// Nobody we know.
    Nobody,
    /// Somebody who may read this diary, but not write.
    Reader,
    /// These pages keep no diary.
    NoDiary,
    /// The store failed.
    Broken,
}

impl Who {
    /// Word for the address of the page that explains.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Known { .. } => "ok",
            Self::Revoked => "revoked",
            Self::Nobody => "nobody",
            Self::Reader => "reader",
            Self::NoDiary => "none",
            Self::Broken => "broken",
        }
    }

    /// The person, when known.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Known { person, .. } => Some(person),
            _ => None,
        }
    }

    /// True when the log pages open for this visitor.
    pub fn reads(&self) -> bool {
        matches!(self, Self::Known { signed_in: true, .. })
    }

    /// The region that decides whom to call: the person's own, else the one chosen in the check; never guessed.
    pub fn region<'s>(&self, state: &'s AppState, page: &Page) -> Option<&'s Region> {
        if let Some(region) = state.engine.region(self.person().map(|person| person.region.as_str())) {
            return Some(region);
        }
        let session = page.token.as_ref().and_then(|token| state.sessions.get(token, state.now()))?;
        state.engine.region(session.answers.region.as_deref())
    }
}

async fn ask(parts: &mut Parts, state: &AppState) -> Result<Who, WebError> {
    let store = state.store()?;
    let Appender { access, device } = Appender::from_request_parts(parts, state).await?;
    let person = store.person(&access).await?;
    Ok(Who::Known { access, person, signed_in: device.is_none() })
}

impl FromRequestParts<AppState> for Who {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        if state.store().is_err() {
            return Ok(Self::NoDiary);
        }
        Ok(match ask(parts, state).await {
            Ok(known) => known,
            Err(WebError::DeviceRevoked) => Self::Revoked,
            Err(WebError::SignIn | WebError::NotFound | WebError::Records(RecordsError::NotFound)) => Self::Nobody,
            Err(WebError::Records(RecordsError::Forbidden)) => Self::Reader,
            Err(_) => Self::Broken,
        })
    }
}
