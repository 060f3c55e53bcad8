//! Nights with a cramp in 14, week after week: a line in a band, and the same as a table.

use std::fmt::Write as _;

use charley_nights::diary::Count;
use charley_nights::rate::{self, Point};
use jiff::civil::Date;

use super::home::Listed;
use super::words;

/// The plot: left, right, top, bottom.
const LEFT: f64 = 26.0;
const RIGHT: f64 = 300.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 128.0;

/// A line across a change.
pub struct Mark {
    /// Place.
    pub x: f64,
    /// Number of the change.
    pub number: usize,
}

/// One row of the table.
pub struct Row {
    /// "23 Nov".
    pub until: String,
    /// Recorded nights of the 14.
    pub recorded: u32,
    /// "about 6 (likely 3 to 9)", or that there are too few.
    pub rate: String,
}

/// The chart.
pub struct Trend {
    /// Outline of the band, in pieces.
    pub band: String,
    /// The line, in pieces.
    pub line: String,
    /// Changes.
    pub marks: Vec<Mark>,
    /// Dates under the plot: place and words.
    pub dates: Vec<(f64, String)>,
    /// Numbers beside the plot: place and nights.
    pub scale: Vec<(f64, u32)>,
    /// The table, newest first, a row a week.
    pub rows: Vec<Row>,
    /// Nothing to draw yet.
    pub empty: bool,
}

/// Draws the series of a period.
pub fn draw(nights: &[(Date, Count)], from: Date, until: Date, listed: &[Listed]) -> Trend {
    let points = rate::rolling(nights, from, until);
    let last = points.len().saturating_sub(1).max(1) as f64;
    let x = |at: usize| tenth(LEFT + (RIGHT - LEFT) * at as f64 / last);
    let y = |per_14: f64| tenth(BOTTOM - (BOTTOM - TOP) * per_14 / rate::PER);
    let (mut band, mut line) = (String::new(), String::new());
    for piece in pieces(&points) {
        let mut back = String::new();
        for (step, (at, rate)) in piece.iter().enumerate() {
            let pen = if step == 0 { 'M' } else { 'L' };
            let _ = write!(line, "{pen}{} {}", x(*at), y(rate.per_14));
            let _ = write!(band, "{pen}{} {}", x(*at), y(rate.high.unwrap_or(rate::PER)));
            back.insert_str(0, &format!("L{} {}", x(*at), y(rate.low)));
        }
        band.push_str(&back);
        band.push('Z');
    }
    let place = |date: Date| points.iter().position(|point| point.night == date);
    let marks = listed.iter().filter_map(|change| Some(Mark { x: x(place(change.date)?), number: change.number }));
    let dates = [0, points.len() / 2, points.len().saturating_sub(1)];
    let dates = dates.iter().filter_map(|at| Some((x(*at), words::brief(points.get(*at)?.night))));
    Trend {
        empty: line.is_empty(),
        band,
        line,
        marks: marks.collect(),
        dates: dates.collect(),
        scale: [0, 7, 14].into_iter().map(|nights| (y(f64::from(nights)), nights)).collect(),
        rows: points.iter().rev().step_by(7).map(row).collect(),
    }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Runs of points that have a rate, each with its place.
fn pieces(points: &[Point]) -> Vec<Vec<(usize, rate::Rate)>> {
    let mut pieces: Vec<Vec<(usize, rate::Rate)>> = Vec::new();
    let mut open = false;
    for (at, point) in points.iter().enumerate() {
        match (point.rate, pieces.last_mut().filter(|_| open)) {
            (Some(rate), Some(piece)) => piece.push((at, rate)),
            (Some(rate), None) => pieces.push(vec![(at, rate)]),
            (None, _) => {}
        }
        open = point.rate.is_some();
    }
    pieces
}

fn row(point: &Point) -> Row {
    let rate = point.rate.map_or("too few nights".to_owned(), words::rate);
    Row { until: words::brief(point.night), recorded: point.recorded, rate }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_gap_in_the_nights_is_a_gap_in_the_line() {
        let from = date(2026, 1, 1);
        let nights: Vec<(Date, Count)> = (0..60)
            .filter(|day| !(20..40).contains(day))
            .map(|day: i32| (from + day.days(), Count::Exactly(u32::from(day % 3 == 0))))
            .collect();
        let trend = draw(&nights, from, from + 59.days(), &[]);
        assert_eq!(trend.line.matches('M').count(), 2);
        assert_eq!(trend.band.matches('Z').count(), 2);
        assert!(draw(&[], from, from + 59.days(), &[]).empty);
    }
}
