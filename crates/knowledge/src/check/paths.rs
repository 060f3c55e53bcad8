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
        let mut of_condition: Vec<Vec<FindIx>> = vec![Vec::new(); self.knowledge.conditions.len()];
        let mut reads: Vec<HashSet<FactIx>> = Vec::new();
        for (at, finding) in self.knowledge.findings.iter().enumerate() {
            let ix = FindIx(at as u32);
            let mut facts = HashSet::new();
            self.facts_of(&self.knowledge.names[finding.name.at()].yes, &mut facts);
            reads.push(facts);
            // The entry complaint is always observed; what else the same words say is detail of it.
            if self.knowledge.finding_id(ix) != super::network::ENTRY {
                for (condition, _) in &finding.parents {
                    of_condition[condition.at()].push(ix);
                }
            }
        }
        for (condition, findings) in self.knowledge.conditions.iter().zip(of_condition) {
            let mut prior = HashSet::new();
            for background in &condition.background {
                self.facts_of(&background.when, &mut prior);
            }
            let mut alone: Vec<(FindIx, &Expr)> = Vec::new();
            for ix in findings {
                let id = self.knowledge.finding_id(ix);
                for fact in reads[ix.at()].intersection(&prior) {
                    let fact = &self.knowledge.facts[fact.at()].name;
                    let message =
                        format!("`{}`: `{fact}` moves the prior and also finding `{id}`; keep one path", condition.id);
                    faults.push((condition.place.clone(), message));
                }
                let yes = &self.knowledge.names[self.knowledge.findings[ix.at()].name.at()].yes;
                for atom in sufficient(yes) {
                    if let Some((other, _)) = alone.iter().find(|(_, seen)| *seen == atom) {
                        let message = format!(
                            "`{}`: one fact ({}) makes both `{}` and `{id}` true; keep one path",
                            condition.id,
                            self.atom_name(atom),
                            self.knowledge.finding_id(*other),
                        );
                        faults.push((condition.place.clone(), message));
                    }
                    alone.push((ix, atom));
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
