//! The order of treatment: drawn by fair coin, sealed by a hash before the first night, opened at the end.

use sha2::{Digest as _, Sha256};

use super::random::Draws;

/// A seed of the order.
pub type Seed = [u8; 32];

/// SHA-256 of the seed, published at the start: whoever has the seed later can check that it is the same.
pub fn commitment(seed: &Seed) -> String {
    use std::fmt::Write as _;
    Sha256::digest(seed).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// For each pair: true when treatment comes first. Every pair by fair coin, the first too; or balanced, where as many
/// pairs begin with treatment as without (one more or less when odd, by coin).
pub fn orders(seed: &Seed, pairs: usize, balanced: bool) -> Vec<bool> {
    let mut draws = Draws::from_seed(*seed);
    if !balanced {
        return (0..pairs).map(|_| draws.coin()).collect();
    }
    let firsts = pairs / 2 + usize::from(pairs % 2 == 1 && draws.coin());
    let mut order: Vec<bool> = (0..pairs).map(|pair| pair < firsts).collect();
    // Fisher-Yates: all orders with this many firsts are equally likely.
    for at in (1..pairs).rev() {
        #[expect(clippy::cast_possible_truncation, reason = "tens of pairs")]
        let other = draws.below(at as u32 + 1) as usize;
        order.swap(at, other);
    }
    order
}

/// The arm of each night: true on treatment nights.
pub fn arms(orders: &[bool], period_nights: usize) -> Vec<bool> {
    orders
        .iter()
        .flat_map(|first| [*first, !*first])
        .flat_map(|treated| std::iter::repeat_n(treated, period_nights))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commitment_is_the_published_hash_of_the_seed() {
        assert_eq!(commitment(&[0; 32]), "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    }

    #[test]
    fn coins_are_fair_and_the_first_pair_too() {
        let first = (0..2_000_u64).filter(|n| orders(&seed(*n), 6, false)[0]).count();
        assert!((900..1_100).contains(&first), "{first}");
    }

    #[test]
    fn balanced_orders_are_balanced() {
        for n in 0..200 {
            let firsts = orders(&seed(n), 8, true).iter().filter(|first| **first).count();
            assert_eq!(firsts, 4);
            let odd = orders(&seed(n), 7, true).iter().filter(|first| **first).count();
            assert!(odd == 3 || odd == 4);
        }
    }

    fn seed(n: u64) -> Seed {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&n.to_le_bytes());
        seed
    }
}
