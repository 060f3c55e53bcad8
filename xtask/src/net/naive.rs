//! The joint sum over a cut, straight from its tables: no absorbing, no auxiliary bits, no order.

use super::cut::{Cut, CutFinding};

/// Posterior of every condition of the cut.
pub fn posterior(cut: &Cut) -> Vec<f64> {
    let n = cut.conditions.len();
    let mut evidence = 0.0;
    let mut with = vec![0.0; n];
    for state in 0usize..1 << n {
        let is = |condition: usize| state >> condition & 1 == 1;
        let mut joint = 1.0;
        for (condition, entry) in cut.conditions.iter().enumerate() {
            let silent: f64 = cut.links.iter().filter(|l| l.1 == condition && is(l.0)).map(|l| 1.0 - l.2).product();
            let absent = (1.0 - entry.prior) * silent;
            joint *= if is(condition) { 1.0 - absent } else { absent };
        }
        if joint == 0.0 {
            continue;
        }
        joint *= cut.findings.iter().map(|finding| seen(finding, &is)).product::<f64>();
        evidence += joint;
        for (condition, sum) in with.iter_mut().enumerate() {
            if is(condition) {
                *sum += joint;
            }
        }
    }
    with.into_iter().map(|sum| sum / evidence).collect()
}

/// Probability of the observed state (noisy-MAX): at most it, less at most the one below.
fn seen(finding: &CutFinding, is: &impl Fn(usize) -> bool) -> f64 {
    let at_most = |state: usize| {
        let own = |weights: &[f64]| 1.0 - weights[state..].iter().sum::<f64>();
        let parents = finding.parents.iter().filter(|(condition, _)| is(*condition));
        own(&finding.leak) * parents.map(|(_, weights)| own(weights)).product::<f64>()
    };
    let below = if finding.observed == 0 { 0.0 } else { at_most(finding.observed - 1) };
    at_most(finding.observed) - below
}
