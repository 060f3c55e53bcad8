//! Cuts of the shipped network: a few of its conditions with the findings they may produce, in plain numbers that an
//! outside library can read.

use charley_knowledge::{CondIx, ConditionKind, FindIx, Knowledge, ParamIx};
use charley_reason::Facts;
use charley_reason::eval::{Eval, Observed};
use charley_reason::network::build::{Builder, ENTRY, Evidence, Person};
use charley_reason::network::draws::Values;
use charley_reason::network::{Order, Parent, Positive, Problem};
use serde::{Deserialize, Serialize};

use super::rng::Rng;

/// A cut in plain numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// Conditions.
    pub conditions: Vec<CutCondition>,
    /// Links: from, to, weight.
    pub links: Vec<(usize, usize, f64)>,
    /// Findings, each observed.
    pub findings: Vec<CutFinding>,
}

/// A condition of a cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CutCondition {
    /// Id in the knowledge.
    pub id: String,
    /// Prior with background; 1 when it is known.
    pub prior: f64,
}

/// A finding of a cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CutFinding {
    /// Id in the knowledge.
    pub id: String,
    /// Leak of each state above the lowest; yes/no findings have one.
    pub leak: Vec<f64>,
    /// Conditions with their weight for each state above the lowest.
    pub parents: Vec<(usize, Vec<f64>)>,
    /// Observed state.
    pub observed: usize,
}

/// A cut together with the problem that the shipped code builds for it.
#[derive(Debug)]
pub struct Shipped {
    /// The plain numbers.
    pub cut: Cut,
    /// What the shipped builder makes of it, over all conditions.
    pub problem: Problem,
    /// Places of the cut's conditions in the problem.
    pub members: Vec<usize>,
}

impl Cut {
    /// Number of findings above their lowest state.
    pub fn positives(&self) -> usize {
        self.findings.iter().filter(|finding| finding.observed > 0).count()
    }

    /// The problem of the cut, built here from its numbers alone.
    pub fn problem(&self) -> Problem {
        let mut problem = Problem {
            prior: self.conditions.iter().map(|condition| condition.prior).collect(),
            absorbed: vec![1.0; self.conditions.len()],
            positives: Vec::new(),
            links: self.links.clone(),
        };
        for finding in &self.findings {
            let at_most = |weights: &[f64]| 1.0 - weights[finding.observed..].iter().sum::<f64>();
            let exactly = |weights: &[f64]| match finding.observed {
                0 => 0.0,
                state => weights[state - 1] / at_most(weights),
            };
            for (condition, weights) in &finding.parents {
                problem.absorbed[*condition] *= at_most(weights);
            }
            if finding.observed > 0 {
                let parents = finding.parents.iter();
                let parents = parents
                    .map(|(condition, weights)| Parent {
                        condition: *condition,
                        weight: exactly(weights),
                        counts: true,
                    })
                    .collect();
                problem.positives.push(Positive { leak: exactly(&finding.leak), information: 1.0, parents });
            }
        }
        problem
    }
}

impl Shipped {
    /// The answer of the shipped builder and solver, for the conditions of the cut.
    pub fn solve(&self) -> Vec<f64> {
        let posterior = Order::compile(&self.problem).solve(&self.problem);
        self.members.iter().map(|at| posterior.present[*at]).collect()
    }

    /// The problem with the conditions outside the cut left out (all of them are known absent).
    pub fn small(&self) -> Problem {
        let place = |wanted: usize| self.members.iter().position(|member| *member == wanted);
        let take = |list: &[f64]| self.members.iter().map(|at| list[*at]).collect();
        let parents = |positive: &Positive| {
            let inside = positive.parents.iter();
            inside.filter_map(|p| Some(Parent { condition: place(p.condition)?, ..*p })).collect()
        };
        let links = self.problem.links.iter();
        Problem {
            prior: take(&self.problem.prior),
            absorbed: take(&self.problem.absorbed),
            positives: self
                .problem
                .positives
                .iter()
                .map(|p| Positive { leak: p.leak, information: p.information, parents: parents(p) })
                .collect(),
            links: links.filter_map(|(from, to, w)| Some((place(*from)?, place(*to)?, *w))).collect(),
        }
    }
}

/// A random cut: at most 12 conditions, 1 to 12 positive findings.
pub fn random(knowledge: &Knowledge, rng: &mut Rng) -> Shipped {
    loop {
        let size = rng.whole(2, 12);
        let members = grow(knowledge, rng, size);
        let person = person(knowledge, rng, &members);
        let pool = pool(knowledge, &members);
        let evidence = evidence(knowledge, rng, &pool);
        if !evidence.is_empty() {
            return shipped(knowledge, &person, members, &evidence);
        }
    }
}

/// The cut of these conditions with this evidence.
pub fn shipped(knowledge: &Knowledge, person: &Person, members: Vec<usize>, evidence: &Evidence) -> Shipped {
    let builder = Builder { knowledge, person };
    let problem = builder.problem(evidence, Values::Best);
    let cut = export(&builder, &members, evidence);
    Shipped { cut, problem, members }
}

/// Conditions that share findings or links, so that they explain each other away.
fn grow(knowledge: &Knowledge, rng: &mut Rng, size: usize) -> Vec<usize> {
    let mut members: Vec<usize> = Vec::new();
    if rng.chance(0.4) {
        let linked: Vec<usize> =
            (0..knowledge.conditions.len()).filter(|at| !knowledge.conditions[*at].links.is_empty()).collect();
        if let Some(from) = rng.pick(&linked) {
            members.push(*from);
            members.extend(knowledge.conditions[*from].links.iter().map(|(to, _)| to.at()));
        }
    }
    while members.len() < size {
        let finding = &knowledge.findings[rng.below(knowledge.findings.len())];
        let mut parents: Vec<usize> = finding.parents.iter().map(|(condition, _)| condition.at()).collect();
        rng.shuffle(&mut parents);
        let most = rng.whole(1, 6);
        for condition in parents.into_iter().take(most) {
            if members.len() < size && !members.contains(&condition) {
                members.push(condition);
            }
        }
    }
    members.truncate(size);
    members.sort_unstable();
    members.dedup();
    members
}

/// Everything outside the cut is known absent; inside, little is known and some background holds.
fn person(knowledge: &Knowledge, rng: &mut Rng, members: &[usize]) -> Person {
    let some = |rng: &mut Rng, rows: usize| (0..rows).filter(|_| rng.chance(0.2)).collect();
    let mut person = only(knowledge, members);
    for member in members {
        person.known[*member] = rng.chance(0.05).then_some(true);
    }
    person.background = knowledge.conditions.iter().map(|c| some(rng, c.background.len())).collect();
    for (changes, condition) in person.changes.iter_mut().zip(&knowledge.conditions) {
        let rows = condition.contributes.as_ref().map_or(0, |contributes| contributes.change.len());
        *changes = if rng.chance(0.1) { None } else { changes.as_ref().map(|_| some(rng, rows)) };
    }
    person
}

/// A person of whom nothing is told, but that conditions outside the cut are absent.
///
/// # Panics
/// Never: no fact is no contradiction.
pub fn only(knowledge: &Knowledge, members: &[usize]) -> Person {
    let facts = Facts::read(knowledge, &[]).expect("no fact contradicts nothing");
    let mut person = Person::new(&Eval::new(&facts));
    person.known = vec![Some(false); knowledge.conditions.len()];
    for member in members {
        person.known[*member] = None;
    }
    person
}

/// Findings that a condition of the cut may produce.
pub fn pool(knowledge: &Knowledge, members: &[usize]) -> Vec<FindIx> {
    (0..knowledge.findings.len())
        .map(|at| FindIx(at as u32))
        .filter(|finding| {
            let parents = &knowledge.findings[finding.at()].parents;
            parents.iter().any(|(condition, _)| members.contains(&condition.at()))
                || (knowledge.finding_id(*finding) == ENTRY
                    && members.iter().any(|at| knowledge.conditions[*at].contributes.is_some()))
        })
        .collect()
}

fn evidence(knowledge: &Knowledge, rng: &mut Rng, pool: &[FindIx]) -> Evidence {
    let mut order = pool.to_vec();
    rng.shuffle(&mut order);
    let positives = rng.whole(1, 12.min(order.len().max(1)));
    let mut evidence: Evidence = Vec::new();
    for (at, finding) in order.into_iter().enumerate() {
        let states = knowledge.findings[finding.at()].states.len();
        if at < positives {
            let state = if states == 0 { Observed::Yes } else { Observed::State(rng.whole(1, states - 1)) };
            evidence.push((finding, state));
        } else if rng.chance(0.3) {
            evidence.push((finding, if states == 0 { Observed::No } else { Observed::State(0) }));
        }
    }
    evidence.sort_by_key(|(finding, _)| *finding);
    evidence
}

/// Writes the numbers out, without the shipped absorbing and splitting.
fn export(builder: &Builder<'_>, members: &[usize], evidence: &Evidence) -> Cut {
    let knowledge = builder.knowledge;
    let place = |wanted: CondIx| members.iter().position(|member| *member == wanted.at());
    let value = |param: ParamIx| knowledge.param(param).param.m;
    let mut links = Vec::new();
    for (from, at) in members.iter().enumerate() {
        for (to, weight) in &knowledge.conditions[*at].links {
            if let Some(to_place) = place(*to)
                && builder.person.known[to.at()].is_none()
            {
                links.push((from, to_place, value(*weight)));
            }
        }
    }
    let findings = evidence.iter().map(|(finding, observed)| {
        let entry = &knowledge.findings[finding.at()];
        let mut parents: Vec<(usize, Vec<f64>)> = entry
            .parents
            .iter()
            .filter_map(|(condition, weights)| {
                let weights = weights.iter().map(|w| w.map_or(0.0, value)).collect();
                Some((place(*condition)?, weights))
            })
            .collect();
        if knowledge.finding_id(*finding) == ENTRY {
            for (at, weight) in contributors(builder, members) {
                match parents.iter_mut().find(|(known, _)| *known == at) {
                    Some((_, weights)) => weights[0] = 1.0 - (1.0 - weights[0]) * (1.0 - weight),
                    None => parents.push((at, vec![weight])),
                }
            }
        }
        CutFinding {
            id: knowledge.finding_id(*finding).to_owned(),
            leak: entry.leak.iter().map(|leak| value(*leak)).collect(),
            parents,
            observed: match observed {
                Observed::No => 0,
                Observed::Yes => 1,
                Observed::State(state) => *state,
            },
        }
    });
    Cut {
        findings: findings.collect(),
        conditions: members
            .iter()
            .map(|at| CutCondition {
                id: knowledge.conditions[*at].id.clone(),
                prior: builder.prior(CondIx(*at as u32), Values::Best),
            })
            .collect(),
        links,
    }
}

/// Weights of the contributors on the entry complaint, by the published formula: the ratio r at base rate b is the
/// noisy-OR weight b (r - 1) / (1 - b), kept within 0 and 0.97.
fn contributors(builder: &Builder<'_>, members: &[usize]) -> Vec<(usize, f64)> {
    let ordinary = builder.knowledge.conditions.iter().find(|c| c.kind == ConditionKind::Ordinary);
    let base = ordinary.map_or(0.3, |ordinary| builder.knowledge.param(ordinary.prior).param.m);
    members
        .iter()
        .enumerate()
        .filter_map(|(at, member)| {
            let ratio = builder.ratio(CondIx(*member as u32), Values::Best)?;
            let weight = (base * (ratio - 1.0) / (1.0 - base)).clamp(0.0, 0.97);
            (weight > 0.0).then_some((at, weight))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{naive, worst, worst_of};
    use super::*;
    use charley_reason::network::enumerate;

    #[test]
    fn shipped_network_agrees_with_its_own_tables_on_cuts() {
        let knowledge = charley_knowledge::embedded().expect("shipped knowledge is sound");
        let mut rng = Rng::new(11);
        for _ in 0..20 {
            let shipped = random(&knowledge, &mut rng);
            let tables = naive::posterior(&shipped.cut);
            assert!(worst(&shipped.solve(), &tables) < 1e-9, "{:?}", shipped.cut);
            let small = shipped.small();
            assert!(worst_of(&Order::compile(&small).solve(&small), &enumerate(&small)) < 1e-9);
        }
    }
}
