//! What the gate needs beyond Rust: Node, npm, a Chromium, a font, and PostgreSQL's server programs. Installed where that is possible.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::shell::{exists, show};

/// Debian packages that bring what is missing.
const PACKAGES: [&str; 5] = ["chromium", "nodejs", "npm", "fonts-dejavu-core", "postgresql"];
/// Programs that are a Chromium.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A Chromium to drive: from the environment, else from the search path.
pub fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    let folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    BROWSERS.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

fn has_font() -> bool {
    let folders = ["/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/TTF", "/usr/share/fonts/dejavu-sans-fonts"];
    folders.iter().any(|folder| Path::new(folder).is_dir())
        || crate::shell::text(&mut Command::new("fc-list")).is_ok_and(|fonts| !fonts.trim().is_empty())
}

/// The programs of a PostgreSQL server: where Debian puts them, or on the search path.
fn has_postgres() -> bool {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian
        .map(|version| version.path().join("bin"))
        .chain(std::env::split_paths(&path))
        .any(|folder| folder.join("initdb").is_file())
}

fn missing() -> Vec<&'static str> {
    let mut missing = Vec::new();
    if chromium().is_none() {
        missing.push("chromium");
    }
    if !exists("node") {
        missing.push("node");
    }
    if !exists("npm") {
        missing.push("npm");
    }
    if !has_font() {
        missing.push("a font (DejaVu)");
    }
    if !has_postgres() {
        missing.push("PostgreSQL's server programs (initdb)");
    }
    missing
}

/// Sees to it that pages and both database engines can be tested; installs what is missing where there is apt-get and the right to use it.
///
/// # Errors
/// Says what is missing and how to get it.
pub fn ensure() -> anyhow::Result<()> {
    let lacking = missing();
    if lacking.is_empty() {
        return Ok(());
    }
    println!("   missing: {}", lacking.join(", "));
    if is_root() && exists("apt-get") {
        let apt = |arguments: &[&str]| {
            let mut command = Command::new("apt-get");
            command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
            show(&mut command)
        };
        apt(&["update", "--quiet", "--quiet"])?;
        let mut install = vec!["install", "--yes", "--quiet", "--quiet", "--no-install-recommends"];
        // What is there already stays as it is: a newer Node must not be replaced by an older one.
        install.extend(PACKAGES.iter().filter(|package| match **package {
            "chromium" => chromium().is_none(),
            "nodejs" => !exists("node"),
            "npm" => !exists("npm"),
            "postgresql" => !has_postgres(),
            _ => !has_font(),
        }));
        apt(&install)?;
    }
    let lacking = missing();
    if !lacking.is_empty() {
        bail!(
            "missing: {}. On Debian or Ubuntu: apt-get install --no-install-recommends {}. Elsewhere install Node 20 or \
             newer with npm, PostgreSQL and a Chromium, and set CHROMIUM to its path if it has another name",
            lacking.join(", "),
            PACKAGES.join(" ")
        );
    }
    Ok(())
}

fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("Uid:")).unwrap_or_default().to_owned();
    line.split_whitespace().nth(2) == Some("0")
}
