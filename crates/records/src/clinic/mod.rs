//! Clinics: staff, the people who share with them, requests, clinical documents, booking and follow-up.
//!
//! A clinic is an organisation, as a household is. Staff act through a [`Desk`], which only [`Desk::grant`] makes and which
//! needs a second factor; the record of one person is opened through a [`Care`], which needs the person's sharing, or an
//! emergency with a reason that the person can read.

pub mod booking;
pub mod desk;
pub mod documents;
pub mod follow_up;
pub mod hours;
pub mod kept;
pub mod patients;
pub mod progress;
pub mod resources;
pub mod rules;
pub mod second_factor;
pub mod staff;
pub mod visits;
pub mod worklist;

pub use desk::{Care, Desk, Duty, StaffRole, StaffRoles};

use jiff::Timestamp;

use crate::{Field, OrganisationId, RecordsError, Result};

/// A clinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clinic {
    /// Key.
    pub id: OrganisationId,
    /// What it is called.
    pub name: String,
    /// IANA time zone: opening hours and the day's list are told by its clock.
    pub zone: String,
    /// Country, as the pages' regions name it; empty until chosen.
    pub region: String,
    /// True for made-up data: every page says so.
    pub demonstration: bool,
    /// When it was founded here.
    pub created: Timestamp,
}

/// What to know of a clinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClinic {
    /// 1 to 80 characters.
    pub name: String,
    /// IANA time zone.
    pub zone: String,
    /// Region, or empty.
    pub region: String,
    /// Made-up data.
    pub demonstration: bool,
}

/// Longest name of a clinic, a service or a resource.
pub const MOST_NAME_CHARS: usize = 80;
/// Longest free text: a note, a reason, a complaint.
pub const MOST_TEXT_CHARS: usize = 4_000;

/// Checks what is said of a clinic; returns it with the name trimmed.
///
/// # Errors
/// [`RecordsError::Invalid`] with everything that is wrong.
pub fn check(new: &NewClinic) -> Result<NewClinic> {
    let mut faults = Vec::new();
    let name = name("name", &new.name, &mut faults);
    if jiff::tz::TimeZone::get(&new.zone).is_err() {
        let problem = "This is not a time zone. Use a name such as Europe/London.".to_owned();
        faults.push(Field { name: "zone", problem });
    }
    sound(NewClinic { name, ..new.clone() }, faults)
}

/// The value when nothing is wrong.
fn sound<T>(value: T, faults: Vec<Field>) -> Result<T> {
    if faults.is_empty() { Ok(value) } else { Err(RecordsError::Invalid(faults)) }
}

/// A name, trimmed; a fault when it is empty, too long or holds control characters.
fn name(field: &'static str, name: &str, faults: &mut Vec<Field>) -> String {
    let name = name.trim();
    if !(1..=MOST_NAME_CHARS).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        faults.push(Field { name: field, problem: format!("Give a name of 1 to {MOST_NAME_CHARS} characters.") });
    }
    name.to_owned()
}

/// A text, trimmed; a fault when it is too long, or empty though it must not be.
fn text(field: &'static str, text: &str, needed: bool, faults: &mut Vec<Field>) -> String {
    let text = text.trim();
    if needed && text.is_empty() {
        faults.push(Field { name: field, problem: "Please say why, in a few words.".to_owned() });
    }
    if text.chars().count() > MOST_TEXT_CHARS {
        faults.push(Field { name: field, problem: format!("Use at most {MOST_TEXT_CHARS} characters.") });
    }
    text.to_owned()
}

/// Checks a reason that may be empty; returns it trimmed.
///
/// # Errors
/// [`RecordsError::Invalid`] when it is too long.
pub fn reason(given: &str) -> Result<String> {
    let mut faults = Vec::new();
    let given = text("reason", given, false, &mut faults);
    sound(given, faults)
}

/// Declares an enumeration whose members are kept as short codes.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$member_doc:meta])* $member:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$member_doc])* #[serde(rename = $code)] $member),*
        }

        impl $name {
            /// Every member, in order.
            pub const ALL: &[Self] = &[$(Self::$member),*];

            /// How it is kept.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$member => $code),*
                }
            }

            /// From how it is kept.
            ///
            /// # Errors
            /// [`crate::RecordsError::Damaged`].
            pub fn of_code(code: &str) -> crate::Result<Self> {
                Self::ALL.iter().copied().find(|member| member.code() == code).ok_or_else(|| {
                    crate::RecordsError::Damaged { what: $what, why: format!("`{code}` is none") }
                })
            }
        }
    };
}
use codes;
