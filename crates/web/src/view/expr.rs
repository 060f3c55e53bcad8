//! Expressions of the knowledge in plain words, where the knowledge gives no name of its own.

use charley_knowledge::expr::{Band, Op};
use charley_knowledge::{Expr, FactIx, Knowledge};

/// Parts of a list that are spelled out; the rest is "...".
const MOST_PARTS: usize = 4;

/// "age 60 years or more", "water tablets or steroid tablets".
pub fn words(knowledge: &Knowledge, expr: &Expr) -> String {
    match expr {
        Expr::And(parts) => list(knowledge, parts, " and "),
        Expr::Or(parts) => list(knowledge, parts, " or "),
        Expr::Not(inner) => format!("not: {}", words(knowledge, inner)),
        Expr::AtLeast(count, parts) => {
            format!("at least {count} of: {}", list(knowledge, parts, ", "))
        }
        Expr::Yes(fact) => lower_first(&knowledge.facts[fact.at()].meaning),
        Expr::Named(name) | Expr::KnownName(name) => {
            let named = &knowledge.names[name.at()];
            if named.name.is_empty() { named.id.replace('_', " ") } else { named.name.clone() }
        }
        Expr::Code(fact, codes) => {
            let names: Vec<String> = codes.iter().take(MOST_PARTS).map(|code| knowledge.codes.name(*code)).collect();
            let names = names.join(" or ");
            match knowledge.facts[fact.at()].name.as_str() {
                "condition" | "medicine" => names,
                _ => format!("{}: {names}", plain(knowledge, *fact)),
            }
        }
        Expr::Compare(fact, op, limit) => {
            let unit = crate::wording::unit_label(&knowledge.facts[fact.at()].unit);
            let side = match op {
                Op::Less => "under",
                Op::LessEq => "at most",
                Op::Greater => "over",
                Op::GreaterEq => "at least",
            };
            format!("{} {side} {limit} {unit}", plain(knowledge, *fact)).trim_end().to_owned()
        }
        Expr::Band(fact, band) => {
            let band = match band {
                Band::Low => "low",
                Band::VeryLow => "very low",
                Band::Normal => "normal",
                Band::High => "high",
                Band::VeryHigh => "very high",
            };
            format!("{} {band}", plain(knowledge, *fact))
        }
        Expr::KnownFact(fact) => format!("{} is known", plain(knowledge, *fact)),
    }
}

fn list(knowledge: &Knowledge, parts: &[Expr], between: &str) -> String {
    let mut spelled: Vec<String> = parts.iter().take(MOST_PARTS).map(|part| words(knowledge, part)).collect();
    if parts.len() > MOST_PARTS {
        spelled.push("…".to_owned());
    }
    spelled.join(between)
}

fn plain(knowledge: &Knowledge, fact: FactIx) -> String {
    let name = &knowledge.facts[fact.at()].name;
    name.trim_start_matches("lab_").trim_start_matches("test_").replace('_', " ")
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The first letter large, for the start of a line.
pub fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
