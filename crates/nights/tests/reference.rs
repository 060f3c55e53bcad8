//! Answers of slow outside tools, committed in `proofs/`: long NUTS runs and classical statistics.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use charley_nights::trial::score::{Scored, recorded};
use charley_nights::trial::{Count, Effort, Normal, Priors, Series, Summary, classical, posterior};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn file(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proofs").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn reference_folder() -> Option<PathBuf> {
    std::env::var_os("CHARLEY_REFERENCE_DATA").map(PathBuf::from)
}

/// Rows of a reference file: (night, arm, value), for one person where a selector names one. None when the folder is not
/// there.
fn rows(series: &Value) -> Option<Vec<(usize, bool, Option<f64>)>> {
    let path = reference_folder()?.join(series["file"].as_str()?);
    let selector = &series["selector"];
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next()?.split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name);
    let (arm, y) = (place(selector["arm"].as_str()?)?, place(selector["y"].as_str()?)?);
    let who = place("participant").zip(selector["participant"].as_u64());
    let night = place("session").or(place("study_day"));
    let mut rows = Vec::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        if who.is_none_or(|(column, person)| cells[column] == person.to_string()) {
            let night = night.map_or(rows.len(), |night| cells[night].parse::<usize>().unwrap() - 1);
            rows.push((night, cells[arm] == "1", cells[y].parse().ok()));
        }
    }
    Some(rows)
}

fn close(found: f64, wanted: f64, what: &str) {
    assert!((found - wanted).abs() <= 2e-6 * wanted.abs().max(1.0), "{what}: {found}, reference {wanted}");
}

fn scored(entry: &Value) -> Option<(Vec<Scored>, usize)> {
    let series = &entry["series"];
    if series["file"].is_string() {
        let rows = rows(series)?;
        let all = rows.iter().map(|row| row.0).max()? + 1;
        let nights = rows
            .iter()
            .filter_map(|(night, treated, value)| {
                Some(Scored { night: *night, treated: f64::from(u8::from(*treated)), score: (*value)? })
            })
            .collect();
        return Some((nights, all));
    }
    let arm: Vec<bool> = series["arm"].as_array()?.iter().map(|arm| arm.as_f64() == Some(1.0)).collect();
    let y: Vec<Option<f64>> = series["y"].as_array()?.iter().map(Value::as_f64).collect();
    Some((recorded(&arm, &y).unwrap(), arm.len()))
}

#[test]
fn classical_companions_agree_with_scipy_and_nlme() {
    let file = file("classical_reference.json");
    let (mut checked, mut skipped) = (0, 0);
    for entry in file["answers"].as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        if entry["paired_t"].is_object() {
            continue;
        }
        let Some((nights, all)) = scored(entry) else {
            skipped += 1;
            continue;
        };
        let of = |arm: f64| -> Vec<f64> {
            nights.iter().filter(|night| night.treated == arm).map(|night| night.score).collect()
        };
        if let Some(wanted) = entry["welch"]["t"].as_f64() {
            let found = classical::welch(&of(1.0), &of(0.0)).unwrap();
            close(found.t, wanted, name);
            close(found.p, entry["welch"]["p"].as_f64().unwrap(), name);
            checked += 1;
        }
        if let Some(wanted) = entry["log_response_ratio"]["lrr"].as_f64() {
            let found = classical::response_ratio(&of(1.0), &of(0.0)).unwrap();
            close(found.estimate, wanted, name);
            close(found.se, entry["log_response_ratio"]["se"].as_f64().unwrap(), name);
            checked += 1;
        }
        let gls = &entry["gls_ar1_reml_trend"];
        if gls.is_object() {
            let found = classical::gls_ar1(&nights, all).unwrap();
            close(found.test.difference, gls["coefficients"][1].as_f64().unwrap(), name);
            close(found.test.se, gls["se"][1].as_f64().unwrap(), name);
            assert!((found.phi - gls["phi"].as_f64().unwrap()).abs() < 1e-5, "{name}: {}", found.phi);
            checked += 1;
        }
    }
    println!("{checked} answers compared, {skipped} series SKIPPED (CHARLEY_REFERENCE_DATA is not set)");
    assert!(checked >= 10);
}

fn count(value: &Value) -> Count {
    match value {
        Value::Null => Count::Missing,
        Value::String(_) => Count::TwoOrMore,
        number => Count::Exactly(u32::try_from(number.as_u64().unwrap()).unwrap()),
    }
}

fn priors(value: &Value) -> Priors {
    let number = |name: &str, usual: f64| value[name].as_f64().unwrap_or(usual);
    let usual = Priors::default();
    Priors {
        alpha: Normal { mean: number("alpha_mean", usual.alpha.mean), sd: number("alpha_sd", usual.alpha.sd) },
        beta: Normal { mean: number("beta_mean", 0.0), sd: number("beta_sd", usual.beta.sd) },
        gamma: Normal { mean: number("gamma_mean", 0.0), sd: number("gamma_sd", usual.gamma.sd) },
        sigma_sd: number("sigma_halfnormal_sd", usual.sigma_sd),
        isq_sd: number("inv_sqrt_phi_halfnormal_sd", usual.isq_sd),
        rho: value["rho01_beta"].as_array().map_or(usual.rho, |ab| (ab[0].as_f64().unwrap(), ab[1].as_f64().unwrap())),
        ..usual
    }
}

/// A published series from its file, as `proofs/trial_series.py` reads it. None when the folder is not there.
fn published(series: &Value) -> Option<(Vec<bool>, Vec<Count>)> {
    let file = series["file"].as_str()?;
    let text = std::fs::read_to_string(reference_folder()?.join(file)).unwrap();
    if file.ends_with(".json") {
        let whole: Value = serde_json::from_str(&text).unwrap();
        let arm = whole["arm"].as_array()?.iter().map(|arm| arm.as_f64() == Some(1.0)).collect();
        return Some((arm, whole["y"].as_array()?.iter().map(count).collect()));
    }
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next()?.split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name);
    let (who, wanted) = series["selector"].as_object()?.iter().next()?;
    let (column, wanted) = (place(who)?, wanted.to_string());
    let rows: Vec<Vec<&str>> =
        lines.map(|line| line.split(',').collect::<Vec<_>>()).filter(|row| row[column] == wanted).collect();
    if let (Some(arm), Some(y)) = (place("treatment"), place("count_rounded")) {
        let counts = rows.iter().map(|row| Count::Exactly(row[y].parse().unwrap())).collect();
        return Some((rows.iter().map(|row| row[arm] == "1").collect(), counts));
    }
    // Days from the first to the last entry; a day without one is missing; from day 0 on the arm is 1.
    let (time, headache) = (place("time")?, place("headache")?);
    let days: std::collections::BTreeMap<i32, u32> =
        rows.iter().map(|row| (row[time].parse().unwrap(), u32::from(row[headache] == "yes"))).collect();
    let every = *days.keys().next()?..=*days.keys().next_back()?;
    let counts = every.clone().map(|day| days.get(&day).map_or(Count::Missing, |count| Count::Exactly(*count)));
    Some((every.clone().map(|day| day >= 0).collect(), counts.collect()))
}

/// Where a posterior leaves the limits of the reference answers: in posterior standard deviations, as a ratio, and as
/// probabilities.
fn faults(series: &Series, entry: &Value) -> Vec<String> {
    let name = entry["series"]["name"].as_str().unwrap_or("?");
    let found = posterior(series, &priors(&entry["series"]["priors"]), Effort::Precise);
    let beta = Summary::of(&found.beta);
    let wanted = &entry["posterior"]["beta"];
    let number = |name: &str| wanted[name].as_f64().unwrap();
    let (mean, sd) = (number("mean"), number("sd"));
    [
        ("mean, in posterior sd", (beta.mean - mean) / sd, 0.08),
        ("sd, as a ratio", beta.sd / sd - 1.0, 0.06),
        ("2.5 % point", beta.quantiles[0] - number("q025"), 0.05),
        ("median", beta.quantiles[3] - number("q50"), 0.05),
        ("97.5 % point", beta.quantiles[6] - number("q975"), 0.05),
        ("P(RR<1)", found.ratio_below(1.0) - entry["p_rr_below_1"].as_f64().unwrap(), 0.02),
        ("P(RR<0.8)", found.ratio_below(0.8) - entry["p_rr_below_0_8"].as_f64().unwrap(), 0.02),
    ]
    .into_iter()
    .filter(|(_, off, most)| off.abs() > *most)
    .map(|(what, off, most)| format!("{name}: {what} is off by {off:.4} (limit {most})"))
    .collect()
}

/// A list of arms or of counts that stands in the file.
fn listed(series: &Value) -> Option<(Vec<bool>, Vec<Count>)> {
    let (arm, y) = (series["arm"].as_array()?, series["y"].as_array()?);
    Some((arm.iter().map(|arm| arm.as_f64() == Some(1.0)).collect(), y.iter().map(count).collect()))
}

/// Nights of yes and no against NUTS with a Bernoulli likelihood, and the counts behind them, of which only yes and no may
/// matter.
#[test]
fn the_posterior_of_yes_and_no_agrees_with_long_nuts_runs() {
    let file = file("nuts_yes_no.json");
    let answers = file["answers"].as_array().unwrap();
    let mut all = Vec::new();
    for entry in answers {
        let (arm, told) = listed(&entry["series"]).unwrap();
        let counts = entry["series"]["counts"].as_array().unwrap().iter().map(count).collect();
        let counts = Series::new(&arm, counts).unwrap().yes_no();
        assert!(counts.counts().iter().zip(&told).all(|(count, told)| count.yes_or_no() == *told));
        all.extend(faults(&counts, entry));
    }
    println!("{} of yes and no compared", answers.len());
    assert!(all.is_empty(), "{}", all.join("\n"));
    assert!(answers.len() >= 6, "{}", answers.len());
}

#[test]
fn the_posterior_agrees_with_long_nuts_runs() {
    let file = file("nuts_reference.json");
    let (mut checked, mut skipped) = (0, 0);
    let mut all = Vec::new();
    for entry in file["answers"].as_array().unwrap() {
        let Some((arm, y)) = listed(&entry["series"]).or_else(|| published(&entry["series"])) else {
            skipped += 1;
            continue;
        };
        all.extend(faults(&Series::new(&arm, y).unwrap(), entry));
        checked += 1;
    }
    println!("{checked} series compared, {skipped} SKIPPED (their data are not part of this repository)");
    assert!(all.is_empty(), "{}", all.join("\n"));
    assert!(checked >= 30, "{checked}");
}
