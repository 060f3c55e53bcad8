//! What documents hold: one type over all kinds, to read, to write, and to lay two versions side by side.

use charley_clinic::body;
use charley_clinic::evaluation::Snapshot;
use charley_clinic::intake::Intake;
use charley_clinic::laboratory::Laboratory;
use charley_clinic::medicines::Medicines;
use charley_clinic::plan::Plan;
use charley_clinic::text::day;
use charley_clinic::treatment::Treatments;
use charley_clinic::vascular::{Vascular, judge};
use charley_knowledge::Knowledge;
use charley_records::clinic::documents::DocumentKind;

use crate::answers::lines::plain_name;
use crate::error::WebError;

/// The content of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// History and examination.
    Intake(Intake),
    /// Laboratory results.
    Laboratory(Laboratory),
    /// Review of medicines.
    Medicines(Medicines),
    /// Vascular tests.
    Vascular(Box<Vascular>),
    /// Vein treatments.
    Treatments(Treatments),
    /// The plan.
    Plan(Plan),
}

/// The words of a kind.
pub fn title(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Intake => "Intake",
        DocumentKind::Laboratory => "Laboratory",
        DocumentKind::Medicines => "Medicines",
        DocumentKind::Vascular => "Vascular tests",
        DocumentKind::Treatments => "Treatments",
        DocumentKind::Plan => "Plan",
        DocumentKind::Notes => "Notes",
    }
}

/// The page of a kind, below the person.
pub fn tab(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Intake => "intake",
        DocumentKind::Laboratory => "laboratory",
        DocumentKind::Medicines => "medicines",
        DocumentKind::Vascular => "vascular",
        DocumentKind::Treatments => "treatments",
        DocumentKind::Plan => "plan",
        DocumentKind::Notes => "",
    }
}

/// A body that another version wrote, or that is damaged, is our fault to tell, not to guess.
fn unreadable(_: body::BodyError) -> WebError {
    WebError::Internal("a kept document")
}

impl Content {
    /// Reads a body; none for kinds that these pages do not write.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(kind: DocumentKind, text: &str) -> Result<Option<(Self, Option<Snapshot>)>, WebError> {
        macro_rules! of {
            ($wrap:expr) => {{
                let body = body::read(text).map_err(unreadable)?;
                (($wrap)(body.content), body.evaluation)
            }};
        }
        Ok(Some(match kind {
            DocumentKind::Intake => of!(Self::Intake),
            DocumentKind::Laboratory => of!(Self::Laboratory),
            DocumentKind::Medicines => of!(Self::Medicines),
            DocumentKind::Vascular => of!(|vascular| Self::Vascular(Box::new(vascular))),
            DocumentKind::Treatments => of!(Self::Treatments),
            DocumentKind::Plan => of!(Self::Plan),
            DocumentKind::Notes => return Ok(None),
        }))
    }

    /// Its kind.
    pub fn kind(&self) -> DocumentKind {
        match self {
            Self::Intake(_) => DocumentKind::Intake,
            Self::Laboratory(_) => DocumentKind::Laboratory,
            Self::Medicines(_) => DocumentKind::Medicines,
            Self::Vascular(_) => DocumentKind::Vascular,
            Self::Treatments(_) => DocumentKind::Treatments,
            Self::Plan(_) => DocumentKind::Plan,
        }
    }

    /// As a body.
    ///
    /// # Errors
    /// When it holds a number that JSON cannot.
    pub fn write(&self, evaluation: Option<Snapshot>) -> Result<String, WebError> {
        let body = match self {
            Self::Intake(content) => body::write(content, evaluation),
            Self::Laboratory(content) => body::write(content, evaluation),
            Self::Medicines(content) => body::write(content, evaluation),
            Self::Vascular(content) => body::write(content.as_ref(), evaluation),
            Self::Treatments(content) => body::write(content, evaluation),
            Self::Plan(content) => body::write(content, evaluation),
        };
        body.map_err(unreadable)
    }

    /// What it says, line by line: to compare two versions.
    pub fn lines(&self, knowledge: &Knowledge) -> Vec<String> {
        match self {
            Self::Intake(intake) => intake_lines(knowledge, intake),
            Self::Laboratory(laboratory) => laboratory_lines(knowledge, laboratory),
            Self::Medicines(medicines) => medicine_lines(knowledge, medicines),
            Self::Vascular(vascular) => vascular_lines(knowledge, vascular),
            Self::Treatments(treatments) => treatment_lines(treatments),
            Self::Plan(plan) => plan_lines(knowledge, plan),
        }
    }
}

fn intake_lines(knowledge: &Knowledge, intake: &Intake) -> Vec<String> {
    let told = [("Complaint", &intake.complaint), ("Wish", &intake.wish)];
    let mut lines: Vec<String> =
        told.iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| format!("{label}: {text}")).collect();
    lines.extend(intake.illnesses.iter().map(|illness| format!("Diagnosis: {illness}")));
    if intake.illnesses_complete {
        lines.push("The list of diagnoses is complete.".to_owned());
    }
    lines.extend(intake.facts.iter().map(|kept| {
        let meaning = knowledge.fact(&kept.name).map_or(kept.name.as_str(), |(_, fact)| fact.meaning.as_str());
        let value = kept.value.as_str().map_or_else(|| kept.value.to_string(), |word| plain_name(knowledge, word));
        format!("{meaning}: {value} {}", kept.unit.as_deref().unwrap_or_default()).trim_end().to_owned()
    }));
    lines
}

fn laboratory_lines(knowledge: &Knowledge, laboratory: &Laboratory) -> Vec<String> {
    let mut lines = Vec::new();
    for panel in laboratory.panels.iter().rev() {
        for reading in &panel.results {
            let name = reading.of(knowledge).map_or(reading.analyte.as_str(), |analyte| analyte.name.as_str());
            lines.push(format!("{}: {name} {} {}", day(panel.date), reading.value, reading.unit).trim_end().to_owned());
        }
    }
    lines
}

fn medicine_lines(knowledge: &Knowledge, medicines: &Medicines) -> Vec<String> {
    let mut lines: Vec<String> = medicines
        .lines
        .iter()
        .map(|line| {
            let read = line.code.as_deref().map_or("not known".to_owned(), |code| plain_name(knowledge, code));
            let began = line.began.map_or("start not known", |began| began.words());
            format!("{} [{read}]; {began}", line.written)
        })
        .collect();
    if medicines.complete {
        lines.push("The list is complete.".to_owned());
    }
    lines
}

fn vascular_lines(knowledge: &Knowledge, vascular: &Vascular) -> Vec<String> {
    let judged = judge(knowledge, vascular, None, None);
    let mut lines: Vec<String> = vascular.date.map(|date| format!("Tested on {}", day(date))).into_iter().collect();
    for (leg, measures) in ["Left", "Right"].iter().zip(&judged.legs) {
        lines.extend(measures.iter().map(|measured| format!("{leg}: {} {}", measured.name, measured.value)));
    }
    lines.extend(judged.wells.map(|measured| format!("{} {}", measured.name, measured.value)));
    if !vascular.note.is_empty() {
        lines.push(format!("Note: {}", vascular.note));
    }
    lines
}

fn treatment_lines(treatments: &Treatments) -> Vec<String> {
    let line = |done: &charley_clinic::treatment::Treatment| {
        format!("{}: {} leg, {} {}", day(done.date), done.leg.word(), done.procedure.words(), done.note)
            .trim()
            .to_owned()
    };
    treatments.done.iter().map(line).collect()
}

fn plan_lines(knowledge: &Knowledge, plan: &Plan) -> Vec<String> {
    let mut lines: Vec<String> = plan.goals.iter().map(|goal| format!("Goal: {goal}")).collect();
    lines.extend(plan.chosen.iter().map(|chosen| {
        let name = knowledge.interventions.iter().find(|item| item.id == chosen.id).map(|item| item.name.as_str());
        format!("{} {}", name.unwrap_or(&chosen.id), chosen.note).trim_end().to_owned()
    }));
    if !plan.advice.is_empty() {
        lines.push(format!("Advice: {}", plan.advice));
    }
    lines.extend(plan.began.map(|began| format!("First day: {}", day(began))));
    lines
}
