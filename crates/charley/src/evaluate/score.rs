//! Scores with their intervals.

use serde::Serialize;

/// A share with its exact two-sided 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// Events.
    pub count: usize,
    /// Cases.
    pub of: usize,
    /// Share.
    pub share: f64,
    /// Low end.
    pub low: f64,
    /// High end.
    pub high: f64,
}

impl Share {
    /// A share of counts.
    pub fn new(count: usize, of: usize) -> Self {
        let (low, high) = clopper_pearson(count, of);
        let share = if of == 0 { f64::NAN } else { count as f64 / of as f64 };
        Self { count, of, share, low, high }
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.of == 0 {
            return write!(f, "no cases");
        }
        write!(
            f,
            "{:>3} of {:<3} {:5.1} % ({:.1} to {:.1})",
            self.count,
            self.of,
            100.0 * self.share,
            100.0 * self.low,
            100.0 * self.high
        )
    }
}

/// Exact 95 % interval of a binomial share (Clopper and Pearson 1934), by bisection on the tail sums.
fn clopper_pearson(count: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let at_most = |k: usize, p: f64| -> f64 {
        // Terms by recurrence in logarithms: powers of small numbers would underflow for thousands of cases.
        let mut log_term = of as f64 * (-p).ln_1p();
        let mut sum = log_term.exp();
        for i in 0..k {
            log_term += ((of - i) as f64 / (i + 1) as f64 * p / (1.0 - p)).ln();
            sum += log_term.exp();
        }
        sum
    };
    let solve = |holds: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if holds(middle) { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    };
    let low = if count == 0 { 0.0 } else { solve(&|p| 1.0 - at_most(count - 1, p) < 0.025) };
    let high = if count == of { 1.0 } else { solve(&|p| at_most(count, p) > 0.025) };
    (low, high)
}

/// Mean with its 95 % interval from the standard error.
pub fn mean_interval(values: &[f64]) -> (f64, f64, f64) {
    let n = values.len() as f64;
    if values.len() < 2 {
        return (values.first().copied().unwrap_or(f64::NAN), f64::NAN, f64::NAN);
    }
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let half = 1.96 * (variance / n).sqrt();
    (mean, mean - half, mean + half)
}

/// Middle value.
pub fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { 0.5 * (values[middle - 1] + values[middle]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_miss_in_23_still_allows_15_percent_two_sided() {
        let share = Share::new(0, 23);
        assert!((share.high - 0.148).abs() < 0.002, "{}", share.high);
        assert_eq!(share.low, 0.0);
    }

    #[test]
    fn clopper_pearson_of_a_textbook_example() {
        let share = Share::new(4, 20);
        assert!((share.low - 0.0573).abs() < 5e-4 && (share.high - 0.4366).abs() < 5e-4, "{share:?}");
    }

    #[test]
    fn thousands_of_cases_do_not_underflow() {
        let share = Share::new(1_515, 1_864);
        assert!((share.low - 0.794).abs() < 1e-3 && (share.high - 0.830).abs() < 1e-3, "{share:?}");
    }

    #[test]
    fn medians() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
