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

/// A prior that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("prior {name}: {value} is not allowed; give a number above 0 and at most 100")]
pub struct PriorError {
    /// Which.
    pub name: &'static str,
    /// What was given.
    pub value: f64,
}

impl Priors {
    /// The default with another standard deviation of the log rate ratio.
    #[must_use]
    pub fn with_beta_sd(self, sd: f64) -> Self {
        Self { beta: Normal { sd, ..self.beta }, ..self }
    }

    /// Refuses scales that are not positive and finite.
    ///
    /// # Errors
    /// The first scale that cannot be used.
    pub fn check(&self) -> Result<(), PriorError> {
        let scales = [
            ("alpha sd", self.alpha.sd),
            ("beta sd", self.beta.sd),
            ("gamma sd", self.gamma.sd),
            ("sigma sd", self.sigma_sd),
            ("rho a", self.rho.0),
            ("rho b", self.rho.1),
            ("isq sd", self.isq_sd),
            ("delta sd", self.delta.sd),
        ];
        for (name, value) in scales {
            if !(value > 0.0 && value <= 100.0) {
                return Err(PriorError { name, value });
            }
        }
        for (name, value) in [("alpha mean", self.alpha.mean), ("beta mean", self.beta.mean)] {
            if !(value.is_finite() && value.abs() <= 100.0) {
                return Err(PriorError { name, value });
            }
        }
        Ok(())
    }
}
