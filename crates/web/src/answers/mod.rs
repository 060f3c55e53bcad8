//! What a person has answered so far, and the case it makes.

pub mod danger;
pub mod lines;
pub mod places;
pub mod save;

use std::collections::BTreeSet;

use charley_knowledge::Knowledge;
use charley_wire::{Case, FactIn};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use lines::{Line, Lines};

/// For whom the answers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The reader.
    Me,
    /// Somebody the reader helps.
    Other,
}

/// The page that gave a fact: answering that page again replaces its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// The body chart.
    Body,
    /// A question page.
    Question,
    /// The danger check.
    Danger,
    /// The list of medicines.
    Medicines,
    /// The list of illnesses.
    Illnesses,
    /// A case file without our own part.
    File,
}

/// One fact with the page it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Name of the fact.
    pub name: String,
    /// Value as in a case file.
    pub value: Value,
    /// Unit of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Days before today, for older results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_ago: Option<f64>,
    /// The page.
    #[serde(default = "from_file")]
    pub from: From,
}

fn from_file() -> From {
    From::File
}

/// Most facts that are kept of one person.
pub const MOST_FACTS: usize = 500;

/// All answers of one check.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// Id of the region.
    pub region: Option<String>,
    /// For whom.
    pub who: Option<Who>,
    /// Pages that are answered: `body`, `danger:today`, `medicines`, ...
    pub done: BTreeSet<String>,
    /// Places on the body chart.
    pub places: BTreeSet<String>,
    /// Signs of the danger check that were ticked.
    pub ticked: BTreeSet<String>,
    /// Signs about which the person is not sure.
    pub unsure: BTreeSet<String>,
    /// Signs that were not shown because they do not fit (pregnancy for a man); they count as "no".
    pub hidden: BTreeSet<String>,
    /// Facts answered with "I don't know".
    pub unknown: BTreeSet<String>,
    /// Questions chosen by the reasoner, in the order they were answered.
    pub order: Vec<String>,
    /// Medicines as written and as read.
    pub medicines: Lines,
    /// Illnesses as written and as read.
    pub illnesses: Lines,
    /// Facts.
    #[serde(skip)]
    pub facts: Vec<Told>,
    /// Grows with every change.
    #[serde(skip)]
    pub revision: u64,
}

impl Answers {
    /// Sets a fact that can have one value.
    pub fn put(&mut self, name: &str, value: impl Into<Value>, unit: Option<&str>, from: From) {
        self.facts.retain(|told| told.name != name);
        self.unknown.remove(name);
        self.add(name, value, unit, from);
    }

    /// Adds a value of a fact that can have several.
    pub fn add(&mut self, name: &str, value: impl Into<Value>, unit: Option<&str>, from: From) {
        self.revision += 1;
        if self.facts.len() < MOST_FACTS {
            let unit = unit.filter(|unit| !unit.is_empty()).map(str::to_owned);
            self.facts.push(Told { name: name.to_owned(), value: value.into(), unit, days_ago: None, from });
        }
    }

    /// Forgets one fact.
    pub fn forget(&mut self, name: &str) {
        self.revision += 1;
        self.facts.retain(|told| told.name != name);
    }

    /// Records "I don't know".
    pub fn not_known(&mut self, name: &str) {
        self.forget(name);
        self.unknown.insert(name.to_owned());
    }

    /// Forgets what a page gave.
    pub fn forget_from(&mut self, from: From) {
        self.revision += 1;
        self.facts.retain(|told| told.from != from);
    }

    /// A fact by name.
    pub fn get(&self, name: &str) -> Option<&Told> {
        self.facts.iter().find(|told| told.name == name)
    }

    /// True when a yes/no fact is yes.
    pub fn is_yes(&self, name: &str) -> bool {
        self.get(name).is_some_and(|told| told.value == "yes" || told.value == true)
    }

    /// True when a question was answered, be it with "I don't know".
    pub fn is_answered(&self, name: &str) -> bool {
        self.unknown.contains(name) || self.get(name).is_some()
    }

    /// True when an answer page is done.
    pub fn is_done(&self, page: &str) -> bool {
        self.done.contains(page)
    }

    /// Marks an answer page as done.
    pub fn finish(&mut self, page: &str) {
        self.revision += 1;
        self.done.insert(page.to_owned());
    }

    /// The case these answers make.
    pub fn case(&self) -> Case {
        let facts = self.facts.iter().map(|told| FactIn {
            name: told.name.clone(),
            value: told.value.clone(),
            unit: told.unit.clone(),
            days_ago: told.days_ago,
        });
        Case { id: None, facts: facts.collect() }
    }

    /// True when the check is for somebody else.
    pub fn for_other(&self) -> bool {
        self.who == Some(Who::Other)
    }

    /// A sign of *call now* that is ticked stops everything.
    pub fn call_now(&self, knowledge: &Knowledge) -> bool {
        danger::list(knowledge, danger::CALL_NOW)
            .is_some_and(|list| list.items.iter().any(|item| self.ticked.contains(&item.id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answering_again_replaces_and_forgets_the_not_known() {
        let mut answers = Answers::default();
        answers.not_known("fever");
        assert!(answers.is_answered("fever"));
        answers.put("fever", "yes", None, From::Question);
        answers.put("fever", "no", None, From::Question);
        assert_eq!(answers.case().facts.len(), 1);
        assert!(!answers.is_yes("fever") && answers.unknown.is_empty());
    }

    #[test]
    fn a_page_answered_again_forgets_only_its_own_facts() {
        let mut answers = Answers::default();
        answers.put("fever", "yes", None, From::Question);
        answers.add("medicine", "salbutamol", None, From::Medicines);
        answers.forget_from(From::Medicines);
        assert!(answers.is_yes("fever") && answers.get("medicine").is_none());
    }

    #[test]
    fn facts_are_bounded() {
        let mut answers = Answers::default();
        for at in 0..2 * MOST_FACTS {
            answers.add("medicine", at.to_string(), None, From::Medicines);
        }
        assert_eq!(answers.facts.len(), MOST_FACTS);
    }
}
