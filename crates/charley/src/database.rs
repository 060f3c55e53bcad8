//! Which database a command works on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use charley_records::SharedStore;
use charley_records::deletions::Deletions;
use charley_records_postgres::PgStore;
use charley_records_sqlite::SqliteStore;
use jiff::Timestamp;

/// Arguments.
#[derive(Debug, Default, clap::Args)]
pub struct Database {
    /// Folder of the records, or their file if it is there [default: `charley` in the data folder of this user]. With
    /// postgres://… it takes what lies beside the database: backups from before a new version, and the list of deletions.
    #[arg(long, global = true, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Database: a file, or postgres://USER@HOST/NAME with the password in PGPASSWORD or ~/.pgpass.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
}

/// Name of the file in the data folder.
const FILE: &str = "charley.db";

enum Place {
    File(PathBuf),
    Server {
        url: String,
        /// What lies beside the database; none when this user has no home and none was named.
        folder: Option<PathBuf>,
    },
}

impl Database {
    /// Opens the database; a file that is not there is made. Says where the copy is that was made before a migration.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(&self) -> anyhow::Result<SharedStore> {
        let now = Timestamp::now();
        let copied = |copy: Option<&Path>| {
            if let Some(copy) = copy {
                eprintln!("charley: brought the database to a new version. As it was before: {}", copy.display());
            }
        };
        Ok(match self.place()? {
            Place::File(path) => {
                let store = SqliteStore::open(&path, now).await;
                let store = store.with_context(|| format!("cannot open {}", path.display()))?;
                copied(store.copy());
                Arc::new(store)
            }
            Place::Server { url, folder } => {
                let store = PgStore::connect(&url, folder.as_deref(), now).await.context("cannot open the database")?;
                copied(store.copy());
                Arc::new(store)
            }
        })
    }

    /// Opens the database, which must be there.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub async fn open_existing(&self) -> anyhow::Result<SharedStore> {
        if let Place::File(path) = self.place()? {
            anyhow::ensure!(
                path.is_file(),
                "there is no database at {}: name its folder with --data, or the database with --database",
                path.display()
            );
        }
        self.open().await
    }

    /// The list of deletions that belongs to the database; none when there is no place for one.
    ///
    /// # Errors
    /// When the database is named in a way that cannot be.
    pub fn deletions(&self) -> anyhow::Result<Option<Deletions>> {
        Ok(match self.place()? {
            Place::File(path) => Some(SqliteStore::deletions_of(&path)),
            Place::Server { folder, .. } => folder.as_deref().map(PgStore::deletions_in),
        })
    }

    fn place(&self) -> anyhow::Result<Place> {
        let home = || data_folder(|name| std::env::var_os(name).map(PathBuf::from));
        Ok(match (&self.database, &self.data) {
            (Some(url), data) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Place::Server { url: url.clone(), folder: data.clone().or_else(home) }
            }
            (Some(_), Some(_)) => anyhow::bail!("--database names a file: --data beside it says nothing, leave it out"),
            (Some(file), None) => Place::File(file.into()),
            (None, Some(file)) if file.is_file() => Place::File(file.clone()),
            (None, Some(folder)) => Place::File(folder.join(FILE)),
            (None, None) => {
                Place::File(home().context("this user has no home folder: name a folder with --data")?.join(FILE))
            }
        })
    }
}

/// The folder where this system keeps the data of programs. The standard says to pass over a relative path.
fn data_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let folder = |name| variable(name).filter(|path| path.is_absolute());
    let data = if cfg!(windows) {
        folder("APPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")))
    };
    data.map(|data| data.join("charley"))
}

#[cfg(all(test, not(windows), not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn a_folder_beside_a_server_takes_the_list_and_a_file_has_its_own() {
        let list = |data: Option<&str>, database: Option<&str>| {
            let database = Database { data: data.map(PathBuf::from), database: database.map(str::to_owned) };
            database.deletions().map(|list| list.map(|list| list.path().display().to_string()))
        };
        let server = Some("postgres://charley@localhost/legs");
        assert_eq!(list(Some("/data"), server).unwrap().as_deref(), Some("/data/charley.deleted"));
        assert_eq!(list(Some("/data"), None).unwrap().as_deref(), Some("/data/charley.deleted"));
        assert_eq!(list(None, Some("/data/legs.db")).unwrap().as_deref(), Some("/data/legs.deleted"));
        assert!(list(Some("/data"), Some("/data/legs.db")).is_err());
    }

    #[test]
    fn the_data_folder_is_where_the_standard_says() {
        let folder = |xdg: &str, home: &str| {
            let variable = |name: &str| Some(PathBuf::from(if name == "HOME" { home } else { xdg }));
            data_folder(variable).map(|path| path.display().to_string())
        };
        assert_eq!(folder("/data", "/home/ann").as_deref(), Some("/data/charley"));
        assert_eq!(folder("data", "/home/ann").as_deref(), Some("/home/ann/.local/share/charley"));
        assert_eq!(folder("", "/home/ann").as_deref(), Some("/home/ann/.local/share/charley"));
        assert_eq!(folder("", ""), None);
    }
}
