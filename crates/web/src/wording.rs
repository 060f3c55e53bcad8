//! Small changes of wording: the reader's country, and units that people can read.

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
    fn numbers_of_the_country() {
        assert_eq!(dial("112 or 999").as_deref(), Some("112"));
        assert_eq!(dial("Healthdirect on 1800 022 222").as_deref(), Some("1800022222"));
        assert_eq!(dial("your emergency number"), None);
        assert_eq!(fill("Call {emergency_number} now.", None), "Call your emergency number now.");
    }
}
