//! Nights: the diary, rates, and the design and analysis of a person's own trial.
//!
//! Pure: no file, no clock, no randomness that was not given, no sibling crate.

pub mod diary;
pub mod rate;
pub mod trial;

/// The beginning of a cell, for a message.
fn short(text: &str) -> String {
    const MOST: usize = 24;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}

/// Names for a message: the first ones, each not too long. Nobody reads three hundred.
fn list<'n>(mut names: impl Iterator<Item = &'n str>) -> String {
    const MOST: usize = 20;
    let mut shown: Vec<String> = names.by_ref().take(MOST).map(short).collect();
    if names.next().is_some() {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}
