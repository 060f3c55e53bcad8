//! The inner step for yes and no: expectation propagation in the place of Laplace's approximation.
//!
//! A night of yes or no tells so little that its likelihood is far from normal: at the mode the log evidence of a large
//! spread is off by whole units, and the spread comes out too small. Expectation propagation matches means and variances
//! instead (Minka 2001; Kuss and Rasmussen 2005, J Mach Learn Res 6:1679). The normal stand-in of each night, its site, is
//! set so that the night's own likelihood in its place would change neither mean nor variance. Sums over a night are one-dimensional;
//! all nights together are the same tridiagonal step as for counts.

use super::laplace::{Inner, Outer, Predictor, Workspace};
use super::likelihood::Slope;
use super::series::Count;

/// A night's stand-in: exp(shift·eta - precision·eta²/2).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Site {
    precision: f64,
    shift: f64,
}

/// Rounds before giving up; under twenty are usual.
const MOST_ROUNDS: usize = 100;
/// Share of the way that a site goes in a round: all are moved at once, and the whole way could overshoot.
const SHARE: f64 = 0.8;
/// A round that moves no night's mean by more than this, in its standard deviations, ends the search. The log evidence is flat
/// there: its error is of second order.
const SETTLED: f64 = 3e-4;
/// Places of a sum over a normal, in standard deviations: so far apart, so many to each side. Sums of smooth functions at
/// even places are exact to the digits that are used here.
const APART: f64 = 0.4;
const REACH: i32 = 14;

/// What a night's likelihood makes of a normal.
struct Tilted {
    log_sum: f64,
    mean: f64,
    variance: f64,
}

impl Workspace {
    /// Finds means, covariance and evidence. The sites of the search before are where this one starts.
    pub fn propagate(&mut self, predictor: &Predictor, outer: Outer) -> Inner {
        let nights = predictor.counts.len();
        self.sites.resize(nights, Site::default());
        let mut variances = vec![0.0; nights];
        let mut round = 0;
        loop {
            round += 1;
            self.predict(predictor, outer.sigma);
            for (slope, (site, eta)) in self.slopes.iter_mut().zip(self.sites.iter().zip(&self.eta)) {
                *slope = Slope { gradient: site.shift - site.precision * eta, weight: site.precision };
            }
            // The sites are normal, so one whole step is the answer to them.
            let step = self.step(predictor, outer);
            self.take(&step.coefficients, 1.0);
            self.variances(predictor, outer.sigma, &step.schur, &mut variances);
            self.predict(predictor, outer.sigma);
            let (moved, value) = self.move_sites(predictor, outer, &variances);
            if moved < SETTLED || round == MOST_ROUNDS {
                return self.inner(predictor, outer, &step.schur, value);
            }
        }
    }

    /// Moves every site towards what its night asks for. Returns the largest move, and the log of what the sites before the
    /// move stand for at the means.
    fn move_sites(&mut self, predictor: &Predictor, outer: Outer, variances: &[f64]) -> (f64, f64) {
        let (mut moved, mut value) = (0.0_f64, 0.0);
        for (t, (count, variance)) in predictor.counts.iter().zip(variances).enumerate() {
            if *count == Count::Missing {
                continue;
            }
            let (eta, site) = (self.eta[t], self.sites[t]);
            // The night without its own site.
            let precision = 1.0 / variance - site.precision;
            let shift = eta / variance - site.shift;
            let (mean, spread) = (shift / precision, 1.0 / precision);
            let log = |eta: f64| predictor.endpoint.log_likelihood(*count, eta, outer.phi);
            let tilted = tilt(mean, spread, log);
            // What the site must be scaled by to stand for the night, and its logarithm at the mean.
            let of_site = 0.5 * libm::log(variance / spread) + 0.5 * (eta * eta / variance - mean * mean / spread);
            value += tilted.log_sum - of_site + site.shift * eta - 0.5 * site.precision * eta * eta;
            let asked = Site {
                precision: (1.0 / tilted.variance - precision).max(0.0),
                shift: tilted.mean / tilted.variance - shift,
            };
            moved = moved.max((tilted.mean - eta).abs() / libm::sqrt(*variance));
            moved = moved.max((tilted.variance / variance - 1.0).abs());
            let towards = |from: f64, to: f64| from + SHARE * (to - from);
            self.sites[t] =
                Site { precision: towards(site.precision, asked.precision), shift: towards(site.shift, asked.shift) };
        }
        (moved, value)
    }
}

/// Sum, mean and variance of a normal times a likelihood.
fn tilt(mean: f64, variance: f64, log_likelihood: impl Fn(f64) -> f64) -> Tilted {
    let apart = APART * libm::sqrt(variance);
    let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
    for at in -REACH..=REACH {
        let place = f64::from(at);
        let weight = libm::exp(log_likelihood(mean + apart * place) - 0.5 * APART * APART * place * place);
        sum += weight;
        first += weight * place;
        second += weight * place * place;
    }
    let (centre, square) = (first / sum, second / sum);
    Tilted {
        log_sum: libm::log(APART * sum / libm::sqrt(2.0 * std::f64::consts::PI)),
        mean: mean + apart * centre,
        variance: apart * apart * (square - centre * centre),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::likelihood::Endpoint;
    use crate::trial::priors::Normal;
    use proptest::prelude::*;

    proptest! {
        /// A normal times a normal is known.
        #[test]
        fn a_normal_night_tilts_as_the_textbook_says(mean in -3.0..3.0f64, variance in 0.05..3.0f64, precision in 0.0..2.0f64) {
            let found = tilt(mean, variance, |eta| -0.5 * precision * eta * eta);
            let wanted = 1.0 / (1.0 / variance + precision);
            prop_assert!((found.variance - wanted).abs() < 1e-3 * wanted, "{} {wanted}", found.variance);
            prop_assert!((found.mean - wanted * mean / variance).abs() < 1e-3);
            let sum = 0.5 * (wanted / variance).ln() + 0.5 * (mean * mean / variance) * (wanted / variance - 1.0);
            prop_assert!((found.log_sum - sum).abs() < 1e-3, "{} {sum}", found.log_sum);
        }
    }

    /// The slow obvious sum over two states and a level.
    fn by_sum(counts: [Count; 2], prior: Normal, outer: Outer) -> (f64, f64, f64) {
        let places: Vec<f64> = (-24..=24).map(|at| f64::from(at) * 0.25).collect();
        let normal = |x: f64| (-0.5 * x * x).exp();
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for a in &places {
            for b in &places {
                for c in &places {
                    let level = prior.mean + prior.sd * a;
                    let states = [*b, outer.rho * b + (1.0 - outer.rho * outer.rho).sqrt() * c];
                    let log: f64 = (0..2)
                        .map(|t| Endpoint::YesNo.log_likelihood(counts[t], level + outer.sigma * states[t], 1.0))
                        .sum();
                    let weight = normal(*a) * normal(*b) * normal(*c) * log.exp();
                    sum += weight;
                    first += weight * level;
                    second += weight * level * level;
                }
            }
        }
        let mean = first / sum;
        let constant = (0.25 / (2.0 * std::f64::consts::PI).sqrt()).powi(3);
        ((constant * sum).ln(), mean, second / sum - mean * mean)
    }

    #[test]
    fn two_nights_are_the_sum_over_everything() {
        let prior = Normal { mean: -0.6, sd: 1.0 };
        for (counts, sigma, rho) in [
            ([Count::Exactly(1), Count::Exactly(0)], 0.8, 0.4),
            ([Count::Exactly(0), Count::Exactly(0)], 1.5, 0.7),
            ([Count::TwoOrMore, Count::Missing], 0.1, -0.3),
            ([Count::TwoOrMore, Count::Exactly(4)], 1.0, 0.0),
        ] {
            let outer = Outer { sigma, rho, phi: 1.0 };
            let predictor = Predictor {
                endpoint: Endpoint::YesNo,
                counts: &counts,
                offset: vec![0.0; 2],
                columns: vec![vec![1.0; 2]],
                priors: vec![prior],
            };
            let found = Workspace::new(2).propagate(&predictor, outer);
            let (evidence, mean, variance) = by_sum(counts, prior, outer);
            assert!((found.log_evidence - evidence).abs() < 0.01, "{counts:?}: {} {evidence}", found.log_evidence);
            assert!((found.mean[0] - mean).abs() < 0.02, "{counts:?}: {} {mean}", found.mean[0]);
            assert!(
                (found.covariance[0][0] / variance - 1.0).abs() < 0.03,
                "{counts:?}: {} {variance}",
                found.covariance[0][0]
            );
        }
    }

    /// Where a search starts does not matter to where it ends.
    #[test]
    fn a_warm_start_ends_where_a_cold_one_does() {
        let counts: Vec<Count> = (0..40).map(|night| Count::Exactly(u32::from(night % 3 == 0))).collect();
        let predictor = Predictor {
            endpoint: Endpoint::YesNo,
            counts: &counts,
            offset: vec![0.0; 40],
            columns: vec![vec![1.0; 40]],
            priors: vec![Normal { mean: -0.6, sd: 1.0 }],
        };
        let (one, two) = (Outer { sigma: 0.2, rho: 0.1, phi: 1.0 }, Outer { sigma: 1.4, rho: 0.8, phi: 1.0 });
        let mut work = Workspace::new(40);
        work.propagate(&predictor, one);
        let (warm, cold) = (work.propagate(&predictor, two), Workspace::new(40).propagate(&predictor, two));
        assert!((warm.log_evidence - cold.log_evidence).abs() < 1e-3, "{} {}", warm.log_evidence, cold.log_evidence);
        assert!((warm.mean[0] - cold.mean[0]).abs() < 1e-3, "{} {}", warm.mean[0], cold.mean[0]);
    }
}
