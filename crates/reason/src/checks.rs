//! Checks of the knowledge that need the reasoning: rule examples, width of the network.

use charley_knowledge::{FindIx, Knowledge, Rule};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

use crate::eval::{Eval, Observed};
use crate::facts::{Facts, Given, Value};
use crate::network::Order;
use crate::network::build::{Builder, Person};
use crate::network::draws::Values;
use crate::triage::rule_value;

/// Reads a fact written as `name = value` or `name = 3 unit`.
pub fn parse_fact(text: &str) -> Option<Given> {
    let (name, value) = text.split_once('=')?;
    let value = value.trim();
    let (first, rest) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
    let (value, unit) = match first.parse::<f64>() {
        Ok(number) => (Value::Number(number), (!rest.trim().is_empty()).then(|| rest.trim().to_owned())),
        Err(_) => (Value::Text(value.to_owned()), None),
    };
    Some(Given { name: name.trim().to_owned(), value, unit, days_ago: None })
}

/// Examples of rules that do not come out as they say.
pub fn rule_examples(knowledge: &Knowledge) -> Vec<String> {
    let mut problems = Vec::new();
    for rule in knowledge.rules.iter().chain(&knowledge.self_care) {
        for example in &rule.examples {
            if let Err(problem) = example_holds(knowledge, rule, &example.facts, example.fires) {
                problems.push(format!("{}: rule `{}`, example \"{}\": {problem}", rule.place, rule.id, example.title));
            }
        }
    }
    problems
}

fn example_holds(knowledge: &Knowledge, rule: &Rule, facts: &[String], fires: bool) -> Result<(), String> {
    let given: Option<Vec<Given>> = facts.iter().map(|fact| parse_fact(fact)).collect();
    let given = given.ok_or("a fact is written `name = value`")?;
    let facts = Facts::read(knowledge, &given).map_err(|errors| errors[0].to_string())?;
    if let Some(unknown) = facts.unrecognised.iter().find(|unknown| unknown.value.is_none()) {
        return Err(format!("fact `{}` is not known", unknown.name));
    }
    let value = rule_value(&Eval::new(&facts), rule) == Some(true);
    if value == fires {
        Ok(())
    } else {
        Err(if fires { "should fire and stays silent" } else { "should stay silent and fires" }.to_owned())
    }
}

/// Width of the network at a number of positive findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Width {
    /// Positive findings.
    pub positives: usize,
    /// Random sets tried.
    pub sets: usize,
    /// Widest.
    pub widest: usize,
    /// Most allowed.
    pub limit: usize,
}

/// Width over random sets of positive findings, with a fixed seed.
pub fn widths(knowledge: &Knowledge) -> Vec<Width> {
    let Ok(facts) = Facts::read(knowledge, &[]) else { return Vec::new() };
    let person = Person::new(&Eval::new(&facts));
    let builder = Builder { knowledge, person: &person };
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    [(8, 12), (16, 18), (30, 26)]
        .into_iter()
        .map(|(positives, limit)| {
            let sets = 50;
            let widest = (0..sets)
                .map(|_| {
                    let evidence = random_positives(knowledge, &mut rng, positives);
                    Order::compile(&builder.problem(&evidence, Values::Best)).width()
                })
                .max()
                .unwrap_or(0);
            Width { positives, sets, widest, limit }
        })
        .collect()
}

/// Random positive findings, each once.
pub fn random_positives(knowledge: &Knowledge, rng: &mut ChaCha8Rng, count: usize) -> Vec<(FindIx, Observed)> {
    let mut all: Vec<u32> = (0..knowledge.findings.len() as u32).collect();
    let count = count.min(all.len());
    for at in 0..count {
        let other = at + rng.next_u32() as usize % (all.len() - at);
        all.swap(at, other);
    }
    let mut chosen: Vec<FindIx> = all[..count].iter().map(|at| FindIx(*at)).collect();
    chosen.sort();
    chosen
        .into_iter()
        .map(|finding| {
            let states = knowledge.findings[finding.at()].states.len();
            (finding, if states == 0 { Observed::Yes } else { Observed::State(1) })
        })
        .collect()
}
