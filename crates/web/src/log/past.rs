//! Past nights in one go: those of the last four weeks of which nothing is recorded.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::forms::{Mark, done};
use super::{Log, home, words};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;

/// Nights that are looked back over. Further back nobody remembers.
const BACK: i32 = 28;

#[derive(Template)]
#[template(path = "log/past.html")]
struct Past {
    page: Page,
    mark: Mark,
    nights: Vec<(Date, String)>,
}

/// Nights that are not recorded, the last one first.
fn missing(log: &Log) -> Vec<Date> {
    let nights = (1..=BACK).map(|back| log.today().saturating_sub(back.days()));
    nights.filter(|date| log.diary.count(*date).is_none()).collect()
}

/// The page.
pub async fn show(log: Log) -> Result<Response, WebError> {
    log.writer()?;
    let nights = missing(&log).into_iter().map(|date| (date, words::night(date))).collect();
    write(&Past { mark: Mark::new(log.now)?, nights, page: log.page })
}

/// Keeps every night that was answered.
///
/// # Errors
/// When the form is broken or the store refuses.
pub async fn save(State(state): State<AppState>, log: Log, fields: Fields) -> Result<Response, WebError> {
    let mark = Mark::read(&fields, log.now)?;
    let mut said = Vec::new();
    for (name, answer) in fields.iter() {
        let Some(date) = name.strip_prefix("night-") else { continue };
        let date = log.night_at(date).map_err(|_| WebError::BadForm)?;
        said.push(home::report(&log, date, home::count(answer)?));
    }
    let kept = log.say(&state, mark, said).await?;
    Ok(done("/log", kept))
}
