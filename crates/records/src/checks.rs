//! Saved checks of a person.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{Access, CheckId, RecordsError, Result};

/// A saved check: the answers as the save file holds them, and what was said then.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Key.
    pub id: CheckId,
    /// When.
    pub at: Timestamp,
    /// Version of the knowledge that answered.
    pub knowledge: String,
    /// How urgent it said it was: the wire name of the disposition.
    pub disposition: String,
    /// The save file (JSON).
    pub answers: String,
}

/// Largest save file, in bytes.
const MOST_BYTES: usize = 256 * 1024;
/// Longest version or code.
const MOST_CODE_CHARS: usize = 100;

/// Checks what is to be kept.
///
/// # Errors
/// [`RecordsError::Invalid`].
pub fn check(check: &Check) -> Result<()> {
    let long = |text: &str| text.is_empty() || text.len() > MOST_CODE_CHARS;
    if check.id.0.is_nil() || long(&check.knowledge) || long(&check.disposition) {
        return Err(RecordsError::field("check", "This check is not complete. Please do it again."));
    }
    if check.answers.len() > MOST_BYTES || serde_json::from_str::<serde_json::Value>(&check.answers).is_err() {
        return Err(RecordsError::field("answers", "These answers cannot be kept. Please do the check again."));
    }
    Ok(())
}

/// Checks.
#[async_trait]
pub trait Checks {
    /// Keeps a check (right: write). The same id and content again is no second check.
    ///
    /// # Errors
    /// [`crate::RecordsError::Conflict`] when the id has other content.
    async fn save_check(&self, access: &Access, check: &Check) -> Result<()>;

    /// The person's checks, newest first (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn checks(&self, access: &Access) -> Result<Vec<Check>>;

    /// Deletes a check (right: write).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn delete_check(&self, access: &Access, check: CheckId, now: Timestamp) -> Result<()>;
}
