//! Opening a database: making it, migrating it, refusing what is not ours.

use std::path::{Path, PathBuf};
use std::time::Duration;

use charley_records::backup::{Copies, make_folder};
use charley_records::deletions::Deletions;
use charley_records::{RecordsError, Result, chain};
use jiff::Timestamp;
use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::sql::failed;
use crate::{SqliteStore, migrate};

/// How long a write waits for another process that writes.
const BUSY: Duration = Duration::from_secs(15);
/// Readers at once.
const READERS: u32 = 4;

impl SqliteStore {
    /// Opens a database file; makes it and its folder when there is none. An older file is first copied to
    /// `NAME.before-vVERSION.TIME.db` beside it and then migrated; such copies are destroyed after
    /// [`charley_records::people::BACKUP_DAYS`]. The list of deletions lies beside it as `NAME.deleted`; whoever is on it
    /// is deleted again, should an old file have been put in the place of the newer one.
    ///
    /// # Errors
    /// When the file cannot be made or read, is not one of ours, or was made by a newer program.
    pub async fn open(path: &Path, now: Timestamp) -> Result<Self> {
        Self::open_with(path, &migrate::shipped(), now).await
    }

    /// A database in memory, on one connection: for tests.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn in_memory() -> Result<Self> {
        let options = options(SqliteConnectOptions::new().filename(":memory:"));
        let writer = one_connection().connect_with(options).await.map_err(failed)?;
        migrate::run(&migrate::shipped(), &writer).await?;
        Self::ready(writer.clone(), writer, None, None).await
    }

    pub(crate) async fn open_with(path: &Path, migrator: &Migrator, now: Timestamp) -> Result<Self> {
        prepare(path)?;
        let writing = options(SqliteConnectOptions::new().filename(path)).journal_mode(SqliteJournalMode::Wal);
        let writer = one_connection().connect_with(writing).await.map_err(|error| unopened(path, error))?;
        let version = migrate::version(&writer).await?;
        let newest = migrate::newest(migrator);
        if version > newest {
            return Err(RecordsError::Damaged {
                what: "the database",
                why: format!(
                    "it was made by a newer Charley (version {version}, this one knows {newest}). Use that one."
                ),
            });
        }
        let copies = copies(path);
        let mut copied = None;
        if version < newest {
            if version > 0 {
                let to = copies.next(newest, now);
                copy(&writer, &to).await?;
                copied = Some(to);
            }
            migrate::run(migrator, &writer).await?;
        }
        copies.forget(now);
        let reading = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY);
        let reader = SqlitePoolOptions::new().max_connections(READERS).connect_with(reading).await.map_err(failed)?;
        let store = Self::ready(writer, reader, Some(Self::deletions_of(path)), copied).await?;
        store.settle_deletions(now).await?;
        Ok(store)
    }

    async fn ready(
        writer: SqlitePool,
        reader: SqlitePool,
        deletions: Option<Deletions>,
        copy: Option<PathBuf>,
    ) -> Result<Self> {
        let mut key = [0_u8; 32];
        getrandom::fill(&mut key)?;
        let known = sqlx::query("SELECT 1 FROM secret WHERE name = $1").bind(chain::KEY);
        if known.fetch_optional(&writer).await.map_err(failed)?.is_none() {
            let insert = "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            sqlx::query(insert).bind(chain::KEY).bind(&key[..]).execute(&writer).await.map_err(failed)?;
        }
        Ok(Self { writer, reader, passwords: Default::default(), deletions, copy })
    }
}

fn options(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.foreign_keys(true).synchronous(SqliteSynchronous::Full).busy_timeout(BUSY).pragma("secure_delete", "ON")
}

fn one_connection() -> SqlitePoolOptions {
    // A write waits its turn for as long as others may take.
    SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None)
}

/// Makes folder and file, for their owner only: they hold health data.
fn prepare(path: &Path) -> Result<()> {
    let failed = |error| unopened(path, sqlx::Error::Io(error));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        make_folder(folder).map_err(failed)?;
    }
    let mut file = std::fs::OpenOptions::new();
    file.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path).map(|_| ()).map_err(failed)
}

fn unopened(path: &Path, error: sqlx::Error) -> RecordsError {
    RecordsError::Damaged { what: "the database", why: format!("{}: {error}", path.display()) }
}

/// Copies lie beside the file.
fn copies(path: &Path) -> Copies {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Copies::of(path.parent().unwrap_or(Path::new("")), &name, "db")
}

/// A copy of the whole database, what lies in the log included.
async fn copy(writer: &SqlitePool, to: &Path) -> Result<()> {
    // SQLite fills an existing empty file, which is made for its owner only.
    prepare(to)?;
    sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy()).execute(writer).await.map_err(failed)?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(|error| failed(sqlx::Error::Io(error)))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const NOW: &str = "2026-11-24T03:00:00Z";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn next() -> Migrator {
        let mut migrations: Vec<_> = migrate::shipped().iter().cloned().collect();
        let version = migrate::newest(&migrate::shipped()) + 1;
        migrations.push(migrate::migration(version, "next", "ALTER TABLE person ADD COLUMN shoe TEXT"));
        Migrator::with_migrations(migrations)
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
        names
    }

    #[tokio::test]
    async fn an_older_file_is_copied_and_then_migrated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/charley.db");
        drop(SqliteStore::open(&path, now()).await.unwrap());
        let newest = migrate::newest(&next());
        let store = SqliteStore::open_with(&path, &next(), now()).await.unwrap();
        assert_eq!(migrate::version(&store.writer).await.unwrap(), newest);
        let copy = format!("charley.before-v{newest}.20261124T030000Z.db");
        assert_eq!(store.copy(), Some(path.with_file_name(&copy).as_path()));
        drop(store);
        assert_eq!(names(&folder.path().join("deep")), [&copy, "charley.db", "charley.deleted"]);
        let moved = folder.path().join("moved/charley.db");
        prepare(&moved).unwrap();
        std::fs::copy(path.with_file_name(&copy), &moved).unwrap();
        let copied = SqliteStore::open(&moved, now()).await.unwrap();
        assert_eq!(migrate::version(&copied.writer).await.unwrap(), newest - 1);
        drop(copied);
        // Opened again it makes no second copy; five weeks later the first is destroyed.
        let later = now() + SignedDuration::from_hours(24 * 36);
        let again = SqliteStore::open_with(&path, &next(), later).await.unwrap();
        assert_eq!(
            (again.copy(), names(&folder.path().join("deep"))),
            (None, vec!["charley.db".to_owned(), "charley.deleted".to_owned()])
        );
    }

    #[tokio::test]
    async fn a_newer_file_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("charley.db");
        drop(SqliteStore::open_with(&path, &next(), now()).await.unwrap());
        let error = SqliteStore::open(&path, now()).await.unwrap_err().to_string();
        let newest = migrate::newest(&next());
        assert!(error.contains(&format!("newer Charley (version {newest}, this one knows {})", newest - 1)), "{error}");
    }

    #[tokio::test]
    async fn other_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("letter.txt");
        std::fs::write(&text, "Dear doctor, this is no database. ".repeat(200)).unwrap();
        let error = SqliteStore::open(&text, now()).await.unwrap_err();
        assert!(matches!(error, RecordsError::Damaged { .. }), "{error}");
        let other = folder.path().join("other.db");
        let pool = one_connection()
            .connect_with(SqliteConnectOptions::new().filename(&other).create_if_missing(true))
            .await
            .unwrap();
        sqlx::query("CREATE TABLE bookmark (id INTEGER)").execute(&pool).await.unwrap();
        drop(pool);
        let error = SqliteStore::open(&other, now()).await.unwrap_err().to_string();
        assert!(error.contains("another program"), "{error}");
    }

    #[tokio::test]
    async fn what_is_acknowledged_is_on_disk_and_deleted_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("a.db"), now()).await.unwrap();
        let pragma = async |name: &'static str| -> String {
            let row = sqlx::query(name).fetch_one(&store.writer).await.unwrap();
            use sqlx::Row as _;
            row.try_get::<i64, _>(0).map_or_else(|_| row.get::<String, _>(0), |number| number.to_string())
        };
        assert_eq!(pragma("PRAGMA journal_mode").await, "wal");
        assert_eq!(pragma("PRAGMA synchronous").await, "2");
        assert_eq!(pragma("PRAGMA foreign_keys").await, "1");
        assert_eq!(pragma("PRAGMA secure_delete").await, "1");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/a.db");
        let _store = SqliteStore::open(&path, now()).await.unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&folder.path().join("deep")), 0o700);
    }
}
