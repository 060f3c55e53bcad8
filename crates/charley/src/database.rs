//! Which database a command works on.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use charley_records::SharedStore;
use charley_records_postgres::PgStore;
use charley_records_sqlite::SqliteStore;
use jiff::Timestamp;

/// Arguments.
#[derive(Debug, Default, clap::Args)]
pub struct Database {
    /// Folder of the records, or their file if it is there [default: `charley` in the data folder of this user].
    #[arg(long, global = true, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Database: a file, or postgres://USER@HOST/NAME with the password in PGPASSWORD or ~/.pgpass.
    #[arg(long, global = true, value_name = "URL", conflicts_with = "data")]
    database: Option<String>,
}

/// Name of the file in the data folder.
const FILE: &str = "charley.db";

enum Place {
    File(PathBuf),
    Server(String),
}

impl Database {
    /// Opens the database; a file that is not there is made.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(&self) -> anyhow::Result<SharedStore> {
        let now = Timestamp::now();
        Ok(match self.place()? {
            Place::File(path) => {
                let store = SqliteStore::open(&path, now).await;
                Arc::new(store.with_context(|| format!("cannot open {}", path.display()))?)
            }
            Place::Server(url) => Arc::new(PgStore::connect(&url, now).await.context("cannot open the database")?),
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

    fn place(&self) -> anyhow::Result<Place> {
        Ok(match (&self.database, &self.data) {
            (Some(url), _) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Place::Server(url.clone())
            }
            (Some(file), _) => Place::File(file.into()),
            (None, Some(file)) if file.is_file() => Place::File(file.clone()),
            (None, Some(folder)) => Place::File(folder.join(FILE)),
            (None, None) => {
                let folder = data_folder(|name| std::env::var_os(name).map(PathBuf::from));
                Place::File(folder.context("this user has no home folder: name a folder with --data")?.join(FILE))
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
