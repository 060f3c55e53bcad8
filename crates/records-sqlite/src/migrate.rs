//! The migrations. They only grow: a shipped one is never edited.

use std::borrow::Cow;

use charley_records::{RecordsError, Result};
use sqlx::SqlitePool;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// All migrations of this program.
pub fn shipped() -> Migrator {
    Migrator::with_migrations(vec![
        migration(1, "start", include_str!("../migrations/0001_start.sql")),
        migration(2, "clinic", include_str!("../migrations/0002_clinic.sql")),
    ])
}

/// One migration.
pub fn migration(version: i64, name: &'static str, sql: &'static str) -> Migration {
    use sqlx::SqlSafeStr as _;
    Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
}

/// The newest version that these migrations lead to.
pub fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Which version a database has; 0 for an empty one.
///
/// # Errors
/// When it is not one of ours.
pub async fn version(pool: &SqlitePool) -> Result<i64> {
    let query = "SELECT COUNT(*), COALESCE(SUM(name = '_sqlx_migrations'), 0) FROM sqlite_schema WHERE type = 'table'";
    let (tables, ours): (i64, i64) = sqlx::query_as(query).fetch_one(pool).await.map_err(unreadable)?;
    if tables == 0 {
        return Ok(0);
    }
    if ours == 0 {
        let why = "it is a database of another program. Choose another file.".to_owned();
        return Err(RecordsError::Damaged { what: "the database", why });
    }
    let newest = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations";
    sqlx::query_scalar(newest).fetch_one(pool).await.map_err(unreadable)
}

/// Brings a database to the newest version.
///
/// # Errors
/// When a migration fails; then the database has the version it had.
pub async fn run(migrator: &Migrator, pool: &SqlitePool) -> Result<()> {
    if migrator.run(pool).await.is_err() {
        // Another process may have migrated at the same moment; then there is nothing left to do.
        migrator.run(pool).await.map_err(RecordsError::engine)?;
    }
    Ok(())
}

fn unreadable(error: sqlx::Error) -> RecordsError {
    match &error {
        sqlx::Error::Database(_) => RecordsError::Damaged {
            what: "the database",
            why: format!("{error}. If the file is damaged, restore a backup: charley admin restore FILE."),
        },
        _ => RecordsError::engine(error),
    }
}
