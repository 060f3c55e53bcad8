//! Who may do what with whose record.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::people::{Membership, Party, Role};
use crate::{AccountId, DeviceId, OrganisationId, PersonId, RecordsError, Result};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// Somebody who has signed in.
    Account {
        /// Which account.
        account: AccountId,
    },
    /// A phone or browser that may only append to one person's diary.
    Device {
        /// Which device.
        device: DeviceId,
        /// Whose diary.
        person: PersonId,
    },
    /// A member of staff of a clinic, whose second factor was checked.
    Staff {
        /// Who.
        account: AccountId,
        /// In which clinic.
        clinic: OrganisationId,
    },
    /// A link that allows one action, such as a calendar feed.
    Link {
        /// Whose.
        person: PersonId,
        /// Which action.
        action: LinkAction,
    },
    /// A job of the program itself.
    Job {
        /// Its name.
        name: String,
    },
}

/// What a link allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkAction {
    /// Read the calendar of reminders: neutral words only.
    Calendar,
    /// See, move and cancel one visit: time and place only.
    Visit,
}

/// What may be done with a person's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Append diary entries, and undo or edit what the same device appended.
    Append,
    /// Read everything, and append.
    Read,
    /// Read and change everything.
    Write,
    /// Write, and delete the person, give and take away roles.
    Own,
}

/// A handle on one person's record, granted to one actor. Only [`Access::grant`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    actor: Actor,
    person: PersonId,
    right: Right,
    opened: Timestamp,
}

impl Access {
    /// What this actor may do with this person, by the memberships of the actor's account that hold at this moment.
    /// `memberships` are those of the account, households that the person belongs to included. A handle is for one request:
    /// what is read through it is logged at `now`.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] when the actor has no right at all: whether the person exists is not told.
    pub fn grant(actor: &Actor, person: PersonId, memberships: &[Membership], now: Timestamp) -> Result<Self> {
        let right = match actor {
            Actor::Device { person: own, .. } => (*own == person).then_some(Right::Append),
            Actor::Link { person: own, action: LinkAction::Calendar } => (*own == person).then_some(Right::Append),
            // The link of a visit opens that visit, and no record.
            Actor::Link { action: LinkAction::Visit, .. } => None,
            Actor::Job { .. } => Some(Right::Read),
            // Staff open a record through a clinic, which looks for the person's sharing first.
            Actor::Staff { .. } => None,
            Actor::Account { account } => memberships
                .iter()
                .filter(|held| held.account == *account)
                .filter_map(|held| right_of(held, person))
                .max(),
        };
        let right = right.ok_or(RecordsError::NotFound)?;
        Ok(Self { actor: actor.clone(), person, right, opened: now })
    }

    /// The handle of a clinician, who reads. Only [`crate::clinic::Care::grant`] calls this, when the person shares.
    pub(crate) fn of_staff(actor: Actor, person: PersonId, now: Timestamp) -> Self {
        Self { actor, person, right: Right::Read, opened: now }
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whose record.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// What may be done.
    pub fn right(&self) -> Right {
        self.right
    }

    /// When it was granted.
    pub fn opened(&self) -> Timestamp {
        self.opened
    }

    /// Refuses less than this right.
    ///
    /// # Errors
    /// [`RecordsError::Forbidden`].
    pub fn need(&self, right: Right) -> Result<()> {
        if self.right >= right { Ok(()) } else { Err(RecordsError::Forbidden) }
    }
}

fn right_of(held: &Membership, person: PersonId) -> Option<Right> {
    match (&held.party, held.role) {
        (Party::Person(whose), Role::Oneself) => (*whose == person).then_some(Right::Own),
        (Party::Person(whose), Role::Carer) => (*whose == person).then_some(Right::Write),
        (Party::Household { people, .. }, Role::Owner) => people.contains(&person).then_some(Right::Own),
        (Party::Household { people, .. }, Role::Member) => people.contains(&person).then_some(Right::Read),
        _ => None,
    }
}
