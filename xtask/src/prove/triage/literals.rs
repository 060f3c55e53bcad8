//! Which way each atom of the rules pulls: towards more urgency, towards less, or both.
//!
//! Worked out from the expressions alone, so that the proof does not take the rules' word for it. A rule fires when
//! `when` is true and `unless` is not; with no rule true, self-care needs its own rule. So `when` raises, `unless`
//! lowers, and self-care turns both round. Negation turns the wanted value of what is inside.

use charley_knowledge::{Expr, FactIx, Knowledge};

/// An atom with the value that matters, and which way that value pulls.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal {
    /// The atom.
    pub atom: Expr,
    /// The fact it reads.
    pub fact: FactIx,
    /// The value that pulls.
    pub want: bool,
    /// Towards more urgency; else towards less.
    pub raises: bool,
    /// Of a rule that says emergency or same day.
    pub urgent: bool,
    /// Id of the rule.
    pub rule: String,
}

/// All literals of the rules, of self-care and of the conditions on critical values.
pub fn literals(knowledge: &Knowledge) -> Vec<Literal> {
    let mut all = Vec::new();
    for rule in &knowledge.rules {
        let urgent = matches!(rule.disposition.as_str(), "emergency" | "same_day");
        let mut walk = Walk { knowledge, rule: &rule.id, urgent, all: &mut all };
        walk.walk(&rule.when, true, true, 0);
        if let Some(unless) = &rule.unless {
            walk.walk(unless, true, false, 0);
        }
    }
    for rule in &knowledge.self_care {
        let mut walk = Walk { knowledge, rule: &rule.id, urgent: false, all: &mut all };
        walk.walk(&rule.when, true, false, 0);
        if let Some(unless) = &rule.unless {
            walk.walk(unless, true, true, 0);
        }
    }
    for analyte in &knowledge.analytes {
        for when in analyte.critical.iter().filter_map(|critical| critical.when.as_ref()) {
            Walk { knowledge, rule: &analyte.id, urgent: true, all: &mut all }.walk(when, true, true, 0);
        }
    }
    all
}

struct Walk<'a> {
    knowledge: &'a Knowledge,
    rule: &'a str,
    urgent: bool,
    all: &'a mut Vec<Literal>,
}

impl Walk<'_> {
    fn walk(&mut self, expr: &Expr, want: bool, raises: bool, depth: usize) {
        if depth > 40 {
            return;
        }
        let next = depth + 1;
        match expr {
            Expr::And(parts) | Expr::Or(parts) | Expr::AtLeast(_, parts) => {
                for part in parts {
                    self.walk(part, want, raises, next);
                }
            }
            Expr::Not(inner) => self.walk(inner, !want, raises, next),
            Expr::Named(name) => {
                let named = &self.knowledge.names[name.at()];
                match (&named.no, want) {
                    (None, _) | (_, true) => self.walk(&named.yes, want, raises, next),
                    (Some(no), false) => {
                        // False needs `no`, and loses to `yes`.
                        self.walk(no, true, raises, next);
                        self.walk(&named.yes, true, !raises, next);
                    }
                }
            }
            Expr::KnownName(name) => {
                // Known either way, so both values pull the same way.
                self.walk(&Expr::Named(*name), true, raises, next);
                self.walk(&Expr::Named(*name), false, raises, next);
            }
            Expr::Yes(fact)
            | Expr::Code(fact, _)
            | Expr::Compare(fact, ..)
            | Expr::Band(fact, _)
            | Expr::KnownFact(fact) => {
                self.all.push(Literal {
                    atom: expr.clone(),
                    fact: *fact,
                    want,
                    raises,
                    urgent: self.urgent,
                    rule: self.rule.to_owned(),
                });
            }
        }
    }
}
