//! One finding more or less: the fast way against solving anew.

mod common;

use charley_knowledge::{FindIx, Knowledge};
use charley_reason::checks::parse_fact;
use charley_reason::eval::{Eval, Observed};
use charley_reason::infer::Inference;
use charley_reason::network::{Change, Effect, Order, Parent, Positive, Problem, enumerate};
use charley_reason::what_if::WhatIf;
use charley_reason::{Facts, Given};
use common::{close, distinct, problem};
use proptest::prelude::*;

/// A problem and what one more observation does to it: negative or positive, in a state with others above it or not.
fn problem_and_effect() -> impl Strategy<Value = (Problem, Effect)> {
    problem(true).prop_flat_map(|problem| {
        let n = problem.prior.len();
        let parents = prop::collection::vec((0..n, 0.01..0.99f64, any::<bool>()), 0..=n);
        let absorbed = prop::collection::vec((0..n, 0.05..1.0f64), 0..=3);
        (Just(problem), 1e-4..0.5f64, parents, absorbed, any::<bool>()).prop_map(
            |(problem, leak, parents, absorbed, is_positive)| {
                let positive = Positive { leak, information: 1.0, parents: distinct(parents) };
                (problem, Effect { absorbed, positive: is_positive.then_some(positive) })
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn one_more_agrees_with_enumeration((problem, effect) in problem_and_effect()) {
        let order = Order::compile(&problem);
        let now = order.solve(&problem);
        let mut more = problem.clone();
        more.apply(effect.clone());
        let slow = enumerate(&more);
        prop_assume!(slow.evidence > 1e-200);
        let fast = order.solve_with(&problem, &now, &[effect]);
        close(&fast[0].present, &slow.present, 1e-9, "presence");
        close(&[fast[0].evidence / slow.evidence], &[1.0], 1e-9, "evidence");
    }

    #[test]
    fn one_less_agrees_with_enumeration((problem, effect) in problem_and_effect(), before in any::<prop::sample::Index>()) {
        let mut more = problem.clone();
        for (condition, kept) in &effect.absorbed {
            more.absorbed[*condition] *= kept;
        }
        let place = before.index(problem.positives.len() + 1);
        let without = effect.positive.is_some().then_some(place);
        more.positives.splice(place..place, effect.positive);
        let change = Change { absorbed: effect.absorbed.iter().map(|(c, kept)| (*c, 1.0 / kept)).collect(), without };
        let slow = enumerate(&problem);
        prop_assume!(slow.evidence > 1e-200);
        // More changes than are solved together, and others among them.
        let nothing = Change::default();
        let changes = [nothing.clone(), change.clone(), nothing.clone(), nothing.clone(), nothing, change];
        let fast = Order::compile(&more).solve_changed(&more, &changes);
        for at in [1, 5] {
            close(&fast[at].present, &slow.present, 1e-9, "presence");
        }
        close(&fast[4].present, &enumerate(&more).present, 1e-9, "presence without a change");
    }
}

#[test]
fn evidence_on_a_condition_that_only_links_reach() {
    // Conditions 3 and 4 have two starts each and no finding, so they stay outside the table until asked about.
    let parents = |conditions: &[usize]| {
        conditions.iter().map(|condition| Parent { condition: *condition, weight: 0.6, counts: true }).collect()
    };
    let problem = Problem {
        prior: vec![0.2, 0.1, 0.3, 0.05, 0.02],
        absorbed: vec![1.0, 0.8, 1.0, 1.0, 1.0],
        positives: vec![
            Positive { leak: 0.05, information: 1.0, parents: parents(&[0, 1]) },
            Positive { leak: 0.02, information: 1.5, parents: parents(&[1, 2]) },
        ],
        links: vec![(0, 3, 0.5), (1, 3, 0.7), (1, 4, 0.4), (2, 4, 0.3)],
    };
    let order = Order::compile(&problem);
    let now = order.solve(&problem);
    for touched in [&[3][..], &[4], &[3, 4], &[0, 3, 4], &[2]] {
        let positive = Positive { leak: 0.01, information: 1.0, parents: parents(touched) };
        for effect in [
            Effect { absorbed: vec![(touched[0], 0.7)], positive: Some(positive.clone()) },
            Effect { absorbed: touched.iter().map(|condition| (*condition, 0.4)).collect(), positive: None },
        ] {
            let mut more = problem.clone();
            more.apply(effect.clone());
            let found = &order.solve_with(&problem, &now, &[effect])[0].present;
            close(found, &enumerate(&more).present, 1e-12, "presence");
        }
    }
}

/// People made of examples of the shipped danger rules, a few at a time, all with cramps.
fn people(knowledge: &Knowledge) -> Vec<Vec<Given>> {
    let examples: Vec<&Vec<String>> =
        knowledge.rules.iter().flat_map(|rule| &rule.examples).map(|example| &example.facts).collect();
    (0..examples.len() / 40)
        .map(|person| {
            let told = (0..1 + person % 4).flat_map(|more| examples[(person * 40 + more * 97) % examples.len()]);
            std::iter::once("leg_cramp = yes").chain(told.map(String::as_str)).filter_map(parse_fact).collect()
        })
        .collect()
}

#[test]
fn the_shipped_network_agrees_with_solving_anew() {
    let knowledge = charley_knowledge::embedded().unwrap();
    let mut compared = 0;
    for given in people(&knowledge) {
        // Examples put together may contradict each other.
        let Ok(facts) = Facts::read(&knowledge, &given) else { continue };
        let eval = Eval::new(&facts);
        let inference = Inference::new(&eval);
        let point = inference.point();
        let what_if = WhatIf::new(&inference, &point);
        let places: Vec<usize> = (0..inference.evidence.len()).collect();
        for (place, less) in places.iter().zip(what_if.without_each(&places)) {
            let mut evidence = inference.evidence.clone();
            evidence.remove(*place);
            close(&less.unwrap().present, &inference.alone(&evidence).unwrap().present, 1e-9, "one less");
            compared += 1;
        }
        let unknown = (0..knowledge.findings.len()).map(|at| FindIx(at as u32));
        let added: Vec<(FindIx, Observed)> = unknown
            .filter(|finding| !inference.evidence.iter().any(|(known, _)| known == finding))
            .step_by(5)
            .map(|finding| match knowledge.findings[finding.at()].states.len() {
                0 => (finding, Observed::Yes),
                states => (finding, Observed::State(1 + finding.at() % (states - 1))),
            })
            .collect();
        for (more, finding) in what_if.with_each(&added).into_iter().zip(&added) {
            let evidence = [&inference.evidence[..], &[*finding]].concat();
            close(&more.unwrap().present, &inference.alone(&evidence).unwrap().present, 1e-9, "one more");
            compared += 1;
        }
    }
    assert!(compared > 300, "only {compared} answers were compared");
}
