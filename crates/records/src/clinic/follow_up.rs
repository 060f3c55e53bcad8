//! Follow-up at set weeks after a plan began, so that those who did not improve and those who were lost are seen too.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Care, Desk, codes};
use crate::{AccountId, FollowUpId, PersonId, Result};

/// Weeks after the beginning of a plan.
pub const WEEKS: [u16; 4] = [4, 12, 26, 52];

codes! {
    /// Where a follow-up stands.
    FollowUpState, "where a follow-up stands" {
        /// To come, or waiting to be done.
        Due = "due",
        /// Answers are there.
        Done = "done",
        /// The person could not be reached.
        Lost = "lost",
        /// The person did not want it.
        Declined = "declined",
    }
}

/// A follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// Key.
    pub id: FollowUpId,
    /// Whose.
    pub person: PersonId,
    /// Weeks after the beginning.
    pub week: u16,
    /// First day of the plan.
    pub began: Date,
    /// Day on which it is due.
    pub due: Date,
    /// Where it stands.
    pub state: FollowUpState,
    /// The answers (JSON); none until it is done.
    pub result: Option<String>,
    /// Who recorded it, and when.
    pub recorded: Option<(AccountId, Timestamp)>,
}

/// A follow-up without a name: for the page of outcomes. People are numbered within one answer only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The same number: the same person.
    pub number: u32,
    /// Weeks after the beginning.
    pub week: u16,
    /// Day on which it was due.
    pub due: Date,
    /// Where it stands.
    pub state: FollowUpState,
    /// The answers (JSON).
    pub result: Option<String>,
}

/// Follow-ups.
#[async_trait]
pub trait FollowUps {
    /// Plans the follow-ups of a plan that begins on this day (duty: sign). Those of an earlier plan that are still due are
    /// moved to the new days; what was recorded stays.
    ///
    /// # Errors
    /// When the engine fails.
    async fn plan_follow_ups(&self, care: &Care, began: Date, now: Timestamp) -> Result<()>;

    /// The person's follow-ups by day.
    ///
    /// # Errors
    /// When the engine fails.
    async fn follow_ups(&self, care: &Care) -> Result<Vec<FollowUp>>;

    /// Follow-ups that are due on this day or before, with names, longest due first (duty: see list).
    ///
    /// # Errors
    /// When the engine fails.
    async fn due_follow_ups(&self, desk: &Desk, until: Date) -> Result<Vec<(FollowUp, String)>>;

    /// Records a follow-up (duty: write record): done with answers, lost or declined without.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`]; [`crate::RecordsError::Invalid`] when answers and state do not fit.
    async fn record_follow_up(
        &self,
        care: &Care,
        follow_up: FollowUpId,
        state: FollowUpState,
        result: Option<&str>,
        now: Timestamp,
    ) -> Result<()>;

    /// What became of everybody whose follow-up was due by this day (duty: outcomes).
    ///
    /// # Errors
    /// When the engine fails.
    async fn outcomes(&self, desk: &Desk, until: Date) -> Result<Vec<Outcome>>;
}
