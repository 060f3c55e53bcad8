//! A private PostgreSQL for one program, a test or a proof: made when it is asked for, gone when the program ends, however
//! it ends. Not shipped.

use std::io::{BufRead as _, BufReader, Error, Result};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Makes the cluster, says where it is, and waits for the end of its input. That comes when the program is gone, even when
/// it was killed.
const SCRIPT: &str = r#"
set -eu
dir=$(mktemp -d /tmp/charley-postgres.XXXXXX)
"$BIN/initdb" -D "$dir/data" -U charley -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1
"$BIN/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync="$FSYNC" -c max_connections=200 >>"$dir/log" 2>&1 &
pid=$!
trap 'kill -INT $pid 2>/dev/null; wait $pid; rm -rf "$dir"' EXIT
until "$BIN/pg_isready" -q -h "$dir"; do kill -0 $pid; sleep 0.05; done
echo "$dir"
cat >/dev/null
"#;

/// What is said where PostgreSQL is missing.
pub const MISSING: &str = "PostgreSQL is missing: install it (apt-get install postgresql) or put initdb on the PATH";

/// Whether writes are brought to disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// As a real server does: for whatever measures time.
    Synced,
    /// Not waited for: the machine does not lose power during a test, and only clients are killed.
    Unsynced,
}

/// A PostgreSQL that runs. It lives as long as this program, whether this is dropped or not.
#[derive(Debug)]
pub struct Cluster {
    folder: String,
    binaries: PathBuf,
    _supervisor: Child,
}

/// Starts one.
///
/// # Errors
/// When PostgreSQL is missing ([`MISSING`]) or does not start.
pub fn start(disk: Disk) -> Result<Cluster> {
    let binaries = binaries().ok_or_else(|| Error::other(MISSING))?;
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
        .env("FSYNC", if disk == Disk::Synced { "on" } else { "off" })
        .current_dir("/tmp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut folder = String::new();
    if let Some(output) = supervisor.stdout.take() {
        BufReader::new(output).read_line(&mut folder)?;
    }
    let folder = folder.trim().to_owned();
    if folder.is_empty() {
        return Err(Error::other("PostgreSQL did not start: see /tmp/charley-postgres.*/log"));
    }
    Ok(Cluster { folder, binaries, _supervisor: supervisor })
}

/// Whether PostgreSQL is installed here.
pub fn installed() -> bool {
    binaries().is_some()
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

fn text(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

impl Cluster {
    /// Makes an empty database and returns its address.
    ///
    /// # Errors
    /// When there is one of this name already.
    pub fn database(&self, name: &str) -> Result<String> {
        let made = self.program("createdb").args(["--host", &self.folder, "--username", "charley", name]).output()?;
        if made.status.success() {
            Ok(self.address(name))
        } else {
            Err(Error::other(String::from_utf8_lossy(&made.stderr).into_owned()))
        }
    }

    /// The address of a database; `postgres` is always there.
    pub fn address(&self, name: &str) -> String {
        format!("postgres://charley@localhost/{name}?host={}", self.folder)
    }

    /// A client program of this PostgreSQL, such as `psql`, for a database.
    pub fn client(&self, program: &str, address: &str) -> Command {
        let mut command = self.program(program);
        command.args(["--dbname", address]);
        command
    }

    fn program(&self, program: &str) -> Command {
        Command::new(self.binaries.join(program))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_made_once() {
        if !installed() {
            assert!(std::env::var_os("CHARLEY_GATE").is_none_or(|gate| gate != "1"), "{MISSING}");
            eprintln!("SKIPPED. {MISSING}.");
            return;
        }
        let cluster = start(Disk::Unsynced).expect("it starts");
        let address = cluster.database("one").expect("it is made");
        assert!(cluster.database("one").is_err());
        let asked = cluster.client("psql", &address).args(["--tuples-only", "--command", "SELECT 1 + 1"]).output();
        assert_eq!(String::from_utf8_lossy(&asked.expect("psql starts").stdout).trim(), "2");
    }
}
