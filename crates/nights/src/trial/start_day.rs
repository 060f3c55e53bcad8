//! The randomisation test of a start drawn by lot, for remedies that need longer than a period: nights without up to a
//! day, nights with the remedy from then on.
//!
//! Had the remedy done nothing, the nights would be the same whatever day had been drawn. So the difference between the
//! nights after and before the drawn day is held against the differences at all other days that could have been drawn
//! (Edgington 1975). The test is exact, whatever the trend. It is also weak: days next to each other give nearly the same
//! difference, so even a strong remedy seldom stands out (`a_strong_remedy_seldom_stands_out`). Turns tell more.

use super::series::Count;
use super::verdict::Verdict;

/// Which days could have been drawn, and which was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartDay {
    /// First night of the series on which the remedy could have begun.
    pub first: usize,
    /// Last such night.
    pub last: usize,
    /// The night on which it began.
    pub drawn: usize,
    /// Nights after a start that are left out, because the remedy needs time.
    pub settle: usize,
}

/// Arms and days that do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The arms change more than once, or never.
    #[error("a start day needs nights without the remedy and then only nights with it")]
    Arms,
    /// The window is empty or leaves no night on a side.
    #[error(
        "nights {first} to {last} cannot all be start days of {nights} nights: leave at least one counted night on each side"
    )]
    Window {
        /// First night, from 0.
        first: usize,
        /// Last night.
        last: usize,
        /// Nights of the series.
        nights: usize,
    },
    /// The remedy began on another day.
    #[error("the remedy began on night {drawn}, which is not among the days that could be drawn, {first} to {last}")]
    Drawn {
        /// When it began, from 0.
        drawn: usize,
        /// First night that could be drawn.
        first: usize,
        /// Last night.
        last: usize,
    },
}

/// The answer of the test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StartTest {
    /// Days that could have been drawn.
    pub starts: usize,
    /// Mean difference of nightly counts, after less before.
    pub difference: f64,
    /// Share of the days whose difference is at least as far from zero.
    pub p: f64,
}

/// Largest p with which a claim stands.
pub const CLAIM: f64 = 0.05;

impl StartDay {
    /// From the arms of a series: without, then with.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn new(arms: &[bool], first: usize, last: usize, settle: usize) -> Result<Self, StartError> {
        let drawn = arms.iter().position(|treated| *treated).ok_or(StartError::Arms)?;
        if drawn == 0 || !arms[drawn..].iter().all(|treated| *treated) {
            return Err(StartError::Arms);
        }
        if first == 0 || first >= last || last.saturating_add(settle) >= arms.len() {
            return Err(StartError::Window { first, last, nights: arms.len() });
        }
        if !(first..=last).contains(&drawn) {
            return Err(StartError::Drawn { drawn, first, last });
        }
        Ok(Self { first, last, drawn, settle })
    }

    /// True for nights that are left out: those after the drawn start in which the remedy comes to work.
    pub fn settles(&self, night: usize) -> bool {
        (self.drawn..self.drawn + self.settle).contains(&night)
    }

    /// The test, on counts with the nights after the start still in. None where a day that could have been drawn has no
    /// recorded night on one side.
    pub fn test(&self, counts: &[Count]) -> Option<StartTest> {
        let differences: Vec<f64> =
            (self.first..=self.last).map(|start| self.difference(counts, start)).collect::<Option<_>>()?;
        let observed = differences[self.drawn - self.first];
        let as_far = differences.iter().filter(|other| other.abs() >= observed.abs() - 1e-9).count();
        #[expect(clippy::cast_precision_loss, reason = "nights")]
        let p = as_far as f64 / differences.len() as f64;
        Some(StartTest { starts: differences.len(), difference: observed, p })
    }

    fn difference(&self, counts: &[Count], start: usize) -> Option<f64> {
        Some(mean(counts.get(start + self.settle..)?)? - mean(counts.get(..start)?)?)
    }
}

#[expect(clippy::cast_precision_loss, reason = "nights")]
fn mean(counts: &[Count]) -> Option<f64> {
    let known: Vec<f64> = counts.iter().filter_map(|count| count.value()).collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

/// A claim that the lot does not bear out is "not sure yet": a step at one day can also be a trend, a season or luck. That
/// something makes cramps worse needs no such proof.
pub fn borne_out(said: Verdict, test: Option<&StartTest>) -> Verdict {
    let claims = matches!(said, Verdict::Helps | Verdict::SmallBenefit | Verdict::ProbablyHelps);
    if claims && test.is_none_or(|test| test.p > CLAIM) { Verdict::NotSureYet } else { said }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::random::Draws;
    use crate::trial::simulate::{Truth, nights};
    use proptest::prelude::*;

    fn arms(drawn: usize, all: usize) -> Vec<bool> {
        (0..all).map(|night| night >= drawn).collect()
    }

    #[test]
    fn a_step_at_the_drawn_day_stands_out() {
        let counts: Vec<Count> = (0..60).map(|night| Count::Exactly(if night < 20 { 3 } else { 0 })).collect();
        let found = StartDay::new(&arms(20, 60), 11, 30, 0).unwrap().test(&counts).unwrap();
        assert_eq!((found.starts, found.p), (20, 0.05));
        assert!((found.difference + 3.0).abs() < 1e-12);
        // The same nights, had another day been drawn.
        let other = StartDay::new(&arms(25, 60), 11, 30, 0).unwrap().test(&counts).unwrap();
        assert!(other.p > 0.2, "{}", other.p);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |arms: &[bool], first, last, settle| StartDay::new(arms, first, last, settle).unwrap_err();
        assert_eq!(refused(&[false; 30], 5, 10, 0), StartError::Arms);
        assert_eq!(refused(&[true; 30], 5, 10, 0), StartError::Arms);
        let back: Vec<bool> = (0..30).map(|night| (8..20).contains(&night)).collect();
        assert_eq!(refused(&back, 5, 10, 0), StartError::Arms);
        assert_eq!(refused(&arms(8, 30), 0, 10, 0), StartError::Window { first: 0, last: 10, nights: 30 });
        assert_eq!(refused(&arms(8, 30), 5, 20, 10), StartError::Window { first: 5, last: 20, nights: 30 });
        assert_eq!(refused(&arms(12, 30), 5, 10, 0), StartError::Drawn { drawn: 12, first: 5, last: 10 });
        assert!(StartDay::new(&arms(8, 30), 5, usize::MAX, 0).is_err());
    }

    #[test]
    fn a_side_without_a_night_gives_no_test() {
        let mut counts = vec![Count::Exactly(1); 30];
        counts[..5].fill(Count::Missing);
        assert!(StartDay::new(&arms(8, 30), 5, 10, 0).unwrap().test(&counts).is_none());
    }

    #[test]
    fn a_claim_must_be_borne_out_by_the_lot() {
        let with = |p: f64| Some(StartTest { starts: 20, difference: -1.0, p });
        assert_eq!(borne_out(Verdict::Helps, with(0.05).as_ref()), Verdict::Helps);
        assert_eq!(borne_out(Verdict::Helps, with(0.1).as_ref()), Verdict::NotSureYet);
        assert_eq!(borne_out(Verdict::ProbablyHelps, None), Verdict::NotSureYet);
        assert_eq!(borne_out(Verdict::MakesWorse, with(0.9).as_ref()), Verdict::MakesWorse);
    }

    /// Made-up trials of 110 nights: share with p at most 0.05.
    fn stands_out(truth: &Truth) -> f64 {
        let mut hits = 0;
        for seed in 0..600 {
            let mut draws = Draws::new(seed);
            let drawn = 14 + draws.below(40) as usize;
            let arms = arms(drawn, 110);
            let counts = nights(truth, &arms, &mut draws);
            let test = StartDay::new(&arms, 14, 53, 14).unwrap().test(&counts);
            hits += u32::from(test.is_some_and(|test| test.p <= CLAIM));
        }
        f64::from(hits) / 600.0
    }

    #[test]
    fn a_remedy_that_does_nothing_seldom_stands_out_whatever_the_trend() {
        for trend in [0.0, -0.35] {
            let share = stands_out(&Truth { trend, ..Truth::default() });
            // Exact: at most 0.05, here with three standard errors of the simulation.
            assert!(share <= 0.05 + 0.027, "{trend}: {share}");
        }
    }

    /// Why the pages offer turns and not this.
    #[test]
    fn a_strong_remedy_seldom_stands_out() {
        let share = stands_out(&Truth { ratio: 0.4, ..Truth::default() });
        assert!((0.03..0.35).contains(&share), "{share}");
    }

    proptest! {
        #[test]
        fn p_counts_at_least_the_drawn_day(seed in 0..1_000_u64, drawn in 10..30_usize, settle in 0..8_usize) {
            let arms = arms(drawn, 60);
            let counts = nights(&Truth::default(), &arms, &mut Draws::new(seed));
            if let Some(found) = StartDay::new(&arms, 10, 29, settle).unwrap().test(&counts) {
                prop_assert!(found.p >= 0.05 - 1e-12 && found.p <= 1.0);
            }
        }
    }
}
