//! What one observation more or less does to the posterior, without a new order of elimination.
//!
//! Leaving a finding out, or learning one that is negative, changes numbers and no structure: a negative finding is
//! absorbed, and a positive one that is certain anyhow tells nothing. A positive finding more is all that was possible
//! before, less the part in which it is silent. That is the one subtraction: it loses as many digits as the finding
//! is improbable, and a finding is at least as probable as its leak.

use super::numbers::Numbers;
use super::order::Order;
use super::pass::Room;
use super::problem::{Effect, Posterior, Presence, Problem};
use super::solve::{LANES, Solver};

/// What differs from a problem without changing its structure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// Factors on what was absorbed: condition, factor.
    pub absorbed: Vec<(usize, f64)>,
    /// A positive finding that is no evidence any more.
    pub without: Option<usize>,
}

impl Order {
    /// What is present in a problem after each of the changes.
    pub fn solve_changed(&self, problem: &Problem, changes: &[Change]) -> Vec<Presence> {
        let unchanged = Numbers::<LANES>::of([problem; LANES]);
        let mut solver = Solver { order: self, numbers: unchanged.clone(), shares: false };
        let mut room = Room::default();
        // Evidence on a barren condition takes longer, so such changes are solved together.
        let touches_barren = |change: &Change| {
            self.barren.iter().any(|barren| change.absorbed.iter().any(|(condition, _)| *condition == barren.condition))
        };
        let mut order: Vec<usize> = (0..changes.len()).collect();
        order.sort_by_key(|at| touches_barren(&changes[*at]));
        let mut solved = vec![Presence::default(); changes.len()];
        for chunk in order.chunks(LANES) {
            for (lane, at) in chunk.iter().enumerate() {
                for (condition, factor) in &changes[*at].absorbed {
                    solver.numbers.absorbed[*condition][lane] *= factor;
                }
                // A finding that is certain tells nothing.
                if let Some(positive) = changes[*at].without {
                    solver.numbers.leak[positive][lane] = 1.0;
                }
            }
            let posteriors = solver.solve(&mut room);
            for (lane, at) in chunk.iter().enumerate() {
                let Posterior { evidence, present, .. } = posteriors.lane(lane);
                solved[*at] = Presence { evidence, present };
            }
            solver.numbers.absorbed.copy_from_slice(&unchanged.absorbed);
            solver.numbers.leak.copy_from_slice(&unchanged.leak);
        }
        solved
    }

    /// What is present in a problem, now answered by `now`, after each of the effects alone.
    pub fn solve_with(&self, problem: &Problem, now: &Posterior, effects: &[Effect]) -> Vec<Presence> {
        let now = Presence { evidence: now.evidence, present: now.present.clone() };
        let mut changes = Vec::new();
        let mut plans = Vec::new();
        for effect in effects {
            let changed = effect.absorbed.iter().any(|(_, kept)| *kept != 1.0);
            let whole = changed.then(|| {
                changes.push(Change { absorbed: effect.absorbed.clone(), without: None });
                changes.len() - 1
            });
            let silent = effect.positive.as_ref().map(|positive| {
                let idle = positive.parents.iter().map(|parent| (parent.condition, 1.0 - parent.weight));
                let absorbed = effect.absorbed.iter().copied().chain(idle).filter(|(_, kept)| *kept != 1.0).collect();
                changes.push(Change { absorbed, without: None });
                (changes.len() - 1, positive.leak)
            });
            plans.push((whole, silent));
        }
        let solved = self.solve_changed(problem, &changes);
        plans
            .into_iter()
            .map(|(whole, silent)| {
                let whole = whole.map_or(&now, |at| &solved[at]);
                silent.map_or_else(|| whole.clone(), |(at, leak)| less(whole, &solved[at], leak))
            })
            .collect()
    }
}

/// What is present with a finding there, from that without it and that in which no condition produces it.
fn less(whole: &Presence, silent: &Presence, leak: f64) -> Presence {
    let idle = (1.0 - leak) * silent.evidence / whole.evidence;
    let seen = 1.0 - idle;
    if seen.is_nan() || seen <= 0.0 {
        return whole.clone();
    }
    let present = whole.present.iter().zip(&silent.present);
    Presence {
        evidence: whole.evidence * seen,
        present: present.map(|(whole, silent)| ((whole - idle * silent) / seen).clamp(0.0, 1.0)).collect(),
    }
}
