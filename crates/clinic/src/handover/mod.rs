//! The hand-over: everything that a colleague needs, on one A4.
//!
//! Every part is bounded. What does not fit is counted, and the part says "and 3 more": nothing disappears silently.
//! [`Handover::letter`] puts it into words, for the page and for the PDF.

mod build;
mod letter;

use serde::{Deserialize, Serialize};

pub use build::{Entered, Nights, Told, build};
pub use letter::{Block, Letter, MADE_UP, Row, Run};

/// Items of a part, and how many more there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounded<T> {
    /// Those that fit.
    pub items: Vec<T>,
    /// How many do not.
    pub more: usize,
}

impl<T> Bounded<T> {
    /// The first of them.
    pub fn first(items: impl IntoIterator<Item = T>, most: usize) -> Self {
        let mut items: Vec<T> = items.into_iter().collect();
        let more = items.len().saturating_sub(most);
        items.truncate(most);
        Self { items, more }
    }

    /// True when there is nothing.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.more == 0
    }

    /// "and 3 more"; empty when all are there.
    pub fn rest(&self) -> String {
        if self.more == 0 { String::new() } else { format!("and {} more", self.more) }
    }
}

/// Whether something was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Answer {
    Yes,
    No,
    NotAsked,
}

impl Answer {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotAsked => "not asked",
        }
    }
}

/// Items that tell cramps from their look-alikes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sorting {
    /// "For cramp", "For restless legs", "For arteries or veins".
    pub group: String,
    /// Each item with its answer.
    pub items: Vec<(String, Answer)>,
}

/// A cause in few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseShort {
    /// Clinical name.
    pub name: String,
    /// One of four words.
    pub word: String,
    /// Present, with its range.
    pub present: String,
    /// What speaks for it, with the kind of its number.
    pub pro: Bounded<String>,
    /// What speaks against it.
    pub contra: Bounded<String>,
}

/// Something that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// What.
    pub what: String,
    /// What happened.
    pub happened: String,
}

/// The hand-over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Who, as the sender writes it.
    pub person: String,
    /// "Get help today".
    pub urgency: String,
    /// Triage was not finished.
    pub provisional: bool,
    /// Red flags that are there.
    pub flags: Bounded<String>,
    /// Signs of the danger check that were asked and denied.
    pub denied: Bounded<String>,
    /// How many signs of the check were not asked.
    pub not_asked: usize,
    /// The complaint in the person's own words; may be empty.
    pub complaint: String,
    /// The nights, in sentences with their ranges.
    pub pattern: Vec<String>,
    /// Cramp against its look-alikes.
    pub sorting: Vec<Sorting>,
    /// Medicines that can do it, each with its evidence.
    pub medicines: Bounded<String>,
    /// Other medicines and diagnoses.
    pub background: Bounded<String>,
    /// Likely causes.
    pub causes: Bounded<CauseShort>,
    /// Tests worth having.
    pub worth: Bounded<String>,
    /// Tests done, with their results.
    pub done: Bounded<String>,
    /// What was tried.
    pub tried: Bounded<Tried>,
    /// What the person wants; may be empty.
    pub wish: String,
    /// Version of the knowledge.
    pub version: String,
    /// A clinician has signed the knowledge.
    pub reviewed: bool,
    /// The day.
    pub date: String,
    /// Who entered it.
    pub entered: Entered,
}
