//! Parameter values: the best ones, or seeded redraws. Parameters of one source or one judgement redraw together.

use charley_knowledge::param::Scale;
use charley_knowledge::{Knowledge, ParamEntry, ParamIx};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// Redraws at 8 positive findings or fewer.
pub const DRAWS: usize = 200;
/// Redraws above that.
pub const FEWER_DRAWS: usize = 64;
const SEED: u64 = 0x6368_6172_6c65_7901;

/// Standard normal deviates for each redraw group.
#[derive(Debug, Clone)]
pub struct Draws {
    deviates: Vec<[f64; DRAWS]>,
}

impl Draws {
    /// Draws for all groups of the knowledge; the same on every machine.
    pub fn new(knowledge: &Knowledge) -> Self {
        let deviates = (0..knowledge.groups)
            .map(|group| {
                let mut rng = ChaCha8Rng::seed_from_u64(SEED ^ u64::from(group).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                std::array::from_fn(|_| normal_quantile((rng.next_u32() as f64 + 0.5) / 4_294_967_296.0))
            })
            .collect();
        Self { deviates }
    }
}

/// Where parameter values come from.
#[derive(Debug, Clone, Copy)]
pub enum Values<'a> {
    /// The best value of each.
    Best,
    /// One redraw.
    Draw(&'a Draws, usize),
}

impl Values<'_> {
    /// The value of a parameter.
    pub fn of(self, knowledge: &Knowledge, param: ParamIx) -> f64 {
        match self {
            Self::Best => knowledge.best[param.at()],
            Self::Draw(draws, draw) => {
                let entry = knowledge.param(param);
                redrawn(entry, draws.deviates[entry.group as usize][draw])
            }
        }
    }
}

fn redrawn(entry: &ParamEntry, deviate: f64) -> f64 {
    let value = entry.centre + entry.spread * deviate;
    match entry.scale {
        Scale::Probability => 1.0 / (1.0 + libm::exp(-value)),
        Scale::Ratio => libm::exp(value),
    }
}

/// Quantile of the standard normal distribution (Acklam's rational approximation, relative error 1.15e-9).
fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.383_577_518_672_69e2,
        -3.066479806614716e1,
        2.506628277459239,
    ];
    const B: [f64; 5] =
        [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 4] = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
    let poly = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    if p < 0.02425 {
        let q = libm::sqrt(-2.0 * libm::log(p));
        poly(&C, q) / (poly(&D, q) * q + 1.0)
    } else if p > 1.0 - 0.02425 {
        -normal_quantile(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        poly(&A, r) * q / (poly(&B, r) * r + 1.0)
    }
}

/// Low and high end of the central 90 % of values, by the nearest rank.
pub fn central_90(values: &mut [f64]) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    let at = |share: f64| values[((last as f64) * share + 0.5) as usize];
    (at(0.05), at(0.95))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_the_normal_distribution() {
        for (p, expected) in [(0.5, 0.0), (0.95, 1.644_853_63), (0.05, -1.644_853_63), (0.999, 3.090_232_31)] {
            assert!((normal_quantile(p) - expected).abs() < 1e-7, "{p}");
        }
    }

    #[test]
    fn central_range_of_a_hundred_values() {
        let mut values: Vec<f64> = (0..=100).map(f64::from).rev().collect();
        assert_eq!(central_90(&mut values), (5.0, 95.0));
    }
}
