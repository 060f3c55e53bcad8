//! Charley: why legs cramp at night, how soon to be seen, and what stops it.

mod admin;
mod ask;
mod assess;
mod database;
mod evaluate;
mod input;
mod inspect;
mod nights;
mod paint;
mod serve;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use charley_knowledge::Draft;
use charley_reason::Reasoner;
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(
    name = "charley",
    version,
    about,
    after_help = "Information and preparation, not a diagnosis. In an emergency call your emergency number."
)]
struct Cli {
    /// Use the knowledge in this folder instead of the built-in one.
    #[arg(long = "knowledge", global = true, value_name = "DIR")]
    knowledge_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the pages on this machine (this is what happens without a command).
    Serve(serve::Args),
    /// Assesses one case, or one case a line.
    Assess(assess::Args),
    /// Asks one question at a time in the terminal.
    Ask(ask::Args),
    /// Runs published cases with gold answers and prints the scores.
    Evaluate(evaluate::Args),
    /// Sums up a diary of nights: how often cramps come, with the range of the number.
    Nights(nights::Args),
    /// Checks or shows the knowledge.
    #[command(subcommand)]
    Knowledge(inspect::Command),
    /// Backup, restore, the audit log, one-time links, clinics.
    Admin(admin::Args),
    /// Trials on oneself: plan, analyse, simulate, pool.
    #[command(subcommand)]
    Trial(trial::Command),
}

/// Exit codes: 0 fine, 1 something failed, 2 the input is refused.
const REFUSED: u8 = 2;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("charley: {error:#}");
            let refused = error.downcast_ref::<input::Refused>().is_some();
            ExitCode::from(if refused { REFUSED } else { 1 })
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let load = || -> anyhow::Result<Draft> {
        Ok(match &cli.knowledge_dir {
            Some(folder) => Draft::read(folder)?,
            None => Draft::embedded()?,
        })
    };
    let reasoner = || -> anyhow::Result<Reasoner> {
        let knowledge = load()?.check().context("run `charley knowledge check` for all faults")?;
        Ok(Reasoner::new(knowledge))
    };
    match cli.command {
        None => serve::serve(reasoner()?, &serve::Args::default()),
        Some(Command::Serve(args)) => serve::serve(reasoner()?, &args),
        Some(Command::Assess(args)) => assess::assess(&reasoner, &args),
        Some(Command::Ask(args)) => ask::ask(&reasoner()?, &args),
        Some(Command::Evaluate(args)) => evaluate::command(&reasoner()?, &args),
        Some(Command::Admin(args)) => admin::admin(&args),
        Some(Command::Nights(args)) => nights::nights(&args, jiff::Zoned::now().date()),
        Some(Command::Trial(command)) => trial::trial(&command),
        Some(Command::Knowledge(command)) => inspect::inspect(&load, &reasoner, &command),
    }
}
