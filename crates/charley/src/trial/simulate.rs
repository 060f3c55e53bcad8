//! `charley trial simulate`.

use std::process::ExitCode;

use charley_nights::trial::Verdict;
use charley_nights::trial::design::rule;
use charley_nights::trial::simulate::{Rates, Truth, rates, share, usual};

use crate::input::Refused;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// True rate ratio.
    #[arg(long, default_value_t = 1.0)]
    ratio: f64,
    /// Cramps a night without treatment.
    #[arg(long, default_value_t = 0.67)]
    rate: f64,
    /// Pairs of periods.
    #[arg(long, default_value_t = 8)]
    pairs: usize,
    /// Nights of a period.
    #[arg(long, default_value_t = 7)]
    period_nights: usize,
    /// First nights of each period that are left out.
    #[arg(long, default_value_t = 0)]
    washout_nights: usize,
    /// Share of nights not recorded.
    #[arg(long, default_value_t = 0.1)]
    missing: f64,
    /// Log trend per 28 nights.
    #[arg(long, default_value_t = 0.0, allow_hyphen_values = true)]
    trend: f64,
    /// Night-to-night spread on the log scale.
    #[arg(long, default_value_t = 0.4)]
    sigma: f64,
    /// Its autocorrelation.
    #[arg(long, default_value_t = 0.3, allow_hyphen_values = true)]
    rho: f64,
    /// The rate ratio below which the remedy is worth its trouble: 0.6 to 0.95 (0.8).
    #[arg(long, value_name = "R")]
    margin: Option<f64>,
    /// Trials.
    #[arg(long, default_value_t = 500)]
    trials: u64,
    /// First seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// JSON for programs.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn simulate(args: &Args) -> anyhow::Result<ExitCode> {
    let within = |name: &str, value: f64, low: f64, high: f64| {
        if (low..=high).contains(&value) {
            Ok(())
        } else {
            Err(Refused(format!("--{name} {value}: give a number from {low} to {high}")))
        }
    };
    within("ratio", args.ratio, 0.05, 20.0)?;
    within("rate", args.rate, 0.01, 20.0)?;
    within("missing", args.missing, 0.0, 0.95)?;
    within("trend", args.trend, -3.0, 3.0)?;
    within("sigma", args.sigma, 0.0, 2.0)?;
    within("rho", args.rho, -0.95, 0.95)?;
    if !(1..=1_000_000).contains(&args.trials) {
        return Err(Refused(format!("--trials {}: give 1 to 1000000", args.trials)).into());
    }
    let rule = rule(args.margin).map_err(|error| Refused(error.to_string()))?;
    let protocol = usual(args.pairs, args.period_nights, args.washout_nights, rule);
    protocol.check().map_err(|error| Refused(error.to_string()))?;
    let truth = Truth {
        rate: args.rate,
        ratio: args.ratio,
        trend: args.trend,
        sigma: args.sigma,
        rho: args.rho,
        missing: args.missing,
        ..Truth::default()
    };
    let found = on_all_cores(args.seed, args.trials, |seeds| rates(&protocol, &truth, seeds));
    let rows: Vec<(&str, u64)> =
        Verdict::ALL.iter().map(|verdict| (verdict.code(), found.count(&[*verdict]))).collect();
    if args.json {
        let verdicts: serde_json::Map<String, serde_json::Value> = rows
            .iter()
            .map(|(code, count)| {
                let (p, low, high) = share(*count, found.trials);
                ((*code).to_owned(), serde_json::json!({ "trials": count, "share": p, "low": low, "high": high }))
            })
            .collect();
        let (cover, low, high) = share(found.covered_at_end, found.trials);
        let out = serde_json::json!({
            "trials": found.trials, "margin": rule.margin, "verdicts": verdicts,
            "coverage_at_planned_end": { "share": cover, "low": low, "high": high },
            "coverage_at_stop": share(found.covered_at_stop, found.trials).0,
        });
        println!("{}", serde_json::to_string_pretty(&out)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} trials, true rate ratio {}, {} pairs of {} nights:",
        found.trials, args.ratio, args.pairs, args.period_nights
    );
    for (code, count) in rows {
        let (p, low, high) = share(count, found.trials);
        println!(
            "  {:<30} {:>5.1} % ({:.1} to {:.1})",
            charley_words::trial::verdict(code),
            100.0 * p,
            100.0 * low,
            100.0 * high
        );
    }
    let (p, low, high) = share(found.covered_at_end, found.trials);
    println!("  95 % interval holds the truth  {:>5.1} % ({:.1} to {:.1})", 100.0 * p, 100.0 * low, 100.0 * high);
    Ok(ExitCode::SUCCESS)
}

/// Runs seeds on all cores; the answer does not depend on how many there are.
pub fn on_all_cores(first: u64, trials: u64, run: impl Fn(std::ops::Range<u64>) -> Rates + Sync) -> Rates {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
    let each = trials.div_ceil(workers);
    let mut all = Rates::default();
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|worker| {
                let run = &run;
                let (from, to) = (worker * each, ((worker + 1) * each).min(trials));
                scope.spawn(move || run(first + from.min(to)..first + to))
            })
            .collect();
        for handle in handles {
            // A worker can only fail by a fault of ours; its panic goes on.
            match handle.join() {
                Ok(found) => all.merge(&found),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    all
}
