//! Draws from a seed.

use charley_records::ids;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use uuid::Uuid;

/// A stream of draws. Streams of one seed know nothing of each other: one more draw for one person changes nobody else.
#[derive(Debug, Clone)]
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// A stream of a seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// Uniform from 0 until before 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// From low to high, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = u64::try_from(i64::from(high) - i64::from(low)).unwrap_or(0) + 1;
        low + i32::try_from(self.0.next_u64() % span).unwrap_or(0)
    }

    /// One of several; they are never none.
    pub fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        let last = i32::try_from(of.len()).unwrap_or(i32::MAX) - 1;
        of[usize::try_from(self.between(0, last.max(0))).unwrap_or(0)]
    }

    /// A Poisson count with a mean below a few dozen (Knuth's product of uniforms).
    pub fn count(&mut self, mean: f64) -> u16 {
        let stop = libm::exp(-mean);
        let (mut product, mut count) = (self.share(), 0);
        while product > stop && count < 60 {
            product *= self.share();
            count += 1;
        }
        count
    }

    /// An identifier.
    pub fn id(&mut self) -> Uuid {
        ids::of_bytes(self.bytes())
    }

    /// Bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_stream_draw_the_same() {
        let draws = |seed, stream| {
            let mut draw = Draw::new(seed, stream);
            (draw.id(), draw.between(-3, 9), draw.count(1.5))
        };
        assert_eq!(draws(1, 7), draws(1, 7));
        assert_ne!(draws(1, 7), draws(1, 8));
        assert_ne!(draws(1, 7), draws(2, 7));
    }

    #[test]
    fn counts_have_their_mean() {
        let mut draw = Draw::new(4, 0);
        let sum: u32 = (0..20_000).map(|_| u32::from(draw.count(1.2))).sum();
        assert!((23_400..24_600).contains(&sum), "{sum}");
        assert!((0..1_000).all(|_| (2..=4).contains(&draw.between(2, 4))));
    }
}
