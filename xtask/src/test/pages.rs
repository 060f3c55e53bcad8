//! The pages in a real browser: tests/e2e, driven by Node.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::gate::Tally;
use crate::shell::{Ended, bounded, show, tail};
use crate::test::rust::binary;
use crate::{root, tools};

/// Longer than this the browser hangs.
const LONGEST: Duration = Duration::from_secs(600);

/// Scripts and their parts. Two run at once, so the longest come first.
const RUNS: [&[&str]; 7] = [
    &["run.mjs", "desk"],
    &["run.mjs", "record"],
    &["run.mjs", "reading", "theme", "person", "withoutScripts", "keyboard", "danger", "heavy", "clinician", "network"],
    &["run.mjs", "account"],
    &["log.mjs"],
    &["run.mjs", "offline"],
    &["tour.mjs"],
];

/// Installs the browser driver and runs the page tests against the built program.
///
/// # Errors
/// When something is missing or the tests cannot be run.
pub fn pages(tally: &mut Tally) -> anyhow::Result<()> {
    let driver = Driver::ready()?;
    let queue = Mutex::new(RUNS.into_iter());
    let ends = Mutex::new(Vec::new());
    let next = || queue.lock().ok()?.next();
    let work = || {
        while let Some(words) = next() {
            let ended = bounded(&mut driver.node(words), LONGEST);
            if let Ok(mut ends) = ends.lock() {
                ends.push((words.join(" "), ended));
            }
        }
    };
    std::thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(work))));
    let ends = ends.into_inner().unwrap_or_default();
    ensure!(ends.len() == RUNS.len(), "{} of {} scripts ran", ends.len(), RUNS.len());
    ends.into_iter().for_each(|(name, ended)| judge(&name, ended, tally));
    Ok(())
}

/// Walks the tour of the README and makes its pictures anew.
///
/// # Errors
/// When a page of it is missing.
pub fn tour() -> anyhow::Result<()> {
    let pictures = root::root().join("docs/tour");
    std::fs::create_dir_all(&pictures)?;
    show(Driver::ready()?.node(&["tour.mjs"]).env("TOUR_PICTURES", &pictures))
}

/// What drives the browser, installed, with the program that it looks at.
struct Driver {
    folder: PathBuf,
    charley: PathBuf,
    chromium: PathBuf,
}

impl Driver {
    fn ready() -> anyhow::Result<Self> {
        let folder = root::root().join("tests/e2e");
        ensure!(folder.join("package.json").is_file(), "tests/e2e has no package.json");
        let chromium = tools::chromium().context("no Chromium: see the step \"Tools\"")?;
        let charley = binary()?;
        show(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder))?;
        Ok(Self { folder, charley, chromium })
    }

    fn node(&self, words: &[&str]) -> Command {
        let example = |name: &str| root::target().join("debug/examples").join(name);
        let mut command = Command::new("node");
        command
            .args(words)
            .current_dir(&self.folder)
            .env("CHARLEY_BIN", &self.charley)
            .env("CHARLEY_SEEDED", example("serve_seeded"))
            .env("LOG_BIN", example("serve_log"))
            .env("CHROMIUM", &self.chromium);
        command
    }
}

fn judge(script: &str, ended: anyhow::Result<Ended>, tally: &mut Tally) {
    let ended = match ended {
        Ok(ended) => ended,
        Err(error) => return tally.failed(format!("{script}: {error:#}")),
    };
    println!("   {script}: {:.0} s", ended.took.as_secs_f64());
    let bad: Vec<&str> = ended.text.lines().filter(|line| !line.starts_with("ok ")).collect();
    println!("{}", tail(&bad.join("\n"), 80));
    let (passed, failed) = counts(&ended.text);
    tally.passed(passed);
    if ended.timed_out {
        tally.failed(format!("{script} took longer than {} s and was stopped", LONGEST.as_secs()));
    } else if failed > 0 {
        (0..failed)
            .for_each(|at| tally.failed(format!("{script}: check {} of {failed} that failed (see above)", at + 1)));
    } else if !ended.success {
        tally.failed(format!("{script} ended badly"));
    } else if passed == 0 {
        tally.failed(format!("{script} ran nothing"));
    }
}

/// Passed and failed, from a last line `N passed, N failed` or from the summary of Node's own test runner.
fn counts(text: &str) -> (usize, usize) {
    let number = |word: &str| word.trim().parse::<usize>().ok();
    for line in text.lines().rev() {
        if let Some((left, right)) = line.trim().split_once(" passed, ")
            && let (Some(passed), Some(failed)) =
                (left.split_whitespace().last().and_then(number), right.split_whitespace().next().and_then(number))
        {
            return (passed, failed);
        }
    }
    let field = |name: &str| {
        let line = text.lines().rev().find_map(|line| line.trim().strip_prefix(['#', 'ℹ'])?.trim().strip_prefix(name));
        line.and_then(number).unwrap_or(0)
    };
    (field("pass "), field("fail "))
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn counts_of_both_shapes() {
        assert_eq!(counts("ok home\n41 passed, 2 failed\n"), (41, 2));
        assert_eq!(counts("x\n# tests 3\n# pass 3\n# fail 0\n"), (3, 0));
        assert_eq!(counts("nothing"), (0, 0));
    }
}
