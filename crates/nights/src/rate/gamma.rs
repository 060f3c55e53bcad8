//! Quantiles of the gamma distribution, for limits of a Poisson mean.

/// Lower and upper limit of 95 % for the mean behind a total, which need not be a whole number.
pub fn limits(total: f64) -> (f64, f64) {
    let low = if total <= 0.0 { 0.0 } else { quantile(0.025, total) };
    (low, quantile(0.975, total.max(0.0) + 1.0))
}

/// The value below which a gamma variable of this shape and scale 1 lies with this probability; by halving.
fn quantile(probability: f64, shape: f64) -> f64 {
    let (mut low, mut high) = (0.0, shape + 10.0 * libm::sqrt(shape) + 20.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if below(shape, middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Most steps of a series or fraction; both end far earlier.
const MOST_STEPS: u32 = 100_000;

/// The regularised lower incomplete gamma function: a series below the shape, a continued fraction above
/// (Press et al., Numerical Recipes, 6.2).
fn below(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = libm::exp(shape * libm::log(x) - x - libm::lgamma(shape));
    if x < shape + 1.0 {
        let mut term = 1.0 / shape;
        let mut sum = term;
        for step in 1..MOST_STEPS {
            term *= x / (shape + f64::from(step));
            sum += term;
            if term < sum * 1e-15 {
                break;
            }
        }
        return (front * sum).min(1.0);
    }
    let tiny = 1e-300;
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut h = d;
    for step in 1..MOST_STEPS {
        let step = f64::from(step);
        let a = -step * (step - shape);
        b += 2.0;
        d = a * d + b;
        if d.abs() < tiny {
            d = tiny;
        }
        c = b + a / c;
        if c.abs() < tiny {
            c = tiny;
        }
        d = 1.0 / d;
        let change = d * c;
        h *= change;
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    (1.0 - front * h).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::limits;

    fn check(total: f64, low: f64, high: f64) {
        let (l, h) = limits(total);
        assert!((l - low).abs() < 6e-4 * low.max(1.0) && (h - high).abs() < 6e-4 * high, "{total}: {l} {h}");
    }

    /// Values that `poisson.test` of R gives.
    #[test]
    fn limits_of_garwood() {
        check(0.0, 0.0, 3.688_879);
        check(1.0, 0.025_318, 5.571_643);
        check(10.0, 4.795_389, 18.390_36);
        check(100.0, 81.363_93, 121.627_3);
        check(10_000.0, 9_804.96, 10_197.96);
    }
}
