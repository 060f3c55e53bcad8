//! People, households and who belongs to whom.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, AccountId, Actor, MembershipId, OrganisationId, PersonId, Result, SubjectId};

/// Somebody whose nights are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Key.
    pub id: PersonId,
    /// What the household calls them.
    pub name: String,
    /// IANA time zone, such as `Europe/London`: a night runs noon to noon there.
    pub zone: String,
    /// Country for the emergency number and units, as the pages' regions name it; empty until chosen.
    pub region: String,
    /// When the record was opened.
    pub created: Timestamp,
}

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The account is this person's own.
    Oneself,
    /// Cares for the person, with consent that can be withdrawn.
    Carer,
    /// Runs the household.
    Owner,
    /// Lives in the household.
    Member,
}

/// What a role is held in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// One person.
    Person(PersonId),
    /// A household with these people.
    Household {
        /// Which.
        organisation: OrganisationId,
        /// Everybody whose record lies in it.
        people: Vec<PersonId>,
    },
}

/// A role of an account that holds at the moment asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Key.
    pub id: MembershipId,
    /// Who holds it.
    pub account: AccountId,
    /// In what.
    pub party: Party,
    /// Which role.
    pub role: Role,
}

/// What to know of a new person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// What the household calls them: 1 to 60 characters.
    pub name: String,
    /// IANA time zone.
    pub zone: String,
    /// Region, or empty.
    pub region: String,
}

/// Proof of a deletion: what was destroyed, and the audit subject that no longer leads anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionReceipt {
    /// The subject under which the audit log knew the person.
    pub subject: SubjectId,
    /// When.
    pub at: Timestamp,
    /// Rows destroyed, by table.
    pub destroyed: Vec<(String, u64)>,
    /// Day after which no backup of ours may still hold the data, as `YYYY-MM-DD`.
    pub backups_expire: String,
}

/// People.
#[async_trait]
pub trait People {
    /// Opens a person's record for an actor at this moment.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when there is no such person or the actor has no right.
    async fn open(&self, actor: &Actor, person: PersonId, now: Timestamp) -> Result<Access>;

    /// Everybody this account may at least read, oneself first, then by name.
    ///
    /// # Errors
    /// When the engine fails.
    async fn people_of(&self, account: AccountId, now: Timestamp) -> Result<Vec<Person>>;

    /// Opens a record for somebody in the account's household; the account must own the household.
    ///
    /// # Errors
    /// When a field is wrong or the account owns no household.
    async fn add_person(&self, account: AccountId, new: &NewPerson, now: Timestamp) -> Result<Person>;

    /// The person behind a handle (right: append).
    ///
    /// # Errors
    /// When the engine fails.
    async fn person(&self, access: &Access) -> Result<Person>;

    /// Changes name, zone or region (right: write).
    ///
    /// # Errors
    /// When a field is wrong.
    async fn change_person(&self, access: &Access, new: &NewPerson, now: Timestamp) -> Result<Person>;

    /// Makes an account a carer of the person until consent is withdrawn (right: own).
    ///
    /// # Errors
    /// When there is no such sign-in name.
    async fn add_carer(&self, access: &Access, login: &str, now: Timestamp) -> Result<MembershipId>;

    /// Ends a role (right: own).
    ///
    /// # Errors
    /// When the person has no such role on file.
    async fn end_membership(&self, access: &Access, membership: MembershipId, now: Timestamp) -> Result<()>;

    /// Destroys the person's record, every entry, check, trial and device (right: own). The audit chain still verifies.
    ///
    /// # Errors
    /// When the engine fails.
    async fn delete_person(&self, access: &Access, now: Timestamp) -> Result<DeletionReceipt>;
}
