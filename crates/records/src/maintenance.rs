//! Backup, restore and the state of the database.

use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::Result;
use crate::deletions::Deleted;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupInfo {
    /// Rows by table.
    pub rows: Vec<(String, u64)>,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the backup held.
    pub backup: BackupInfo,
    /// People whom it held and who had been deleted since: they were deleted again.
    pub people_kept_out: u64,
    /// The same of accounts that had been closed.
    pub accounts_kept_out: u64,
}

/// Backup, restore and closing.
#[async_trait]
pub trait Maintenance {
    /// Writes everything to one file, from one moment, while others read and write. The file appears whole or not at all.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    async fn backup(&self, to: &Path, now: Timestamp) -> Result<BackupInfo>;

    /// Reads a backup into this database, which must hold no account yet. All or nothing. Whoever is on the database's own
    /// list of deletions or on `deleted` does not come back, and is on its own list from then on. An account that still
    /// owns somebody stays.
    ///
    /// # Errors
    /// When the file is damaged, of a newer version, or the database is in use.
    async fn restore(&self, from: &Path, deleted: &Deleted, now: Timestamp) -> Result<Restored>;

    /// Lets go of the database: what waits is done, and later calls fail.
    async fn close(&self);
}
