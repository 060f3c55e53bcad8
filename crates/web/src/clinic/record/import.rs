//! Results from a table or from pasted lines: looked at first, then added.

use askama::Template;
use axum::extract::{Multipart, State};
use axum::response::Response;
use charley_clinic::laboratory::{Imported, Outcome, csv, paste};
use charley_clinic::text::day;
use charley_knowledge::Knowledge;
use jiff::civil::Date;

use super::laboratory::keep;
use super::open::{Head, Record};
use crate::clinic::door::Frame;
use crate::error::WebError;
use crate::headers::MOST_BODY_BYTES;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

struct Line {
    number: usize,
    written: String,
    read: String,
    problem: String,
}

#[derive(Template)]
#[template(path = "clinic/record/import.html")]
struct Look {
    page: Page,
    frame: Frame,
    head: Head,
    problem: String,
    lines: Vec<Line>,
    read: usize,
    refused: usize,
    text: String,
    date: String,
    laboratory: String,
    today: Date,
}

/// What was sent.
#[derive(Default)]
struct Sent {
    text: String,
    date: String,
    laboratory: String,
}

async fn sent(mut form: Multipart) -> Result<Sent, WebError> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|_| WebError::BadForm)? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|_| WebError::TooLarge)?;
        if bytes.len() > MOST_BODY_BYTES / 2 {
            return Err(WebError::TooLarge);
        }
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        match name.as_str() {
            // A file that was chosen goes before what was pasted.
            "file" if !text.is_empty() => sent.text = text,
            "text" if sent.text.is_empty() => sent.text = text,
            "date" => sent.date = text,
            "laboratory" => sent.laboratory = text.chars().take(60).collect(),
            _ => {}
        }
    }
    Ok(sent)
}

/// A text is a table when its first line names the columns of one.
fn read(knowledge: &Knowledge, text: &str, date: Option<Date>) -> Imported {
    let head = text.lines().next().unwrap_or_default().to_lowercase();
    let columns = head.contains(['\t', ';', ',']) && (head.contains("value") || head.contains("result"));
    match (columns, date) {
        (true, date) => csv(knowledge, text, date),
        (false, Some(date)) => paste(knowledge, text, date),
        (false, None) => {
            let problem = "Say the day of the sample: pasted lines carry none.".to_owned();
            Imported { lines: Vec::new(), problem }
        }
    }
}

fn page(state: &AppState, record: &Record, sent: Sent) -> Look {
    let date = sent.date.parse().ok();
    let imported = if sent.text.trim().is_empty() {
        let problem = "There is nothing to read. Paste lines, or choose a file.".to_owned();
        Imported { lines: Vec::new(), problem }
    } else {
        read(state.knowledge(), &sent.text, date)
    };
    let name = |id: &str| {
        let analyte = state.knowledge().analytes.iter().find(|analyte| analyte.id == id);
        analyte.map_or_else(|| id.to_owned(), |analyte| analyte.name.clone())
    };
    let line = |line: &charley_clinic::laboratory::Line| {
        let (read, problem) = match &line.outcome {
            Outcome::Read(date, reading) => {
                let interval = match (reading.low.as_str(), reading.high.as_str()) {
                    ("", "") => String::new(),
                    (low, high) => format!(" (printed range {low} to {high})"),
                };
                let words =
                    format!("{}: {} {}{interval}, {}", name(&reading.analyte), reading.value, reading.unit, day(*date));
                (words, String::new())
            }
            Outcome::Refused(problem) => (String::new(), problem.clone()),
        };
        Line { number: line.number, written: line.written.clone(), read, problem }
    };
    let lines: Vec<Line> = imported.lines.iter().map(line).collect();
    Look {
        page: record.page.clone(),
        frame: record.frame(),
        head: record.head("laboratory"),
        problem: imported.problem.clone(),
        read: imported.read(),
        refused: lines.len() - imported.read(),
        lines,
        text: sent.text,
        date: sent.date,
        laboratory: sent.laboratory,
        today: record.today,
    }
}

/// Looks at a text and says what is in it. Nothing is kept.
pub async fn look(State(state): State<AppState>, record: Record, form: Multipart) -> Result<Response, WebError> {
    let look = page(&state, &record, sent(form).await?);
    if look.problem.is_empty() { write(&look) } else { show_again(&look) }
}

/// Adds what was read.
pub async fn add(State(state): State<AppState>, record: Record, fields: Fields) -> Result<Response, WebError> {
    let own = |name: &str| fields.get(name).to_owned();
    let sent = Sent { text: own("text"), date: own("date"), laboratory: own("laboratory").chars().take(60).collect() };
    let imported = read(state.knowledge(), &sent.text, sent.date.parse().ok());
    let panels = imported.panels(&sent.laboratory);
    let faults: Vec<_> =
        panels.iter().filter_map(|panel| panel.check(state.knowledge(), record.today).err()).flatten().collect();
    if panels.is_empty() || !faults.is_empty() {
        let mut look = page(&state, &record, sent);
        let problems: Vec<String> = faults.into_iter().map(|fault| fault.problem).collect();
        if look.problem.is_empty() {
            look.problem = if problems.is_empty() { "No line could be read.".to_owned() } else { problems.join(" ") };
        }
        return show_again(&look);
    }
    keep(&state, &record, panels, &Fields::default()).await
}
