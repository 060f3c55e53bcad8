//! `charley trial design`.

use std::process::ExitCode;

use charley_nights::trial::design::{Protocol, rule};
use charley_nights::trial::order::{Seed, commitment, orders};
use charley_nights::trial::simulate::{Truth, rates, share};
use charley_nights::trial::{Priors, Verdict};
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
    /// The rate ratio below which the remedy is worth its trouble: 0.6 to 0.95 (0.8: a fifth fewer cramps).
    #[arg(long, value_name = "R")]
    margin: Option<f64>,
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
        rule: rule(args.margin).map_err(|error| Refused(error.to_string()))?,
    };
    protocol.check().map_err(|error| Refused(error.to_string()))?;
    let last_night = first_night.checked_add(jiff::Span::new().days(i64::try_from(protocol.nights() - 1)?))?;
    let mut power = Vec::new();
    for ratio in ratios(protocol.rule.margin) {
        let truth = Truth { rate: args.rate, ratio, ..Truth::default() };
        let found = on_all_cores(1, args.trials.clamp(20, 100_000), |seeds| rates(&protocol, &truth, seeds));
        let claims = found.count(&[Verdict::Helps, Verdict::SmallBenefit, Verdict::ProbablyHelps]);
        let of = |verdict| share(found.count(&[verdict]), found.trials);
        let none = of(Verdict::NoWorthwhileBenefit);
        power.push((ratio, share(claims, found.trials), none, of(Verdict::NotSureYet)));
    }
    let hash = commitment(&seed);
    let order = || orders(&seed, args.pairs, args.balanced);
    if args.json {
        let rows: Vec<serde_json::Value> = power
            .iter()
            .map(|(ratio, says, none, unsure)| {
                let interval = |of: &(f64, f64, f64)| serde_json::json!({ "share": of.0, "low": of.1, "high": of.2 });
                serde_json::json!({ "rate_ratio": ratio, "says_it_helps": interval(says),
                    "no_worthwhile_benefit": interval(none), "not_sure_yet": interval(unsure) })
            })
            .collect();
        let mut out = serde_json::json!({
            "first_night": first_night.to_string(), "last_night": last_night.to_string(), "nights": protocol.nights(),
            "pairs": args.pairs, "period_nights": args.period_nights, "washout_nights": args.washout_nights,
            "margin": protocol.rule.margin, "commitment_sha256": hash, "seed": hex(&seed), "power": rows, "trials": args.trials,
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
    let percent =
        |of: &(f64, f64, f64)| format!("{:>2.0} % ({:.0} to {:.0})", 100.0 * of.0, 100.0 * of.1, 100.0 * of.2);
    for (ratio, says, none, unsure) in &power {
        println!(
            "  if cramps really fall to {:>3.0} %: it says \"helps\" in {}, \"no benefit worth the trouble\" in {}, \"not sure yet\" in {}",
            100.0 * ratio,
            percent(says),
            percent(none),
            percent(unsure)
        );
    }
    println!("Worth the trouble: cramps fall below {} of what they were. Fixed from now on.", protocol.rule.margin);
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

/// Ratios of the table: strong, middling, what is just worth it, and nothing.
fn ratios(margin: f64) -> Vec<f64> {
    let mut ratios = vec![0.4, 0.6, margin, 1.0];
    ratios.dedup();
    ratios
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
