//! Follow-up at set weeks after a plan began, so that those who did not improve and those who were lost are seen too.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Care, Desk, codes};
use crate::{AccountId, FollowUpId, PersonId, RecordsError, Result};

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

/// The weeks and days of a plan that begins on this day.
///
/// # Errors
/// [`RecordsError::Invalid`] when the calendar ends before.
pub fn days(began: Date) -> Result<Vec<(u16, Date)>> {
    let day = |week: u16| began.checked_add(jiff::Span::new().weeks(week)).map(|due| (week, due));
    WEEKS
        .into_iter()
        .map(day)
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| RecordsError::field("began", "Check the first day of the plan: it is too far ahead."))
}

/// Checks that state and answers fit: done with answers, lost or declined without.
///
/// # Errors
/// [`RecordsError::Invalid`].
pub fn check(state: FollowUpState, result: Option<&str>) -> Result<()> {
    match (state, result) {
        (FollowUpState::Done, Some(answers)) => super::documents::check(answers),
        (FollowUpState::Lost | FollowUpState::Declined, None) => Ok(()),
        _ => Err(RecordsError::field("state", "Say how it went: the answers, or that there are none.")),
    }
}

/// Numbers people within one answer, so that nobody's identifier leaves it. The rows come ordered by person.
pub fn outcomes(rows: Vec<FollowUp>) -> Vec<Outcome> {
    let mut number = 0;
    let mut before = None;
    let outcome = |row: FollowUp| {
        if before != Some(row.person) {
            number += 1;
            before = Some(row.person);
        }
        Outcome { number, week: row.week, due: row.due, state: row.state, result: row.result }
    };
    rows.into_iter().map(outcome).collect()
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

    /// Follow-ups that are due on this day or before, with names, longest due first (duty: see list). Those who share no more
    /// are not on it; the outcomes count them.
    ///
    /// # Errors
    /// When the engine fails.
    async fn due_follow_ups(&self, desk: &Desk, until: Date) -> Result<Vec<(FollowUp, String)>>;

    /// Records a follow-up (duty: write record): done with answers, lost or declined without. Somebody who was lost may come
    /// back; answers stay as they are.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`]; [`crate::RecordsError::Invalid`] when answers and state do not fit;
    /// [`crate::RecordsError::Conflict`] when there are other answers already.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_follow_up_is_due_on_the_weekday_of_the_beginning() {
        let days = days(jiff::civil::date(2026, 11, 24)).unwrap();
        let texts: Vec<_> = days.iter().map(|(week, due)| format!("{week} {due}")).collect();
        assert_eq!(texts, ["4 2026-12-22", "12 2027-02-16", "26 2027-05-25", "52 2027-11-23"]);
        assert!(days.iter().all(|(_, due)| due.weekday() == jiff::civil::date(2026, 11, 24).weekday()));
        assert!(super::days(Date::MAX).is_err());
    }

    #[test]
    fn answers_and_state_fit() {
        assert!(check(FollowUpState::Done, Some("{}")).is_ok());
        assert!(check(FollowUpState::Lost, None).is_ok());
        assert!(check(FollowUpState::Declined, None).is_ok());
        for (state, result) in [
            (FollowUpState::Done, None),
            (FollowUpState::Done, Some("[]")),
            (FollowUpState::Lost, Some("{}")),
            (FollowUpState::Due, None),
        ] {
            assert!(check(state, result).is_err(), "{state:?} {result:?}");
        }
    }
}
