//! The numbers of several problems of one structure, side by side.

use super::lanes::Lanes;
use super::problem::{Posterior, Problem};

/// The numbers of `L` problems.
#[derive(Debug, Clone)]
pub(super) struct Numbers<const L: usize> {
    pub(super) prior: Vec<Lanes<L>>,
    pub(super) absorbed: Vec<Lanes<L>>,
    pub(super) leak: Vec<Lanes<L>>,
    /// Of each positive finding, and of all together.
    pub(super) information: Vec<Lanes<L>>,
    pub(super) all_information: Lanes<L>,
    /// Of all parents, one positive finding after the other.
    pub(super) weight: Vec<Lanes<L>>,
    pub(super) link: Vec<Lanes<L>>,
}

impl<const L: usize> Numbers<L> {
    /// Of problems that differ in numbers only.
    pub(super) fn of(problems: [&Problem; L]) -> Self {
        let first = problems[0];
        let positives = 0..first.positives.len();
        Self {
            prior: (0..first.prior.len()).map(|at| Lanes::each(|lane| problems[lane].prior[at])).collect(),
            absorbed: (0..first.prior.len()).map(|at| Lanes::each(|lane| problems[lane].absorbed[at])).collect(),
            leak: positives.clone().map(|at| Lanes::each(|lane| problems[lane].positives[at].leak)).collect(),
            information: positives
                .clone()
                .map(|at| Lanes::each(|lane| problems[lane].positives[at].information))
                .collect(),
            all_information: Lanes::each(|lane| problems[lane].information()),
            weight: positives
                .flat_map(|at| {
                    let slots = 0..first.positives[at].parents.len();
                    slots.map(move |slot| Lanes::each(|lane| problems[lane].positives[at].parents[slot].weight))
                })
                .collect(),
            link: (0..first.links.len()).map(|at| Lanes::each(|lane| problems[lane].links[at].2)).collect(),
        }
    }
}

/// The posteriors of `L` problems, side by side.
#[derive(Debug, Clone)]
pub(super) struct Posteriors<const L: usize> {
    /// Probability of the evidence that the table holds.
    pub(super) table: Lanes<L>,
    /// Probability of all other evidence.
    pub(super) outside: Lanes<L>,
    pub(super) present: Vec<Lanes<L>>,
    pub(super) accounts: Vec<Lanes<L>>,
}

impl<const L: usize> Posteriors<L> {
    /// The posterior of one of the problems.
    pub(super) fn lane(&self, lane: usize) -> Posterior {
        let of = |values: &[Lanes<L>]| values.iter().map(|value| value[lane]).collect();
        Posterior {
            evidence: self.table[lane] * self.outside[lane],
            present: of(&self.present),
            accounts: of(&self.accounts),
        }
    }
}
