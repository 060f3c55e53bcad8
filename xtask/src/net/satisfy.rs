//! Facts that make an expression true or false: the way back from findings to what a person would have to say.

use charley_knowledge::expr::{Band, Op};
use charley_knowledge::{CodeId, Expr, FactIx, FactKind, Knowledge};
use charley_reason::{Given, Value};

use super::rng::Rng;

/// Deepest chain of definitions that is followed.
const MAX_DEPTH: usize = 24;

/// Facts under which the expression has this value, if some can be found; one way of many, chosen at random.
pub fn satisfy(knowledge: &Knowledge, expr: &Expr, want: bool, rng: &mut Rng) -> Option<Vec<Given>> {
    Search { knowledge, rng }.find(expr, want, 0)
}

struct Search<'a> {
    knowledge: &'a Knowledge,
    rng: &'a mut Rng,
}

impl Search<'_> {
    fn find(&mut self, expr: &Expr, want: bool, depth: usize) -> Option<Vec<Given>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let next = depth + 1;
        match (expr, want) {
            (Expr::And(parts), true) | (Expr::Or(parts), false) => self.many(parts, parts.len(), want, next),
            (Expr::And(parts), false) | (Expr::Or(parts), true) => self.many(parts, 1, want, next),
            (Expr::AtLeast(count, parts), true) => self.many(parts, *count, true, next),
            (Expr::AtLeast(count, parts), false) => {
                self.many(parts, (parts.len() + 1).checked_sub(*count)?, false, next)
            }
            (Expr::Not(inner), want) => self.find(inner, !want, next),
            (Expr::Named(name), want) => {
                let named = &self.knowledge.names[name.at()];
                match (&named.no, want) {
                    (Some(no), false) => self.find(no, true, next),
                    _ => self.find(&named.yes, want, next),
                }
            }
            (Expr::Yes(fact), want) => Some(vec![self.text(*fact, if want { "yes" } else { "no" })]),
            (Expr::Code(fact, codes), want) => self.code(*fact, codes, want),
            (Expr::Compare(fact, op, limit), want) => self.number(*fact, *op, *limit, want),
            (Expr::Band(fact, band), want) => Some(vec![self.text(*fact, band_word(*band, want))]),
            (Expr::KnownFact(_) | Expr::KnownName(_), false) => Some(Vec::new()),
            (Expr::KnownFact(fact), true) => match self.knowledge.facts[fact.at()].kind {
                FactKind::YesNo => Some(vec![self.text(*fact, "no")]),
                _ => None,
            },
            (Expr::KnownName(name), true) => self.find(&Expr::Named(*name), true, next),
        }
    }

    /// Makes `count` of the parts have the value, in random order.
    fn many(&mut self, parts: &[Expr], count: usize, want: bool, depth: usize) -> Option<Vec<Given>> {
        let mut order: Vec<&Expr> = parts.iter().collect();
        self.rng.shuffle(&mut order);
        let mut found = Vec::new();
        let mut left = count;
        for part in order {
            if left == 0 {
                break;
            }
            if let Some(given) = self.find(part, want, depth) {
                found.extend(given);
                left -= 1;
            }
        }
        (left == 0).then_some(found)
    }

    fn text(&self, fact: FactIx, word: &str) -> Given {
        given(&self.knowledge.facts[fact.at()].name, Value::Text(word.to_owned()))
    }

    fn code(&mut self, fact: FactIx, codes: &[CodeId], want: bool) -> Option<Vec<Given>> {
        let entry = &self.knowledge.facts[fact.at()];
        if want {
            let code = *self.rng.pick(codes)?;
            return Some(vec![self.text(fact, self.knowledge.codes.id(code))]);
        }
        if entry.repeat {
            let absent = |code: &CodeId| {
                let word = self.knowledge.codes.id(*code).to_owned();
                given(&format!("{}_absent", entry.name), Value::Text(word))
            };
            return Some(codes.iter().map(absent).collect());
        }
        let ids: Vec<&str> = codes.iter().map(|code| self.knowledge.codes.id(*code)).collect();
        let other = entry.values.iter().find(|value| !ids.contains(&value.as_str()))?;
        Some(vec![self.text(fact, other)])
    }

    fn number(&mut self, fact: FactIx, op: Op, limit: f64, want: bool) -> Option<Vec<Given>> {
        let entry = &self.knowledge.facts[fact.at()];
        let step = (limit.abs() * 0.1).max(0.05);
        let value = [limit, limit + step, limit - step, limit + 0.01 * step, limit - 0.01 * step]
            .into_iter()
            .find(|value| op.holds(*value, limit) == want && (entry.min..=entry.max).contains(value))?;
        Some(vec![number(&entry.name, value, &entry.unit)])
    }
}

fn band_word(band: Band, want: bool) -> &'static str {
    match (band, want) {
        (Band::Low, true) => "low",
        (Band::VeryLow, true) => "very_low",
        (Band::High, true) => "high",
        (Band::VeryHigh, true) => "very_high",
        (Band::Normal, false) => "low",
        (Band::Normal, true) | (_, false) => "normal",
    }
}

/// A fact as it arrives.
pub fn given(name: &str, value: Value) -> Given {
    Given { name: name.to_owned(), value, unit: None, days_ago: None }
}

/// A number with its canonical unit.
pub fn number(name: &str, value: f64, unit: &str) -> Given {
    let unit = (!unit.is_empty()).then(|| unit.to_owned());
    Given { name: name.to_owned(), value: Value::Number(value), unit, days_ago: None }
}
