//! Saving and resuming: the file is a case file that `charley assess` reads, with our own part beside the facts.

use charley_knowledge::Knowledge;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lines::{Kind, Lines};
use super::{Answers, MOST_FACTS, Told, danger};

/// What the file holds.
#[derive(Serialize)]
struct Saved<'a> {
    id: &'static str,
    facts: &'a [Told],
    /// Pages, places and choices; other readers of case files ignore it.
    charley: Own<'a>,
}

#[derive(Serialize)]
struct Own<'a> {
    version: u32,
    #[serde(flatten)]
    answers: &'a Answers,
}

#[derive(Deserialize)]
struct Loaded {
    facts: Vec<Told>,
    #[serde(default)]
    charley: Option<Answers>,
}

/// Why a file cannot be resumed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LoadError {
    /// Not our JSON.
    #[error("This is not a file that Charley saved. It says: {0}")]
    NotOurs(String),
    /// Too many facts.
    #[error("This file holds too many answers. At most {MOST_FACTS} fit.")]
    TooMany,
}

/// The file.
pub fn save(answers: &Answers) -> String {
    let saved = Saved { id: "charley-answers", facts: &answers.facts, charley: Own { version: 1, answers } };
    // Strings, numbers and lists only: writing them cannot fail.
    serde_json::to_string_pretty(&saved).unwrap_or_default()
}

/// Reads a file back. A plain case file without our own part is taken as well.
///
/// # Errors
/// [`LoadError`] in words for the person.
pub fn load(knowledge: &Knowledge, text: &str) -> Result<Answers, LoadError> {
    let loaded: Loaded =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| LoadError::NotOurs(e.to_string()))?;
    if loaded.facts.len() > MOST_FACTS {
        return Err(LoadError::TooMany);
    }
    let answers = match loaded.charley {
        Some(mut answers) => {
            answers.facts = loaded.facts;
            answers
        }
        None => from_case(knowledge, loaded.facts),
    };
    Ok(tidy(knowledge, answers))
}

/// Takes the parts of a plain case that our pages ask for themselves onto those pages.
fn from_case(knowledge: &Knowledge, facts: Vec<Told>) -> Answers {
    let mut answers = Answers::default();
    let text = |facts: &[Told], name: &str| -> String {
        let values = facts.iter().filter(|told| told.name == name).filter_map(|told| told.value.as_str());
        values.collect::<Vec<_>>().join("\n")
    };
    let (medicines, illnesses) = (text(&facts, "medicine"), text(&facts, "condition"));
    answers.facts = facts;
    for (name, written, kind) in [("medicine", medicines, Kind::Medicine), ("condition", illnesses, Kind::Illness)] {
        if !written.is_empty() && written != "none" {
            let lines = match kind {
                Kind::Medicine => &mut answers.medicines,
                Kind::Illness => &mut answers.illnesses,
            };
            lines.read(knowledge, kind, &written);
            answers.forget(name);
        }
    }
    for list in &knowledge.danger_lists {
        let told = |name: &str| answers.get(name).is_some();
        if list.items.iter().flat_map(danger::fact_names).all(told) {
            answers.finish(&danger::list_page(&list.id));
        }
    }
    for item in knowledge.danger_lists.iter().flat_map(|list| &list.items) {
        if danger::fact_names(item).all(|name| answers.is_yes(name)) {
            answers.ticked.insert(item.id.clone());
        }
    }
    answers
}

/// Drops what this knowledge does not know, so that an old file opens in a newer Charley.
fn tidy(knowledge: &Knowledge, mut answers: Answers) -> Answers {
    let known_fact = |name: &String| knowledge.fact(name).is_some();
    let signs: Vec<&str> =
        knowledge.danger_lists.iter().flat_map(|list| &list.items).map(|item| item.id.as_str()).collect();
    answers.order.retain(known_fact);
    answers.unknown.retain(known_fact);
    answers.ticked.retain(|id| signs.contains(&id.as_str()));
    answers.unsure.retain(|id| signs.contains(&id.as_str()));
    answers.hidden.retain(|id| signs.contains(&id.as_str()));
    answers.region = answers.region.filter(|id| knowledge.regions.iter().any(|region| region.id == *id));
    for lines in [&mut answers.medicines, &mut answers.illnesses] {
        bound(lines);
    }
    // A list or object is no value of a fact; its page asks again.
    answers.facts.retain(|told| !matches!(told.value, Value::Array(_) | Value::Object(_) | Value::Null));
    // A list counts as answered only when each of its signs is: a file that says otherwise is asked again.
    for list in &knowledge.danger_lists {
        if !danger::is_answered(&answers, list) {
            answers.done.remove(&danger::list_page(&list.id));
        }
    }
    answers.revision = 1;
    answers
}

fn bound(lines: &mut Lines) {
    lines.lines.truncate(super::lines::MOST_LINES);
    for line in &mut lines.lines {
        line.written = line.written.chars().take(super::lines::MOST_CHARACTERS).collect();
        line.choices.truncate(3);
    }
}
