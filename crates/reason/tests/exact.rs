//! The fast algorithm against the slow ones.

mod common;

use charley_reason::network::{Order, Parent, Positive, Problem, enumerate, quickscore, sample};
use common::{close, problem};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn inference_agrees_with_enumeration(problem in problem(true)) {
        let slow = enumerate(&problem);
        prop_assume!(slow.evidence > 1e-200);
        let fast = Order::compile(&problem).solve(&problem);
        close(&fast.present, &slow.present, 1e-9, "presence");
        close(&fast.accounts, &slow.accounts, 1e-9, "share");
        close(&[fast.evidence / slow.evidence], &[1.0], 1e-9, "evidence");
    }

    #[test]
    fn inference_agrees_with_quickscore(problem in problem(false)) {
        let slow = enumerate(&problem);
        // Quickscore subtracts: it keeps digits only where the evidence is not too improbable.
        prop_assume!(slow.evidence > 1e-4);
        let fast = Order::compile(&problem).solve(&problem);
        close(&fast.present, &quickscore(&problem), 1e-9, "presence");
    }

    #[test]
    fn one_order_serves_other_numbers(problem in problem(true), scale in 0.2..1.0f64) {
        let order = Order::compile(&problem);
        let mut other = problem;
        for positive in &mut other.positives {
            positive.leak *= scale;
            positive.parents.iter_mut().for_each(|parent| parent.weight *= scale);
        }
        let slow = enumerate(&other);
        prop_assume!(slow.evidence > 1e-200);
        close(&order.solve(&other).present, &slow.present, 1e-9, "presence");
    }

    #[test]
    fn problems_solved_together_are_solved_as_alone(problem in problem(true), scales in prop::collection::vec(0.2..1.0f64, 1..7)) {
        let order = Order::compile(&problem);
        let scaled = |scale: &f64| {
            let mut other = problem.clone();
            other.positives.iter_mut().for_each(|positive| positive.leak *= scale);
            other
        };
        let problems: Vec<Problem> = scales.iter().map(scaled).collect();
        for (together, alone) in order.solve_all(&problems).iter().zip(&problems) {
            // To the last bit.
            prop_assert_eq!(format!("{together:?}"), format!("{:?}", order.solve(alone)));
        }
    }
}

#[test]
fn no_evidence_gives_the_prior() {
    let problem = Problem { prior: vec![0.2, 0.0, 1.0], absorbed: vec![1.0; 3], ..Problem::default() };
    close(&Order::compile(&problem).solve(&problem).present, &[0.2, 0.0, 1.0], 0.0, "presence");
}

#[test]
fn a_published_example_of_explaining_away() {
    // Two causes of one finding (Pearl's alarm, noisy-OR form): by hand, P(b | alarm) = 0.0361 / 0.0451... checked by sum.
    let parents =
        vec![Parent { condition: 0, weight: 0.95, counts: true }, Parent { condition: 1, weight: 0.29, counts: true }];
    let problem = Problem {
        prior: vec![0.001, 0.002],
        absorbed: vec![1.0; 2],
        positives: vec![Positive { leak: 0.001, information: 1.0, parents }],
        links: Vec::new(),
    };
    let evidence = 1.0 - 0.999 * (1.0 - 0.001 * 0.95) * (1.0 - 0.002 * 0.29);
    let burglary = 0.001 * (1.0 - 0.999 * 0.05 * (1.0 - 0.002 * 0.29)) / evidence;
    let found = Order::compile(&problem).solve(&problem);
    assert!((found.present[0] - burglary).abs() < 1e-12, "{} {burglary}", found.present[0]);
    assert!((found.evidence - evidence).abs() < 1e-15);
}

#[test]
fn the_sampled_answer_lies_within_its_stated_error() {
    let parents = |weights: [f64; 3]| {
        (0..3).map(|condition| Parent { condition, weight: weights[condition], counts: true }).collect()
    };
    let problem = Problem {
        prior: vec![0.3, 0.2, 0.1],
        absorbed: vec![1.0, 0.5, 1.0],
        positives: vec![
            Positive { leak: 0.05, information: 1.0, parents: parents([0.8, 0.3, 0.1]) },
            Positive { leak: 0.02, information: 1.5, parents: parents([0.1, 0.6, 0.7]) },
        ],
        links: vec![(0, 2, 0.4)],
    };
    let exact = enumerate(&problem);
    let sampled = sample(&problem, 40_000);
    close(&sampled.posterior.present, &exact.present, 5.0 * sampled.standard_error, "presence");
    close(&sampled.posterior.accounts, &exact.accounts, 0.03, "share");
}
