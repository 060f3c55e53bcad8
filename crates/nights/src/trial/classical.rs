//! Classical companions, for comparison only: they ignore counts, order or correlation, and none decides anything here.

use statrs::distribution::{ContinuousCDF as _, StudentsT};

use super::score::{Scored, invert, trend, whiten};

/// A t statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// Difference of means, treatment less control.
    pub difference: f64,
    /// Its standard error.
    pub se: f64,
    /// The statistic.
    pub t: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Two-sided.
    pub p: f64,
}

fn test(difference: f64, se: f64, df: f64) -> Option<Test> {
    let t = difference / se;
    let distribution = StudentsT::new(0.0, 1.0, df).ok()?;
    (t.is_finite() && df > 0.0).then(|| Test { difference, se, t, df, p: 2.0 * distribution.cdf(-t.abs()) })
}

/// Mean, variance (n - 1) and number.
#[expect(clippy::cast_precision_loss, reason = "nights")]
fn moments(values: &[f64]) -> Option<(f64, f64, f64)> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    Some((mean, values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0), n))
}

/// Welch's t (Welch 1947, Biometrika 34:28). None with fewer than two nights in an arm or no spread.
pub fn welch(treated: &[f64], control: &[f64]) -> Option<Test> {
    let ((mean_b, var_b, n_b), (mean_a, var_a, n_a)) = (moments(treated)?, moments(control)?);
    let (part_b, part_a) = (var_b / n_b, var_a / n_a);
    let variance = part_a + part_b;
    let df = variance * variance / (part_b * part_b / (n_b - 1.0) + part_a * part_a / (n_a - 1.0));
    test(mean_b - mean_a, libm::sqrt(variance), df)
}

/// Paired t (Student 1908, Biometrika 6:1): x less y.
pub fn paired(pairs: &[(f64, f64)]) -> Option<Test> {
    let differences: Vec<f64> = pairs.iter().map(|(x, y)| x - y).collect();
    let (mean, variance, n) = moments(&differences)?;
    test(mean, libm::sqrt(variance / n), n - 1.0)
}

/// Log response ratio with its small-sample correction (Pustejovsky 2015, Psychological Methods 20:342; 2018, J School
/// Psychology 68:99): all treatment sessions against all control sessions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResponseRatio {
    /// ln(treatment/control).
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
}

/// See [`ResponseRatio`].
pub fn response_ratio(treated: &[f64], control: &[f64]) -> Option<ResponseRatio> {
    let side = |values: &[f64]| {
        let (mean, variance, n) = moments(values)?;
        let mean = mean.max(1.0 / (2.0 * n));
        Some((libm::log(mean), variance / (n * mean * mean)))
    };
    let ((log_b, spread_b), (log_a, spread_a)) = (side(treated)?, side(control)?);
    Some(ResponseRatio {
        estimate: log_b + spread_b / 2.0 - log_a - spread_a / 2.0,
        se: libm::sqrt(spread_a + spread_b),
    })
}

/// Generalised least squares with AR(1) errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gls {
    /// The difference.
    pub test: Test,
    /// Autocorrelation of neighbouring nights.
    pub phi: f64,
    /// Standard deviation of a night.
    pub sigma: f64,
}

/// GLS with AR(1) errors by REML (Pinheiro and Bates 2000, chapter 5), with level, arm and trend. A missing night only
/// widens the gap.
#[expect(clippy::cast_precision_loss, reason = "nights")]
pub fn gls_ar1(nights: &[Scored], all_nights: usize) -> Option<Gls> {
    if nights.len() < 6 {
        return None;
    }
    let rows: Vec<(usize, [f64; 4])> = nights
        .iter()
        .map(|night| (night.night, [1.0, night.treated, trend(night.night, all_nights), night.score]))
        .collect();
    let df = nights.len() as f64 - 3.0;
    let criterion = |phi: f64| {
        let (white, log_determinant) = whiten(&rows, phi);
        let fit = least_squares(&white);
        -0.5 * df * libm::log(fit.2) - 0.5 * log_determinant - 0.5 * libm::log(fit.3)
    };
    // A coarse search first, because the criterion may have two tops; then golden sections.
    let coarse = (-98..=98).map(|at| f64::from(at) / 100.0).max_by(|a, b| criterion(*a).total_cmp(&criterion(*b)))?;
    let (mut low, mut high) = ((coarse - 0.01).max(-0.999), (coarse + 0.01).min(0.999));
    let golden = 0.5 * (libm::sqrt(5.0) - 1.0);
    for _ in 0..60 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if criterion(left) < criterion(right) { low = left } else { high = right }
    }
    let phi = f64::midpoint(low, high);
    let (coefficients, inverse, residual, _) = least_squares(&whiten(&rows, phi).0);
    let variance = residual / df;
    let test = test(coefficients[1], libm::sqrt(variance * inverse[1][1]), df)?;
    Some(Gls { test, phi, sigma: libm::sqrt(variance) })
}

/// Coefficients, inverse of X'X, residual sum of squares, determinant of X'X.
fn least_squares(white: &[[f64; 4]]) -> ([f64; 3], [[f64; 3]; 3], f64, f64) {
    let mut matrix = [[0.0; 3]; 3];
    let mut right = [0.0; 3];
    for row in white {
        for i in 0..3 {
            right[i] += row[i] * row[3];
            for j in 0..3 {
                matrix[i][j] += row[i] * row[j];
            }
        }
    }
    let (inverse, determinant) = invert(&matrix);
    let coefficients: [f64; 3] = std::array::from_fn(|i| (0..3).map(|j| inverse[i][j] * right[j]).sum());
    let residual = white
        .iter()
        .map(|row| {
            let off = row[3] - (0..3).map(|i| coefficients[i] * row[i]).sum::<f64>();
            off * off
        })
        .sum();
    (coefficients, inverse, residual, determinant)
}
