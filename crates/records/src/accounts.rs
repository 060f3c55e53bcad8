//! Sign-in: accounts, sessions, one-time links, devices.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::secret::Secret;
use crate::{Access, AccountId, DeviceId, OrganisationId, PersonId, RecordsError, Result, SessionId};

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Key.
    pub id: AccountId,
    /// Sign-in name, in lower case.
    pub login: String,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// Key.
    pub id: SessionId,
    /// What the browser called itself.
    pub device: String,
    /// When signed in.
    pub created: Timestamp,
    /// When last used.
    pub seen: Timestamp,
}

/// A device that may append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Key.
    pub id: DeviceId,
    /// Whose diary.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// When paired.
    pub created: Timestamp,
    /// When it last sent something.
    pub seen: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

/// What a one-time link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OneTime {
    /// The first account of a fresh install.
    FirstAccount,
    /// A new password for an account.
    ResetPassword(AccountId),
    /// Pair a phone with a person's diary.
    PairDevice(PersonId),
    /// An account of one's own in a household.
    JoinHousehold(OrganisationId),
    /// An account with a household of its own, on a server where others have theirs.
    OwnHousehold,
}

/// How long a session lives without use.
pub const SESSION_IDLE: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How long a session lives at most.
pub const SESSION_WHOLE: SignedDuration = SignedDuration::from_hours(24 * 180);
/// A session is marked as seen at most this often: not every page is worth a write.
pub const SESSION_SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Longest name of a device.
pub const MOST_DEVICE_CHARS: usize = 60;

/// The name of a device, trimmed.
///
/// # Errors
/// [`crate::RecordsError::Invalid`] when it is empty or too long.
pub fn device_name(name: &str) -> Result<String> {
    let name = name.trim();
    if (1..=MOST_DEVICE_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(RecordsError::field("name", format!("Give the phone a name of 1 to {MOST_DEVICE_CHARS} characters.")))
    }
}

/// Sign-in. Secrets come as [`Secret`] and are kept as a hash only.
#[async_trait]
pub trait Accounts {
    /// True when no account exists yet.
    ///
    /// # Errors
    /// When the engine fails.
    async fn is_fresh(&self) -> Result<bool>;

    /// A one-time link that ends at `until`; its token is returned once. Who may have one is for the caller to know.
    ///
    /// # Errors
    /// [`crate::RecordsError::Conflict`] for a first account when there is one already.
    async fn issue_link(&self, purpose: &OneTime, until: Timestamp, now: Timestamp) -> Result<Secret>;

    /// What a link is for, without using it up.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when it is unknown, used or over.
    async fn look_at_link(&self, token: &Secret, now: Timestamp) -> Result<OneTime>;

    /// Uses a link to a first account or to a household of one's own: account, household and the person's own record in one
    /// step.
    ///
    /// # Errors
    /// When the link does not hold, or a field is wrong (login 3 to 60 characters; password 10 to 200, not a common one).
    async fn create_first(
        &self,
        link: &Secret,
        login: &str,
        password: &Secret,
        person: &crate::people::NewPerson,
        now: Timestamp,
    ) -> Result<Account>;

    /// A one-time link with which somebody makes an account in the household that this account owns. They may then read
    /// the records of the household, and have their own in it, which the owner may see.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when the account owns no household.
    async fn invite(&self, owner: AccountId, until: Timestamp, now: Timestamp) -> Result<Secret>;

    /// Uses a link of [`Accounts::invite`]: account, membership and the person's own record in one step.
    ///
    /// # Errors
    /// As [`Accounts::create_first`]; [`crate::RecordsError::Conflict`] when the name is taken.
    async fn join(
        &self,
        link: &Secret,
        login: &str,
        password: &Secret,
        person: &crate::people::NewPerson,
        now: Timestamp,
    ) -> Result<Account>;

    /// Uses a reset link: sets the password and ends all sessions.
    ///
    /// # Errors
    /// When the link does not hold or the password is refused.
    async fn reset_password(&self, link: &Secret, password: &Secret, now: Timestamp) -> Result<Account>;

    /// Closes an account that owns nobody any more: its sessions end, its roles with others end, its sign-in name is free
    /// again. A household of which it was the last is closed with it. Who may ask for it is for the caller to know.
    ///
    /// # Errors
    /// [`crate::RecordsError::Conflict`] while it owns somebody's record, and when it works or worked in a clinic, whose
    /// papers name it; [`crate::RecordsError::NotFound`].
    async fn close_account(&self, account: AccountId, now: Timestamp) -> Result<()>;

    /// The account with this sign-in name: for the administrator's reset link. Not for pages.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn account_named(&self, login: &str) -> Result<Account>;

    /// Checks a password and opens a session. Takes as long for an unknown name as for a known one. Failed attempts are
    /// counted per name and per origin (`from`, an address or empty) and throttled.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when name and password do not fit; [`crate::RecordsError::Throttled`].
    async fn sign_in(
        &self,
        login: &str,
        password: &Secret,
        from: &str,
        device: &str,
        now: Timestamp,
    ) -> Result<(Account, Secret)>;

    /// The account of a session that is not over (idle 30 days, absolute 180 days); marks it as seen.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn session(&self, token: &Secret, now: Timestamp) -> Result<(Account, SessionId)>;

    /// All live sessions of an account.
    ///
    /// # Errors
    /// When the engine fails.
    async fn sessions(&self, account: AccountId, now: Timestamp) -> Result<Vec<SessionInfo>>;

    /// Gives a session a new token, which is returned once; the old one opens nothing any more. For when somebody has
    /// proved more than before: whoever knew the old token has nothing of it.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn renew_session(&self, account: AccountId, session: SessionId) -> Result<Secret>;

    /// Ends a session of this account.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn end_session(&self, account: AccountId, session: SessionId, now: Timestamp) -> Result<()>;

    /// Pairs a device with the person (right: write); its token is returned once.
    ///
    /// # Errors
    /// When the name is longer than 60 characters.
    async fn pair_device(&self, access: &Access, name: &str, now: Timestamp) -> Result<(Device, Secret)>;

    /// Uses a [`OneTime::PairDevice`] link: for the phone, on which nobody is signed in. Its token is returned once.
    ///
    /// # Errors
    /// When the link does not hold, or the name is longer than 60 characters.
    async fn pair_with_link(&self, link: &Secret, name: &str, now: Timestamp) -> Result<(Device, Secret)>;

    /// The device of a token. A revoked one is returned with `revoked` set: the pages explain, and nothing is lost.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn device(&self, token: &Secret, now: Timestamp) -> Result<Device>;

    /// All devices of the person (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn devices(&self, access: &Access) -> Result<Vec<Device>>;

    /// Revokes a device (right: write).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn revoke_device(&self, access: &Access, device: DeviceId, now: Timestamp) -> Result<()>;

    /// The person's calendar feed token (right: write): made on first use; `renew` makes the old address stop working.
    ///
    /// # Errors
    /// When the engine fails.
    async fn calendar_token(&self, access: &Access, renew: bool, now: Timestamp) -> Result<Secret>;

    /// Whose calendar a feed token opens.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn calendar_owner(&self, token: &Secret) -> Result<PersonId>;
}
