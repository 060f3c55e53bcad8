//! Review of medicines: what each may have to do with cramps, with salts and with the others, and what to ask its prescriber.
//!
//! Nobody stops or halves a prescribed medicine because of this. It ends in questions.

mod note;
mod review;

use charley_knowledge::medicines::Resolved;
use charley_knowledge::{CodeId, Knowledge};
use charley_wire::FactIn;
use serde::{Deserialize, Serialize};

pub use note::note;
pub use review::{Evidence, Pair, Review, ReviewLine, SALTS, review};

use crate::intake::plain_fact;

/// Most lines of the list.
pub const MOST_LINES: usize = 60;
/// Longest line.
pub const MOST_CHARS: usize = 120;

/// When a medicine began, against the cramps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Began {
    /// Shortly before, or the dose rose then.
    ShortlyBefore,
    /// Long before.
    LongBefore,
    /// After.
    After,
}

impl Began {
    /// All, in the order of the form.
    pub const ALL: [Self; 3] = [Self::ShortlyBefore, Self::LongBefore, Self::After];

    /// The word in forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::ShortlyBefore => "shortly_before",
            Self::LongBefore => "long_before",
            Self::After => "after",
        }
    }

    /// From the word in a form.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|began| began.code() == code)
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::ShortlyBefore => "within a year before the cramps, or the dose rose then",
            Self::LongBefore => "long before the cramps",
            Self::After => "after the cramps began",
        }
    }

    fn fact(self) -> &'static str {
        match self {
            Self::ShortlyBefore => "new_medicine",
            Self::LongBefore => "long_term_medicine",
            Self::After => "medicine_after_cramps",
        }
    }
}

/// One line of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// As written.
    pub written: String,
    /// What it is read as: a code of the lexicon.
    pub code: Option<String>,
    /// The clinician said that none of the choices is right.
    pub as_written: bool,
    /// When it began.
    pub began: Option<Began>,
}

/// The list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Medicines {
    /// Lines as they were written.
    pub lines: Vec<Line>,
    /// The list is complete: what is not on it is not taken.
    pub complete: bool,
}

/// The codes that a written name may mean, best first, and whether one of them stands in it as it is.
pub fn choices(knowledge: &Knowledge, written: &str) -> (Vec<String>, bool) {
    let medicine = |code: CodeId| knowledge.is_medicine(code);
    let id = |code: CodeId| knowledge.codes.id(code).to_owned();
    match knowledge.resolve_code(written, medicine) {
        Resolved::Known(code) | Resolved::Inside(code) => (vec![id(code)], true),
        Resolved::Unknown(names) => {
            let known = |name: &String| match knowledge.resolve_code(name, medicine) {
                Resolved::Known(code) => Some(id(code)),
                Resolved::Inside(_) | Resolved::Unknown(_) => None,
            };
            (names.iter().filter_map(known).collect(), false)
        }
    }
}

impl Medicines {
    /// Reads a text: one medicine a line, or separated by semicolons. A line that stays keeps what was said of it. A name that
    /// stands in a line is read; one that is only like a name is not.
    pub fn read(&mut self, knowledge: &Knowledge, text: &str) {
        let before = std::mem::take(&mut self.lines);
        for written in text.split(['\n', ';']).map(str::trim).filter(|line| !line.is_empty()) {
            let written: String = written.chars().take(MOST_CHARS).collect();
            if self.lines.len() >= MOST_LINES || self.lines.iter().any(|line| line.written == written) {
                continue;
            }
            let kept = before.iter().find(|line| line.written == written).cloned();
            self.lines.push(kept.unwrap_or_else(|| {
                let (choices, stands) = choices(knowledge, &written);
                let code = choices.into_iter().next().filter(|_| stands);
                Line { written, code, ..Line::default() }
            }));
        }
    }

    /// As text, one a line.
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| line.written.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// As facts.
    pub fn facts(&self) -> Vec<FactIn> {
        let mut facts: Vec<FactIn> = self
            .lines
            .iter()
            .map(|line| {
                let name = line.began.map_or("medicine", Began::fact);
                plain_fact(name, line.code.as_deref().unwrap_or(&line.written))
            })
            .collect();
        if self.complete {
            facts.push(plain_fact("medicines_complete", "yes"));
        }
        facts
    }
}
