//! The stores of `charley-records` on PostgreSQL, for several servers that share the load.
//!
//! Every transaction that writes is SERIALIZABLE and may run several times: when the server finds that two would disturb
//! each other it gives one up, and that one is run again, a bounded number of times. The connection uses TLS when the server
//! offers it; `sslmode=verify-full` in the address insists on it and on whom it talks to.

mod accounts;
mod audit;
mod checks;
mod clinic;
#[cfg(test)]
#[path = "../tests/engine/cluster.rs"]
mod cluster;
mod connect;
mod deletions;
mod diary;
mod maintenance;
mod migrate;
mod people;
mod reminders;
mod retry;
mod sql;
mod trials;

use std::path::{Path, PathBuf};

use charley_records::deletions::Deletions;
use charley_records::passwords::Passwords;
use charley_records::{RecordsError, Result, Store};
use sqlx::PgPool;

use retry::transaction;

/// A database on a server.
#[derive(Debug)]
pub struct PgStore {
    pool: PgPool,
    passwords: Passwords,
    deletions: Option<Deletions>,
    copy: Option<PathBuf>,
}

/// Name of the list of deletions in the folder of a server.
const DELETIONS: &str = "charley.deleted";

impl PgStore {
    /// The backup from before a migration, when connecting made one.
    pub fn copy(&self) -> Option<&Path> {
        self.copy.as_deref()
    }

    /// Where the list of deletions is for a server with this folder.
    pub fn deletions_in(folder: &Path) -> Deletions {
        Deletions::at(folder.join(DELETIONS))
    }

    /// A transaction that writes. It must be committed, and may be given up by the server.
    async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
        self.pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await.map_err(RecordsError::engine)
    }
}

impl Store for PgStore {}
