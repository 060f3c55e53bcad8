//! What the knowledge must reach on published cases and ordinary nights. The limits are those the project set itself
//! before the cases were run; they are floors, not goals.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use crate::gate::Tally;
use crate::root::{NO_REFERENCE_DATA, reference_data};
use crate::shell::{bounded, tail, text};
use crate::test::rust::binary;

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(600);

/// `charley knowledge check` finds nothing.
///
/// # Errors
/// When the program cannot be run.
pub fn knowledge(tally: &mut Tally) -> anyhow::Result<()> {
    let ended = bounded(Command::new(binary()?).args(["knowledge", "check"]), PATIENCE)?;
    println!("{}", tail(&ended.text, 12));
    tally.check(ended.success, "charley knowledge check");
    Ok(())
}

fn published() -> Option<PathBuf> {
    let file = reference_data()?.join("vignettes/dev-cases.jsonl");
    file.is_file().then_some(file)
}

fn evaluate(cases: &PathBuf, more: &[&str]) -> anyhow::Result<Value> {
    let json = text(Command::new(binary()?).arg("evaluate").arg(cases).arg("--json").args(more))?;
    serde_json::from_str(&json).context("`charley evaluate --json` does not print JSON")
}

/// A count or share of the report.
fn field(report: &Value, share: &str, what: &str) -> anyhow::Result<f64> {
    let value = &report[share][what];
    // A share of no cases is not a number, and null in JSON.
    if value.is_null() && report[share]["of"].as_f64() == Some(0.0) {
        return Ok(0.0);
    }
    value.as_f64().with_context(|| format!("the report has no {share}.{what}"))
}

fn no_miss(tally: &mut Tally, report: &Value) -> anyhow::Result<()> {
    let (misses, of) = (field(report, "dangerous_misses", "count")?, field(report, "dangerous_misses", "of")?);
    tally.check(misses == 0.0 && of > 0.0, format!("no dangerous miss: {misses} of {of}"));
    Ok(())
}

fn at_least(tally: &mut Tally, report: &Value, share: &str, limit: f64) -> anyhow::Result<()> {
    let found = field(report, share, "share")?;
    tally.check(found >= limit, format!("{share}: {:.1} %, at least {:.0} %", 100.0 * found, 100.0 * limit));
    Ok(())
}

fn at_most(tally: &mut Tally, report: &Value, share: &str, limit: f64) -> anyhow::Result<()> {
    let found = field(report, share, "share")?;
    tally.check(found <= limit, format!("{share}: {:.1} %, at most {:.0} %", 100.0 * found, 100.0 * limit));
    Ok(())
}

/// The published cases with all their facts.
///
/// # Errors
/// When the program cannot be run.
pub fn cases(tally: &mut Tally) -> anyhow::Result<()> {
    let Some(cases) = published() else {
        println!("   {NO_REFERENCE_DATA}");
        return Ok(());
    };
    let report = evaluate(&cases, &[])?;
    no_miss(tally, &report)?;
    at_most(tally, &report, "emergencies_answered_same_day", 0.10)?;
    at_least(tally, &report, "triage_acceptable", 0.90)?;
    at_most(tally, &report, "over_triage", 0.12)?;
    at_least(tally, &report, "top1_group", 0.75)?;
    at_least(tally, &report, "top3_group", 0.92)?;
    let empty = |name: &str| report[name].as_array().is_some_and(Vec::is_empty);
    tally.check(empty("unrecognised_names"), format!("no unrecognised name: {}", report["unrecognised_names"]));
    tally.check(empty("refused"), format!("no case is refused: {}", report["refused"]));
    Ok(())
}

/// The published cases asked question by question.
///
/// # Errors
/// When the program cannot be run.
pub fn interview(tally: &mut Tally) -> anyhow::Result<()> {
    let Some(cases) = published() else {
        println!("   {NO_REFERENCE_DATA}");
        return Ok(());
    };
    let told = field(&evaluate(&cases, &[])?, "top3_group", "share")?;
    let report = evaluate(&cases, &["--interview"])?;
    no_miss(tally, &report)?;
    let asked = field(&report, "top3_group", "share")?;
    tally.check(
        asked >= told - 0.08 - 1e-9,
        format!("top3_group: {:.1} % asked, {:.1} % told, within 8 points", 100.0 * asked, 100.0 * told),
    );
    let median = report["median_questions"].as_f64().context("the report has no median_questions")?;
    tally.check(median <= 12.0, format!("median questions after the danger check: {median}, at most 12"));
    Ok(())
}

/// Ordinary nights: a fixed sample of survey people, and the whole matrix.
///
/// # Errors
/// When the program cannot be run.
pub fn ordinary(tally: &mut Tally) -> anyhow::Result<()> {
    let folder = reference_data().map(|data| data.join("data/nhanes-2005-2006")).filter(|folder| folder.is_dir());
    let Some(folder) = folder else {
        println!("   {NO_REFERENCE_DATA}");
        return Ok(());
    };
    let mut command = Command::new(binary()?);
    command.args(["evaluate", "--sample", "300", "--ordinary"]).arg(folder);
    let ended = bounded(&mut command, PATIENCE)?;
    println!("{}", tail(&ended.text, 24));
    tally.check(ended.success, "ordinary nights are within their limits");
    Ok(())
}
