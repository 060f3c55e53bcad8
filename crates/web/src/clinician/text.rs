//! The clinician's result as plain text, to copy into a record.

use std::fmt::Write as _;

use charley_knowledge::{Knowledge, Region};
use charley_wire::{Assessment, Cause};
use charley_words::presence;

use super::Sheet;
use super::rows::medicine_rows;
use crate::view::level;
use crate::wording::fill;

/// What the text is made of.
pub struct Parts<'a> {
    /// Knowledge.
    pub knowledge: &'a Knowledge,
    /// Assessment.
    pub assessment: &'a Assessment,
    /// What was entered.
    pub sheet: &'a Sheet,
    /// Region.
    pub region: Option<&'a Region>,
    /// Date to come back.
    pub come_back: &'a str,
    /// Today.
    pub today: &'a str,
}

/// Writes the text. Writing into a string cannot fail, so results of `write!` are not looked at.
pub fn plain(parts: &Parts<'_>) -> String {
    let Parts { knowledge, assessment, sheet, region, come_back, today } = parts;
    let number = region.map_or("the emergency number", |region| region.emergency_number.as_str());
    let mut out = String::new();
    let _ = writeln!(out, "NIGHT LEG TROUBLE, {today}");
    let _ = writeln!(out, "Urgency: {}{}", level::word(assessment.disposition, number), provisional(assessment));
    if let Some(over) = &sheet.over {
        let _ = writeln!(out, "Overridden to: {}. Reason: {}", level::word(over.disposition, number), over.reason);
    }
    for flag in &assessment.red_flags {
        let _ = writeln!(out, "- {}: {}", flag.title, fill(&flag.reason, *region));
    }
    let _ = writeln!(out, "\nLikeliest:");
    for cause in assessment.causes.iter().take(3) {
        one_cause(&mut out, cause);
    }
    list(&mut out, "Examine", assessment.examine.iter().map(|e| format!("{}: {}", e.name, e.how)));
    list(&mut out, "Tests worth having", assessment.tests.worth.iter().map(|t| format!("{}: {}", t.name, t.why)));
    list(&mut out, "Not worth having", assessment.tests.not_worth.iter().map(|t| t.name.clone()));
    let medicines = medicine_rows(knowledge, sheet).into_iter().map(|row| {
        let read = if row.read_as.is_empty() { "not known" } else { &row.read_as };
        format!("{} [{read}] {} {}", row.written, row.classes, row.ask)
    });
    list(&mut out, "Medicines", medicines);
    list(&mut out, "Not ruled out", assessment.not_ruled_out.iter().take(8).map(|rule| rule.title.clone()));
    let _ = writeln!(out, "\nSafety net: {}", fill(&assessment.advice.safety_net, *region));
    let _ = writeln!(out, "Come back: {come_back}");
    let version: String = assessment.knowledge.version.chars().take(12).collect();
    let reviewed = if assessment.knowledge.reviewed_by_clinician { "" } else { ", not reviewed by a clinician" };
    let _ = writeln!(out, "Charley, knowledge {version} of {}{reviewed}.", assessment.knowledge.date);
    out
}

fn provisional(assessment: &Assessment) -> &'static str {
    if assessment.provisional { " (provisional: danger signs not all asked)" } else { "" }
}

fn one_cause(out: &mut String, cause: &Cause) {
    let _ = write!(out, "- {}: {}", cause.clinical_name, presence(cause));
    let reasons = |reasons: &[charley_wire::Reason]| {
        reasons
            .iter()
            .take(4)
            .map(|r| format!("{} ({:+.0} dB)", r.text, r.decibans.get()))
            .collect::<Vec<_>>()
            .join("; ")
    };
    let (pro, contra) = (reasons(&cause.for_), reasons(&cause.against));
    let _ = writeln!(out, "\n  for: {}\n  against: {}", dash(&pro), dash(&contra));
}

fn dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

fn list(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        let _ = writeln!(out, "\n{title}:");
        for line in lines {
            let _ = writeln!(out, "- {}", line.trim());
        }
    }
}
