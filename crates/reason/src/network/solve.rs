//! Running an order on one problem or on several of the same structure.

use super::lanes::Lanes;
use super::numbers::{Numbers, Posteriors};
use super::order::{Barren, Folded, Order};
use super::pass::{Pass, Room};
use super::problem::{Posterior, Presence, Problem};

/// Problems that are solved together.
pub(super) const LANES: usize = 4;

impl Order {
    /// Runs the compiled order on numbers of the same structure.
    pub fn solve(&self, problem: &Problem) -> Posterior {
        Solver { order: self, numbers: Numbers::of([problem]), shares: true }.solve(&mut Room::default()).lane(0)
    }

    /// As [`Order::solve`], without the shares: several times faster.
    pub fn solve_presence(&self, problem: &Problem) -> Presence {
        let solver = Solver { order: self, numbers: Numbers::of([problem]), shares: false };
        let Posterior { evidence, present, .. } = solver.solve(&mut Room::default()).lane(0);
        Presence { evidence, present }
    }

    /// As [`Order::solve`], for problems that differ from each other in numbers only.
    pub fn solve_all(&self, problems: &[Problem]) -> Vec<Posterior> {
        let mut room = Room::default();
        let chunks = problems.chunks(LANES).flat_map(|chunk| {
            let numbers = Numbers::<LANES>::of(std::array::from_fn(|lane| &chunk[lane.min(chunk.len() - 1)]));
            let posteriors = Solver { order: self, numbers, shares: true }.solve(&mut room);
            (0..chunk.len()).map(move |lane| posteriors.lane(lane))
        });
        chunks.collect()
    }
}

/// Solves `L` problems: the table, and around it the conditions that only links touch.
pub(super) struct Solver<'o, const L: usize> {
    pub(super) order: &'o Order,
    pub(super) numbers: Numbers<L>,
    /// Whether shares are wanted.
    pub(super) shares: bool,
}

impl<const L: usize> Solver<'_, L> {
    pub(super) fn solve(&self, room: &mut Room<L>) -> Posteriors<L> {
        // What the folded ends say about their starts, then the ends given their starts.
        let mut absorbed = self.numbers.absorbed.clone();
        for folded in &self.order.folded {
            let (without, with) = self.end_weights(folded);
            absorbed[folded.from] *= (with.0 + with.1) / (without.0 + without.1);
        }
        let mut posteriors = self.posteriors(&absorbed, &self.order.barren, room);
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
    fn posteriors(&self, absorbed: &[Lanes<L>], barren: &[Barren], room: &mut Room<L>) -> Posteriors<L> {
        let Some((last, others)) = barren.split_last() else {
            return Pass::new(self.order, &self.numbers, absorbed, self.shares).posteriors(room);
        };
        let mut posteriors = self.posteriors(absorbed, others, room);
        let silent = self.unreached(absorbed, last);
        let never = self.numbers.prior[last.condition].contrary();
        let likelihood = absorbed[last.condition];
        if likelihood == Lanes::ONE {
            // P(nothing led to it | evidence) is a ratio of two sums.
            let absent = never * (self.table(&silent, others, room) / posteriors.table);
            posteriors.present[last.condition] = absent.contrary();
            return posteriors;
        }
        // It is either present, whatever led to it, or absent and nothing has: a mixture of two tables.
        let absent = self.posteriors(&silent, others, room);
        let whole = likelihood * posteriors.table;
        let rest = likelihood.contrary() * never * absent.table;
        let table = whole + rest;
        let mix = |values: &mut [Lanes<L>], absent: &[Lanes<L>]| {
            for (value, absent) in values.iter_mut().zip(absent) {
                *value = (whole * *value + rest * *absent).over(table, *value);
            }
        };
        mix(&mut posteriors.present, &absent.present);
        mix(&mut posteriors.accounts, &absent.accounts);
        posteriors.present[last.condition] = (never * absent.table).over(table, Lanes::ONE).contrary();
        posteriors.table = table;
        posteriors
    }

    /// Probability of the evidence that the table holds; as [`Solver::posteriors`].
    fn table(&self, absorbed: &[Lanes<L>], barren: &[Barren], room: &mut Room<L>) -> Lanes<L> {
        let Some((last, others)) = barren.split_last() else {
            return Pass::new(self.order, &self.numbers, absorbed, false).evidence(room);
        };
        let whole = self.table(absorbed, others, room);
        let likelihood = absorbed[last.condition];
        if likelihood == Lanes::ONE {
            return whole;
        }
        let silent = self.unreached(absorbed, last);
        let never = self.numbers.prior[last.condition].contrary();
        likelihood * whole + likelihood.contrary() * never * self.table(&silent, others, room)
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
