//! Who works in a clinic.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Clinic, Desk, NewClinic, StaffRole};
use crate::accounts::Account;
use crate::secret::Secret;
use crate::{AccountId, MembershipId, OrganisationId, Result, SessionId};

/// A role of somebody in a clinic, as its administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// The role on file.
    pub id: MembershipId,
    /// Who.
    pub account: AccountId,
    /// Their sign-in name.
    pub login: String,
    /// Which role.
    pub role: StaffRole,
    /// Since when.
    pub since: Timestamp,
    /// Whether they have a second factor.
    pub second_factor: bool,
}

/// What a link for staff is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffInvitation {
    /// Where.
    pub clinic: OrganisationId,
    /// Which role.
    pub role: StaffRole,
}

/// Staff.
#[async_trait]
pub trait Staff {
    /// Founds a clinic whose first administrator this account is. Who may ask for it is for the caller to know.
    ///
    /// # Errors
    /// When a field is wrong, or there is no such account.
    async fn found_clinic(&self, administrator: AccountId, new: &NewClinic, now: Timestamp) -> Result<Clinic>;

    /// Clinics in which the account has a role now, with its roles.
    ///
    /// # Errors
    /// When the engine fails.
    async fn clinics_of(&self, account: AccountId, now: Timestamp) -> Result<Vec<(Clinic, Vec<StaffRole>)>>;

    /// Every clinic of this server, by name: what a person can choose to share with.
    ///
    /// # Errors
    /// When the engine fails.
    async fn clinics(&self) -> Result<Vec<Clinic>>;

    /// Opens a clinic for an account in a session ([`Desk::grant`]).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] without a role; [`crate::RecordsError::SecondFactor`] when it is not proved.
    async fn enter(
        &self,
        account: AccountId,
        session: SessionId,
        clinic: OrganisationId,
        now: Timestamp,
    ) -> Result<Desk>;

    /// The clinic behind a handle.
    ///
    /// # Errors
    /// When the engine fails.
    async fn clinic(&self, desk: &Desk) -> Result<Clinic>;

    /// Changes name, zone and region (duty: manage). What was made as a demonstration stays one.
    ///
    /// # Errors
    /// When a field is wrong.
    async fn change_clinic(&self, desk: &Desk, new: &NewClinic, now: Timestamp) -> Result<Clinic>;

    /// Everybody's roles, by sign-in name.
    ///
    /// # Errors
    /// When the engine fails.
    async fn staff(&self, desk: &Desk) -> Result<Vec<StaffMember>>;

    /// A one-time link with which somebody becomes staff (duty: manage); its token is returned once.
    ///
    /// # Errors
    /// When the engine fails.
    async fn invite_staff(&self, desk: &Desk, role: StaffRole, until: Timestamp, now: Timestamp) -> Result<Secret>;

    /// What a link for staff is for, without using it up.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when it is unknown, used or over.
    async fn look_at_invitation(&self, link: &Secret, now: Timestamp) -> Result<StaffInvitation>;

    /// Uses a link for staff: an account with the role in one step. Staff need no record of their own.
    ///
    /// # Errors
    /// As [`crate::accounts::Accounts::join`].
    async fn join_staff(&self, link: &Secret, login: &str, password: &Secret, now: Timestamp) -> Result<Account>;

    /// Uses a link for staff with an account that is there. A role that it has is no error; the link is used up all the same.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when the link is unknown, used or over.
    async fn accept_role(&self, link: &Secret, account: AccountId, now: Timestamp) -> Result<MembershipId>;

    /// Gives a role to somebody who has an account here (duty: manage). A role they have is no error.
    ///
    /// # Errors
    /// [`crate::RecordsError::Invalid`] when nobody signs in with this name.
    async fn give_role(&self, desk: &Desk, login: &str, role: StaffRole, now: Timestamp) -> Result<MembershipId>;

    /// Ends a role (duty: manage).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`]; [`crate::RecordsError::Conflict`] for the last administrator.
    async fn end_role(&self, desk: &Desk, role: MembershipId, now: Timestamp) -> Result<()>;
}
