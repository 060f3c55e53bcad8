//! A made-up clinic with a year behind it: people, their nights, their requests and visits, and what became of them.
//!
//! Nobody in it is real, and every name says so. [`people`] and [`nights`] are drawn from a seed: the same seed and day give
//! the same people. [`play`] then lives through the year, hour by hour, and does each thing through the store as somebody of
//! the clinic or the person would have done it then, so that times, states and the audit log fit together. What would happen
//! after the present moment does not happen: visits that are booked stay to come, requests of today wait.

pub mod chart;
pub mod check;
pub mod clinic;
pub mod draw;
pub mod nights;
pub mod people;
pub mod play;
mod time;
pub mod trial;

use charley_records::RecordsError;
use charley_records::clinic::Clinic;
use charley_records::secret::Secret;

pub use play::fill;

/// What to make up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How many people: 1 to [`MOST_PEOPLE`].
    pub people: u32,
    /// The same seed makes the same people.
    pub seed: u64,
    /// How many of those who keep a record of their own get a sign-in that is told.
    pub sign_ins: u32,
}

/// Most people of one demonstration.
pub const MOST_PEOPLE: u32 = 5_000;

impl Default for Wanted {
    fn default() -> Self {
        Self { people: 40, seed: 1, sign_ins: 1 }
    }
}

/// A way to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Who it is, in words.
    pub who: String,
    /// Sign-in name.
    pub login: String,
    /// Password, drawn at random and kept as a hash only.
    pub password: Secret,
    /// Secret of the second factor as authenticators take it; none for who has none.
    pub totp: Option<Secret>,
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Filled {
    /// The clinic.
    pub clinic: Clinic,
    /// Staff first.
    pub sign_ins: Vec<SignIn>,
    /// How many people.
    pub people: u32,
    /// Nights that were told.
    pub nights: u64,
    /// Requests.
    pub requests: u64,
    /// Visits, cancelled ones included.
    pub visits: u64,
    /// Versions of documents.
    pub documents: u64,
}

/// Why it could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is one already: names to sign in with are taken.
    #[error("a demonstration is here already (`{0}` signs in): use another data folder")]
    Taken(String),
    /// Too many people, or none.
    #[error("{0} people cannot be made up: ask for 1 to {MOST_PEOPLE}")]
    People(u32),
    /// The store refused something.
    #[error("the records: {0}")]
    Records(#[from] RecordsError),
    /// A day or time that the calendar does not have.
    #[error("the calendar: {0}")]
    Time(#[from] jiff::Error),
    /// Made-up answers that the reasoner refuses.
    #[error("made-up answers were refused: {0}")]
    Answers(String),
    /// Something that must be there is not: the knowledge or the order of what happens was changed.
    #[error("the demonstration does not fit this version: {0}")]
    Missing(&'static str),
}

/// Result of making something up.
pub type Result<T> = std::result::Result<T, DemoError>;
