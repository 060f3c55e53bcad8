//! Which words of the arm column mean treatment.

use std::collections::{BTreeMap, BTreeSet};

use super::TableError;
use crate::{list, short};

/// Words for the arm without treatment.
const WITHOUT: &[&str] = &["0", "false", "no", "control", "placebo", "usual", "baseline", "off", "a", "without"];
const WITH: &[&str] = &["1", "true", "yes", "treatment", "active", "on", "b", "with"];

/// Words with their meaning, in small letters.
pub struct Meanings(BTreeMap<String, bool>);

impl Meanings {
    /// True when a word of the column means treatment.
    pub fn treated(&self, word: &str) -> bool {
        self.0.get(&word.to_lowercase()) == Some(&true)
    }
}

/// Finds out what the words mean: one or two known ones, or a known one and its opposite. Says it.
pub fn meanings<'w>(words: impl Iterator<Item = &'w str>, said: &mut Vec<String>) -> Result<Meanings, TableError> {
    let found: BTreeSet<String> = words.map(str::to_lowercase).collect();
    let found: Vec<String> = found.into_iter().collect();
    let known = |word: &String| {
        if WITHOUT.contains(&word.as_str()) { Some(false) } else { WITH.contains(&word.as_str()).then_some(true) }
    };
    let meanings: Vec<Option<bool>> = found.iter().map(known).collect();
    let meanings: Vec<bool> = match (found.len(), meanings.as_slice()) {
        (1 | 2, all) if all.iter().all(Option::is_some) => all.iter().map(|known| *known == Some(true)).collect(),
        (2, [Some(first), None]) => vec![*first, !*first],
        (2, [None, Some(second)]) => vec![!*second, *second],
        _ => {
            return Err(TableError::Arms(list(found.iter().map(String::as_str))));
        }
    };
    for (word, treated) in found.iter().zip(&meanings) {
        said.push(format!("{:?} is {}", short(word), if *treated { "on treatment" } else { "without" }));
    }
    Ok(Meanings(found.into_iter().zip(meanings).collect()))
}
