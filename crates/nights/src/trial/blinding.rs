//! Did the dummy keep its secret? What a blinded person guessed, against what chance would guess.
//!
//! The unit is the pair of periods: whatever somebody guesses, and however one guess follows from another, the coin of each
//! pair makes it right or wrong with even chances when nothing gives the arm away. So the pairs whose guesses are more often
//! right than wrong are binomial with one half. (Nights are not: the same capsule is guessed again and again.)

use super::signflip::Pair;

/// What the person thinks a night was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// The remedy.
    Treatment,
    /// The dummy.
    Control,
    /// Was asked, and does not know.
    Unknown,
}

/// Fewest pairs with a guess that could beat chance at all: five right of five leave room for one half.
pub const FEWEST_PAIRS: usize = 6;

/// Whether the dummy kept its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// Guesses are no better than chance.
    Kept,
    /// Guesses beat chance: the whole interval lies above one half.
    Lost,
    /// Too few pairs have a guess.
    CannotTell,
}

/// Guesses against the order.
#[derive(Debug, Clone, PartialEq)]
pub struct Blinding {
    /// Nights with a guess.
    pub guessed: usize,
    /// Of these, nights guessed right.
    pub right: usize,
    /// Nights of "don't know".
    pub unknown: usize,
    /// Pairs whose guesses lean one way.
    pub pairs: usize,
    /// Of these, pairs that lean the right way.
    pub pairs_right: usize,
    /// Exact 95 % interval of the chance to guess a pair right (Clopper and Pearson 1934).
    pub interval: (f64, f64),
    /// The answer.
    pub secret: Secret,
}

/// Counts guesses, an entry a night, in the nights of the pairs.
pub fn blinding(guesses: &[Option<Guess>], pairs: &[Pair]) -> Blinding {
    let guess = |night: &usize| guesses.get(*night).copied().flatten();
    let (mut guessed, mut right, mut unknown, mut judged, mut pairs_right) = (0, 0, 0, 0, 0);
    for pair in pairs {
        let arms = [(&pair.treated, Guess::Treatment), (&pair.control, Guess::Control)];
        let all = || arms.iter().flat_map(|(nights, arm)| nights.iter().filter_map(guess).map(|said| (said, *arm)));
        let known = all().filter(|(said, _)| *said != Guess::Unknown).count();
        let hits = all().filter(|(said, arm)| said == arm).count();
        unknown += all().count() - known;
        guessed += known;
        right += hits;
        if 2 * hits != known {
            judged += 1;
            pairs_right += usize::from(2 * hits > known);
        }
    }
    let interval = clopper_pearson(pairs_right, judged);
    let secret = match judged {
        FEWEST_PAIRS.. if interval.0 > 0.5 => Secret::Lost,
        FEWEST_PAIRS.. => Secret::Kept,
        _ => Secret::CannotTell,
    };
    Blinding { guessed, right, unknown, pairs: judged, pairs_right, interval, secret }
}

/// The exact 95 % interval of a share: the chances under which so many or more, or so few or fewer, have a chance of 2.5 %.
pub fn clopper_pearson(hits: usize, of: usize) -> (f64, f64) {
    let low = if hits == 0 { 0.0 } else { crossing(|p| at_least(hits, of, p) < 0.025) };
    let high = if hits == of { 1.0 } else { crossing(|p| 1.0 - at_least(hits + 1, of, p) > 0.025) };
    (low, high)
}

/// Where a statement that holds for small chances ceases to hold, by bisection.
fn crossing(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if holds(middle) { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// P(X ≥ hits) of a binomial; at most some tens of pairs.
#[expect(clippy::cast_precision_loss, reason = "tens")]
fn at_least(hits: usize, of: usize, p: f64) -> f64 {
    let mut ways = 1.0;
    let mut sum = 0.0;
    for k in 0..=of {
        if k > 0 {
            ways *= (of - k + 1) as f64 / k as f64;
        }
        if k >= hits {
            sum += ways * libm::pow(p, k as f64) * libm::pow(1.0 - p, (of - k) as f64);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::random::Draws;
    use Guess::{Control, Treatment, Unknown};
    use proptest::prelude::*;

    /// Pairs of two nights: treatment first.
    fn pairs(count: usize) -> Vec<Pair> {
        (0..count).map(|pair| Pair { treated: vec![2 * pair], control: vec![2 * pair + 1] }).collect()
    }

    #[test]
    fn intervals_are_the_published_ones() {
        // Clopper and Pearson's chart and every textbook since: 0 of 10, 1 of 10, 5 of 10, 10 of 10.
        let cases = [(0, 10, 0.0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0)];
        for (hits, of, low, high) in cases {
            let found = clopper_pearson(hits, of);
            assert!((found.0 - low).abs() < 1e-4 && (found.1 - high).abs() < 1e-4, "{hits}/{of}: {found:?}");
        }
        assert_eq!(clopper_pearson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn six_pairs_all_right_beat_chance_and_five_cannot() {
        let right = |count: usize| [Some(Treatment), Some(Control)].repeat(count);
        assert_eq!(blinding(&right(6), &pairs(6)).secret, Secret::Lost);
        let five = blinding(&right(5), &pairs(5));
        assert_eq!((five.secret, five.guessed, five.right), (Secret::CannotTell, 10, 10));
    }

    #[test]
    fn always_the_same_guess_tells_nothing() {
        let found = blinding(&[Some(Treatment); 16], &pairs(8));
        assert_eq!((found.guessed, found.right, found.pairs), (16, 8, 0));
        assert_eq!(found.secret, Secret::CannotTell);
    }

    #[test]
    fn a_guess_for_one_period_stands_for_its_pair() {
        let guesses: Vec<Option<Guess>> =
            (0..8).flat_map(|pair| [Some(if pair % 2 == 0 { Treatment } else { Control }), Some(Unknown)]).collect();
        let found = blinding(&guesses, &pairs(8));
        assert_eq!((found.pairs, found.pairs_right, found.unknown), (8, 4, 8));
        assert_eq!(found.secret, Secret::Kept);
    }

    #[test]
    fn nights_without_a_guess_and_lists_that_are_too_short_are_left_out() {
        let found = blinding(&[None, Some(Control)], &pairs(6));
        assert_eq!((found.guessed, found.right, found.pairs), (1, 1, 1));
    }

    /// However stubborn the guesser: under a fair coin at most one in forty loses the secret.
    #[test]
    fn guessers_who_know_nothing_seldom_beat_chance() {
        let mut draws = Draws::new(9);
        let mut lost = 0;
        for _ in 0..4_000 {
            let pairs: Vec<Pair> = (0..8)
                .map(|pair| {
                    let halves = [(14 * pair..14 * pair + 7).collect(), (14 * pair + 7..14 * pair + 14).collect()];
                    let [first, second]: [Vec<usize>; 2] = halves;
                    if draws.coin() {
                        Pair { treated: first, control: second }
                    } else {
                        Pair { treated: second, control: first }
                    }
                })
                .collect();
            let mut thinks = Treatment;
            let guesses: Vec<Option<Guess>> = (0..112)
                .map(|night| {
                    if night % 7 == 0 && draws.coin() {
                        thinks = if thinks == Treatment { Control } else { Treatment };
                    }
                    (draws.uniform() < 0.8).then_some(if draws.uniform() < 0.1 { Unknown } else { thinks })
                })
                .collect();
            lost += u32::from(blinding(&guesses, &pairs).secret == Secret::Lost);
        }
        assert!(lost <= 120, "{lost} of 4000");
    }

    proptest! {
        #[test]
        fn exchanging_the_arms_exchanges_right_and_wrong(
            said in proptest::collection::vec(prop_oneof![Just(None), Just(Some(Treatment)), Just(Some(Control)), Just(Some(Unknown))], 24),
        ) {
            let here = pairs(12);
            let there: Vec<Pair> =
                here.iter().map(|pair| Pair { treated: pair.control.clone(), control: pair.treated.clone() }).collect();
            let (one, two) = (blinding(&said, &here), blinding(&said, &there));
            prop_assert_eq!(one.guessed, one.right + two.right);
            prop_assert_eq!(one.pairs, one.pairs_right + two.pairs_right);
            prop_assert!((one.interval.0 + two.interval.1 - 1.0).abs() < 1e-9);
        }

        #[test]
        fn intervals_hold_the_share(hits in 0..13_usize, more in 0..8_usize) {
            let of = hits + more;
            prop_assume!(of > 0);
            let (low, high) = clopper_pearson(hits, of);
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let share = hits as f64 / of as f64;
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
        }
    }
}
