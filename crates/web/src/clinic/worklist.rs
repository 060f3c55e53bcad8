//! The worklist: who waits, how urgent it is, and for how long.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use charley_records::RequestId;
use charley_records::clinic::Duty;
use charley_records::clinic::worklist::{RequestLine, Urgency, Which};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::door::{Frame, Here};
use super::staff_names::Names;
use super::words::{self, Mark};
use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;

/// Closed requests are listed so long.
const CLOSED_SHOWN: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Most closed requests on the page.
const MOST_CLOSED: usize = 200;

/// What of the list to show; empty: all.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Filter {
    /// `mine` or `nobody`.
    #[serde(default)]
    pub whose: String,
    /// Code of an urgency.
    #[serde(default)]
    pub urgency: String,
}

impl Filter {
    fn passes(&self, line: &RequestLine, here: &Here) -> bool {
        let whose = match self.whose.as_str() {
            "mine" => line.assigned == Some(here.account.id),
            "nobody" => line.assigned.is_none(),
            _ => true,
        };
        let urgency = Urgency::of_code(&self.urgency).map_or(true, |urgency| line.urgency == urgency);
        whose && urgency
    }

    fn any(&self) -> bool {
        matches!(self.whose.as_str(), "mine" | "nobody") || Urgency::of_code(&self.urgency).is_ok()
    }
}

/// A line as the page shows it.
pub struct Row {
    /// Id of the request.
    pub id: String,
    /// Name of the person.
    pub name: String,
    /// How soon.
    pub mark: Mark,
    /// The danger check was not finished.
    pub provisional: bool,
    /// How long it waits, or when it was closed.
    pub when: String,
    /// It has waited too long.
    pub overdue: bool,
    /// How many red flags.
    pub red_flags: u32,
    /// Red flags in words, for those who may read them.
    pub titles: Vec<String>,
    /// Who has it; empty for nobody.
    pub assigned: String,
    /// Attempts to reach the person that failed.
    pub not_reached: u32,
    /// How it ended; empty while it is open.
    pub closed: &'static str,
}

impl Row {
    /// The line of a request, with its red flags where they may be read.
    pub fn of(line: &RequestLine, titles: Vec<String>, names: &Names, here: &Here, now: Timestamp) -> Self {
        let (closed, when) = match line.closed {
            Some((how, at)) => (words::closing(how), words::moment(at, &here.zone)),
            None => ("", words::wait(line.created, now)),
        };
        Self {
            id: line.id.to_string(),
            name: line.name.clone(),
            mark: words::mark(line.urgency),
            provisional: line.provisional,
            when,
            overdue: line.overdue(now),
            red_flags: line.red_flags,
            titles,
            assigned: line.assigned.map(|account| names.call(account)).unwrap_or_default(),
            not_reached: line.not_reached,
            closed,
        }
    }
}

struct Choice {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "clinic/worklist.html")]
struct Worklist {
    page: Page,
    frame: Frame,
    as_of: String,
    whose: [Choice; 3],
    urgencies: Vec<Choice>,
    filtered: bool,
    open: Vec<Row>,
    hidden: usize,
    overdue: usize,
    overdue_hidden: usize,
    emergencies: usize,
    closed: Vec<Row>,
    closed_more: usize,
    may_take: bool,
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<Response, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let names = Names::read(&state, &here).await?;
    let lines = store.requests(&here.desk, Which::Open).await?;
    let mut titles: HashMap<RequestId, Vec<String>> = HashMap::new();
    if here.desk.roles().allow(Duty::ReadRecord) {
        titles.extend(store.open_red_flags(&here.desk).await?);
    }
    let overdue = lines.iter().filter(|line| line.overdue(now)).count();
    let emergencies = lines.iter().filter(|line| line.urgency == Urgency::Emergency).count();
    let shown: Vec<&RequestLine> = lines.iter().filter(|line| filter.passes(line, &here)).collect();
    let overdue_shown = shown.iter().filter(|line| line.overdue(now)).count();
    let hidden = lines.len() - shown.len();
    let mut row = |line: &RequestLine| Row::of(line, titles.remove(&line.id).unwrap_or_default(), &names, &here, now);
    let open: Vec<Row> = shown.into_iter().map(&mut row).collect();
    let since = now.saturating_sub(CLOSED_SHOWN).unwrap_or(Timestamp::MIN);
    let mut closed = store.requests(&here.desk, Which::ClosedSince(since)).await?;
    closed.sort_by_key(|line| std::cmp::Reverse(line.closed.map(|(_, at)| at)));
    write(&Worklist {
        page,
        frame: here.frame("requests"),
        as_of: now.to_zoned(here.zone.clone()).strftime("%H:%M").to_string(),
        whose: [("", "All"), ("mine", "Mine"), ("nobody", "Nobody’s")].map(|(value, label)| Choice {
            value,
            label,
            chosen: filter.whose == value,
        }),
        urgencies: Urgency::ALL
            .iter()
            .map(|urgency| Choice {
                value: urgency.code(),
                label: words::mark(*urgency).word,
                chosen: filter.urgency == urgency.code(),
            })
            .collect(),
        filtered: filter.any(),
        open,
        hidden,
        overdue,
        overdue_hidden: overdue - overdue_shown,
        emergencies,
        closed_more: closed.len().saturating_sub(MOST_CLOSED),
        closed: closed.iter().take(MOST_CLOSED).map(&mut row).collect(),
        may_take: here.desk.roles().allow(Duty::Book),
    })
}
