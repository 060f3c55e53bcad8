//! The inner step of the nested Laplace approximation: for fixed (sigma, rho, phi) the mode of the nightly states and the
//! coefficients, and the log evidence from the determinant there.
//!
//! States are kept as z = u/sigma, a stationary AR(1) with unit variance, so that sigma near 0 needs no special case. Newton's
//! method solves a tridiagonal system for z by LDL and a small Schur complement for the coefficients: O(nights) a step.

use super::likelihood::{Slope, log_likelihood, slope};
use super::priors::Normal;
use super::series::{Count, MOST_COVARIATES};

/// Most coefficients: level, effect, trend, covariates.
pub const MOST_COEFFICIENTS: usize = 3 + MOST_COVARIATES;
/// Columns of the right-hand side: the gradient and one per coefficient.
const SIDES: usize = MOST_COEFFICIENTS + 1;

/// Newton steps before giving up; a handful is usual.
const MOST_STEPS: usize = 60;
/// Largest move of one night's linear predictor in a step: keeps far starts from overshooting.
const LONGEST_MOVE: f64 = 2.5;
/// A step shorter than this ends the search.
const SETTLED: f64 = 2e-3;

/// The outer parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outer {
    /// Standard deviation of the nightly states.
    pub sigma: f64,
    /// Their autocorrelation.
    pub rho: f64,
    /// Shape of the negative binomial.
    pub phi: f64,
}

/// Linear predictor: an offset and columns with normal priors.
#[derive(Debug, Clone)]
pub struct Predictor<'s> {
    /// One count a night.
    pub counts: &'s [Count],
    /// Added to the linear predictor, a night each.
    pub offset: Vec<f64>,
    /// Columns, a night each.
    pub columns: Vec<Vec<f64>>,
    /// Prior of each column's coefficient.
    pub priors: Vec<Normal>,
}

/// What the inner step found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inner {
    /// Laplace approximation of the log evidence at these outer parameters; their own prior is left out.
    pub log_evidence: f64,
    /// Mode of the coefficients.
    pub mean: [f64; MOST_COEFFICIENTS],
    /// Their covariance at the mode.
    pub covariance: [[f64; MOST_COEFFICIENTS]; MOST_COEFFICIENTS],
}

/// Room for the inner step. Its states stay as a warm start for the next one.
#[derive(Debug, Clone)]
pub struct Workspace {
    z: Vec<f64>,
    coefficients: [f64; MOST_COEFFICIENTS],
    eta: Vec<f64>,
    slopes: Vec<Slope>,
    pivot: Vec<f64>,
    lower: Vec<f64>,
    sides: Vec<[f64; SIDES]>,
}

impl Workspace {
    /// Room for a number of nights.
    pub fn new(nights: usize) -> Self {
        Self {
            z: vec![0.0; nights],
            coefficients: [0.0; MOST_COEFFICIENTS],
            eta: vec![0.0; nights],
            slopes: vec![Slope { gradient: 0.0, weight: 0.0 }; nights],
            pivot: vec![1.0; nights],
            lower: vec![0.0; nights],
            sides: vec![[0.0; SIDES]; nights],
        }
    }

    /// Starts the next search at these coefficients and at calm nights.
    pub fn start_at(&mut self, coefficients: &[f64]) {
        self.z.fill(0.0);
        self.coefficients[..coefficients.len()].copy_from_slice(coefficients);
    }

    /// Finds the mode and the evidence.
    #[expect(clippy::needless_range_loop, reason = "several arrays run side by side")]
    pub fn solve(&mut self, predictor: &Predictor, outer: Outer) -> Inner {
        let nights = self.z.len();
        let width = predictor.columns.len();
        let unit = 1.0 / (1.0 - outer.rho * outer.rho);
        let off = -outer.rho * unit;
        let inside = (1.0 + outer.rho * outer.rho) * unit;
        let mut step = [0.0; MOST_COEFFICIENTS];
        let mut schur = [[0.0; MOST_COEFFICIENTS]; MOST_COEFFICIENTS];
        let mut log_pivots = 0.0;
        for round in 0..MOST_STEPS {
            self.predict(predictor, outer.sigma);
            for t in 0..nights {
                self.slopes[t] = slope(predictor.counts[t], self.eta[t], outer.phi);
            }
            // Forward sweep over [gradient | columns].
            for t in 0..nights {
                let edge = t == 0 || t + 1 == nights;
                let diagonal = if edge { unit } else { inside };
                let Slope { gradient, weight } = self.slopes[t];
                let (before, after) =
                    (if t > 0 { self.z[t - 1] } else { 0.0 }, if t + 1 < nights { self.z[t + 1] } else { 0.0 });
                let side = &mut self.sides[t];
                side[0] = outer.sigma * gradient - diagonal * self.z[t] - off * (before + after);
                let coupling = outer.sigma * weight;
                for (at, column) in predictor.columns.iter().enumerate() {
                    side[at + 1] = coupling * column[t];
                }
                let mut pivot = diagonal + outer.sigma * outer.sigma * weight;
                if t > 0 {
                    let lower = off / self.pivot[t - 1];
                    self.lower[t] = lower;
                    pivot -= lower * off;
                    let (done, rest) = self.sides.split_at_mut(t);
                    for at in 0..=width {
                        rest[0][at] -= lower * done[t - 1][at];
                    }
                }
                self.pivot[t] = pivot;
            }
            // Schur complement from the half-solved sides: B' A^-1 B = sum of (L^-1 B)' D^-1 (L^-1 B).
            let mut right = [0.0; MOST_COEFFICIENTS];
            for (at, prior) in predictor.priors.iter().enumerate() {
                let precision = 1.0 / (prior.sd * prior.sd);
                right[at] = -precision * (self.coefficients[at] - prior.mean);
                schur[at] = [0.0; MOST_COEFFICIENTS];
                schur[at][at] = precision;
            }
            log_pivots = 0.0;
            for t in 0..nights {
                let Slope { gradient, weight } = self.slopes[t];
                let inverse = 1.0 / self.pivot[t];
                let side = &self.sides[t];
                for i in 0..width {
                    let x = predictor.columns[i][t];
                    right[i] += x * gradient - side[i + 1] * inverse * side[0];
                    for j in 0..=i {
                        schur[i][j] += x * weight * predictor.columns[j][t] - side[i + 1] * inverse * side[j + 1];
                    }
                }
            }
            cholesky(&mut schur, width);
            step[..width].copy_from_slice(&right[..width]);
            solve_cholesky(&schur, width, &mut step);
            // Backward sweep: the step of the states, kept in side 0.
            let mut longest: f64 = 0.0;
            let mut next = 0.0;
            for t in (0..nights).rev() {
                let side = &self.sides[t];
                let mut value = side[0];
                for at in 0..width {
                    value -= side[at + 1] * step[at];
                }
                value /= self.pivot[t];
                if t + 1 < nights {
                    value -= self.lower[t + 1] * next;
                }
                next = value;
                self.sides[t][0] = value;
                let mut moved = outer.sigma * value;
                for at in 0..width {
                    moved += predictor.columns[at][t] * step[at];
                }
                longest = longest.max(moved.abs());
            }
            let scale = if longest > LONGEST_MOVE { LONGEST_MOVE / longest } else { 1.0 };
            for t in 0..nights {
                self.z[t] += scale * self.sides[t][0];
            }
            for at in 0..width {
                self.coefficients[at] += scale * step[at];
            }
            if longest < SETTLED || round + 1 == MOST_STEPS {
                break;
            }
        }
        for pivot in &self.pivot {
            log_pivots += libm::log(*pivot);
        }
        Inner {
            log_evidence: self.evidence(predictor, outer, log_pivots, &schur),
            mean: self.coefficients,
            covariance: inverse(&schur, width),
        }
    }

    fn predict(&mut self, predictor: &Predictor, sigma: f64) {
        for (t, eta) in self.eta.iter_mut().enumerate() {
            let mut value = predictor.offset[t] + sigma * self.z[t];
            for (column, coefficient) in predictor.columns.iter().zip(&self.coefficients) {
                value += column[t] * coefficient;
            }
            *eta = value;
        }
    }

    /// ln p(y, mode) + n/2 ln 2 pi - 1/2 ln det H; powers of 2 pi cancel against those of the priors.
    fn evidence(
        &mut self,
        predictor: &Predictor,
        outer: Outer,
        log_pivots: f64,
        schur: &[[f64; MOST_COEFFICIENTS]; MOST_COEFFICIENTS],
    ) -> f64 {
        self.predict(predictor, outer.sigma);
        let mut value = 0.0;
        for (count, eta) in predictor.counts.iter().zip(&self.eta) {
            value += log_likelihood(*count, *eta, outer.phi);
        }
        let spread = 1.0 - outer.rho * outer.rho;
        let mut before: Option<f64> = None;
        for z in &self.z {
            value -= match before {
                None => 0.5 * z * z,
                Some(before) => 0.5 * (z - outer.rho * before) * (z - outer.rho * before) / spread,
            };
            before = Some(*z);
        }
        #[expect(clippy::cast_precision_loss, reason = "at most a few thousand nights")]
        let steps = (self.z.len() - 1) as f64;
        value -= 0.5 * steps * libm::log(spread) + 0.5 * log_pivots;
        for (at, (prior, coefficient)) in predictor.priors.iter().zip(&self.coefficients).enumerate() {
            let scaled = (coefficient - prior.mean) / prior.sd;
            value -= 0.5 * scaled * scaled + libm::log(prior.sd) + libm::log(schur[at][at]);
        }
        value
    }
}

/// Lower Cholesky factor in place; the matrix is positive definite because every prior is proper.
fn cholesky(matrix: &mut [[f64; MOST_COEFFICIENTS]; MOST_COEFFICIENTS], width: usize) {
    for i in 0..width {
        for j in 0..=i {
            let mut value = matrix[i][j];
            for (a, b) in matrix[i][..j].iter().zip(&matrix[j][..j]) {
                value -= a * b;
            }
            matrix[i][j] = if i == j { libm::sqrt(value.max(f64::MIN_POSITIVE)) } else { value / matrix[j][j] };
        }
    }
}

fn solve_cholesky(
    lower: &[[f64; MOST_COEFFICIENTS]; MOST_COEFFICIENTS],
    width: usize,
    right: &mut [f64; MOST_COEFFICIENTS],
) {
    for i in 0..width {
        let mut value = right[i];
        for k in 0..i {
            value -= lower[i][k] * right[k];
        }
        right[i] = value / lower[i][i];
    }
    for i in (0..width).rev() {
        let mut value = right[i];
        for k in i + 1..width {
            value -= lower[k][i] * right[k];
        }
        right[i] = value / lower[i][i];
    }
}

fn inverse(
    lower: &[[f64; MOST_COEFFICIENTS]; MOST_COEFFICIENTS],
    width: usize,
) -> [[f64; MOST_COEFFICIENTS]; MOST_COEFFICIENTS] {
    let mut inverse = [[0.0; MOST_COEFFICIENTS]; MOST_COEFFICIENTS];
    for (at, row) in inverse.iter_mut().enumerate().take(width) {
        row[at] = 1.0;
        solve_cholesky(lower, width, row);
    }
    inverse
}
