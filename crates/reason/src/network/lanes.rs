//! One number of each of several problems that are solved together.
//!
//! Problems of one structure need the same steps with other numbers. Side by side they share the walk through the
//! table, and the machine works on several at once. Each lane is what it would be alone, to the last bit.

use std::ops::{Add, AddAssign, Div, Index, IndexMut, Mul, MulAssign, Sub};

/// One number of each of `L` problems.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lanes<const L: usize>([f64; L]);

impl<const L: usize> Lanes<L> {
    pub(super) const ZERO: Self = Self([0.0; L]);
    pub(super) const ONE: Self = Self([1.0; L]);

    /// One number for each.
    pub(super) fn each(value: impl FnMut(usize) -> f64) -> Self {
        Self(std::array::from_fn(value))
    }

    /// One less each number: the probability of the contrary.
    #[inline(always)]
    pub(super) fn contrary(self) -> Self {
        Self::ONE - self
    }

    /// The quotient where the divisor is positive, elsewhere the other number.
    #[inline(always)]
    pub(super) fn over(self, divisor: Self, otherwise: Self) -> Self {
        let mut quotient = self / divisor;
        for lane in 0..L {
            if divisor.0[lane] <= 0.0 {
                quotient.0[lane] = otherwise.0[lane];
            }
        }
        quotient
    }
}

impl<const L: usize> Index<usize> for Lanes<L> {
    type Output = f64;

    #[inline(always)]
    fn index(&self, lane: usize) -> &f64 {
        &self.0[lane]
    }
}

impl<const L: usize> IndexMut<usize> for Lanes<L> {
    #[inline(always)]
    fn index_mut(&mut self, lane: usize) -> &mut f64 {
        &mut self.0[lane]
    }
}

impl<const L: usize> Add for Lanes<L> {
    type Output = Self;

    #[inline(always)]
    fn add(mut self, other: Self) -> Self {
        for lane in 0..L {
            self.0[lane] += other.0[lane];
        }
        self
    }
}

impl<const L: usize> Sub for Lanes<L> {
    type Output = Self;

    #[inline(always)]
    fn sub(mut self, other: Self) -> Self {
        for lane in 0..L {
            self.0[lane] -= other.0[lane];
        }
        self
    }
}

impl<const L: usize> Mul for Lanes<L> {
    type Output = Self;

    #[inline(always)]
    fn mul(mut self, other: Self) -> Self {
        for lane in 0..L {
            self.0[lane] *= other.0[lane];
        }
        self
    }
}

impl<const L: usize> Div for Lanes<L> {
    type Output = Self;

    #[inline(always)]
    fn div(mut self, other: Self) -> Self {
        for lane in 0..L {
            self.0[lane] /= other.0[lane];
        }
        self
    }
}

impl<const L: usize> AddAssign for Lanes<L> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<const L: usize> MulAssign for Lanes<L> {
    #[inline(always)]
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

/// Runs this with the widest instructions of the machine that is at hand. The answer is the same to the last bit: each
/// lane takes the same steps, one by one or side by side, and nothing is fused.
#[inline(always)]
pub(super) fn widest<R>(run: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(run)
}
