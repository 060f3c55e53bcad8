//! What everything comes to when nothing is told, and which facts it reads.
//!
//! A person tells a few dozen facts of many hundreds. What none of them touches comes out as it does for a person of
//! whom nothing is known, and need not be worked out again.

use charley_knowledge::{Expr, FactIx, Knowledge};

use crate::eval::{Eval, Observed, Tri};
use crate::facts::Facts;

/// A set of facts.
#[derive(Debug, Clone, Default)]
pub(crate) struct FactSet(Vec<u64>);

impl FactSet {
    /// Room for so many facts.
    pub(crate) fn of(facts: usize) -> Self {
        Self(vec![0; facts.div_ceil(64)])
    }

    pub(crate) fn insert(&mut self, fact: FactIx) {
        self.0[fact.at() / 64] |= 1 << (fact.at() % 64);
    }

    fn extend(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(word, others)| word & others != 0)
    }
}

/// What something comes to when nothing is told, and the facts that could change it.
#[derive(Debug, Clone)]
pub(crate) struct Part<T> {
    reads: FactSet,
    value: T,
}

impl<T> Part<T> {
    /// The value, unless a told fact may change it.
    pub(crate) fn unless(&self, told: &FactSet) -> Option<&T> {
        (!self.reads.meets(told)).then_some(&self.value)
    }
}

/// The danger signs of a rule.
#[derive(Debug, Clone)]
pub(crate) struct Signs {
    pub(crate) value: Tri,
    /// Facts that could still decide it.
    pub(crate) open: Vec<FactIx>,
    /// Facts any of which alone would make it true.
    pub(crate) one_away: Vec<FactIx>,
}

/// What everything comes to when nothing is told; worked out once for all people.
#[derive(Debug, Clone, Default)]
pub struct Untold {
    pub(crate) names: Vec<Part<Tri>>,
    pub(crate) findings: Vec<Part<Option<Observed>>>,
    pub(crate) rules: Vec<Part<Signs>>,
    /// Background rows of each condition.
    pub(crate) rows: Vec<Vec<Part<Tri>>>,
}

impl Untold {
    /// Prepares knowledge.
    pub fn new(knowledge: &Knowledge) -> Self {
        let Ok(facts) = Facts::read(knowledge, &[]) else { return Self::default() };
        let eval = Eval::new(&facts);
        let mut reads = Reads { knowledge, names: vec![None; knowledge.names.len()] };
        Self {
            names: (0..knowledge.names.len())
                .map(|at| Part {
                    reads: reads.name(at),
                    value: eval.tri(&Expr::Named(charley_knowledge::NameIx(at as u32))),
                })
                .collect(),
            findings: (0..knowledge.findings.len())
                .map(|at| {
                    let finding = &knowledge.findings[at];
                    let mut set = reads.name(finding.name.at());
                    finding.state_when.iter().flatten().for_each(|when| reads.expr(when, &mut set));
                    Part { reads: set, value: eval.observed(charley_knowledge::FindIx(at as u32)) }
                })
                .collect(),
            rules: knowledge
                .rules
                .iter()
                .map(|rule| {
                    let (value, open) = eval.tri_or_open(&rule.when);
                    let one_away = eval.one_answer_away(&rule.when);
                    Part { reads: reads.of(&rule.when), value: Signs { value, open, one_away } }
                })
                .collect(),
            rows: knowledge
                .conditions
                .iter()
                .map(|condition| {
                    let rows = condition.background.iter();
                    rows.map(|row| Part { reads: reads.of(&row.when), value: eval.tri(&row.when) }).collect()
                })
                .collect(),
        }
    }
}

/// Which facts expressions read, directly or through definitions.
struct Reads<'k> {
    knowledge: &'k Knowledge,
    names: Vec<Option<FactSet>>,
}

impl Reads<'_> {
    fn of(&mut self, expr: &Expr) -> FactSet {
        let mut set = FactSet::of(self.knowledge.facts.len());
        self.expr(expr, &mut set);
        set
    }

    fn expr(&mut self, expr: &Expr, set: &mut FactSet) {
        let mut names = Vec::new();
        expr.walk(&mut |part| match part {
            Expr::Yes(fact)
            | Expr::Code(fact, _)
            | Expr::Compare(fact, ..)
            | Expr::Band(fact, _)
            | Expr::KnownFact(fact) => {
                set.insert(*fact);
            }
            Expr::Named(name) | Expr::KnownName(name) => names.push(name.at()),
            Expr::And(_) | Expr::Or(_) | Expr::Not(_) | Expr::AtLeast(..) => {}
        });
        for name in names {
            set.extend(&self.name(name));
        }
    }

    fn name(&mut self, at: usize) -> FactSet {
        if let Some(known) = &self.names[at] {
            return known.clone();
        }
        let named = &self.knowledge.names[at];
        let mut set = self.of(&named.yes);
        if let Some(no) = &named.no {
            self.expr(no, &mut set);
        }
        self.names[at] = Some(set.clone());
        set
    }
}
