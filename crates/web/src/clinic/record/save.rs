//! Saving a document: the evaluation goes with it, and nobody's words are overwritten.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use charley_clinic::Fault;
use charley_clinic::evaluation::Snapshot;
use charley_records::RecordsError;
use charley_records::clinic::documents::{Document, DocumentKind};

use super::content::{Content, tab, title};
use super::load::{Loaded, assess};
use super::open::{Head, Record};
use crate::account::times;
use crate::clinic::door::Frame;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;

/// What became of a document that was to be saved.
pub enum Saved {
    /// It was written.
    Done(Box<Document>),
    /// What the core refuses together with everything else; nothing was written.
    Refused(Vec<Fault>),
    /// Somebody has saved since; nothing was written. The page shows both.
    Conflict(Response),
}

/// Documents that say something of the person's health, and so move the evaluation.
pub fn moves(kind: DocumentKind) -> bool {
    !matches!(kind, DocumentKind::Plan | DocumentKind::Treatments | DocumentKind::Notes)
}

/// Writes a document. `base` is the version that the form was made from, `fields` the form: it is sent again from the page
/// that shows a conflict.
///
/// # Errors
/// When the store fails.
pub async fn save(
    state: &AppState,
    record: &Record,
    loaded: Loaded,
    base: u32,
    content: Content,
    fields: &Fields,
) -> Result<Saved, WebError> {
    let kind = content.kind();
    let mut after = loaded;
    let evaluation = if moves(kind) {
        after.put(content.clone(), base, record.now, None);
        match assess(state, &after.gathered(state, record)).await {
            Ok(assessment) => Some(Snapshot::of(&assessment, record.now)),
            Err(WebError::Refused(errors)) => {
                let faults = errors.into_iter().map(|error| Fault::new(error.name, error.message));
                return Ok(Saved::Refused(faults.collect()));
            }
            Err(other) => return Err(other),
        }
    } else {
        None
    };
    let body = content.write(evaluation)?;
    match state.store()?.write_document(&record.care, kind, base, &body, record.now).await {
        Ok(document) => Ok(Saved::Done(Box::new(document))),
        Err(RecordsError::Conflict(_)) => Ok(Saved::Conflict(conflict(state, record, &content, fields).await?)),
        Err(RecordsError::Invalid(wrong)) => {
            let faults = wrong.into_iter().map(|field| Fault::new(field.name, field.problem));
            Ok(Saved::Refused(faults.collect()))
        }
        Err(other) => Err(other.into()),
    }
}

/// The version that a form was made from.
///
/// # Errors
/// [`WebError::BadForm`] when it is none.
pub fn base(fields: &Fields) -> Result<u32, WebError> {
    fields.get("base").parse().map_err(|_| WebError::BadForm)
}

/// A line of a version, and whether the other one has it too.
struct Line {
    text: String,
    differs: bool,
}

#[derive(Template)]
#[template(path = "clinic/record/conflict.html")]
struct Conflict {
    page: Page,
    frame: Frame,
    head: Head,
    what: &'static str,
    version: u32,
    at: String,
    path: String,
    theirs: Vec<Line>,
    mine: Vec<Line>,
    fields: Vec<(String, String)>,
}

fn side(lines: &[String], other: &[String]) -> Vec<Line> {
    lines.iter().map(|line| Line { text: line.clone(), differs: !other.contains(line) }).collect()
}

async fn conflict(state: &AppState, record: &Record, mine: &Content, fields: &Fields) -> Result<Response, WebError> {
    let kind = mine.kind();
    let documents = state.store()?.documents(&record.care).await?;
    let newest = documents.iter().find(|document| document.kind == kind).ok_or(WebError::Internal("a conflict"))?;
    let (theirs, _) = Content::read(kind, &newest.body)?.ok_or(WebError::Internal("a conflict"))?;
    let (theirs, mine) = (theirs.lines(state.knowledge()), mine.lines(state.knowledge()));
    let mut response = write(&Conflict {
        page: record.page.clone(),
        frame: record.frame(),
        head: record.head(tab(kind)),
        what: title(kind),
        version: newest.version,
        at: times::moment(newest.at, &record.here.clinic.zone),
        path: record.path(tab(kind)),
        theirs: side(&theirs, &mine),
        mine: side(&mine, &theirs),
        fields: fields
            .iter()
            .filter(|(name, _)| *name != "base")
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    })?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}
