//! A trial's answer in words: the same on pages, in letters and in the terminal.

use charley_wire::trial::{Report, SummaryOut};

/// Words of a verdict, six at most.
pub fn verdict(code: &str) -> &'static str {
    match code {
        "makes_worse" => "It makes your cramps worse",
        "helps" => "It helps",
        "small_benefit" => "It helps, but only a little",
        "probably_helps" => "It probably helps",
        "no_worthwhile_benefit" => "No benefit worth the trouble",
        _ => "Not sure yet",
    }
}

/// The verdict on a remedy that may need longer than a period: "no benefit" is then only "no quick benefit".
pub fn verdict_on(code: &str, slow: bool) -> &'static str {
    if slow && code == "no_worthwhile_benefit" { "No quick benefit" } else { verdict(code) }
}

/// A number of cramps as people say it: halves below ten, whole above.
pub fn about(cramps: f64) -> String {
    if cramps < 0.25 {
        return "hardly any".to_owned();
    }
    let rounded = if cramps < 10.0 { (cramps * 2.0).round() / 2.0 } else { cramps.round() };
    if rounded.fract() == 0.0 { format!("about {rounded:.0}") } else { format!("about {rounded:.1}") }
}

/// "On stretching nights about 3 cramps a week, on the other nights about 5."
pub fn weekly(report: &Report, label: &str) -> String {
    let middle = |summary: &SummaryOut| about(summary.q50.get());
    format!(
        "On nights with {label} {} cramps a week, on the other nights {}.",
        middle(&report.cramps_a_week.treatment),
        middle(&report.cramps_a_week.control)
    )
}

/// What the nights avoid in a week, with its range.
pub fn avoided(report: &Report) -> String {
    let avoided = &report.cramps_avoided_per_week;
    let (low, high) = (avoided.q025.get(), avoided.q975.get());
    if low < 0.0 {
        format!("That may be anything from {} more a week to {} fewer.", plain(-low), plain(high.max(0.0)))
    } else {
        format!("That is {} to {} fewer a week.", plain(low), plain(high))
    }
}

fn plain(cramps: f64) -> String {
    about(cramps).trim_start_matches("about ").to_owned()
}

/// How sure, out of 100 diaries like this one: fewer cramps with the remedy, and enough fewer to be worth it.
pub fn out_of_hundred(report: &Report) -> (u32, u32) {
    let hundred = |share: f64| {
        // Never "all" and never "none": nothing here is certain.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 99")]
        {
            (100.0 * share).round().clamp(1.0, 99.0) as u32
        }
    };
    (hundred(report.p_rr_below_1.get()), hundred(report.p_rr_below_0_8.get()))
}

/// What could change the answer.
pub fn cautions(report: &Report) -> Vec<String> {
    let mut lines = vec!["You knew which nights were which, so part of this may be expectation.".to_owned()];
    if report.checks.test_disagrees {
        lines.push(
            "A second test, on the order of your periods, does not agree. Take this answer with care.".to_owned(),
        );
    }
    let missing = report.nights.missing_treatment + report.nights.missing_control;
    if missing > 0 {
        lines.push(format!("{missing} nights are not in this answer: not recorded, or left out between periods."));
    }
    if let Some(bad) = &report.checks.missing_nights_gone_bad {
        let after = charley_after(bad.p_rr_below_1.get(), bad.p_rr_below_0_8.get());
        if claims(&report.verdict) && !claims(after) {
            lines.push("If the missing nights were bad ones, the answer would be: not sure yet.".to_owned());
        }
    }
    if report.checks.under_priors.iter().any(|check| claims(&check.verdict) != claims(&report.verdict)) {
        lines.push("Somebody who doubted more, or hoped more, before the start would read it differently.".to_owned());
    }
    if !report.checks.fits {
        lines.push("Your nights come in stranger bursts than our sums expect. Take the numbers as rough.".to_owned());
    }
    lines
}

fn claims(verdict: &str) -> bool {
    matches!(verdict, "helps" | "small_benefit" | "probably_helps")
}

/// The verdict's code from two probabilities, at the planned end and under the usual rule.
fn charley_after(below_one: f64, below_margin: f64) -> &'static str {
    use charley_nights::trial::{Look, Rule, verdict::judge};
    judge(&Rule::default(), below_one, below_margin, Look::End).code()
}

/// What one trial cannot say.
pub const CANNOT_SAY: [&str; 3] = [
    "Whether it would help somebody else.",
    "Whether it goes on helping after these nights.",
    "Why it helps, if it does.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        for (cramps, words) in [(0.1, "hardly any"), (2.7, "about 2.5"), (3.1, "about 3"), (12.4, "about 12")] {
            assert_eq!(about(cramps), words);
        }
    }

    #[test]
    fn a_slow_remedy_has_no_quick_benefit() {
        assert_eq!(verdict_on("no_worthwhile_benefit", true), "No quick benefit");
        assert_eq!(verdict_on("helps", true), "It helps");
        assert!(
            ["makes_worse", "helps", "small_benefit", "probably_helps", "no_worthwhile_benefit", "not_sure_yet"]
                .iter()
                .all(|code| verdict(code).split(' ').count() <= 6)
        );
    }
}
