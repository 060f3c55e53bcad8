//! What a clinic writes of one person, and what follows from it.
//!
//! Pure: no file, no clock, no database. Bodies of documents are typed here and kept as JSON elsewhere; the day is an
//! argument. Medicine stands in the knowledge: this crate reads limits, bands and words from it.
//!
//! [`laboratory`], [`medicines`], [`vascular`] and [`intake`] hold what was entered and judge it; [`evaluation`] puts their
//! facts beside the person's own and asks the reasoner; [`plan`] chooses behind its gates; [`treatment`] and [`outcome`] say
//! what became of it, with denominators; [`handover`] is the one page for a colleague.

pub mod body;
pub mod evaluation;
pub mod handover;
pub mod intake;
pub mod laboratory;
pub mod medicines;
pub mod outcome;
pub mod plan;
pub mod text;
pub mod treatment;
pub mod vascular;

use serde::{Deserialize, Serialize};

/// A leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Leg {
    Left,
    Right,
}

impl Leg {
    /// Left, then right.
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];

    /// "left", "right": as names of facts end.
    pub fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// Something that cannot be kept as it was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field, as the form names it.
    pub field: String,
    /// What is wrong and what to do, as a sentence.
    pub problem: String,
}

impl Fault {
    /// A fault of a field.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

/// A number as people write it: a point or a comma, no more than that.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let plain = text.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | '-' | '+'));
    text.parse().ok().filter(|number: &f64| plain && number.is_finite())
}
