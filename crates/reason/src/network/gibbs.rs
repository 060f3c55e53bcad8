//! The seeded approximation for evidence beyond the bound of the exact algorithm.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

use super::problem::{Posterior, Problem};

/// Sampled posterior with its largest standard error.
#[derive(Debug, Clone)]
pub struct Sampled {
    /// Estimates; `evidence` is not estimated and is NaN.
    pub posterior: Posterior,
    /// Largest standard error of a presence, from batch means.
    pub standard_error: f64,
}

const BATCHES: usize = 40;

/// Gibbs sampling over the conditions with a fixed seed.
///
/// Each sweep redraws every condition from its probability given all the others; standard errors come from the
/// spread of batch means.
pub fn sample(problem: &Problem, sweeps: usize) -> Sampled {
    let n = problem.prior.len();
    let mut rng = ChaCha8Rng::seed_from_u64(0x6368_6172_6c65_7902);
    let mut state: Vec<bool> = vec![true; n];
    for (state, prior) in state.iter_mut().zip(&problem.prior) {
        *state = *prior > 0.0;
    }
    let mut present = vec![vec![0.0; n]; BATCHES];
    let mut accounts = vec![0.0; n];
    let burn_in = sweeps / 5;
    let per_batch = (sweeps / BATCHES).max(1);
    for sweep in 0..burn_in + per_batch * BATCHES {
        for condition in 0..n {
            let probability = conditional(problem, &mut state, condition);
            let unit = rng.next_u32() as f64 / 4_294_967_296.0;
            state[condition] = unit < probability;
        }
        if sweep >= burn_in {
            let batch = &mut present[(sweep - burn_in) / per_batch];
            for condition in (0..n).filter(|c| state[*c]) {
                batch[condition] += 1.0 / per_batch as f64;
                accounts[condition] += acting(problem, &state, condition) / (per_batch * BATCHES) as f64;
            }
        }
    }
    let mut mean = vec![0.0; n];
    let mut standard_error = 0.0f64;
    for condition in 0..n {
        let values: Vec<f64> = present.iter().map(|batch| batch[condition]).collect();
        let average = values.iter().sum::<f64>() / BATCHES as f64;
        let variance = values.iter().map(|v| (v - average) * (v - average)).sum::<f64>() / (BATCHES - 1) as f64;
        standard_error = standard_error.max(libm::sqrt(variance / BATCHES as f64));
        mean[condition] = average;
    }
    Sampled { posterior: Posterior { evidence: f64::NAN, present: mean, accounts }, standard_error }
}

fn conditional(problem: &Problem, state: &mut [bool], condition: usize) -> f64 {
    let triggered: f64 = problem
        .links
        .iter()
        .filter(|(from, to, _)| *to == condition && state[*from])
        .map(|(.., weight)| 1.0 - weight)
        .product();
    let prior = 1.0 - (1.0 - problem.prior[condition]) * triggered;
    let mut weights = [1.0 - prior, prior * problem.absorbed[condition]];
    for (value, weight) in [false, true].into_iter().zip(&mut weights) {
        state[condition] = value;
        for positive in &problem.positives {
            if positive.parents.iter().any(|p| p.condition == condition) {
                *weight *= problem.positive_given(positive, |c| state[c]);
            }
        }
        for (from, to, _) in problem.links.iter().filter(|(from, ..)| *from == condition) {
            debug_assert_eq!(*from, condition);
            let silent: f64 = problem
                .links
                .iter()
                .filter(|(other, target, _)| target == to && state[*other])
                .map(|(.., weight)| 1.0 - weight)
                .product();
            let child = 1.0 - (1.0 - problem.prior[*to]) * silent;
            *weight *= if state[*to] { child } else { 1.0 - child };
        }
    }
    let total = weights[0] + weights[1];
    if total > 0.0 { weights[1] / total } else { problem.prior[condition] }
}

/// Share of the findings that a present condition produces, given the state.
fn acting(problem: &Problem, state: &[bool], condition: usize) -> f64 {
    let mut sum = 0.0;
    for positive in &problem.positives {
        if let Some(own) = positive.parents.iter().find(|p| p.condition == condition && p.counts) {
            sum += positive.information * own.weight / problem.positive_given(positive, |c| state[c]);
        }
    }
    sum / problem.information()
}
