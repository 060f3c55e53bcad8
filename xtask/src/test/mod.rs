//! The gate: everything that must hold before a change is taken.

mod floors;
mod hazards;
mod letters;
mod pages;
mod rust;
mod security;

pub use pages::tour;

use crate::gate::Gate;
use crate::{bench, prove, tools};

/// Runs the gate.
///
/// # Errors
/// When something does not hold.
pub fn test(only: &[String]) -> anyhow::Result<()> {
    let mut gate = Gate::new(only);
    let mut ran = rust::Ran::default();
    gate.step("Tools", |_| tools::ensure());
    gate.step("Rust tests", |tally| rust::tests(tally, &mut ran));
    gate.step("Documentation tests", rust::doc_tests);
    gate.step("Hazards: every safeguard has its test", |tally| hazards::held(tally, &ran));
    gate.step("Security: every item has its state and its tests", |tally| security::held(tally, &ran));
    gate.step("The binary builds", |_| rust::binary().map(|_| ()));
    gate.step("Knowledge check", floors::knowledge);
    gate.step("Published cases", floors::cases);
    gate.step("Published cases by interview", floors::interview);
    gate.step("Ordinary nights (sample)", floors::ordinary);
    gate.step("Exactness (short)", prove::exact::gate);
    gate.step("Triage (short)", prove::triage::gate);
    gate.step("Bench (smoke)", bench::smoke);
    gate.step("Load (smoke)", |tally| prove::load::gate(tally, &rust::binary()?));
    gate.step("Letters: every hand-over is one A4 as PDF", letters::letters);
    gate.step("Pages in a browser", pages::pages);
    gate.finish()
}
