//! Resolving the names in expressions.

use super::{Checker, place};
use crate::diagnostic::Place;
use crate::draft::{self, File};
use crate::expr::{self, Expr, Text};
use crate::model::*;

impl Checker {
    /// Parses and resolves an expression; a fault gives an expression that is never true.
    pub(super) fn expr(&mut self, file: &File, text: &draft::Text) -> Expr {
        let place = place(file, text);
        match expr::parse(text.get_ref()) {
            Ok(parsed) => self.resolve(&place, &parsed),
            Err(message) => {
                self.fault(&place, format!("in `{}`: {message}", text.get_ref().trim()));
                Expr::Or(Vec::new())
            }
        }
    }

    /// Resolves an optional expression.
    pub(super) fn maybe_expr(&mut self, file: &File, text: Option<&draft::Text>) -> Option<Expr> {
        text.map(|text| self.expr(file, text))
    }

    fn resolve_all(&mut self, place: &Place, parts: &[Text]) -> Vec<Expr> {
        parts.iter().map(|part| self.resolve(place, part)).collect()
    }

    fn resolve(&mut self, place: &Place, text: &Text) -> Expr {
        match text {
            Text::And(parts) => Expr::And(self.resolve_all(place, parts)),
            Text::Or(parts) => Expr::Or(self.resolve_all(place, parts)),
            Text::Not(inner) => Expr::Not(Box::new(self.resolve(place, inner))),
            Text::AtLeast(count, parts) => {
                if *count == 0 || *count > parts.len() {
                    self.fault(place, format!("at_least {count} of {} parts", parts.len()));
                }
                Expr::AtLeast(*count, self.resolve_all(place, parts))
            }
            Text::Name(name) => self.resolve_name(place, name),
            Text::Known(name) => match (self.fact_ix(name), self.knowledge.name_by_id.get(name)) {
                (Some(fact), _) => Expr::KnownFact(fact),
                (None, Some(ix)) => Expr::KnownName(*ix),
                (None, None) => self.unknown(place, name),
            },
            Text::Code(name, codes) => self.resolve_code(place, name, codes),
            Text::Compare(name, op, value, unit) => {
                let Some(fact) = self.fact_ix(name) else { return self.unknown(place, name) };
                match self.canonical(fact, *value, unit) {
                    Ok(value) => Expr::Compare(fact, *op, value),
                    Err(message) => {
                        self.fault(place, message);
                        Expr::Or(Vec::new())
                    }
                }
            }
            Text::Band(name, band) => {
                let Some(fact) = self.fact_ix(name) else { return self.unknown(place, name) };
                if self.knowledge.facts[fact.at()].analyte.is_none() {
                    self.fault(place, format!("`{name} is ...`: only laboratory analytes have bands"));
                }
                Expr::Band(fact, *band)
            }
        }
    }

    fn fact_ix(&self, name: &str) -> Option<FactIx> {
        self.knowledge.fact_by_name.get(name).copied()
    }

    fn unknown(&mut self, place: &Place, name: &str) -> Expr {
        self.fault(place, format!("unknown name `{name}`: no fact, finding or definition is called so"));
        Expr::Or(Vec::new())
    }

    fn resolve_name(&mut self, place: &Place, name: &str) -> Expr {
        // A finding may share the name of its main fact: in expressions the name means the fact.
        let Some(fact) = self.fact_ix(name) else {
            return match self.knowledge.name_by_id.get(name) {
                Some(ix) => Expr::Named(*ix),
                None => self.unknown(place, name),
            };
        };
        if self.knowledge.facts[fact.at()].kind != FactKind::YesNo {
            self.fault(place, format!("`{name}` is not a yes/no fact: compare it with a value"));
        }
        Expr::Yes(fact)
    }

    fn resolve_code(&mut self, place: &Place, name: &str, words: &[String]) -> Expr {
        let Some(fact) = self.fact_ix(name) else { return self.unknown(place, name) };
        let kind = self.knowledge.facts[fact.at()].kind;
        if kind == FactKind::YesNo {
            return match words {
                [word] if word == "yes" => Expr::Yes(fact),
                [word] if word == "no" => Expr::Not(Box::new(Expr::Yes(fact))),
                // Some cases give a yes/no name a telling code: it is matched as a code.
                _ => Expr::Code(fact, words.iter().map(|word| self.intern(word)).collect()),
            };
        }
        if kind == FactKind::Number {
            self.fault(place, format!("`{name}` is a number: compare it with <, <=, > or >="));
        }
        let closed = self.knowledge.facts[fact.at()].values.clone();
        let lexicon = matches!(
            name,
            "condition"
                | "medicine"
                | "new_medicine"
                | "long_term_medicine"
                | "medicine_after_cramps"
                | "stopped_medicine"
                | "symptom_improves_on_stopping"
                | "symptom_returns_on_restart"
        );
        let mut codes = Vec::new();
        for word in words {
            if !closed.is_empty() && !closed.contains(word) {
                self.fault(place, format!("`{name}` takes {}, not `{word}`", closed.join(", ")));
            }
            match self.knowledge.codes.by_word.get(&super::normal_word(word)) {
                Some(code) => codes.push(*code),
                None if lexicon => {
                    self.fault(place, format!("unknown code `{word}` for `{name}`: add it to the lexicon"));
                }
                None => codes.push(self.intern(word)),
            }
        }
        Expr::Code(fact, codes)
    }

    /// A value in the canonical unit of a fact.
    fn canonical(&self, fact: FactIx, value: f64, unit: &str) -> Result<f64, String> {
        let fact = &self.knowledge.facts[fact.at()];
        if matches!(fact.kind, FactKind::YesNo | FactKind::Code) {
            return Err(format!("`{}` is not a number", fact.name));
        }
        if unit == fact.unit || (unit.is_empty() && fact.unit.is_empty()) {
            return Ok(value);
        }
        if let Some((_, factor, offset)) = fact.units.iter().find(|(name, ..)| name == unit) {
            return Ok(value * factor + offset);
        }
        let known: Vec<_> = fact.units.iter().map(|(name, ..)| name.as_str()).collect();
        Err(format!("`{}` needs its unit: {} {}", fact.name, fact.unit, known.join(" ")))
    }

    /// The code of a word, made when it is new.
    pub(super) fn intern(&mut self, word: &str) -> CodeId {
        let word = super::normal_word(word);
        let word = word.as_str();
        let codes = &mut self.knowledge.codes;
        if let Some(code) = codes.by_word.get(word) {
            return *code;
        }
        let code = CodeId(codes.ids.len() as u32);
        codes.ids.push(word.to_owned());
        codes.names.push(String::new());
        codes.ancestors.push(vec![code]);
        codes.by_word.insert(word.to_owned(), code);
        code
    }
}
