//! One inference problem in numbers: conditions, positive findings, links. Negative findings are absorbed.

/// A positive finding: `P(finding | x) = 1 - (1 - leak) * prod(1 - weight)` over the conditions that are present.
#[derive(Debug, Clone, PartialEq)]
pub struct Positive {
    /// Probability without any of its conditions.
    pub leak: f64,
    /// How much it tells: rarer findings need an explanation more.
    pub information: f64,
    /// Conditions that may produce it.
    pub parents: Vec<Parent>,
}

/// One condition that may produce a positive finding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parent {
    /// The condition.
    pub condition: usize,
    /// Probability that the condition alone produces the finding.
    pub weight: f64,
    /// Whether its share counts towards [`Posterior::accounts`].
    pub counts: bool,
}

/// What one observed finding does to a problem.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// What is absorbed: condition, and the likelihood of the finding not being in a higher state when it is present.
    pub absorbed: Vec<(usize, f64)>,
    /// The positive finding, when it is one.
    pub positive: Option<Positive>,
}

/// A noisy-OR problem.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problem {
    /// Prior probability of each condition; 0 and 1 mean known.
    pub prior: Vec<f64>,
    /// Likelihood of the negative findings when the condition is present (product of `1 - weight`).
    pub absorbed: Vec<f64>,
    /// Positive findings.
    pub positives: Vec<Positive>,
    /// Links `(from, to, weight)`, free of circles.
    pub links: Vec<(usize, usize, f64)>,
}

/// Posterior of a problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// Probability of all the findings.
    pub evidence: f64,
    /// Probability that each condition is present.
    pub present: Vec<f64>,
    /// Expected share of the positive findings, weighted by their information, that each condition produces.
    pub accounts: Vec<f64>,
}

/// A posterior without the shares.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Presence {
    /// Probability of all the findings.
    pub evidence: f64,
    /// Probability that each condition is present.
    pub present: Vec<f64>,
}

impl Problem {
    /// Adds what an observed finding does.
    pub fn apply(&mut self, effect: Effect) {
        for (condition, kept) in effect.absorbed {
            self.absorbed[condition] *= kept;
        }
        self.positives.extend(effect.positive);
    }

    /// Total information of the positive findings; 1 when there are none, so that shares stay 0.
    pub fn information(&self) -> f64 {
        let total: f64 = self.positives.iter().map(|positive| positive.information).sum();
        if total > 0.0 { total } else { 1.0 }
    }

    /// Prior odds with the negative findings absorbed, as a probability of presence in isolation.
    pub fn absorbed_prior(&self, condition: usize) -> f64 {
        let present = self.prior[condition] * self.absorbed[condition];
        present / (present + 1.0 - self.prior[condition])
    }

    /// Probability of one positive finding given which conditions are present.
    pub fn positive_given(&self, positive: &Positive, present: impl Fn(usize) -> bool) -> f64 {
        let silent: f64 = positive
            .parents
            .iter()
            .filter(|parent| present(parent.condition))
            .map(|parent| 1.0 - parent.weight)
            .product();
        1.0 - (1.0 - positive.leak) * silent
    }
}
