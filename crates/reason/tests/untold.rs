//! What no told fact touches is taken from the empty person; unknown expressions are walked once. Both against the
//! slow, obvious way.

use charley_knowledge::{Expr, FactIx, FindIx, Knowledge, NameIx};
use charley_reason::checks::parse_fact;
use charley_reason::eval::Eval;
use charley_reason::{Facts, Untold};

/// Runs the check on each example of the shipped danger rules, alone and with others.
fn for_people(check: impl Fn(&Knowledge, &Facts<'_>)) {
    let knowledge = charley_knowledge::embedded().expect("the shipped knowledge is read");
    let examples: Vec<&Vec<String>> =
        knowledge.rules.iter().flat_map(|rule| &rule.examples).map(|example| &example.facts).collect();
    let mut checked = 0;
    for person in 0..examples.len() {
        let told = (0..person % 4 + 1).flat_map(|more| examples[(person + more * 97) % examples.len()]);
        let complete = ["conditions_complete = yes", "medicines_complete = yes"].into_iter().take(person % 3);
        let given: Vec<_> = told.map(String::as_str).chain(complete).filter_map(parse_fact).collect();
        // Examples put together may contradict each other.
        if let Ok(facts) = Facts::read(&knowledge, &given) {
            check(&knowledge, &facts);
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} people were checked");
}

#[test]
fn what_is_untold_changes_nothing() {
    let untold = Untold::new(&charley_knowledge::embedded().expect("the shipped knowledge is read"));
    for_people(|knowledge, facts| {
        for (slow, fast) in [
            (Eval::new(facts), Eval::new(facts).beyond(&untold)),
            (Eval::fresh(facts), Eval::fresh(facts).beyond(&untold)),
        ] {
            for (at, rule) in knowledge.rules.iter().enumerate() {
                assert_eq!(fast.signs(at), slow.signs(at), "rule {}", rule.id);
                assert_eq!(fast.signs_one_away(at), slow.signs_one_away(at), "rule {}", rule.id);
            }
            for (at, named) in knowledge.names.iter().enumerate() {
                let name = NameIx(at as u32);
                assert_eq!(fast.named(name), slow.named(name), "name {}", named.id);
            }
            for at in 0..knowledge.findings.len() {
                let finding = FindIx(at as u32);
                assert_eq!(fast.observed(finding), slow.observed(finding), "{}", knowledge.finding_id(finding));
            }
            for (at, condition) in knowledge.conditions.iter().enumerate() {
                for row in 0..condition.background.len() {
                    assert_eq!(fast.background(at, row), slow.background(at, row), "{} row {row}", condition.id);
                }
            }
        }
    });
}

/// The facts that an unknown expression waits for, with every part valued anew on the way down.
fn open(eval: &Eval<'_, '_>, expr: &Expr, facts: &mut Vec<FactIx>) {
    if eval.tri(expr).is_some() {
        return;
    }
    match expr {
        Expr::And(parts) | Expr::Or(parts) | Expr::AtLeast(_, parts) => {
            parts.iter().for_each(|part| open(eval, part, facts));
        }
        Expr::Not(inner) => open(eval, inner, facts),
        Expr::Named(name) => open(eval, &eval.facts.knowledge.names[name.at()].yes, facts),
        Expr::Yes(fact) | Expr::Code(fact, _) | Expr::Compare(fact, ..) | Expr::Band(fact, _) => {
            if !facts.contains(fact) {
                facts.push(*fact);
            }
        }
        Expr::KnownFact(_) | Expr::KnownName(_) => {}
    }
}

#[test]
fn one_walk_finds_what_is_open() {
    for_people(|knowledge, facts| {
        let eval = Eval::new(facts);
        for rule in &knowledge.rules {
            let mut expected = Vec::new();
            open(&eval, &rule.when, &mut expected);
            assert_eq!(eval.tri_or_open(&rule.when), (eval.tri(&rule.when), expected), "rule {}", rule.id);
        }
    });
}
