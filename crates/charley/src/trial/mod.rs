//! `charley trial`: design, analyse, simulate and pool a person's own trials, on files.

mod analyse;
mod columns;
mod design;
mod pool;
mod simulate;
mod text;

use std::process::ExitCode;

use clap::Subcommand;

/// What to do with trials.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Plans a trial: how likely each verdict is, and the schedule with a sealed order.
    Design(design::Args),
    /// Analyses one person's nights: JSON, or CSV with columns that are named or guessed.
    Analyse(analyse::Args),
    /// Runs made-up trials from a known truth and counts the verdicts.
    Simulate(simulate::Args),
    /// Pools many people's trials from one CSV file.
    Pool(pool::Args),
}

/// Runs a command.
pub fn trial(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Design(args) => design::design(args),
        Command::Analyse(args) => analyse::analyse(args),
        Command::Simulate(args) => simulate::simulate(args),
        Command::Pool(args) => pool::pool(args),
    }
}
