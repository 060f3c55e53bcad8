//! How often cramps come, per 14 recorded nights, with how far the number may be off.
//!
//! Two numbers, each with a 95 % interval:
//!
//! - **Nights with a cramp**: a share, with the interval of Wilson (J Am Stat Assoc 1927;22:209-212).
//! - **Cramps**: a count, with the gamma interval of the Poisson mean (Garwood, Biometrika 1936;28:437-442), widened by the
//!   quasi-Poisson dispersion, Pearson's chi-square over its degrees of freedom (McCullagh and Nelder, Generalized Linear
//!   Models, 2nd ed. 1989, 6.2.3): the total is divided by the dispersion, the limits are taken, and multiplied back.
//!
//! Nights next to each other are alike (lag-1 correlations of diaries: -0.13 to 0.51), so fewer nights count than were
//! recorded: `n (1 - r) / (1 + r)`, with r the lag-1 correlation (Bayley and Hammersley, Suppl J R Stat Soc 1946;8:184-197),
//! not below 0 and drawn towards 0 while few pairs of nights are known.
//!
//! A night of "two or more" counts as two, one of "one or more" as one. The sum is then a lower bound: it is marked so and has no upper limit.
//! No number here says why: it describes nights.

mod gamma;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use crate::diary::Count;

/// Nights that a rate speaks of.
pub const PER: f64 = 14.0;
/// Nights of a point in the series.
pub const WINDOW: u32 = 14;
/// Recorded nights below which a window or a period shows no rate.
pub const FEWEST: u32 = 7;
/// Nights before a change that it is compared with.
pub const BEFORE: i32 = 28;
/// The standard normal quantile of a 95 % interval.
const Z: f64 = 1.959_963_984_540_054;
/// Pairs of nights that weigh as much as "no likeness".
const DRAWN: f64 = 20.0;

/// A number per 14 recorded nights with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// The number; a lower bound when some night said "or more".
    pub per_14: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit; none when the number is a lower bound.
    pub high: Option<f64>,
}

/// What recorded nights say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Recorded nights.
    pub recorded: u32,
    /// Recorded nights without a cramp.
    pub free: u32,
    /// Cramps; the least it can be.
    pub cramps: u64,
    /// Some night said "or more".
    pub open: bool,
    /// Nights with a cramp.
    pub nights_rate: Rate,
    /// Cramps.
    pub cramps_rate: Rate,
}

/// One point of the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The last night of the window.
    pub night: Date,
    /// Recorded nights of the 14.
    pub recorded: u32,
    /// Nights with a cramp, per 14; none below [`FEWEST`] recorded nights.
    pub rate: Option<Rate>,
}

/// The nights before a date, and those since.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Since {
    /// The 28 nights before.
    pub before: Option<Summary>,
    /// The nights since.
    pub after: Option<Summary>,
}

/// Sums recorded nights up; none when there is none.
pub fn summary(nights: &[(Date, Count)]) -> Option<Summary> {
    let recorded = u32::try_from(nights.len()).ok().filter(|n| *n > 0)?;
    let with = nights.iter().filter(|(_, count)| count.any()).count();
    let with = u32::try_from(with).unwrap_or(recorded);
    let cramps: u64 = nights.iter().map(|(_, count)| u64::from(count.least())).sum();
    let open = nights.iter().any(|(_, count)| matches!(count, Count::AtLeast(_)));
    let likeness = likeness(nights, |count| f64::from(u8::from(count.any())));
    Some(Summary {
        recorded,
        free: recorded - with,
        cramps,
        open,
        nights_rate: share(with, recorded, likeness),
        cramps_rate: mean(nights, cramps, open),
    })
}

/// The series of 14-night windows that end on each night of a period.
pub fn rolling(nights: &[(Date, Count)], from: Date, until: Date) -> Vec<Point> {
    let likeness = likeness(nights, |count| f64::from(u8::from(count.any())));
    let mut points = Vec::new();
    let mut end = from;
    while end <= until {
        let first = end.saturating_sub(days(i32::try_from(WINDOW).unwrap_or(14) - 1));
        let inside = between(nights, first, end);
        let recorded = u32::try_from(inside.len()).unwrap_or(WINDOW);
        let with = u32::try_from(inside.iter().filter(|(_, count)| count.any()).count()).unwrap_or(recorded);
        let rate = (recorded >= FEWEST).then(|| share(with, recorded, likeness));
        points.push(Point { night: end, recorded, rate });
        let Ok(next) = end.tomorrow() else { break };
        end = next;
    }
    points
}

/// Sums up the 28 nights before a date and the nights from it on.
pub fn since(nights: &[(Date, Count)], date: Date) -> Since {
    let before = between(nights, date.saturating_sub(days(BEFORE)), date.saturating_sub(days(1)));
    let after = between(nights, date, Date::MAX);
    Since { before: summary(before), after: summary(after) }
}

/// Nights of a period, both ends included; `nights` are by date.
pub fn between(nights: &[(Date, Count)], from: Date, until: Date) -> &[(Date, Count)] {
    let low = nights.partition_point(|(date, _)| *date < from);
    let high = nights.partition_point(|(date, _)| *date <= until);
    nights.get(low..high.max(low)).unwrap_or_default()
}

fn days(n: i32) -> Span {
    n.days()
}

/// How alike nights next to each other are: the lag-1 correlation, between 0 and 0.8.
fn likeness(nights: &[(Date, Count)], value: impl Fn(Count) -> f64) -> f64 {
    let n = nights.len() as f64;
    let mean = nights.iter().map(|(_, count)| value(*count)).sum::<f64>() / n.max(1.0);
    let spread = nights.iter().map(|(_, count)| (value(*count) - mean) * (value(*count) - mean)).sum::<f64>() / n;
    let mut pairs = 0.0;
    let mut together = 0.0;
    for ((one, a), (other, b)) in nights.iter().zip(nights.iter().skip(1)) {
        if one.tomorrow().is_ok_and(|next| next == *other) {
            pairs += 1.0;
            together += (value(*a) - mean) * (value(*b) - mean);
        }
    }
    if pairs == 0.0 || spread <= 0.0 {
        return 0.0;
    }
    let seen = together / pairs / spread;
    (seen * pairs / (pairs + DRAWN)).clamp(0.0, 0.8)
}

/// Share of nights with a cramp, by Wilson on the nights that count.
fn share(with: u32, recorded: u32, likeness: f64) -> Rate {
    let n = f64::from(recorded) * (1.0 - likeness) / (1.0 + likeness);
    let p = f64::from(with) / f64::from(recorded);
    let z2 = Z * Z;
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * libm::sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));
    let low = if with == 0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if with == recorded { 1.0 } else { (middle + half).min(1.0) };
    Rate { per_14: PER * p, low: PER * low, high: Some(PER * high) }
}

/// Cramps per 14 nights, by Garwood on the total divided by its dispersion.
fn mean(nights: &[(Date, Count)], cramps: u64, open: bool) -> Rate {
    let n = nights.len() as f64;
    let total = cramps as f64;
    let likeness = likeness(nights, |count| f64::from(count.least()));
    let wide = dispersion(nights, total / n) * (1.0 + likeness) / (1.0 - likeness);
    let scale = PER * wide / n;
    let (low, high) = gamma::limits(total / wide);
    Rate { per_14: PER * total / n, low: low * scale, high: (!open).then_some(high * scale) }
}

/// Pearson's chi-square over its degrees of freedom, not below 1.
fn dispersion(nights: &[(Date, Count)], mean: f64) -> f64 {
    if nights.len() < 2 || mean <= 0.0 {
        return 1.0;
    }
    let squares: f64 = nights.iter().map(|(_, count)| (f64::from(count.least()) - mean).powi(2)).sum();
    (squares / mean / (nights.len() as f64 - 1.0)).max(1.0)
}
