//! The handles of staff: one on the clinic, one on a person's record.

use jiff::{SignedDuration, Timestamp};

use super::codes;
use crate::{Access, AccountId, Actor, OrganisationId, PersonId, RecordsError, Result};

codes! {
    /// What somebody does in a clinic. One person may do several things.
    StaffRole, "a role of staff" {
        /// Sees patients: reads and writes their records, signs plans.
        Clinician = "clinician",
        /// Answers the telephone and books: names, urgency and times; no record.
        FrontDesk = "front_desk",
        /// Runs the clinic: staff, services, opening hours; no record.
        Administrator = "administrator",
    }
}

/// The roles of one member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StaffRoles {
    /// Sees patients.
    pub clinician: bool,
    /// Books.
    pub front_desk: bool,
    /// Runs the clinic.
    pub administrator: bool,
}

impl StaffRoles {
    /// These roles.
    pub fn of(roles: &[StaffRole]) -> Self {
        Self {
            clinician: roles.contains(&StaffRole::Clinician),
            front_desk: roles.contains(&StaffRole::FrontDesk),
            administrator: roles.contains(&StaffRole::Administrator),
        }
    }

    /// Whether there is any.
    pub fn any(self) -> bool {
        self.clinician || self.front_desk || self.administrator
    }

    /// Whether these roles allow a duty: the one table of who may do what.
    pub fn allow(self, duty: Duty) -> bool {
        match duty {
            Duty::SeeList | Duty::Book => self.any(),
            Duty::ReadRecord | Duty::WriteRecord | Duty::Sign => self.clinician,
            Duty::Outcomes => self.clinician || self.administrator,
            Duty::Manage => self.administrator,
        }
    }
}

/// Something that staff may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duty {
    /// See names, contacts, urgency and times.
    SeeList,
    /// Register people, take requests, book, move and cancel.
    Book,
    /// Read the record of somebody who shares.
    ReadRecord,
    /// Write in it.
    WriteRecord,
    /// Sign a document.
    Sign,
    /// See what became of everybody, without names.
    Outcomes,
    /// Change staff, services, rooms and hours.
    Manage,
}

impl Duty {
    /// Every duty.
    pub const ALL: [Self; 7] =
        [Self::SeeList, Self::Book, Self::ReadRecord, Self::WriteRecord, Self::Sign, Self::Outcomes, Self::Manage];
}

/// How long a second factor counts in a session.
pub const SECOND_FACTOR_LIVES: SignedDuration = SignedDuration::from_hours(12);

/// A handle on a clinic, for one request of one member of staff. Only [`Desk::grant`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    account: AccountId,
    clinic: OrganisationId,
    roles: StaffRoles,
    opened: Timestamp,
}

impl Desk {
    /// What an account with these roles may do. `proved`: when this session last gave a second factor.
    ///
    /// # Errors
    /// [`RecordsError::NotFound`] without a role: whether the clinic exists is not told.
    /// [`RecordsError::SecondFactor`] when the second factor was not given, or too long ago.
    pub fn grant(
        account: AccountId,
        clinic: OrganisationId,
        roles: &[StaffRole],
        proved: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self> {
        let roles = StaffRoles::of(roles);
        if !roles.any() {
            return Err(RecordsError::NotFound);
        }
        let fresh = proved.is_some_and(|at| at <= now && now.duration_since(at) < SECOND_FACTOR_LIVES);
        if fresh { Ok(Self { account, clinic, roles, opened: now }) } else { Err(RecordsError::SecondFactor) }
    }

    /// Who acts.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// In which clinic.
    pub fn clinic(&self) -> OrganisationId {
        self.clinic
    }

    /// In which roles.
    pub fn roles(&self) -> StaffRoles {
        self.roles
    }

    /// When it was granted.
    pub fn opened(&self) -> Timestamp {
        self.opened
    }

    /// How the audit log knows the one who acts.
    pub fn actor(&self) -> Actor {
        Actor::Staff { account: self.account, clinic: self.clinic }
    }

    /// Refuses a duty that the roles do not allow.
    ///
    /// # Errors
    /// [`RecordsError::Forbidden`].
    pub fn need(&self, duty: Duty) -> Result<()> {
        if self.roles.allow(duty) { Ok(()) } else { Err(RecordsError::Forbidden) }
    }
}

/// A handle on one person's record, for a clinician of a clinic with which the person shares. The engine makes one with
/// [`Care::grant`] after it has looked for the sharing, or has kept the reason of an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Care {
    desk: Desk,
    access: Access,
    emergency: bool,
}

impl Care {
    /// The handle; `shares`: the person shares with the clinic at this moment; `emergency`: a reason was just kept.
    ///
    /// # Errors
    /// [`RecordsError::Forbidden`] when the roles do not allow it; [`RecordsError::NotFound`] when neither holds.
    pub fn grant(desk: &Desk, person: PersonId, shares: bool, emergency: bool) -> Result<Self> {
        desk.need(Duty::ReadRecord)?;
        if !shares && !emergency {
            return Err(RecordsError::NotFound);
        }
        let access = Access::of_staff(desk.actor(), person, desk.opened());
        Ok(Self { desk: desk.clone(), access, emergency: emergency && !shares })
    }

    /// The handle on the clinic.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The handle with which the person's own diary, checks and trials are read; it changes nothing in them.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Whose record.
    pub fn person(&self) -> PersonId {
        self.access.person()
    }

    /// True when it was opened in an emergency, without sharing.
    pub fn emergency(&self) -> bool {
        self.emergency
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn grant(roles: &[StaffRole], proved: Option<&str>) -> Result<Desk> {
        let id = Uuid::from_u128(1);
        let proved = proved.map(|at| at.parse().unwrap());
        Desk::grant(AccountId(id), OrganisationId(id), roles, proved, "2026-11-24T09:00:00Z".parse().unwrap())
    }

    #[test]
    fn without_a_role_there_is_no_clinic() {
        assert!(matches!(grant(&[], Some("2026-11-24T08:00:00Z")), Err(RecordsError::NotFound)));
    }

    #[test]
    fn the_second_factor_is_asked_for_and_ages() {
        for proved in [None, Some("2026-11-23T21:00:00Z"), Some("2026-11-24T09:00:01Z")] {
            assert!(matches!(grant(&[StaffRole::Clinician], proved), Err(RecordsError::SecondFactor)), "{proved:?}");
        }
        assert!(grant(&[StaffRole::Clinician], Some("2026-11-23T21:00:01Z")).is_ok());
    }

    #[test]
    fn only_a_clinician_opens_a_record() {
        let person = PersonId(Uuid::from_u128(2));
        for role in [StaffRole::FrontDesk, StaffRole::Administrator] {
            let desk = grant(&[role], Some("2026-11-24T08:00:00Z")).unwrap();
            assert!(matches!(Care::grant(&desk, person, true, false), Err(RecordsError::Forbidden)));
        }
        let desk = grant(&[StaffRole::Clinician], Some("2026-11-24T08:00:00Z")).unwrap();
        assert!(matches!(Care::grant(&desk, person, false, false), Err(RecordsError::NotFound)));
        assert!(!Care::grant(&desk, person, true, false).unwrap().emergency());
        assert!(Care::grant(&desk, person, false, true).unwrap().emergency());
        let care = Care::grant(&desk, person, true, false).unwrap();
        assert!(care.access().need(crate::Right::Read).is_ok());
        assert!(care.access().need(crate::Right::Write).is_err());
    }
}
