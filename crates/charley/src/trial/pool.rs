//! `charley trial pool`.

use std::path::PathBuf;
use std::process::ExitCode;

use charley_nights::trial::pool::{curve, pool as pooled};
use charley_nights::trial::table::{PERSON, Table};
use charley_nights::trial::{Priors, Series};
use charley_wire::Sig6;
use charley_wire::trial::SummaryOut;
use serde::Serialize;

use super::columns::Named;
use crate::input::{self, Refused};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV with columns person, night, arm, count.
    file: PathBuf,
    /// Standard deviation of the prior on the mean log rate ratio.
    #[arg(long, value_name = "S", default_value_t = 0.69)]
    mu_sd: f64,
    /// Scale of the half-normal prior on people's spread.
    #[arg(long, value_name = "S", default_value_t = 0.3)]
    tau_sd: f64,
    /// JSON for programs.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    named: Named,
}

#[derive(Debug, Serialize)]
struct Out {
    mu: SummaryOut,
    tau: SummaryOut,
    p_mu_below_0: Sig6,
    mu_sd: Sig6,
    tau_sd: Sig6,
    people: Vec<PersonOut>,
    left_out: Vec<LeftOut>,
}

#[derive(Debug, Serialize)]
struct PersonOut {
    person: String,
    nights: usize,
    /// Under a wide prior of its own.
    alone_mean: Sig6,
    mean: Sig6,
    sd: Sig6,
    p_rr_below_1: Sig6,
}

#[derive(Debug, Serialize)]
struct LeftOut {
    person: String,
    why: String,
}

/// Runs the command.
pub fn pool(args: &Args) -> anyhow::Result<ExitCode> {
    for (name, value) in [("--mu-sd", args.mu_sd), ("--tau-sd", args.tau_sd)] {
        if !(value > 0.0 && value <= 10.0) {
            return Err(Refused(format!("{name} {value}: give a number above 0 and at most 10")).into());
        }
    }
    let text = input::read(&args.file)?;
    let name = args.file.display().to_string();
    let refuse = |error: &dyn std::fmt::Display| Refused(format!("{name}: {error}"));
    let table = Table::read(&text).map_err(|error| refuse(&error))?;
    let columns = args.named.columns();
    table.column(columns.person.as_deref(), PERSON, "people (--person-column)").map_err(|error| refuse(&error))?;
    let (mut curves, mut kept, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for (person, rows) in table.people(&columns).map_err(|error| refuse(&error))? {
        let nights = table.nights(&columns, &rows, false).map_err(|error| refuse(&error))?;
        let counts = nights.counts().map_err(|error| refuse(&error))?;
        match Series::new(&nights.arms, counts) {
            Ok(series) => {
                kept.push((person, series.recorded().count()));
                curves.push(curve(&series, &Priors::default()));
            }
            Err(error) => left_out.push(LeftOut { person, why: error.to_string() }),
        }
    }
    if curves.is_empty() {
        return Err(Refused(format!("{name}: nobody has recorded nights in both arms")).into());
    }
    let found = pooled(&curves, args.mu_sd, args.tau_sd);
    let out = Out {
        mu: (&found.mu).into(),
        tau: (&found.tau).into(),
        p_mu_below_0: found.mu_below_zero.into(),
        mu_sd: args.mu_sd.into(),
        tau_sd: args.tau_sd.into(),
        people: kept
            .into_iter()
            .zip(&found.people)
            .map(|((person, nights), shrunken)| PersonOut {
                person,
                nights,
                alone_mean: shrunken.alone.into(),
                mean: shrunken.mean.into(),
                sd: shrunken.sd.into(),
                p_rr_below_1: shrunken.below_one.into(),
            })
            .collect(),
        left_out,
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&out)?);
        return Ok(ExitCode::SUCCESS);
    }
    let ratio = |log: Sig6| log.get().exp();
    println!(
        "Mean rate ratio over {} people: {:.2} (95 %: {:.2} to {:.2}); chance that it is below 1: {:.3}.",
        out.people.len(),
        ratio(out.mu.q50),
        ratio(out.mu.q025),
        ratio(out.mu.q975),
        out.p_mu_below_0.get()
    );
    println!(
        "Spread between people (log scale): {:.2} (95 %: {:.2} to {:.2}).",
        out.tau.q50.get(),
        out.tau.q025.get(),
        out.tau.q975.get()
    );
    println!("person: rate ratio with the others (alone), chance below 1");
    for person in &out.people {
        println!(
            "  {}: {:.2} ({:.2}), {:.3}; {} nights",
            person.person,
            ratio(person.mean),
            ratio(person.alone_mean),
            person.p_rr_below_1.get(),
            person.nights
        );
    }
    for person in &out.left_out {
        println!("  {}: left out, {}", person.person, person.why);
    }
    Ok(ExitCode::SUCCESS)
}
