//! Scores instead of counts: sleep disturbance, pain, mood. A straight line with AR(1) errors; no verdicts.
//!
//! y_t = alpha + beta·a_t + gamma·s_t + e_t, e an AR(1) with standard deviation sigma and autocorrelation rho. A missing night
//! only widens the gap: the correlation over g nights is rho^g. alpha and gamma have wide normal priors, sigma a flat one on
//! its logarithm, rho the prior of the counts.

use super::priors::Priors;
use super::quadrature::{Density, gauss_legendre};

/// The posterior of a score's difference between the arms.
#[derive(Debug, Clone)]
pub struct ScorePosterior {
    /// Mean difference, treatment less control, in units of the score.
    pub beta: Density,
    /// Mean without treatment at the centre.
    pub alpha: Density,
    /// Trend per 28 nights.
    pub gamma: Density,
    /// Mean of the spread of one night.
    pub sigma_mean: f64,
    /// Mean of the autocorrelation.
    pub rho_mean: f64,
}

/// A score series that cannot be analysed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    /// Lists differ in length.
    #[error("there are {arms} arms but {scores} scores: both lists need one entry a night")]
    Lengths {
        /// Entries of the arm list.
        arms: usize,
        /// Entries of the score list.
        scores: usize,
    },
    /// Too few.
    #[error("only {0} nights with a score: at least 6 are needed, with some in each arm")]
    Few(usize),
    /// All equal.
    #[error("all scores are the same: there is nothing to compare")]
    Constant,
}

/// One recorded night: its place, its arm, its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Place among all nights, missing ones included.
    pub night: usize,
    /// 1 on treatment nights.
    pub treated: f64,
    /// The score.
    pub score: f64,
}

/// Checks the lists and keeps the recorded nights.
///
/// # Errors
/// See [`ScoreError`].
pub fn recorded(treated: &[bool], scores: &[Option<f64>]) -> Result<Vec<Scored>, ScoreError> {
    if treated.len() != scores.len() {
        return Err(ScoreError::Lengths { arms: treated.len(), scores: scores.len() });
    }
    let nights: Vec<Scored> = treated
        .iter()
        .zip(scores)
        .enumerate()
        .filter_map(|(night, (treated, score))| {
            let score = (*score)?;
            score.is_finite().then_some(Scored { night, treated: f64::from(u8::from(*treated)), score })
        })
        .collect();
    let on = nights.iter().filter(|night| night.treated == 1.0).count();
    if nights.len() < 6 || on == 0 || on == nights.len() {
        return Err(ScoreError::Few(nights.len()));
    }
    if nights.iter().all(|night| night.score == nights[0].score) {
        return Err(ScoreError::Constant);
    }
    Ok(nights)
}

/// The slow trend: nights from the centre of all nights, in units of 28.
#[expect(clippy::cast_precision_loss, reason = "nights")]
pub fn trend(night: usize, nights: usize) -> f64 {
    (night as f64 - (nights as f64 - 1.0) / 2.0) / 28.0
}

/// Whitened rows under an AR(1): each night less rho^gap times the one before, scaled to unit variance. Also ln|R|.
pub fn whiten(rows: &[(usize, [f64; 4])], rho: f64) -> (Vec<[f64; 4]>, f64) {
    let mut white = Vec::with_capacity(rows.len());
    let mut log_determinant = 0.0;
    for (at, (night, row)) in rows.iter().enumerate() {
        let Some((before, last)) = at.checked_sub(1).map(|before| (rows[before].0, rows[before].1)) else {
            white.push(*row);
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "nights")]
        let gap = (night - before) as f64;
        let keeps = libm::copysign(libm::pow(rho.abs(), gap), if rho < 0.0 && gap % 2.0 == 1.0 { -1.0 } else { 1.0 });
        let spread = 1.0 - keeps * keeps;
        let root = libm::sqrt(spread);
        log_determinant += libm::log(spread);
        white.push(std::array::from_fn(|column| (row[column] - keeps * last[column]) / root));
    }
    (white, log_determinant)
}

/// The posterior of the difference. `prior_sd` is the scale of its prior in units of the score.
pub fn posterior(nights: &[Scored], all_nights: usize, priors: &Priors, prior_sd: f64) -> ScorePosterior {
    let rows: Vec<(usize, [f64; 4])> = nights
        .iter()
        .map(|night| (night.night, [1.0, night.treated, trend(night.night, all_nights), night.score]))
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "nights")]
    let count = nights.len() as f64;
    let mean = nights.iter().map(|night| night.score).sum::<f64>() / count;
    let sd = libm::sqrt(nights.iter().map(|night| (night.score - mean) * (night.score - mean)).sum::<f64>() / count);
    // Wide against anything the scores can show: a hundred times their spread.
    let centre = [mean, 0.0, 0.0];
    let precision = [1.0 / (1e4 * sd * sd), 1.0 / (prior_sd * prior_sd), 1.0 / (1e4 * sd * sd)];
    // The spread of a night is looked for around that within the arms: a strong effect makes the whole spread far wider.
    let of_arm = |arm: f64| nights.iter().filter(move |night| night.treated == arm).map(|night| night.score);
    #[expect(clippy::cast_precision_loss, reason = "nights")]
    let arm_mean = |arm: f64| of_arm(arm).sum::<f64>() / of_arm(arm).count() as f64;
    let means = [arm_mean(0.0), arm_mean(1.0)];
    let within = nights.iter().map(|night| night.score - if night.treated == 1.0 { means[1] } else { means[0] });
    let within = libm::sqrt(within.map(|off| off * off).sum::<f64>() / count).max(1e-3 * sd);
    let (lowest, highest) = (libm::log(within) - 1.5, libm::log(within) + 1.5);
    let mut nodes = Vec::new();
    for (rho, rho_width) in gauss_legendre(16, -0.99, 0.99) {
        let (white, log_determinant) = whiten(&rows, rho);
        for (log_sigma, sigma_width) in gauss_legendre(24, lowest, highest) {
            let variance = libm::exp(2.0 * log_sigma);
            let (solution, covariance, log_integral) = normal_equations(&white, variance, &centre, &precision);
            let (a, b) = priors.rho;
            let prior = (a - 1.0) * libm::log(f64::midpoint(1.0, rho)) + (b - 1.0) * libm::log(0.5 * (1.0 - rho));
            let log =
                log_integral - count * log_sigma - 0.5 * log_determinant + prior + libm::log(rho_width * sigma_width);
            nodes.push((log, solution, covariance, libm::exp(log_sigma), rho));
        }
    }
    let top = nodes.iter().map(|node| node.0).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = nodes.iter().map(|node| libm::exp(node.0 - top)).collect();
    let sum: f64 = weights.iter().sum();
    let marginal = |which: usize| {
        mixture(nodes.iter().zip(&weights).map(|(node, weight)| (weight / sum, node.1[which], node.2[which])))
    };
    let average =
        |values: &mut dyn Iterator<Item = f64>| values.zip(&weights).map(|(value, weight)| weight / sum * value).sum();
    ScorePosterior {
        alpha: marginal(0),
        beta: marginal(1),
        gamma: marginal(2),
        sigma_mean: average(&mut nodes.iter().map(|node| node.3)),
        rho_mean: average(&mut nodes.iter().map(|node| node.4)),
    }
}

/// Posterior mean and variances of the three coefficients at a known variance, and the log of the integral over them.
fn normal_equations(
    white: &[[f64; 4]],
    variance: f64,
    centre: &[f64; 3],
    precision: &[f64; 3],
) -> ([f64; 3], [f64; 3], f64) {
    let mut matrix = [[0.0; 3]; 3];
    let mut right = [0.0; 3];
    let mut square = 0.0;
    for row in white {
        for i in 0..3 {
            right[i] += row[i] * row[3] / variance;
            for j in 0..3 {
                matrix[i][j] += row[i] * row[j] / variance;
            }
        }
        square += row[3] * row[3] / variance;
    }
    for i in 0..3 {
        matrix[i][i] += precision[i];
        right[i] += precision[i] * centre[i];
        square += precision[i] * centre[i] * centre[i];
    }
    let (inverse, determinant) = invert(&matrix);
    let solution: [f64; 3] = std::array::from_fn(|i| (0..3).map(|j| inverse[i][j] * right[j]).sum());
    let explained: f64 = (0..3).map(|i| solution[i] * right[i]).sum();
    let log_integral = -0.5 * (square - explained) - 0.5 * libm::log(determinant);
    (solution, std::array::from_fn(|i| inverse[i][i]), log_integral)
}

/// Inverse and determinant of a symmetric 3 x 3 matrix, by cofactors.
pub fn invert(m: &[[f64; 3]; 3]) -> ([[f64; 3]; 3], f64) {
    let cofactor = |i: usize, j: usize| {
        let (a, b) = ((i + 1) % 3, (i + 2) % 3);
        let (c, d) = ((j + 1) % 3, (j + 2) % 3);
        m[a][c] * m[b][d] - m[a][d] * m[b][c]
    };
    let determinant: f64 = (0..3).map(|j| m[0][j] * cofactor(0, j)).sum();
    (std::array::from_fn(|i| std::array::from_fn(|j| cofactor(j, i) / determinant)), determinant)
}

/// A density from weighted normals: (weight, mean, variance).
fn mixture(parts: impl Iterator<Item = (f64, f64, f64)> + Clone) -> Density {
    const POINTS: u32 = 481;
    let mean: f64 = parts.clone().map(|(weight, mean, _)| weight * mean).sum();
    let variance: f64 = parts.clone().map(|(weight, at, spread)| weight * (spread + (at - mean) * (at - mean))).sum();
    let reach = 6.0 * libm::sqrt(variance);
    let step = 2.0 * reach / f64::from(POINTS - 1);
    let values = (0..POINTS)
        .map(|at| {
            let x = mean - reach + step * f64::from(at);
            parts
                .clone()
                .filter(|(weight, ..)| *weight > 1e-9)
                .map(|(weight, at, spread)| {
                    weight / libm::sqrt(spread) * libm::exp(-0.5 * (x - at) * (x - at) / spread)
                })
                .sum()
        })
        .collect();
    Density::new(mean - reach, step, values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::classical::gls_ar1;
    use crate::trial::random::Draws;

    /// With a wide prior the posterior is that of generalised least squares, whether the effect is small or far larger than
    /// the spread of a night.
    #[test]
    fn a_wide_prior_gives_what_least_squares_give() {
        for effect in [0.5, 40.0] {
            let mut draws = Draws::new(5);
            let errors = draws.states(84, 1.0, 0.3);
            let nights: Vec<Scored> = (0..84)
                .map(|night| {
                    let treated = f64::from(u8::from(night / 7 % 2 == 1));
                    Scored { night, treated, score: 20.0 + effect * treated + errors[night] }
                })
                .collect();
            let found = posterior(&nights, 84, &Priors::default(), 200.0);
            let wanted = gls_ar1(&nights, 84).unwrap().test;
            let mean = found.beta.expect(|x| x);
            let sd = found.beta.expect(|x| (x - mean) * (x - mean)).sqrt();
            assert!((mean - wanted.difference).abs() < 0.2 * wanted.se, "{effect}: {mean} {}", wanted.difference);
            assert!((sd / wanted.se - 1.0).abs() < 0.2, "{effect}: {sd} {}", wanted.se);
        }
    }
}
