//! People and what is kept of them.
//!
//! Domain types, and one small trait per concern that a database engine fulfils. There is no SQL here and no clock: the
//! time of a change is an argument. Nothing about a person is read or written without an [`Actor`]: [`Access::grant`]
//! turns an actor and the memberships on file into a handle, and every call about a person takes that handle.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod backup;
pub mod chain;
pub mod checks;
pub mod clinic;
pub mod deletions;
pub mod diary;
pub mod error;
pub mod ids;
pub mod login;
pub mod maintenance;
pub mod passwords;
pub mod people;
pub mod reminders;
pub mod secret;
pub mod throttle;
pub mod trials;

pub use access::{Access, Actor, Right};
pub use error::{Field, RecordsError};
pub use ids::*;

use std::sync::Arc;

/// Everything an engine does.
pub trait Store:
    accounts::Accounts
    + people::People
    + diary::Diary
    + checks::Checks
    + trials::Trials
    + reminders::Outbox
    + audit::Audit
    + maintenance::Maintenance
    + clinic::staff::Staff
    + clinic::second_factor::SecondFactors
    + clinic::patients::Patients
    + clinic::documents::Documents
    + clinic::follow_up::FollowUps
    + clinic::worklist::Worklist
    + clinic::resources::Resources
    + clinic::booking::Bookings
    + clinic::visits::Visits
    + Send
    + Sync
{
}

/// A store that pages and commands share.
pub type SharedStore = Arc<dyn Store>;

/// Result of every store call.
pub type Result<T> = std::result::Result<T, RecordsError>;
