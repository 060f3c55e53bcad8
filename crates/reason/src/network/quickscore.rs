//! Quickscore (Heckerman 1990): inclusion-exclusion over the positive findings; exact, exponential in their number.
//!
//! It knows no links and subtracts, so it loses digits where the evidence is improbable: for tests only.

use super::problem::Problem;

/// Posterior probabilities by Quickscore, at most 20 positive findings, no links.
///
/// # Panics
/// With links or more than 20 positive findings.
pub fn quickscore(problem: &Problem) -> Vec<f64> {
    assert!(problem.links.is_empty() && problem.positives.len() <= 20, "Quickscore is for small problems");
    let n = problem.prior.len();
    let mut with = vec![0.0; n];
    let mut evidence = 0.0;
    for subset in 0u32..1 << problem.positives.len() {
        let sign = if subset.count_ones() % 2 == 0 { 1.0 } else { -1.0 };
        let mut silent = vec![1.0; n];
        let mut product = sign;
        for (at, positive) in problem.positives.iter().enumerate() {
            if subset >> at & 1 == 1 {
                product *= 1.0 - positive.leak;
                for parent in &positive.parents {
                    silent[parent.condition] *= 1.0 - parent.weight;
                }
            }
        }
        let terms: Vec<(f64, f64)> =
            (0..n).map(|c| (1.0 - problem.prior[c], problem.prior[c] * problem.absorbed[c] * silent[c])).collect();
        let total: f64 = terms.iter().map(|(absent, present)| absent + present).product();
        evidence += product * total;
        for condition in 0..n {
            let (absent, present) = terms[condition];
            if absent + present > 0.0 {
                with[condition] += product * total * present / (absent + present);
            }
        }
    }
    with.into_iter().map(|value| value / evidence).collect()
}
