//! How others join: carers by invitation, phones by a one-time link.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::accounts::{Account, Device};
use crate::secret::Secret;
use crate::{Access, MembershipId, Result};

/// Somebody who cares for a person, as the person's owner sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carer {
    /// The role: what is ended when consent is withdrawn.
    pub membership: MembershipId,
    /// Their sign-in name.
    pub login: String,
    /// Since when.
    pub since: Timestamp,
}

/// Joining.
#[async_trait]
pub trait Joining {
    /// Everybody who cares for the person now, oldest first (right: own).
    ///
    /// # Errors
    /// When the engine fails.
    async fn carers(&self, access: &Access, now: Timestamp) -> Result<Vec<Carer>>;

    /// Uses a link of [`crate::accounts::OneTime::InviteCarer`]: makes an account that cares for the person.
    ///
    /// # Errors
    /// When the link does not hold, the name is taken, or a field is wrong.
    async fn accept_invitation(&self, link: &Secret, login: &str, password: &Secret, now: Timestamp)
    -> Result<Account>;

    /// Uses a link of [`crate::accounts::OneTime::PairDevice`]: pairs a device; its token is returned once.
    ///
    /// # Errors
    /// When the link does not hold, or the name is longer than 60 characters.
    async fn pair_by_link(&self, link: &Secret, name: &str, now: Timestamp) -> Result<(Device, Secret)>;
}
