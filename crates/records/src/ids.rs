//! Identifiers. Each is its own type, so that one cannot stand for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// Somebody who signs in.
    AccountId;
    /// Somebody whose nights are kept. Need not have an account.
    PersonId;
    /// A household or a clinic.
    OrganisationId;
    /// A role of an account, for a person or an organisation, from a day until a day.
    MembershipId;
    /// A phone or browser that may append to one person's diary.
    DeviceId;
    /// A diary entry. Made where the entry is made, so that a retry is the same entry.
    EntryId;
    /// A saved check.
    CheckId;
    /// A trial.
    TrialId;
    /// Somebody's request to be seen by a clinic. Made where it is made, so that a retry is the same request.
    RequestId;
    /// Something that a clinic offers.
    ServiceId;
    /// A clinician, a room or a machine.
    ResourceId;
    /// Weekly hours.
    OpeningId;
    /// Leave, a holiday, repairs.
    ClosureId;
    /// A visit. Made where it is asked for, so that a retry is the same visit.
    BookingId;
    /// A place on a waiting list.
    WaitingId;
    /// A follow-up.
    FollowUpId;
    /// A signed-in session, as shown in the list of sessions.
    SessionId;
    /// The opaque stand-in for a person in the audit log. Deleting the person destroys the mapping.
    SubjectId;
}

/// A new random identifier (version 4: it tells no time).
///
/// # Errors
/// When the system has no randomness to give.
pub fn random() -> Result<Uuid, getrandom::Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(of_bytes(bytes))
}

/// The identifier (version 4) of these random bytes.
pub fn of_bytes(bytes: [u8; 16]) -> Uuid {
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
