//! Connecting: making the tables, migrating them after a backup, refusing what is not ours.

use std::path::{Path, PathBuf};
use std::time::Duration;

use charley_records::backup::{Copies, make_folder};
use charley_records::{RecordsError, Result, chain};
use jiff::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};

use crate::maintenance::back_up;
use crate::sql::failed;
use crate::{PgStore, migrate};

/// Connections of one server.
const CONNECTIONS: u32 = 10;
/// How long a request waits for one.
const WAIT: Duration = Duration::from_secs(15);
/// The lock that a server holds while it looks at the version, backs up and migrates.
const OPENING: i64 = 0x0063_6861_726c_657a;

impl PgStore {
    /// Connects and brings the database to the newest version. An older one is first backed up into `folder`, as
    /// `NAME.before-vVERSION.TIME.charley`, a file that [`charley_records::maintenance::Maintenance::restore`] reads. Such
    /// backups are destroyed after [`charley_records::people::BACKUP_DAYS`]. The list of deletions lies in the same folder,
    /// as `charley.deleted`; each server has its own, and completes it whenever it starts.
    ///
    /// Without a folder there is no list, and an older database is refused.
    ///
    /// # Errors
    /// When the server cannot be reached, the database is of another program or of a newer one of ours, or the folder
    /// cannot be written.
    pub async fn connect(url: &str, folder: Option<&Path>, now: Timestamp) -> Result<Self> {
        Self::connect_with(url, &migrate::shipped(), folder, now).await
    }

    pub(crate) async fn connect_with(
        url: &str,
        migrator: &Migrator,
        folder: Option<&Path>,
        now: Timestamp,
    ) -> Result<Self> {
        let options = options(url)?.application_name("charley");
        let name = options.get_database().unwrap_or("charley").to_owned();
        // Servers that start at the same moment wait for each other: one of them backs up and migrates. The connection that
        // holds the lock is one of its own, so that the lock is gone when it is, however this ends.
        let mut lock = PgConnection::connect_with(&options).await.map_err(failed)?;
        sqlx::query("SELECT pg_advisory_lock($1)").bind(OPENING).execute(&mut lock).await.map_err(failed)?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(WAIT)
            .connect_with(options)
            .await
            .map_err(failed)?;
        let copies = folder.map(|folder| Copies::of(folder, &name, "charley"));
        let copy = migrate(&pool, migrator, copies.as_ref(), now).await?;
        if let Some(copies) = &copies {
            copies.forget(now);
        }
        let mut key = [0_u8; 32];
        getrandom::fill(&mut key)?;
        sqlx::query("INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(chain::KEY)
            .bind(&key[..])
            .execute(&pool)
            .await
            .map_err(failed)?;
        let deletions = folder.map(Self::deletions_in);
        let store = Self { pool, passwords: Default::default(), deletions, copy };
        store.settle_deletions(now).await?;
        lock.close().await.map_err(failed)?;
        Ok(store)
    }
}

/// Brings the database to the newest version; says where its backup from before is, when one was made.
async fn migrate(
    pool: &PgPool,
    migrator: &Migrator,
    copies: Option<&Copies>,
    now: Timestamp,
) -> Result<Option<PathBuf>> {
    let version = migrate::version(pool).await?;
    let newest = migrate::newest(migrator);
    if version > newest {
        return Err(RecordsError::Damaged {
            what: "the database",
            why: format!("it was made by a newer Charley (version {version}, this one knows {newest}). Use that one."),
        });
    }
    if version == newest {
        return Ok(None);
    }
    let mut copy = None;
    if version > 0 {
        let to = copies.map(|copies| copies.next(newest, now)).ok_or_else(|| {
            RecordsError::Backup(format!(
                "The database is of an older version ({version}, this Charley makes {newest} of it) and there is no \
                 folder for a backup from before. Name one with --data DIR."
            ))
        })?;
        if let Some(folder) = to.parent().filter(|folder| !folder.exists()) {
            let failed = |error| RecordsError::Backup(format!("cannot make {}: {error}", folder.display()));
            make_folder(folder).map_err(failed)?;
        }
        back_up(pool, &to, version, now).await?;
        copy = Some(to);
    }
    migrate::run(migrator, pool).await?;
    Ok(copy)
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

#[cfg(test)]
mod tests {
    use charley_records::deletions::Deleted;
    use charley_records::maintenance::Maintenance as _;
    use charley_records_stories::{maintenance, old, world};
    use sqlx::migrate::{Migration, MigrationType};

    use super::*;
    use crate::cluster;

    /// The shipped migrations and a made-up one, of the kinds that come: a column, and a table.
    fn next() -> Migrator {
        use sqlx::SqlSafeStr as _;
        let shipped = migrate::shipped();
        let sql = "ALTER TABLE person ADD COLUMN shoe TEXT NOT NULL DEFAULT 'left'; CREATE TABLE sock (id INT);";
        let version = migrate::newest(&shipped) + 1;
        let more = Migration::new(version, "next".into(), MigrationType::Simple, sql.into_sql_str(), false);
        Migrator::with_migrations(shipped.iter().cloned().chain([more]).collect())
    }

    fn files(folder: &Path) -> Vec<String> {
        let files = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A database as version 1 left it.
    async fn version_1() -> String {
        let address = cluster::database().await;
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/old/v1.sql");
        let mut psql = cluster::client("psql", &address);
        psql.args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null", "--file"]);
        assert!(psql.arg(fixture).status().unwrap().success());
        address
    }

    async fn version(address: &str) -> i64 {
        migrate::version(&PgPool::connect(address).await.unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn an_older_database_is_backed_up_and_then_migrated() {
        if !cluster::available() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("deep");
        let (address, next) = (version_1().await, next());
        let newest = migrate::newest(&next);
        let store = PgStore::connect_with(&address, &next, Some(&data), world::at(10)).await.unwrap();
        let name = address.split('?').next().and_then(|url| url.rsplit('/').next()).unwrap();
        let backup = format!("{name}.before-v{newest}.20261124T031000Z.charley");
        assert_eq!(store.copy(), Some(data.join(&backup).as_path()));
        assert_eq!(
            (version(&address).await, files(&data)),
            (newest, vec!["charley.deleted".to_owned(), backup.clone()])
        );
        // The backup holds what the old database held: it restores into a new one, with everything.
        let fresh = cluster::database().await;
        let restored = PgStore::connect(&fresh, None, world::at(10)).await.unwrap();
        restored.restore(&data.join(&backup), &Deleted::default(), world::at(10)).await.unwrap();
        old::opens_with_everything(&(std::sync::Arc::new(restored) as charley_records::SharedStore)).await;
        // Connected again it makes no second one; five weeks later the first is destroyed.
        let later = world::at(36 * 24 * 60);
        let again = PgStore::connect_with(&address, &next, Some(&data), later).await.unwrap();
        assert_eq!((again.copy(), files(&data)), (None, vec!["charley.deleted".to_owned()]));
    }

    #[tokio::test]
    async fn without_a_place_for_the_backup_nothing_is_migrated() {
        if !cluster::available() {
            return;
        }
        let (address, next) = (version_1().await, next());
        let before = version(&address).await;
        let error = PgStore::connect_with(&address, &next, None, world::at(10)).await.unwrap_err().to_string();
        assert!(error.contains("--data DIR"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        let error = PgStore::connect_with(&address, &next, Some(&file), world::at(10)).await.unwrap_err();
        assert!(matches!(error, RecordsError::Backup(_)), "{error}");
        assert_eq!(version(&address).await, before);
    }

    /// Two servers that start at the same moment on an older database make one backup, and it is from before.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_servers_migrate_once() {
        if !cluster::available() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let (address, next) = (version_1().await, next());
        let connect = || PgStore::connect_with(&address, &next, Some(folder.path()), world::at(10));
        let (one, two) = tokio::join!(connect(), connect());
        let made: Vec<PathBuf> =
            [one.unwrap(), two.unwrap()].iter().filter_map(|store| store.copy().map(Path::to_path_buf)).collect();
        assert_eq!(made.len(), 1);
        let people = maintenance::content(&made[0]).into_iter().find(|row| row.table.name == "person").unwrap();
        assert!(people.columns.iter().all(|column| column.name != "shoe"));
    }
}
