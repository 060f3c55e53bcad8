//! Titled, timed steps and their tally.

use std::time::Instant;

/// Counts of one run.
#[derive(Debug)]
pub struct Gate {
    only: Vec<String>,
    started: Instant,
    passed: usize,
    failed: usize,
    failures: Vec<String>,
}

/// Counts of one step.
#[derive(Debug, Default)]
pub struct Tally {
    passed: usize,
    failures: Vec<String>,
}

impl Tally {
    /// Counts a check and prints it.
    pub fn check(&mut self, holds: bool, what: impl Into<String>) {
        let what = what.into();
        println!("   {} {what}", if holds { "ok    " } else { "FAILED" });
        if holds {
            self.passed += 1;
        } else {
            self.failures.push(what);
        }
    }

    /// Counts checks that were already printed.
    pub fn passed(&mut self, count: usize) {
        self.passed += count;
    }

    /// Counts a failure.
    pub fn failed(&mut self, what: impl Into<String>) {
        self.failures.push(what.into());
    }
}

impl Gate {
    /// A gate; `only` keeps to steps whose title holds one of these words.
    pub fn new(only: &[String]) -> Self {
        let only = only.iter().map(|word| word.to_lowercase()).collect();
        Self { only, started: Instant::now(), passed: 0, failed: 0, failures: Vec::new() }
    }

    /// Runs one step. An error counts as one failure; the next step runs all the same.
    pub fn step(&mut self, title: &str, run: impl FnOnce(&mut Tally) -> anyhow::Result<()>) {
        let lower = title.to_lowercase();
        if !self.only.is_empty() && !self.only.iter().any(|word| lower.contains(word)) {
            return;
        }
        println!("\n== {title}");
        let started = Instant::now();
        let mut tally = Tally::default();
        if let Err(error) = run(&mut tally) {
            println!("   FAILED {error:#}");
            tally.failures.push(format!("{error:#}"));
        }
        println!(
            "   {:.1} s: {} passed, {} failed",
            started.elapsed().as_secs_f64(),
            tally.passed,
            tally.failures.len()
        );
        self.passed += tally.passed;
        self.failed += tally.failures.len();
        self.failures.extend(tally.failures.into_iter().map(|failure| format!("{title}: {failure}")));
    }

    /// Prints the sum as the last line.
    ///
    /// # Errors
    /// When anything failed.
    pub fn finish(self) -> anyhow::Result<()> {
        println!("\n== Sum ({:.0} s)", self.started.elapsed().as_secs_f64());
        for failure in &self.failures {
            let first = failure.lines().next().unwrap_or_default();
            println!("   failed: {first}");
        }
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed > 0 {
            // The last line stays the count: an error message after it would hide it.
            std::process::exit(1);
        }
        Ok(())
    }
}
