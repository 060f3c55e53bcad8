//! The second answer: did a night have a cramp, yes or no? Offered where the model of counts seldom makes such nights.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use charley_nights::trial::analysis::{Analysis, Question, analyse};
use charley_nights::trial::random::Draws;
use charley_nights::trial::signflip::Pair;
use charley_nights::trial::simulate::{Truth, nights};
use charley_nights::trial::{Count, Effort, Look, Priors, Rule, Series, Verdict, posterior};
use proptest::prelude::*;

/// Six pairs of seven nights, the treatment second in each.
fn arms() -> Vec<bool> {
    (0..84).map(|night| night / 7 % 2 == 1).collect()
}

fn pairs() -> Vec<Pair> {
    (0..6)
        .map(|pair| 14 * pair)
        .map(|at| Pair { control: (at..at + 7).collect(), treated: (at + 7..at + 14).collect() })
        .collect()
}

fn answer(counts: Vec<Count>, asked: bool) -> Analysis {
    let series = Series::new(&arms(), counts).unwrap();
    let pairs = pairs();
    analyse(&Question {
        series: &series,
        whole: &series,
        pairs: Some(&pairs),
        start: None,
        pair_nights: 14,
        look: Look::End,
        priors: Priors::default(),
        rule: Rule::default(),
        yes_no: asked,
    })
}

/// Nights with a burst of nine cramps or none at all: on four of seven nights without the remedy, on one of seven with it.
fn bursts() -> Vec<Count> {
    let burst = |night: usize| if night / 7 % 2 == 1 { night % 7 == 3 } else { night.is_multiple_of(2) };
    (0..84).map(|night| Count::Exactly(if burst(night) { 9 } else { 0 })).collect()
}

#[test]
fn ordinary_nights_get_one_answer() {
    let counts = nights(&Truth::default(), &arms(), &mut Draws::new(3));
    let found = answer(counts, false);
    assert!(!found.predictive.iter().any(|check| check.unusual()), "{:?}", found.predictive);
    assert!(found.alternative.is_none());
}

#[test]
fn nights_that_the_model_seldom_makes_get_a_second_answer() {
    let found = answer(bursts(), false);
    assert!(found.predictive.iter().any(|check| check.unusual()), "{:?}", found.predictive);
    let second = found.alternative.unwrap();
    assert_eq!(second.cramp_nights, [(6, 42), (24, 42)]);
    assert_eq!(second.verdict, Verdict::Helps, "{second:?}");
    // The raw shares are 14 and 57 %: the chances lie about there, drawn together by the priors.
    let [without, with] = second.chance.map(|chance| chance.quantiles[3]);
    assert!((0.10..0.25).contains(&with) && (0.42..0.62).contains(&without), "{with} {without}");
    assert_eq!(second.sign_flip.unwrap().p, 2.0 / 64.0);
    assert!(second.predictive.iter().all(|check| check.name != "largest_count"));
}

#[test]
fn the_second_answer_may_be_asked_for() {
    let counts = (0..84).map(|night| Count::Exactly(u32::from(night * 7 % 15 < 6))).collect();
    assert!(answer(counts, true).alternative.is_some());
}

#[test]
fn how_many_cramps_a_night_had_does_not_matter() {
    let few: Vec<Count> = bursts().into_iter().map(Count::yes_or_no).collect();
    let open: Vec<Count> =
        bursts().into_iter().map(|count| if count.any() { Count::TwoOrMore } else { count }).collect();
    let [one, two, three] = [few, open, bursts()].map(|counts| answer(counts, true).alternative.unwrap());
    assert_eq!(one, two);
    assert_eq!(one, three);
}

#[test]
fn nights_of_one_kind_only_are_answered_too() {
    for count in [Count::Exactly(0), Count::TwoOrMore] {
        let second = answer(vec![count; 84], true).alternative.unwrap();
        assert!(second.beta.sd.is_finite() && (0.1..0.9).contains(&second.below.one), "{second:?}");
        assert_eq!(second.verdict, Verdict::NotSureYet);
    }
}

fn night() -> impl Strategy<Value = Count> {
    prop_oneof![
        1 => Just(Count::Missing),
        4 => Just(Count::Exactly(0)),
        3 => (1..6_u32).prop_map(Count::Exactly),
        1 => Just(Count::TwoOrMore),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Cramp-free nights in the place of all treatment nights with a cramp never speak against the remedy. (A single one may:
    /// it can also be put down to the trend.)
    #[test]
    fn better_treatment_nights_never_make_the_remedy_look_worse(counts in proptest::collection::vec(night(), 56)) {
        let arms: Vec<bool> = (0..56).map(|night| night / 7 % 2 == 1).collect();
        let Ok(series) = Series::new(&arms, counts.clone()) else { return Ok(()) };
        let free = |(count, treated): (Count, &bool)| if *treated && count.any() { Count::Exactly(0) } else { count };
        let better = series.with_counts(counts.into_iter().zip(&arms).map(free).collect());
        let below = |series: &Series| posterior(&series.yes_no(), &Priors::default(), Effort::Precise).ratio_below(1.0);
        let (before, after) = (below(&series), below(&better));
        prop_assert!(after > before - 1e-3, "{before} {after}");
    }
}
