//! Which facts any expression of the knowledge reads.

use charley_knowledge::{Expr, FactIx, Knowledge};

/// Facts that the code itself reads to derive others.
const DERIVED_FROM: [&str; 16] = [
    "age_band",
    "gestation_weeks",
    "trimester",
    "lab_creatinine",
    "lab_calcium",
    "lab_albumin",
    "lab_iron",
    "lab_tibc",
    "lab_urea",
    "test_abpi",
    "test_abpi_left",
    "test_abpi_right",
    "conditions_complete",
    "medicines_complete",
    "condition",
    "medicine",
];

/// For every fact: whether something reads it.
pub fn facts_read(knowledge: &Knowledge) -> Vec<bool> {
    let mut read = vec![false; knowledge.facts.len()];
    for analyte in knowledge.analytes.iter().filter(|analyte| !analyte.critical.is_empty()) {
        read[analyte.fact.at()] = true;
    }
    for name in DERIVED_FROM {
        if let Some((fact, _)) = knowledge.fact(name) {
            read[fact.at()] = true;
        }
    }
    let mut note = |expr: &Expr| mark(expr, &mut read);
    for named in &knowledge.names {
        note(&named.yes);
        named.no.iter().for_each(&mut note);
    }
    for finding in &knowledge.findings {
        finding.state_when.iter().flatten().for_each(&mut note);
    }
    for condition in &knowledge.conditions {
        condition.known.iter().for_each(&mut note);
        condition.background.iter().for_each(|row| note(&row.when));
        if let Some(contributes) = &condition.contributes {
            contributes.not_when.iter().for_each(&mut note);
            contributes.change.iter().for_each(|row| note(&row.when));
        }
    }
    for rule in knowledge.rules.iter().chain(&knowledge.self_care) {
        note(&rule.when);
        rule.unless.iter().for_each(&mut note);
    }
    for intervention in &knowledge.interventions {
        intervention.when.iter().for_each(&mut note);
        intervention.not_for.iter().chain(&intervention.ask_first).for_each(|gate| note(&gate.when));
    }
    for test in &knowledge.tests {
        test.worth_when.iter().chain(&test.not_worth_when).for_each(&mut note);
    }
    for analyte in &knowledge.analytes {
        analyte.critical.iter().filter_map(|c| c.when.as_ref()).for_each(&mut note);
    }
    for interaction in &knowledge.interactions {
        note(&interaction.when);
    }
    read
}

fn mark(expr: &Expr, read: &mut [bool]) {
    expr.walk(&mut |part| {
        let fact: Option<FactIx> = match part {
            Expr::Yes(fact)
            | Expr::Code(fact, _)
            | Expr::Compare(fact, ..)
            | Expr::Band(fact, _)
            | Expr::KnownFact(fact) => Some(*fact),
            _ => None,
        };
        if let Some(fact) = fact {
            read[fact.at()] = true;
        }
    });
}
