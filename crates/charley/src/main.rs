//! Charley: why legs cramp at night, how soon to be seen, and what stops it.

mod evaluate;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "charley", version, about)]
struct Cli {
    /// Use the knowledge in this folder instead of the built-in one.
    #[arg(long, global = true)]
    knowledge: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs published cases with gold answers.
    Evaluate {
        /// One case per line.
        cases: PathBuf,
        #[arg(long)]
        interview: bool,
        #[arg(long)]
        lay: bool,
        #[arg(long)]
        json: bool,
    },
    /// Check.
    Check,
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let draft = match &cli.knowledge { Some(f) => charley_knowledge::Draft::read(f)?, None => charley_knowledge::Draft::embedded()? };
    match cli.command {
        Some(Command::Evaluate { cases, interview, lay, json }) => {
            let reasoner = charley_reason::Reasoner::new(draft.check()?);
            let cases = evaluate::read_cases(&cases)?;
            let report = evaluate::evaluate(&reasoner, &cases, evaluate::Mode { interview, lay });
            if json { println!("{}", serde_json::to_string_pretty(&report)?); } else { print!("{report}"); }
        }
        _ => match draft.check() {
            Ok(k) => println!("ok {} conditions {} findings {} rules {} params", k.conditions.len(), k.findings.len(), k.rules.len(), k.params.len()),
            Err(f) => { for d in &f.0 { println!("{d}"); } println!("{} faults", f.0.len()); }
        }
    }
    Ok(())
}
