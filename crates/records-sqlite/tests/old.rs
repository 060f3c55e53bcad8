//! Databases that older releases made open in this one.
//!
//! `old/v1.db` was made by `make_the_fixture` when version 1 shipped. It is never made again: a new version adds a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use charley_records::SharedStore;
use charley_records_sqlite::SqliteStore;
use charley_records_stories::{maintenance, old, world};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/old/v1.db")
}

#[tokio::test]
async fn a_database_of_version_1_opens() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("charley.db");
    std::fs::copy(fixture(), &file).unwrap();
    let store: SharedStore = Arc::new(SqliteStore::open(&file, world::at(10)).await.unwrap());
    old::opens_with_everything(&store).await;
}

#[tokio::test]
#[ignore = "makes tests/old/v1.db; only once, when the version shipped"]
async fn make_the_fixture() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("charley.db");
    let store: SharedStore = Arc::new(SqliteStore::open(&file, world::at(0)).await.unwrap());
    maintenance::furnish(&store).await;
    drop(store);
    // Its connections close on threads of their own.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut c = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    // Small pages: most tables hold a row or two. The page size changes only outside WAL.
    for sql in ["PRAGMA journal_mode = DELETE", "PRAGMA page_size = 512", "VACUUM"] {
        sqlx::query(sql).execute(&mut c).await.unwrap();
    }
    c.close().await.unwrap();
    assert!(!fixture().exists(), "a shipped fixture is never made again");
    std::fs::copy(&file, fixture()).unwrap();
}
