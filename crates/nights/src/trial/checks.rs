//! Checks of an analysis: does the model make nights like these, does the answer hang on carry-over or on missing nights.

use super::likelihood::Endpoint;
use super::posterior::{Effort, Posterior, posterior};
use super::priors::Priors;
use super::random::{Draws, draw};
use super::series::{Count, Series};
use super::verdict::{Below, Rule};

/// Replicated trials of a predictive check.
const REPLICATES: usize = 1_000;
/// A tail probability below this is worth a word.
pub const UNUSUAL: f64 = 0.02;

/// The check that yes or no has no use for.
const LARGEST: &str = "largest_count";

/// A posterior predictive check.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictive {
    /// What is compared.
    pub name: &'static str,
    /// In these nights.
    pub observed: f64,
    /// Middle of the replicated trials.
    pub expected: f64,
    /// The smaller tail probability; half of the ties count.
    pub tail: f64,
}

impl Predictive {
    /// True when the model seldom makes such nights.
    pub fn unusual(&self) -> bool {
        self.tail < UNUSUAL
    }
}

/// Share of cramp-free nights, longest cramp-free run, lag-1 correlation, and, for counts, the largest: of the recorded
/// nights against trials replicated from the posterior with the same nights missing and the same nights logged as "2 or
/// more".
pub fn predictive(series: &Series, found: &Posterior, seed: u64) -> Vec<Predictive> {
    let observed = statistics(series, series.counts());
    let mut draws = Draws::new(seed);
    let mut all: [Vec<f64>; 4] = Default::default();
    for _ in 0..REPLICATES {
        let replica = replicate(series, found, &mut draws);
        for (kept, value) in all.iter_mut().zip(statistics(series, &replica)) {
            kept.push(value);
        }
    }
    let names = ["cramp_free_share", "longest_cramp_free_run", LARGEST, "lag_1_correlation"];
    names
        .into_iter()
        .zip(observed)
        .zip(all)
        .filter(|((name, _), _)| *name != LARGEST || series.endpoint() == Endpoint::Cramps)
        .map(|((name, observed), mut all)| {
            all.sort_by(f64::total_cmp);
            #[expect(clippy::cast_precision_loss, reason = "a thousand")]
            let share = |count: usize| count as f64 / REPLICATES as f64;
            let below = share(all.iter().filter(|value| **value < observed - 1e-12).count());
            let above = share(all.iter().filter(|value| **value > observed + 1e-12).count());
            let ties = 0.5 * (1.0 - below - above);
            Predictive { name, observed, expected: all[REPLICATES / 2], tail: (below + ties).min(above + ties) }
        })
        .collect()
}

fn replicate(series: &Series, found: &Posterior, draws: &mut Draws) -> Vec<Count> {
    let drawn = draw(found, draws);
    let states = draws.states(series.nights(), drawn.sigma, drawn.rho);
    series
        .counts()
        .iter()
        .enumerate()
        .map(|(night, count)| {
            let eta = drawn.alpha + drawn.beta * series.exposure()[night] + drawn.gamma * series.trend(night);
            match count {
                Count::Missing => Count::Missing,
                Count::Exactly(_) => Count::Exactly(draws.count(libm::exp((eta + states[night]).min(10.0)), drawn.phi)),
                Count::TwoOrMore => match draws.count(libm::exp((eta + states[night]).min(10.0)), drawn.phi) {
                    few @ 0..=1 => Count::Exactly(few),
                    _ => Count::TwoOrMore,
                },
            }
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "nights")]
fn statistics(series: &Series, counts: &[Count]) -> [f64; 4] {
    let value = |count: Count| series.value(count);
    let values: Vec<f64> = counts.iter().filter_map(|count| value(*count)).collect();
    let nights = values.len().max(1) as f64;
    let free = values.iter().filter(|value| **value == 0.0).count() as f64 / nights;
    let (mut run, mut longest) = (0_u32, 0_u32);
    for value in &values {
        run = if *value == 0.0 { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let largest = values.iter().copied().fold(0.0, f64::max);
    let mean = values.iter().sum::<f64>() / nights;
    let spread: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let lag: f64 = counts.windows(2).filter_map(|pair| Some((value(pair[0])? - mean) * (value(pair[1])? - mean))).sum();
    [free, f64::from(longest), largest, if spread > 0.0 { lag / spread } else { 0.0 }]
}

/// The effect when the remedy is taken to linger.
#[derive(Debug, Clone, PartialEq)]
pub struct CarryOver {
    /// Nights in which its strength halves.
    pub half_life_nights: f64,
    /// Mean of the log rate ratio.
    pub beta_mean: f64,
    /// P(rate ratio < 1).
    pub below_one: f64,
    /// Log evidence against no carry-over; above 0 speaks for it.
    pub log_evidence_gain: f64,
}

/// Refits with an exposure that decays after a treatment period, for half-lives of 1, 3 and 7 nights. `whole` is the
/// series with the nights of washout still in it.
pub fn carry_over(whole: &Series, priors: &Priors) -> Vec<CarryOver> {
    let plain = posterior(whole, priors, Effort::Quick);
    [1.0, 3.0, 7.0]
        .into_iter()
        .map(|half_life| {
            let keeps = libm::exp2(-1.0 / half_life);
            let mut left = 0.0;
            let lingering = whole
                .exposure()
                .iter()
                .map(|exposure| {
                    left = if *exposure > left * keeps { *exposure } else { left * keeps };
                    left
                })
                .collect();
            let found = posterior(&whole.under(lingering), priors, Effort::Quick);
            CarryOver {
                half_life_nights: half_life,
                beta_mean: found.beta.expect(|x| x),
                below_one: found.ratio_below(1.0),
                log_evidence_gain: found.log_evidence - plain.log_evidence,
            }
        })
        .collect()
}

/// The answer if the missing nights of the better arm had been bad: twice that arm's cramps.
#[derive(Debug, Clone, PartialEq)]
pub struct TippingPoint {
    /// Missing nights that were filled.
    pub nights_filled: usize,
    /// Cramps a night put into them, spread as whole numbers.
    pub cramps_a_night: f64,
    /// P(rate ratio < 1) then, and below the margins.
    pub below: Below,
}

/// Fills the missing nights of the arm with fewer cramps with twice its mean count. None when none is missing there.
pub fn tipping_point(series: &Series, priors: &Priors, rule: &Rule) -> Option<TippingPoint> {
    #[expect(clippy::cast_precision_loss, reason = "nights")]
    let mean = |arm: f64| {
        let of_arm = series.recorded().filter(|(treated, _)| *treated == arm);
        let known: Vec<f64> = of_arm.filter_map(|(_, count)| series.value(count)).collect();
        known.iter().sum::<f64>() / known.len().max(1) as f64
    };
    let better = if mean(1.0) <= mean(0.0) { 1.0 } else { 0.0 };
    let worse_than_seen = 2.0 * mean(better);
    let (mut owed, mut filled) = (0.0, 0);
    let counts: Vec<Count> = series
        .exposure()
        .iter()
        .zip(series.counts())
        .map(|(treated, count)| {
            if *count != Count::Missing || *treated != better {
                return *count;
            }
            filled += 1;
            owed += worse_than_seen;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and not negative")]
            let whole = libm::floor(owed + 0.5) as u32;
            owed -= f64::from(whole);
            Count::Exactly(whole)
        })
        .collect();
    if filled == 0 {
        return None;
    }
    let found = posterior(&series.with_counts(counts), priors, Effort::Quick);
    Some(TippingPoint { nights_filled: filled, cramps_a_night: worse_than_seen, below: Below::of(&found, rule) })
}
