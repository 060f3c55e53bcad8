//! How staff come in: signed in, with a role in a clinic, and with a second factor.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use charley_records::SessionId;
use charley_records::accounts::Account;
use charley_records::clinic::{Clinic, Desk, Duty, StaffRole};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::account::visitor::Member;
use crate::cookies;
use crate::error::WebError;
use crate::state::AppState;

/// A member of staff in the clinic they have chosen (the first of theirs, unless the cookie says another).
#[derive(Debug, Clone)]
pub struct Here {
    /// Who.
    pub account: Account,
    /// This session.
    pub session: SessionId,
    /// The clinic.
    pub clinic: Clinic,
    /// The account has a role in another clinic too.
    pub several: bool,
    /// The handle on it.
    pub desk: Desk,
    /// The clinic's clock.
    pub zone: TimeZone,
}

impl Here {
    /// Lets a visitor in who has signed in, has a role in a clinic, and has given a second factor.
    ///
    /// # Errors
    /// [`WebError::SignIn`]; [`WebError::NotFound`] without a role anywhere; the store's demand for a second factor.
    pub async fn enter(parts: &mut Parts, state: &AppState) -> Result<Self, WebError> {
        let Member { account, session } = Member::from_request_parts(parts, state).await?;
        let (store, now) = (state.store()?, state.timestamp());
        let clinics = store.clinics_of(account.id, now).await?;
        let several = clinics.len() > 1;
        let chosen = cookies::get(&parts.headers, cookies::CLINIC);
        let clinic = choose(clinics, chosen).ok_or(WebError::NotFound)?;
        let desk = store.enter(account.id, session, clinic.id, now).await?;
        let zone = TimeZone::get(&clinic.zone).unwrap_or(TimeZone::UTC);
        Ok(Self { account, session, clinic, several, desk, zone })
    }

    /// The day by the clinic's clock.
    pub fn today(&self, now: Timestamp) -> Date {
        now.to_zoned(self.zone.clone()).date()
    }
}

/// For handlers: whoever has passed the gate of [`super::access::Pages`].
impl<S: Send + Sync> FromRequestParts<S> for Here {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Self>().cloned().ok_or(WebError::Internal("a clinic page outside the table"))
    }
}

fn choose(clinics: Vec<(Clinic, Vec<StaffRole>)>, chosen: Option<&str>) -> Option<Clinic> {
    let place = clinics.iter().position(|(clinic, _)| Some(clinic.id.to_string().as_str()) == chosen).unwrap_or(0);
    clinics.into_iter().nth(place).map(|(clinic, _)| clinic)
}

/// What the frame of every clinic page shows.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Name of the clinic.
    pub clinic: String,
    /// Made-up data.
    pub demonstration: bool,
    /// Sign-in name of the visitor.
    pub login: String,
    /// Which part is open: `requests`, `day`, `people`, `follow-up`, `outcomes`, `settings`.
    pub part: &'static str,
    /// Whether the part of outcomes is shown.
    pub outcomes: bool,
    /// Whether the part of settings is shown.
    pub settings: bool,
    /// Whether there is another clinic to go to.
    pub several: bool,
}

impl Here {
    /// The frame of a page in this part.
    pub fn frame(&self, part: &'static str) -> Frame {
        let roles = self.desk.roles();
        Frame {
            clinic: self.clinic.name.clone(),
            demonstration: self.clinic.demonstration,
            login: self.account.login.clone(),
            part,
            outcomes: roles.allow(Duty::Outcomes),
            settings: roles.allow(Duty::Manage),
            several: self.several,
        }
    }
}
