//! Nights: the diary, rates, and the design and analysis of a person's own trial.
//!
//! Pure: no file, no clock, no randomness that was not given, no sibling crate.

pub mod diary;
pub mod rate;
pub mod trial;
