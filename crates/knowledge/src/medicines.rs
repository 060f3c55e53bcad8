//! Medicine names as people write them.

use crate::model::{CodeId, Knowledge};

pub use crate::check::normal_word;

/// What a written medicine name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// Exactly a known name, brand or class.
    Known(CodeId),
    /// A known name stands inside what was written ("atorvastatin 40 mg at night").
    Inside(CodeId),
    /// Not known; close names, never applied by themselves.
    Unknown(Vec<String>),
}

impl Knowledge {
    /// Reads a code: exactly (true), or as the longest known run of whole words inside it (false).
    pub fn find_code(&self, written: &str, among: impl Fn(CodeId) -> bool) -> Option<(CodeId, bool)> {
        let word = normal_word(written);
        if let Some(code) = self.codes.by_word.get(&word).copied().filter(|code| among(*code)) {
            return Some((code, true));
        }
        let parts: Vec<&str> = word.split('_').filter(|part| !part.is_empty()).take(24).collect();
        if parts.iter().any(|part| NEGATING.contains(part)) {
            return None;
        }
        (1..parts.len()).rev().find_map(|length| {
            (0..=parts.len() - length).find_map(|start| {
                let run = parts[start..start + length].join("_");
                let code = self.codes.by_word.get(&run).copied().filter(|code| among(*code))?;
                Some((code, false))
            })
        })
    }

    /// As [`Knowledge::find_code`], with close names for what is not known.
    pub fn resolve_code(&self, written: &str, among: impl Fn(CodeId) -> bool) -> Resolved {
        match self.find_code(written, &among) {
            Some((code, true)) => Resolved::Known(code),
            Some((code, false)) => Resolved::Inside(code),
            None => Resolved::Unknown(self.close_words(&normal_word(written), among)),
        }
    }

    /// True for codes of medicines and their classes.
    pub fn is_medicine(&self, code: CodeId) -> bool {
        self.medicines.iter().any(|medicine| medicine.code == code)
            || self.classes.iter().any(|class| class.code == code)
    }

    fn close_words(&self, word: &str, among: impl Fn(CodeId) -> bool) -> Vec<String> {
        let exact = self.medicines.iter().find(|m| m.misspellings.iter().any(|s| normal_word(s) == word));
        if let Some(medicine) = exact.filter(|m| among(m.code)) {
            return vec![self.codes.name(medicine.code)];
        }
        if word.len() < 4 || word.len() > 60 {
            return Vec::new();
        }
        let farthest = 1 + word.len() / 5;
        let mut close: Vec<(usize, &str, CodeId)> = self
            .codes
            .by_word
            .iter()
            .filter(|(known, _)| known.len().abs_diff(word.len()) <= 3 && may_be_close(word, known, farthest))
            .filter(|(_, code)| among(**code))
            .map(|(known, code)| (strsim::damerau_levenshtein(word, known), known.as_str(), *code))
            .filter(|(distance, ..)| *distance <= farthest)
            .collect();
        close.sort();
        let mut names = Vec::new();
        for (_, _, code) in close {
            let name = self.codes.name(code);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.truncate(3);
        names
    }

    /// The code of a medicine name, when it is known.
    pub fn resolve_medicine(&self, written: &str) -> Option<String> {
        match self.resolve_code(written, |code| self.is_medicine(code)) {
            Resolved::Known(code) | Resolved::Inside(code) => Some(self.codes.id(code).to_owned()),
            Resolved::Unknown(_) => None,
        }
    }

    /// Close medicine names for one that is not known.
    pub fn suggest_medicine(&self, written: &str) -> Vec<String> {
        match self.resolve_code(written, |code| self.is_medicine(code)) {
            Resolved::Known(code) | Resolved::Inside(code) => vec![self.codes.name(code)],
            Resolved::Unknown(names) => names,
        }
    }
}

/// False where two words are certainly more edits apart: one edit changes the length by one and the set of letters by two,
/// at most. Most words need no closer look.
fn may_be_close(one: &str, other: &str, farthest: usize) -> bool {
    one.chars().count().abs_diff(other.chars().count()) <= farthest
        && (letters(one) ^ letters(other)).count_ones() as usize <= 2 * farthest
}

/// The letters of a word, a bit each; all other characters share bits.
fn letters(word: &str) -> u32 {
    word.chars().fold(0, |letters, letter| letters | 1 << (letter as u32 & 31))
}

/// Words that turn a code into something else than the diagnosis inside it.
const NEGATING: [&str; 7] = ["no", "not", "without", "suspected", "possible", "negative", "unnamed"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_looked_at_closer_is_far() {
        let knowledge = crate::embedded().expect("the shipped knowledge");
        let known: Vec<&str> = knowledge.codes.by_word.keys().map(String::as_str).collect();
        let (mut close, mut skipped) = (0, 0);
        for word in ["magnésium", "amlodipne", "simvasttin", "qunine", "furosemide", "potassuim", "éèê", "iron"] {
            let farthest = 1 + word.len() / 5;
            for known in &known {
                let distance = strsim::damerau_levenshtein(word, known);
                close += usize::from(distance <= farthest);
                match may_be_close(word, known, farthest) {
                    true => {}
                    false => {
                        skipped += 1;
                        assert!(distance > farthest, "{word} and {known} are {distance} edits apart");
                    }
                }
            }
        }
        assert!(close > 5 && skipped > known.len(), "{close} close, {skipped} skipped");
    }
}
