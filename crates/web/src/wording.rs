//! Small changes of wording: the reader's country, and "they" when the check is for somebody else.

use charley_knowledge::Region;

/// Puts the numbers of the country into a text of the knowledge.
pub fn fill(text: &str, region: Option<&Region>) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let (number, line) = region.map_or(("your emergency number", "your doctor or local advice line"), |region| {
        (region.emergency_number.as_str(), region.advice_line.as_str())
    });
    text.replace("{emergency_number}", number).replace("{advice_line}", line)
}

/// The number behind a tap-to-call button: the first run of digits, if there is one.
pub fn dial(number: &str) -> Option<String> {
    let from = number.find(|c: char| c.is_ascii_digit())?;
    let digits: String = number[from..].chars().take_while(|c| c.is_ascii_digit() || *c == ' ').collect();
    Some(digits.replace(' ', ""))
}

/// Words before "you" after which it is an object: "does it wake *you*" becomes "does it wake *them*".
const BEFORE_OBJECT: [&str; 25] = [
    "wake",
    "wakes",
    "for",
    "to",
    "of",
    "with",
    "about",
    "tell",
    "told",
    "help",
    "helps",
    "troubles",
    "robs",
    "suit",
    "ask",
    "asks",
    "harm",
    "near",
    "gives",
    "give",
    "from",
    "troubling",
    "make",
    "makes",
    "beside",
];

/// Speaks of "they" instead of "you". The verb stays the same, which keeps this small.
pub fn they(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = String::new();
    for piece in text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '\'') {
        let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '\'');
        let tail = &piece[word.len()..];
        let lower = word.to_lowercase();
        let new = match lower.as_str() {
            "you" if BEFORE_OBJECT.contains(&before.as_str()) => "them",
            "you" => "they",
            "your" => "their",
            "yours" => "theirs",
            "yourself" => "themselves",
            "you're" => "they're",
            _ => "",
        };
        if new.is_empty() {
            out.push_str(word);
        } else if word.starts_with(char::is_uppercase) {
            out.extend(new.chars().next().map(|first| first.to_ascii_uppercase()));
            out.push_str(&new[1..]);
        } else {
            out.push_str(new);
        }
        out.push_str(tail);
        before = if tail.contains(['.', ',', '?', ':', ';']) { String::new() } else { lower };
    }
    out
}

/// A label for a UCUM unit that people can read.
pub fn unit_label(unit: &str) -> &str {
    match unit {
        "yr" => "years",
        "mo" => "months",
        "wk" => "weeks",
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "/wk" => "a week",
        "/d" => "a day",
        "/night" => "a night",
        "degC" => "°C",
        "[degF]" | "degF" => "°F",
        "umol/L" => "µmol/L",
        "ug/L" => "µg/L",
        "mL/min/{1.73_m2}" => "mL/min/1.73 m²",
        "ng/mL{FEU}" => "ng/mL FEU",
        "10^9/L" => "×10⁹/L",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_for_somebody_else() {
        let check = |you: &str, other: &str| assert_eq!(they(you), other);
        check("Do you get painful cramps in your legs?", "Do they get painful cramps in their legs?");
        check("Does it wake you from sleep?", "Does it wake them from sleep?");
        check("How old are you?", "How old are they?");
        check("Did you hurt this leg lately?", "Did they hurt this leg lately?");
        check("Has a doctor or nurse told you to drink less?", "Has a doctor or nurse told them to drink less?");
        check("You newly cannot lift one foot", "They newly cannot lift one foot");
        check("Then we must not tell you to drink more.", "Then we must not tell them to drink more.");
        check("Young people do not need it.", "Young people do not need it.");
    }

    #[test]
    fn numbers_of_the_country() {
        assert_eq!(dial("112 or 999").as_deref(), Some("112"));
        assert_eq!(dial("Healthdirect on 1800 022 222").as_deref(), Some("1800022222"));
        assert_eq!(dial("your emergency number"), None);
        assert_eq!(fill("Call {emergency_number} now.", None), "Call your emergency number now.");
    }
}
