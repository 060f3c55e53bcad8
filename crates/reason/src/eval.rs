//! Three-valued evaluation of expressions over facts.

use std::cell::RefCell;

use charley_knowledge::expr::Expr;
use charley_knowledge::{CodeId, FactIx, FindIx, FindingKind, Knowledge, NameIx};

use crate::facts::{FRESH_DAYS, Facts};

/// True, false, or unknown (none).
pub type Tri = Option<bool>;

/// Evaluates expressions, remembering findings and definitions.
#[derive(Debug)]
pub struct Eval<'f, 'k> {
    /// The facts.
    pub facts: &'f Facts<'k>,
    memo: RefCell<Vec<Option<Tri>>>,
    /// Laboratory results older than a week count as unknown.
    fresh_only: bool,
    /// The code that says "none of them".
    none: Option<CodeId>,
    /// Coded facts whose list was called complete: what is not in it is absent.
    complete: Vec<FactIx>,
}

/// What is observed of a network finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// Explicitly not there.
    No,
    /// There.
    Yes,
    /// In this state (index into its states).
    State(usize),
}

impl<'f, 'k> Eval<'f, 'k> {
    /// An evaluator over these facts.
    pub fn new(facts: &'f Facts<'k>) -> Self {
        let knowledge = facts.knowledge;
        let complete = [("condition", "conditions_complete"), ("medicine", "medicines_complete")]
            .into_iter()
            .filter(|(_, complete)| facts.yes(complete) == Some(true))
            .filter_map(|(name, _)| Some(knowledge.fact(name)?.0))
            .collect();
        Self {
            facts,
            memo: RefCell::new(vec![None; knowledge.names.len()]),
            fresh_only: false,
            none: knowledge.codes.by_word.get("none").copied(),
            complete,
        }
    }

    /// An evaluator for triage: a laboratory result older than a week asks for a repeat and decides nothing.
    pub fn fresh(facts: &'f Facts<'k>) -> Self {
        Self { fresh_only: true, ..Self::new(facts) }
    }

    fn is_stale(&self, fact: FactIx) -> bool {
        self.fresh_only
            && self.knowledge().facts[fact.at()].analyte.is_some()
            && self.facts.get(fact).days_ago.is_some_and(|days| days > FRESH_DAYS)
    }

    fn knowledge(&self) -> &'k Knowledge {
        self.facts.knowledge
    }

    /// True only when the expression is explicitly true.
    pub fn holds(&self, expr: &Expr) -> bool {
        self.tri(expr) == Some(true)
    }

    /// The value of an expression (Kleene logic).
    pub fn tri(&self, expr: &Expr) -> Tri {
        match expr {
            Expr::And(parts) => all(parts.iter().map(|part| self.tri(part))),
            Expr::Or(parts) => any(parts.iter().map(|part| self.tri(part))),
            Expr::Not(inner) => self.tri(inner).map(|value| !value),
            Expr::AtLeast(count, parts) => at_least(*count, parts.iter().map(|part| self.tri(part))),
            Expr::Code(fact, _) | Expr::Compare(fact, ..) | Expr::Band(fact, _) if self.is_stale(*fact) => None,
            Expr::Yes(fact) => self.facts.get(*fact).yes,
            Expr::Named(name) => self.named(*name),
            Expr::Code(fact, codes) => self.code(*fact, codes),
            Expr::Compare(fact, op, limit) => self.facts.get(*fact).number.map(|value| op.holds(value, *limit)),
            Expr::Band(fact, band) => self.facts.band(*fact, *band),
            Expr::KnownFact(fact) => Some(self.facts.get(*fact).is_given()),
            Expr::KnownName(name) => Some(self.named(*name).is_some()),
        }
    }

    /// The value of a finding or definition: `no` is consulted only when `yes` is not true.
    pub fn named(&self, name: NameIx) -> Tri {
        if let Some(value) = self.memo.borrow()[name.at()] {
            return value;
        }
        let named = &self.knowledge().names[name.at()];
        let value = match (self.tri(&named.yes), &named.no) {
            (Some(true), _) => Some(true),
            (value, None) => value,
            (_, Some(no)) => self.holds(no).then_some(false),
        };
        self.memo.borrow_mut()[name.at()] = Some(value);
        value
    }

    fn code(&self, fact: FactIx, wanted: &[CodeId]) -> Tri {
        let codes = &self.knowledge().codes;
        let known = self.facts.get(fact);
        let is_wanted = |code: &CodeId| wanted.iter().any(|kind| codes.is_a(*code, *kind));
        if known.codes.iter().any(is_wanted) {
            return Some(true);
        }
        let entry = &self.knowledge().facts[fact.at()];
        if !entry.repeat {
            return known.is_given().then_some(false);
        }
        // Denying diabetes denies every kind of it.
        let denied = |kind: &CodeId| known.absent.iter().any(|absent| codes.is_a(*kind, *absent));
        let none = self.none.is_some_and(|none| known.codes.contains(&none));
        (none || self.complete.contains(&fact) || wanted.iter().all(denied)).then_some(false)
    }

    /// Whether a condition is known: that nobody made a diagnosis so far ("none", a complete list) does not deny
    /// it; only naming it as absent does.
    pub fn known_condition(&self, known: &Expr) -> Tri {
        let value = self.tri(known);
        if value != Some(false) {
            return value;
        }
        let codes = &self.knowledge().codes;
        let mut denied = true;
        known.walk(&mut |part| {
            if let Expr::Code(fact, wanted) = part
                && self.knowledge().facts[fact.at()].name == "condition"
            {
                let absent = &self.facts.get(*fact).absent;
                denied &= wanted.iter().all(|kind| absent.iter().any(|a| codes.is_a(*kind, *a)));
            }
        });
        denied.then_some(false)
    }

    /// What is observed of a network finding; none when unknown.
    pub fn observed(&self, finding: FindIx) -> Option<Observed> {
        let entry = &self.knowledge().findings[finding.at()];
        if entry.states.is_empty() {
            return self.named(entry.name).map(|yes| if yes { Observed::Yes } else { Observed::No });
        }
        (0..entry.states.len())
            .rev()
            .find(|state| entry.state_when[*state].as_ref().is_some_and(|when| self.holds(when)))
            .map(Observed::State)
    }

    /// True for findings that only a clinician or a laboratory can give.
    pub fn is_clinical(&self, finding: FindIx) -> bool {
        let kind = self.knowledge().findings[finding.at()].kind;
        matches!(kind, FindingKind::Sign | FindingKind::Lab | FindingKind::Vascular)
    }

    /// The facts that made an expression true, in plain words of their names.
    pub fn because(&self, expr: &Expr) -> Vec<FactIx> {
        let mut facts = Vec::new();
        self.collect(expr, &mut facts);
        facts.dedup();
        facts
    }

    fn collect(&self, expr: &Expr, facts: &mut Vec<FactIx>) {
        match expr {
            Expr::And(parts) | Expr::Or(parts) | Expr::AtLeast(_, parts) => {
                for part in parts {
                    if self.holds(part) {
                        self.collect(part, facts);
                    }
                }
            }
            Expr::Named(name) => {
                let named = &self.knowledge().names[name.at()];
                if self.holds(&named.yes) {
                    self.collect(&named.yes, facts);
                }
            }
            Expr::Yes(fact) | Expr::Code(fact, _) | Expr::Compare(fact, ..) | Expr::Band(fact, _)
                if !facts.contains(fact) =>
            {
                facts.push(*fact);
            }
            _ => {}
        }
    }

    /// Facts any of which alone would make an unknown expression true, where another part of it is true already.
    pub fn one_answer_away(&self, expr: &Expr) -> Vec<FactIx> {
        let mut facts = Vec::new();
        self.one_away(expr, false, &mut facts, 0);
        facts
    }

    fn one_away(&self, expr: &Expr, begun: bool, facts: &mut Vec<FactIx>, depth: usize) {
        if depth > 32 || self.tri(expr).is_some() {
            return;
        }
        match expr {
            Expr::Or(parts) => parts.iter().for_each(|part| self.one_away(part, begun, facts, depth + 1)),
            Expr::And(parts) => {
                let open: Vec<&Expr> = parts.iter().filter(|part| self.tri(part).is_none()).collect();
                if let [last] = open[..] {
                    self.one_away(last, begun || parts.len() > 1, facts, depth + 1);
                }
            }
            Expr::AtLeast(count, parts) => {
                let met = parts.iter().filter(|part| self.holds(part)).count();
                if met + 1 == *count {
                    parts.iter().for_each(|part| self.one_away(part, begun || met > 0, facts, depth + 1));
                }
            }
            Expr::Named(name) => {
                self.one_away(&self.knowledge().names[name.at()].yes, begun, facts, depth + 1);
            }
            Expr::Yes(fact) | Expr::Code(fact, _) | Expr::Compare(fact, ..) | Expr::Band(fact, _)
                if begun && !facts.contains(fact) =>
            {
                facts.push(*fact);
            }
            _ => {}
        }
    }

    /// A true expression in plain words: what was told that makes it true.
    pub fn describe(&self, expr: &Expr) -> String {
        let mut parts = Vec::new();
        self.describe_into(expr, &mut parts);
        parts.dedup();
        parts.truncate(3);
        parts.join(", ")
    }

    fn describe_into(&self, expr: &Expr, parts: &mut Vec<String>) {
        let fact = |ix: &FactIx| &self.knowledge().facts[ix.at()];
        match expr {
            Expr::And(list) | Expr::Or(list) | Expr::AtLeast(_, list) => {
                for part in list.iter().filter(|part| self.holds(part)) {
                    self.describe_into(part, parts);
                }
            }
            Expr::Named(name) => parts.push(self.knowledge().names[name.at()].name.clone()),
            Expr::Yes(ix) => parts.push(lower_first(&fact(ix).meaning)),
            Expr::Compare(ix, ..) | Expr::Band(ix, _) => {
                let name = fact(ix).name.trim_start_matches("lab_").replace('_', " ");
                let unit = if fact(ix).unit == "yr" { "" } else { fact(ix).unit.as_str() };
                match self.facts.get(*ix).number {
                    Some(value) => parts.push(format!("{name} {value:.4} {unit}").trim_end().replace(".0000", "")),
                    None => parts.push(name),
                }
            }
            Expr::Code(ix, wanted) => {
                let codes = &self.knowledge().codes;
                let given = self.facts.get(*ix).codes.iter();
                let matching = given.filter(|code| wanted.iter().any(|kind| codes.is_a(**code, *kind)));
                parts.extend(matching.map(|code| codes.name(*code)));
            }
            Expr::Not(_) | Expr::KnownFact(_) | Expr::KnownName(_) => {}
        }
    }

    /// The value of an expression; when it is unknown, also the facts whose answers could still decide it.
    pub fn tri_or_open(&self, expr: &Expr) -> (Tri, Vec<FactIx>) {
        let mut facts = Vec::new();
        let value = self.open(expr, &mut facts, 0);
        (value, facts)
    }

    /// The facts whose answers could still decide an expression that is unknown.
    pub fn open_facts(&self, expr: &Expr) -> Vec<FactIx> {
        self.tri_or_open(expr).1
    }

    /// The value of an expression; adds the facts that it waits for when it is unknown, and nothing when it is known.
    fn open(&self, expr: &Expr, facts: &mut Vec<FactIx>, depth: usize) -> Tri {
        if depth > 32 {
            return self.tri(expr);
        }
        let before = facts.len();
        let mut part = |part: &Expr| self.open(part, facts, depth + 1);
        let value = match expr {
            Expr::And(parts) => all(parts.iter().map(part)),
            Expr::Or(parts) => any(parts.iter().map(part)),
            Expr::AtLeast(count, parts) => at_least(*count, parts.iter().map(part)),
            Expr::Not(inner) => part(inner).map(|value| !value),
            Expr::Named(name) => {
                let value = self.named(*name);
                if value.is_none() {
                    part(&self.knowledge().names[name.at()].yes);
                }
                value
            }
            Expr::Yes(fact) | Expr::Code(fact, _) | Expr::Compare(fact, ..) | Expr::Band(fact, _) => {
                let value = self.tri(expr);
                if value.is_none() && !facts.contains(fact) {
                    facts.push(*fact);
                }
                value
            }
            Expr::KnownFact(_) | Expr::KnownName(_) => self.tri(expr),
        };
        if value.is_some() {
            facts.truncate(before);
        }
        value
    }
}

fn all(parts: impl Iterator<Item = Tri>) -> Tri {
    let mut value = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => value = None,
            Some(true) => {}
        }
    }
    value
}

fn any(parts: impl Iterator<Item = Tri>) -> Tri {
    all(parts.map(|part| part.map(|value| !value))).map(|value| !value)
}

fn at_least(count: usize, parts: impl Iterator<Item = Tri>) -> Tri {
    let (mut yes, mut open) = (0, 0);
    for part in parts {
        yes += usize::from(part == Some(true));
        open += usize::from(part.is_none());
    }
    match () {
        () if yes >= count => Some(true),
        () if yes + open < count => Some(false),
        () => None,
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
