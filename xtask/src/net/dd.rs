//! Numbers of twice the precision of `f64` (about 31 digits), for sums whose terms cancel.
//!
//! After T. J. Dekker (1971) and D. E. Knuth: a number is the unevaluated sum of two doubles.

/// A number as the sum of a large and a small part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dd(f64, f64);

impl Dd {
    /// One.
    pub const ONE: Self = Self(1.0, 0.0);
    /// Nothing.
    pub const ZERO: Self = Self(0.0, 0.0);

    /// Exactly this double.
    pub fn new(value: f64) -> Self {
        Self(value, 0.0)
    }

    /// The nearest double.
    pub fn get(self) -> f64 {
        self.0 + self.1
    }

    /// Sum.
    pub fn plus(self, other: Self) -> Self {
        let (sum, error) = two_sum(self.0, other.0);
        let (low, low_error) = two_sum(self.1, other.1);
        let (sum, error) = quick_two_sum(sum, error + low);
        let (high, low) = quick_two_sum(sum, error + low_error);
        Self(high, low)
    }

    /// Difference.
    pub fn minus(self, other: Self) -> Self {
        self.plus(Self(-other.0, -other.1))
    }

    /// Product.
    pub fn times(self, other: Self) -> Self {
        let product = self.0 * other.0;
        let error = self.0.mul_add(other.0, -product) + (self.0 * other.1 + self.1 * other.0);
        let (high, low) = quick_two_sum(product, error);
        Self(high, low)
    }

    /// Quotient.
    pub fn over(self, other: Self) -> Self {
        let first = self.0 / other.0;
        let rest = self.minus(other.times(Self::new(first)));
        let second = rest.0 / other.0;
        let rest = rest.minus(other.times(Self::new(second)));
        let third = rest.0 / other.0;
        let (high, low) = quick_two_sum(first, second);
        Self(high, low).plus(Self::new(third))
    }

    /// 1 less this.
    pub fn complement(self) -> Self {
        Self::ONE.minus(self)
    }
}

fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

fn quick_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

#[cfg(test)]
mod tests {
    use super::Dd;

    #[test]
    fn digits_beyond_a_double_are_kept() {
        let tiny = Dd::new(1e-25);
        let kept = Dd::ONE.plus(tiny).minus(Dd::ONE);
        assert!((kept.get() - 1e-25).abs() < 1e-32);
        let third = Dd::ONE.over(Dd::new(3.0));
        assert!(third.times(Dd::new(3.0)).minus(Dd::ONE).get().abs() < 1e-30);
    }
}
