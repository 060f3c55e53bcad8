//! Running an order on one problem or on several of the same structure.

use super::lanes::Lanes;
use super::numbers::{Numbers, Posteriors};
use super::order::{Barren, Folded, Order};
use super::pass::Pass;
use super::problem::{Posterior, Problem};

/// Problems that are solved together.
pub(super) const LANES: usize = 4;

impl Order {
    /// Runs the compiled order on numbers of the same structure.
    pub fn solve(&self, problem: &Problem) -> Posterior {
        Solver { order: self, numbers: Numbers::of([problem]), shares: true }.solve().lane(0)
    }

    /// As [`Order::solve`], without the shares (they stay 0): several times faster.
    pub fn solve_presence(&self, problem: &Problem) -> Posterior {
        Solver { order: self, numbers: Numbers::of([problem]), shares: false }.solve().lane(0)
    }

    /// As [`Order::solve`], for problems that differ from each other in numbers only.
    pub fn solve_all(&self, problems: &[Problem]) -> Vec<Posterior> {
        let chunks = problems.chunks(LANES).flat_map(|chunk| {
            let numbers = Numbers::<LANES>::of(std::array::from_fn(|lane| &chunk[lane.min(chunk.len() - 1)]));
            let posteriors = Solver { order: self, numbers, shares: true }.solve();
            (0..chunk.len()).map(move |lane| posteriors.lane(lane))
        });
        chunks.collect()
    }
}

/// Solves `L` problems: the table, and around it the conditions that only links touch.
pub(super) struct Solver<'o, const L: usize> {
    pub(super) order: &'o Order,
    pub(super) numbers: Numbers<L>,
    /// Whether shares are wanted; without them they stay 0.
    pub(super) shares: bool,
}

impl<const L: usize> Solver<'_, L> {
    pub(super) fn solve(&self) -> Posteriors<L> {
        // What the folded ends say about their starts, then the ends given their starts.
        let mut absorbed = self.numbers.absorbed.clone();
        for folded in &self.order.folded {
            let (without, with) = self.end_weights(folded);
            absorbed[folded.from] *= (with.0 + with.1) / (without.0 + without.1);
        }
        let mut posteriors = self.posteriors(&absorbed, &self.order.barren);
        posteriors.evidence *= Pass::new(self.order, &self.numbers, &absorbed, false).outside();
        for folded in &self.order.folded {
            let (without, with) = self.end_weights(folded);
            let start = posteriors.present[folded.from];
            posteriors.present[folded.to] =
                start * with.1 / (with.0 + with.1) + start.contrary() * without.1 / (without.0 + without.1);
        }
        posteriors
    }

    /// Weights of the end of a link being absent and present, without and with its start.
    fn end_weights(&self, folded: &Folded) -> ((Lanes<L>, Lanes<L>), (Lanes<L>, Lanes<L>)) {
        let prior = self.numbers.prior[folded.to];
        let reached = (prior.contrary() * self.numbers.link[folded.link].contrary()).contrary();
        let likelihood = self.numbers.absorbed[folded.to];
        ((prior.contrary(), prior * likelihood), (reached.contrary(), reached * likelihood))
    }

    /// Posteriors of the table and of the barren conditions, one of them after the other.
    fn posteriors(&self, absorbed: &[Lanes<L>], barren: &[Barren]) -> Posteriors<L> {
        let Some((last, others)) = barren.split_last() else {
            return Pass::new(self.order, &self.numbers, absorbed, self.shares).posteriors();
        };
        let mut posteriors = self.posteriors(absorbed, others);
        let silent = self.unreached(absorbed, last);
        let never = self.numbers.prior[last.condition].contrary();
        let likelihood = absorbed[last.condition];
        if likelihood == Lanes::ONE {
            // P(nothing led to it | evidence) is a ratio of two sums.
            let absent = never * (self.evidence(&silent, others) / posteriors.evidence);
            posteriors.present[last.condition] = absent.contrary();
            return posteriors;
        }
        // It is either present, whatever led to it, or absent and nothing has: a mixture of two tables.
        let absent = self.posteriors(&silent, others);
        let whole = likelihood * posteriors.evidence;
        let rest = likelihood.contrary() * never * absent.evidence;
        let evidence = whole + rest;
        let mixed = |whole_value: Lanes<L>, rest_value: Lanes<L>| {
            (whole * whole_value + rest * rest_value).over(evidence, whole_value)
        };
        for (value, other) in posteriors.present.iter_mut().zip(&absent.present) {
            *value = mixed(*value, *other);
        }
        for (value, other) in posteriors.accounts.iter_mut().zip(&absent.accounts) {
            *value = mixed(*value, *other);
        }
        posteriors.present[last.condition] = (never * absent.evidence).over(evidence, Lanes::ONE).contrary();
        posteriors.evidence = evidence;
        posteriors
    }

    /// Probability of the evidence; as [`Solver::posteriors`].
    fn evidence(&self, absorbed: &[Lanes<L>], barren: &[Barren]) -> Lanes<L> {
        let Some((last, others)) = barren.split_last() else {
            return Pass::new(self.order, &self.numbers, absorbed, false).evidence();
        };
        let whole = self.evidence(absorbed, others);
        let likelihood = absorbed[last.condition];
        if likelihood == Lanes::ONE {
            return whole;
        }
        let silent = self.unreached(absorbed, last);
        let never = self.numbers.prior[last.condition].contrary();
        likelihood * whole + likelihood.contrary() * never * self.evidence(&silent, others)
    }

    /// What is absorbed when nothing has led to this condition.
    fn unreached(&self, absorbed: &[Lanes<L>], barren: &Barren) -> Vec<Lanes<L>> {
        let mut silent = absorbed.to_vec();
        for (link, from) in &barren.reaching {
            silent[*from] *= self.numbers.link[*link].contrary();
        }
        silent
    }
}
