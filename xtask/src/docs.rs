//! Documents that are made from the knowledge; a test holds that they are current.

use anyhow::Context as _;
use charley_knowledge::{Hazard, Knowledge, Rule};

/// A document that is made.
#[derive(Debug, Clone, Copy)]
pub struct Doc {
    path: &'static str,
    make: fn(&Knowledge) -> String,
}

/// The log of hazards.
pub const HAZARDS: Doc = Doc { path: "docs/hazards.md", make: hazards };
/// The red flags with their examples.
pub const RULES: Doc = Doc { path: "docs/red-flags.md", make: rules };

/// Makes a document.
///
/// # Errors
/// When the knowledge has faults or the file cannot be written.
pub fn write(doc: Doc) -> anyhow::Result<()> {
    let knowledge = charley_knowledge::embedded()?;
    std::fs::write(crate::root::root().join(doc.path), (doc.make)(&knowledge))
        .with_context(|| format!("cannot write {}", doc.path))?;
    println!("written: {}", doc.path);
    Ok(())
}

fn hazards(knowledge: &Knowledge) -> String {
    let mut text = "# Hazards\n\nMade from `knowledge/hazards.toml` by `cargo xtask hazards`; do not edit. What could go wrong when somebody uses \
         Charley, and the test that holds each safeguard. The gate fails when a named test is missing or does not pass.\n\n\
         Severity: 1 minor to 5 catastrophic. Likelihood, with the safeguard in place: 1 very low to 5 very high. Level: 1 \
         acceptable to 5 unacceptable. All three are the makers' own judgement; no clinical safety officer has signed.\n\n\
         | | hazard | severity | likelihood | level |\n|---|---|---|---|---|\n"
        .to_owned();
    for hazard in &knowledge.hazards {
        let Hazard { id, title, severity, likelihood, level, .. } = hazard;
        text += &format!("| [{id}](#{}) | {title} | {severity} | {likelihood} | {level} |\n", id.to_lowercase());
    }
    for hazard in &knowledge.hazards {
        let tests: Vec<String> = hazard.tests.iter().map(|test| format!("`{test}`")).collect();
        text += &format!(
            "\n## {}\n\n**{}**\n\nCause: {}\n\nSafeguard: {}\n\nHeld by: {}\n",
            hazard.id,
            hazard.title,
            hazard.cause,
            hazard.mitigation,
            tests.join(", ")
        );
    }
    text
}

const TIERS: [(&str, &str); 4] = [
    ("emergency", "Emergency"),
    ("same_day", "Same day"),
    ("soon_2_weeks", "Within two weeks"),
    ("routine", "Routine"),
];

fn rules(knowledge: &Knowledge) -> String {
    let mut text = "# Red flags\n\nMade from `knowledge/triage/` by `cargo xtask rules`; do not edit. Every rule with its titled examples, which \
         are tests: `fires` must fire and `silent` must not. A rule counts only what is known to be true; a fact that is \
         not given is unknown, never no. No clinician has signed a rule unless it says so.\n"
        .to_owned();
    for (word, title) in TIERS {
        text += &format!("\n## {title}\n");
        for rule in knowledge.rules.iter().filter(|rule| rule.disposition == word) {
            text += &self::rule(rule);
        }
    }
    text += "\n## Self-care\n\nOnly with no rule above true, from 18 years on.\n";
    for rule in &knowledge.self_care {
        text += &self::rule(rule);
    }
    text
}

fn rule(rule: &Rule) -> String {
    let mut text = format!("\n### {}\n\n`{}`. {}\n", rule.title, rule.id, rule.reason);
    let mut notes = Vec::new();
    if rule.children {
        notes.push("Below 18 only.".to_owned());
    }
    if rule.unconfirmed {
        notes.push("Unconfirmed: not all of it was read in a source.".to_owned());
    }
    if !rule.urgent_hold.is_empty() {
        notes.push(format!("Urgent hold: {}", rule.urgent_hold));
    }
    if !rule.src.is_empty() {
        notes.push(format!("Sources: {}.", rule.src.join(", ")));
    }
    let signed = if rule.reviewed_by.is_empty() { "nobody yet" } else { &rule.reviewed_by };
    notes.push(format!("Reviewed by {signed}."));
    text += &format!("{}\n\n", notes.join(" "));
    for example in &rule.examples {
        let word = if example.fires { "fires" } else { "silent" };
        text += &format!("- **{word}**: {} (`{}`)\n", example.title, example.facts.join("`, `"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_current(doc: Doc, command: &str) {
        let knowledge = charley_knowledge::embedded().expect("shipped knowledge is sound");
        let written = std::fs::read_to_string(crate::root::root().join(doc.path)).unwrap_or_default();
        assert!(written == (doc.make)(&knowledge), "{} is not current: run `cargo xtask {command}`", doc.path);
    }

    #[test]
    fn hazards_document_is_current() {
        is_current(HAZARDS, "hazards");
    }

    #[test]
    fn red_flags_document_is_current() {
        is_current(RULES, "rules");
    }
}
