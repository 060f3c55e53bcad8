//! Fuzzing the readers of outside input with cargo-fuzz.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};

use super::report::{Report, commit};
use super::store::Store;
use crate::clock::today;
use crate::root::{root, target as build_folder};
use crate::shell::{bounded, show, tail, text};

/// Targets, and what each reads.
const TARGETS: [(&str, &str); 15] = [
    ("backup", "backup files, damaged or with sums that fit"),
    ("calendar", "calendar files that we write for any zone and address, read by another reader"),
    ("case_json", "cases for `assess` and the JSON interface, assessed twice"),
    ("clinician_form", "the clinician's form with its facts and lists, assessed twice"),
    ("diary_csv", "tables of nights"),
    ("expression", "expressions of the knowledge"),
    ("knowledge_toml", "knowledge files of every form, checked"),
    ("log_json", "saved night logs, folded into nights and written as a table"),
    ("medicine_list", "pasted lists of medicines and illnesses"),
    ("outbox_json", "entries that a phone sends, checked and folded into nights"),
    ("pages", "up to 24 requests of one visitor to the pages without records"),
    ("saved_check", "saved checks, resumed and assessed"),
    ("trial_analysis", "series of up to 32 nights with their priors, analysed; the answer is written and read"),
    ("trial_csv", "tables of trials, counts and scores, of one person and of many"),
    ("trial_json", "series of a trial with pairs, priors and covariates"),
];
/// Targets that run side by side: each keeps a core busy, and a person may want to use the machine.
const SIDE_BY_SIDE: usize = 2;
/// Longest input, in bytes: beyond the size of any real file of its kind.
const LONGEST_INPUT: usize = 1 << 16;

/// What a run of one target found.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Run {
    target: String,
    minutes: u64,
    inputs: u64,
    edges: u64,
    /// What broke it; none when nothing did.
    fault: Option<String>,
    /// What was fuzzed, and when.
    commit: String,
    date: String,
}

/// Fuzzes one target, or all.
///
/// # Errors
/// When a target does not exist, cannot be run, or an input breaks it.
pub fn fuzz(target: Option<&str>, minutes: u64) -> anyhow::Result<()> {
    let all = TARGETS.map(|(name, _)| name);
    let chosen: Vec<&str> = match target {
        Some(name) => {
            let known = all.into_iter().find(|known| *known == name);
            vec![known.with_context(|| format!("no target `{name}`: one of {}", all.join(", ")))?]
        }
        None => all.to_vec(),
    };
    for target in chosen {
        let run = run(target, minutes)?;
        println!("{target}: {} inputs, {} edges in {minutes} min", run.inputs, run.edges);
        ensure!(run.fault.is_none(), "{target} broke: {}", run.fault.unwrap_or_default());
    }
    Ok(())
}

/// The proof: every target for ten minutes. A target that ran clean is not run again, also not by a later commit (the table
/// says by which it was); one that broke is.
///
/// # Errors
/// When a target cannot be run.
pub fn prove(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    const MINUTES: u64 = 10;
    let done = |store: &Store, name: &str| store.known::<Run>(name);
    let clean = |store: &Store, name: &str| done(store, name).is_some_and(|run| run.fault.is_none());
    let open: Vec<&str> = TARGETS.into_iter().map(|(name, _)| name).filter(|name| !clean(store, name)).collect();
    for targets in open.chunks(SIDE_BY_SIDE) {
        let runs: Vec<_> = std::thread::scope(|scope| {
            let started: Vec<_> = targets.iter().map(|target| scope.spawn(|| run(target, MINUTES))).collect();
            started.into_iter().map(|run| run.join().map_err(|_| anyhow::anyhow!("the run stopped"))).collect()
        });
        for (target, run) in targets.iter().zip(runs) {
            store.keep(target, &run??)?;
        }
    }
    let mut table =
        "| target | reads | minutes | inputs | edges reached | commit | date |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for (target, reads) in TARGETS {
        let run = done(store, target).with_context(|| format!("{target} has no result"))?;
        let holds = run.fault.is_none();
        let found = run.fault.unwrap_or_else(|| "no crash, no hang, no leak".to_owned());
        report.limit(target, &format!("{MINUTES} minutes without a crash"), found, holds);
        let Run { minutes, inputs, edges, commit, date, .. } = run;
        table += &format!("| {target} | {reads} | {minutes} | {inputs} | {edges} | {commit} | {date} |\n");
    }
    report.tool("cargo-fuzz 0.13 (libFuzzer with AddressSanitizer, overflow checks)");
    report.tool(toolchain().version);
    report.section("Runs", table);
    report.section(
        "How",
        "What must hold stands in `crates/properties`: no crash and no hang; a refusal says something that a person can read; \
         the same input gives the same answer twice; what is read can be written and is read again as the same. Seeds are \
         those of `fuzz/seeds/`, the shipped knowledge files and the examples of its rules; words come from \
         `fuzz/dictionaries/`. The gate holds the same on some thousand mutated seeds.",
    );
    Ok(())
}

/// A toolchain that can build with a sanitizer.
struct Toolchain {
    /// As rustup calls it.
    name: &'static str,
    version: String,
    /// Not a nightly one: it must be told to take what only those take.
    bootstrap: bool,
}

/// The nightly toolchain; the stable one where there is none.
fn toolchain() -> Toolchain {
    let version = |name: &str| text(Command::new("rustup").args(["run", name, "rustc", "--version"]));
    match version("nightly") {
        Ok(version) => Toolchain { name: "nightly", version: version.trim().to_owned(), bootstrap: false },
        Err(_) => {
            let version = version("stable").unwrap_or_else(|_| "an unknown toolchain".to_owned());
            Toolchain { name: "stable", version: version.trim().to_owned(), bootstrap: true }
        }
    }
}

fn run(target: &str, minutes: u64) -> anyhow::Result<Run> {
    let fuzz = cargo_fuzz()?;
    let corpus = seeds(target)?;
    println!("   fuzzing {target} for {minutes} min");
    let artifacts = build_folder().join("fuzz-artifacts").join(target);
    std::fs::create_dir_all(&artifacts)?;
    let toolchain = toolchain();
    let mut command = Command::new("rustup");
    if toolchain.bootstrap {
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    command
        .args(["run", toolchain.name])
        .arg(fuzz)
        .args(["fuzz", "run", target])
        .arg(&corpus)
        .current_dir(root())
        .env("CARGO_TARGET_DIR", build_folder().join("fuzz"))
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO")
        .args(["--", "-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1"])
        .arg(format!("-max_total_time={}", minutes * 60))
        .arg(format!("-max_len={LONGEST_INPUT}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()));
    let words = root().join("fuzz/dictionaries").join(format!("{target}.dict"));
    if words.is_file() {
        command.arg(format!("-dict={}", words.display()));
    }
    // Building comes first, and takes minutes on a small machine.
    let ended = bounded(&mut command, Duration::from_secs(minutes * 60 + 1_800))?;
    let field = |name: &str| {
        let line = ended.text.lines().rev().find_map(|line| line.split_once(name).map(|(_, rest)| rest));
        line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0)
    };
    let inputs = field("stat::number_of_executed_units:");
    if inputs == 0 {
        bail!("{target} did not run:\n{}", tail(&ended.text, 20));
    }
    Ok(Run {
        target: target.to_owned(),
        minutes,
        inputs,
        edges: field(" cov: "),
        fault: (!ended.success).then(|| fault(&ended.text)),
        commit: commit(),
        date: today(),
    })
}

/// What libFuzzer or the program says of a fault: the panic with its message, else the last lines; the beginning of it.
fn fault(text: &str) -> String {
    const MOST: usize = 300;
    let lines: Vec<&str> = text.lines().collect();
    let panic = lines.iter().position(|line| line.contains("panicked at"));
    let said = match panic {
        Some(at) => lines[at..lines.len().min(at + 2)].join(" "),
        None => tail(text, 5).replace('\n', " "),
    };
    said.chars().take(MOST).collect::<String>().replace('|', "\\|")
}

/// The cargo-fuzz program; installed into the build folder when it is not there.
fn cargo_fuzz() -> anyhow::Result<PathBuf> {
    if Command::new("cargo-fuzz").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return Ok("cargo-fuzz".into());
    }
    let folder = crate::root::proofs().join("cargo-fuzz");
    let program = folder.join("bin/cargo-fuzz");
    if !program.is_file() {
        println!("   installing cargo-fuzz into the build folder");
        let mut install = crate::shell::cargo();
        install
            .args(["install", "--quiet", "--locked", "--version", "0.13.2", "cargo-fuzz", "--root"])
            .arg(&folder)
            .env("CARGO_TARGET_DIR", folder.join("build"));
        show(&mut install)?;
        let _ = std::fs::remove_dir_all(folder.join("build"));
    }
    Ok(program)
}

/// Seeds to start from: those of the repository, and for some targets the shipped knowledge.
fn seeds(target: &str) -> anyhow::Result<PathBuf> {
    let corpus = build_folder().join("fuzz-corpus").join(target);
    std::fs::create_dir_all(&corpus)?;
    let committed = root().join("fuzz/seeds").join(target);
    for entry in std::fs::read_dir(&committed).with_context(|| format!("cannot read {}", committed.display()))? {
        let entry = entry?;
        std::fs::copy(entry.path(), corpus.join(entry.file_name()))?;
    }
    match target {
        "case_json" => examples(&corpus)?,
        "knowledge_toml" => shipped(&corpus)?,
        _ => {}
    }
    Ok(corpus)
}

/// Examples of the danger rules as cases.
fn examples(corpus: &Path) -> anyhow::Result<()> {
    for rule in charley_knowledge::embedded()?.rules.iter().step_by(4) {
        let Some(example) = rule.examples.first() else { continue };
        let facts: Vec<serde_json::Value> = example
            .facts
            .iter()
            .filter_map(|text| text.split_once('='))
            .map(|(name, value)| serde_json::json!({ "name": name.trim(), "value": value.trim() }))
            .collect();
        std::fs::write(corpus.join(&rule.id), serde_json::json!({ "facts": facts }).to_string())?;
    }
    Ok(())
}

/// The beginning of the shipped files, each under its place, as the target wants them.
fn shipped(corpus: &Path) -> anyhow::Result<()> {
    for file in charley_knowledge::Draft::embedded()?.files {
        let beginning: String = file.text.chars().take(LONGEST_INPUT / 8).collect();
        std::fs::write(corpus.join(file.path.replace('/', "-")), format!("{}\n{beginning}", file.path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fuzz_target_is_run() {
        let folder = std::fs::read_dir(root().join("fuzz/fuzz_targets")).unwrap();
        let mut there: Vec<String> =
            folder.map(|entry| entry.unwrap().file_name().to_string_lossy().replace(".rs", "")).collect();
        there.sort();
        assert_eq!(there, TARGETS.map(|(name, _)| name));
    }
}
