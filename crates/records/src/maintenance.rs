//! Backup, restore and the state of the database.

use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::Result;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupInfo {
    /// Rows by table.
    pub rows: Vec<(String, u64)>,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// Backup and restore.
#[async_trait]
pub trait Maintenance {
    /// Writes everything to one file, from one moment, while others read and write. The file appears whole or not at all.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    async fn backup(&self, to: &Path, now: Timestamp) -> Result<BackupInfo>;

    /// Reads a backup into this database, which must hold no account yet. All or nothing.
    ///
    /// # Errors
    /// When the file is damaged, of a newer version, or the database is in use.
    async fn restore(&self, from: &Path, now: Timestamp) -> Result<BackupInfo>;
}
