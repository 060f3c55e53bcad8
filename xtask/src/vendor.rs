//! Files under vendor/ that others made: they can be made again from npm, byte for byte.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::shell::show;

/// Makes every folder of vendor/ that has a `build` script again, in a copy, and compares.
///
/// # Errors
/// When something changed (without `write`), or Node, npm or the registry is not there.
pub fn vendor(write: bool) -> anyhow::Result<()> {
    crate::shell::exists("npm").then_some(()).context("npm is needed: install Node 20 or newer with npm")?;
    let vendor = crate::root::root().join("vendor");
    let mut folders: Vec<_> = std::fs::read_dir(&vendor)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("package.json").is_file())
        .collect();
    folders.sort();
    ensure!(!folders.is_empty(), "nothing to make in vendor/");
    let mut changed = Vec::new();
    for folder in &folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        println!("== vendor/{name}");
        let copy = crate::root::target().join("vendor").join(&name);
        if copy.exists() {
            std::fs::remove_dir_all(&copy)?;
        }
        let files = copy_files(folder, &copy)?;
        show(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&copy))?;
        show(Command::new("npm").args(["run", "--silent", "build"]).current_dir(&copy))?;
        for file in files {
            let (old, new) = (std::fs::read(folder.join(&file))?, std::fs::read(copy.join(&file))?);
            if old != new {
                changed.push(format!("vendor/{name}/{file}"));
                if write {
                    std::fs::write(folder.join(&file), new)?;
                }
            }
        }
    }
    match (changed.is_empty(), write) {
        (true, _) => println!("nothing changed"),
        (false, true) => println!("changed: {}", changed.join(", ")),
        (false, false) => bail!("changed: {}. Look at it, then `cargo xtask vendor --write`", changed.join(", ")),
    }
    Ok(())
}

/// Copies the files of a folder, not what is installed below it; returns their names.
fn copy_files(from: &Path, to: &Path) -> anyhow::Result<Vec<String>> {
    std::fs::create_dir_all(to)?;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
