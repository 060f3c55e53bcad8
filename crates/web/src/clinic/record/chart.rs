//! Charts of the record as numbers for SVG: dots with their ranges, bars, and a line of shares.

use charley_clinic::outcome::Share;
use charley_nights::rate::Rate;

/// A dot with its range on a track of 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dot {
    /// The dot.
    pub at: f64,
    /// Left end of the range.
    pub low: f64,
    /// Width of the range; never invisible.
    pub width: f64,
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A rate on a scale that ends at `most`.
pub fn dot(rate: &Rate, most: f64) -> Dot {
    let at = |value: f64| tenth((100.0 * value / most.max(1.0)).clamp(0.0, 100.0));
    let (low, high) = (at(rate.low), at(rate.high.unwrap_or(most)));
    Dot { at: at(rate.per_14), low, width: (high - low).max(0.8) }
}

/// The end of a scale that holds all these rates: a multiple of 7, so that half of it is readable.
pub fn scale_end<'r>(rates: impl Iterator<Item = &'r Rate>) -> f64 {
    let most = rates.map(|rate| rate.high.unwrap_or(rate.per_14).max(rate.per_14)).fold(0.0, f64::max);
    (most / 7.0).ceil().max(1.0) * 7.0
}

/// A bar of a funnel: width of 0 to 100.
pub fn bar(share: &Share) -> f64 {
    if share.of == 0 { 0.0 } else { tenth(100.0 * f64::from(share.count) / f64::from(share.of)) }
}

/// A point of a series of shares: place, and the ends of its range, in the plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Place.
    pub x: f64,
    /// The share.
    pub y: f64,
    /// Top of the range.
    pub top: f64,
    /// Bottom of the range.
    pub bottom: f64,
}

/// The plot of a series: left, right, top, bottom.
const LEFT: f64 = 34.0;
const RIGHT: f64 = 300.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 120.0;

/// Points of a series of shares, evenly spaced.
pub fn series(shares: &[Share]) -> Vec<Point> {
    let step = (RIGHT - LEFT) / f64::from(u32::try_from(shares.len().max(1)).unwrap_or(u32::MAX));
    let y = |share: f64| tenth(BOTTOM - (BOTTOM - TOP) * share);
    let mut x = LEFT - step / 2.0;
    shares
        .iter()
        .map(|share| {
            x += step;
            let middle = if share.of == 0 { 0.0 } else { f64::from(share.count) / f64::from(share.of) };
            Point { x: tenth(x), y: y(middle), top: y(share.high), bottom: y(share.low) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_lies_in_its_range_on_the_track() {
        let rate = Rate { per_14: 7.0, low: 3.5, high: Some(14.0) };
        assert_eq!(scale_end([&rate].into_iter()), 14.0);
        assert_eq!(dot(&rate, 14.0), Dot { at: 50.0, low: 25.0, width: 75.0 });
        let open = Rate { per_14: 7.0, low: 3.5, high: None };
        assert_eq!(dot(&open, 14.0).width, 75.0, "an open range goes to the end");
        assert_eq!(scale_end(std::iter::empty()), 7.0);
    }

    #[test]
    fn a_series_keeps_order_and_bounds() {
        let points = series(&[Share::new(1, 4), Share::new(4, 4), Share::new(0, 0)]);
        assert!(points[0].x < points[1].x && points[1].y < points[0].y);
        assert!(points.iter().all(|point| point.top <= point.y && point.y <= point.bottom || point.y == 120.0));
        assert!(points.iter().all(|point| (LEFT..=RIGHT).contains(&point.x)));
        assert_eq!(bar(&Share::new(1, 4)), 25.0);
        assert_eq!(bar(&Share::new(0, 0)), 0.0);
    }
}
