//! Error rates of trials: false claims, power and coverage over made-up trials.

use std::fmt::Write as _;

use charley_nights::trial::simulate::{Rates, Truth, rates, rates_over_prior, share, usual};
use charley_nights::trial::verdict::USUAL_MARGIN;
use charley_nights::trial::{Rule, Verdict};
use serde::{Deserialize, Serialize};

use super::report::Report;
use super::store::Store;

/// Trials of each row; CHARLEY_TRIALS takes fewer when time is short, and the table says how many there were.
const TRIALS: u64 = 10_000;
/// Trials between two savings.
const BATCH: u64 = 1_000;
const CLAIMS: [Verdict; 2] = [Verdict::Helps, Verdict::SmallBenefit];
const CLAIMS_OR_PROBABLY: [Verdict; 3] = [Verdict::Helps, Verdict::SmallBenefit, Verdict::ProbablyHelps];

/// Counts as they are kept between runs.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    trials: u64,
    verdicts: [u64; 6],
    covered_at_stop: u64,
    covered_at_end: u64,
    pairs: u64,
}

impl From<&Rates> for Kept {
    fn from(rates: &Rates) -> Self {
        Self {
            trials: rates.trials,
            verdicts: rates.verdicts,
            covered_at_stop: rates.covered_at_stop,
            covered_at_end: rates.covered_at_end,
            pairs: rates.pairs,
        }
    }
}

impl From<Kept> for Rates {
    fn from(kept: Kept) -> Self {
        Self {
            trials: kept.trials,
            verdicts: kept.verdicts,
            covered_at_stop: kept.covered_at_stop,
            covered_at_end: kept.covered_at_end,
            pairs: kept.pairs,
        }
    }
}

/// One row: a truth, eight pairs of seven nights.
struct Row {
    name: &'static str,
    truth: Truth,
    margin: f64,
    /// The ratio is drawn from its prior, trial by trial; that of the truth is not used.
    over_prior: bool,
}

/// A true ratio at which "no worthwhile benefit" must be rare: as far below the margin as 0.7 is below 0.8.
const WORTHWHILE: f64 = 0.875;

fn rows() -> Vec<Row> {
    let usual = Truth::default();
    let row = |name, truth| Row { name, truth, margin: USUAL_MARGIN, over_prior: false };
    let worthwhile = |name, margin: f64| Row { margin, ..row(name, Truth { ratio: WORTHWHILE * margin, ..usual }) };
    vec![
        row("null", Truth { missing: 0.0, ..usual }),
        row("null, 30 % missing", Truth { missing: 0.3, ..usual }),
        row("null, few cramps (0.2 a night)", Truth { rate: 0.2, ..usual }),
        row("null, trend -0.35 in 28 nights", Truth { trend: -0.35, ..usual }),
        row("null, season (summer doubles winter)", Truth { season: 0.35, ..usual }),
        row("null, weekly cycle", Truth { week: 0.4, ..usual }),
        row("null, strong autocorrelation (sigma 0.7, rho 0.7)", Truth { sigma: 0.7, rho: 0.7, ..usual }),
        row(
            "null, all of these, nights logged as 2+",
            Truth { trend: -0.35, season: 0.35, week: 0.3, rho: 0.5, sigma: 0.5, missing: 0.2, coarse: 1.0, ..usual },
        ),
        row("rate ratio 0.7", Truth { ratio: 0.7, ..usual }),
        row("rate ratio 0.6", Truth { ratio: 0.6, ..usual }),
        row("rate ratio 0.47 (log -0.75)", Truth { ratio: 0.472_366_55, ..usual }),
        row("rate ratio 0.4", Truth { ratio: 0.4, ..usual }),
        row("rate ratio 0.6, 0.2 a night", Truth { ratio: 0.6, rate: 0.2, ..usual }),
        row("rate ratio 1.5", Truth { ratio: 1.5, ..usual }),
        worthwhile("rate ratio 0.525, margin 0.6", 0.6),
        worthwhile("rate ratio 0.831, margin 0.95", 0.95),
        Row { over_prior: true, ..row("ratios from their prior", usual) },
        Row { over_prior: true, ..row("ratios from their prior, 0.2 a night", Truth { rate: 0.2, ..usual }) },
    ]
}

/// The proof.
///
/// # Errors
/// When a part cannot be kept.
pub fn prove(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let rule = Rule::default();
    let asked = std::env::var("CHARLEY_TRIALS").ok().and_then(|text| text.parse::<u64>().ok()).unwrap_or(TRIALS);
    let batches = asked.div_ceil(BATCH).clamp(1, TRIALS / BATCH);
    let mut table = String::from(
        "| truth | helps or small benefit | or probably helps | no worthwhile benefit | makes worse | not sure yet | mean pairs | \
         coverage at the end | coverage at the stop |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows() {
        let mut found = Rates::default();
        let protocol = usual(8, 7, 0, rule.with_margin(row.margin));
        let work = |seeds| {
            let run = if row.over_prior { rates_over_prior } else { rates };
            run(&protocol, &row.truth, seeds)
        };
        for batch in 0..batches {
            let kept: Kept =
                store.part(&format!("{} {batch}", row.name), || Ok(Kept::from(&on_both_cores(batch * BATCH, work))))?;
            found.merge(&kept.into());
        }
        let percent = |count: u64| {
            let (p, low, high) = share(count, found.trials);
            format!("{:.1} % ({:.1} to {:.1})", 100.0 * p, 100.0 * low, 100.0 * high)
        };
        let count = |verdicts: &[Verdict]| found.count(verdicts);
        let claims = count(&CLAIMS);
        if row.name.starts_with("null") {
            report.limit(
                &format!("{}: false claims", row.name),
                "at most 5 %",
                percent(claims),
                share(claims, found.trials).0 <= 0.05,
            );
            let probably = count(&CLAIMS_OR_PROBABLY);
            report.limit(
                &format!("{}: probably helps or better", row.name),
                "at most 12 %",
                percent(probably),
                share(probably, found.trials).0 <= 0.12,
            );
        }
        if !row.over_prior && (row.truth.ratio - WORTHWHILE * row.margin).abs() < 1e-9 {
            let none = count(&[Verdict::NoWorthwhileBenefit]);
            let holds = share(none, found.trials).0 <= 0.10;
            report.limit(&format!("{}: no worthwhile benefit", row.name), "at most 10 %", percent(none), holds);
        }
        if row.over_prior || row.truth.ratio.ln().abs() <= 0.7501 {
            let covered = share(found.covered_at_end, found.trials).0;
            report.limit(
                &format!("{}: the 95 % interval at the planned end holds the truth", row.name),
                "92 to 98 %",
                percent(found.covered_at_end),
                (0.92..=0.98).contains(&covered),
            );
        }
        #[expect(clippy::cast_precision_loss, reason = "counts")]
        let pairs = found.pairs as f64 / found.trials as f64;
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {} | {pairs:.1} | {} | {} |",
            row.name,
            percent(claims),
            percent(count(&CLAIMS_OR_PROBABLY)),
            percent(count(&[Verdict::NoWorthwhileBenefit])),
            percent(count(&[Verdict::MakesWorse])),
            percent(count(&[Verdict::NotSureYet])),
            percent(found.covered_at_end),
            percent(found.covered_at_stop),
        );
    }
    report.section(
        "Rows",
        format!(
            "{table}\n{} trials a row; eight pairs of seven nights, 0.67 cramps a night and 10 % missing where nothing else \
             is said; a look at each pair end from the third. The rule: a claim from P(RR<1) of {} before the planned end and {} \
             at it. In brackets: the 95 % interval of the simulation (Wilson). Coverage at the stop is lower than at the planned \
             end, because a trial that stops early stops on a high. Where cramps are rare a trial learns little, so the prior carries \
             the interval: it holds a truth near the middle of the prior too often, and one far out too seldom. Over the prior (last \
             rows) the two make up for each other.",
            batches * BATCH,
            rule.sure_early,
            rule.sure
        ),
    );
    Ok(())
}

/// A batch of seeds on two cores; the counts do not depend on the split.
fn on_both_cores(first: u64, run: impl Fn(std::ops::Range<u64>) -> Rates + Sync) -> Rates {
    let half = first + BATCH / 2;
    std::thread::scope(|scope| {
        let other = scope.spawn(|| run(half..first + BATCH));
        let mut found = run(first..half);
        match other.join() {
            Ok(rates) => found.merge(&rates),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        found
    })
}
