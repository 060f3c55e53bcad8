//! Simulation-based calibration (Talts and others 2018, arXiv 1804.06788): truths from the prior, nights from the truths; the
//! truths' places in their posteriors must be uniform.

use super::likelihood::Endpoint;
use super::order::arms;
use super::posterior::{Effort, posterior};
use super::priors::Priors;
use super::random::Draws;
use super::series::Series;
use super::simulate::{Truth, nights};

/// Places of the true parameters in their posteriors, each between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Places {
    /// Of the level.
    pub alpha: f64,
    /// Of the log rate ratio.
    pub beta: f64,
    /// Of the trend.
    pub gamma: f64,
}

/// One round: a truth from the prior, a trial of this many nights, its posterior. Up to 40 % of nights are missing, and in
/// every third round the nights with two or more are logged as "2 or more". None where one arm has no recorded night.
pub fn round(priors: &Priors, length: usize, endpoint: Endpoint, seed: u64, effort: Effort) -> Option<Places> {
    let mut draws = Draws::new(seed);
    let mut normal = |prior: super::priors::Normal| prior.mean + prior.sd * draws.normal();
    let (alpha, beta, gamma) = (normal(priors.alpha), normal(priors.beta), normal(priors.gamma));
    let sigma = (priors.sigma_sd * draws.normal()).abs();
    let rho = 2.0 * draws.beta(priors.rho.0, priors.rho.1) - 1.0;
    // Yes and no come from a Poisson night: its chance of no cramp is that of the link.
    let isq = match endpoint {
        Endpoint::Cramps => (priors.isq_sd * draws.normal()).abs(),
        Endpoint::YesNo => 0.0,
    };
    let truth = Truth {
        rate: libm::exp(alpha),
        ratio: libm::exp(beta),
        trend: gamma,
        sigma,
        rho: rho.clamp(-0.99, 0.99),
        phi: super::likelihood::phi_of(isq),
        season: 0.0,
        week: 0.0,
        missing: 0.4 * draws.uniform(),
        coarse: if seed.is_multiple_of(3) { 1.0 } else { 0.0 },
    };
    let pairs = length / 14;
    let orders: Vec<bool> = (0..pairs).map(|_| draws.coin()).collect();
    let arms = arms(&orders, 7);
    let series = Series::new(&arms, nights(&truth, &arms, &mut draws)).ok()?;
    let series = if endpoint == Endpoint::YesNo { series.yes_no() } else { series };
    let found = posterior(&series, priors, effort);
    Some(Places { alpha: found.alpha.below(alpha), beta: found.beta.below(beta), gamma: found.gamma.below(gamma) })
}

/// The largest distance between the places and a uniform distribution (Kolmogorov), and the chance of one as large
/// (Stephens 1970).
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn uniform(places: &mut [f64]) -> (f64, f64) {
    places.sort_by(f64::total_cmp);
    let n = places.len() as f64;
    let distance = places
        .iter()
        .enumerate()
        .map(|(at, place)| (place - at as f64 / n).max((at as f64 + 1.0) / n - place))
        .fold(0.0, f64::max);
    let root = libm::sqrt(n);
    let scaled = (root + 0.12 + 0.11 / root) * distance;
    let p = (1..=100)
        .map(|k| {
            let k = f64::from(k);
            let sign = if k % 2.0 == 1.0 { 2.0 } else { -2.0 };
            sign * libm::exp(-2.0 * k * k * scaled * scaled)
        })
        .sum::<f64>();
    (distance, p.clamp(0.0, 1.0))
}
