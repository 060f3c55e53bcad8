//! People, households and who belongs to whom.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Access, AccountId, Actor, Field, MembershipId, OrganisationId, PersonId, RecordsError, Result, SubjectId};

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

impl Role {
    /// How it is kept.
    pub fn code(self) -> &'static str {
        match self {
            Self::Oneself => "oneself",
            Self::Carer => "carer",
            Self::Owner => "owner",
            Self::Member => "member",
        }
    }

    /// From how it is kept.
    ///
    /// # Errors
    /// [`RecordsError::Damaged`].
    pub fn of_code(code: &str) -> Result<Self> {
        [Self::Oneself, Self::Carer, Self::Owner, Self::Member]
            .into_iter()
            .find(|role| role.code() == code)
            .ok_or_else(|| RecordsError::Damaged { what: "a role", why: format!("`{code}` is none") })
    }
}

/// Somebody who may see a person's record, as the person sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The role on file, as [`People::end_membership`] takes it.
    pub id: MembershipId,
    /// Who.
    pub account: AccountId,
    /// Their sign-in name.
    pub login: String,
    /// Which role.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
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

/// Longest name of a person.
const MOST_NAME_CHARS: usize = 60;
/// Longest name of a region.
const MOST_REGION_CHARS: usize = 20;

/// Checks what is said of a person; returns it with the name trimmed.
///
/// # Errors
/// [`RecordsError::Invalid`] with everything that is wrong.
pub fn check(new: &NewPerson) -> Result<NewPerson> {
    let name = new.name.trim();
    let mut faults = Vec::new();
    let mut add = |name, problem: &str| faults.push(Field { name, problem: problem.to_owned() });
    if !(1..=MOST_NAME_CHARS).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        add("name", "Give a name of 1 to 60 characters.");
    }
    if jiff::tz::TimeZone::get(&new.zone).is_err() {
        add("zone", "This is not a time zone. Use a name such as Europe/London.");
    }
    if new.region.len() > MOST_REGION_CHARS
        || !new.region.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
    {
        add("region", "Choose a country from the list.");
    }
    if faults.is_empty() {
        Ok(NewPerson { name: name.to_owned(), ..new.clone() })
    } else {
        Err(RecordsError::Invalid(faults))
    }
}

/// Days for which a backup is kept. Charley's own copies, made before a migration, are destroyed then; whoever keeps other
/// backups is to do the same, for the receipt of a deletion says so.
pub const BACKUP_DAYS: i64 = 35;

/// The day after which no backup may hold what is deleted now.
pub fn backups_expire(now: Timestamp) -> Date {
    let last = now + jiff::SignedDuration::from_hours(24 * BACKUP_DAYS);
    last.to_zoned(jiff::tz::TimeZone::UTC).date()
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
    /// Day after which no backup of ours may still hold the data.
    pub backups_expire: Date,
    /// The subject stands on the list that keeps a restored backup from bringing the person back
    /// ([`crate::deletions`]). False where there is no list, or it could not be written.
    pub listed: bool,
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

    /// Everybody who may see the record now, the household's people included (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn members(&self, access: &Access, now: Timestamp) -> Result<Vec<Member>>;

    /// Makes an account a carer of the person until consent is withdrawn (right: own).
    ///
    /// # Errors
    /// When there is no such sign-in name.
    async fn add_carer(&self, access: &Access, login: &str, now: Timestamp) -> Result<MembershipId>;

    /// Ends a role: a carer's (right: own, or it is the actor's own role), or a member's of the household (its owner, or
    /// the member).
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] when the person has no such role on file; [`RecordsError::Conflict`] for the roles
    /// without which nobody could open the record.
    async fn end_membership(&self, access: &Access, membership: MembershipId, now: Timestamp) -> Result<()>;

    /// Destroys the person's record, every entry, check, trial and device (right: own). The audit chain still verifies.
    ///
    /// # Errors
    /// When the engine fails.
    async fn delete_person(&self, access: &Access, now: Timestamp) -> Result<DeletionReceipt>;
}
