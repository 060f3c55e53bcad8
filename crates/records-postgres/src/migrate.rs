//! The migrations. They only grow: a shipped one is never edited.

use std::borrow::Cow;

use charley_records::{RecordsError, Result};
use sqlx::PgPool;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::sql::failed;

/// All migrations of this program.
pub fn shipped() -> Migrator {
    Migrator::with_migrations(vec![
        migration(1, "start", include_str!("../migrations/0001_start.sql")),
        migration(2, "clinic", include_str!("../migrations/0002_clinic.sql")),
    ])
}

/// One migration.
fn migration(version: i64, name: &'static str, sql: &'static str) -> Migration {
    use sqlx::SqlSafeStr as _;
    Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
}

/// The newest version that these migrations lead to.
pub fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Brings a database to the newest version. Each migration is one transaction.
///
/// # Errors
/// When a migration fails.
pub async fn run(migrator: &Migrator, pool: &PgPool) -> Result<()> {
    migrator.run(pool).await.map_err(RecordsError::engine)
}

/// Which version a database has; 0 for an empty one.
///
/// # Errors
/// When it is of another program.
pub async fn version(pool: &PgPool) -> Result<i64> {
    let query = "SELECT COUNT(*), COUNT(*) FILTER (WHERE tablename = '_sqlx_migrations')
                 FROM pg_tables WHERE schemaname = current_schema()";
    let (tables, ours): (i64, i64) = sqlx::query_as(query).fetch_one(pool).await.map_err(failed)?;
    if tables == 0 {
        return Ok(0);
    }
    if ours == 0 {
        let why = "it holds tables of another program. Give Charley a database of its own.".to_owned();
        return Err(RecordsError::Damaged { what: "the database", why });
    }
    let newest = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations";
    sqlx::query_scalar(newest).fetch_one(pool).await.map_err(failed)
}
