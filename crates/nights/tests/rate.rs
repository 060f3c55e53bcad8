//! Rates against outside answers and by simulation.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use charley_nights::diary::Count;
use charley_nights::rate::{Rate, rolling, since, summary};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

const FIRST: Date = date(2026, 1, 1);

fn nights(counts: impl IntoIterator<Item = u32>) -> Vec<(Date, Count)> {
    counts.into_iter().enumerate().map(|(day, n)| (FIRST + (day as i64).days(), Count::Exactly(n))).collect()
}

fn close(rate: Rate, per_14: f64, low: f64, high: f64) {
    let near = |a: f64, b: f64| (a - b).abs() < 2e-3;
    assert!(near(rate.per_14, per_14) && near(rate.low, low) && near(rate.high.unwrap(), high), "{rate:?}");
}

#[test]
fn no_nights_no_rate() {
    assert_eq!(summary(&[]), None);
}

/// `prop.test(5, 14, correct = FALSE)` of R: 0.1634 to 0.6124. The nights alternate, so no likeness is seen.
#[test]
fn nights_with_a_cramp_have_the_interval_of_wilson() {
    let all = nights([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0]);
    close(summary(&all).unwrap().nights_rate, 5.0, 14.0 * 0.16343, 14.0 * 0.61235);
}

/// `poisson.test(5)` of R: 1.6235 to 11.6683.
#[test]
fn cramps_have_the_interval_of_garwood_when_they_are_not_bunched() {
    let all = nights([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0]);
    close(summary(&all).unwrap().cramps_rate, 5.0, 1.6235, 11.6683);
}

#[test]
fn bunched_cramps_widen_the_interval() {
    let spread = summary(&nights([1; 14])).unwrap().cramps_rate;
    let bunched = summary(&nights([7, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0])).unwrap().cramps_rate;
    assert_eq!(spread.per_14, bunched.per_14);
    assert!(bunched.low < spread.low && bunched.high > spread.high);
}

#[test]
fn no_cramp_and_a_cramp_each_night_stay_open_on_one_side() {
    let none = summary(&nights([0; 14])).unwrap();
    assert_eq!((none.free, none.nights_rate.low, none.cramps_rate.low), (14, 0.0, 0.0));
    assert!(none.nights_rate.high.unwrap() > 2.9 && none.cramps_rate.high.unwrap() > 3.6);
    let each = summary(&nights([1; 14])).unwrap();
    assert!(each.nights_rate.low < 11.2 && each.nights_rate.high == Some(14.0));
}

#[test]
fn two_or_more_is_a_lower_bound() {
    let mut all = nights([0, 1, 0, 1, 0, 1, 0]);
    all[1].1 = Count::AtLeast(2);
    let sum = summary(&all).unwrap();
    assert!(sum.open && sum.cramps == 4 && sum.cramps_rate.high.is_none());
    assert!(sum.nights_rate.high.is_some(), "whether a night had a cramp is known");
}

#[test]
fn windows_with_few_nights_show_no_rate() {
    let all = nights([1, 0, 1, 0, 1, 0, 1, 0]);
    let points = rolling(&all, FIRST, FIRST + 30.days());
    assert_eq!(points.len(), 31);
    assert!(points[5].rate.is_none() && points[6].rate.is_some());
    assert_eq!(points[13].recorded, 8);
    assert!(points[20].rate.is_none(), "seven days later one night is left");
}

#[test]
fn since_compares_28_nights_with_the_nights_after() {
    let all = nights((0..60).map(|day| u32::from(day < 40 && day % 2 == 0)));
    let both = since(&all, FIRST + 40.days());
    assert_eq!((both.before.unwrap().recorded, both.after.unwrap().recorded), (28, 20));
    assert_eq!((both.before.unwrap().cramps, both.after.unwrap().cramps), (14, 0));
}

fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - uniform(rng)));
    radius * libm::cos(std::f64::consts::TAU * uniform(rng))
}

fn poisson(rng: &mut ChaCha8Rng, mean: f64) -> u32 {
    let (mut n, mut left) = (0, uniform(rng));
    let mut term = libm::exp(-mean);
    while left > term && n < 200 {
        left -= term;
        n += 1;
        term *= mean / f64::from(n);
    }
    n
}

/// A diary as the trials model it: Poisson nights whose log rate wanders (standard deviation 0.7, correlation 0.5).
fn diary(rng: &mut ChaCha8Rng, length: usize, mean: f64) -> Vec<(Date, Count)> {
    const SD: f64 = 0.7;
    const RHO: f64 = 0.5;
    let mut wander = SD * normal(rng);
    nights((0..length).map(|_| {
        wander = RHO * wander + SD * libm::sqrt(1.0 - RHO * RHO) * normal(rng);
        poisson(rng, mean * libm::exp(wander - SD * SD / 2.0))
    }))
}

/// How often the interval holds the long-run mean. Measured 2026-11: 0.90 to 0.97.
#[test]
fn intervals_hold_the_mean_of_wandering_diaries() {
    let mut rng = ChaCha8Rng::seed_from_u64(14);
    for (length, mean) in [(14, 0.4), (28, 0.4), (56, 0.4), (56, 1.0), (84, 0.2)] {
        let share_of = {
            let long = diary(&mut rng, 7_000, mean);
            long.iter().filter(|(_, count)| count.any()).count() as f64 / 7_000.0
        };
        let runs = 1_000;
        let (mut cramps, mut shares) = (0, 0);
        for _ in 0..runs {
            let sum = summary(&diary(&mut rng, length, mean)).unwrap();
            let holds = |rate: Rate, value: f64| rate.low <= value && value <= rate.high.unwrap();
            cramps += u32::from(holds(sum.cramps_rate, 14.0 * mean));
            shares += u32::from(holds(sum.nights_rate, 14.0 * share_of));
        }
        let share = |n: u32| f64::from(n) / f64::from(runs);
        eprintln!("{length} nights, mean {mean}: cramps {:.3}, nights {:.3}", share(cramps), share(shares));
        assert!(share(cramps) > 0.89 && share(shares) > 0.90, "{length} {mean}: {} {}", share(cramps), share(shares));
    }
}
