//! True expressions in plain words.

use charley_knowledge::FactIx;
use charley_knowledge::expr::Expr;

use super::Eval;

impl Eval<'_, '_> {
    /// A true expression in plain words: what was told that makes it true.
    pub fn describe(&self, expr: &Expr) -> String {
        let mut parts = Vec::new();
        self.describe_into(expr, &mut parts);
        parts.dedup();
        parts.truncate(3);
        parts.join(", ")
    }

    fn describe_into(&self, expr: &Expr, parts: &mut Vec<String>) {
        let fact = |ix: &FactIx| &self.knowledge().facts[ix.at()];
        match expr {
            Expr::And(list) | Expr::Or(list) | Expr::AtLeast(_, list) => {
                for part in list.iter().filter(|part| self.holds(part)) {
                    self.describe_into(part, parts);
                }
            }
            Expr::Named(name) => parts.push(self.knowledge().names[name.at()].name.clone()),
            Expr::Yes(ix) => parts.push(lower_first(&fact(ix).meaning)),
            Expr::Compare(ix, ..) | Expr::Band(ix, _) => {
                let name = fact(ix).name.trim_start_matches("lab_").replace('_', " ");
                let unit = if fact(ix).unit == "yr" { "" } else { fact(ix).unit.as_str() };
                match self.facts.get(*ix).number {
                    Some(value) => parts.push(format!("{name} {value:.4} {unit}").trim_end().replace(".0000", "")),
                    None => parts.push(name),
                }
            }
            Expr::Code(ix, wanted) => {
                let codes = &self.knowledge().codes;
                let given = self.facts.get(*ix).codes.iter();
                let matching = given.filter(|code| wanted.iter().any(|kind| codes.is_a(**code, *kind)));
                parts.extend(matching.map(|code| codes.name(*code)));
            }
            Expr::Not(_) | Expr::KnownFact(_) | Expr::KnownName(_) => {}
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
