//! The PostgreSQL of this test program, started by the first test.

use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use charley_cluster::{Cluster, Disk, MISSING, installed, start};

static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);

fn cluster() -> Option<&'static Cluster> {
    CLUSTER.get_or_init(|| installed().then(|| start(Disk::Unsynced).expect("PostgreSQL starts"))).as_ref()
}

/// Whether the tests can run. Where PostgreSQL is missing they say so and are skipped; in the gate they fail.
pub fn available() -> bool {
    if cluster().is_some() {
        return true;
    }
    assert!(std::env::var_os("CHARLEY_GATE").is_none_or(|gate| gate != "1"), "{MISSING}");
    eprintln!("SKIPPED. {MISSING}.");
    false
}

/// The address of a new, empty database.
pub async fn database() -> String {
    use sqlx::{AssertSqlSafe, Connection as _};
    let cluster = cluster().expect("the tests were found to be able to run");
    let name = format!("story_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    // Over a connection, which the many tests that run side by side share the processor with better than with a program each.
    let mut c = sqlx::PgConnection::connect(&cluster.address("postgres")).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut c).await.unwrap();
    cluster.address(&name)
}

/// A client program of this PostgreSQL, such as `psql`, for a database.
pub fn client(program: &str, address: &str) -> Command {
    cluster().expect("the tests were found to be able to run").client(program, address)
}
