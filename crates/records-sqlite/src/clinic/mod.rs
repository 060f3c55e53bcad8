//! Clinics.

mod documents;
mod follow_up;
mod patients;
mod second_factor;
mod staff;

use charley_records::clinic::Desk;
use charley_records::{PersonId, RecordsError, Result};
use jiff::civil::Date;

use crate::audit::{note_about, note_list};
use crate::{SqliteStore, transaction};

impl SqliteStore {
    /// Logs that a list was read: how many people stood on it. It is handed out only after.
    async fn note_listed(&self, desk: &Desk, action: &'static str, count: usize) -> Result<()> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        transaction!(self, |c| note_list(c, &desk.actor(), action, count, desk.opened()));
        Ok(())
    }

    /// Logs that one person was looked up on the clinic's list.
    async fn note_looked_up(&self, desk: &Desk, person: PersonId, action: &'static str) -> Result<()> {
        transaction!(self, |c| note_about(c, (&desk.actor(), person), action, 1, desk.opened()));
        Ok(())
    }
}

/// A day from the database.
fn day(text: &str) -> Result<Date> {
    text.parse().map_err(|error: jiff::Error| RecordsError::Damaged { what: "a day", why: error.to_string() })
}
