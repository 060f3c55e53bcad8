//! Connecting.

use std::time::Duration;

use charley_records::{RecordsError, Result, chain};
use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::sql::failed;
use crate::{PgStore, migrate};

/// Connections of one server.
const CONNECTIONS: u32 = 10;
/// How long a request waits for one.
const WAIT: Duration = Duration::from_secs(15);

impl PgStore {
    /// Connects and brings the database to the newest version. The database is backed up by whoever runs it: do so before
    /// a new version of the program connects (`charley admin backup` of the old one, or `pg_dump`).
    ///
    /// # Errors
    /// When the server cannot be reached, or the database is of another program or of a newer one of ours.
    pub async fn connect(url: &str, _now: Timestamp) -> Result<Self> {
        let options = options(url)?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(WAIT)
            .connect_with(options.application_name("charley"))
            .await
            .map_err(failed)?;
        migrate::run(&migrate::shipped(), &pool).await?;
        let mut key = [0_u8; 32];
        getrandom::fill(&mut key)?;
        sqlx::query("INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(chain::KEY)
            .bind(&key[..])
            .execute(&pool)
            .await
            .map_err(failed)?;
        Ok(Self { pool, passwords: Default::default() })
    }
}

fn options(url: &str) -> Result<PgConnectOptions> {
    let refused = |why: &str| RecordsError::Damaged {
        what: "the address of the database",
        why: format!("{why}. Write it as postgres://USER:PASSWORD@HOST/DATABASE."),
    };
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(refused("it does not begin with postgres://"));
    }
    url.parse().map_err(|error: sqlx::Error| refused(&error.to_string()))
}
