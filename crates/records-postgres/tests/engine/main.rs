//! The stories of every engine, on a private PostgreSQL.

#![allow(missing_docs, clippy::unwrap_used, reason = "a test, and the stories have documentation of their own")]

mod cluster;
mod old;

use std::sync::Arc;

use async_trait::async_trait;
use charley_records::SharedStore;
use charley_records::deletions::Deleted;
use charley_records::maintenance::Maintenance as _;
use charley_records_postgres::PgStore;
use charley_records_sqlite::SqliteStore;
use charley_records_stories::{Engine, at_work, maintenance, stories, world};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use uuid::Uuid;

struct Server {
    address: String,
    store: SharedStore,
}

#[async_trait]
impl Engine for Server {
    fn available() -> bool {
        cluster::available()
    }

    async fn fresh() -> Self {
        let address = cluster::database().await;
        let store = Arc::new(PgStore::connect(&address, None, world::at(0)).await.unwrap());
        Self { address, store }
    }

    type Place = ();

    fn address(&self) -> String {
        self.address.clone()
    }

    async fn open(address: &str) -> SharedStore {
        Arc::new(PgStore::connect(address, None, world::at(0)).await.unwrap())
    }

    fn close(self) {}

    fn store(&self) -> SharedStore {
        self.store.clone()
    }

    async fn tables_holding(&self, id: Uuid) -> Vec<String> {
        let mut c = PgConnection::connect(&self.address).await.unwrap();
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT table_name::text, column_name::text FROM information_schema.columns
             WHERE table_schema = 'public' ORDER BY 1",
        )
        .fetch_all(&mut c)
        .await
        .unwrap();
        let mut tables = Vec::new();
        for (table, column) in columns {
            let sql = format!("SELECT COUNT(*) FROM \"{table}\" WHERE \"{column}\"::text LIKE $1");
            let like = format!("%{id}%");
            let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).bind(like).fetch_one(&mut c).await.unwrap();
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
        let mut c = PgConnection::connect(&self.address).await.unwrap();
        let query = ids.iter().fold(sqlx::query(text), |query, id| query.bind(*id));
        query.execute(&mut c).await.unwrap().rows_affected()
    }
}

stories!(Server);

/// The backup file knows no engine.
#[tokio::test]
async fn a_backup_of_one_engine_restores_into_the_other() {
    if !Server::available() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let furnished = Server::fresh().await;
    maintenance::furnish(&furnished.store).await;
    at_work::fill(&furnished).await;
    furnished.store.backup(&file("zero"), world::at(3)).await.unwrap();
    let sqlite: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
    sqlite.restore(&file("zero"), &Deleted::default(), world::at(3)).await.unwrap();
    sqlite.backup(&file("one"), world::at(3)).await.unwrap();
    let server = Server::fresh().await;
    server.store.restore(&file("one"), &Deleted::default(), world::at(4)).await.unwrap();
    server.store.link_audit(world::at(4)).await.unwrap();
    assert_eq!(server.store.verify_audit().await.unwrap().fault, None);
    server.store.backup(&file("two"), world::at(5)).await.unwrap();
    let back = SqliteStore::in_memory().await.unwrap();
    back.restore(&file("two"), &Deleted::default(), world::at(6)).await.unwrap();
    back.backup(&file("three"), world::at(7)).await.unwrap();
    assert_eq!(maintenance::content(&file("three")), maintenance::content(&file("two")));
    let without_heads = |name| -> Vec<_> {
        maintenance::content(&file(name)).into_iter().filter(|row| row.table.name != "audit_head").collect()
    };
    assert_eq!(without_heads("two"), without_heads("one"));
}

/// A database of a newer program, or of another one, is left alone.
#[tokio::test]
async fn a_newer_or_foreign_database_is_refused() {
    if !Server::available() {
        return;
    }
    let newer = Server::fresh().await;
    newer.sql("UPDATE _sqlx_migrations SET version = version + 100").await;
    let error = PgStore::connect(&newer.address, None, world::at(0)).await.unwrap_err().to_string();
    assert!(error.contains("it was made by a newer Charley (version 10"), "{error}");
    let foreign = cluster::database().await;
    let mut c = PgConnection::connect(&foreign).await.unwrap();
    sqlx::query("CREATE TABLE bookmark (id INT)").execute(&mut c).await.unwrap();
    let error = PgStore::connect(&foreign, None, world::at(0)).await.unwrap_err().to_string();
    assert!(error.contains("another program"), "{error}");
    let error = PgStore::connect("mysql://x", None, world::at(0)).await.unwrap_err().to_string();
    assert!(error.contains("postgres://USER:PASSWORD@HOST/DATABASE"), "{error}");
}

/// Servers that start at the same moment on an empty database do not disturb each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_start_at_once() {
    if !Server::available() {
        return;
    }
    let address = cluster::database().await;
    let (one, two) =
        tokio::join!(PgStore::connect(&address, None, world::at(0)), PgStore::connect(&address, None, world::at(0)));
    let (one, two) = (Arc::new(one.unwrap()) as SharedStore, Arc::new(two.unwrap()) as SharedStore);
    world::ann(&one).await;
    assert_eq!(two.account_named("ann").await.unwrap().login, "ann");
}
