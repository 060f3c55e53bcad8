//! Each fact enters a condition by one path.

use std::collections::HashSet;

use super::Checker;
use crate::expr::Expr;
use crate::model::*;

/// Facts that set the scene of many findings without being evidence themselves.
const SCENE: [&str; 5] = ["laterality", "sex", "age", "exam_normal", "vital_signs"];

impl Checker {
    /// A fact that moves the prior of a condition must not also be one of its findings, and no fact alone
    /// may make two findings of one condition true.
    pub(super) fn one_path_per_fact(&mut self) {
        let mut faults = Vec::new();
        for (at, condition) in self.knowledge.conditions.iter().enumerate() {
            let mut prior = HashSet::new();
            for background in &condition.background {
                self.facts_of(&background.when, &mut prior);
            }
            let mut alone: Vec<(FindIx, Expr)> = Vec::new();
            for (ix, finding) in self.knowledge.findings.iter().enumerate() {
                if !finding.parents.iter().any(|(cond, _)| cond.at() == at) {
                    continue;
                }
                let ix = FindIx(ix as u32);
                // The entry complaint is always observed; what else the same words say is detail of it.
                if self.knowledge.finding_id(ix) == super::network::ENTRY {
                    continue;
                }
                let named = &self.knowledge.names[finding.name.at()];
                let mut facts = HashSet::new();
                self.facts_of(&named.yes, &mut facts);
                for fact in facts.intersection(&prior) {
                    faults.push((
                        condition.place.clone(),
                        format!(
                            "`{}`: `{}` moves the prior and also finding `{}`; keep one path",
                            condition.id,
                            self.knowledge.facts[fact.at()].name,
                            named.id
                        ),
                    ));
                }
                for atom in sufficient(&named.yes) {
                    if let Some((other, _)) = alone.iter().find(|(_, seen)| seen == atom) {
                        faults.push((
                            condition.place.clone(),
                            format!(
                                "`{}`: one fact ({}) makes both `{}` and `{}` true; keep one path",
                                condition.id,
                                self.atom_name(atom),
                                self.knowledge.finding_id(*other),
                                named.id
                            ),
                        ));
                    }
                    alone.push((ix, atom.clone()));
                }
            }
        }
        for (place, message) in faults {
            self.fault(&place, message);
        }
    }

    fn atom_name(&self, atom: &Expr) -> String {
        match atom {
            Expr::Yes(fact) | Expr::Code(fact, _) | Expr::Compare(fact, ..) | Expr::Band(fact, _) => {
                self.knowledge.facts[fact.at()].name.clone()
            }
            Expr::Named(name) => self.knowledge.names[name.at()].id.clone(),
            _ => String::from("?"),
        }
    }

    fn facts_of(&self, expr: &Expr, facts: &mut HashSet<FactIx>) {
        expr.walk(&mut |part| match part {
            Expr::Yes(fact) | Expr::Code(fact, _) | Expr::Compare(fact, ..) | Expr::Band(fact, _) => {
                let fact_entry = &self.knowledge.facts[fact.at()];
                // Diagnoses and medicines are many facts under one name.
                if !fact_entry.repeat && !SCENE.contains(&fact_entry.name.as_str()) {
                    facts.insert(*fact);
                }
            }
            Expr::Named(name) => self.facts_of(&self.knowledge.names[name.at()].yes, facts),
            _ => {}
        });
    }
}

/// The atoms any of which alone makes the expression true.
fn sufficient(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Or(parts) => parts.iter().flat_map(sufficient).collect(),
        Expr::Yes(_) | Expr::Code(..) | Expr::Compare(..) | Expr::Band(..) | Expr::Named(_) => vec![expr],
        _ => Vec::new(),
    }
}
