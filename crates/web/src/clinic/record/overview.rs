//! The record on one page: who, how soon, causes now, nights, documents, visits.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_clinic::laboratory::critical;
use charley_nights::rate;
use charley_records::clinic::documents::DocumentKind;
use charley_records::clinic::follow_up::FollowUpState;
use charley_records::clinic::worklist::RequestLine;
use charley_wire::Assessment;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::content::{tab, title};
use super::load::{Loaded, assess};
use super::open::{Head, Record};
use crate::account::times;
use crate::clinic::door::Frame;
use crate::clinic::words as desk;
use crate::error::WebError;
use crate::log::calendar::{self, Calendar};
use crate::log::home::{Listed, listed};
use crate::log::trend::{self, Trend};
use crate::log::words;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::view::cause::{self, Shown};
use crate::view::level;

/// Causes on the page.
const CAUSES: usize = 5;
/// Visits on the page.
const VISITS: usize = 8;
/// Nights that the sentences speak of.
const RECENT: i32 = 28;

/// How soon, with the reasons.
pub struct Care {
    /// Icon.
    pub kind: &'static str,
    /// Words.
    pub word: String,
    /// What to do.
    pub action: String,
    /// Not every danger sign is known.
    pub provisional: bool,
    /// Titles of rules that are true.
    pub flags: Vec<String>,
}

/// The care box of an assessment.
pub fn care(state: &AppState, record: &Record, assessment: &Assessment) -> Care {
    let number = record.number(state);
    Care {
        kind: level::kind(assessment.disposition),
        word: level::word(assessment.disposition, &number),
        action: record.say(state, &assessment.advice.action),
        provisional: assessment.provisional,
        flags: assessment.red_flags.iter().map(|flag| record.say(state, &flag.title)).collect(),
    }
}

struct Line {
    path: String,
    what: &'static str,
    said: String,
}

struct Visit {
    at: String,
    what: String,
    stands: &'static str,
}

struct Due {
    path: String,
    week: u16,
    due: String,
    stands: &'static str,
    open: bool,
}

#[derive(Template)]
#[template(path = "clinic/record/overview.html")]
struct Overview {
    page: Page,
    frame: Frame,
    head: Head,
    care: Care,
    shout: Vec<String>,
    danger_tick: String,
    requests: Vec<(String, String)>,
    complaint: String,
    wish: String,
    shared: String,
    top: Vec<Shown>,
    documents: Vec<Line>,
    empty_nights: bool,
    recent: Vec<String>,
    calendar: Calendar,
    trend: Trend,
    changes: Vec<Listed>,
    visits: Vec<Visit>,
    due: Vec<Due>,
}

/// The page.
pub async fn show(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let store = state.store()?;
    let visits = store.bookings_with(&record.here.desk, record.person.id).await?;
    let follow_ups = store.follow_ups(&record.care).await?;
    let gathered = loaded.gathered(&state, &record);
    let assessment = assess(&state, &gathered).await?;
    let shout = loaded.laboratory.as_ref().map(|newest| {
        critical(state.knowledge(), &newest.content, &gathered.facts, record.today)
            .into_iter()
            .map(|value| value.title)
            .collect()
    });
    let zone = &record.here.clinic.zone;
    let last = loaded.last_night(&record);
    let from = calendar::first(last);
    let changes = listed(&loaded.diary, from, last);
    let nights: Vec<_> = loaded.diary.recorded().collect();
    let recent = rate::between(&nights, last.saturating_sub((RECENT - 1).days()), last);
    let tick = loaded.signs.danger.map(|start| {
        format!("A danger sign was ticked with a cramp on {}.", times::moment(start, &record.person.zone))
    });
    write(&Overview {
        care: care(&state, &record, &assessment),
        shout: shout.unwrap_or_default(),
        danger_tick: tick.unwrap_or_default(),
        requests: loaded.requests.iter().map(|line| request(&record, line)).collect(),
        complaint: loaded.complaint(),
        wish: loaded.wish(),
        shared: loaded
            .shared
            .as_ref()
            .map(|shared| format!("From {} of {}.", shared.from, times::day(shared.at, zone)))
            .unwrap_or_default(),
        top: cause::all(state.knowledge(), &assessment, 3).into_iter().take(CAUSES).collect(),
        documents: documents(&record, &loaded),
        empty_nights: nights.is_empty(),
        recent: rate::summary(recent).as_ref().map(words::summary).unwrap_or_default(),
        calendar: calendar::draw(&loaded.diary, &record.person.region, from, last, &changes),
        trend: trend::draw(&nights, from, last, &changes),
        changes,
        visits: visits
            .iter()
            .take(VISITS)
            .map(|visit| Visit {
                at: times::moment(visit.start, zone),
                what: visit.service_name.clone(),
                stands: desk::booking(visit.state),
            })
            .collect(),
        due: follow_ups
            .iter()
            .map(|one| Due {
                path: record.path(&format!("follow-up/{}", one.id)),
                week: one.week,
                due: words::short(one.due),
                stands: stands(one.state, one.due, record.today),
                open: one.state == FollowUpState::Due,
            })
            .collect(),
        frame: record.frame(),
        head: record.head(""),
        page: record.page,
    })
}

fn request(record: &Record, line: &RequestLine) -> (String, String) {
    let day = times::day(line.created, &record.here.clinic.zone);
    let urgency = desk::mark(line.urgency).word;
    let words = match line.closed {
        None if line.overdue(record.now) => format!("{urgency}: open since {day}, overdue"),
        None => format!("{urgency}: open since {day}"),
        Some(_) => format!("{urgency}: of {day}, closed"),
    };
    (line.id.to_string(), words)
}

fn documents(record: &Record, loaded: &Loaded) -> Vec<Line> {
    let zone = &record.here.clinic.zone;
    let kinds = DocumentKind::ALL.iter().filter(|kind| **kind != DocumentKind::Notes);
    kinds
        .map(|kind| {
            let newest = loaded.documents.iter().find(|document| document.kind == *kind);
            let said = newest.map(|document| {
                let signed = if document.signed.is_some() { ", signed" } else { "" };
                format!("version {}, {}{signed}", document.version, times::moment(document.at, zone))
            });
            Line {
                path: record.path(tab(*kind)),
                what: title(*kind),
                said: said.unwrap_or_else(|| "none yet".to_owned()),
            }
        })
        .collect()
}

/// Where a follow-up stands, in words.
pub fn stands(state: FollowUpState, due: Date, today: Date) -> &'static str {
    match state {
        FollowUpState::Due if due < today => "overdue",
        FollowUpState::Due => "to come",
        FollowUpState::Done => "done",
        FollowUpState::Lost => "lost",
        FollowUpState::Declined => "declined",
    }
}
