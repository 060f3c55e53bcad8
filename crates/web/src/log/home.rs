//! The log: last night first, then the calendar, then the rate.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use charley_nights::diary::{Count, Diary, Night};
use charley_nights::rate;
use charley_records::diary::{Body, NightReport};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::banner::{Banner, Done, banner};
use super::calendar::{self, Calendar};
use super::forms::{Mark, Said, done};
use super::trend::{self, Trend};
use super::{Log, convert, triage, words};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;
use crate::view::level::Level;

/// The query of the page.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
    #[serde(default)]
    n: String,
    /// The last night to show.
    #[serde(default)]
    to: String,
}

/// A change with its number in the drawings.
pub struct Listed {
    /// Number.
    pub number: usize,
    /// "24 November 2026".
    pub day: String,
    /// The date, for addresses.
    pub date: Date,
    /// "Started: magnesium".
    pub text: String,
}

#[derive(Template)]
#[template(path = "log/home.html")]
struct Home {
    page: Page,
    name: String,
    writes: bool,
    banner: Option<Banner>,
    level: Option<Level>,
    safety: String,
    mark: Mark,
    night: Date,
    night_words: String,
    said: String,
    empty: bool,
    missing: u32,
    recent: Vec<String>,
    few: bool,
    calendar: Calendar,
    trend: Trend,
    changes: Vec<Listed>,
    contradictions: Vec<(Date, String)>,
    disputed: usize,
    earlier: Option<Date>,
    later: Option<Date>,
}

/// Most contradictions that are listed.
const MOST_LISTED: usize = 5;
/// Nights that the sentences above the drawings speak of.
const RECENT: i32 = 28;

/// The page.
pub async fn show(State(state): State<AppState>, Query(asked): Query<Asked>, log: Log) -> Result<Response, WebError> {
    let last = log.last_night();
    let until = asked.to.parse::<Date>().ok().filter(|date| *date < last && date.year() >= 1950).unwrap_or(last);
    let from = calendar::first(until);
    let recorded = log.recorded();
    let changes = listed(&log.diary, from, until);
    let recent = rate::between(&recorded, last.saturating_sub((RECENT - 1).days()), last);
    let missing = u32::try_from(RECENT).unwrap_or_default().saturating_sub(u32::try_from(recent.len()).unwrap_or(0));
    let sum = rate::summary(recent);
    let lines = sum.as_ref().map(words::summary).unwrap_or_default();
    let region = state.engine.region(Some(&log.signed.person.region));
    let contradictions = log.diary.nights.iter().rev().filter(|night| night.contradiction);
    write(&Home {
        banner: banner(&log, &Done { done: asked.done, n: asked.n }, "/log")?,
        level: triage::raised(&state, &log).await?,
        safety: crate::wording::fill(SAFETY, region),
        mark: Mark::new(log.now)?,
        night: last,
        night_words: words::night(last),
        said: log.diary.night(last).map(said).unwrap_or_default(),
        empty: log.diary.nights.is_empty(),
        missing,
        few: sum.is_some_and(|sum| sum.recorded < rate::FEWEST),
        recent: lines,
        calendar: calendar::draw(&log.diary, &log.signed.person.region, from, until, &changes),
        trend: trend::draw(&recorded, from, until, &changes),
        contradictions: contradictions.take(MOST_LISTED).map(|night| (night.date, words::short(night.date))).collect(),
        disputed: log.diary.disputed.len(),
        earlier: recorded.first().is_some_and(|(date, _)| *date < from).then(|| from.saturating_sub(1.day())),
        later: (until < last).then(|| until.saturating_add(calendar::NIGHTS.days()).min(last)),
        name: log.name().to_owned(),
        writes: log.writes(),
        page: log.page,
        changes,
    })
}

const SAFETY: &str = "Chest pain, short of breath, or one leg cold, swollen, numb or weak? Do not log it first. \
                      Call {emergency_number} now.";

/// What is known of a night, in a few words; empty for nothing.
fn said(night: &Night) -> String {
    match (night.count, night.report()) {
        (None, None) => String::new(),
        (None, Some(_)) => "You said: I don’t know.".to_owned(),
        (count, _) => format!("Recorded: {}.", words::count(count)),
    }
}

/// Changes within a period, numbered.
pub fn listed(diary: &Diary, from: Date, until: Date) -> Vec<Listed> {
    let inside = diary.changes.iter().filter(|told| told.value.date >= from && told.value.date <= until);
    inside
        .enumerate()
        .map(|(at, told)| Listed {
            number: at + 1,
            day: words::short(told.value.date),
            date: told.value.date,
            text: words::change(told.value.how, &told.value.what),
        })
        .collect()
}

/// The count of a form: the four answers of one tap, "some" as a file may say it, or a number.
///
/// # Errors
/// When it is none of them.
pub fn count(answer: &str) -> Result<Option<Count>, WebError> {
    Ok(match answer {
        "none" => Some(Count::Exactly(0)),
        "one" => Some(Count::Exactly(1)),
        "some" => Some(Count::AtLeast(1)),
        "more" => Some(Count::AtLeast(2)),
        "unknown" => None,
        number => Some(Count::Exactly(number.parse().ok().filter(|n| *n <= 99).ok_or(WebError::BadForm)?)),
    })
}

/// Puts a count into the place of what was said of a night.
pub fn report(log: &Log, date: Date, count: Option<Count>) -> Said {
    let known = log.diary.night(date).and_then(Night::report);
    let old = known.map(|told| &told.value);
    let body = Body::Night(NightReport {
        night: date.to_string(),
        cramps: convert::cramps(count),
        sleep: old.and_then(|old| old.sleep),
        pain: old.and_then(|old| old.pain),
        by_partner: old.is_some_and(|old| old.by_partner),
    });
    Said { body, of: known.map(|told| convert::entry_id(told.id)), known: old.is_some_and(|old| old.cramps == count) }
}

/// Takes the one tap on last night.
///
/// # Errors
/// When the form is broken or the store refuses.
pub async fn last(State(state): State<AppState>, log: Log, fields: Fields) -> Result<Response, WebError> {
    let mark = Mark::read(&fields, log.now)?;
    let date = log.night_at(fields.get("night")).map_err(|_| WebError::BadForm)?;
    let said = report(&log, date, count(fields.get("cramps"))?);
    let kept = log.say(&state, mark, vec![said]).await?;
    Ok(done("/log", kept))
}
