//! Small fixed-seed versions of the long proofs: calibration, error rates, pooling.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use charley_nights::trial::calibrate::{round, uniform};
use charley_nights::trial::pool::{curve, pool};
use charley_nights::trial::random::Draws;
use charley_nights::trial::simulate::{Truth, nights, rates, rates_over_prior, share, usual};
use charley_nights::trial::{Count, Effort, Endpoint, Priors, Rule, Series, Summary, Verdict, posterior};

/// Truths from the prior lie evenly in their posteriors.
fn calibrated(endpoint: Endpoint) {
    let priors = Priors::default();
    let (mut alpha, mut beta, mut gamma) = (Vec::new(), Vec::new(), Vec::new());
    for seed in 0..100 {
        let length = [28, 84, 168][usize::try_from(seed % 3).unwrap()];
        if let Some(places) = round(&priors, length, endpoint, seed, Effort::Precise) {
            alpha.push(places.alpha);
            beta.push(places.beta);
            gamma.push(places.gamma);
        }
    }
    assert!(beta.len() > 95);
    for (name, places) in [("alpha", &mut alpha), ("beta", &mut beta), ("gamma", &mut gamma)] {
        let (distance, p) = uniform(places);
        assert!(p > 0.01, "{name}: distance {distance:.3}, p {p:.4}");
    }
}

#[test]
fn truths_from_the_prior_lie_evenly_in_their_posteriors() {
    calibrated(Endpoint::Cramps);
}

#[test]
fn truths_from_the_prior_lie_evenly_in_their_posteriors_of_yes_and_no() {
    calibrated(Endpoint::YesNo);
}

#[test]
fn a_remedy_that_does_nothing_seldom_helps() {
    let found = rates(&usual(8, 7, 0, Rule::default()), &Truth::default(), 0..100);
    let (_, low, _) = share(found.count(&[Verdict::Helps, Verdict::SmallBenefit]), found.trials);
    assert!(low <= 0.05, "{:?}", found.verdicts);
}

#[test]
fn a_strong_remedy_is_mostly_found() {
    let found = rates(&usual(8, 7, 0, Rule::default()), &Truth { ratio: 0.3, ..Truth::default() }, 0..60);
    assert!(found.count(&[Verdict::Helps, Verdict::ProbablyHelps]) > 40, "{:?}", found.verdicts);
}

#[test]
fn seeds_may_be_split_in_any_way() {
    let protocol = usual(6, 7, 0, Rule::default());
    let whole = rates(&protocol, &Truth::default(), 0..12);
    let mut parts = rates(&protocol, &Truth::default(), 0..5);
    parts.merge(&rates(&protocol, &Truth::default(), 5..12));
    assert_eq!(whole, parts);
}

#[test]
fn the_same_nights_give_the_same_bits() {
    let series = person(3, 0.6);
    let bits = || Summary::of(&posterior(&series, &Priors::default(), Effort::Precise).beta).mean.to_bits();
    assert_eq!(bits(), bits());
}

#[test]
fn nights_without_likelihood_change_nothing_but_the_centre() {
    let arms: Vec<bool> = (0..84).map(|night| night / 7 % 2 == 1).collect();
    let counts: Vec<Count> = (0..84).map(|night| Count::Exactly(u32::from(night % 3 == 0))).collect();
    let whole = Series::new(&arms, counts.clone()).unwrap();
    let emptied = whole.with_counts(
        counts.iter().enumerate().map(|(at, count)| if at % 10 == 9 { Count::Missing } else { *count }).collect(),
    );
    assert_eq!(emptied.recorded().count(), 76);
    let sd = |series: &Series| Summary::of(&posterior(series, &Priors::default(), Effort::Precise).beta).sd;
    assert!(sd(&emptied) > sd(&whole), "fewer nights must not make it surer");
}

#[test]
fn a_night_logged_as_two_or_more_lies_between_two_and_many() {
    let arms: Vec<bool> = (0..56).map(|night| night / 7 % 2 == 1).collect();
    let with = |busy: Count| {
        let counts = (0..56).map(|night| if arms[night] { Count::Exactly(0) } else { busy }).collect();
        Summary::of(&posterior(&Series::new(&arms, counts).unwrap(), &Priors::default(), Effort::Precise).alpha).mean
    };
    let (two, coarse, many) = (with(Count::Exactly(2)), with(Count::TwoOrMore), with(Count::Exactly(9)));
    assert!(two < coarse && coarse < many, "{two} {coarse} {many}");
}

fn person(seed: u64, ratio: f64) -> Series {
    let arms: Vec<bool> = (0..84).map(|night| night / 7 % 2 == 1).collect();
    Series::new(&arms, nights(&Truth { ratio, ..Truth::default() }, &arms, &mut Draws::new(seed))).unwrap()
}

/// The slow obvious way: a plain sum over mu, tau and every person's effect.
#[test]
fn pooling_equals_the_plain_sum() {
    let priors = Priors::default();
    let people: Vec<Series> = (0..4).map(|seed| person(seed, 0.6)).collect();
    let curves: Vec<_> = people.iter().map(|series| curve(series, &priors)).collect();
    let found = pool(&curves, 0.69, 0.3);
    let likelihoods: Vec<Vec<(f64, f64)>> = people
        .iter()
        .map(|series| {
            let open = priors.with_beta_sd(1.5);
            let density = posterior(series, &open, Effort::Precise).beta;
            density.points().map(|(x, value)| (x, value * (0.5 * (x / 1.5) * (x / 1.5)).exp())).collect()
        })
        .collect();
    let (mut sum, mut mean, mut square) = (0.0, 0.0, 0.0);
    for m in 0..241 {
        let mu = -3.0 + 0.025 * f64::from(m);
        for t in 0..120 {
            let tau = 0.005 + 0.01 * f64::from(t);
            let mut weight = (-0.5 * (mu / 0.69f64).powi(2) - 0.5 * (tau / 0.3f64).powi(2)).exp();
            for curve in &likelihoods {
                let step = curve[1].0 - curve[0].0;
                weight *= curve
                    .iter()
                    .map(|(x, value)| value * (-0.5 * ((x - mu) / tau).powi(2)).exp() / tau * step)
                    .sum::<f64>();
            }
            sum += weight;
            mean += weight * mu;
            square += weight * mu * mu;
        }
    }
    let (mean, square) = (mean / sum, square / sum);
    let sd = (square - mean * mean).sqrt();
    assert!((found.mu.mean - mean).abs() < 0.03 * sd, "{} {mean}", found.mu.mean);
    assert!((found.mu.sd / sd - 1.0).abs() < 0.03, "{} {sd}", found.mu.sd);
}

#[test]
fn pooling_draws_people_together() {
    let curves: Vec<_> = [0.3, 0.9, 0.6]
        .iter()
        .zip(10..)
        .map(|(ratio, seed)| curve(&person(seed, *ratio), &Priors::default()))
        .collect();
    let found = pool(&curves, 0.69, 0.3);
    let spread = |of: &dyn Fn(usize) -> f64| {
        (0..3).map(of).fold(f64::NEG_INFINITY, f64::max) - (0..3).map(of).fold(f64::INFINITY, f64::min)
    };
    assert!(spread(&|at| found.people[at].mean) < spread(&|at| found.people[at].alone));
}

/// What decides a verdict must not depend on how much work was put in: the quick form within 0.02, the form for verdicts
/// within 0.01 of the precise one.
#[test]
fn quick_forms_are_near_the_precise_one() {
    for seed in 0..24_u32 {
        let ratio = [1.0, 0.7, 0.4][seed as usize % 3];
        let series = person(u64::from(seed) + 100, ratio);
        let at = |effort| posterior(&series, &Priors::default(), effort).ratio_below(1.0);
        let precise = at(Effort::Precise);
        assert!((at(Effort::Quick) - precise).abs() < 0.02, "{seed}: {} {precise}", at(Effort::Quick));
        assert!((at(Effort::Effect) - precise).abs() < 0.01, "{seed}: {} {precise}", at(Effort::Effect));
    }
}

/// Where cramps are rare a single truth near the middle of the prior is held too often; over the prior the intervals hold.
#[test]
fn over_the_prior_intervals_hold_as_often_as_they_say() {
    let few = Truth { rate: 0.2, ..Truth::default() };
    let found = rates_over_prior(&usual(8, 7, 0, Rule::default()), &few, 0..100);
    let (_, low, high) = share(found.covered_at_end, found.trials);
    assert!(low <= 0.95 && high >= 0.95, "{low} {high}");
}
