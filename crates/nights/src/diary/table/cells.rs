//! Dates and counts as people write them.

use jiff::civil::Date;

use super::{DayOrder, Fault, MOST_CRAMPS};
use crate::diary::Count;
use crate::short;

/// What the writing of a date says of the order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Year first: no question.
    YearFirst,
    /// One of the numbers is above 12, or dots stand between them.
    Order(DayOrder),
    /// Both can be the day, and they differ.
    Open,
    /// Both are the same number.
    Same,
}

/// Three numbers with the same mark between them.
fn parts(text: &str) -> Option<(char, [&str; 3])> {
    let mark = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(mark, '-' | '/' | '.') {
        return None;
    }
    let parts: Vec<&str> = text.split(mark).collect();
    let [a, b, c] = parts.try_into().ok()?;
    let digits = |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (digits(a) && digits(b) && digits(c)).then_some((mark, [a, b, c]))
}

/// How a date is written; none when it is not one.
pub fn written(text: &str) -> Option<Written> {
    let (mark, [a, b, c]) = parts(text)?;
    if a.len() == 4 {
        return Some(Written::YearFirst);
    }
    if !matches!(c.len(), 2 | 4) {
        return None;
    }
    let (a, b): (u32, u32) = (a.parse().ok()?, b.parse().ok()?);
    Some(match (a, b) {
        (13.., ..) => Written::Order(DayOrder::DayFirst),
        (_, 13..) => Written::Order(DayOrder::MonthFirst),
        // Dots are written where the day comes first.
        _ if mark == '.' => Written::Order(DayOrder::DayFirst),
        (a, b) if a == b => Written::Same,
        _ => Written::Open,
    })
}

/// A date, read in this order of day and month.
pub fn date(text: &str, order: DayOrder) -> Option<Date> {
    let (_, [a, b, c]) = parts(text)?;
    let (year, month, day) = match (a.len(), order) {
        (4, _) => (a, b, c),
        (_, DayOrder::DayFirst) => (c, b, a),
        (_, DayOrder::MonthFirst) => (c, a, b),
    };
    let year: i16 = match year.len() {
        4 => year.parse().ok()?,
        2 => year.parse::<i16>().ok()? + 2000,
        _ => return None,
    };
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A count; none when the night is not known.
pub fn count(text: &str) -> Result<Option<Count>, Fault> {
    let lower = text.to_lowercase();
    match lower.as_str() {
        "" | "?" | "-" | "unknown" | "don't know" | "don’t know" | "na" | "n/a" | "null" => return Ok(None),
        "no" | "n" | "none" | "false" => return Ok(Some(Count::Exactly(0))),
        "yes" | "y" | "true" => return Ok(Some(Count::AtLeast(1))),
        _ => {}
    }
    let open = lower
        .strip_suffix('+')
        .or_else(|| lower.strip_suffix("or more"))
        .or_else(|| lower.strip_prefix(">="))
        .map(str::trim);
    let digits = open.unwrap_or(&lower);
    // Sheets write whole numbers as 2.0 too.
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::NotCount(short(text)));
    }
    match digits.parse::<u32>() {
        Ok(0) if open.is_some() => Err(Fault::NotCount(short(text))),
        Ok(n) if n <= MOST_CRAMPS => Ok(Some(if open.is_some() { Count::AtLeast(n) } else { Count::Exactly(n) })),
        _ => Err(Fault::TooMany(short(digits))),
    }
}
