//! Which facts an expression rests on, and which it still waits for.

use std::rc::Rc;

use charley_knowledge::expr::Expr;
use charley_knowledge::{FactIx, NameIx};

use super::{Eval, Tri, all, any, at_least};

/// Deeper than any expression and its definitions go.
const DEEPEST: usize = 32;

impl Eval<'_, '_> {
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
        if depth > DEEPEST || self.tri(expr).is_some() {
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
        if depth > DEEPEST {
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
                    for fact in self.waits(*name, depth).iter() {
                        if !facts.contains(fact) {
                            facts.push(*fact);
                        }
                    }
                }
                return value;
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

    /// The facts that an unknown finding or definition waits for.
    fn waits(&self, name: NameIx, depth: usize) -> Rc<[FactIx]> {
        if let Some(known) = &self.waits.borrow()[name.at()] {
            return known.clone();
        }
        let mut facts = Vec::new();
        self.open(&self.knowledge().names[name.at()].yes, &mut facts, depth + 1);
        let facts: Rc<[FactIx]> = facts.into();
        self.waits.borrow_mut()[name.at()] = Some(facts.clone());
        facts
    }
}
