//! The answers in words.

use std::fmt::Write as _;

use charley_wire::trial::{Classical, Paired, Report, ScoreReport, SummaryOut};
use charley_words::trial::{DRAWN_ONCE, blinding, expectation, second, second_numbers, verdict, verdict_since};

fn said(text: &mut String, said: &[String]) {
    for line in said {
        let _ = writeln!(text, "read: {line}");
    }
}

/// Middle and range of a summary.
fn range(summary: &SummaryOut) -> String {
    format!("{:.1} (95 %: {:.1} to {:.1})", summary.q50.get(), summary.q025.get(), summary.q975.get())
}

/// Counts in words.
pub fn counts(report: &Report) -> String {
    let mut text = String::new();
    said(&mut text, &report.said);
    let headline = if report.start_day.is_some() { verdict_since } else { verdict };
    let _ = writeln!(text, "\n{}", headline(&report.verdict).to_uppercase());
    let _ = writeln!(
        text,
        "About {} cramps a week on treatment nights, about {} on the other nights.",
        range(&report.cramps_a_week.treatment),
        range(&report.cramps_a_week.control)
    );
    let _ = writeln!(text, "Cramps avoided a week: {}.", range(&report.cramps_avoided_per_week));
    let ratio = &report.rate_ratio;
    let _ = writeln!(
        text,
        "Rate ratio {:.2} (95 %: {:.2} to {:.2}). Chance that it is below 1: {:.3}; below {} (worth the trouble): {:.3}.",
        ratio.median.get(),
        ratio.q025.get(),
        ratio.q975.get(),
        report.p_rr_below_1.get(),
        report.prior.worthwhile_below.get(),
        report.p_worthwhile()
    );
    let nights = &report.nights;
    let _ = writeln!(
        text,
        "Nights: {} on treatment ({} missing), {} without ({} missing).",
        nights.treatment, nights.missing_treatment, nights.control, nights.missing_control
    );
    if let Some(start) = &report.start_day {
        let days = start.last + 1 - start.first;
        let _ = match start.p {
            Some(p) => {
                writeln!(text, "Randomisation test over {days} days that could have been drawn: p = {:.3}.", p.get())
            }
            None => writeln!(text, "No randomisation test: one of the {days} days leaves a side without a night."),
        };
        let _ = writeln!(text, "{DRAWN_ONCE}");
    }
    match (&report.sign_flip_p, &report.sign_flip_why_not) {
        _ if report.start_day.is_some() => {}
        (Some(p), _) => {
            let _ = writeln!(
                text,
                "Randomisation test over {} pairs: p = {:.3}.",
                report.sign_flip_pairs.unwrap_or_default(),
                p.get()
            );
        }
        (None, why) => {
            let _ = writeln!(text, "No randomisation test: {}.", why.as_deref().unwrap_or("no usable pair"));
        }
    }
    if report.checks.test_disagrees {
        text += "The randomisation test and the model disagree: take neither for certain.\n";
    }
    if report.verdict == "not_sure_yet" {
        let _ = writeln!(text, "Nights needed: {}.", report.nights_needed_says);
    }
    for check in report.checks.predictive.iter().filter(|check| check.unusual) {
        let _ = writeln!(
            text,
            "The model seldom makes nights like these ({}: {} here, {} expected).",
            check.name.replace('_', " "),
            check.observed.get(),
            check.expected.get()
        );
    }
    if report.checks.alternative.is_some() {
        text += "SECOND ANSWER, beside the one above and not in its place:\n";
        for line in second(report, "treatment").into_iter().chain(second_numbers(report)) {
            let _ = writeln!(text, "  {line}");
        }
    }
    if let Some(bad) = &report.checks.missing_nights_gone_bad {
        let _ = writeln!(
            text,
            "Had the {} missing nights of the better arm been bad, the chance below 1 would be {:.3}.",
            bad.nights_filled,
            bad.p_rr_below_1.get()
        );
    }
    for check in &report.checks.under_priors {
        let _ = writeln!(
            text,
            "Under the {} prior ({}): chance below 1 is {:.3}; {}.",
            check.name,
            check.beta_sd.get(),
            check.p_rr_below_1.get(),
            verdict(&check.verdict).to_lowercase()
        );
    }
    if let Some(done) = &report.as_done {
        let _ = writeln!(text, "As done ({}): chance below 1 is {:.3}.", done.label, done.p_rr_below_1.get());
    }
    if let Some(classical) = &report.classical {
        text += &comparison(classical);
    }
    if report.sign_flip_p.is_none() && report.start_day.is_none() {
        text += "Only an order drawn by lot shows cause. If this order was chosen, read it as a before-and-after, not as proof.\n";
    }
    for line in blinding(report).into_iter().chain(expectation(report).map(str::to_owned)) {
        text += &line;
        text.push('\n');
    }
    text
}

/// Scores in words.
pub fn scores(report: &ScoreReport) -> String {
    let mut text = String::new();
    said(&mut text, &report.said);
    let _ = writeln!(
        text,
        "\nDifference, treatment less control: {:.2} (95 %: {:.2} to {:.2}). Chance that it is below 0: {:.3}.",
        report.beta.q50.get(),
        report.beta.q025.get(),
        report.beta.q975.get(),
        report.p_below_0.get()
    );
    let _ = writeln!(text, "No verdict: {}.", report.why_no_verdict);
    if let Some(classical) = &report.classical {
        text += &comparison(classical);
    }
    text
}

/// A comparison over people in words.
pub fn paired(report: &Paired) -> String {
    let mut text = String::new();
    said(&mut text, &report.said);
    let test = &report.paired_t;
    let _ = writeln!(
        text,
        "{} less {}: {:.3} over {} people ({} rows left out); paired t = {:.3}, p = {:.4} ({}).",
        report.x,
        report.y,
        test.difference.get(),
        report.people,
        report.left_out,
        test.t.get(),
        test.p.get(),
        report.label
    );
    text
}

fn comparison(classical: &Classical) -> String {
    let mut text = format!("Classical ({}):\n", classical.label);
    for (name, test) in [("Welch t", &classical.welch), ("paired t over pairs", &classical.paired_t)] {
        if let Some(test) = test {
            let _ = writeln!(
                text,
                "  {name}: difference {:.3} (SE {:.3}), t = {:.3}, df = {:.1}, p = {:.3}",
                test.difference.get(),
                test.se.get(),
                test.t.get(),
                test.df.get(),
                test.p.get()
            );
        }
    }
    if let Some(gls) = &classical.gls_ar1 {
        let _ = writeln!(
            text,
            "  GLS with AR(1), REML: {:.3} (SE {:.3}), phi = {:.2}, p = {:.3}",
            gls.estimate.get(),
            gls.se.get(),
            gls.phi.get(),
            gls.p.get()
        );
    }
    if let Some(ratio) = &classical.log_response_ratio {
        let _ = writeln!(text, "  log response ratio: {:.4} (SE {:.4})", ratio.estimate.get(), ratio.se.get());
    }
    text
}
