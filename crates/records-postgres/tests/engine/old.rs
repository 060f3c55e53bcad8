//! Databases that older releases made open in this one.
//!
//! `old/v1.sql` was made by `make_the_fixture` when version 1 shipped. It is never made again: a new version adds a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use charley_records::SharedStore;
use charley_records::deletions::Deleted;
use charley_records_postgres::PgStore;
use charley_records_stories::{Engine as _, maintenance, old, world};

use crate::{Server, cluster};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/old/v1.sql")
}

#[tokio::test]
async fn a_database_of_version_1_opens() {
    if !Server::available() {
        return;
    }
    let address = cluster::database().await;
    let mut psql = cluster::client("psql", &address);
    psql.args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null", "--file"]).arg(fixture());
    assert!(psql.status().unwrap().success());
    let folder = tempfile::tempdir().unwrap();
    let store: SharedStore = Arc::new(PgStore::connect(&address, Some(folder.path()), world::at(9)).await.unwrap());
    old::opens_with_everything(&store).await;
    // The backup from before restores, into the tables of today.
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    let copies: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|end| end == "charley")).collect();
    assert!(copies.len() == 1 && copies[0].to_string_lossy().contains(".before-v2."), "{copies:?}");
    let restored = Server::fresh().await.store();
    restored.restore(&copies[0], &Deleted::default(), world::at(9)).await.unwrap();
    assert_eq!(restored.verify_audit().await.unwrap().fault, None);
}

#[tokio::test]
#[ignore = "makes tests/old/v1.sql; only once, when the version shipped"]
async fn make_the_fixture() {
    assert!(!fixture().exists(), "a shipped fixture is never made again");
    let server = Server::fresh().await;
    maintenance::furnish(&server.store()).await;
    let mut dump = cluster::client("pg_dump", &server.address());
    dump.args(["--inserts", "--no-owner", "--no-comments", "--file"]).arg(fixture());
    assert!(dump.status().unwrap().success());
    // Commands of this very psql: others need not know them.
    let text = std::fs::read_to_string(fixture()).unwrap();
    let plain: Vec<&str> = text.lines().filter(|line| !line.starts_with('\\')).collect();
    std::fs::write(fixture(), plain.join("\n") + "\n").unwrap();
}
