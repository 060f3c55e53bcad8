//! A trial's answer in words: the same on pages, in letters and in the terminal.

use charley_nights::trial::{Look, Rule, verdict::judge};
use charley_wire::trial::{AlternativeOut, Report, SummaryOut};

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

/// The verdict where the start was drawn by lot, once: it says what came after that day, not what the remedy does.
pub fn verdict_since(code: &str) -> &'static str {
    match code {
        "makes_worse" => "More cramps since the drawn day",
        "helps" => "Fewer cramps since the drawn day",
        "small_benefit" => "A little fewer since that day",
        "probably_helps" => "Probably fewer since the drawn day",
        "no_worthwhile_benefit" => "No change worth the trouble",
        _ => "Not sure yet",
    }
}

/// What a start drawn by lot can show.
pub const DRAWN_ONCE: &str = "You started on a day drawn by lot, but only once. Whatever else changed then counts too.";

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

/// A share as so many of 100. Never "all" and never "none": nothing here is certain.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 99")]
fn hundred(share: f64) -> u32 {
    (100.0 * share).round().clamp(1.0, 99.0) as u32
}

/// How sure, out of 100 diaries like this one: fewer cramps with the remedy, and enough fewer to be worth it.
pub fn out_of_hundred(report: &Report) -> (u32, u32) {
    (hundred(report.p_rr_below_1.get()), hundred(report.p_worthwhile()))
}

/// A share in words that people weigh alike.
pub fn in_ten(share: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 10")]
    let tens = (10.0 * share).round() as u32;
    match tens {
        0 => "fewer than 1 in 10".to_owned(),
        10 => "more than 9 in 10".to_owned(),
        tens => format!("about {tens} in 10"),
    }
}

/// How much fewer cramps a margin asks for: 0.8 is "a fifth".
pub fn fewer_by(margin: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    let hundredths = (100.0 * (1.0 - margin)).round().clamp(0.0, 100.0) as u32;
    match hundredths {
        5 => "a twentieth".to_owned(),
        10 => "a tenth".to_owned(),
        20 => "a fifth".to_owned(),
        25 => "a quarter".to_owned(),
        30 => "three tenths".to_owned(),
        33 => "a third".to_owned(),
        40 => "two fifths".to_owned(),
        other => format!("{other} in 100"),
    }
}

/// What a margin means for somebody with so many cramps a week, as the fewer cramps that are worth it: over the shortest
/// time in which they are about a whole number, or a half more.
pub fn fewer_weekly(rate_weekly: f64, margin: f64) -> String {
    /// Rounding may change the number by this share.
    const ROUNDING: f64 = 0.2;
    let times = [(1.0, "a week"), (4.0, "in 4 weeks"), (12.0, "in 12 weeks")];
    let said = times.into_iter().find_map(|(weeks, time)| {
        let fewer = rate_weekly * (1.0 - margin) * weeks;
        let rounded = (2.0 * fewer).round() / 2.0;
        let number = if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") };
        (rounded >= 1.0 && (rounded - fewer).abs() <= ROUNDING * fewer).then(|| format!("{number} fewer {time}"))
    });
    said.unwrap_or_else(|| "less than 1 fewer in 12 weeks".to_owned())
}

/// The second answer, sentence by sentence: why it stands here, the nights with a cramp, how sure, what the rule would say.
pub fn second(report: &Report, label: &str) -> Vec<String> {
    let Some(second) = &report.checks.alternative else { return Vec::new() };
    let mut lines = Vec::new();
    if !second.why.is_empty() {
        lines.push("Your nights are not like those that our first sum expects.".to_owned());
    }
    lines.push("So here is a second way to count: did a night have a cramp, yes or no?".to_owned());
    let chance = &second.chance_of_cramp_a_night;
    lines.push(format!("With {label}, {}.", nights_with_cramp(&chance.treatment)));
    lines.push(format!("Without it, {}.", nights_with_cramp(&chance.control)));
    lines.push(format!(
        "In about {} of 100 diaries like yours there are fewer such nights with it.",
        hundred(second.p_rr_below_1.get())
    ));
    lines.push(format!("By this count the rule would say: {}.", lower(verdict(&second.rule_would_say))));
    if claims(&second.rule_would_say) != claims(&report.verdict) {
        lines.push("The two counts do not agree. Take neither as settled.".to_owned());
    }
    if !second.fits {
        lines
            .push("Your nights are not like those that the second sum expects, either. Take both as rough.".to_owned());
    }
    lines
}

/// "about 3 in 10 nights had a cramp (95 % range: 2 to 5)"
fn nights_with_cramp(chance: &SummaryOut) -> String {
    let tenths = |share: f64| (10.0 * share).round();
    format!(
        "{} nights had a cramp (95 % range: {:.0} to {:.0})",
        in_ten(chance.q50.get()),
        tenths(chance.q025.get()),
        tenths(chance.q975.get())
    )
}

/// The second answer in numbers.
pub fn second_numbers(report: &Report) -> Option<String> {
    let second: &AlternativeOut = report.checks.alternative.as_ref()?;
    let ratio = &second.rate_ratio;
    let raw = &second.nights_with_cramp;
    Some(format!(
        "Nights with a cramp: {} of {} with it, {} of {} without. Rate ratio {:.2} (95 % range: {:.2} to {:.2}).",
        raw.treatment,
        raw.of_treatment,
        raw.control,
        raw.of_control,
        ratio.median.get(),
        ratio.q025.get(),
        ratio.q975.get()
    ))
}

fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// How far expectation may be part of the answer; nothing where a dummy kept its secret.
pub fn expectation(report: &Report) -> Option<&'static str> {
    match report.blinding.as_ref().map(|found| found.secret.as_str()) {
        Some("kept") => None,
        Some("lost") => Some("You may have known which nights were which, so part of this may be expectation."),
        Some(_) => Some("We cannot tell whether the dummy kept its secret, so part of this may be expectation."),
        None => Some("You knew which nights were which, so part of this may be expectation."),
    }
}

/// What a blinded person guessed, and whether that beats chance.
pub fn blinding(report: &Report) -> Vec<String> {
    let Some(found) = &report.blinding else { return Vec::new() };
    let mut lines = vec![format!(
        "You guessed on {} nights, and on {} of them you were right. On {} nights you did not know.",
        found.nights_guessed, found.nights_right, found.nights_unknown
    )];
    if found.pairs_judged > 0 {
        lines.push(format!(
            "In {} of {} pairs of turns most guesses were right. The chance to be right is {} to {} in 100 \
             (95 % range); a coin has 50.",
            found.pairs_right,
            found.pairs_judged,
            hundred(found.interval[0].get()),
            hundred(found.interval[1].get())
        ));
    }
    lines.push(
        match found.secret.as_str() {
            "kept" => "That is no better than a coin: the dummy kept its secret.",
            "lost" => {
                "That is better than a coin. The capsules may have given it away, or the remedy worked so that it showed."
            }
            _ => "That is too little to tell whether the dummy kept its secret.",
        }
        .to_owned(),
    );
    lines
}

/// What could change the answer.
pub fn cautions(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = expectation(report).map(str::to_owned).into_iter().collect();
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
        let margin = bad.p_rr_below_margin.unwrap_or(bad.p_rr_below_0_8);
        let rule = Rule::default().with_margin(report.prior.worthwhile_below.get());
        let after = judge(&rule, bad.p_rr_below_1.get(), margin.get(), Look::End);
        if claims(&report.verdict) && !claims(after.code()) {
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
    fn shares_are_never_all_or_nothing() {
        assert_eq!(in_ten(0.01), "fewer than 1 in 10");
        assert_eq!(in_ten(0.43), "about 4 in 10");
        assert_eq!(in_ten(0.99), "more than 9 in 10");
    }

    #[test]
    fn margins_are_said_as_fewer_cramps() {
        let cases = [
            (5.0, 0.8, "a fifth", "1 fewer a week"),
            (5.0, 0.6, "two fifths", "2 fewer a week"),
            (5.0, 0.95, "a twentieth", "1 fewer in 4 weeks"),
            (11.0, 0.7, "three tenths", "3.5 fewer a week"),
            (2.0, 0.8, "a fifth", "1.5 fewer in 4 weeks"),
            (2.5, 0.95, "a twentieth", "1.5 fewer in 12 weeks"),
            (2.5, 0.9, "a tenth", "1 fewer in 4 weeks"),
            (2.5, 0.7, "three tenths", "3 fewer in 4 weeks"),
            (2.5, 0.6, "two fifths", "1 fewer a week"),
            (0.7, 0.9, "a tenth", "1 fewer in 12 weeks"),
            (0.3, 0.9, "a tenth", "less than 1 fewer in 12 weeks"),
            (7.0, 0.73, "27 in 100", "2 fewer a week"),
        ];
        for (weekly, margin, share, fewer) in cases {
            assert_eq!((fewer_by(margin).as_str(), fewer_weekly(weekly, margin).as_str()), (share, fewer));
        }
    }

    /// An answer on nights of bursts, with guesses of which some are right.
    fn answer(right: impl Fn(usize) -> bool) -> Report {
        use charley_nights::trial::analysis::{Question, analyse};
        use charley_nights::trial::blinding::{Guess, blinding};
        use charley_nights::trial::signflip::Pair;
        use charley_nights::trial::{Count, Priors, Series};
        let arms: Vec<bool> = (0..84).map(|night| night / 7 % 2 == 1).collect();
        let burst = |night: usize| if arms[night] { night % 7 == 3 } else { night.is_multiple_of(2) };
        let counts = (0..84).map(|night| Count::Exactly(if burst(night) { 9 } else { 0 })).collect();
        let series = Series::new(&arms, counts).unwrap();
        let pairs: Vec<Pair> = (0..6)
            .map(|pair| 14 * pair)
            .map(|at| Pair { control: (at..at + 7).collect(), treated: (at + 7..at + 14).collect() })
            .collect();
        let guesses: Vec<Option<Guess>> = (0..84)
            .map(|night| Some(if arms[night] == right(night / 14) { Guess::Treatment } else { Guess::Control }))
            .collect();
        let question = Question {
            series: &series,
            whole: &series,
            pairs: Some(&pairs),
            start: None,
            pair_nights: 14,
            look: Look::End,
            priors: Priors::default(),
            rule: Rule::default(),
            yes_no: false,
        };
        let blinding = Some(blinding(&guesses, &pairs));
        Report::new(&question, &analyse(&question), charley_wire::trial::Besides { blinding, ..Default::default() })
    }

    #[test]
    fn sentences_are_short_and_nothing_is_certain() {
        for report in [answer(|_| true), answer(|pair| pair % 2 == 0), answer(|pair| pair > 6)] {
            let lines =
                second(&report, "magnesium tablets").into_iter().chain(blinding(&report)).chain(cautions(&report));
            for line in lines {
                for sentence in line.split(['.', '?', ';', ':']) {
                    assert!(sentence.split_whitespace().count() <= 20, "{sentence}");
                }
                assert!(!line.contains("100 of 100") && !line.contains("significant"), "{line}");
            }
        }
    }

    #[test]
    fn expectation_is_left_out_only_where_a_dummy_kept_its_secret() {
        assert_eq!(expectation(&answer(|pair| pair % 2 == 0)), None);
        assert!(expectation(&answer(|_| true)).unwrap().starts_with("You may have known"));
        let open = Report { blinding: None, ..answer(|_| true) };
        assert!(expectation(&open).unwrap().starts_with("You knew which nights were which"));
        let mut few = answer(|_| true);
        few.blinding.as_mut().unwrap().secret = "cannot_tell".to_owned();
        assert!(expectation(&few).unwrap().starts_with("We cannot tell"));
    }

    #[test]
    fn answers_of_older_releases_are_read() {
        let mut old = serde_json::to_value(answer(|_| true)).unwrap();
        for new in ["p_rr_below_margin", "blinding"] {
            old.as_object_mut().unwrap().remove(new);
        }
        old["checks"].as_object_mut().unwrap().remove("alternative");
        let report: Report = serde_json::from_value(old).unwrap();
        assert_eq!(report.p_worthwhile(), report.p_rr_below_0_8.get());
        assert!(second(&report, "x").is_empty() && blinding(&report).is_empty());
    }

    #[test]
    fn a_slow_remedy_has_no_quick_benefit() {
        assert_eq!(verdict_on("no_worthwhile_benefit", true), "No quick benefit");
        assert_eq!(verdict_on("helps", true), "It helps");
        assert_eq!(verdict_since("helps"), "Fewer cramps since the drawn day");
        assert!(
            ["makes_worse", "helps", "small_benefit", "probably_helps", "no_worthwhile_benefit", "not_sure_yet"]
                .iter()
                .all(|code| verdict(code).split(' ').count() <= 6 && verdict_since(code).split(' ').count() <= 6)
        );
    }
}
