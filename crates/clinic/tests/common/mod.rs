//! The shipped knowledge, and facts in one line.
#![allow(dead_code, missing_docs, clippy::unwrap_used, reason = "each test file uses a part; tests may panic")]

use std::sync::LazyLock;

use charley_knowledge::Knowledge;
use charley_reason::Reasoner;
use charley_wire::FactIn;
use jiff::civil::{Date, date};

static REASONER: LazyLock<Reasoner> =
    LazyLock::new(|| Reasoner::new(charley_knowledge::embedded().expect("the shipped knowledge has no faults")));

pub fn reasoner() -> &'static Reasoner {
    &REASONER
}

pub fn knowledge() -> &'static Knowledge {
    &REASONER.knowledge
}

pub fn today() -> Date {
    date(2026, 11, 24)
}

/// `name = value` or `name = 3 unit`.
pub fn fact(text: &str) -> FactIn {
    let (name, value) = text.split_once(" = ").unwrap();
    let (number, unit) = value.split_once(' ').map_or((value, None), |(number, unit)| (number, Some(unit.to_owned())));
    let value = number.parse::<f64>().map_or_else(|_| value.into(), Into::into);
    FactIn { name: name.to_owned(), value, unit, days_ago: None }
}

pub fn facts(lines: &[&str]) -> Vec<FactIn> {
    lines.iter().map(|line| fact(line)).collect()
}

/// Most words of a sentence that a person reads.
pub const MOST_WORDS: usize = 20;

/// Sentences of a text that are too long.
pub fn long_sentences(text: &str) -> Vec<String> {
    let sentences = text.split(['.', '?', '!', ':', ';', '\n']);
    let words =
        |sentence: &str| sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    sentences.filter(|sentence| words(sentence) > MOST_WORDS).map(str::to_owned).collect()
}
