//! Assessments in sentences: the same words on every screen, card and letter. English now.

mod paint;
mod text;
pub mod trial;

pub use paint::{Paint, Plain};
pub use text::{Audience, clinician_note, write_assessment};

use charley_wire::{CauseWord, Disposition, Ranged};

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

/// A share in per cent, never without its range: "44 % (28 to 62 if our inputs are off)".
pub fn share(range: &Ranged) -> String {
    let percent = |value: f64| {
        let percent = 100.0 * value;
        if percent < 0.95 { format!("{percent:.1}") } else { format!("{percent:.0}") }
    };
    let (mean, low, high) = (range.mean.get(), range.low.get(), range.high.get());
    if low == high {
        format!("{} % (no range was drawn)", percent(mean))
    } else {
        format!("{} % ({} to {} if our inputs are off)", percent(mean), percent(low), percent(high))
    }
}

/// Puts the numbers to call into a text; without a region it names them in words.
pub fn fill(text: &str, numbers: Option<(&str, &str)>) -> String {
    let (emergency, advice) = numbers.unwrap_or(("your emergency number", "your health advice line"));
    let advice = if advice.is_empty() { "your doctor" } else { advice };
    text.replace("{emergency_number}", emergency).replace("{advice_line}", advice)
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
    fn no_share_without_its_range() {
        let range = |mean: f64, low: f64, high: f64| Ranged { mean: mean.into(), low: low.into(), high: high.into() };
        assert_eq!(share(&range(0.44, 0.28, 0.62)), "44 % (28 to 62 if our inputs are off)");
        assert_eq!(share(&range(0.004, 0.001, 0.02)), "0.4 % (0.1 to 2 if our inputs are off)");
        assert_eq!(share(&range(0.5, 0.5, 0.5)), "50 % (no range was drawn)");
    }
}
