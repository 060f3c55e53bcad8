//! Saved checks of a person.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{Access, CheckId, Result};

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
