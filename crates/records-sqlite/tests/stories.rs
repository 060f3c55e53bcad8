//! The stories of every engine, on SQLite files.

#![allow(missing_docs, clippy::unwrap_used, reason = "a test, and the stories have documentation of their own")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use charley_records::SharedStore;
use charley_records_sqlite::SqliteStore;
use charley_records_stories::{Engine, stories, world};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use uuid::Uuid;

struct File {
    folder: tempfile::TempDir,
    path: PathBuf,
    store: SharedStore,
}

impl File {
    /// Another connection, as another program would have.
    async fn connect(&self) -> SqliteConnection {
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&self.path)).await.unwrap()
    }
}

#[async_trait]
impl Engine for File {
    async fn fresh() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("charley.db");
        let store = Arc::new(SqliteStore::open(&path, world::at(0)).await.unwrap());
        Self { folder, path, store }
    }

    type Place = tempfile::TempDir;

    fn address(&self) -> String {
        self.path.to_str().unwrap().to_owned()
    }

    async fn open(address: &str) -> SharedStore {
        Arc::new(SqliteStore::open(Path::new(address), world::at(0)).await.unwrap())
    }

    fn close(self) -> tempfile::TempDir {
        self.folder
    }

    fn store(&self) -> SharedStore {
        self.store.clone()
    }

    async fn tables_holding(&self, id: Uuid) -> Vec<String> {
        let mut c = self.connect().await;
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY 1",
        )
        .fetch_all(&mut c)
        .await
        .unwrap();
        let mut tables = Vec::new();
        for (table, column) in columns {
            let sql = format!("SELECT COUNT(*) FROM \"{table}\" WHERE \"{column}\" = $1 OR \"{column}\" LIKE $2");
            let like = format!("%{id}%");
            let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).bind(id).bind(like).fetch_one(&mut c).await.unwrap();
            if rows > 0 && !tables.contains(&table) {
                tables.push(table);
            }
        }
        tables
    }

    async fn sql(&self, text: &'static str) -> u64 {
        self.sql_with(text, &[]).await
    }

    async fn sql_with(&self, text: &'static str, ids: &[Uuid]) -> u64 {
        let query = ids.iter().fold(sqlx::query(text), |query, id| query.bind(*id));
        query.execute(&mut self.connect().await).await.unwrap().rows_affected()
    }
}

stories!(File);

/// What other test programs use: everything on one connection, without a file.
#[tokio::test]
async fn a_database_in_memory_does_the_same() {
    let store: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
    charley_records_stories::maintenance::furnish(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.charley");
    let info = store.backup(&file, world::at(3)).await.unwrap();
    let other = SqliteStore::in_memory().await.unwrap();
    let restored = charley_records::maintenance::Maintenance::restore(&other, &file, world::at(4)).await.unwrap();
    assert_eq!(restored, info);
}
