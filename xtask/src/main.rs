//! Tasks of this repository: `cargo xtask test` is the gate, `cargo xtask prove NAME` the long proofs.

mod bench;
mod clock;
mod docs;
mod gate;
mod net;
mod pages;
mod prove;
mod root;
mod server;
mod shell;
mod test;
mod tools;
mod vendor;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Tasks of this repository")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// The gate: everything that must hold before a change is taken, in under 20 minutes on two cores.
    Test {
        /// Runs only the steps whose title holds one of these words.
        only: Vec<String>,
    },
    /// The long proofs; each writes docs/proofs/NAME.md and goes on where it was interrupted.
    Prove {
        /// Which.
        name: prove::Name,
        /// Forgets what earlier runs have done.
        #[arg(long)]
        fresh: bool,
    },
    /// How fast: the speed table of the reasoner in short form, or every page of the server.
    Bench {
        /// What is measured. The pages write docs/proofs/pages.md.
        #[arg(value_enum, default_value = "reasoner")]
        what: Bench,
        /// Writes docs/proofs/bench.md, for the reasoner.
        #[arg(long)]
        write: bool,
    },
    /// Fuzzes the parsers (nightly toolchain and cargo-fuzz).
    Fuzz {
        /// Target; all when none is given.
        target: Option<String>,
        /// Minutes for each target.
        #[arg(long, default_value_t = 10)]
        minutes: u64,
    },
    /// Makes the files of vendor/ again from npm and checks that nothing changed.
    Vendor {
        /// Keeps what changed instead of failing.
        #[arg(long)]
        write: bool,
    },
    /// Walks the tour of the README in a browser and makes the pictures of docs/tour anew.
    Tour,
    /// Writes docs/hazards.md from knowledge/hazards.toml.
    Hazards,
    /// Writes docs/red-flags.md from knowledge/triage/: every rule with its titled examples.
    Rules,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Bench {
    Reasoner,
    Pages,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Test { only } => test::test(&only),
        Task::Prove { name, fresh } => prove::prove(name, fresh),
        Task::Bench { what: Bench::Reasoner, write } => bench::bench(write),
        Task::Bench { what: Bench::Pages, .. } => pages::bench(),
        Task::Fuzz { target, minutes } => prove::fuzz(target.as_deref(), minutes),
        Task::Vendor { write } => vendor::vendor(write),
        Task::Tour => test::tour(),
        Task::Hazards => docs::write(docs::HAZARDS),
        Task::Rules => docs::write(docs::RULES),
    }
}
