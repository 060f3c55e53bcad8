//! The person's own hand-over: their answers, their nights and what they tried, on one A4.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_clinic::handover::{Block, Entered, Letter, Nights, Run, Told, build};
use charley_clinic::medicines;
use charley_nights::diary::fold;
use charley_wire::Assessment;
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::account::problems::Problems;
use crate::account::times;
use crate::answers::{Answers, lines, save as file_of};
use crate::check::answers::value;
use crate::check::{Check, assessed, result};
use crate::clinic::record::handover::{pattern, tried};
use crate::clinic::record::medicines::of_answers;
use crate::engine::Depth;
use crate::error::WebError;
use crate::flow::Step;
use crate::letters;
use crate::log::convert;
use crate::page::{Fields, Page, show as write};
use crate::signed::{MaybeSigned, Signed};
use crate::state::AppState;

/// The answers that the sheet rests on.
struct Source {
    answers: Answers,
    assessment: Arc<Assessment>,
    /// The day of a kept check; none for the check that is under way.
    kept: Option<String>,
    back: &'static str,
}

/// The check that is under way, if its danger check is finished; else the newest one that was kept; else the page to go to.
async fn source(state: &AppState, page: &Page, signed: Option<&Signed>) -> Result<Result<Source, String>, WebError> {
    let session = page.token.as_ref().and_then(|token| state.sessions.get(token, state.now()));
    let mut start = "/check".to_owned();
    if let (Some(token), Some(session)) = (&page.token, session) {
        let check = Check { page: page.clone(), token: token.clone(), session };
        match result::gate(state, &check) {
            found @ (None | Some(Step::Call)) => {
                let assessment = assessed(state, token, check.answers(), Depth::Person).await?;
                let back = if found.is_some() { "/check/call" } else { "/check/result" };
                return Ok(Ok(Source { answers: check.session.answers, assessment, kept: None, back }));
            }
            Some(open) => start = open.path(),
        }
    }
    let Some(signed) = signed else { return Ok(Err(start)) };
    let Some(kept) = state.store()?.checks(&signed.access).await?.into_iter().next() else { return Ok(Err(start)) };
    let answers = file_of::load(state.knowledge(), &kept.answers).map_err(|_| WebError::Internal("a kept check"))?;
    let assessment = Arc::new(state.assess(answers.case(), Depth::Person).await?);
    let day = times::day(kept.at, &signed.person.zone);
    Ok(Ok(Source { answers, assessment, kept: Some(day), back: "/checks" }))
}

/// What the record of somebody signed in adds: nights, and what was tried.
async fn recorded(
    state: &AppState,
    signed: &Signed,
) -> Result<(Nights, Vec<charley_clinic::handover::Tried>), WebError> {
    let store = state.store()?;
    let entries = store.entries(&signed.access).await?;
    let told: Vec<_> = entries.iter().filter_map(convert::entry).collect();
    let zone = TimeZone::get(&signed.person.zone).unwrap_or(TimeZone::UTC);
    let last = zone.to_datetime(state.timestamp()).date().saturating_sub(1.day());
    let trials = store.trials(&signed.access).await?;
    Ok((pattern(&fold(&told), last), tried(&trials)))
}

/// Who, with what the check was told of them. Without a name there is room to write it.
fn person(state: &AppState, answers: &Answers, name: Option<&str>) -> String {
    let told = |fact: &str| {
        let (_, known) = state.knowledge().fact(fact)?;
        Some(value(state.knowledge(), known, answers.get(fact)?).to_lowercase())
    };
    let name = name.map_or_else(|| "Name: ____________________".to_owned(), str::to_owned);
    let age = told("age").map(|age| format!("aged {age}"));
    let pregnant = answers.is_yes("pregnant").then(|| "pregnant".to_owned());
    [Some(name), age, told("sex"), pregnant].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The sheet, in words.
async fn sheet(
    state: &AppState,
    source: &Source,
    signed: Option<&Signed>,
    wanted: &Wanted,
) -> Result<Letter, WebError> {
    let signed = signed.filter(|_| wanted.nights);
    let (nights, tried) = match signed {
        Some(signed) => recorded(state, signed).await?,
        None => (Nights { sentences: vec!["No record of nights on this sheet.".to_owned()] }, Vec::new()),
    };
    let (answers, knowledge) = (&source.answers, state.knowledge());
    let facts = answers.case().facts;
    let review = medicines::review(knowledge, &of_answers(knowledge, &answers.medicines), &facts);
    let conditions = facts.iter().filter(|fact| fact.name == "condition").filter_map(|fact| fact.value.as_str());
    let today = state.today().short();
    let sheet = build(
        knowledge,
        &Told {
            person: person(state, answers, signed.map(|signed| signed.person.name.as_str())),
            assessment: &source.assessment,
            facts: &facts,
            complaint: &wanted.complaint,
            wish: &wanted.wish,
            nights,
            review: &review,
            illnesses: conditions.map(|code| lines::plain_name(knowledge, code)).collect(),
            done: Vec::new(),
            tried,
            date: match &source.kept {
                Some(day) => format!("{today}, with answers of {day}"),
                None => today,
            },
            entered: if answers.for_other() { Entered::Helper } else { Entered::Person },
        },
    );
    Ok(sheet.letter())
}

/// What the visitor wants on the sheet.
struct Wanted {
    /// The nights of the record: the check may be about somebody else.
    nights: bool,
    complaint: String,
    wish: String,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// "no" leaves the nights out.
    #[serde(default)]
    nights: String,
}

impl From<Asked> for Wanted {
    fn from(asked: Asked) -> Self {
        Self { nights: asked.nights != "no", complaint: String::new(), wish: String::new() }
    }
}

impl From<Fields> for Wanted {
    fn from(fields: Fields) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        Self { nights: fields.get("nights") != "no", complaint: text("complaint"), wish: text("wish") }
    }
}

#[derive(Template)]
#[template(path = "care/handover.html")]
struct HandoverPage {
    page: Page,
    problems: Problems,
    back: &'static str,
    kept: String,
    /// Whose nights are on the sheet; empty for none.
    nights_of: String,
    /// Whose nights were left out; empty for none.
    left_out: String,
    complaint: String,
    wish: String,
    /// A PDF can be made here.
    pdf: bool,
    sheet: Letter,
}

async fn page(state: &AppState, page: Page, signed: Option<Signed>, wanted: Wanted) -> Result<Response, WebError> {
    let source = match source(state, &page, signed.as_ref()).await? {
        Ok(source) => source,
        Err(start) => return Ok(Redirect::to(&start).into_response()),
    };
    let sheet = sheet(state, &source, signed.as_ref(), &wanted).await?;
    let name = signed.map(|signed| signed.person.name).unwrap_or_default();
    let (nights_of, left_out) = if wanted.nights { (name, String::new()) } else { (String::new(), name) };
    write(&HandoverPage {
        problems: Problems::default(),
        back: source.back,
        kept: source.kept.unwrap_or_default(),
        nights_of,
        left_out,
        complaint: wanted.complaint,
        wish: wanted.wish,
        pdf: state.letters().is_some(),
        sheet,
        page,
    })
}

/// The sheet, with room to write by hand.
pub async fn show(
    State(state): State<AppState>,
    MaybeSigned(signed): MaybeSigned,
    Query(asked): Query<Asked>,
    frame: Page,
) -> Result<Response, WebError> {
    page(&state, frame, signed, asked.into()).await
}

/// The sheet with own words on it. They are shown once and not kept.
pub async fn fill(
    State(state): State<AppState>,
    MaybeSigned(signed): MaybeSigned,
    frame: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    page(&state, frame, signed, fields.into()).await
}

async fn file(state: &AppState, page: &Page, signed: Option<Signed>, wanted: Wanted) -> Result<Response, WebError> {
    let source = match source(state, page, signed.as_ref()).await? {
        Ok(source) => source,
        Err(start) => return Ok(Redirect::to(&start).into_response()),
    };
    let sheet = sheet(state, &source, signed.as_ref(), &wanted).await?;
    let back = if wanted.nights { "/handover" } else { "/handover?nights=no" };
    letters::answer(state, &sheet, back.to_owned()).await
}

/// The sheet as a PDF.
pub async fn pdf(
    State(state): State<AppState>,
    MaybeSigned(signed): MaybeSigned,
    Query(asked): Query<Asked>,
    frame: Page,
) -> Result<Response, WebError> {
    file(&state, &frame, signed, asked.into()).await
}

/// The sheet with own words on it as a PDF.
pub async fn fill_pdf(
    State(state): State<AppState>,
    MaybeSigned(signed): MaybeSigned,
    frame: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    file(&state, &frame, signed, fields.into()).await
}
