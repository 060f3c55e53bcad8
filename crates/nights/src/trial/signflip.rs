//! The randomisation test: what the order of the pairs could have made of these nights had the remedy done nothing.

use super::series::Count;

/// Nights of one pair: places in the series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Nights of the treatment period.
    pub treated: Vec<usize>,
    /// Nights of the control period.
    pub control: Vec<usize>,
}

/// Most pairs: 2^20 orders are counted one by one.
pub const MOST_PAIRS: usize = 20;

/// The answer of the test.
#[derive(Debug, Clone, PartialEq)]
pub struct SignFlip {
    /// Pairs with recorded nights in both periods.
    pub pairs: usize,
    /// Mean difference of nightly counts, treatment less control.
    pub difference: f64,
    /// Share of all orders whose mean difference is at least as far from zero.
    pub p: f64,
}

/// Exact two-sided sign-flip test on the differences of the pairs' nightly means. A night "2 or more" counts as 2. Pairs
/// without a recorded night on one side are left out. None without a usable pair, or with more than [`MOST_PAIRS`].
#[expect(clippy::cast_precision_loss, reason = "at most a million orders")]
pub fn sign_flip(counts: &[Count], pairs: &[Pair]) -> Option<SignFlip> {
    let differences: Vec<f64> =
        pairs.iter().filter_map(|pair| Some(mean(counts, &pair.treated)? - mean(counts, &pair.control)?)).collect();
    if differences.is_empty() || differences.len() > MOST_PAIRS {
        return None;
    }
    let observed: f64 = differences.iter().sum();
    let all = 1_u64 << differences.len();
    let as_far = (0..all)
        .filter(|signs| {
            let sum: f64 = differences
                .iter()
                .enumerate()
                .map(|(at, difference)| if signs >> at & 1 == 1 { -difference } else { *difference })
                .sum();
            sum.abs() >= observed.abs() - 1e-9
        })
        .count();
    let pairs = differences.len();
    Some(SignFlip { pairs, difference: observed / pairs as f64, p: as_far as f64 / all as f64 })
}

#[expect(clippy::cast_precision_loss, reason = "nights")]
fn mean(counts: &[Count], nights: &[usize]) -> Option<f64> {
    let known: Vec<f64> = nights.iter().filter_map(|night| counts[*night].value()).collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_pairs_that_all_point_one_way_give_two_of_sixty_four() {
        let counts: Vec<Count> =
            (0..12).map(|night| Count::Exactly(if night % 2 == 0 { 1 } else { 3 + night })).collect();
        let pairs: Vec<Pair> =
            (0..6).map(|pair| Pair { treated: vec![2 * pair], control: vec![2 * pair + 1] }).collect();
        let found = sign_flip(&counts, &pairs).unwrap();
        assert!((found.p - 2.0 / 64.0).abs() < 1e-12);
        assert!(found.difference < 0.0);
    }

    #[test]
    fn equal_arms_give_one_and_empty_pairs_are_left_out() {
        let counts = [Count::Exactly(1), Count::Exactly(1), Count::Missing, Count::TwoOrMore];
        let pairs = [Pair { treated: vec![0], control: vec![1] }, Pair { treated: vec![2], control: vec![3] }];
        let found = sign_flip(&counts, &pairs).unwrap();
        assert_eq!((found.pairs, found.p), (1, 1.0));
        assert!(sign_flip(&counts, &pairs[1..]).is_none());
    }
}
