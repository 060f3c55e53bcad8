//! Made-up people with a wanted number of positive and negative findings, told as facts.
//!
//! A few conditions are drawn and most positive findings are theirs, so that the evidence hangs together as a real
//! person's does: scattered findings would make easier networks.

use charley_knowledge::{FindIx, Knowledge};
use charley_reason::eval::{Eval, Observed};
use charley_reason::network::build::{ENTRY, observe};
use charley_reason::{Facts, Given};

use super::rng::Rng;
use super::satisfy::satisfy;

/// Facts of one person with exactly so many positive and negative findings; cramps at night are among them.
pub fn person(knowledge: &Knowledge, rng: &mut Rng, positives: usize, negatives: usize) -> Vec<Given> {
    loop {
        if let Some(facts) = attempt(knowledge, rng, positives, negatives) {
            return facts;
        }
    }
}

/// Positive and negative findings of these facts; none when they are refused.
pub fn count(knowledge: &Knowledge, given: &[Given]) -> Option<(usize, usize)> {
    let facts = Facts::read(knowledge, given).ok()?;
    let evidence = observe(&Eval::new(&facts));
    let negative = evidence.iter().filter(|(_, seen)| matches!(seen, Observed::No | Observed::State(0))).count();
    Some((evidence.len() - negative, negative))
}

fn attempt(knowledge: &Knowledge, rng: &mut Rng, positives: usize, negatives: usize) -> Option<Vec<Given>> {
    let entry = *knowledge.finding_by_id.get(ENTRY)?;
    let yes = &knowledge.names[knowledge.findings[entry.at()].name.at()].yes;
    let mut facts = satisfy(knowledge, yes, true, rng)?;
    let mut reached = count(knowledge, &facts)?;
    let near = near(knowledge, rng, 2 + positives / 4);
    for _ in 0..60 * (positives + negatives) {
        if reached == (positives, negatives) {
            return Some(facts);
        }
        let positive = reached.0 < positives && (reached.1 >= negatives || rng.chance(0.5));
        let from_near = rng.chance(if positive { 0.8 } else { 0.4 });
        let finding = match rng.pick(&near) {
            Some(finding) if from_near => *finding,
            _ => FindIx(rng.below(knowledge.findings.len()) as u32),
        };
        let Some(more) = told(knowledge, rng, finding, positive) else { continue };
        let mut tried = facts.clone();
        for fact in more {
            if !tried.contains(&fact) {
                tried.push(fact);
            }
        }
        match count(knowledge, &tried) {
            Some(now) if now.0 <= positives && now.1 <= negatives && now != reached => {
                facts = tried;
                reached = now;
            }
            _ => {}
        }
    }
    None
}

/// Findings of a few random conditions.
fn near(knowledge: &Knowledge, rng: &mut Rng, conditions: usize) -> Vec<FindIx> {
    let drawn: Vec<usize> = (0..conditions).map(|_| rng.below(knowledge.conditions.len())).collect();
    (0..knowledge.findings.len())
        .map(|at| FindIx(at as u32))
        .filter(|finding| {
            knowledge.findings[finding.at()].parents.iter().any(|(condition, _)| drawn.contains(&condition.at()))
        })
        .collect()
}

fn told(knowledge: &Knowledge, rng: &mut Rng, finding: FindIx, positive: bool) -> Option<Vec<Given>> {
    let entry = &knowledge.findings[finding.at()];
    if entry.states.is_empty() {
        let named = &knowledge.names[entry.name.at()];
        return match (&named.no, positive) {
            (Some(no), false) => satisfy(knowledge, no, true, rng),
            _ => satisfy(knowledge, &named.yes, positive, rng),
        };
    }
    let state = if positive { rng.whole(1, entry.states.len() - 1) } else { 0 };
    satisfy(knowledge, entry.state_when[state].as_ref()?, true, rng)
}
