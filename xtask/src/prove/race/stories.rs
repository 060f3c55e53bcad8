//! The stories of the engines, with many rivals.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::server::Engine;
use crate::shell::{bounded, cargo, tail};

const STORIES: [&str; 3] =
    ["of_many_rivals_one_wins", "many_retries_at_once_are_one_visit", "a_busy_day_has_no_double_booking"];
const LONGEST: Duration = Duration::from_secs(3_600);

/// What a run found: the lines that the stories print, or what they said when they failed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Run {
    /// All of it holds.
    pub holds: bool,
    /// In words.
    pub found: String,
}

/// Runs them on an engine.
///
/// # Errors
/// When the tests cannot be built or run.
pub fn run(engine: Engine, rivals: usize) -> anyhow::Result<Run> {
    let (package, program) = match engine {
        Engine::Sqlite => ("charley-records-sqlite", "stories"),
        Engine::Postgres => ("charley-records-postgres", "engine"),
    };
    let mut command = cargo();
    command
        .args(["test", "--quiet", "--locked", "--package", package, "--test", program])
        .args(["--", "--exact", "--nocapture", "--test-threads", "1"])
        .args(STORIES)
        .env("CHARLEY_RIVALS", rivals.to_string())
        .env("CHARLEY_GATE", "1");
    let ended = bounded(&mut command, LONGEST)?;
    let ran = ended.text.contains("3 passed");
    if !ended.success || !ran {
        return Ok(Run { holds: false, found: tail(&ended.text, 20).replace('\n', " ") });
    }
    let marks = format!("{rivals} rivals for ");
    let lines = ended.text.lines().filter_map(|line| Some(&line[line.find(&marks)? + marks.len()..]));
    Ok(Run { holds: true, found: lines.collect::<Vec<_>>().join("; ") })
}
