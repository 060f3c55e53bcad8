//! A private PostgreSQL for one test program: made at the first test, gone when the program ends, however it ends.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes the cluster, says where it is, and waits for the end of its input. That comes when the test program is gone, even
/// when it was killed. `fsync=off`: the machine does not lose power during a test, and only clients are killed.
const SCRIPT: &str = r#"
set -eu
dir=$(mktemp -d /tmp/charley-postgres.XXXXXX)
"$BIN/initdb" -D "$dir/data" -U charley -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1
"$BIN/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=200 >>"$dir/log" 2>&1 &
pid=$!
trap 'kill -INT $pid 2>/dev/null; wait $pid; rm -rf "$dir"' EXIT
until "$BIN/pg_isready" -q -h "$dir"; do kill -0 $pid; sleep 0.05; done
echo "$dir"
cat >/dev/null
"#;

struct Cluster {
    folder: String,
    binaries: PathBuf,
    _supervisor: Child,
}

static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(1);

fn cluster() -> Option<&'static Cluster> {
    CLUSTER.get_or_init(|| binaries().map(start)).as_ref()
}

/// Whether the tests can run. Where PostgreSQL is missing they say so and are skipped; in the gate they fail.
pub fn available() -> bool {
    if cluster().is_some() {
        return true;
    }
    let missing = "PostgreSQL is missing: install it (apt-get install postgresql) or put initdb on the PATH";
    assert!(std::env::var_os("CHARLEY_GATE").is_none_or(|gate| gate != "1"), "{missing}");
    eprintln!("SKIPPED. {missing}.");
    false
}

/// The folder with the programs of the newest PostgreSQL here.
fn binaries() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = installed
        .filter_map(|folder| Some((folder.file_name().to_str()?.parse().ok()?, folder.path().join("bin"))))
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

fn start(binaries: PathBuf) -> Cluster {
    // initdb refuses root.
    let root = text("id", &["-u"]) == "0";
    let user = ["postgres", "nobody"].into_iter().find(|user| !text("id", &["-u", user]).is_empty());
    let mut command = match user {
        Some(user) if root => {
            let mut command = Command::new("su");
            command.args(["-s", "/bin/sh", user, "-c", SCRIPT]);
            command
        }
        _ => {
            let mut command = Command::new("sh");
            command.args(["-c", SCRIPT]);
            command
        }
    };
    let mut supervisor = command
        .env("BIN", &binaries)
        .current_dir("/tmp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sh or su can be started");
    let mut folder = String::new();
    let output = supervisor.stdout.take().expect("it was piped");
    BufReader::new(output).read_line(&mut folder).expect("the supervisor answers");
    let folder = folder.trim().to_owned();
    assert!(!folder.is_empty(), "PostgreSQL did not start: see /tmp/charley-postgres.*/log");
    Cluster { folder, binaries, _supervisor: supervisor }
}

fn text(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// The address of a new, empty database.
pub async fn database() -> String {
    use sqlx::{AssertSqlSafe, Connection as _};
    let folder = &cluster().expect("the tests were found to be able to run").folder;
    let address = |name: &str| format!("postgres://charley@localhost/{name}?host={folder}");
    let name = format!("story_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut c = sqlx::PgConnection::connect(&address("postgres")).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut c).await.unwrap();
    address(&name)
}

/// A client program of this PostgreSQL, such as `psql`, for a database.
pub fn client(program: &str, address: &str) -> Command {
    let cluster = cluster().expect("the tests were found to be able to run");
    let mut command = Command::new(cluster.binaries.join(program));
    command.args(["--dbname", address]);
    command
}
