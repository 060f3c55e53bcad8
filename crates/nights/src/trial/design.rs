//! The protocol of a trial: what is fixed before the first night.

use jiff::civil::Date;

use super::order::{Seed, arms, orders};
use super::priors::Priors;
use super::series::{Count, Series, SeriesError};
use super::signflip::Pair;
use super::verdict::{Look, MARGINS, Rule};

/// Fewest and most pairs of periods.
pub const PAIRS: std::ops::RangeInclusive<usize> = 6..=12;
/// Looks at pair ends begin with this pair.
pub const FIRST_LOOK: usize = 3;
/// Nights of the run-in before the first period: the baseline for planning, outside the analysis.
pub const RUN_IN_NIGHTS: usize = 14;

/// A protocol.
#[derive(Debug, Clone, PartialEq)]
pub struct Protocol {
    /// First night of the first period.
    pub first_night: Date,
    /// Nights of a period.
    pub period_nights: usize,
    /// Pairs of periods: the planned end.
    pub pairs: usize,
    /// First nights of each period that leave the likelihood.
    pub washout_nights: usize,
    /// As many pairs begin with treatment as without.
    pub balanced: bool,
    /// Priors of the analysis.
    pub priors: Priors,
    /// The decision rule.
    pub rule: Rule,
}

/// The rule with this margin; the usual one for none.
///
/// # Errors
/// [`ProtocolError::Margin`] when no rule may have it.
pub fn rule(margin: Option<f64>) -> Result<Rule, ProtocolError> {
    match margin {
        None => Ok(Rule::default()),
        Some(margin) if MARGINS.contains(&margin) => Ok(Rule::default().with_margin(margin)),
        Some(margin) => Err(ProtocolError::Margin(margin)),
    }
}

/// A protocol that cannot be run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProtocolError {
    /// Too few or too many pairs.
    #[error("{0} pairs: a trial has 6 to 12")]
    Pairs(usize),
    /// The period has another length than allowed.
    #[error("a period of {0} nights: take 1 to 28")]
    Period(usize),
    /// A margin that no rule may have.
    #[error("a margin of {0}: take {low} to {high}; 0.8 means a fifth fewer cramps", low = MARGINS.start(), high = MARGINS.end())]
    Margin(f64),
    /// The washout eats the period.
    #[error("a washout of {washout} nights needs periods of at least {needed} nights, not {period}")]
    Washout {
        /// Nights of washout.
        washout: usize,
        /// Shortest period for it.
        needed: usize,
        /// The period asked for.
        period: usize,
    },
}

/// What a night of a trial is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tonight {
    /// Before the first period.
    RunIn {
        /// Nights until it begins.
        nights_left: usize,
    },
    /// A night of a period.
    Period {
        /// True on treatment nights.
        treated: bool,
        /// Which pair, from 0.
        pair: usize,
        /// Which period of all, from 0.
        turn: usize,
        /// Which night of the period, from 0.
        night: usize,
        /// This night is left out of the analysis.
        washout: bool,
    },
    /// The planned nights are over.
    Over,
}

impl Protocol {
    /// Shortest period for a washout: none for none, else twice the washout plus a week.
    pub fn shortest_period(washout_nights: usize) -> usize {
        if washout_nights == 0 { 1 } else { 2 * washout_nights + 7 }
    }

    /// Checks what the design must keep.
    ///
    /// # Errors
    /// See [`ProtocolError`].
    pub fn check(&self) -> Result<(), ProtocolError> {
        if !PAIRS.contains(&self.pairs) {
            return Err(ProtocolError::Pairs(self.pairs));
        }
        if !(1..=28).contains(&self.period_nights) {
            return Err(ProtocolError::Period(self.period_nights));
        }
        if !MARGINS.contains(&self.rule.margin) {
            return Err(ProtocolError::Margin(self.rule.margin));
        }
        let needed = Self::shortest_period(self.washout_nights);
        if self.period_nights < needed {
            return Err(ProtocolError::Washout { washout: self.washout_nights, needed, period: self.period_nights });
        }
        Ok(())
    }

    /// Nights of all periods.
    pub fn nights(&self) -> usize {
        2 * self.pairs * self.period_nights
    }

    /// The arm of each night.
    pub fn arms(&self, seed: &Seed) -> Vec<bool> {
        arms(&orders(seed, self.pairs, self.balanced), self.period_nights)
    }

    /// What a night is.
    pub fn tonight(&self, seed: &Seed, night: Date) -> Tonight {
        let days = (night - self.first_night).get_days();
        let Ok(at) = usize::try_from(days) else {
            return Tonight::RunIn { nights_left: usize::try_from(-days).unwrap_or(0) };
        };
        let Some(treated) = self.arms(seed).get(at).copied() else {
            return Tonight::Over;
        };
        let in_period = at % self.period_nights;
        Tonight::Period {
            treated,
            pair: at / (2 * self.period_nights),
            turn: at / self.period_nights,
            night: in_period,
            washout: in_period < self.washout_nights,
        }
    }

    /// True when this night of the trial is left out of the analysis.
    pub fn is_washout(&self, night: usize) -> bool {
        night % self.period_nights < self.washout_nights
    }

    /// Pairs that are complete after so many nights.
    pub fn complete_pairs(&self, nights: usize) -> usize {
        (nights / (2 * self.period_nights)).min(self.pairs)
    }

    /// Whether this many complete pairs allow a look, and which.
    pub fn look(&self, complete_pairs: usize) -> Option<Look> {
        if complete_pairs >= self.pairs {
            Some(Look::End)
        } else {
            (complete_pairs >= FIRST_LOOK).then_some(Look::Early)
        }
    }

    /// The series of the first `pairs` pairs: washout nights taken out. `counts` holds one entry a night from the first.
    ///
    /// # Errors
    /// When the series cannot be analysed.
    pub fn series(&self, seed: &Seed, counts: &[Count], pairs: usize) -> Result<Series, SeriesError> {
        let nights = 2 * pairs * self.period_nights;
        let arms = self.arms(seed);
        let counts = (0..nights)
            .map(|night| {
                if self.is_washout(night) {
                    Count::Missing
                } else {
                    counts.get(night).copied().unwrap_or(Count::Missing)
                }
            })
            .collect();
        Series::new(&arms[..nights.min(arms.len())], counts)
    }

    /// Nights of each pair, washout left out.
    pub fn pair_nights(&self, seed: &Seed, pairs: usize) -> Vec<Pair> {
        let arms = self.arms(seed);
        (0..pairs.min(self.pairs))
            .map(|pair| {
                let mut nights = Pair { treated: Vec::new(), control: Vec::new() };
                let start = 2 * pair * self.period_nights;
                for night in (start..start + 2 * self.period_nights).filter(|night| !self.is_washout(*night)) {
                    if arms[night] { nights.treated.push(night) } else { nights.control.push(night) }
                }
                nights
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn protocol() -> Protocol {
        Protocol {
            first_night: date(2026, 10, 20),
            period_nights: 7,
            pairs: 6,
            washout_nights: 0,
            balanced: false,
            priors: Priors::default(),
            rule: Rule::default(),
        }
    }

    #[test]
    fn tonight_follows_the_sealed_order_through_clock_changes() {
        let (protocol, seed) = (protocol(), [9; 32]);
        let arms = protocol.arms(&seed);
        for (at, treated) in arms.iter().enumerate() {
            let night = protocol.first_night.checked_add(jiff::Span::new().days(i64::try_from(at).unwrap())).unwrap();
            let Tonight::Period { treated: found, .. } = protocol.tonight(&seed, night) else { panic!("{at}") };
            assert_eq!(found, *treated);
        }
        assert_eq!(protocol.tonight(&seed, date(2026, 10, 18)), Tonight::RunIn { nights_left: 2 });
        assert_eq!(protocol.tonight(&seed, date(2027, 1, 12)), Tonight::Over);
    }

    #[test]
    fn every_pair_has_one_period_of_each_arm() {
        let (protocol, seed) = (protocol(), [4; 32]);
        for pair in protocol.pair_nights(&seed, 6) {
            assert_eq!((pair.treated.len(), pair.control.len()), (7, 7));
        }
    }

    #[test]
    fn a_washout_needs_room() {
        let tight = Protocol { washout_nights: 3, ..protocol() };
        assert_eq!(tight.check(), Err(ProtocolError::Washout { washout: 3, needed: 13, period: 7 }));
        assert!(Protocol { washout_nights: 3, period_nights: 14, ..protocol() }.check().is_ok());
        assert!(Protocol { pairs: 5, ..protocol() }.check().is_err());
    }

    #[test]
    fn a_margin_has_bounds() {
        let at = |margin: f64| Protocol { rule: Rule::default().with_margin(margin), ..protocol() }.check();
        for margin in [0.6, 0.73, 0.8, 0.95] {
            assert!(at(margin).is_ok(), "{margin}");
        }
        for margin in [0.59, 0.951, 1.0, 0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(at(margin), Err(ProtocolError::Margin(_))), "{margin}");
        }
        let said = at(0.5).unwrap_err().to_string();
        assert_eq!(said, "a margin of 0.5: take 0.6 to 0.95; 0.8 means a fifth fewer cramps");
    }

    #[test]
    fn nights_never_recorded_stay_missing() {
        let series = protocol().series(&[1; 32], &[Count::Exactly(1); 50], 6).unwrap();
        assert_eq!(series.nights(), 84);
        assert_eq!(series.recorded().count(), 50);
    }
}
