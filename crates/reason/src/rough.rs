//! A rough value of learning a finding, from the present posteriors, taking the conditions one by one.

use charley_knowledge::{FindIx, Knowledge};

use crate::network::Posterior;

/// What rough values need of the knowledge, worked out once.
#[derive(Debug, Clone)]
pub struct Rough {
    findings: Vec<Sketch>,
    /// Of each condition: how much knowing it matters.
    stakes: Vec<f64>,
}

/// A finding without its states: it is there or not.
#[derive(Debug, Clone)]
struct Sketch {
    leak: f64,
    /// Condition and its largest weight over the states.
    parents: Vec<(usize, f64)>,
}

/// What a finding is roughly worth.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    /// Probability that it is there.
    pub probability: f64,
    /// Expected fall of the danger-weighted variance of its own conditions.
    pub gain: f64,
}

impl Rough {
    /// Prepares knowledge.
    pub fn new(knowledge: &Knowledge) -> Self {
        let value = |param| knowledge.param(param).param.m;
        let findings = knowledge.findings.iter().map(|finding| Sketch {
            leak: value(finding.leak[0]),
            parents: finding
                .parents
                .iter()
                .map(|(condition, weights)| {
                    (condition.at(), weights.iter().flatten().map(|param| value(*param)).fold(0.0, f64::max))
                })
                .collect(),
        });
        // Its danger counts most.
        let stakes = knowledge.conditions.iter().map(|condition| 1.0 + 0.5 * condition.danger).collect();
        Self { findings: findings.collect(), stakes }
    }

    /// How much knowing a condition matters.
    pub fn stake(&self, condition: usize) -> f64 {
        self.stakes[condition]
    }

    /// What each of the findings is roughly worth now; what is known already is worth nothing.
    pub fn estimates(&self, now: &Posterior, known: impl Iterator<Item = FindIx>) -> Vec<Option<Estimate>> {
        let mut estimates: Vec<Option<Estimate>> =
            self.findings.iter().map(|finding| Some(self.estimate(finding, now))).collect();
        for finding in known {
            estimates[finding.at()] = None;
        }
        estimates
    }

    fn estimate(&self, finding: &Sketch, now: &Posterior) -> Estimate {
        let silent: f64 =
            finding.parents.iter().map(|(condition, weight)| 1.0 - now.present[*condition] * weight).product();
        let probability = 1.0 - (1.0 - finding.leak) * silent;
        let share = probability / (1.0 - probability).max(1e-9);
        let gain = finding
            .parents
            .iter()
            .map(|(condition, weight)| {
                let before = now.present[*condition];
                let after = (before * (weight + (1.0 - weight) * probability) / probability.max(1e-9)).min(1.0);
                self.stakes[*condition] * share * (after - before) * (after - before)
            })
            .sum();
        Estimate { probability, gain }
    }
}
