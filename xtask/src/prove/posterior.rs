//! The posterior of a trial: calibration over the prior, agreement with long NUTS runs, and speed against PyMC with nutpie.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use charley_nights::trial::calibrate::{round, uniform};
use charley_nights::trial::random::Draws;
use charley_nights::trial::simulate::{Truth, nights};
use charley_nights::trial::{Effort, Endpoint, Priors, Series, posterior};
use serde::{Deserialize, Serialize};

use super::report::Report;
use super::store::Store;
use crate::shell::{bounded, cargo, tail};

/// Draws from the prior for each length.
const ROUNDS: u64 = 1_000;
const LENGTHS: [usize; 3] = [28, 84, 168];
/// Length of the trials of yes and no.
const YES_NO_NIGHTS: usize = 84;
/// Seeds that are kept together.
const BATCH: u64 = 250;
/// A uniform sample looks less uniform than this in one of a thousand.
const SUSPICIOUS: f64 = 0.001;
const LONGEST: Duration = Duration::from_secs(3_600);

/// Places of the level, the effect and the trend.
type Places = Vec<(f64, f64, f64)>;

/// What timing PyMC gave.
#[derive(Debug, Deserialize)]
struct Timed {
    library: String,
    seconds: Vec<f64>,
}

/// Both sides of the comparison.
#[derive(Debug, Serialize, Deserialize)]
struct Compared {
    library: String,
    theirs_s: f64,
    ours_ms: f64,
}

/// The proof.
///
/// # Errors
/// When a part cannot run.
pub fn prove(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let priors = Priors::default();
    let counts = LENGTHS.map(|length| (length, Endpoint::Cramps));
    for (length, endpoint) in counts.into_iter().chain([(YES_NO_NIGHTS, Endpoint::YesNo)]) {
        let kind = match endpoint {
            Endpoint::Cramps => "nights",
            Endpoint::YesNo => "nights of yes and no",
        };
        let mut all: Places = Vec::new();
        for batch in 0..ROUNDS / BATCH {
            let some: Places = store.part(&format!("{length} {kind}, batch {batch}"), || {
                Ok(places(&priors, length, endpoint, batch * BATCH))
            })?;
            all.extend(some);
        }
        for (name, of) in [
            ("level", (|place| place.0) as fn(&(f64, f64, f64)) -> f64),
            ("effect", |place| place.1),
            ("trend", |place| place.2),
        ] {
            let mut column: Vec<f64> = all.iter().map(of).collect();
            let (distance, p) = uniform(&mut column);
            report.limit(
                &format!(
                    "{length} {kind}, {name}: {} truths from the prior lie evenly in their posteriors",
                    column.len()
                ),
                "chance of a distance as large at least 0.001",
                format!("distance {distance:.4}, chance {p:.3}"),
                p >= SUSPICIOUS,
            );
        }
    }
    let nuts: String = store.part("against NUTS", nuts)?;
    report.limit(
        "posterior against long NUTS runs (limits of the test)",
        "all hold",
        nuts.clone(),
        !nuts.contains("FAILED"),
    );
    let compared: Compared = store.part("against PyMC", compare)?;
    report.tool(compared.library.clone());
    let ratio = compared.theirs_s * 1_000.0 / compared.ours_ms;
    report.limit("84 nights: times faster than nutpie's sampling alone", "50", format!("{ratio:.0}"), ratio >= 50.0);
    report.limit(
        "84 nights: time of the precise form, median",
        "50 ms",
        format!("{:.1} ms", compared.ours_ms),
        compared.ours_ms <= 50.0,
    );
    report.section(
        "What is done",
        format!(
            "Simulation-based calibration (Talts and others 2018): parameters from the prior, a trial of 28, 84 or 168 nights from \
             the parameters, 0 to 40 % of nights missing, in a third of the rounds every night with two or more logged as \"2+\"; \
             the place of each true parameter in its posterior must be uniform (Kolmogorov's distance). The same at 84 nights for \
             the second answer, on yes and no, which takes expectation propagation in the place of Laplace's approximation at each \
             node. NUTS: the committed answers in `proofs/nuts_reference.json` and `proofs/nuts_yes_no.json`, with the limits of `crates/nights/tests/reference.rs`. Speed: {} of one \
             84-night series, sampling alone without compilation: median {:.2} s; ours {:.1} ms.",
            compared.library, compared.theirs_s, compared.ours_ms
        ),
    );
    Ok(())
}

fn places(priors: &Priors, length: usize, endpoint: Endpoint, first: u64) -> Places {
    let run = |seeds: std::ops::Range<u64>| -> Places {
        seeds
            .filter_map(|seed| round(priors, length, endpoint, seed, Effort::Precise))
            .map(|place| (place.alpha, place.beta, place.gamma))
            .collect()
    };
    let half = first + BATCH / 2;
    std::thread::scope(|scope| {
        let other = scope.spawn(move || run(half..first + BATCH));
        let mut all = run(first..half);
        match other.join() {
            Ok(places) => all.extend(places),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        all
    })
}

/// Runs the tests that hold the committed answers.
fn nuts() -> anyhow::Result<String> {
    let mut command = cargo();
    command.args(["test", "--quiet", "--locked", "--package", "charley-nights", "--test", "reference"]).args([
        "--",
        "agrees_with_long_nuts_runs",
        "--nocapture",
    ]);
    let ended = bounded(&mut command, LONGEST)?;
    let lines: Vec<&str> = ended
        .text
        .lines()
        .filter(|line| line.contains("series compared") || line.contains("of yes and no compared"))
        .map(|line| line.trim_start_matches('.'))
        .collect();
    Ok(if ended.success { lines.join("; ") } else { format!("FAILED: {}", tail(&ended.text, 8)) })
}

fn compare() -> anyhow::Result<Compared> {
    let python = python()?;
    let script = crate::root::root().join("proofs/pymc_speed.py");
    let ended = bounded(Command::new(&python).arg(script).env("OMP_NUM_THREADS", "1"), LONGEST)?;
    let json = ended.text.lines().rev().find(|line| line.starts_with('{')).with_context(|| tail(&ended.text, 10))?;
    let timed: Timed = serde_json::from_str(json)?;
    let arms: Vec<bool> = (0..84).map(|night| night / 7 % 2 == 1).collect();
    let truth = Truth { ratio: 0.6, ..Truth::default() };
    let series = Series::new(&arms, nights(&truth, &arms, &mut Draws::new(11)))?;
    let mut ours: Vec<f64> = (0..51)
        .map(|_| {
            let started = Instant::now();
            let found = posterior(&series, &Priors::default(), Effort::Precise);
            assert!(found.ratio_below(1.0).is_finite());
            started.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    Ok(Compared { library: timed.library, theirs_s: median(timed.seconds), ours_ms: median(std::mem::take(&mut ours)) })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A Python with PyMC and nutpie, in the build folder.
fn python() -> anyhow::Result<std::path::PathBuf> {
    let folder = crate::root::proofs().join("nuts-venv");
    let python = folder.join("bin/python");
    if !python.exists() {
        println!("   installing PyMC and nutpie into the build folder");
        let made = bounded(Command::new("python3").args(["-m", "venv"]).arg(&folder), LONGEST)?;
        anyhow::ensure!(made.success, "{}", tail(&made.text, 5));
        let list = crate::root::root().join("proofs/requirements-nuts.txt");
        let installed = bounded(
            Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(list),
            LONGEST,
        )?;
        anyhow::ensure!(installed.success, "{}", tail(&installed.text, 5));
    }
    Ok(python)
}
