//! Lists that people write, one entry a line: medicines and illnesses. What is read into a line is shown and
//! confirmed, never silently applied.

use charley_knowledge::medicines::Resolved;
use charley_knowledge::{CodeId, Knowledge};
use serde::{Deserialize, Serialize};

/// Most lines of one list.
pub const MOST_LINES: usize = 40;
/// Most characters of one line.
pub const MOST_CHARACTERS: usize = 100;

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Medicines and supplements.
    Medicine,
    /// Diagnoses.
    Illness,
}

impl Kind {
    /// True for codes of this kind.
    pub fn among(self, knowledge: &Knowledge, code: CodeId) -> bool {
        match self {
            Self::Medicine => knowledge.is_medicine(code),
            Self::Illness => knowledge.codes.conditions.contains(&code),
        }
    }
}

/// When a medicine began, against the cramps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Began {
    /// Shortly before, or the dose went up then.
    ShortlyBefore,
    /// Long before.
    LongBefore,
    /// After.
    After,
}

impl Began {
    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ShortlyBefore => "shortly_before",
            Self::LongBefore => "long_before",
            Self::After => "after",
        }
    }

    /// From the word in a form.
    pub fn read(word: &str) -> Option<Self> {
        [Self::ShortlyBefore, Self::LongBefore, Self::After].into_iter().find(|began| began.as_str() == word)
    }

    /// The fact it makes of a medicine.
    pub fn fact(self) -> &'static str {
        match self {
            Self::ShortlyBefore => "new_medicine",
            Self::LongBefore => "long_term_medicine",
            Self::After => "medicine_after_cramps",
        }
    }
}

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// As written.
    pub written: String,
    /// Codes it may mean, best first.
    pub choices: Vec<String>,
    /// True when it is exactly a known name, brand or class.
    pub exact: bool,
    /// The code the person confirmed.
    pub code: Option<String>,
    /// The person said that none of the choices is right.
    pub as_written: bool,
    /// When it began.
    pub began: Option<Began>,
}

impl Line {
    /// True when the person must still say what is meant.
    pub fn is_open(&self) -> bool {
        self.code.is_none() && !self.as_written && !self.choices.is_empty()
    }

    /// What goes into the case: the confirmed code, or the words as written.
    pub fn value(&self) -> &str {
        self.code.as_deref().unwrap_or(&self.written)
    }

    fn read(knowledge: &Knowledge, kind: Kind, written: &str) -> Self {
        let id = |code: CodeId| knowledge.codes.id(code).to_owned();
        let mut line = Self { written: written.to_owned(), ..Self::default() };
        match knowledge.resolve_code(written, |code| kind.among(knowledge, code)) {
            Resolved::Known(code) => {
                line.exact = true;
                line.code = Some(id(code));
                line.choices = vec![id(code)];
            }
            Resolved::Inside(code) => line.choices = vec![id(code)],
            Resolved::Unknown(names) => {
                let among = |code: CodeId| kind.among(knowledge, code);
                line.choices = names
                    .iter()
                    .filter_map(|name| match knowledge.resolve_code(name, among) {
                        Resolved::Known(code) => Some(id(code)),
                        Resolved::Inside(_) | Resolved::Unknown(_) => None,
                    })
                    .collect();
            }
        }
        line
    }
}

/// A list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lines {
    /// Lines in the order they were written.
    pub lines: Vec<Line>,
    /// The person says that the list is complete (an empty complete list means: none).
    pub complete: bool,
    /// The person does not know.
    pub unknown: bool,
}

impl Lines {
    /// Reads a text area: one entry a line, or separated by commas or semicolons. Lines that stay the same keep what
    /// was confirmed.
    pub fn read(&mut self, knowledge: &Knowledge, kind: Kind, text: &str) {
        let before = std::mem::take(&mut self.lines);
        for written in text.split(['\n', ';', ',']).map(str::trim).filter(|line| !line.is_empty()) {
            let cut: String = written.chars().take(MOST_CHARACTERS).collect();
            let written = cut.trim_end();
            if self.lines.len() >= MOST_LINES || self.lines.iter().any(|line| line.written == written) {
                continue;
            }
            let kept = before.iter().find(|line| line.written == written).cloned();
            self.lines.push(kept.unwrap_or_else(|| Line::read(knowledge, kind, written)));
        }
    }

    /// As text, one entry a line.
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| line.written.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// True when a line must still be confirmed.
    pub fn is_open(&self) -> bool {
        self.lines.iter().any(Line::is_open)
    }
}

/// True when this medicine, or a class it belongs to, is known to add to cramps: then it matters when it began.
pub fn may_add_to_cramps(knowledge: &Knowledge, code: &str) -> bool {
    let Some(code) = knowledge.codes.by_word.get(code) else {
        return false;
    };
    knowledge.classes.iter().any(|class| class.strength.is_some() && knowledge.codes.is_a(*code, class.code))
}

/// The plain name of a code.
pub fn plain_name(knowledge: &Knowledge, code: &str) -> String {
    knowledge.codes.by_word.get(code).map_or_else(|| code.replace('_', " "), |code| knowledge.codes.name(*code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_is_the_same_line_when_it_is_read_again() {
        let knowledge = charley_knowledge::embedded().unwrap();
        let long = format!("{}  and goes on", "x".repeat(MOST_CHARACTERS - 2));
        let mut lines = Lines::default();
        lines.read(&knowledge, Kind::Medicine, &long);
        lines.lines[0].as_written = true;
        let text = lines.text();
        assert_eq!(text, "x".repeat(MOST_CHARACTERS - 2));
        lines.read(&knowledge, Kind::Medicine, &text);
        assert!(lines.lines[0].as_written, "what the person said of it is kept");
    }
}
