//! Facts of one person: what was given, what was explicitly denied, what was not understood.

mod read;
mod units;

use charley_knowledge::expr::Band;
use charley_knowledge::{CodeId, FactIx, Knowledge};

pub use read::close_names;

use crate::untold::FactSet;

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

impl<'k> Facts<'k> {
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

    /// All facts of which anything is known.
    pub(crate) fn told(&self) -> FactSet {
        let mut told = FactSet::of(self.known.len());
        for (at, known) in self.known.iter().enumerate() {
            if known.is_given() || !known.absent.is_empty() {
                told.insert(FactIx(at as u32));
            }
        }
        told
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
}
