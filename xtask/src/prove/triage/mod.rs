//! Triage: making a danger sign true never lowers the urgency of the whole triage.

mod case;
mod dims;
mod literals;

use std::collections::BTreeMap;

use charley_knowledge::{Knowledge, Rule};
use charley_reason::Reasoner;

use super::report::Report;
use super::store::Store;
use crate::bench::PLAIN;
use crate::gate::Tally;
use crate::net::rng::Rng;
use case::{Case, Found, relevant};
use dims::{Dim, dims};

/// Random people for a rule that cannot be tried in full; `CHARLEY_TRIAGE=N` for fewer (the table says how many).
const RANDOM: usize = 100_000;

fn random_people() -> usize {
    std::env::var("CHARLEY_TRIAGE").ok().and_then(|text| text.parse().ok()).unwrap_or(RANDOM)
}

/// A rule made of several: random people who answer questions of a few rules at once.
fn whole_set(knowledge: &Knowledge, rules: &[(usize, Vec<Dim>)], people: usize, seed: u64) -> Found {
    let mut rng = Rng::new(seed);
    let mut found = Found::default();
    for _ in 0..people / 50 {
        let mut dims: Vec<Dim> = Vec::new();
        for _ in 0..rng.whole(2, 8) {
            let Some((_, more)) = rng.pick(rules) else { continue };
            for dim in more {
                let asked = |known: &Dim| {
                    known.answers.last() == dim.answers.last()
                        || (known.fact == dim.fact && !knowledge.facts[dim.fact.at()].repeat)
                };
                if !dims.iter().any(asked) {
                    dims.push(dim.clone());
                }
            }
        }
        let Some(rule) = rng.pick(rules).map(|(at, _)| &knowledge.rules[*at]) else { continue };
        let case = Case { knowledge, rule, dims };
        for _ in 0..50 {
            case.one(&mut rng, &mut found);
        }
    }
    found
}

/// How often the whole answer, with what probabilities raise, is less urgent with one more danger sign.
fn with_probabilities(reasoner: &Reasoner, rules: &[(usize, Vec<Dim>)], people: usize, seed: u64) -> (u64, u64) {
    let mut rng = Rng::new(seed);
    let (mut moves, mut fell) = (0, 0);
    while moves < people as u64 {
        let Some((at, dims)) = rng.pick(rules) else { break };
        let movable: Vec<usize> = (0..dims.len()).filter(|at| !dims[*at].upward.is_empty()).collect();
        let Some(sign) = rng.pick(&movable).copied() else { continue };
        let case = Case { knowledge: &reasoner.knowledge, rule: &reasoner.knowledge.rules[*at], dims: dims.clone() };
        let mut choice: Vec<usize> =
            dims.iter().map(|dim| if rng.chance(0.4) { rng.below(dim.answers.len()) } else { 0 }).collect();
        let Some((from, to)) = rng.pick(&dims[sign].upward).copied() else { continue };
        let mut judge = |answer: usize| {
            choice[sign] = answer;
            Some(reasoner.assess(&case.told(&choice), PLAIN).ok()?.triage.urgency)
        };
        if let (Some(before), Some(after)) = (judge(from), judge(to)) {
            moves += 1;
            fell += u64::from(after < before);
        }
    }
    (moves, fell)
}

fn all_dims(knowledge: &Knowledge) -> Vec<(usize, Vec<Dim>)> {
    let literals = literals::literals(knowledge);
    knowledge.rules.iter().enumerate().map(|(at, rule)| (at, dims(knowledge, rule, &literals))).collect()
}

/// The proof.
///
/// # Errors
/// When the knowledge has faults.
pub fn prove(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let reasoner = Reasoner::new(charley_knowledge::embedded()?);
    let knowledge = &reasoner.knowledge;
    let rules = all_dims(knowledge);
    let random = random_people();
    let mut each = Vec::new();
    for (at, dims) in &rules {
        let rule = &knowledge.rules[*at];
        let found: Found = store.part(&format!("rule {} {random}", rule.id), || {
            let knowledge = &relevant(knowledge, rule, dims);
            Ok(Case { knowledge, rule, dims: dims.clone() }.run(random, *at as u64))
        })?;
        each.push((rule, found));
    }
    let set: Found = store.part(&format!("whole set {random}"), || Ok(whole_set(knowledge, &rules, random, 77)))?;
    let raised: (u64, u64) =
        store.part("with probabilities", || Ok(with_probabilities(&reasoner, &rules, 20_000, 78)))?;
    let sum = each.iter().fold(Found::default(), |sum, (_, found)| sum.and(found.clone()));
    let exhaustive = each.iter().filter(|(_, found)| found.exhaustive).count();
    let fell = |found: &Found| {
        if found.fell == 0 { "0".to_owned() } else { format!("{}; first: {}", found.fell, found.example) }
    };
    report.limit("falls over each rule's own facts", &format!("0 of {} moves", sum.moves), fell(&sum), sum.fell == 0);
    report.limit("falls over the whole set", &format!("0 of {} moves", set.moves), fell(&set), set.fell == 0);
    let examples = charley_reason::checks::rule_examples(knowledge);
    report.limit(
        "titled examples that do not come out as they say",
        "0",
        format!("{} of {}", examples.len(), knowledge.rules.iter().map(|rule| rule.examples.len()).sum::<usize>()),
        examples.is_empty(),
    );
    let never: Vec<&str> = each
        .iter()
        .filter(|(_, f)| f.exhaustive && (f.fired == 0 || f.silent == 0))
        .map(|(r, _)| r.id.as_str())
        .collect();
    report.limit(
        "rules tried in full that never fire, or always",
        "0",
        format!("{} {}", never.len(), never.join(" ")),
        never.is_empty(),
    );
    report.section(
        "Counts",
        format!(
            "{} rules: {exhaustive} over every combination of the answers that they tell apart, {} over {random} random \
             people each. {} people, {} moves that add a sign. {} further moves by answers that some rule lists as \
             lowering: {} of them lowered.\n\nWhole set: {} people who answer questions of up to 8 rules at once, {} \
             moves.\n\nWith what probabilities raise (a likely condition that needs a look may raise to routine or two \
             weeks; not held against a limit): {} of {} moves ended less urgent, because one more sign can make another \
             explanation less likely. Urgency from the danger rules themselves never fell.",
            each.len(), each.len() - exhaustive, sum.people, sum.moves, sum.listed, sum.listed_fell,
            set.people, set.moves, raised.1, raised.0,
        ),
    );
    report.section("Signs that some other rule lists as lowering", both_ways(knowledge));
    report.section("Rules", rule_table(&each));
    report.section(
        "How",
        "Which way every answer pulls is worked out from the expressions (`xtask/src/prove/triage/literals.rs`): `when` \
         raises, `unless` lowers, self-care turns both round. A move puts yes for no or nothing, a code or a number for \
         nothing. It is an *added sign* when some rule gains by it and none loses, \
         and when the fact was not computed from others before. For each rule and each combination of \
         answers to the facts it reads, the urgency of the whole triage before and after every such move is compared.",
    );
    Ok(())
}

fn both_ways(knowledge: &Knowledge) -> String {
    let mut ways: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for literal in literals::literals(knowledge) {
        if let charley_knowledge::Expr::Yes(fact) = &literal.atom
            && literal.want
            && (literal.urgent || !literal.raises)
        {
            let entry = ways.entry(knowledge.facts[fact.at()].name.clone()).or_default();
            let list = if literal.raises { &mut entry.0 } else { &mut entry.1 };
            if !list.contains(&literal.rule) {
                list.push(literal.rule.clone());
            }
        }
    }
    ways.retain(|_, (raises, lowers)| !raises.is_empty() && !lowers.is_empty());
    if ways.is_empty() {
        return "None.".to_owned();
    }
    let mut text = "For a clinician to read: each of these, answered with yes, raises in one rule and is named as lowering in another.\n\n| fact | raises in | lowers in |\n|---|---|---|\n".to_owned();
    for (fact, (raises, lowers)) in ways {
        text += &format!("| {fact} | {} | {} |\n", raises.join(", "), lowers.join(", "));
    }
    text
}

fn rule_table(each: &[(&Rule, Found)]) -> String {
    let mut text = "| rule | questions | people | every combination | moves | falls | fired | silent |\n|---|---|---|---|---|---|---|---|\n".to_owned();
    for (rule, found) in each {
        let whole = if found.exhaustive { "yes" } else { "random" };
        text += &format!(
            "| {} | {} | {} | {whole} | {} | {} | {} | {} |\n",
            rule.id, found.questions, found.people, found.moves, found.fell, found.fired, found.silent
        );
    }
    text
}

/// The short form in the gate.
///
/// # Errors
/// When the knowledge has faults.
pub fn gate(tally: &mut Tally) -> anyhow::Result<()> {
    let knowledge = charley_knowledge::embedded()?;
    let rules = all_dims(&knowledge);
    let found = rules
        .iter()
        .map(|(at, dims)| {
            let rule = &knowledge.rules[*at];
            Case { knowledge: &knowledge, rule, dims: dims.clone() }.run(40, *at as u64)
        })
        .chain([whole_set(&knowledge, &rules, 2_000, 7)])
        .fold(Found::default(), Found::and);
    let first = if found.example.is_empty() { String::new() } else { format!("; first: {}", found.example) };
    tally.check(
        found.fell == 0,
        format!("one more danger sign never lowers: {} moves, {} falls{first}", found.moves, found.fell),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_sign_never_lowers_in_a_small_sample() {
        let knowledge = charley_knowledge::embedded().expect("shipped knowledge is sound");
        let found = whole_set(&knowledge, &all_dims(&knowledge), 2_000, 5);
        assert!(found.fell == 0 && found.moves > 200, "{found:?}");
    }
}
