//! Reading facts: names, codes and units are resolved; what is impossible or contradictory is refused.

use charley_knowledge::medicines::Resolved;
use charley_knowledge::{CodeId, FactIx, FactKind, Knowledge};

use super::units::{duration_word_days, round_digits, takes, unit_factor};
use super::{FactError, Facts, Given, Known, Unrecognised, Value};

/// Facts whose codes name medicines.
const MEDICINE_LEXICON: [&str; 8] = [
    "medicine",
    "new_medicine",
    "long_term_medicine",
    "medicine_after_cramps",
    "stopped_medicine",
    "symptom_improves_on_stopping",
    "symptom_returns_on_restart",
    "switched_to",
];

/// Of those, facts that say the medicine is or was taken while the cramps were there.
const TAKEN: [&str; 5] = [
    "new_medicine",
    "long_term_medicine",
    "medicine_after_cramps",
    "symptom_improves_on_stopping",
    "symptom_returns_on_restart",
];

impl<'k> Facts<'k> {
    /// Reads facts.
    ///
    /// # Errors
    /// Every fact that is refused, with what to do: unknown unit, impossible number, wrong type, contradiction.
    pub fn read(knowledge: &'k Knowledge, given: &[Given]) -> Result<Self, Vec<FactError>> {
        let mut facts = Self {
            knowledge,
            known: vec![Known::default(); knowledge.facts.len()],
            unrecognised: Vec::new(),
            read_as: Vec::new(),
        };
        let mut errors: Vec<FactError> = given.iter().filter_map(|fact| facts.add(fact).err()).collect();
        facts.contradictions(&mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        facts.imply_medicines();
        crate::derive::derive(&mut facts);
        Ok(facts)
    }

    fn add(&mut self, given: &Given) -> Result<(), FactError> {
        let refuse = |message: String| FactError { name: given.name.clone(), message };
        if let Some(days) = given.days_ago
            && !(days.is_finite() && (0.0..=50_000.0).contains(&days))
        {
            return Err(refuse("`days_ago` must be a number of days, 0 or more".to_owned()));
        }
        let Some((ix, fact)) = self.knowledge.fact(&given.name) else {
            return self.add_unknown_name(given);
        };
        if given.name.ends_with("_absent") {
            return self.add_absent(given);
        }
        match (&given.value, fact.kind) {
            (Value::Bool(yes), FactKind::YesNo) => self.set_yes_no(ix, *yes),
            (Value::Bool(_), _) => Err(refuse(format!("true/false given, but it takes {}", takes(fact)))),
            (Value::Number(_), FactKind::YesNo | FactKind::Code) => {
                Err(refuse(format!("a number given, but it takes {}", takes(fact))))
            }
            (Value::Number(value), _) => self.set_given_number(ix, *value, given),
            (Value::Text(text), _) => self.set_text(ix, text.trim(), given),
        }
    }

    fn add_unknown_name(&mut self, given: &Given) -> Result<(), FactError> {
        if given.name.ends_with("_absent") && self.knowledge.fact(given.name.trim_end_matches("_absent")).is_some() {
            return self.add_absent(given);
        }
        let did_you_mean = close_names(self.knowledge, &given.name);
        self.unrecognised.push(Unrecognised { name: given.name.clone(), value: None, did_you_mean });
        Ok(())
    }

    fn add_absent(&mut self, given: &Given) -> Result<(), FactError> {
        let base = given.name.trim_end_matches("_absent");
        let Value::Text(word) = &given.value else {
            return Err(FactError {
                name: given.name.clone(),
                message: format!("name the {base} that is absent, for example \"{base}_absent = diabetes\""),
            });
        };
        let Some((ix, _)) = self.knowledge.fact(base) else { return self.add_unknown_name(given) };
        match self.code(base, word) {
            Some(code) => self.known[ix.at()].absent.push(code),
            None => self.not_understood(&given.name, base, word),
        }
        Ok(())
    }

    fn set_yes_no(&mut self, ix: FactIx, yes: bool) -> Result<(), FactError> {
        let known = &mut self.known[ix.at()];
        match known.yes {
            Some(before) if before != yes => Err(FactError {
                name: self.knowledge.facts[ix.at()].name.clone(),
                message: "given both as yes and as no: send the one that is right".to_owned(),
            }),
            _ => {
                known.yes = Some(yes);
                Ok(())
            }
        }
    }

    fn set_given_number(&mut self, ix: FactIx, value: f64, given: &Given) -> Result<(), FactError> {
        let fact = &self.knowledge.facts[ix.at()];
        let refuse = |message: String| Err(FactError { name: fact.name.clone(), message });
        if !value.is_finite() {
            return refuse("the number is not finite".to_owned());
        }
        let (factor, offset) = match unit_factor(fact, given.unit.as_deref()) {
            Ok(conversion) => conversion,
            Err(message) => return refuse(message),
        };
        // Multiplication leaves 0.30000000000000004 where 0.3 was meant; twelve digits are beyond any assay.
        let canonical = round_digits(value * factor + offset);
        if canonical < fact.min || canonical > fact.max {
            return refuse(format!(
                "{value} {} is outside what is possible ({} to {} {}): check the number and its unit",
                given.unit.as_deref().unwrap_or_default(),
                fact.min,
                fact.max,
                fact.unit
            ));
        }
        let known = &mut self.known[ix.at()];
        match known.number {
            Some(before) if before != canonical => refuse(format!(
                "given twice with different numbers ({before} and {canonical} {}): send the latest",
                fact.unit
            )),
            _ => {
                known.number = Some(canonical);
                known.days_ago = given.days_ago;
                Ok(())
            }
        }
    }

    fn set_text(&mut self, ix: FactIx, text: &str, given: &Given) -> Result<(), FactError> {
        let fact = &self.knowledge.facts[ix.at()];
        let refuse = |message: String| Err(FactError { name: fact.name.clone(), message });
        match fact.kind {
            FactKind::YesNo if text.eq_ignore_ascii_case("yes") => return self.set_yes_no(ix, true),
            FactKind::YesNo if text.eq_ignore_ascii_case("no") => return self.set_yes_no(ix, false),
            FactKind::YesNo if text.eq_ignore_ascii_case("unknown") => return Ok(()),
            FactKind::Number | FactKind::NumberOrCode | FactKind::Duration => {
                if let Ok(number) = text.parse::<f64>() {
                    return self.set_given_number(ix, number, given);
                }
            }
            _ => {}
        }
        if text.is_empty() || text.len() > 200 {
            return refuse("the value is empty or longer than 200 characters".to_owned());
        }
        if fact.kind == FactKind::Duration
            && let Some(days) = duration_word_days(text)
        {
            self.known[ix.at()].number.get_or_insert(days);
            return Ok(());
        }
        if fact.kind == FactKind::Number {
            return refuse(format!("`{text}` is not a number: it takes {}", takes(fact)));
        }
        let name = fact.name.clone();
        match self.code(&name, text) {
            Some(code) => {
                let known = &mut self.known[ix.at()];
                if !known.codes.contains(&code) {
                    known.codes.push(code);
                }
                known.days_ago = given.days_ago.or(known.days_ago);
            }
            None => {
                self.known[ix.at()].other = true;
                self.not_understood(&name, &name, text);
            }
        }
        Ok(())
    }

    fn not_understood(&mut self, name: &str, base: &str, word: &str) {
        let among = self.among(base);
        let did_you_mean = match self.knowledge.resolve_code(word, among) {
            Resolved::Unknown(names) => names,
            Resolved::Known(_) | Resolved::Inside(_) => Vec::new(),
        };
        self.unrecognised.push(Unrecognised { name: name.to_owned(), value: Some(word.to_owned()), did_you_mean });
    }

    /// Which codes a fact may take.
    fn among(&self, name: &str) -> impl Fn(CodeId) -> bool + use<'k> {
        let knowledge = self.knowledge;
        let medicines = MEDICINE_LEXICON.contains(&name);
        let conditions = matches!(name, "condition" | "family_history");
        move |code| {
            if knowledge.codes.id(code) == "none" {
                true
            } else if medicines {
                knowledge.is_medicine(code)
            } else if conditions {
                knowledge.codes.conditions.contains(&code)
            } else {
                true
            }
        }
    }

    fn code(&mut self, name: &str, written: &str) -> Option<CodeId> {
        let (code, exact) = self.knowledge.find_code(written, self.among(name))?;
        if !exact {
            let read_as = self.knowledge.codes.id(code).to_owned();
            self.read_as.push((name.to_owned(), written.to_owned(), read_as));
        }
        Some(code)
    }

    fn contradictions(&self, errors: &mut Vec<FactError>) {
        for (at, known) in self.known.iter().enumerate() {
            for code in &known.codes {
                if known.absent.iter().any(|absent| absent == code) {
                    errors.push(FactError {
                        name: self.knowledge.facts[at].name.clone(),
                        message: format!(
                            "`{}` is given both as present and as absent: send the one that is right",
                            self.knowledge.codes.id(*code)
                        ),
                    });
                }
            }
        }
    }

    /// A new, long-taken or later medicine is a medicine taken now.
    fn imply_medicines(&mut self) {
        let Some((medicine, _)) = self.knowledge.fact("medicine") else { return };
        for name in TAKEN {
            let codes = self.named(name).map(|known| known.codes.clone()).unwrap_or_default();
            for code in codes {
                let known = &mut self.known[medicine.at()];
                if !known.codes.contains(&code) {
                    known.codes.push(code);
                }
            }
        }
    }
}

/// At most three names of facts that may be meant by an unknown one: those that are it behind a first word
/// (`lab_potassium` for "potassium"), then those a few letters away.
pub fn close_names(knowledge: &Knowledge, unknown: &str) -> Vec<String> {
    let unknown = unknown.trim().to_lowercase().replace([' ', '-'], "_");
    let length = unknown.chars().count();
    let farthest = 1 + length / 6;
    let distance = |name: &str| match name.split_once('_') {
        Some((_, rest)) if rest == unknown => Some(0),
        // Each edit changes the length by one at most, so a name of another length needs no closer look.
        _ if name.chars().count().abs_diff(length) > farthest => None,
        _ => Some(strsim::damerau_levenshtein(&unknown, name)).filter(|distance| *distance <= farthest),
    };
    let named = knowledge.facts.iter().map(|fact| fact.name.as_str());
    let mut close: Vec<(usize, &str)> = named.filter_map(|name| Some((distance(name)?, name))).collect();
    close.sort_unstable();
    close.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}
