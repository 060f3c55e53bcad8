//! Priors: an input of every analysis, with the defaults of the protocol.

/// A normal distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Normal {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

/// Scales of all priors. The defaults are the protocol's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Priors {
    /// Log cramps a night without treatment, at the centre of the trial. Control arms of trials: 0.32 to 1.2 a night.
    pub alpha: Normal,
    /// Log rate ratio. Quinine about -0.33, magnesium about 0; a scale of 0.5 loses coverage at strong effects.
    pub beta: Normal,
    /// Log trend per 28 nights. Placebo arms fall by 0.3 to 0.44 in four weeks.
    pub gamma: Normal,
    /// Night-to-night spread on the log scale: scale of a half-normal.
    pub sigma_sd: f64,
    /// Autocorrelation: (rho + 1)/2 is Beta with these two shapes.
    pub rho: (f64, f64),
    /// Overdispersion 1/sqrt(phi): scale of a half-normal. Zero is Poisson.
    pub isq_sd: f64,
    /// Log effect of a unit of a covariate.
    pub delta: Normal,
}

impl Default for Priors {
    fn default() -> Self {
        Self {
            alpha: Normal { mean: -0.6, sd: 1.0 },
            beta: Normal { mean: 0.0, sd: 0.75 },
            gamma: Normal { mean: 0.0, sd: 0.3 },
            sigma_sd: 0.5,
            rho: (4.0, 2.0),
            isq_sd: 0.7,
            delta: Normal { mean: 0.0, sd: 0.3 },
        }
    }
}

/// Standard deviations and half-normal scales that can be used, on the log scale. Below, a prior is a claim and the grid has
/// nothing to walk over; above, it believes in e^20 times as many cramps.
const SCALES: (f64, f64) = (0.01, 10.0);
/// Shapes of the autocorrelation's prior that can be used.
const SHAPES: (f64, f64) = (0.1, 100.0);
/// Means that can be used, on the log scale: e^10 is 22,000 cramps a night.
const MEANS: (f64, f64) = (-10.0, 10.0);

/// A prior that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("prior {name}: {value} is not allowed; give a number from {low} to {high}")]
pub struct PriorError {
    /// Which.
    pub name: &'static str,
    /// What was given.
    pub value: f64,
    /// The least that can be used.
    pub low: f64,
    /// The most.
    pub high: f64,
}

impl Priors {
    /// The default with another standard deviation of the log rate ratio.
    #[must_use]
    pub fn with_beta_sd(self, sd: f64) -> Self {
        Self { beta: Normal { sd, ..self.beta }, ..self }
    }

    /// Refuses what the analysis cannot work with.
    ///
    /// # Errors
    /// The first number that cannot be used.
    pub fn check(&self) -> Result<(), PriorError> {
        let bounds = [
            ("alpha sd", self.alpha.sd, SCALES),
            ("beta sd", self.beta.sd, SCALES),
            ("gamma sd", self.gamma.sd, SCALES),
            ("delta sd", self.delta.sd, SCALES),
            ("sigma sd", self.sigma_sd, SCALES),
            ("isq sd", self.isq_sd, SCALES),
            ("rho a", self.rho.0, SHAPES),
            ("rho b", self.rho.1, SHAPES),
            ("alpha mean", self.alpha.mean, MEANS),
            ("beta mean", self.beta.mean, MEANS),
            ("gamma mean", self.gamma.mean, MEANS),
            ("delta mean", self.delta.mean, MEANS),
        ];
        match bounds.into_iter().find(|(_, value, (low, high))| !(low..=high).contains(&value)) {
            None => Ok(()),
            Some((name, value, (low, high))) => Err(PriorError { name, value, low, high }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_analysis_cannot_work_with_is_refused() {
        let usual = Priors::default();
        assert_eq!(usual.check(), Ok(()));
        let said = |priors: Priors| priors.check().map_or_else(|error| error.to_string(), |()| "taken".to_owned());
        assert_eq!(said(usual.with_beta_sd(0.0)), "prior beta sd: 0 is not allowed; give a number from 0.01 to 10");
        for value in [f64::NAN, f64::INFINITY, 1e308, -1e308, 1e-300] {
            assert!(said(usual.with_beta_sd(value)).contains("beta sd"), "{value}");
        }
        let gamma = Normal { mean: 1e308, sd: 0.3 };
        assert!(said(Priors { gamma, ..usual }).contains("gamma mean"), "a mean that no night can have");
        assert!(said(Priors { sigma_sd: 1e-300, ..usual }).contains("sigma sd"));
        assert!(said(Priors { rho: (1e-300, 2.0), ..usual }).contains("rho a"));
    }
}
