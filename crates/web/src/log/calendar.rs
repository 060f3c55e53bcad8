//! The calendar of nights as a drawing and as a table: weeks side by side, four marks, months, summer and changes.

use charley_nights::diary::{Count, Diary};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::home::Listed;
use super::words;

/// Weeks side by side: fewer would hide a season, more would be too small on a phone.
const WEEKS: i32 = 15;
/// Nights of the drawing.
pub const NIGHTS: i32 = WEEKS * 7;
/// Width of a week, and height of a day.
const STEP: i32 = 18;
/// Where the first week begins: behind the names of the days.
const LEFT: i32 = 34;
/// Where the first day begins: below months and summer.
const TOP: i32 = 30;

/// A night in the drawing.
pub struct Cell {
    /// Which mark: m0, m1, m2, mx.
    pub mark: &'static str,
    /// Middle.
    pub x: i32,
    /// Middle.
    pub y: i32,
}

/// Words at a place.
pub struct Label {
    /// Left end.
    pub x: i32,
    /// Words.
    pub text: String,
}

/// A summer above the weeks.
pub struct Summer {
    /// Left end.
    pub x: i32,
    /// Width.
    pub width: i32,
}

/// One row of the table: a week.
pub struct Week {
    /// "23 Nov".
    pub from: String,
    /// Monday to Sunday: date and sign; none outside the period.
    pub nights: Vec<Option<(Date, String)>>,
}

/// The calendar.
pub struct Calendar {
    /// Width of the drawing.
    pub width: i32,
    /// Height of the drawing.
    pub height: i32,
    /// "10 August to 23 November 2026".
    pub period: String,
    /// Nights.
    pub cells: Vec<Cell>,
    /// Months.
    pub months: Vec<Label>,
    /// Summers.
    pub summers: Vec<Summer>,
    /// Numbers of changes under their week.
    pub changes: Vec<Label>,
    /// The table, newest week first.
    pub weeks: Vec<Week>,
}

/// The Monday that begins the drawing that ends with this night.
pub fn first(until: Date) -> Date {
    monday(until).saturating_sub(((WEEKS - 1) * 7).days())
}

fn monday(date: Date) -> Date {
    date.saturating_sub(i32::from(date.weekday().to_monday_zero_offset()).days())
}

/// The mark of a night.
fn mark(count: Option<Count>) -> &'static str {
    match count.map(Count::least) {
        None => "mx",
        Some(0) => "m0",
        Some(1) => "m1",
        Some(_) => "m2",
    }
}

/// Draws the nights of a period. `region` tells where summer lies.
pub fn draw(diary: &Diary, region: &str, from: Date, until: Date, listed: &[Listed]) -> Calendar {
    let mut cells = Vec::new();
    let mut months = Vec::new();
    let mut summers: Vec<Summer> = Vec::new();
    let mut weeks = Vec::new();
    let mut before = None;
    for week in 0..WEEKS {
        let start = from.saturating_add((week * 7).days());
        let x = LEFT + week * STEP;
        if before != Some(start.month()) {
            // Three letters need two weeks of room.
            if months.last().is_none_or(|last: &Label| x - last.x >= 2 * STEP) {
                months.push(Label { x, text: words::month(start).to_owned() });
            }
            before = Some(start.month());
        }
        if is_summer(start, region) {
            match summers.last_mut().filter(|last| last.x + last.width == x) {
                Some(last) => last.width += STEP,
                None => summers.push(Summer { x, width: STEP }),
            }
        }
        let mut row = Vec::new();
        for day in 0..7 {
            let date = start.saturating_add(day.days());
            if date > until {
                row.push(None);
                continue;
            }
            let count = diary.count(date);
            cells.push(Cell { mark: mark(count), x: x + STEP / 2, y: TOP + day * STEP + STEP / 2 });
            row.push(Some((date, words::sign(count))));
        }
        weeks.push(Week { from: words::brief(start), nights: row });
    }
    weeks.reverse();
    let numbers = !listed.is_empty();
    Calendar {
        width: LEFT + WEEKS * STEP,
        height: TOP + 7 * STEP + if numbers { 18 } else { 2 },
        period: format!("{} to {}", words::short(from), words::short(until)),
        cells,
        months,
        summers,
        changes: under_weeks(from, listed),
        weeks,
    }
}

/// Numbers of the changes, those of one week together.
fn under_weeks(from: Date, listed: &[Listed]) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for change in listed {
        let days = change.date.since(from).map_or(0, |span| span.get_days());
        let x = LEFT + days / 7 * STEP + STEP / 2;
        match labels.last_mut().filter(|last| last.x == x) {
            Some(last) => last.text = format!("{},{}", last.text, change.number),
            None => labels.push(Label { x, text: change.number.to_string() }),
        }
    }
    labels
}

/// Summer doubles cramps. Where summer lies is known for some countries only.
fn is_summer(date: Date, region: &str) -> bool {
    match region {
        "uk" | "us" | "eu" | "ie" | "ca" => matches!(date.month(), 6..=8),
        "au" | "nz" => matches!(date.month(), 12 | 1 | 2),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_drawing_begins_on_a_monday_and_ends_in_the_last_week() {
        assert_eq!(first(date(2026, 11, 23)), date(2026, 8, 17));
        assert_eq!(first(date(2026, 11, 29)), date(2026, 8, 17));
        assert_eq!(first(date(2026, 11, 30)), date(2026, 8, 24));
    }

    #[test]
    fn summer_is_known_where_the_country_says_it() {
        assert!(is_summer(date(2026, 7, 1), "uk") && is_summer(date(2026, 1, 1), "nz"));
        assert!(!is_summer(date(2026, 1, 1), "uk") && !is_summer(date(2026, 7, 1), "other"));
    }
}
