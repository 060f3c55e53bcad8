//! Critical values: the knowledge's one table of them, as triage judges it.

use charley_knowledge::Knowledge;
use charley_reason::eval::Eval;
use charley_reason::triage::triage;
use charley_reason::{Facts, Urgency};
use charley_wire::{Case, FactIn};
use jiff::civil::Date;

use super::Laboratory;

/// A result that must not wait.
#[derive(Debug, Clone, PartialEq)]
pub struct CriticalValue {
    /// Id of the analyte.
    pub analyte: String,
    /// "Potassium is low: 2.4 mmol/L".
    pub title: String,
    /// How soon.
    pub urgency: Urgency,
    /// Why.
    pub reason: String,
    /// What to do when the result is old; empty: what the urgency asks for.
    pub action: String,
    /// Sources.
    pub source: Vec<String>,
    /// True when its line was written from memory.
    pub unconfirmed: bool,
}

/// The critical values among the newest results, most urgent first. `background` is what else is known: some lines hold only
/// with a symptom or a medicine. A result older than a week asks for a repeat, as in triage.
pub fn critical(
    knowledge: &Knowledge,
    laboratory: &Laboratory,
    background: &[FactIn],
    today: Date,
) -> Vec<CriticalValue> {
    let results = laboratory.facts(knowledge, today);
    let mut facts: Vec<FactIn> =
        background.iter().filter(|fact| !results.iter().any(|result| result.name == fact.name)).cloned().collect();
    facts.extend(results);
    let Ok(given) = charley_wire::given(&Case { id: None, facts }) else { return Vec::new() };
    let Ok(read) = Facts::read(knowledge, &given) else { return Vec::new() };
    let flags = triage(&Eval::fresh(&read)).flags.into_iter().filter_map(|flag| {
        let analyte = flag.id.strip_prefix("lab-")?.rsplit_once('-')?.0.to_owned();
        Some(CriticalValue {
            analyte,
            title: flag.title,
            urgency: flag.urgency,
            reason: flag.reason,
            action: flag.action,
            source: flag.src,
            unconfirmed: flag.unconfirmed,
        })
    });
    flags.collect()
}
