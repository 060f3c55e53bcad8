//! Building and running the Rust tests, with the name of every test that ran.
//!
//! The test programs are run one by one rather than through `cargo test`, because the gate must know which crate a
//! test belongs to: hazards name tests as `crate::test`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::gate::Tally;
use crate::shell::{Ended, bounded, cargo, show, tail, text};

/// A test program that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(600);

/// Tests that ran and passed, as `crate::test` with the crate's short name and the last part of the test's path.
#[derive(Debug, Default)]
pub struct Ran {
    /// False when the tests were not run.
    pub complete: bool,
    /// Names.
    pub names: BTreeSet<String>,
}

/// One test program.
#[derive(Debug, PartialEq)]
struct Program {
    package: String,
    target: String,
    folder: PathBuf,
    path: PathBuf,
}

/// Builds and runs all test programs of the workspace.
///
/// # Errors
/// When they do not build.
pub fn tests(tally: &mut Tally, ran: &mut Ran) -> anyhow::Result<()> {
    let built = text(cargo().args([
        "test",
        "--workspace",
        "--locked",
        "--no-run",
        "--message-format=json-render-diagnostics",
    ]))?;
    let (programs, binaries) = programs(&built);
    if programs.is_empty() {
        bail!("cargo built no test program");
    }
    for program in &programs {
        let mut command = Command::new(&program.path);
        command
            .args(["--color", "never"])
            .current_dir(&program.folder)
            .env("CARGO_MANIFEST_DIR", &program.folder)
            .env("CARGO_PKG_NAME", &program.package)
            // What is missing fails here instead of being skipped.
            .env("CHARLEY_GATE", "1");
        for (name, path) in &binaries {
            command.env(format!("CARGO_BIN_EXE_{name}"), path);
        }
        let ended = bounded(&mut command, LONGEST)?;
        count(program, &ended, tally, ran);
    }
    ran.complete = true;
    Ok(())
}

fn count(program: &Program, ended: &Ended, tally: &mut Tally, ran: &mut Ran) {
    let short = program.package.strip_prefix("charley-").unwrap_or(&program.package);
    let mut passed = 0;
    let mut failures = Vec::new();
    for (name, outcome) in outcomes(&ended.text) {
        match outcome {
            "ok" => {
                passed += 1;
                let last = name.rsplit("::").next().unwrap_or(name);
                ran.names.insert(format!("{short}::{last}"));
            }
            "FAILED" => failures.push(name.to_owned()),
            _ => {}
        }
    }
    let title = format!("{} ({})", program.package, program.target);
    println!("   {title}: {passed} passed, {} failed, {:.1} s", failures.len(), ended.took.as_secs_f64());
    tally.passed(passed);
    if !ended.success {
        println!("{}", tail(&ended.text, 60));
    }
    if ended.timed_out {
        tally.failed(format!("{title} took longer than {} s and was stopped", LONGEST.as_secs()));
    } else if !ended.success && failures.is_empty() {
        tally.failed(format!("{title} ended badly"));
    }
    for name in failures {
        tally.failed(format!("{title}: {name}"));
    }
}

/// Names and outcomes of the lines `test NAME ... OUTCOME`.
pub(super) fn outcomes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
        let name = name.strip_suffix(" - should panic").unwrap_or(name);
        Some((name, outcome.split(',').next().unwrap_or(outcome).trim()))
    })
}

/// Test programs, and ordinary programs that tests may call.
fn programs(built: &str) -> (Vec<Program>, Vec<(String, PathBuf)>) {
    let (mut programs, mut binaries) = (Vec::new(), Vec::new());
    for line in built.lines() {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let Some(path) = message["executable"].as_str().map(PathBuf::from) else { continue };
        let name = message["target"]["name"].as_str().unwrap_or_default();
        let kind = message["target"]["kind"][0].as_str().unwrap_or_default();
        if message["profile"]["test"].as_bool() != Some(true) {
            binaries.push((name.to_owned(), path));
            continue;
        }
        let manifest = Path::new(message["manifest_path"].as_str().unwrap_or_default());
        programs.push(Program {
            package: package(message["package_id"].as_str().unwrap_or_default()),
            target: if kind == "test" { format!("tests/{name}") } else { kind.to_owned() },
            folder: manifest.parent().unwrap_or(manifest).to_path_buf(),
            path,
        });
    }
    programs.sort_by(|a, b| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
    (programs, binaries)
}

/// The package of an id such as `path+file:///x/crates/reason#charley-reason@0.1.0` or `path+file:///x/xtask#0.1.0`.
fn package(id: &str) -> String {
    let (path, rest) = id.rsplit_once('#').unwrap_or((id, ""));
    match rest.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => path.rsplit('/').next().unwrap_or(path).to_owned(),
    }
}

/// Runs the examples in the documentation.
///
/// # Errors
/// When cargo cannot be started.
pub fn doc_tests(tally: &mut Tally) -> anyhow::Result<()> {
    let ended = bounded(cargo().args(["test", "--doc", "--workspace", "--locked", "--no-fail-fast"]), LONGEST)?;
    let failed: Vec<&str> = outcomes(&ended.text).filter(|(_, o)| *o == "FAILED").map(|(name, _)| name).collect();
    tally.passed(outcomes(&ended.text).filter(|(_, outcome)| *outcome == "ok").count());
    if !ended.success {
        println!("{}", tail(&ended.text, 60));
        if failed.is_empty() {
            tally.failed("the documentation tests do not build or end");
        }
    }
    failed.into_iter().for_each(|name| tally.failed(name));
    Ok(())
}

/// Builds the `charley` program and the examples in the profile of the tests and says where it is.
///
/// # Errors
/// When it does not build.
pub fn binary() -> anyhow::Result<PathBuf> {
    // As the tests are built, which need it too: nothing is built twice with other features.
    show(cargo().args(["test", "--quiet", "--locked", "--workspace", "--no-run"]))?;
    // Cargo puts the profiles dev and test into the same folder.
    let path = crate::root::target().join("debug/charley");
    path.is_file().then_some(path).context("cargo built no `charley`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_ids_of_both_shapes() {
        assert_eq!(package("path+file:///x/crates/reason#charley-reason@0.1.0"), "charley-reason");
        assert_eq!(package("path+file:///x/xtask#0.1.0"), "xtask");
    }

    #[test]
    fn outcomes_of_test_lines() {
        let text = "running 3 tests\ntest a::b ... ok\ntest c - should panic ... ok\ntest d ... FAILED\ntest e ... ignored, slow\n\ntest result: FAILED. 2 passed";
        let found: Vec<_> = outcomes(text).collect();
        assert_eq!(found, [("a::b", "ok"), ("c", "ok"), ("d", "FAILED"), ("e", "ignored")]);
    }
}
