//! The negative binomial of one night, in the linear predictor.
//!
//! With mean mu = exp(eta), shape phi and p = mu/(mu + phi):
//!
//! - `Y = y`: sum over k<y of ln(1 + k/phi) + y·eta - (y + phi)·ln(1 + mu/phi) - ln y!. The last term does not depend on any
//!   parameter and is left out.
//! - `Y ≥ 2`: S = 1 - p0·(1 + phi·p) with p0 = (1 + mu/phi)^-phi; dS/deta = phi·(1 + phi)·p²·p0.
//!
//! Both are log-concave in eta, so Newton's method converges.

use super::series::Count;

/// Value and derivatives of one night's log-likelihood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// First derivative in eta.
    pub gradient: f64,
    /// Minus the second derivative in eta.
    pub weight: f64,
}

/// Shape parameter from 1/sqrt(phi): Poisson is inside.
pub fn phi_of(isq: f64) -> f64 {
    1.0 / (isq * isq + 1e-4)
}

/// Derivatives of one night's log-likelihood.
pub fn slope(count: Count, eta: f64, phi: f64) -> Slope {
    match count {
        Count::Missing => Slope { gradient: 0.0, weight: 0.0 },
        Count::Exactly(y) => {
            let mu = libm::exp(eta);
            let p = mu / (mu + phi);
            let all = f64::from(y) + phi;
            Slope { gradient: f64::from(y) - all * p, weight: all * p * (1.0 - p) }
        }
        Count::TwoOrMore => {
            let mu = libm::exp(eta);
            let p = mu / (mu + phi);
            let p0 = libm::exp(-phi * libm::log1p(mu / phi));
            let survival = two_or_more(p, p0, phi);
            let rise = phi * (1.0 + phi) * p * p * p0;
            let gradient = rise / survival;
            let curve = gradient * (2.0 * (1.0 - p) - phi * p);
            Slope { gradient, weight: (gradient * gradient - curve).max(0.0) }
        }
    }
}

/// Log-likelihood of one night, without the constant ln y!.
pub fn log_likelihood(count: Count, eta: f64, phi: f64) -> f64 {
    match count {
        Count::Missing => 0.0,
        Count::Exactly(y) => {
            let spread: f64 = (1..y).map(|k| libm::log1p(f64::from(k) / phi)).sum();
            spread + f64::from(y) * eta - (f64::from(y) + phi) * libm::log1p(libm::exp(eta) / phi)
        }
        Count::TwoOrMore => {
            let mu = libm::exp(eta);
            let p0 = libm::exp(-phi * libm::log1p(mu / phi));
            libm::log(two_or_more(mu / (mu + phi), p0, phi))
        }
    }
}

/// P(Y ≥ 2): as a difference where that keeps its digits, else summed term by term from P(Y = 2).
fn two_or_more(p: f64, p0: f64, phi: f64) -> f64 {
    let difference = 1.0 - p0 * (1.0 + phi * p);
    if difference > 0.1 {
        return difference;
    }
    let mut term = p0 * phi * (1.0 + phi) * p * p / 2.0;
    let mut sum = 0.0;
    let mut k = 2.0;
    while term > sum * 1e-16 {
        sum += term;
        term *= (k + phi) / (k + 1.0) * p;
        k += 1.0;
    }
    sum.max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The slow obvious form: probabilities by their recursion.
    fn probability(y: u32, eta: f64, phi: f64) -> f64 {
        let mu = eta.exp();
        let p = mu / (mu + phi);
        (0..y).fold((1.0 + mu / phi).powf(-phi), |term, k| term * (f64::from(k) + phi) / f64::from(k + 1) * p)
    }

    #[test]
    fn equals_the_probability_table() {
        let factorial = |y: u32| (1..=y).map(f64::from).product::<f64>();
        for (y, eta, phi) in [(0, -0.5, 2.0), (1, 0.3, 0.7), (4, 1.0, 5.0), (7, 0.0, 9_000.0)] {
            let wanted = probability(y, eta, phi).ln() + factorial(y).ln();
            let found = log_likelihood(Count::Exactly(y), eta, phi);
            assert!((wanted - found).abs() < 1e-9, "{y}: {wanted} {found}");
        }
    }

    proptest! {
        #[test]
        fn two_or_more_is_one_minus_none_and_one(eta in -3.0..3.0f64, phi in 0.2..1e4f64) {
            let wanted = 1.0 - probability(0, eta, phi) - probability(1, eta, phi);
            let found = log_likelihood(Count::TwoOrMore, eta, phi).exp();
            prop_assert!((wanted - found).abs() < 1e-9, "{wanted} {found}");
        }

        #[test]
        fn slopes_are_the_differences_of_values(eta in -4.0..3.0f64, phi in 0.3..500.0f64, which in 0usize..5) {
            let count = [Count::Missing, Count::Exactly(0), Count::Exactly(1), Count::Exactly(6), Count::TwoOrMore][which];
            let h = 1e-4;
            let value = |eta| log_likelihood(count, eta, phi);
            let slope = slope(count, eta, phi);
            let first = (value(eta + h) - value(eta - h)) / (2.0 * h);
            let second = -(value(eta + h) - 2.0 * value(eta) + value(eta - h)) / (h * h);
            prop_assert!((slope.gradient - first).abs() < 1e-5, "{} {first}", slope.gradient);
            prop_assert!((slope.weight - second).abs() < 1e-4, "{} {second}", slope.weight);
            prop_assert!(slope.weight >= 0.0);
        }
    }
}
