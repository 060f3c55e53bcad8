//! The long proofs, outside the gate: each can be interrupted and goes on, and writes docs/proofs/NAME.md.

mod agrum;
pub mod exact;
mod fuzzing;
mod kill;
pub mod load;
mod ordinary;
mod posterior;
mod race;
pub mod report;
pub mod speed;
mod store;
pub mod triage;
mod trials;

use std::process::Command;

use clap::ValueEnum;

use report::Report;
use store::Store;

pub use fuzzing::fuzz;

/// A proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Name {
    /// The solver against enumeration, pyAgrum and Quickscore.
    Exact,
    /// Ordinary nights: people of a survey and a matrix of everyday situations.
    Ordinary,
    /// How fast, against the clock and against pyAgrum.
    Speed,
    /// Fuzzing the parsers.
    Fuzz,
    /// The posterior of a trial: calibration, NUTS, PyMC.
    Posterior,
    /// Error rates of trials: false claims, power, coverage.
    Trials,
    /// A program that writes records is killed at random moments.
    Kill,
    /// A thousand rivals for one time of the clinic, on the engines and over HTTP.
    Race,
    /// Two hundred requests a second for five minutes.
    Load,
    /// Making a danger sign true never lowers the urgency.
    Triage,
    /// All of them, one after the other.
    All,
}

impl Name {
    fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Ordinary => "ordinary",
            Self::Speed => "speed",
            Self::Fuzz => "fuzz",
            Self::Posterior => "posterior",
            Self::Trials => "trials",
            Self::Kill => "kill",
            Self::Race => "race",
            Self::Load => "load",
            Self::Triage => "triage",
            Self::All => "all",
        }
    }
}

/// Runs a proof.
///
/// # Errors
/// When it cannot run, or a limit does not hold.
pub fn prove(name: Name, fresh: bool) -> anyhow::Result<()> {
    if name == Name::All {
        let mut failed = Vec::new();
        for name in [
            Name::Exact,
            Name::Triage,
            Name::Ordinary,
            Name::Speed,
            Name::Posterior,
            Name::Trials,
            Name::Kill,
            Name::Race,
            Name::Load,
            Name::Fuzz,
        ] {
            if let Err(error) = prove(name, fresh) {
                println!("{}: {error:#}", name.word());
                failed.push(name.word());
            }
        }
        anyhow::ensure!(failed.is_empty(), "these proofs do not hold: {}", failed.join(", "));
        return Ok(());
    }
    // Proofs are numeric and speed is part of them, so they run optimised; but for those that only watch other programs.
    let watches = matches!(name, Name::Race | Name::Load);
    if cfg!(debug_assertions) && !watches {
        return optimised(name, fresh);
    }
    let mut store = match name {
        Name::Fuzz => Store::lasting(name.word(), fresh)?,
        _ => Store::open(name.word(), fresh)?,
    };
    let mut report = Report::new(name.word());
    match name {
        Name::Exact => exact::prove(&mut store, &mut report)?,
        Name::Ordinary => ordinary::prove(&mut report)?,
        Name::Speed => speed::prove(&mut store, &mut report)?,
        Name::Fuzz => fuzzing::prove(&mut store, &mut report)?,
        Name::Posterior => posterior::prove(&mut store, &mut report)?,
        Name::Trials => trials::prove(&mut store, &mut report)?,
        Name::Kill => kill::prove(&mut store, &mut report)?,
        Name::Race => race::prove(&mut store, &mut report)?,
        Name::Load => load::prove(&mut store, &mut report)?,
        Name::Triage => triage::prove(&mut store, &mut report)?,
        Name::All => {}
    }
    report.write()
}

/// A number from the environment that makes a proof shorter, or the one that it is meant to have.
///
/// # Errors
/// When it is no number above 0.
fn setting(name: &str, meant: usize) -> anyhow::Result<usize> {
    let Ok(text) = std::env::var(name) else { return Ok(meant) };
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| anyhow::anyhow!("{name} is `{text}`: give a number above 0"))
}

fn optimised(name: Name, fresh: bool) -> anyhow::Result<()> {
    crate::shell::show(release(&["prove", name.word()]).args(fresh.then_some("--fresh")))
}

/// This program again, optimised.
pub fn release(arguments: &[&str]) -> Command {
    let mut command = crate::shell::cargo();
    command.args(["run", "--quiet", "--release", "--locked", "--package", "xtask", "--"]).args(arguments);
    command
}

/// Writes the table of the bench.
///
/// # Errors
/// When it cannot be written.
pub fn bench_report(table: &str) -> anyhow::Result<()> {
    let mut report = Report::new("bench");
    report.section(
        "Medians",
        format!(
            "{table}\nMade-up people told as facts, one thread. *Posterior alone*: observed findings to the exact \
             probability of every condition. *Without ranges*: facts in, assessment out, without ranges, reasons and \
             questions. *Full*: with all of them."
        ),
    );
    report.write()
}
