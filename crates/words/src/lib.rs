//! Assessments in sentences: the same words on every screen, card and letter. English now.

mod paint;
mod text;
pub mod trial;

pub use paint::{Paint, Plain};
pub use text::{Audience, clinician_note, write_assessment};

use charley_wire::{Cause, CauseWord, Disposition, Ranged};

/// The level of care in words: the same on pages, in print and in the terminal.
pub fn level_of_care(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Emergency => "Call now",
        Disposition::SameDay => "Get help today",
        Disposition::Soon2Weeks => "Be seen within two weeks",
        Disposition::Routine => "Book a visit",
        Disposition::SelfCare => "Look after yourself",
    }
}

/// One of four words for a cause.
pub fn cause_word(word: CauseWord) -> &'static str {
    match word {
        CauseWord::LikelyPart => "likely part",
        CauseWord::Possible => "possible",
        CauseWord::LessLikely => "less likely",
        CauseWord::NotRuledOut => "not ruled out",
    }
}

/// A share as a whole per cent, honest at the ends.
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p < 0.95 => "under 1 %".to_owned(),
        p if p > 99.0 => "over 99 %".to_owned(),
        p => format!("{p:.0} %"),
    }
}

/// "28 to 62": what stands in brackets behind a share.
pub fn ends(range: &Ranged) -> String {
    let number = |share: f64| percent(share).replace(" %", "");
    format!("{} to {}", number(range.low.get()), number(range.high.get()))
}

/// A share in per cent, never without its range: "44 % (28 to 62 if our inputs are off)".
pub fn share(range: &Ranged) -> String {
    let mean = percent(range.mean.get());
    if range.low == range.high {
        format!("{mean} (no range was drawn)")
    } else {
        format!("{mean} ({} if our inputs are off)", ends(range))
    }
}

/// For what the person told, which has no share.
pub const KNOWN: &str = "known";

/// Whether a cause is there: "present 44 % (28 to 62 if our inputs are off)".
pub fn present(cause: &Cause) -> String {
    if cause.told() { KNOWN.to_owned() } else { format!("present {}", share(&cause.present)) }
}

/// Whether a cause is there and what it may add, for one that adds: "known; may add 45 % (30 to 60 if our inputs are off)".
pub fn presence(cause: &Cause) -> String {
    let adds = cause.contribution.map(|adds| format!("; may add {}", share(&adds)));
    present(cause) + &adds.unwrap_or_default()
}

/// Puts the numbers to call into a text; without a region it names them in words.
pub fn fill(text: &str, numbers: Option<(&str, &str)>) -> String {
    let (emergency, advice) = numbers.unwrap_or(("your emergency number", "your health advice line"));
    let advice = if advice.is_empty() { "your doctor" } else { advice };
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("{emergency_number}") {
            filled.push_str(emergency);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{advice_line}") {
            filled.push_str(advice);
            rest = after;
        } else {
            filled.push('{');
            rest = &rest[1..];
        }
    }
    filled.push_str(rest);
    filled
}

/// What the letter of a grade means.
pub fn grade(letter: &str) -> &'static str {
    match letter {
        "A" => "good trials",
        "B" => "fair evidence",
        "C" => "weak evidence",
        "D" => "custom, not tested",
        _ => "tested, and no better or harmful",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_to_call_are_filled_in() {
        let check = |text: &str, expected: &str| assert_eq!(fill(text, Some(("999", "111"))), expected, "{text}");
        check("Call {emergency_number}.", "Call 999.");
        check("{advice_line}{emergency_number}", "111999");
        check("{\"say\":\"Call {advice_line}\",\"x\":{}}", "{\"say\":\"Call 111\",\"x\":{}}");
        check("{{emergency_number}} {emergency_number", "{999} {emergency_number");
        assert_eq!(fill("{advice_line}", Some(("999", ""))), "your doctor");
        assert_eq!(fill("{emergency_number}", None), "your emergency number");
    }

    #[test]
    fn no_share_without_its_range() {
        let range = |mean: f64, low: f64, high: f64| Ranged { mean: mean.into(), low: low.into(), high: high.into() };
        assert_eq!(share(&range(0.44, 0.28, 0.62)), "44 % (28 to 62 if our inputs are off)");
        assert_eq!(share(&range(0.004, 0.001, 0.02)), "under 1 % (under 1 to 2 if our inputs are off)");
        assert_eq!(share(&range(0.9996, 0.97, 0.9999)), "over 99 % (97 to over 99 if our inputs are off)");
        assert_eq!(share(&range(0.5, 0.5, 0.5)), "50 % (no range was drawn)");
    }

    #[test]
    fn shares_never_read_as_certain() {
        assert_eq!(percent(0.0), "under 1 %");
        assert_eq!(percent(1.0), "over 99 %");
        assert_eq!(percent(0.424), "42 %");
    }
}
