//! Charts as SVG numbers: the range bar of a cause, and the bars of what moved it.

use charley_wire::{Ranged, Reason};

/// A range bar on a track of 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Left end of the band.
    pub x: f64,
    /// Width of the band; never invisible.
    pub width: f64,
    /// Left end of the mark.
    pub mark: f64,
}

/// Width of the mark on the track.
const MARK: f64 = 1.0;

/// The bar of a share between 0 and 1.
pub fn bar(range: Ranged) -> Bar {
    let at = |share: f64| (share.clamp(0.0, 1.0) * 1000.0).round() / 10.0;
    let (low, high, mean) = (at(range.low.get()), at(range.high.get()), at(range.mean.get()));
    Bar { x: low, width: (high - low).max(MARK), mark: (mean - MARK / 2.0).clamp(0.0, 100.0 - MARK) }
}

/// One bar of the why-chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Number that the table repeats.
    pub number: usize,
    /// Top of the bar.
    pub y: usize,
    /// Left end.
    pub x: f64,
    /// Width.
    pub width: f64,
    /// True for a reason that speaks for the cause.
    pub pro: bool,
}

/// The why-chart of one cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// Bars, strongest first.
    pub rows: Vec<Row>,
    /// Height of the drawing.
    pub height: usize,
}

/// Half the width of the drawing, and its middle.
const MIDDLE: f64 = 150.0;
/// Length of the longest bar.
const LONGEST: f64 = 130.0;
/// Decibans that fill the longest bar: a factor of 100 in the odds. Longer ones are cut there.
const FULL: f64 = 20.0;
/// Height of one row.
const ROW: usize = 22;
/// Space above the first row, for the words of the axis.
const TOP: usize = 26;

/// Draws reasons in the order given.
pub fn why<'r>(reasons: impl Iterator<Item = &'r Reason>) -> Why {
    let rows: Vec<Row> = reasons
        .enumerate()
        .map(|(at, reason)| {
            let decibans = reason.decibans.get();
            let width = ((decibans.abs().min(FULL) / FULL * LONGEST).max(2.0) * 10.0).round() / 10.0;
            let pro = decibans > 0.0;
            let x = if pro { MIDDLE } else { MIDDLE - width };
            Row { number: at + 1, y: TOP + at * ROW, x, width, pro }
        })
        .collect();
    Why { height: TOP + rows.len() * ROW + 4, rows }
}

#[cfg(test)]
mod tests {
    use charley_wire::Sig6;

    use super::*;

    fn reason(decibans: f64) -> Reason {
        Reason {
            id: String::new(),
            text: String::new(),
            decibans: Sig6::from(decibans),
            strength: String::new(),
            basis: String::new(),
            source: Vec::new(),
            unconfirmed: false,
        }
    }

    #[test]
    fn bars_stay_on_the_track() {
        let range = |mean: f64, low: f64, high: f64| Ranged { mean: mean.into(), low: low.into(), high: high.into() };
        assert_eq!(bar(range(0.44, 0.28, 0.62)), Bar { x: 28.0, width: 34.0, mark: 43.5 });
        assert_eq!(bar(range(0.0, 0.0, 0.0)), Bar { x: 0.0, width: 1.0, mark: 0.0 });
        assert_eq!(bar(range(1.0, 1.0, 1.0)).mark, 99.0);
    }

    #[test]
    fn reasons_for_go_right_and_against_go_left() {
        let reasons = [reason(10.0), reason(-4.0), reason(90.0)];
        let why = why(reasons.iter());
        assert_eq!((why.rows[0].x, why.rows[0].width, why.rows[0].pro), (150.0, 65.0, true));
        assert_eq!((why.rows[1].x, why.rows[1].width, why.rows[1].pro), (124.0, 26.0, false));
        assert_eq!(why.rows[2].width, 130.0);
    }
}
