//! Three-valued evaluation of expressions over facts.

mod ask;
mod describe;

use std::cell::RefCell;
use std::rc::Rc;

use charley_knowledge::expr::Expr;
use charley_knowledge::{CodeId, FactIx, FindIx, FindingKind, Knowledge, NameIx};

use crate::facts::{FRESH_DAYS, Facts};
use crate::untold::{FactSet, Part, Untold};

/// True, false, or unknown (none).
pub type Tri = Option<bool>;

/// Evaluates expressions, remembering findings and definitions.
#[derive(Debug)]
pub struct Eval<'f, 'k> {
    /// The facts.
    pub facts: &'f Facts<'k>,
    memo: RefCell<Vec<Option<Tri>>>,
    /// Of each unknown finding or definition: the facts that it waits for.
    waits: RefCell<Vec<Option<Rc<[FactIx]>>>>,
    /// Laboratory results older than a week count as unknown.
    fresh_only: bool,
    /// The code that says "none of them".
    none: Option<CodeId>,
    /// Coded facts whose list was called complete: what is not in it is absent.
    complete: Vec<FactIx>,
    /// What everything comes to when nothing is told, and what is told.
    untold: Option<(&'f Untold, FactSet)>,
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

impl Observed {
    /// True when something is there: not for "no" and the lowest state.
    pub fn is_positive(self) -> bool {
        !matches!(self, Self::No | Self::State(0))
    }
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
            waits: RefCell::new(vec![None; knowledge.names.len()]),
            fresh_only: false,
            none: knowledge.codes.by_word.get("none").copied(),
            complete,
            untold: None,
        }
    }

    /// The same, with what no told fact touches taken from `untold`, which is of the same knowledge.
    pub fn beyond(mut self, untold: &'f Untold) -> Self {
        let mut told = self.facts.told();
        self.complete.iter().for_each(|fact| told.insert(*fact));
        for (memo, name) in self.memo.get_mut().iter_mut().zip(&untold.names) {
            *memo = name.unless(&told).copied();
        }
        Self { untold: Some((untold, told)), ..self }
    }

    /// What something comes to when no told fact touches it.
    fn untouched<'p, T>(&self, part: impl Fn(&'f Untold) -> Option<&'p Part<T>>) -> Option<&'p T>
    where
        'f: 'p,
    {
        let (untold, told) = self.untold.as_ref()?;
        part(untold)?.unless(told)
    }

    /// The danger signs of a rule: their value, and the facts that could still decide it when it is unknown.
    pub fn signs(&self, rule: usize) -> (Tri, Vec<FactIx>) {
        match self.untouched(|untold| untold.rules.get(rule)) {
            Some(signs) => (signs.value, signs.open.clone()),
            None => self.tri_or_open(&self.knowledge().rules[rule].when),
        }
    }

    /// Facts any of which alone would make the danger signs of a rule true, where another of them is true already.
    pub fn signs_one_away(&self, rule: usize) -> Vec<FactIx> {
        match self.untouched(|untold| untold.rules.get(rule)) {
            Some(signs) => signs.one_away.clone(),
            None => self.one_answer_away(&self.knowledge().rules[rule].when),
        }
    }

    /// Whether a background row of a condition holds.
    pub fn background(&self, condition: usize, row: usize) -> Tri {
        match self.untouched(|untold| untold.rows.get(condition)?.get(row)) {
            Some(value) => *value,
            None => self.tri(&self.knowledge().conditions[condition].background[row].when),
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
        if let Some(seen) = self.untouched(|untold| untold.findings.get(finding.at())) {
            return *seen;
        }
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
