//! The likelihood of one night, in the linear predictor, for each [`Endpoint`].
//!
//! Counts are negative binomial. With mean mu = exp(eta), shape phi and p = mu/(mu + phi):
//!
//! - `Y = y`: sum over k<y of ln(1 + k/phi) + y·eta - (y + phi)·ln(1 + mu/phi) - ln y!. The last term does not depend on any
//!   parameter and is left out.
//! - `Y ≥ 2`: S = 1 - p0·(1 + phi·p) with p0 = (1 + mu/phi)^-phi; dS/deta = phi·(1 + phi)·p²·p0.
//!
//! Yes or no is Bernoulli with the complementary log-log link, P(Y ≥ 1) = 1 - exp(-mu): how many cramps came once one had
//! come says nothing, so bursts within a night do not matter. exp(beta) is still a ratio of rates, and the priors keep their
//! meaning.
//!
//! - no cramp: -mu.
//! - a cramp: ln(1 - exp(-mu)), with slope g = mu/(exp(mu) - 1) and curvature -g·(mu + g - 1).
//!
//! All are log-concave in eta, so Newton's method converges.

use super::series::Count;

/// What of a night enters the likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// How many cramps it had.
    Cramps,
    /// Whether it had a cramp.
    YesNo,
}

impl Endpoint {
    /// Derivatives of one night's log-likelihood. The shape is that of the counts; yes or no has none.
    pub fn slope(self, count: Count, eta: f64, phi: f64) -> Slope {
        match self {
            Self::Cramps => slope(count, eta, phi),
            Self::YesNo => yes_no_slope(count, eta),
        }
    }

    /// Log-likelihood of one night, without terms that no parameter moves.
    pub fn log_likelihood(self, count: Count, eta: f64, phi: f64) -> f64 {
        match self {
            Self::Cramps => log_likelihood(count, eta, phi),
            Self::YesNo => yes_no_log_likelihood(count, eta),
        }
    }
}

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

/// Derivatives of one night's log-likelihood as a count.
fn slope(count: Count, eta: f64, phi: f64) -> Slope {
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

/// Log-likelihood of one night as a count, without the constant ln y!.
fn log_likelihood(count: Count, eta: f64, phi: f64) -> f64 {
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

/// Beyond this predictor a night is as good as sure to have a cramp; it keeps exp finite.
const SURE: f64 = 500.0;

fn yes_no_slope(count: Count, eta: f64) -> Slope {
    let mu = libm::exp(eta.min(SURE));
    match count {
        Count::Missing => Slope { gradient: 0.0, weight: 0.0 },
        Count::Exactly(0) => Slope { gradient: -mu, weight: mu },
        Count::Exactly(_) | Count::TwoOrMore => {
            let gradient = rise(mu);
            Slope { gradient, weight: (gradient * (mu + gradient - 1.0)).max(0.0) }
        }
    }
}

fn yes_no_log_likelihood(count: Count, eta: f64) -> f64 {
    let mu = libm::exp(eta.min(SURE));
    match count {
        Count::Missing => 0.0,
        Count::Exactly(0) => -mu,
        Count::Exactly(_) | Count::TwoOrMore => {
            // Far down, 1 - exp(-mu) is mu itself.
            if mu < f64::MIN_POSITIVE { eta } else { libm::log(-libm::expm1(-mu)) }
        }
    }
}

/// mu/(exp(mu) - 1): 1 at nought, falling to nought.
fn rise(mu: f64) -> f64 {
    if mu < 1e-12 {
        1.0
    } else if mu > 700.0 {
        0.0
    } else {
        mu / libm::expm1(mu)
    }
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

    #[test]
    fn yes_no_keeps_its_digits_at_the_ends() {
        for eta in [-800.0, -745.0, -40.0, 6.0, 40.0, 900.0] {
            for count in [Count::Exactly(0), Count::Exactly(3)] {
                let value = yes_no_log_likelihood(count, eta);
                let slope = yes_no_slope(count, eta);
                assert!(value <= 0.0 && value.is_finite(), "{count:?} {eta}: {value}");
                assert!(slope.gradient.is_finite() && slope.weight >= 0.0, "{count:?} {eta}: {slope:?}");
            }
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
        fn yes_and_no_are_all_there_is(eta in -30.0..3.5f64) {
            let no = yes_no_log_likelihood(Count::Exactly(0), eta).exp();
            for count in [Count::Exactly(1), Count::Exactly(9), Count::TwoOrMore] {
                prop_assert!((no + yes_no_log_likelihood(count, eta).exp() - 1.0).abs() < 1e-12);
            }
        }

        #[test]
        fn yes_is_any_count_of_a_night_without_extra_spread(eta in -6.0..2.0f64) {
            let any = 1.0 - probability(0, eta, 1e6);
            prop_assert!((yes_no_log_likelihood(Count::TwoOrMore, eta).exp() - any).abs() < 1e-4);
        }

        #[test]
        fn slopes_are_the_differences_of_values(
            eta in -4.0..3.0f64,
            phi in 0.3..500.0f64,
            which in 0usize..5,
            endpoint in prop::sample::select(vec![Endpoint::Cramps, Endpoint::YesNo]),
        ) {
            let count = [Count::Missing, Count::Exactly(0), Count::Exactly(1), Count::Exactly(6), Count::TwoOrMore][which];
            let h = 1e-4;
            let value = |eta| endpoint.log_likelihood(count, eta, phi);
            let slope = endpoint.slope(count, eta, phi);
            let first = (value(eta + h) - value(eta - h)) / (2.0 * h);
            let second = -(value(eta + h) - 2.0 * value(eta) + value(eta - h)) / (h * h);
            prop_assert!((slope.gradient - first).abs() < 1e-5, "{} {first}", slope.gradient);
            prop_assert!((slope.weight - second).abs() < 1e-4, "{} {second}", slope.weight);
            prop_assert!(slope.weight >= 0.0);
        }
    }
}
