//! The inner step of the nested Laplace approximation: for fixed (sigma, rho, phi) the mode of the nightly states and the
//! coefficients, and the log evidence from the determinant there.
//!
//! States are kept as z = u/sigma, a stationary AR(1) with unit variance, so that sigma near 0 needs no special case. Newton's
//! method solves a tridiagonal system for z by LDL and a small Schur complement for the coefficients: O(nights) a step.

use super::likelihood::{Endpoint, Slope};
use super::priors::Normal;
use super::propagation::Site;
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
    /// Shape of the negative binomial; without meaning for yes or no.
    pub phi: f64,
}

/// Linear predictor: an offset and columns with normal priors.
#[derive(Debug, Clone)]
pub struct Predictor<'s> {
    /// What of a night enters.
    pub endpoint: Endpoint,
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
    pub covariance: Matrix,
}

/// A matrix over the coefficients.
pub(super) type Matrix = [[f64; MOST_COEFFICIENTS]; MOST_COEFFICIENTS];

/// One Newton step.
pub(super) struct Step {
    /// Of the coefficients.
    pub coefficients: [f64; MOST_COEFFICIENTS],
    /// Lower Cholesky factor of the Schur complement.
    pub schur: Matrix,
    /// Largest move of a night's predictor.
    pub longest: f64,
}

/// Room for the inner step. Its states stay as a warm start for the next one.
#[derive(Debug, Clone)]
pub struct Workspace {
    z: Vec<f64>,
    coefficients: [f64; MOST_COEFFICIENTS],
    /// Predictors, a night each.
    pub(super) eta: Vec<f64>,
    /// Slopes there.
    pub(super) slopes: Vec<Slope>,
    pivot: Vec<f64>,
    lower: Vec<f64>,
    sides: Vec<[f64; SIDES]>,
    /// Normal stand-ins for the likelihoods of the nights; empty until they are wanted.
    pub(super) sites: Vec<Site>,
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
            sites: Vec::new(),
        }
    }

    /// Starts the next search at these coefficients and at calm nights.
    pub fn start_at(&mut self, coefficients: &[f64]) {
        self.z.fill(0.0);
        self.coefficients[..coefficients.len()].copy_from_slice(coefficients);
    }

    /// Finds the coefficients and the evidence, as the endpoint asks for it.
    pub fn find(&mut self, predictor: &Predictor, outer: Outer) -> Inner {
        match predictor.endpoint {
            Endpoint::Cramps => self.solve(predictor, outer),
            Endpoint::YesNo => self.propagate(predictor, outer),
        }
    }

    /// Finds the mode and the evidence.
    pub fn solve(&mut self, predictor: &Predictor, outer: Outer) -> Inner {
        let mut round = 0;
        let schur = loop {
            round += 1;
            self.predict(predictor, outer.sigma);
            for (slope, (count, eta)) in self.slopes.iter_mut().zip(predictor.counts.iter().zip(&self.eta)) {
                *slope = predictor.endpoint.slope(*count, *eta, outer.phi);
            }
            let Step { coefficients, schur, longest } = self.step(predictor, outer);
            let scale = if longest > LONGEST_MOVE { LONGEST_MOVE / longest } else { 1.0 };
            self.take(&coefficients, scale);
            if longest < SETTLED || round == MOST_STEPS {
                break schur;
            }
        };
        self.predict(predictor, outer.sigma);
        let value: f64 = predictor
            .counts
            .iter()
            .zip(&self.eta)
            .map(|(count, eta)| predictor.endpoint.log_likelihood(*count, *eta, outer.phi))
            .sum();
        self.inner(predictor, outer, &schur, value)
    }

    /// What was found, where `value` is the log-likelihood at the mode.
    pub(super) fn inner(&self, predictor: &Predictor, outer: Outer, schur: &Matrix, value: f64) -> Inner {
        Inner {
            log_evidence: self.evidence(predictor, outer, schur, value),
            mean: self.coefficients,
            covariance: inverse(schur, predictor.columns.len()),
        }
    }

    /// One Newton step from the slopes at the present predictors. The step of the states stays in side 0, the half-solved
    /// columns in the other sides.
    #[expect(clippy::needless_range_loop, reason = "several arrays run side by side")]
    pub(super) fn step(&mut self, predictor: &Predictor, outer: Outer) -> Step {
        let nights = self.z.len();
        let width = predictor.columns.len();
        let unit = 1.0 / (1.0 - outer.rho * outer.rho);
        let off = -outer.rho * unit;
        let inside = (1.0 + outer.rho * outer.rho) * unit;
        let mut step = [0.0; MOST_COEFFICIENTS];
        let mut schur: Matrix = [[0.0; MOST_COEFFICIENTS]; MOST_COEFFICIENTS];
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
        Step { coefficients: step, schur, longest }
    }

    /// Variance of each night's predictor, from the factors of the last step. The sides are used up.
    pub(super) fn variances(&mut self, predictor: &Predictor, sigma: f64, schur: &Matrix, to: &mut [f64]) {
        let width = predictor.columns.len();
        let mut of_state = 0.0;
        let mut solved = [0.0; MOST_COEFFICIENTS];
        for t in (0..self.z.len()).rev() {
            let lower = if t + 1 < self.z.len() { self.lower[t + 1] } else { 0.0 };
            of_state = 1.0 / self.pivot[t] + lower * lower * of_state;
            // What hangs on the coefficients: x - sigma A^-1 B, whose products by the inverse Schur complement are variances.
            let mut shared = [0.0; MOST_COEFFICIENTS];
            for at in 0..width {
                solved[at] = self.sides[t][at + 1] / self.pivot[t] - lower * solved[at];
                shared[at] = predictor.columns[at][t] - sigma * solved[at];
            }
            halve(schur, width, &mut shared);
            to[t] = sigma * sigma * of_state + shared.iter().map(|part| part * part).sum::<f64>();
        }
    }

    /// Goes a share of the step.
    pub(super) fn take(&mut self, coefficients: &[f64; MOST_COEFFICIENTS], scale: f64) {
        for (z, side) in self.z.iter_mut().zip(&self.sides) {
            *z += scale * side[0];
        }
        for (coefficient, step) in self.coefficients.iter_mut().zip(coefficients) {
            *coefficient += scale * step;
        }
    }

    pub(super) fn predict(&mut self, predictor: &Predictor, sigma: f64) {
        for (t, eta) in self.eta.iter_mut().enumerate() {
            let mut value = predictor.offset[t] + sigma * self.z[t];
            for (column, coefficient) in predictor.columns.iter().zip(&self.coefficients) {
                value += column[t] * coefficient;
            }
            *eta = value;
        }
    }

    /// ln p(y, mode) + n/2 ln 2 pi - 1/2 ln det H; powers of 2 pi cancel against those of the priors.
    fn evidence(&self, predictor: &Predictor, outer: Outer, schur: &Matrix, log_likelihood: f64) -> f64 {
        let mut value = log_likelihood;
        let log_pivots: f64 = self.pivot.iter().map(|pivot| libm::log(*pivot)).sum();
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
fn cholesky(matrix: &mut Matrix, width: usize) {
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

/// The forward half of a solution.
pub(super) fn halve(lower: &Matrix, width: usize, right: &mut [f64; MOST_COEFFICIENTS]) {
    for i in 0..width {
        let mut value = right[i];
        for k in 0..i {
            value -= lower[i][k] * right[k];
        }
        right[i] = value / lower[i][i];
    }
}

fn solve_cholesky(lower: &Matrix, width: usize, right: &mut [f64; MOST_COEFFICIENTS]) {
    halve(lower, width, right);
    for i in (0..width).rev() {
        let mut value = right[i];
        for k in i + 1..width {
            value -= lower[k][i] * right[k];
        }
        right[i] = value / lower[i][i];
    }
}

fn inverse(lower: &Matrix, width: usize) -> Matrix {
    let mut inverse: Matrix = [[0.0; MOST_COEFFICIENTS]; MOST_COEFFICIENTS];
    for (at, row) in inverse.iter_mut().enumerate().take(width) {
        row[at] = 1.0;
        solve_cholesky(lower, width, row);
    }
    inverse
}
