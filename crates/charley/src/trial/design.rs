//! `charley trial design`.

use std::process::ExitCode;

use charley_nights::trial::design::Protocol;
use charley_nights::trial::order::{Seed, commitment, orders};
use charley_nights::trial::simulate::{Truth, rates, share};
use charley_nights::trial::{Priors, Rule, Verdict};
use charley_records::secret::hex;

use super::simulate::on_all_cores;
use crate::input::Refused;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Your cramps a night now, from at least two weeks of nights.
    #[arg(long)]
    rate: f64,
    /// Pairs of periods, 6 to 12.
    #[arg(long, default_value_t = 8)]
    pairs: usize,
    /// Nights of a period.
    #[arg(long, default_value_t = 7)]
    period_nights: usize,
    /// First nights of each period that are left out.
    #[arg(long, default_value_t = 0)]
    washout_nights: usize,
    /// First night of the first period, YYYY-MM-DD.
    #[arg(long)]
    first_night: Option<jiff::civil::Date>,
    /// Seed of the order, 64 hexadecimal digits; without it a random one is drawn.
    #[arg(long)]
    seed: Option<String>,
    /// As many pairs begin with treatment as without.
    #[arg(long)]
    balanced: bool,
    /// Shows the order now: then it is no longer sealed.
    #[arg(long)]
    open: bool,
    /// Made-up trials behind each row of the table.
    #[arg(long, default_value_t = 200)]
    trials: u64,
    /// JSON for programs.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn design(args: &Args) -> anyhow::Result<ExitCode> {
    if !(0.01..=20.0).contains(&args.rate) {
        return Err(Refused(format!("--rate {}: give cramps a night, 0.01 to 20", args.rate)).into());
    }
    let seed = match &args.seed {
        Some(text) => read_seed(text)?,
        None => {
            let mut seed: Seed = [0; 32];
            getrandom::fill(&mut seed).map_err(|error| anyhow::anyhow!("no randomness from the system: {error}"))?;
            seed
        }
    };
    let first_night = args.first_night.unwrap_or_else(|| jiff::Zoned::now().date());
    let protocol = Protocol {
        first_night,
        period_nights: args.period_nights,
        pairs: args.pairs,
        washout_nights: args.washout_nights,
        balanced: args.balanced,
        priors: Priors::default(),
        rule: Rule::default(),
    };
    protocol.check().map_err(|error| Refused(error.to_string()))?;
    let last_night = first_night.checked_add(jiff::Span::new().days(i64::try_from(protocol.nights() - 1)?))?;
    let mut power = Vec::new();
    for ratio in [0.4, 0.6, 0.8, 1.0] {
        let truth = Truth { rate: args.rate, ratio, ..Truth::default() };
        let found = on_all_cores(1, args.trials.clamp(20, 100_000), |seeds| rates(&protocol, &truth, seeds));
        let claims = found.count(&[Verdict::Helps, Verdict::SmallBenefit, Verdict::ProbablyHelps]);
        power.push((ratio, share(claims, found.trials), share(found.count(&[Verdict::NotSureYet]), found.trials)));
    }
    let hash = commitment(&seed);
    let order = || orders(&seed, args.pairs, args.balanced);
    if args.json {
        let rows: Vec<serde_json::Value> = power
            .iter()
            .map(|(ratio, says, unsure)| {
                serde_json::json!({ "rate_ratio": ratio,
                    "says_it_helps": { "share": says.0, "low": says.1, "high": says.2 },
                    "not_sure_yet": { "share": unsure.0, "low": unsure.1, "high": unsure.2 } })
            })
            .collect();
        let mut out = serde_json::json!({
            "first_night": first_night.to_string(), "last_night": last_night.to_string(), "nights": protocol.nights(),
            "pairs": args.pairs, "period_nights": args.period_nights, "washout_nights": args.washout_nights,
            "commitment_sha256": hash, "seed": hex(&seed), "power": rows, "trials": args.trials,
        });
        if args.open {
            out["treatment_first"] = serde_json::json!(order());
        }
        println!("{}", serde_json::to_string_pretty(&out)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} nights from {first_night} to {last_night}: {} pairs of {} and {} nights.",
        protocol.nights(),
        args.pairs,
        args.period_nights,
        args.period_nights
    );
    println!("At {} cramps a night, of {} made-up trials:", args.rate, args.trials.clamp(20, 100_000));
    for (ratio, says, unsure) in &power {
        println!(
            "  if cramps really fall to {:>3.0} %: it says \"helps\" in {:>4.0} % ({:.0} to {:.0}), \"not sure yet\" in {:.0} % ({:.0} to {:.0})",
            100.0 * ratio,
            100.0 * says.0,
            100.0 * says.1,
            100.0 * says.2,
            100.0 * unsure.0,
            100.0 * unsure.1,
            100.0 * unsure.2
        );
    }
    println!("Seal of the order (SHA-256 of the seed): {hash}");
    if args.open {
        for (pair, first) in order().iter().enumerate() {
            println!(
                "  pair {}: {}",
                pair + 1,
                if *first { "treatment, then without" } else { "without, then treatment" }
            );
        }
    }
    println!("Keep the seed with somebody else until the end: {}", hex(&seed));
    Ok(ExitCode::SUCCESS)
}

fn read_seed(text: &str) -> Result<Seed, Refused> {
    let wrong = || Refused(format!("--seed {text:?}: give 64 hexadecimal digits"));
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let mut seed: Seed = [0; 32];
    for (at, byte) in seed.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| wrong())?;
    }
    Ok(seed)
}
