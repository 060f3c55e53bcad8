//! Medicines and diagnoses line by line: what each was read as, its classes, what is known, what to ask.

use charley_knowledge::Knowledge;
use charley_knowledge::medicines::Resolved;

use super::Sheet;
use crate::answers::Line;
use crate::answers::lines::{Began, plain_name};
use crate::check::Choice;
use crate::view::{Cited, cited};

/// One medicine or diagnosis of the pasted list.
pub struct LineView {
    /// Name of the field.
    pub field: String,
    /// As pasted.
    pub written: String,
    /// What it was read as; empty when nothing is chosen.
    pub read_as: String,
    /// What it may mean, when that is open.
    pub choices: Vec<Choice>,
    /// Classes, for a medicine.
    pub classes: String,
    /// What it does to salts and what is known about cramps.
    pub effects: String,
    /// Question for the prescriber.
    pub ask: String,
    /// When it began.
    pub began: String,
    /// Sources.
    pub cited: Vec<Cited>,
}

/// Takes a name that stands inside a line, unless the clinician said it is not meant.
pub fn take_inside(knowledge: &Knowledge, line: &mut Line) {
    let single = line.choices.len() == 1 && line.code.is_none() && !line.as_written;
    if single && matches!(knowledge.resolve_code(&line.written, |_| true), Resolved::Inside(_) | Resolved::Known(_)) {
        line.code = line.choices.first().cloned();
    }
}

/// The lines of a list.
pub fn line_rows(knowledge: &Knowledge, lines: &[Line], prefix: &str) -> Vec<LineView> {
    lines
        .iter()
        .enumerate()
        .map(|(at, line)| LineView {
            field: format!("{prefix}{at}"),
            written: line.written.clone(),
            read_as: line.code.as_deref().map(|code| plain_name(knowledge, code)).unwrap_or_default(),
            choices: if line.exact {
                Vec::new()
            } else {
                line.choices
                    .iter()
                    .map(|code| Choice::new(code, &plain_name(knowledge, code), line.code.as_ref() == Some(code)))
                    .collect()
            },
            classes: String::new(),
            effects: String::new(),
            ask: String::new(),
            began: line.began.map_or("", Began::as_str).to_owned(),
            cited: Vec::new(),
        })
        .collect()
}

/// Medicines with their classes, what these do to salts, what is known about cramps, and what to ask.
pub fn medicine_rows(knowledge: &Knowledge, sheet: &Sheet) -> Vec<LineView> {
    let mut rows = line_rows(knowledge, &sheet.medicines.lines, "m");
    for (row, line) in rows.iter_mut().zip(&sheet.medicines.lines) {
        let Some(code) = line.code.as_deref().and_then(|code| knowledge.codes.by_word.get(code)) else {
            continue;
        };
        let classes: Vec<_> =
            knowledge.classes.iter().filter(|class| knowledge.codes.is_a(*code, class.code)).collect();
        row.classes = classes.iter().map(|class| class.name.as_str()).collect::<Vec<_>>().join(", ");
        let rated = classes.iter().filter(|class| class.strength.is_some());
        let told = rated.min_by_key(|class| class.strength).or(classes.first());
        let salts: Vec<String> = classes
            .iter()
            .flat_map(|class| &class.effects)
            .map(|(salt, way)| format!("{} {way}", salt_name(salt)))
            .fold(Vec::new(), |mut seen, effect| {
                if !seen.contains(&effect) {
                    seen.push(effect);
                }
                seen
            });
        if let Some(class) = told {
            row.effects = [class.size.clone(), salts.join(", ")]
                .into_iter()
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            row.cited = cited(knowledge, &class.src);
        }
        row.ask =
            classes.iter().map(|class| class.ask.as_str()).find(|ask| !ask.is_empty()).unwrap_or_default().to_owned();
    }
    rows
}

fn salt_name(salt: &str) -> &str {
    match salt {
        "k" => "potassium",
        "mg" => "magnesium",
        "ca" => "calcium",
        "na" => "sodium",
        other => other,
    }
}
