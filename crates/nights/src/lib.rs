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
