//! Programs that are killed in the middle of writing, on both engines: what was acknowledged is there, once.
//!
//! The work is done by the story `what_was_acknowledged_survives_a_kill`; the gate runs it with few kills.

use std::time::Duration;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::report::Report;
use super::store::Store;
use crate::shell::{bounded, cargo, tail};

const STORY: &str = "what_was_acknowledged_survives_a_kill";
/// Kills of each engine.
const KILLS: u32 = 300;
const LONGEST: Duration = Duration::from_secs(3_600);
const ENGINES: [(&str, &str, &str); 2] =
    [("SQLite", "charley-records-sqlite", "stories"), ("PostgreSQL", "charley-records-postgres", "engine")];

/// What a run found: the line that the story prints, or what it said when it failed.
#[derive(Debug, Serialize, Deserialize)]
struct Run {
    holds: bool,
    found: String,
}

/// The proof.
///
/// # Errors
/// When the tests cannot be built or run.
pub fn prove(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    for (engine, package, program) in ENGINES {
        let run: Run = store.part(engine, || run(package, program))?;
        let limit = format!("{KILLS} kills lose nothing");
        report.limit(engine, &limit, run.found.replace('\n', " "), run.holds);
    }
    report.section(
        "What is done",
        "A program appends entries, three in one call, and says each call that was acknowledged; now and then it links the \
         audit log. It is killed (SIGKILL) at a random moment and started again on the same database. After every ten kills \
         the database is opened anew: every acknowledged call is there, no entry twice, no call half, the places without a \
         gap, a retry is known, and the audit chain holds. This shows what a crash of the program does. It does not cut the \
         power: that the disk keeps what it confirms is taken on trust. The PostgreSQL server itself is not killed.",
    );
    Ok(())
}

fn run(package: &str, program: &str) -> anyhow::Result<Run> {
    let mut command = cargo();
    command
        .args(["test", "--quiet", "--locked", "--package", package, "--test", program])
        .args(["--", "--exact", STORY, "--nocapture"])
        .env("CHARLEY_KILLS", KILLS.to_string())
        .env("CHARLEY_GATE", "1");
    let ended = bounded(&mut command, LONGEST)?;
    let line = ended.text.lines().find_map(|line| Some(&line[line.find(&format!("{KILLS} kills, "))?..]));
    if !ended.success {
        return Ok(Run { holds: false, found: tail(&ended.text, 20) });
    }
    let found = line.with_context(|| format!("{package} did not run the story:\n{}", tail(&ended.text, 20)))?;
    Ok(Run { holds: true, found: found.to_owned() })
}
