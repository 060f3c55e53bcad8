//! Networks to prove things on: random ones, cuts of the shipped one, and slow algorithms that share no code with
//! the shipped solver.

pub mod cut;
pub mod dd;
pub mod naive;
pub mod people;
pub mod quick;
pub mod random;
pub mod rng;
pub mod satisfy;

use charley_reason::network::Posterior;

/// Largest difference of two lists of probabilities; infinite when one of them is not a number.
pub fn worst(left: &[f64], right: &[f64]) -> f64 {
    let mut worst: f64 = if left.len() == right.len() { 0.0 } else { f64::INFINITY };
    for (a, b) in left.iter().zip(right) {
        let difference = (a - b).abs();
        worst = if difference.is_finite() { worst.max(difference) } else { f64::INFINITY };
    }
    worst
}

/// Largest difference of two posteriors, in what is present and what it accounts for.
///
/// `evidence` is left out: it may be so small that only a ratio tells.
pub fn worst_of(left: &Posterior, right: &Posterior) -> f64 {
    worst(&left.present, &right.present).max(worst(&left.accounts, &right.accounts))
}
