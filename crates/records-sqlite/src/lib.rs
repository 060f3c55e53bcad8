//! The stores of `charley-records` on SQLite: one file, nothing to set up.
//!
//! One connection writes, and every transaction on it begins immediate: a deferred one that turns from reading to writing
//! fails as soon as another process has written meanwhile, and no timeout saves it. Readers are read-only. The log is WAL
//! with `synchronous=FULL`: what was acknowledged survives a power cut. What is deleted is overwritten (`secure_delete`).
//! Another process, such as `charley admin`, may use the same file at the same time.

mod accounts;
mod audit;
mod checks;
mod clinic;
mod deletions;
mod diary;
mod maintenance;
mod migrate;
mod open;
mod people;
mod reminders;
mod sql;
mod trials;

use std::path::{Path, PathBuf};

use charley_records::deletions::Deletions;
use charley_records::passwords::Passwords;
use charley_records::{RecordsError, Result, Store};
use sqlx::SqlitePool;

/// A database file, or one in memory.
#[derive(Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    reader: SqlitePool,
    passwords: Passwords,
    deletions: Option<Deletions>,
    copy: Option<PathBuf>,
}

impl SqliteStore {
    /// The copy of the file from before a migration, when opening it made one.
    pub fn copy(&self) -> Option<&Path> {
        self.copy.as_deref()
    }

    /// Where the list of deletions of a database file is: beside it, as `NAME.deleted`.
    pub fn deletions_of(path: &Path) -> Deletions {
        Deletions::at(path.with_extension("deleted"))
    }

    /// A transaction that writes. It must be committed.
    async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(RecordsError::engine)
    }
}

impl Store for SqliteStore {}

/// Runs work in a transaction that writes, and commits it when it went well.
macro_rules! transaction {
    ($store:expr, |$connection:ident| $work:expr) => {{
        let mut transaction = $store.begin().await?;
        let value = {
            let $connection = &mut *transaction;
            $work.await?
        };
        transaction.commit().await.map_err(charley_records::RecordsError::engine)?;
        value
    }};
}
use transaction;
