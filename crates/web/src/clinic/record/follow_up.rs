//! Follow-up: who is due, and what is recorded.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_clinic::outcome::{FollowUpResult, GlobalChange, counted};
use charley_clinic::plan::Counted;
use charley_clinic::{Fault, Leg};
use charley_nights::rate;
use charley_records::FollowUpId;
use charley_records::clinic::Duty;
use charley_records::clinic::follow_up::{FollowUp, FollowUpState};
use jiff::ToSpan as _;

use super::load::Loaded;
use super::open::{Head, Record};
use super::overview::stands;
use crate::check::Choice;
use crate::clinic::door::{Frame, Here};
use crate::error::WebError;
use crate::log::words;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// Follow-ups that are due within so many days stand on the list too.
const AHEAD_DAYS: i32 = 14;

struct Row {
    path: String,
    name: String,
    week: u16,
    due: String,
    overdue: bool,
    days: i32,
}

#[derive(Template)]
#[template(path = "clinic/record/follow-ups.html")]
struct List {
    page: Page,
    frame: Frame,
    rows: Vec<Row>,
    records: bool,
    ahead: i32,
}

/// Who is due, longest due first.
pub async fn list(State(state): State<AppState>, here: Here, page: Page) -> Result<Response, WebError> {
    let today = here.today(state.timestamp());
    let until = today.saturating_add(AHEAD_DAYS.days());
    let due = state.store()?.due_follow_ups(&here.desk, until).await?;
    let rows = due.into_iter().map(|(one, name)| Row {
        path: format!("/clinic/people/{}/follow-up/{}", one.person, one.id),
        name,
        week: one.week,
        due: words::short(one.due),
        overdue: one.due < today,
        days: charley_clinic::text::days_between(one.due, today),
    });
    let records = here.desk.roles().allow(Duty::WriteRecord);
    write(&List { rows: rows.collect(), frame: here.frame("follow-up"), records, ahead: AHEAD_DAYS, page })
}

#[derive(Template)]
#[template(path = "clinic/record/follow-up.html")]
struct FollowUpPage {
    page: Page,
    frame: Frame,
    head: Head,
    problems: Vec<(String, String)>,
    week: u16,
    due: String,
    stands: &'static str,
    open: bool,
    cramps: String,
    nights: String,
    counted: String,
    before: String,
    sleep: String,
    change: Vec<Choice>,
    harm: String,
    asked_harm: bool,
    rvcss: Vec<(&'static str, String)>,
    note: String,
    verdict: String,
}

async fn find(state: &AppState, record: &Record, id: &str) -> Result<FollowUp, WebError> {
    let id: FollowUpId = id.parse().map_err(|_| WebError::NotFound)?;
    let all = state.store()?.follow_ups(&record.care).await?;
    all.into_iter().find(|one| one.id == id).ok_or(WebError::NotFound)
}

/// Cramps of the last 14 nights that are over.
fn last_14(record: &Record, loaded: &Loaded) -> Option<Counted> {
    let nights: Vec<_> = loaded.diary.recorded().collect();
    let last = loaded.last_night(record);
    counted(rate::between(&nights, last.saturating_sub(13.days()), last))
}

fn in_words(counted: Option<Counted>) -> String {
    counted.map(|one| format!("{} cramps in {} recorded nights", one.cramps, one.nights)).unwrap_or_default()
}

fn view(
    record: &Record,
    loaded: &Loaded,
    one: &FollowUp,
    fields: &Fields,
    problems: Vec<(String, String)>,
) -> FollowUpPage {
    let result: Option<FollowUpResult> = one.result.as_ref().and_then(|text| serde_json::from_str(text).ok());
    let diary = last_14(record, loaded);
    let given = |name: &str, own: Option<u32>| match fields.get(name) {
        "" => own.map(|number| number.to_string()).unwrap_or_default(),
        written => written.to_owned(),
    };
    let verdict = result.as_ref().and_then(FollowUpResult::verdict);
    FollowUpPage {
        page: record.page.clone(),
        frame: record.here.frame("follow-up"),
        head: record.head("follow-up"),
        problems,
        week: one.week,
        due: words::short(one.due),
        stands: stands(one.state, one.due, record.today),
        open: one.state == FollowUpState::Due,
        cramps: given("cramps", diary.map(|diary| diary.cramps)),
        nights: given("nights", diary.map(|diary| diary.nights)),
        counted: in_words(diary),
        before: in_words(loaded.plan.as_ref().and_then(|newest| newest.content.before)),
        sleep: fields.get("sleep").to_owned(),
        change: GlobalChange::ALL
            .iter()
            .map(|change| Choice::new(change.code(), change.words(), change.code() == fields.get("change")))
            .collect(),
        harm: fields.get("harm").to_owned(),
        asked_harm: fields.get("asked_harm") == "yes",
        rvcss: Leg::BOTH
            .iter()
            .map(|leg| (leg.word(), fields.get(&format!("rvcss.{}", leg.word())).to_owned()))
            .collect(),
        note: fields.get("note").to_owned(),
        verdict: verdict.map(|(verdict, rule)| format!("{}: {}", verdict.words(), rule.words())).unwrap_or_default(),
    }
}

/// Kept answers as the fields of the form.
fn fields(result: &FollowUpResult) -> Fields {
    let mut all = vec![
        ("harm".to_owned(), result.harm.clone()),
        ("note".to_owned(), result.note.clone()),
        ("asked_harm".to_owned(), if result.asked_harm { "yes" } else { "" }.to_owned()),
        ("change".to_owned(), result.change.map(|change| change.code().to_owned()).unwrap_or_default()),
        ("sleep".to_owned(), result.sleep.map(|sleep| sleep.to_string()).unwrap_or_default()),
    ];
    if let Some(now) = result.now {
        all.push(("cramps".to_owned(), now.cramps.to_string()));
        all.push(("nights".to_owned(), now.nights.to_string()));
    }
    for (leg, score) in Leg::BOTH.iter().zip(result.rvcss) {
        all.extend(score.map(|score| (format!("rvcss.{}", leg.word()), score.to_string())));
    }
    all.into()
}

/// The page of one follow-up.
pub async fn show(
    State(state): State<AppState>,
    Path((_, follow_up)): Path<(String, String)>,
    record: Record,
) -> Result<Response, WebError> {
    let one = find(&state, &record, &follow_up).await?;
    let loaded = Loaded::read(&state, &record).await?;
    let kept = one.result.as_ref().and_then(|text| serde_json::from_str::<FollowUpResult>(text).ok());
    let fields = kept.as_ref().map(fields).unwrap_or_default();
    write(&view(&record, &loaded, &one, &fields, Vec::new()))
}

fn read(loaded: &Loaded, fields: &Fields) -> Result<FollowUpResult, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut number = |name: &str| -> Option<u32> {
        let written = fields.get(name);
        let read = written.parse().ok();
        if !written.is_empty() && read.is_none() {
            faults.push(Fault::new(name, format!("“{written}” is not a whole number.")));
        }
        read
    };
    let now = match (number("cramps"), number("nights")) {
        (Some(cramps), Some(nights)) => Some(Counted { cramps, nights }),
        _ => None,
    };
    let small = |value: Option<u32>| value.map(|value| u8::try_from(value).unwrap_or(u8::MAX));
    let sleep = small(number("sleep"));
    let rvcss = [small(number("rvcss.left")), small(number("rvcss.right"))];
    let result = FollowUpResult {
        now,
        before: loaded.plan.as_ref().and_then(|newest| newest.content.before),
        sleep,
        change: GlobalChange::ALL.into_iter().find(|change| change.code() == fields.get("change")),
        harm: fields.get("harm").to_owned(),
        asked_harm: fields.get("asked_harm") == "yes",
        rvcss,
        note: fields.get("note").to_owned(),
    };
    if fields.get("cramps").is_empty() != fields.get("nights").is_empty() {
        faults.push(Fault::new("nights", "Cramps and recorded nights go together. Fill in both, or neither."));
    }
    faults.extend(result.check().err().unwrap_or_default());
    if faults.is_empty() { Ok(result) } else { Err(faults) }
}

/// Records it: done with answers, lost, or declined.
pub async fn set(
    State(state): State<AppState>,
    Path((_, follow_up)): Path<(String, String)>,
    record: Record,
    fields: Fields,
) -> Result<Response, WebError> {
    let one = find(&state, &record, &follow_up).await?;
    let loaded = Loaded::read(&state, &record).await?;
    let (stand, result) = match fields.get("state") {
        "lost" => (FollowUpState::Lost, None),
        "declined" => (FollowUpState::Declined, None),
        "done" => match read(&loaded, &fields) {
            Ok(result) => (FollowUpState::Done, Some(result)),
            Err(faults) => {
                let problems = faults.into_iter().map(|fault| (fault.field, fault.problem)).collect();
                return show_again(&view(&record, &loaded, &one, &fields, problems));
            }
        },
        _ => return Err(WebError::BadForm),
    };
    let text = match &result {
        Some(result) => Some(serde_json::to_string(result).map_err(|_| WebError::Internal("a follow-up"))?),
        None => None,
    };
    let store = state.store()?;
    store.record_follow_up(&record.care, one.id, stand, text.as_deref(), record.now).await?;
    Ok(Redirect::to("/clinic/follow-up").into_response())
}
