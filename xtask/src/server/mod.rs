//! The program as people run it: a server on either engine, with demonstration data, and browsers without a screen.

pub mod browser;
pub mod html;

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, ensure};
use charley_cluster::{Cluster, Disk};

use crate::shell::{cargo, show, text};

/// An engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// The program, optimised as it is shipped; `CHARLEY_BIN` names another, to try a proof out.
///
/// # Errors
/// When it does not build.
pub fn program() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHARLEY_BIN") {
        println!("   the program is {}", Path::new(&named).display());
        return Ok(PathBuf::from(named));
    }
    show(cargo().args(["build", "--quiet", "--release", "--locked", "--package", "charley"]))?;
    let path = crate::root::target().join("release/charley");
    path.is_file().then_some(path).context("cargo built no `charley`")
}

/// Where records are kept: a new folder, or a new database of a private PostgreSQL, which live as long as this.
#[derive(Debug)]
pub struct Place {
    folder: tempfile::TempDir,
    database: Option<(String, Cluster)>,
}

impl Place {
    /// A new, empty one.
    ///
    /// # Errors
    /// When it cannot be made, as where PostgreSQL is missing.
    pub fn new(engine: Engine, disk: Disk) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => {
                let cluster = charley_cluster::start(disk)?;
                Some((cluster.database("charley")?, cluster))
            }
        };
        Ok(Self { folder, database })
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--data".to_owned(), self.folder.path().display().to_string()];
        if let Some((address, _)) = &self.database {
            arguments.extend(["--database".to_owned(), address.clone()]);
        }
        arguments
    }
}

/// Somebody who can sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Sign-in name.
    pub login: String,
    /// Password.
    pub password: String,
    /// Secret of the second factor; none for who has none.
    pub totp: Option<String>,
}

/// Fills a place with demonstration data and says who can sign in.
///
/// # Errors
/// When the program fails, or says something else than it did.
pub fn demonstrate(program: &Path, place: &Place, people: u32, sign_ins: u32) -> anyhow::Result<Vec<SignIn>> {
    let mut command = Command::new(program);
    command.args(["admin", "demo", "--people", &people.to_string(), "--sign-ins", &sign_ins.to_string()]);
    let said = text(command.args(place.arguments()))?;
    let found = sign_ins_of(&said);
    ensure!(found.len() > 3, "charley admin demo told no sign-ins:\n{said}");
    Ok(found)
}

/// Reads the table that `charley admin demo` prints: the last three columns of its lines.
fn sign_ins_of(said: &str) -> Vec<SignIn> {
    let rows = said.lines().skip_while(|line| !line.starts_with("WHO ")).skip(1);
    rows.take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [.., login, password, totp] = words[..] else { return None };
            let totp = (totp != "none").then(|| totp.to_owned());
            Some(SignIn { login: login.to_owned(), password: password.to_owned(), totp })
        })
        .collect()
}

/// A server that runs. It is killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Kept open: the server prints on.
    _output: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Server {
    /// Starts one; on a free port when no address is given.
    ///
    /// # Errors
    /// When it does not say that it is ready.
    pub fn start(program: &Path, place: &Place, address: Option<SocketAddr>) -> anyhow::Result<Self> {
        Self::start_with(program, place, address, &[])
    }

    /// The same with further arguments.
    ///
    /// # Errors
    /// When it does not say that it is ready.
    pub fn start_with(
        program: &Path,
        place: &Place,
        address: Option<SocketAddr>,
        more: &[&OsStr],
    ) -> anyhow::Result<Self> {
        let listen = address.map_or_else(|| "127.0.0.1:0".to_owned(), |address| address.to_string());
        let mut child = Command::new(program)
            .args(["serve", "--listen", &listen])
            .args(place.arguments())
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut output = BufReader::new(child.stdout.take().context("a server without output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let Some(address) = line.trim().strip_prefix("Charley is ready: http://") else {
            let mut errors = String::new();
            if let Some(mut stream) = child.stderr.take() {
                stream.read_to_string(&mut errors)?;
            }
            anyhow::bail!("the server did not start: {line}{errors}");
        };
        Ok(Self { address: address.parse()?, child, _output: output })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Kills it without warning (SIGKILL).
    ///
    /// # Errors
    /// When it cannot be killed.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Memory that it holds, in MiB.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn memory_mib(&self) -> anyhow::Result<f64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_sign_ins_is_read() {
        let said = "Made it.\n\nWHO              SIGN-IN NAME       PASSWORD             SECOND FACTOR\n\
                    Front desk       demo-desk          AAAA-BBBB-CCCC-DDDD  JBSWY3DP\n\
                    Demo Person 01   demo-person        EEEE-FFFF-GGGG-HHHH  none\n\nThe passwords are not shown again.\n";
        let found = sign_ins_of(said);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].login.as_str(), found[0].totp.as_deref()), ("demo-desk", Some("JBSWY3DP")));
        assert_eq!((found[1].password.as_str(), found[1].totp.as_deref()), ("EEEE-FFFF-GGGG-HHHH", None));
    }
}
