//! The strip of raw nights by arm, and the icon array.

use charley_nights::trial::Count;

use super::Running;
use crate::log::words;

/// One night of the strip.
pub struct Cell {
    /// Mark: `m0`, `m1`, `m2`, `mx`.
    pub mark: &'static str,
    /// Centre.
    pub x: i32,
    /// Centre.
    pub y: i32,
}

/// One period.
pub struct Period {
    /// True on treatment nights; false on others, and wherever the arms stay sealed.
    pub treated: bool,
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub width: i32,
}

/// One row of the table.
pub struct Row {
    /// "Pair 1".
    pub pair: usize,
    /// Cramps and recorded nights of the treatment period.
    pub with: String,
    /// The same of the other.
    pub without: String,
}

/// The strip: one row a pair, or one a turn where a pair is too wide for a phone.
pub struct Strip {
    /// What a row is: "turn" or "pair of turns".
    pub row: &'static str,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// Periods, shaded by arm.
    pub periods: Vec<Period>,
    /// Nights.
    pub cells: Vec<Cell>,
    /// Dates of the rows: top edge and words.
    pub dates: Vec<(i32, String)>,
    /// The table; empty where the arms stay sealed.
    pub rows: Vec<Row>,
    /// The arms stay sealed: the person must not learn which nights are which.
    pub sealed: bool,
}

const STEP: i32 = 16;
const ROW: i32 = 34;
const LEFT: i32 = 50;
/// Between two turns in a row, and between two pairs of rows.
const GAP: i32 = 6;
/// Most nights in a row: what fits on a narrow phone.
const ROW_NIGHTS: usize = 14;

/// Draws the nights that lie behind. Arms of nights to come stay sealed.
pub fn strip(running: &Running) -> Strip {
    let design = &running.protocol.design;
    let arms = design.arms(&running.trial.seed);
    let (period, sealed) = (design.period_nights, running.sealed());
    let (mut periods, mut cells, mut dates, mut rows) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let whole = |nights: usize| i32::try_from(nights).unwrap_or(0);
    let shown = running.lived().div_ceil(2 * period);
    let stacked = 2 * period > ROW_NIGHTS;
    let pair_height = if stacked { 2 * ROW + GAP } else { ROW };
    for pair in 0..shown {
        let mut sums = [(0_u32, 0_u32, false); 2];
        for half in 0..2 {
            let start = (2 * pair + half) * period;
            let end = (start + period).min(running.lived());
            if start >= end {
                continue;
            }
            let (x, y) = if stacked {
                (LEFT, whole(pair) * pair_height + whole(half) * ROW)
            } else {
                (LEFT + whole(half) * (whole(period) * STEP + GAP), whole(pair) * pair_height)
            };
            if stacked || half == 0 {
                dates.push((y, words::brief(running.date(start))));
            }
            periods.push(Period { treated: !sealed && arms[start], x, y: y + 2, width: whole(end - start) * STEP });
            for night in start..end {
                let count = running.counts[night];
                let sum = &mut sums[usize::from(!arms[start])];
                match count {
                    Count::Missing => {}
                    Count::Exactly(count) => *sum = (sum.0 + count, sum.1 + 1, sum.2),
                    Count::TwoOrMore => *sum = (sum.0 + 2, sum.1 + 1, true),
                }
                let x = x + whole(night - start) * STEP + STEP / 2;
                cells.push(Cell { mark: mark(count), x, y: y + 2 + 15 });
            }
        }
        let say = |(cramps, nights, open): (u32, u32, bool)| {
            format!("{}{cramps} in {nights} nights", if open { "at least " } else { "" })
        };
        if !sealed {
            rows.push(Row { pair: pair + 1, with: say(sums[0]), without: say(sums[1]) });
        }
    }
    // The line round the last turn needs a little more.
    let width = LEFT + 1 + if stacked { whole(period) * STEP } else { whole(2 * period) * STEP + GAP };
    let row = if stacked { "turn" } else { "pair of turns" };
    Strip { row, width, height: whole(shown).max(1) * pair_height, periods, cells, dates, rows, sealed }
}

fn mark(count: Count) -> &'static str {
    match count {
        Count::Missing => "mx",
        Count::Exactly(0) => "m0",
        Count::Exactly(1) => "m1",
        _ => "m2",
    }
}

/// The icon array: a hundred diaries, of which some show fewer cramps, and some of those enough fewer. Each entry is a
/// class and a place.
pub fn icons(fewer: u32, worth: u32) -> Vec<(&'static str, i32, i32)> {
    (0..100)
        .map(|at: i32| {
            let class = match u32::try_from(at).unwrap_or(0) {
                at if at < worth.min(fewer) => "worth",
                at if at < fewer => "fewer",
                _ => "more",
            };
            (class, at % 20 * 15 + 8, at / 20 * 15 + 8)
        })
        .collect()
}
