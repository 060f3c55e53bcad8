//! Randomness that is given as a seed, and the draws built on it.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

use super::likelihood::phi_of;
use super::posterior::{EFFECT, LEVEL, Node, Posterior, TREND};

/// A stream of draws. The same seed gives the same draws on every machine.
#[derive(Debug, Clone)]
pub struct Draws {
    generator: ChaCha12Rng,
    spare: Option<f64>,
}

impl Draws {
    /// From a number.
    pub fn new(seed: u64) -> Self {
        Self { generator: ChaCha12Rng::seed_from_u64(seed), spare: None }
    }

    /// From a full seed.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self { generator: ChaCha12Rng::from_seed(seed), spare: None }
    }

    /// Uniform on (0, 1).
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn uniform(&mut self) -> f64 {
        ((self.generator.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// A fair coin.
    pub fn coin(&mut self) -> bool {
        self.generator.next_u32() & 1 == 1
    }

    /// Below a bound, without bias.
    pub fn below(&mut self, bound: u32) -> u32 {
        let limit = u32::MAX - u32::MAX % bound;
        loop {
            let drawn = self.generator.next_u32();
            if drawn < limit {
                return drawn % bound;
            }
        }
    }

    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = libm::sqrt(-2.0 * libm::log(self.uniform()));
        let angle = 2.0 * std::f64::consts::PI * self.uniform();
        self.spare = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }

    /// Gamma with this shape and scale 1 (Marsaglia and Tsang 2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * libm::pow(self.uniform(), 1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v > 0.0 {
                let v = v * v * v;
                if libm::log(self.uniform()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                    return d * v;
                }
            }
        }
    }

    /// Poisson: by products for small means, in halves for large ones.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 30.0 {
            return self.poisson(mean / 2.0).saturating_add(self.poisson(mean / 2.0));
        }
        let limit = libm::exp(-mean);
        let (mut product, mut count) = (self.uniform(), 0);
        while product > limit {
            product *= self.uniform();
            count += 1;
        }
        count
    }

    /// Negative binomial with this mean and shape.
    pub fn count(&mut self, mean: f64, phi: f64) -> u32 {
        let rate = self.gamma(phi) * mean / phi;
        self.poisson(rate.min(1e6))
    }

    /// Beta with these shapes.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        x / (x + y)
    }

    /// A stationary AR(1) of this length.
    pub fn states(&mut self, nights: usize, sigma: f64, rho: f64) -> Vec<f64> {
        let innovation = sigma * libm::sqrt(1.0 - rho * rho);
        let mut state = 0.0;
        (0..nights)
            .map(|night| {
                state = if night == 0 { sigma * self.normal() } else { rho * state + innovation * self.normal() };
                state
            })
            .collect()
    }
}

/// One draw from the posterior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// Log cramps a night without treatment.
    pub alpha: f64,
    /// Log rate ratio.
    pub beta: f64,
    /// Log trend per 28 nights.
    pub gamma: f64,
    /// Night-to-night spread.
    pub sigma: f64,
    /// Autocorrelation.
    pub rho: f64,
    /// Shape.
    pub phi: f64,
}

/// Draws from the posterior: a node by its weight, then level, effect and trend from the normal at that node.
pub fn draw(posterior: &Posterior, draws: &mut Draws) -> Drawn {
    let mut left = draws.uniform();
    let node = posterior
        .nodes
        .iter()
        .find(|node| {
            left -= node.weight;
            left <= 0.0
        })
        .unwrap_or(&posterior.nodes[0]);
    let [alpha, beta, gamma] = three_normals(node, draws);
    Drawn { alpha, beta, gamma, sigma: node.outer.sigma, rho: node.outer.rho, phi: phi_of(node.isq) }
}

fn three_normals(node: &Node, draws: &mut Draws) -> [f64; 3] {
    const { assert!(LEVEL == 0 && EFFECT == 1 && TREND == 2) };
    let c = &node.covariance;
    let l00 = libm::sqrt(c[0][0]);
    let l10 = c[1][0] / l00;
    let l11 = libm::sqrt((c[1][1] - l10 * l10).max(0.0));
    let l20 = c[2][0] / l00;
    let l21 = if l11 > 0.0 { (c[2][1] - l20 * l10) / l11 } else { 0.0 };
    let l22 = libm::sqrt((c[2][2] - l20 * l20 - l21 * l21).max(0.0));
    let (a, b, d) = (draws.normal(), draws.normal(), draws.normal());
    [node.mean[0] + l00 * a, node.mean[1] + l10 * a + l11 * b, node.mean[2] + l20 * a + l21 * b + l22 * d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_the_mean_and_spread_asked_for() {
        let mut draws = Draws::new(7);
        let all: Vec<f64> = (0..40_000).map(|_| f64::from(draws.count(1.5, 2.0))).collect();
        let mean = all.iter().sum::<f64>() / 40_000.0;
        let variance = all.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 40_000.0;
        assert!((mean - 1.5).abs() < 0.03, "{mean}");
        assert!((variance - (1.5 + 1.5 * 1.5 / 2.0)).abs() < 0.1, "{variance}");
    }

    #[test]
    fn states_have_unit_spread_and_their_autocorrelation() {
        let states = Draws::new(3).states(60_000, 0.8, 0.6);
        let variance = states.iter().map(|x| x * x).sum::<f64>() / 60_000.0;
        let lag = states.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>() / 60_000.0;
        assert!((variance - 0.64).abs() < 0.03 && (lag / variance - 0.6).abs() < 0.02, "{variance} {lag}");
    }

    #[test]
    fn large_means_are_drawn_too() {
        let mut draws = Draws::new(1);
        let mean = (0..2_000).map(|_| f64::from(draws.poisson(200.0))).sum::<f64>() / 2_000.0;
        assert!((mean - 200.0).abs() < 1.5, "{mean}");
    }
}
