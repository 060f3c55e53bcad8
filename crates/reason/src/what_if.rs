//! One finding more, or one less: what would be present then.

use charley_knowledge::FindIx;

use crate::eval::Observed;
use crate::infer::{Inference, Point};
use crate::network::draws::Values;
use crate::network::{Change, Order, Presence};

/// Widest table of what-if questions, in bits.
pub const WHAT_IF_WIDTH: usize = 14;

/// Asks what-if questions about one person.
#[derive(Debug)]
pub struct WhatIf<'a> {
    inference: &'a Inference<'a>,
    /// What is known now.
    pub point: &'a Point,
}

impl<'a> WhatIf<'a> {
    /// Prepares the questions.
    pub fn new(inference: &'a Inference<'a>, point: &'a Point) -> Self {
        Self { inference, point }
    }

    /// What is present with one more finding, for each of these; `None` past the width.
    pub fn with_each(&self, added: &[(FindIx, Observed)]) -> Vec<Option<Presence>> {
        // A finding more opens a bit more; near the bound each has to show its own width.
        if self.point.order.width() > WHAT_IF_WIDTH {
            let evidence = &self.inference.evidence;
            return added.iter().map(|finding| self.inference.alone(&[&evidence[..], &[*finding]].concat())).collect();
        }
        let builder = self.inference.builder();
        let effects: Vec<_> =
            added.iter().map(|(finding, seen)| builder.effect(*finding, *seen, Values::Best)).collect();
        let present = self.point.order.solve_with(&self.point.problem, &self.point.posterior, &effects);
        present.into_iter().map(Some).collect()
    }

    /// What is present with one observed finding less, for each of these places in the evidence; `None` past the width.
    pub fn without_each(&self, places: &[usize]) -> Vec<Option<Presence>> {
        if self.point.order.width() > WHAT_IF_WIDTH {
            let evidence = &self.inference.evidence;
            // Without a negative finding the order is the same, and as wide; without a positive one it may be narrower.
            let alone = |place: usize| {
                let less = || [&evidence[..place], &evidence[place + 1..]].concat();
                evidence[place].1.is_positive().then(less).and_then(|less| self.inference.alone(&less))
            };
            return places.iter().map(|place| alone(*place)).collect();
        }
        let changes: Vec<Change> = places.iter().map(|place| self.without(*place)).collect();
        self.point.order.solve_changed(&self.point.problem, &changes).into_iter().map(Some).collect()
    }

    /// What changes in the problem when this observation is taken back.
    fn without(&self, place: usize) -> Change {
        let (finding, seen) = self.inference.evidence[place];
        let effect = self.inference.builder().effect(finding, seen, Values::Best);
        let before = self.inference.evidence[..place].iter().filter(|(_, seen)| seen.is_positive()).count();
        Change {
            absorbed: effect.absorbed.into_iter().map(|(condition, kept)| (condition, 1.0 / kept)).collect(),
            without: effect.positive.map(|_| before),
        }
    }
}

impl Inference<'_> {
    /// What other evidence says with an order of its own; `None` past the width.
    pub fn alone(&self, evidence: &[(FindIx, Observed)]) -> Option<Presence> {
        let problem = self.builder().problem(evidence, Values::Best);
        let order = Order::compile(&problem);
        (order.width() <= WHAT_IF_WIDTH).then(|| order.solve_presence(&problem))
    }
}
