//! What every reader of outside input must do with any bytes. For tests only.
//!
//! Each property takes bytes and panics when something does not hold: the reader crashes, refuses without a word, gives
//! another answer the second time, or cannot read what it wrote. `fuzz/fuzz_targets/` hands them to libFuzzer; the gate runs
//! them on the seeds of `fuzz/seeds/` and on some thousand mutations of these with a fixed seed (`tests/seeds.rs`).

mod backup;
mod calendar;
mod cases;
mod diary;
mod lists;
mod pages;
mod trials;

use std::sync::{Arc, LazyLock};

use charley_knowledge::Knowledge;
use charley_reason::Reasoner;

pub use backup::backup;
pub use calendar::calendar;
pub use cases::{case_json, expression, knowledge_toml, saved_check};
pub use diary::{diary_csv, log_json, outbox_json};
pub use lists::{clinician_form, medicine_list};
pub use pages::pages;
pub use trials::{trial_analysis, trial_csv, trial_json};

/// What must hold of any bytes.
pub type Property = fn(&[u8]);

/// Every property by the name of its fuzz target.
pub const TARGETS: [(&str, Property); 15] = [
    ("backup", backup),
    ("calendar", calendar),
    ("case_json", case_json),
    ("clinician_form", clinician_form),
    ("diary_csv", diary_csv),
    ("expression", expression),
    ("knowledge_toml", knowledge_toml),
    ("log_json", log_json),
    ("medicine_list", medicine_list),
    ("outbox_json", outbox_json),
    ("pages", pages),
    ("saved_check", saved_check),
    ("trial_analysis", trial_analysis),
    ("trial_csv", trial_csv),
    ("trial_json", trial_json),
];

static REASONER: LazyLock<Arc<Reasoner>> = LazyLock::new(|| {
    Arc::new(Reasoner::new(charley_knowledge::embedded().expect("the shipped knowledge has no faults")))
});

fn reasoner() -> Arc<Reasoner> {
    REASONER.clone()
}

fn knowledge() -> &'static Knowledge {
    &REASONER.knowledge
}

/// A refusal says something, and no more than can be read.
fn said(message: &dyn std::fmt::Display) {
    const MOST: usize = 4_000;
    let message = message.to_string();
    assert!(!message.trim().is_empty(), "refused without a word");
    assert!(message.chars().count() <= MOST, "nobody reads so long a message: {message}");
}
