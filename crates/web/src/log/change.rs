//! A medicine or habit that changed on a day.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_records::diary::{Body, Changed};
use jiff::civil::Date;

use super::Log;
use super::forms::{Mark, Said, done};
use crate::check::{Choice, Frame, Problem};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// Longest name.
const MOST_CHARS: usize = 60;

#[derive(Template)]
#[template(path = "log/change.html")]
struct ChangePage {
    page: Page,
    frame: Frame,
    mark: Mark,
    today: Date,
    date: String,
    what: String,
    how: Vec<Choice>,
}

fn page(log: Log, fields: &Fields, problem: Option<Problem>) -> Result<ChangePage, WebError> {
    let how = |value: &str, label: &str| Choice::new(value, label, fields.get("how") == value);
    Ok(ChangePage {
        frame: Frame { back: "/log".to_owned(), problem, ..Frame::default() },
        mark: Mark::new(log.now)?,
        today: log.today(),
        date: fields.get("date").to_owned(),
        what: fields.get("what").to_owned(),
        how: vec![how("started", "Started"), how("stopped", "Stopped"), how("altered", "More, less or another kind")],
        page: log.page,
    })
}

/// The page.
pub async fn show(log: Log) -> Result<Response, WebError> {
    log.writer()?;
    write(&page(log, &Fields::default(), None)?)
}

/// Keeps the change.
///
/// # Errors
/// When the form is broken or the store refuses.
pub async fn save(State(state): State<AppState>, log: Log, fields: Fields) -> Result<Response, WebError> {
    let mark = Mark::read(&fields, log.now)?;
    match read(&log, &fields) {
        Ok(body) => Ok(done("/log", log.say(&state, mark, vec![Said::new(body)]).await?)),
        Err(problem) => show_again(&page(log, &fields, Some(problem))?),
    }
}

fn read(log: &Log, fields: &Fields) -> Result<Body, Problem> {
    let what = fields.get("what");
    if what.is_empty() {
        return Err(Problem::new("what", "Say what changed, such as “magnesium”"));
    }
    if what.chars().count() > MOST_CHARS {
        return Err(Problem::new("what", "Use at most 60 letters"));
    }
    let how = match fields.get("how") {
        "started" => Changed::Started,
        "stopped" => Changed::Stopped,
        "altered" => Changed::Altered,
        _ => return Err(Problem::new("how", "Say if it started, stopped or changed")),
    };
    let date = day(log, fields.get("date"))?;
    Ok(Body::Change { date: date.to_string(), what: what.to_owned(), how })
}

/// A day that has come.
fn day(log: &Log, text: &str) -> Result<Date, Problem> {
    let date: Date = text.parse().map_err(|_| Problem::new("date", "Give the day, such as 2026-11-24"))?;
    if date > log.today() {
        return Err(Problem::new("date", "That date is in the future. Use the day it happened"));
    }
    if date.year() < 1950 {
        return Err(Problem::new("date", "That date is too long ago. Check the year"));
    }
    Ok(date)
}
