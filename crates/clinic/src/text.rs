//! Small words that several documents share.

use jiff::civil::Date;

/// A number with at most two decimals, without idle zeros.
pub fn plain(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// "1 night", "3 nights": a count with its noun, whose plural ends in s.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A unit as people read it.
pub fn unit(unit: &str) -> &str {
    match unit {
        "1" => "",
        "umol/L" => "µmol/L",
        "ug/L" => "µg/L",
        "ug/dL" => "µg/dL",
        "mL/min/{1.73_m2}" => "mL/min/1.73 m²",
        "ng/mL{FEU}" => "ng/mL FEU",
        "ng/mL{DDU}" => "ng/mL DDU",
        other => other,
    }
}

/// "3.2 mmol/L"; a pure number stands alone.
pub fn with_unit(value: &str, written: &str) -> String {
    match unit(written) {
        "" => value.to_owned(),
        "points" if value == "1" => "1 point".to_owned(),
        unit => format!("{value} {unit}"),
    }
}

/// "24 Nov 2026".
pub fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// Days from one date to another; 0 when the second is earlier.
pub fn days_between(from: Date, to: Date) -> i32 {
    to.since(from).map_or(0, |span| span.get_days()).max(0)
}

/// Cuts a text after a word so that it has at most so many characters, and says with "…" that it was cut.
pub fn cut(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    let head: String = text.chars().take(most.saturating_sub(1)).collect();
    let head = head.rsplit_once(' ').map_or(head.as_str(), |(head, _)| head);
    format!("{}…", head.trim_end_matches([',', ';', '.', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_units_as_people_write_them() {
        assert_eq!([plain(3.0), plain(3.25), plain(0.1), plain(-0.001)], ["3", "3.25", "0.1", "0"]);
        assert_eq!(with_unit("0.86", "1"), "0.86");
        assert_eq!(with_unit("80", "umol/L"), "80 µmol/L");
        assert_eq!(counted(1, "night") + &counted(2, "night"), "1 night2 nights");
    }

    #[test]
    fn cutting_says_so() {
        assert_eq!(cut("one two three", 40), "one two three");
        assert_eq!(cut("one two, three", 10), "one two…");
        assert_eq!(cut("one   two", 40), "one two");
        assert!(cut(&"word ".repeat(100), 60).chars().count() <= 60);
    }
}
