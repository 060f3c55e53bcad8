//! Nights from a file: looked at first, then added, all or none.

use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use charley_nights::diary::table::{self, DayOrder, Reading, Table};
use charley_nights::diary::{Count, moment_in};
use charley_records::diary::{Body, NewEntry, NightReport};
use charley_records::{EntryId, PersonId};
use jiff::civil::{Date, time};

use super::{Log, convert, file, forms, words};
use crate::error::WebError;
use crate::headers::MOST_UPLOAD_BYTES;
use crate::page::{Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "log/import.html")]
struct Choose {
    page: Page,
    problem: String,
}

#[derive(Template)]
#[template(path = "log/look.html")]
struct Look {
    page: Page,
    read: Read,
    text: String,
    order: String,
    mornings: bool,
}

/// Most lines of a report.
const MOST_LINES: usize = 30;
/// Nights that the preview shows.
const SHOWN: usize = 10;

/// What a file says, and what adding it would do.
#[derive(Default)]
struct Read {
    /// How it was read, in sentences.
    how: Vec<String>,
    /// What is wrong, line by line.
    problems: Vec<String>,
    /// Further problems that are not listed.
    more_problems: usize,
    /// The order of day and month must be said.
    asks_order: bool,
    /// The dates may be those of mornings: it is a table.
    asks_mornings: bool,
    /// The first nights.
    shown: Vec<(String, String)>,
    /// Nights that differ from the log, which keeps its own.
    differ: Vec<String>,
    /// Entries that would be added.
    entries: Vec<NewEntry>,
    /// How many, in words.
    count: String,
}

impl Read {
    fn usable(&self) -> bool {
        self.problems.is_empty() && !self.entries.is_empty()
    }
}

/// Asks for a file.
pub async fn show(log: Log) -> Result<Response, WebError> {
    log.writer()?;
    write(&Choose { page: log.page, problem: String::new() })
}

/// What the form brought.
#[derive(Default)]
struct Sent {
    text: Option<String>,
    order: String,
    mornings: bool,
}

async fn sent(mut form: Multipart) -> Result<Sent, WebError> {
    let refused = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
        _ => WebError::BadForm,
    };
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(refused)? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(refused)?;
        if bytes.len() > MOST_UPLOAD_BYTES {
            return Err(WebError::TooLarge);
        }
        let text = String::from_utf8(bytes.to_vec()).ok();
        match name.as_str() {
            "file" => sent.text = text,
            "order" => sent.order = text.unwrap_or_default(),
            "mornings" => sent.mornings = text.as_deref() == Some("1"),
            _ => {}
        }
    }
    Ok(sent)
}

/// Looks at a file and says what is in it. Nothing is kept.
///
/// # Errors
/// When the form is broken.
pub async fn check(log: Log, form: Multipart) -> Result<Response, WebError> {
    let sent = sent(form).await?;
    let Some(text) = sent.text.as_deref().filter(|text| !text.trim().is_empty()) else {
        let problem = if sent.text.is_some() { "Choose a file first." } else { NOT_TEXT };
        return show_again(&Choose { page: log.page, problem: problem.to_owned() });
    };
    let read = read(&log, text, &sent);
    look(log, read, &sent)
}

const NOT_TEXT: &str = "We can’t read this file. Save it as “CSV UTF-8” and choose it again.";

fn look(log: Log, read: Read, sent: &Sent) -> Result<Response, WebError> {
    let wrong = !read.problems.is_empty();
    let page = Look {
        page: log.page,
        read,
        text: sent.text.clone().unwrap_or_default(),
        order: sent.order.clone(),
        mornings: sent.mornings,
    };
    if wrong { show_again(&page) } else { write(&page) }
}

/// Adds the nights of a file that was looked at.
///
/// # Errors
/// When the form is broken or the store refuses.
pub async fn add(State(state): State<AppState>, log: Log, form: Multipart) -> Result<Response, WebError> {
    let sent = sent(form).await?;
    let read = read(&log, sent.text.as_deref().unwrap_or_default(), &sent);
    if !read.problems.is_empty() {
        return look(log, read, &sent);
    }
    let Some(first) = read.entries.first().map(|entry| entry.id) else {
        return Ok(Redirect::to("/log").into_response());
    };
    log.append(&state, &read.entries).await?;
    Ok(forms::done("/log", forms::Kept { first: Some(first), count: read.entries.len() }))
}

fn read(log: &Log, text: &str, sent: &Sent) -> Read {
    if file::is_json(text) { read_json(log, text) } else { read_table(log, text, sent) }
}

/// Everything of a saved log. The store refuses what it would refuse from a phone.
fn read_json(log: &Log, text: &str) -> Read {
    let mut read = Read::default();
    let entries = match file::read_json(text) {
        Ok(entries) => entries,
        Err(error) => {
            read.problems.push(format!("{error}."));
            return read;
        }
    };
    for (at, entry) in entries.iter().enumerate() {
        if let Err(fields) = charley_records::diary::check(entry, log.now) {
            read.problems.extend(fields.iter().map(|field| format!("Note {}: {}", at + 1, field.problem)));
        }
    }
    trim(&mut read);
    let known = entries.iter().filter(|entry| log.has(entry.id)).count();
    read.how.push(format!("The file holds {}. In your log already: {known}.", several(entries.len(), "note", "notes")));
    let nights = file::nights(&entries);
    read.how.push(format!("They tell of {}.", several(nights.recorded().count(), "night", "nights")));
    read.shown = shown(nights.recorded());
    read.entries = entries.into_iter().filter(|entry| !log.has(entry.id)).collect();
    read.count = several(read.entries.len(), "note", "notes");
    read
}

fn read_table(log: &Log, text: &str, sent: &Sent) -> Read {
    let order = match sent.order.as_str() {
        "day" => Some(DayOrder::DayFirst),
        "month" => Some(DayOrder::MonthFirst),
        _ => None,
    };
    let reading = Reading { order, mornings: sent.mornings, last: log.last_night() };
    let table = table::read(text, &reading);
    let mut read = Read { asks_order: table.asks_for_order(), ..Read::default() };
    read.problems = table
        .problems
        .iter()
        .map(|problem| match problem.line {
            Some(line) => format!("Line {line}: {}.", problem.fault),
            None => format!("{}.", problem.fault),
        })
        .collect();
    read.asks_mornings = read.problems.is_empty();
    trim(&mut read);
    if table.columns.night.is_empty() {
        return read;
    }
    how(&table, &mut read);
    read.shown = shown(table.rows.iter().map(|row| (row.night, row.count)));
    let mut known = 0;
    for row in &table.rows {
        match log.diary.count(row.night) {
            None => read.entries.push(entry(log, row.night, row.count)),
            Some(count) if convert::cramps(Some(count)) == convert::cramps(Some(row.count)) => known += 1,
            Some(count) => read.differ.push(format!(
                "{}: your log says {}, the file says {}.",
                words::short(row.night),
                words::count(Some(count)),
                words::count(Some(row.count))
            )),
        }
    }
    read.count = several(read.entries.len(), "night", "nights");
    if known > 0 {
        read.how.push(format!("{} in your log already.", several(known, "night is", "nights are")));
    }
    read
}

/// "1 night", "2 nights".
fn several(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn trim(read: &mut Read) {
    read.more_problems = read.problems.len().saturating_sub(MOST_LINES);
    read.problems.truncate(MOST_LINES);
}

fn shown(nights: impl Iterator<Item = (Date, Count)>) -> Vec<(String, String)> {
    nights.take(SHOWN).map(|(date, count)| (words::short(date), words::count(Some(count)))).collect()
}

/// How a table was read.
fn how(table: &Table, read: &mut Read) {
    let columns = &table.columns;
    read.how.push(format!("Nights are in “{}”. Cramps are in “{}”.", columns.night, columns.count));
    if !columns.unused.is_empty() {
        read.how.push(format!("Not used: {}.", columns.not_used()));
    }
    if !table.rows.is_empty() {
        read.how.push(format!("We can read {}.", several(table.rows.len(), "night", "nights")));
    }
    if table.unknown > 0 {
        read.how.push(format!("No number in {}: not recorded.", several(table.unknown, "line", "lines")));
    }
    if table.repeats > 0 {
        read.how.push(format!("The same night again in {}: used once.", several(table.repeats, "line", "lines")));
    }
    if table.rows.iter().any(|row| row.count == Count::AtLeast(1)) {
        read.how
            .push("“Yes” is kept as “1 cramp or more”: it does not say how many. A trial counts it as 1.".to_owned());
    }
    if table.rows.iter().any(|row| matches!(row.count, Count::AtLeast(n) if n > 2)) {
        read.how.push("Any number with a plus is kept as “2 or more”.".to_owned());
    }
}

/// The report of a night from a table. Id, time and words follow from the row alone: the same row is the same entry.
fn entry(log: &Log, night: Date, count: Count) -> NewEntry {
    let zone = &log.signed.person.zone;
    let cramps = convert::cramps(Some(count));
    let mut id = row_id(log.signed.person.id, zone, night, count);
    // Here, and yet the night is not recorded: it was taken back.
    if log.has(id) {
        id = forms::derived(id, &log.entries.len().to_string());
    }
    // The end of the night: anything said later by hand has the last word. A night that still runs ends for it now.
    let at = moment_in(night, time(11, 59, 0, 0), &log.zone).unwrap_or(log.now);
    let report = NightReport { night: night.to_string(), cramps, sleep: None, pain: None, by_partner: false };
    NewEntry { id, at, zone: zone.clone(), body: Body::Night(report) }
}

fn row_id(person: PersonId, zone: &str, night: Date, count: Count) -> EntryId {
    forms::derived(EntryId(person.0), &format!("row {zone} {night} {}", words::sign(Some(count))))
}
