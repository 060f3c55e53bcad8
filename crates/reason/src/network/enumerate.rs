//! The slow, obvious algorithm: sum over every combination of conditions.

use super::problem::{Posterior, Problem};

/// Exact posterior by enumeration over `2^n` combinations; for tests, `n` at most 20.
///
/// # Panics
/// With more than 20 conditions.
pub fn enumerate(problem: &Problem) -> Posterior {
    let n = problem.prior.len();
    assert!(n <= 20, "enumeration is for small networks");
    let mut evidence = 0.0;
    let mut present = vec![0.0; n];
    let mut accounts = vec![0.0; n];
    for combination in 0u32..1 << n {
        let is = |condition: usize| combination >> condition & 1 == 1;
        let mut weight = 1.0;
        for condition in 0..n {
            let triggered: f64 = problem
                .links
                .iter()
                .filter(|(from, to, _)| *to == condition && is(*from))
                .map(|(.., weight)| 1.0 - weight)
                .product();
            let probability = 1.0 - (1.0 - problem.prior[condition]) * triggered;
            weight *= if is(condition) { probability * problem.absorbed[condition] } else { 1.0 - probability };
        }
        if weight == 0.0 {
            continue;
        }
        let joint: f64 = weight * problem.positives.iter().map(|p| problem.positive_given(p, is)).product::<f64>();
        evidence += joint;
        for condition in (0..n).filter(|condition| is(*condition)) {
            present[condition] += joint;
            // A link that is on produces its finding: P(on | finding, x) = weight / P(finding | x).
            for positive in &problem.positives {
                let own = positive.parents.iter().filter(|p| p.condition == condition && p.counts);
                for parent in own {
                    accounts[condition] +=
                        joint * positive.information * parent.weight / problem.positive_given(positive, is);
                }
            }
        }
    }
    if evidence > 0.0 {
        present.iter_mut().for_each(|value| *value /= evidence);
        accounts.iter_mut().for_each(|value| *value /= evidence * problem.information());
    }
    Posterior { evidence, present, accounts }
}
