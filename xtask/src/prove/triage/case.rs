//! One rule with its questions: every combination of answers, or random people.

use charley_knowledge::{FactIx, Knowledge, Rule};
use charley_reason::eval::Eval;
use charley_reason::triage::{Urgency, reads, rule_value, triage};
use charley_reason::{Facts, Given};
use serde::{Deserialize, Serialize};

use super::dims::Dim;
use crate::net::rng::Rng;
use crate::net::satisfy::number;

/// Combinations that are tried one by one: twelve yes/no facts, each yes, no or unknown.
const EXHAUSTIVE: usize = 531_441;

/// What was found for one rule, or for the whole set.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Found {
    pub questions: usize,
    pub exhaustive: bool,
    pub people: u64,
    pub moves: u64,
    /// Urgency fell though every rule says the move only raises.
    pub fell: u64,
    /// Moves by answers that some rule lists as lowering, and how many lowered.
    pub listed: u64,
    pub listed_fell: u64,
    pub fired: u64,
    pub silent: u64,
    /// The first fall, in words.
    pub example: String,
}

impl Found {
    pub fn and(mut self, other: Self) -> Self {
        self.people += other.people;
        self.moves += other.moves;
        self.fell += other.fell;
        self.listed += other.listed;
        self.listed_fell += other.listed_fell;
        self.fired += other.fired;
        self.silent += other.silent;
        if self.example.is_empty() {
            self.example = other.example;
        }
        self
    }
}

/// One rule with its questions.
pub struct Case<'k> {
    pub knowledge: &'k Knowledge,
    pub rule: &'k Rule,
    pub dims: Vec<Dim>,
}

#[derive(Debug, Clone, PartialEq)]
struct Judged {
    urgency: Urgency,
    fires: bool,
    computed: Vec<bool>,
}

impl Case<'_> {
    fn combinations(&self) -> usize {
        self.dims.iter().fold(1usize, |product, dim| product.saturating_mul(dim.answers.len()))
    }

    /// Rules for children see a child, where they do not ask for the age themselves.
    fn base(&self) -> Vec<Given> {
        let name = |dim: &Dim| self.knowledge.facts[dim.fact.at()].name.as_str();
        let asked = self.dims.iter().any(|dim| matches!(name(dim), "age" | "age_band"));
        if self.rule.children && !asked { vec![number("age", 8.0, "yr")] } else { Vec::new() }
    }

    pub fn told(&self, choice: &[usize]) -> Vec<Given> {
        let mut told = self.base();
        told.extend(self.dims.iter().zip(choice).filter_map(|(dim, at)| dim.answers[*at].clone()));
        told
    }

    /// What triage says of these facts; none when they are refused because they contradict each other.
    fn judge(&self, told: &[Given]) -> Option<Judged> {
        let facts = Facts::read(self.knowledge, told).ok()?;
        let eval = Eval::new(&facts);
        let fires = rule_value(&eval, self.rule) == Some(true);
        // Not told, but computed from what was: to tell another value takes something back, it adds nothing.
        let computed = self.dims.iter().map(|dim| facts.get(dim.fact).derived).collect();
        Some(Judged { urgency: triage(&eval).urgency, fires, computed })
    }

    pub fn run(&self, random: usize, seed: u64) -> Found {
        let exhaustive = self.combinations() <= EXHAUSTIVE.min(random * 10);
        let mut found = if exhaustive { self.all() } else { self.some(random, seed) };
        found.questions = self.dims.len();
        found.exhaustive = exhaustive;
        found
    }

    /// Every combination of answers, and every move between them.
    fn all(&self) -> Found {
        let count = self.combinations();
        let judged = parallel(count, |range| range.map(|index| self.judge(&self.told(&self.choice(index)))).collect());
        let mut found = Found::default();
        for (index, before) in judged.iter().enumerate() {
            let Some(before) = before else { continue };
            found.people += 1;
            found.fired += u64::from(before.fires);
            found.silent += u64::from(!before.fires);
            let mut stride = 1;
            for (dim, computed) in self.dims.iter().zip(&before.computed) {
                let at = index / stride % dim.answers.len();
                let after = |to: usize| judged[index + (to - at) * stride].as_ref();
                let moves = |list: &[(usize, usize)]| -> Vec<usize> {
                    list.iter().filter(|(from, _)| *from == at && !computed).map(|(_, to)| *to).collect()
                };
                for to in moves(&dim.upward) {
                    let Some(after) = after(to) else { continue };
                    found.moves += 1;
                    if after.urgency < before.urgency {
                        found.fell += 1;
                        self.note(&mut found, &self.choice(index), dim, to);
                    }
                }
                for to in moves(&dim.lowering) {
                    let Some(after) = after(to) else { continue };
                    found.listed += 1;
                    found.listed_fell += u64::from(after.urgency < before.urgency);
                }
                stride *= dim.answers.len();
            }
        }
        found
    }

    fn choice(&self, mut index: usize) -> Vec<usize> {
        let mut choice = Vec::with_capacity(self.dims.len());
        for dim in &self.dims {
            choice.push(index % dim.answers.len());
            index /= dim.answers.len();
        }
        choice
    }

    /// Random combinations, one random move each.
    fn some(&self, count: usize, seed: u64) -> Found {
        let parts = parallel(count, |range| {
            let mut rng = Rng::new(seed ^ (range.start as u64).wrapping_mul(0x9e37_79b9));
            let mut found = Found::default();
            for _ in range {
                self.one(&mut rng, &mut found);
            }
            vec![found]
        });
        parts.into_iter().fold(Found::default(), Found::and)
    }

    pub fn one(&self, rng: &mut Rng, found: &mut Found) {
        let answered = rng.between(0.05, 1.0);
        let mut choice: Vec<usize> =
            self.dims.iter().map(|dim| if rng.chance(answered) { rng.below(dim.answers.len()) } else { 0 }).collect();
        let movable: Vec<usize> = (0..self.dims.len())
            .filter(|at| !self.dims[*at].upward.is_empty() || !self.dims[*at].lowering.is_empty())
            .collect();
        let Some(at) = rng.pick(&movable).copied() else { return };
        let dim = &self.dims[at];
        let upward = dim.lowering.is_empty() || (!dim.upward.is_empty() && rng.chance(0.7));
        let Some((from, to)) = rng.pick(if upward { &dim.upward } else { &dim.lowering }).copied() else { return };
        choice[at] = from;
        let Some(before) = self.judge(&self.told(&choice)) else { return };
        found.people += 1;
        found.fired += u64::from(before.fires);
        found.silent += u64::from(!before.fires);
        if before.computed[at] {
            return;
        }
        let mut moved = choice.clone();
        moved[at] = to;
        let Some(after) = self.judge(&self.told(&moved)) else { return };
        let fell = after.urgency < before.urgency;
        if upward {
            found.moves += 1;
            if fell {
                found.fell += 1;
                self.note(found, &choice, dim, to);
            }
        } else {
            found.listed += 1;
            found.listed_fell += u64::from(fell);
        }
    }

    fn note(&self, found: &mut Found, choice: &[usize], dim: &Dim, to: usize) {
        if found.example.is_empty() {
            let said = |given: &Given| format!("{} = {:?}", given.name, given.value);
            let told: Vec<String> = self.told(choice).iter().map(said).collect();
            let added = dim.answers[to].as_ref().map_or_else(String::new, said);
            found.example = format!("{}: [{}] then {added}", self.rule.id, told.join(", "));
        }
    }
}

/// The knowledge without the rules that these questions cannot touch: they stay as they are, so they decide nothing,
/// and leaving them out makes the proof several times faster. That the urgency is the same is checked on a sample.
///
/// # Panics
/// When it is not.
pub fn relevant(knowledge: &Knowledge, rule: &Rule, dims: &[Dim]) -> Knowledge {
    const SAMPLE: usize = 60;
    let case = Case { knowledge, rule, dims: dims.to_vec() };
    let mut rng = Rng::new(9);
    let sample: Vec<Vec<Given>> = (0..SAMPLE)
        .map(|_| case.told(&dims.iter().map(|dim| rng.below(dim.answers.len())).collect::<Vec<_>>()))
        .collect();
    // Facts that are told, and what is computed from them.
    let mut touched: Vec<FactIx> = dims.iter().map(|dim| dim.fact).collect();
    for told in &sample {
        let Ok(facts) = Facts::read(knowledge, told) else { continue };
        for at in 0..knowledge.facts.len() {
            let fact = FactIx(at as u32);
            if facts.get(fact).is_given() && !touched.contains(&fact) {
                touched.push(fact);
            }
        }
    }
    let mut small = knowledge.clone();
    small.rules.retain(|other| {
        let expressions = std::iter::once(&other.when).chain(&other.unless);
        expressions.into_iter().any(|expr| touched.iter().any(|fact| reads(knowledge, expr, *fact)))
    });
    let shorter = Case { knowledge: &small, rule, dims: dims.to_vec() };
    for told in &sample {
        assert_eq!(case.judge(told), shorter.judge(told), "{}: rules left out decide after all", rule.id);
    }
    small
}

/// Runs parts of a range on all cores and joins what they give, in order.
fn parallel<T: Send>(count: usize, run: impl Fn(std::ops::Range<usize>) -> Vec<T> + Sync) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = count.div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..cores)
            .map(|core| (core * share).min(count)..((core + 1) * share).min(count))
            .filter(|range| !range.is_empty())
            .map(|range| scope.spawn(move || run(range)))
            .collect();
        // A thread that panics takes the proof with it: that is a failure to be seen.
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
