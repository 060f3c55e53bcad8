//! "What changed since": 28 nights before a day, and the nights since. It never says why.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use charley_nights::rate::{self, Rate, Summary};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Log, words};
use crate::error::WebError;
use crate::page::{Page, show as write};

/// The query of the page.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Asked {
    #[serde(default)]
    date: String,
}

/// One side of the comparison.
struct Side {
    title: String,
    lines: Vec<String>,
    few: bool,
    /// Nights with a cramp: dot, left and right end of its range, on a track of 0 to 100.
    dot: Option<(f64, f64, f64)>,
}

#[derive(Template)]
#[template(path = "log/since.html")]
struct SincePage {
    page: Page,
    today: Date,
    date: String,
    problem: String,
    day: String,
    sides: Vec<Side>,
    too_few: bool,
    overlap: bool,
    other: Vec<String>,
    suggestions: Vec<(Date, String)>,
}

/// Most changes that are offered.
const MOST_OFFERED: usize = 8;

/// The page.
pub async fn show(Query(asked): Query<Asked>, log: Log) -> Result<Response, WebError> {
    let offered = log.diary.changes.iter().rev().take(MOST_OFFERED).map(|told| {
        let text = words::change(told.value.how, &told.value.what);
        (told.value.date, format!("{text}, {}", words::short(told.value.date)))
    });
    let mut page = SincePage {
        today: log.today(),
        date: asked.date.clone(),
        problem: String::new(),
        day: String::new(),
        sides: Vec::new(),
        too_few: false,
        overlap: false,
        other: Vec::new(),
        suggestions: offered.collect(),
        page: log.page.clone(),
    };
    match asked.date.parse::<Date>() {
        Ok(date) if date > log.today() => {
            page.problem = "That date is in the future. Use the day something changed.".to_owned();
        }
        Ok(date) if date.year() >= 1950 => compare(&log, date, &mut page),
        _ if asked.date.is_empty() => {}
        _ => page.problem = "Give the day, such as 2026-11-24.".to_owned(),
    }
    write(&page)
}

fn compare(log: &Log, date: Date, page: &mut SincePage) {
    let recorded = log.recorded();
    let both = rate::since(&recorded, date);
    page.day = words::long(date);
    page.sides = vec![side("The 28 nights before", both.before), side("The nights since", both.after)];
    page.too_few = page.sides.iter().any(|side| side.few);
    page.overlap = match (both.before, both.after) {
        (Some(before), Some(after)) => overlap(before.nights_rate, after.nights_rate),
        _ => true,
    };
    let from = date.saturating_sub(rate::BEFORE.days());
    let inside = log.diary.changes.iter().filter(|told| told.value.date >= from && told.value.date != date);
    let text = |told: &charley_nights::diary::Told<charley_nights::diary::Change>| {
        format!("{}, {}", words::change(told.value.how, &told.value.what), words::short(told.value.date))
    };
    page.other = inside.map(text).take(MOST_OFFERED).collect();
}

fn side(title: &str, sum: Option<Summary>) -> Side {
    let at = |nights: f64| (nights / rate::PER * 1_000.0).round() / 10.0;
    Side {
        title: title.to_owned(),
        lines: sum.as_ref().map_or_else(|| vec!["No night is recorded.".to_owned()], words::summary),
        few: sum.is_none_or(|sum| sum.recorded < rate::FEWEST),
        dot: sum.map(|sum| {
            let rate = sum.nights_rate;
            (at(rate.per_14), at(rate.low), at(rate.high.unwrap_or(rate::PER)))
        }),
    }
}

fn overlap(one: Rate, other: Rate) -> bool {
    one.low <= other.high.unwrap_or(rate::PER) && other.low <= one.high.unwrap_or(rate::PER)
}
