//! What reminders ask of a diary.

use async_trait::async_trait;
use charley_jobs::run::Diaries;
use charley_nights::diary::fold;
use charley_records::{Actor, PersonId, RecordsError, SharedStore};
use jiff::Timestamp;
use jiff::civil::Date;

use super::convert;

/// The diaries of a store.
#[derive(Debug, Clone, Copy)]
pub struct Kept;

/// The name under which the list of who looked shows this.
const JOB: &str = "reminders";

#[async_trait]
impl Diaries for Kept {
    /// A night is told of when it is recorded, or "I don't know" was said.
    async fn told(
        &self,
        store: &SharedStore,
        person: PersonId,
        night: Date,
        now: Timestamp,
    ) -> Result<bool, RecordsError> {
        let access = store.open(&Actor::Job { name: JOB.to_owned() }, person, now).await?;
        let entries = store.entries(&access).await?;
        let told: Vec<_> = entries.iter().filter_map(convert::entry).collect();
        Ok(fold(&told).night(night).is_some_and(|night| night.count.is_some() || night.report().is_some()))
    }
}
