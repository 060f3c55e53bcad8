//! Summaries of densities and draws.

use super::quadrature::Density;

/// Mean, standard deviation and the quantiles that are reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// At 2.5, 5, 25, 50, 75, 95 and 97.5 %.
    pub quantiles: [f64; 7],
}

/// The shares of [`Summary::quantiles`].
pub const SHARES: [f64; 7] = [0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975];

impl Summary {
    /// Of a density.
    pub fn of(density: &Density) -> Self {
        let mean = density.expect(|x| x);
        let variance = density.expect(|x| (x - mean) * (x - mean));
        Self { mean, sd: libm::sqrt(variance), quantiles: SHARES.map(|share| density.quantile(share)) }
    }

    /// Of draws; at least one.
    pub fn of_draws(draws: &mut [f64]) -> Self {
        draws.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "thousands of draws")]
        let count = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / count;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the list")]
        let at = |share: f64| draws[((share * count) as usize).min(draws.len() - 1)];
        Self { mean, sd: libm::sqrt(variance), quantiles: SHARES.map(at) }
    }

    /// The middle 95 %.
    pub fn interval(&self) -> (f64, f64) {
        (self.quantiles[0], self.quantiles[6])
    }
}
