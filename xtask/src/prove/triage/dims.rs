//! The answers that matter to a rule: for each fact it reads, one answer from every class that the rule tells apart.

use charley_knowledge::{CodeId, Expr, FactIx, FactKind, Knowledge, Rule};
use charley_reason::eval::Eval;
use charley_reason::{Facts, Given, Value};

use super::literals::Literal;
use crate::net::satisfy::{given, number};

/// One question with its possible answers; the first is "not answered".
#[derive(Debug, Clone)]
pub struct Dim {
    /// The fact.
    pub fact: FactIx,
    /// Answers.
    pub answers: Vec<Option<Given>>,
    /// From answer, to answer: never lowers, by the expressions of all rules.
    pub upward: Vec<(usize, usize)>,
    /// The same for answers that some rule lists as lowering: they may lower, where that rule says so.
    pub lowering: Vec<(usize, usize)>,
}

/// The atoms that a rule reads, through its definitions.
fn atoms<'k>(knowledge: &'k Knowledge, expr: &'k Expr, found: &mut Vec<&'k Expr>, depth: usize) {
    if depth > 40 {
        return;
    }
    match expr {
        Expr::And(parts) | Expr::Or(parts) | Expr::AtLeast(_, parts) => {
            for part in parts {
                atoms(knowledge, part, found, depth + 1);
            }
        }
        Expr::Not(inner) => atoms(knowledge, inner, found, depth + 1),
        Expr::Named(name) | Expr::KnownName(name) => {
            let named = &knowledge.names[name.at()];
            atoms(knowledge, &named.yes, found, depth + 1);
            if let Some(no) = &named.no {
                atoms(knowledge, no, found, depth + 1);
            }
        }
        atom => {
            if !found.contains(&atom) {
                found.push(atom);
            }
        }
    }
}

fn fact_of(atom: &Expr) -> Option<FactIx> {
    match atom {
        Expr::Yes(fact)
        | Expr::Code(fact, _)
        | Expr::Compare(fact, ..)
        | Expr::Band(fact, _)
        | Expr::KnownFact(fact) => Some(*fact),
        _ => None,
    }
}

/// The questions of a rule.
pub fn dims(knowledge: &Knowledge, rule: &Rule, literals: &[Literal]) -> Vec<Dim> {
    let mut found = Vec::new();
    atoms(knowledge, &rule.when, &mut found, 0);
    if let Some(unless) = &rule.unless {
        atoms(knowledge, unless, &mut found, 0);
    }
    let mut facts: Vec<FactIx> = found.iter().filter_map(|atom| fact_of(atom)).collect();
    facts.sort_unstable();
    facts.dedup();
    let mut dims = Vec::new();
    for fact in facts {
        let own: Vec<&Expr> = found.iter().copied().filter(|atom| fact_of(atom) == Some(fact)).collect();
        for answers in answers(knowledge, fact, &own) {
            let mut dim = Dim { fact, answers, upward: Vec::new(), lowering: Vec::new() };
            moves(knowledge, &mut dim, literals);
            dims.push(dim);
        }
    }
    dims
}

/// One list of answers for each question that a fact makes; repeatable facts make one question for each code.
fn answers(knowledge: &Knowledge, fact: FactIx, atoms: &[&Expr]) -> Vec<Vec<Option<Given>>> {
    let entry = &knowledge.facts[fact.at()];
    let text = |name: &str, word: &str| Some(given(name, Value::Text(word.to_owned())));
    if entry.kind == FactKind::YesNo {
        return vec![vec![None, text(&entry.name, "no"), text(&entry.name, "yes")]];
    }
    let codes: Vec<&str> = representatives(knowledge, atoms).into_iter().map(|code| knowledge.codes.id(code)).collect();
    if entry.repeat {
        let absent = format!("{}_absent", entry.name);
        return codes.iter().map(|code| vec![None, text(&absent, code), text(&entry.name, code)]).collect();
    }
    let mut answers = vec![None];
    answers.extend(codes.iter().map(|code| text(&entry.name, code)));
    answers.extend(entry.values.iter().find(|value| !codes.contains(&value.as_str())).map(|v| text(&entry.name, v)));
    if atoms.iter().any(|atom| matches!(atom, Expr::Band(..))) {
        answers.extend(["very_low", "low", "normal", "high", "very_high"].map(|word| text(&entry.name, word)));
    }
    answers
        .extend(numbers(knowledge, fact, atoms).into_iter().map(|value| Some(number(&entry.name, value, &entry.unit))));
    // An answer that is refused (a word where only numbers are taken) is no answer.
    answers
        .retain(|answer| answer.as_ref().is_none_or(|one| Facts::read(knowledge, std::slice::from_ref(one)).is_ok()));
    vec![answers]
}

/// One code from each class of codes that these atoms tell apart.
fn representatives(knowledge: &Knowledge, atoms: &[&Expr]) -> Vec<CodeId> {
    let lists: Vec<&Vec<CodeId>> =
        atoms.iter().filter_map(|atom| if let Expr::Code(_, codes) = atom { Some(codes) } else { None }).collect();
    let mut classes: Vec<(Vec<bool>, CodeId)> = Vec::new();
    for code in lists.iter().copied().flatten() {
        let class: Vec<bool> =
            lists.iter().map(|list| list.iter().any(|kind| knowledge.codes.is_a(*code, *kind))).collect();
        if !classes.iter().any(|(known, _)| *known == class) {
            classes.push((class, *code));
        }
    }
    classes.into_iter().map(|(_, code)| code).collect()
}

/// One number from each interval between the limits, and the limits themselves.
fn numbers(knowledge: &Knowledge, fact: FactIx, atoms: &[&Expr]) -> Vec<f64> {
    let entry = &knowledge.facts[fact.at()];
    let mut limits: Vec<f64> = atoms
        .iter()
        .filter_map(|atom| if let Expr::Compare(_, _, limit) = atom { Some(*limit) } else { None })
        .collect();
    limits.sort_by(f64::total_cmp);
    limits.dedup();
    let (Some(first), Some(last)) = (limits.first().copied(), limits.last().copied()) else { return Vec::new() };
    let step = |limit: f64| (limit.abs() * 0.2).max(0.1);
    let mut numbers = vec![first - step(first)];
    for pair in limits.windows(2) {
        numbers.extend([pair[0], f64::midpoint(pair[0], pair[1])]);
    }
    numbers.extend([last, last + step(last)]);
    numbers.retain(|value| (entry.min..=entry.max).contains(value));
    numbers
}

/// Finds the moves that add a sign: yes instead of no or nothing, a code instead of nothing, a number instead of nothing.
fn moves(knowledge: &Knowledge, dim: &mut Dim, literals: &[Literal]) {
    let own: Vec<&Literal> = literals.iter().filter(|literal| literal.fact == dim.fact).collect();
    let entry = &knowledge.facts[dim.fact.at()];
    let holds: Vec<Vec<bool>> = dim
        .answers
        .iter()
        .map(|answer| own.iter().map(|literal| holds(knowledge, answer.as_ref(), literal, entry.repeat)).collect())
        .collect();
    let two_sided = entry.kind == FactKind::YesNo || entry.repeat;
    let starts: &[usize] = if two_sided { &[0, 1] } else { &[0] };
    for from in starts {
        for to in *from + 1..dim.answers.len() {
            // "No" and "absent" are no signs.
            if two_sided && to == 1 {
                continue;
            }
            let gained = |raises: bool| {
                own.iter().enumerate().any(|(at, l)| l.raises == raises && !holds[*from][at] && holds[to][at])
            };
            let lost = own.iter().enumerate().any(|(at, l)| l.raises && holds[*from][at] && !holds[to][at]);
            if !gained(true) {
                continue;
            }
            if gained(false) || lost { &mut dim.lowering } else { &mut dim.upward }.push((*from, to));
        }
    }
}

fn holds(knowledge: &Knowledge, answer: Option<&Given>, literal: &Literal, repeat: bool) -> bool {
    let Ok(facts) = Facts::read(knowledge, answer.map_or(&[], std::slice::from_ref)) else { return false };
    if Eval::new(&facts).tri(&literal.atom) == Some(literal.want) {
        return true;
    }
    // Denying one of several codes may be what makes the atom false, together with denials of the others.
    let denied = facts.get(literal.fact).absent.first();
    match (&literal.atom, denied) {
        (Expr::Code(_, codes), Some(denied)) if repeat && !literal.want => {
            codes.iter().any(|code| knowledge.codes.is_a(*code, *denied))
        }
        _ => false,
    }
}
