//! What one person's trial leaves behind: for every night the arm and what was recorded.

use super::likelihood::Endpoint;

/// What was recorded of a night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Nothing was recorded: the night has no likelihood term.
    Missing,
    /// Exactly so many cramps.
    Exactly(u32),
    /// Two or more: enters as P(Y ≥ 2).
    TwoOrMore,
}

impl Count {
    /// As a number in averages; "2 or more" as 2. None when missing.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Missing => None,
            Self::Exactly(count) => Some(f64::from(count)),
            Self::TwoOrMore => Some(2.0),
        }
    }

    /// True for a night that had a cramp.
    pub fn any(self) -> bool {
        !matches!(self, Self::Missing | Self::Exactly(0))
    }

    /// 0 or 1: whether the night had a cramp. Missing stays missing.
    #[must_use]
    pub fn yes_or_no(self) -> Self {
        if self.any() { Self::Exactly(1) } else { self }
    }
}

/// Largest count of a night that is accepted.
pub const MOST_CRAMPS: u32 = 1_000;
/// Most nights of one series.
pub const MOST_NIGHTS: usize = 4_000;

/// Why a series cannot be analysed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeriesError {
    /// The two lists differ in length.
    #[error("there are {arms} arms but {nights} nights: both lists need one entry a night")]
    Lengths {
        /// Entries of the arm list.
        arms: usize,
        /// Entries of the count list.
        nights: usize,
    },
    /// Too few or too many nights.
    #[error("{0} nights: a series has 2 to {MOST_NIGHTS}")]
    Nights(usize),
    /// A count beyond reason.
    #[error("night {night}: {count} cramps is more than {MOST_CRAMPS}")]
    Count {
        /// Place in the series, from 1.
        night: usize,
        /// What was given.
        count: u32,
    },
    /// Nothing recorded in one arm.
    #[error("no night was recorded {0}: both arms need some")]
    EmptyArm(&'static str),
    /// A covariate of another length, or beyond [`LARGEST_COVARIATE`].
    #[error("covariate {0} needs one number a night, at most {LARGEST_COVARIATE} either way")]
    Covariate(usize),
    /// Too many covariates.
    #[error("{0} covariates: at most {MOST_COVARIATES}")]
    Covariates(usize),
}

/// Most covariates (NIGHTS: up to three chosen before the start).
pub const MOST_COVARIATES: usize = 3;
/// Largest value of a covariate, either way: beyond it the digits of the other coefficients are lost.
pub const LARGEST_COVARIATE: f64 = 1e6;

/// A checked series.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    treated: Vec<f64>,
    counts: Vec<Count>,
    covariates: Vec<Vec<f64>>,
    endpoint: Endpoint,
}

impl Series {
    /// Checks and keeps a series: `treated[t]` is true on treatment nights.
    ///
    /// # Errors
    /// See [`SeriesError`].
    pub fn new(treated: &[bool], counts: Vec<Count>) -> Result<Self, SeriesError> {
        let exposure: Vec<f64> = treated.iter().map(|yes| f64::from(u8::from(*yes))).collect();
        let series = Self::with_exposure(exposure, counts)?;
        for (arm, name) in [(1.0, "on treatment"), (0.0, "without treatment")] {
            if !series.recorded().any(|(treated, _)| treated == arm) {
                return Err(SeriesError::EmptyArm(name));
            }
        }
        Ok(series)
    }

    /// A series with a graded exposure in place of the arm, for carry-over checks.
    ///
    /// # Errors
    /// See [`SeriesError`].
    pub fn with_exposure(exposure: Vec<f64>, counts: Vec<Count>) -> Result<Self, SeriesError> {
        if exposure.len() != counts.len() {
            return Err(SeriesError::Lengths { arms: exposure.len(), nights: counts.len() });
        }
        if !(2..=MOST_NIGHTS).contains(&counts.len()) {
            return Err(SeriesError::Nights(counts.len()));
        }
        for (at, count) in counts.iter().enumerate() {
            if let Count::Exactly(count) = count
                && *count > MOST_CRAMPS
            {
                return Err(SeriesError::Count { night: at + 1, count: *count });
            }
        }
        Ok(Self { treated: exposure, counts, covariates: Vec::new(), endpoint: Endpoint::Cramps })
    }

    /// The same series with covariates chosen before the start: one number a night each.
    ///
    /// # Errors
    /// See [`SeriesError`].
    pub fn with_covariates(self, covariates: Vec<Vec<f64>>) -> Result<Self, SeriesError> {
        if covariates.len() > MOST_COVARIATES {
            return Err(SeriesError::Covariates(covariates.len()));
        }
        for (at, covariate) in covariates.iter().enumerate() {
            let fits = |value: &f64| value.abs() <= LARGEST_COVARIATE;
            if covariate.len() != self.nights() || !covariate.iter().all(fits) {
                return Err(SeriesError::Covariate(at + 1));
            }
        }
        Ok(Self { covariates, ..self })
    }

    /// Nights, missing ones included.
    pub fn nights(&self) -> usize {
        self.counts.len()
    }

    /// 1 on treatment nights, 0 on control nights; between in carry-over checks.
    pub fn exposure(&self) -> &[f64] {
        &self.treated
    }

    /// What was recorded, a night each.
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// Chosen covariates, a night each.
    pub fn covariates(&self) -> &[Vec<f64>] {
        &self.covariates
    }

    /// Exposure and count of the recorded nights.
    pub fn recorded(&self) -> impl Iterator<Item = (f64, Count)> + '_ {
        self.treated.iter().copied().zip(self.counts.iter().copied()).filter(|(_, count)| *count != Count::Missing)
    }

    /// The slow trend of night `t`: nights from the centre of all nights, in units of 28.
    pub fn trend(&self, night: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "at most a few thousand nights")]
        let (night, last) = (night as f64, (self.nights() - 1) as f64);
        (night - last / 2.0) / 28.0
    }

    /// What of a night enters the likelihood.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// The same nights, of which only enters whether they had a cramp.
    #[must_use]
    pub fn yes_no(&self) -> Self {
        Self { endpoint: Endpoint::YesNo, ..self.clone() }
    }

    /// What a night counts for in averages: its cramps, or 1 for any. None when it is missing.
    pub fn value(&self, count: Count) -> Option<f64> {
        match self.endpoint {
            Endpoint::Cramps => count.value(),
            Endpoint::YesNo => count.yes_or_no().value(),
        }
    }

    /// The same nights under another exposure, an entry a night.
    #[must_use]
    pub fn under(&self, exposure: Vec<f64>) -> Self {
        assert_eq!(exposure.len(), self.nights(), "one exposure a night");
        Self { treated: exposure, ..self.clone() }
    }

    /// The same series with other counts.
    #[must_use]
    pub fn with_counts(&self, counts: Vec<Count>) -> Self {
        assert_eq!(counts.len(), self.nights(), "one count a night");
        Self { counts, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covariates_are_bounded_either_way() {
        let series = || Series::new(&[true, false], vec![Count::Exactly(1), Count::Missing]);
        assert_eq!(series(), Err(SeriesError::EmptyArm("without treatment")));
        let series = || Series::new(&[true, false], vec![Count::Exactly(1); 2]).unwrap();
        assert!(series().with_covariates(vec![vec![-1e6, 1e6]]).is_ok());
        for value in [1.1e6, -1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(series().with_covariates(vec![vec![0.0, value]]), Err(SeriesError::Covariate(1)), "{value}");
        }
    }
}
