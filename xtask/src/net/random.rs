//! Random small networks, and the proof that the solver agrees with enumeration on them.

use charley_reason::network::{Order, Parent, Positive, Problem, enumerate, quickscore};

use super::rng::Rng;
use super::{worst, worst_of};

/// A random problem: at most 10 conditions and 6 positive findings, with links.
///
/// Corners are drawn often: known conditions, links to them, weights next to 0 and 1, findings without parents, and
/// either leaks of 0 or priors next to 0 and 1. Some things are left out because checked knowledge never makes them:
/// the same condition twice under one finding, a weight of exactly 1 on a finding, and a rare condition as the only
/// way to a finding whose leak is 0.
pub fn problem(rng: &mut Rng) -> Problem {
    let n = rng.whole(1, 10);
    let rare = rng.chance(0.5);
    let probability = |rng: &mut Rng| match rng.below(12) {
        0 => 0.0,
        1 => 1.0,
        2 if rare => rng.between(1e-6, 1e-4),
        3 if rare => 1.0 - rng.between(1e-6, 1e-4),
        _ => rng.between(0.001, 0.999),
    };
    let prior: Vec<f64> = (0..n).map(|_| probability(rng)).collect();
    let absorbed = (0..n).map(|_| if rng.chance(0.3) { 1.0 } else { rng.between(1e-4, 1.0) }).collect();
    let density = rng.between(0.1, 0.9);
    let positives = (0..rng.whole(0, 6)).map(|_| positive(rng, n, density, rare)).collect();
    let mut links = Vec::new();
    let mut order: Vec<usize> = (0..n).collect();
    rng.shuffle(&mut order);
    let link_density = rng.pick(&[0.0, 0.1, 0.3]).copied().unwrap_or_default();
    for from in 0..n {
        for to in from + 1..n {
            if rng.chance(link_density) {
                links.push((order[from], order[to], probability(rng)));
            }
        }
    }
    Problem { prior, absorbed, positives, links }
}

fn positive(rng: &mut Rng, n: usize, density: f64, rare: bool) -> Positive {
    let leak = if !rare && rng.chance(0.3) { 0.0 } else { rng.between(1e-5, 0.9) };
    let mut parents = Vec::new();
    for condition in 0..n {
        if rng.chance(density) {
            let weight = if rng.chance(0.1) { 1.0 - 1e-9 } else { rng.unit() };
            parents.push(Parent { condition, weight, counts: rng.chance(0.8) });
        }
    }
    rng.shuffle(&mut parents);
    Positive { leak, information: if rng.chance(0.1) { 0.0 } else { rng.between(0.0, 4.0) }, parents }
}

/// What a run over random networks found.
#[derive(Debug, Clone, Copy, Default, serde::Serialize, serde::Deserialize)]
pub struct Agreement {
    /// Networks with evidence that is possible.
    pub compared: usize,
    /// Networks whose evidence is impossible under both algorithms.
    pub impossible: usize,
    /// Networks that one algorithm calls impossible and the other possible.
    pub disputed: usize,
    /// Largest difference to enumeration.
    pub enumeration: f64,
    /// Networks without links, also compared with Quickscore.
    pub quickscored: usize,
    /// Largest difference to Quickscore.
    pub quickscore: f64,
}

impl Agreement {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            compared: self.compared + other.compared,
            impossible: self.impossible + other.impossible,
            disputed: self.disputed + other.disputed,
            enumeration: self.enumeration.max(other.enumeration),
            quickscored: self.quickscored + other.quickscored,
            quickscore: self.quickscore.max(other.quickscore),
        }
    }

    /// Agreement to 1e-9, and nothing disputed.
    pub fn holds(&self) -> bool {
        self.disputed == 0 && self.enumeration <= 1e-9 && self.quickscore <= 1e-9
    }
}

/// Below this, plain Quickscore has lost too many digits to be compared: it subtracts.
const QUICKSCORE_EVIDENCE: f64 = 1e-4;

/// Compares the solver with enumeration, and with Quickscore where it applies, on `count` networks.
pub fn agreement(seed: u64, count: usize) -> Agreement {
    let mut rng = Rng::new(seed);
    let mut found = Agreement::default();
    for _ in 0..count {
        let problem = problem(&mut rng);
        let fast = Order::compile(&problem).solve(&problem);
        let slow = enumerate(&problem);
        match (fast.evidence > 0.0, slow.evidence > 0.0) {
            (true, true) => {
                found.compared += 1;
                found.enumeration = found.enumeration.max(worst_of(&fast, &slow));
                if problem.links.is_empty() && slow.evidence > QUICKSCORE_EVIDENCE {
                    found.quickscored += 1;
                    found.quickscore = found.quickscore.max(worst(&fast.present, &quickscore(&problem)));
                }
            }
            (false, false) => found.impossible += 1,
            _ => found.disputed += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solver_agrees_with_enumeration_on_random_networks() {
        let found = agreement(7, 5000);
        assert!(found.holds() && found.compared > 100, "{found:?}");
    }
}
