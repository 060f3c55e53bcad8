//! Facts of one person: what was given, what was explicitly denied, what was not understood.

use charley_knowledge::expr::Band;
use charley_knowledge::medicines::Resolved;
use charley_knowledge::{CodeId, Fact, FactIx, FactKind, Knowledge};

/// A value as it arrives.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text: `yes`, `no`, a code, or a number in words of digits.
    Text(String),
}

/// One fact as it arrives.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Name.
    pub name: String,
    /// Value.
    pub value: Value,
    /// Unit of a number.
    pub unit: Option<String>,
    /// Days before today; none when it is of today or undated.
    pub days_ago: Option<f64>,
}

/// A fact that is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("fact `{name}`: {message}")]
pub struct FactError {
    /// Name of the fact.
    pub name: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// What is known of one fact.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// Yes or no.
    pub yes: Option<bool>,
    /// Number in the canonical unit.
    pub number: Option<f64>,
    /// Codes given.
    pub codes: Vec<CodeId>,
    /// Codes explicitly denied.
    pub absent: Vec<CodeId>,
    /// Some code was given that the knowledge does not know.
    pub other: bool,
    /// Days before today.
    pub days_ago: Option<f64>,
    /// Computed from other facts, not given.
    pub derived: bool,
}

impl Known {
    /// True when the fact was given at all.
    pub fn is_given(&self) -> bool {
        self.yes.is_some() || self.number.is_some() || !self.codes.is_empty() || self.other
    }
}

/// A name or code that is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct Unrecognised {
    /// Name of the fact.
    pub name: String,
    /// The code, when the name is known.
    pub value: Option<String>,
    /// Close names; never applied by themselves.
    pub did_you_mean: Vec<String>,
}

/// All facts of one person.
#[derive(Debug, Clone)]
pub struct Facts<'k> {
    /// The knowledge that names them.
    pub knowledge: &'k Knowledge,
    known: Vec<Known>,
    /// Names and codes that are not known.
    pub unrecognised: Vec<Unrecognised>,
    /// Codes read as a known one inside them: fact, given, read as.
    pub read_as: Vec<(String, String, String)>,
}

/// A result older than this is repeated, not acted on (refinement of the red flags).
pub const FRESH_DAYS: f64 = 7.0;

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

    /// What is known of a fact.
    pub fn get(&self, fact: FactIx) -> &Known {
        &self.known[fact.at()]
    }

    /// What is known of a fact, by name; nothing for an unknown name.
    pub fn named(&self, name: &str) -> Option<&Known> {
        self.knowledge.fact(name).map(|(ix, _)| self.get(ix))
    }

    /// A number by name.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.named(name)?.number
    }

    /// A yes/no fact by name.
    pub fn yes(&self, name: &str) -> Option<bool> {
        self.named(name)?.yes
    }

    /// True when a coded fact holds this code itself.
    pub fn has_code(&self, name: &str, code: &str) -> bool {
        let Some(code) = self.knowledge.codes.by_word.get(code) else { return false };
        self.named(name).is_some_and(|known| known.codes.contains(code))
    }

    /// Sets a number computed from others; it is as old as the oldest of them.
    pub(crate) fn set_number(&mut self, name: &str, value: f64, from: &[&str]) {
        let ages = from.iter().filter_map(|name| self.named(name)?.days_ago);
        let oldest = ages.reduce(f64::max);
        if let Some((ix, _)) = self.knowledge.fact(name) {
            let known = &mut self.known[ix.at()];
            if known.number.is_none() && value.is_finite() {
                known.number = Some(value);
                known.days_ago = oldest;
                known.derived = true;
            }
        }
    }

    pub(crate) fn set_yes(&mut self, name: &str) {
        if let Some((ix, _)) = self.knowledge.fact(name) {
            let known = &mut self.known[ix.at()];
            if known.yes.is_none() {
                known.yes = Some(true);
                known.derived = true;
            }
        }
    }

    /// Facts that were given (not derived), in order of their index.
    pub fn given(&self) -> impl Iterator<Item = (FactIx, &Known)> {
        self.known
            .iter()
            .enumerate()
            .filter(|(_, known)| !known.derived && (known.is_given() || !known.absent.is_empty()))
            .map(|(at, known)| (FactIx(at as u32), known))
    }

    /// The band of a laboratory value: `Some(true)` when it lies in the band.
    pub fn band(&self, fact: FactIx, band: Band) -> Option<bool> {
        let known = self.get(fact);
        let analyte = &self.knowledge.analytes[self.knowledge.facts[fact.at()].analyte?];
        if let Some(value) = known.number {
            let (low, high) = (self.limit(analyte.low, f64::min), self.limit(analyte.high, f64::max));
            let below = low.map(|low| value < low);
            let above = high.map(|high| value > high);
            return match band {
                Band::Low => below,
                Band::High => above,
                Band::VeryLow => analyte.very_low.map(|limit| value < limit),
                Band::VeryHigh => self.limit(analyte.very_high, f64::max).map(|limit| value >= limit),
                Band::Normal => Some(!below.unwrap_or(false) && !above.unwrap_or(false)),
            };
        }
        let word = known.codes.first().map(|code| self.knowledge.codes.id(*code))?;
        let (low, high) = match word {
            "very_low" => (2, 0),
            "low" | "reduced" | "decreased" => (1, 0),
            "high" | "positive" | "raised" | "elevated" | "increased" => (0, 1),
            "very_high" => (0, 2),
            "normal" | "negative" => (0, 0),
            _ => return None,
        };
        match band {
            Band::Low => Some(low > 0),
            Band::High => Some(high > 0),
            // "low" alone leaves open whether it is very low.
            Band::VeryLow => {
                if low == 1 {
                    None
                } else {
                    Some(low == 2)
                }
            }
            Band::VeryHigh => {
                if high == 1 {
                    None
                } else {
                    Some(high == 2)
                }
            }
            Band::Normal => Some(low == 0 && high == 0),
        }
    }

    /// The limit for this person's sex; for an unknown sex the one that calls fewer values abnormal.
    fn limit(&self, limits: [Option<f64>; 2], less_alarming: fn(f64, f64) -> f64) -> Option<f64> {
        if self.has_code("sex", "female") {
            limits[0]
        } else if self.has_code("sex", "male") {
            limits[1]
        } else {
            Some(less_alarming(limits[0]?, limits[1]?))
        }
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
        let mut close: Vec<(usize, &str)> = self
            .knowledge
            .facts
            .iter()
            .map(|fact| (strsim::damerau_levenshtein(&given.name, &fact.name), fact.name.as_str()))
            .filter(|(distance, _)| *distance <= 1 + given.name.len() / 6)
            .collect();
        close.sort_unstable();
        let did_you_mean = close.into_iter().take(3).map(|(_, name)| name.to_owned()).collect();
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

fn takes(fact: &Fact) -> String {
    match fact.kind {
        FactKind::YesNo => "yes or no".to_owned(),
        FactKind::Number => format!("a number in {}", units_of(fact)),
        FactKind::Code if fact.values.is_empty() => "a word".to_owned(),
        FactKind::Code => fact.values.join(", "),
        FactKind::NumberOrCode => format!("a number in {} or a word such as low, normal, high", units_of(fact)),
        FactKind::Duration => format!("a number in {} or a word such as days, weeks, months", units_of(fact)),
    }
}

fn units_of(fact: &Fact) -> String {
    if fact.unit.is_empty() {
        return "no unit".to_owned();
    }
    let others = fact.units.iter().map(|(unit, ..)| unit.as_str());
    std::iter::once(fact.unit.as_str()).chain(others).collect::<Vec<_>>().join(", ")
}

/// Factor and offset from a written unit to the canonical one.
fn unit_factor(fact: &Fact, unit: Option<&str>) -> Result<(f64, f64), String> {
    let written = unit.unwrap_or_default().trim();
    if written.is_empty() {
        let ambiguous = fact.analyte.is_some() && fact.units.iter().any(|(_, f, _)| (f - 1.0).abs() > 1e-9);
        return if ambiguous { Err(format!("give the unit: {}", units_of(fact))) } else { Ok((1.0, 0.0)) };
    }
    let plain = |text: &str| text.replace(['µ', 'μ'], "u").to_lowercase();
    if plain(written) == plain(&fact.unit) {
        return Ok((1.0, 0.0));
    }
    if let Some((_, factor, offset)) = fact.units.iter().find(|(name, ..)| plain(name) == plain(written)) {
        return Ok((*factor, *offset));
    }
    if fact.unit.is_empty() && matches!(written, "1" | "no unit" | "ratio") {
        return Ok((1.0, 0.0));
    }
    Err(format!("unknown unit `{written}`: use {}", units_of(fact)))
}

fn round_digits(value: f64) -> f64 {
    format!("{value:.12e}").parse().unwrap_or(value)
}

/// Days meant by a vague word: the middle of what people call so (our judgement).
fn duration_word_days(word: &str) -> Option<f64> {
    Some(match word {
        "minutes" => 0.01,
        "hours" => 0.25,
        "days" => 3.0,
        "weeks" => 21.0,
        "months" => 120.0,
        "years" => 1000.0,
        "since_birth" | "lifelong" | "childhood" => 7000.0,
        _ => return None,
    })
}
