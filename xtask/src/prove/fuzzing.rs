//! Fuzzing the parsers with cargo-fuzz on the nightly toolchain.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};

use super::report::Report;
use super::store::Store;
use crate::root::{root, target as build_folder};
use crate::shell::{bounded, show, tail};

const TARGETS: [&str; 3] = ["case_json", "knowledge_toml", "expression"];
/// Longest input, in bytes: beyond the size of any real file of its kind.
const LONGEST_INPUT: usize = 1 << 16;

/// What a run of one target found.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Run {
    target: String,
    minutes: u64,
    inputs: u64,
    edges: u64,
    clean: bool,
    last: String,
}

/// Fuzzes one target, or all.
///
/// # Errors
/// When a target does not exist, cannot be run, or an input breaks it.
pub fn fuzz(target: Option<&str>, minutes: u64) -> anyhow::Result<()> {
    let chosen: Vec<&str> = match target {
        Some(name) => {
            let known = TARGETS.iter().find(|known| **known == name);
            vec![*known.with_context(|| format!("no target `{name}`: one of {}", TARGETS.join(", ")))?]
        }
        None => TARGETS.to_vec(),
    };
    for target in chosen {
        let run = run(target, minutes)?;
        println!("{target}: {} inputs, {} edges in {minutes} min", run.inputs, run.edges);
        ensure!(run.clean, "{target} broke:\n{}", run.last);
    }
    Ok(())
}

/// The proof: every target for ten minutes.
///
/// # Errors
/// When a target cannot be run.
pub fn prove(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    const MINUTES: u64 = 10;
    let mut table = "| target | minutes | inputs | edges reached |\n|---|---|---|---|\n".to_owned();
    for target in TARGETS {
        let run: Run = store.part(target, || run(target, MINUTES))?;
        let found = if run.clean { "no crash, no hang, no leak".to_owned() } else { run.last.replace('\n', " ") };
        report.limit(target, &format!("{MINUTES} minutes without a crash"), found, run.clean);
        table += &format!("| {target} | {} | {} | {} |\n", run.minutes, run.inputs, run.edges);
    }
    report.tool("cargo-fuzz (libFuzzer with AddressSanitizer), nightly toolchain");
    report.section("Runs", table);
    report.section(
        "How",
        "`fuzz/fuzz_targets/`: a case is read, assessed twice and compared; a knowledge file is parsed in the format of a \
         folder that the first byte chooses, then checked; an expression is parsed. Seeds are the shipped knowledge files and \
         the examples of its rules.",
    );
    Ok(())
}

fn run(target: &str, minutes: u64) -> anyhow::Result<Run> {
    let fuzz = cargo_fuzz()?;
    let corpus = seeds(target)?;
    println!("   fuzzing {target} for {minutes} min");
    let artifacts = build_folder().join("fuzz-artifacts").join(target);
    std::fs::create_dir_all(&artifacts)?;
    let mut command = Command::new("rustup");
    command
        .args(["run", "nightly"])
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
        clean: ended.success,
        last: tail(&ended.text, 30),
    })
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

/// Seeds to start from, made from the shipped knowledge.
fn seeds(target: &str) -> anyhow::Result<PathBuf> {
    let corpus = build_folder().join("fuzz-corpus").join(target);
    std::fs::create_dir_all(&corpus)?;
    let write = |name: &str, bytes: &[u8]| std::fs::write(corpus.join(name), bytes);
    let knowledge = charley_knowledge::embedded()?;
    match target {
        "case_json" => {
            for rule in knowledge.rules.iter().step_by(4) {
                let Some(example) = rule.examples.first() else { continue };
                let facts: Vec<_> = example.facts.iter().filter_map(|text| text.split_once('=')).collect();
                let facts: Vec<serde_json::Value> = facts
                    .iter()
                    .map(|(name, value)| serde_json::json!({ "name": name.trim(), "value": value.trim() }))
                    .collect();
                write(&rule.id, serde_json::json!({ "facts": facts }).to_string().as_bytes())?;
            }
        }
        "knowledge_toml" => {
            let draft = charley_knowledge::Draft::embedded()?;
            // The order of the folders in the fuzz target.
            let folders = [
                "version",
                "claims",
                "foods",
                "hazards",
                "vascular",
                "conditions/",
                "drugs/",
                "facts/asked/",
                "facts/codes/",
                "findings/",
                "interventions/",
                "labs/",
                "sources/",
                "triage/",
            ];
            for (at, folder) in folders.iter().enumerate() {
                for file in draft.files.iter().filter(|file| file.path.starts_with(folder)).take(4) {
                    let mut bytes = vec![u8::try_from(at)?];
                    bytes.extend(file.text.as_bytes().iter().take(LONGEST_INPUT / 4));
                    write(&file.path.replace('/', "-"), &bytes)?;
                }
            }
        }
        _ => {
            let text =
                "a and not (b or c = d) or at_least 2 of (e, f < 3.5 mmol/L, known g, h is very_low, i in [j, k])";
            write("all-forms", text.as_bytes())?;
        }
    }
    Ok(corpus)
}
