//! The clinician's result on one screen, the lists line by line, and the override.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use charley_knowledge::Knowledge;
use charley_wire::{Assessment, Disposition};

use super::rows::{LineView, line_rows, medicine_rows};
use super::{Override, Sheet, text};
use crate::answers::lines::Began;
use crate::assessments;
use crate::check::Choice;
use crate::engine::Depth;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::session::Token;
use crate::state::AppState;
use crate::view::cause::{self, Shown};
use crate::view::plan::{self, LaneView, Test};
use crate::view::{Cited, cited, level};
use crate::wording::fill;

/// Causes with reasons on the screen.
const TOP: usize = 3;
/// Reasons each way.
const REASONS: usize = 6;
/// Most characters of a reason for an override.
const MOST_REASON: usize = 500;

/// A rule that is true.
pub struct Flag {
    /// Urgency word.
    pub level: String,
    /// Title.
    pub title: String,
    /// Why.
    pub reason: String,
    /// What to do.
    pub action: String,
    /// Facts that made it true.
    pub because: String,
    /// Sources.
    pub cited: Vec<Cited>,
}

#[derive(Template)]
#[template(path = "clinician/result.html")]
struct ResultPage {
    page: Page,
    kind: &'static str,
    word: String,
    action: String,
    safety_net: String,
    provisional: bool,
    over: Option<(String, String)>,
    flags: Vec<Flag>,
    top: Vec<Shown>,
    rest: Vec<Shown>,
    stability: String,
    examine: Vec<(String, String)>,
    worth: Vec<Test>,
    not_worth: Vec<Test>,
    medicines: Vec<LineView>,
    illnesses: Vec<LineView>,
    lanes: Vec<LaneView>,
    open: Vec<String>,
    next: Vec<String>,
    unrecognised: Vec<String>,
    unused: Vec<String>,
    approximate: String,
    come_back: String,
    text: String,
    levels: Vec<Choice>,
    version: String,
    knowledge_date: String,
    reviewed: bool,
}

/// The sheet of this visitor.
fn sheet(state: &AppState, page: &Page) -> Option<(Token, Sheet)> {
    let token = page.token.clone()?;
    let sheet = state.sessions.get(&token, state.now())?.sheet?;
    Some((token, sheet))
}

/// The assessment of a sheet, kept in the session until the sheet says something else.
async fn assessed(state: &AppState, token: &Token, sheet: &Sheet) -> Result<Arc<Assessment>, WebError> {
    let case = sheet.case();
    let key = assessments::key(&state.knowledge().version, &case, Depth::Clinician);
    let kept = state.sessions.get(token, state.now()).and_then(|session| session.sheet_assessed);
    if let Some((_, assessment)) = kept.filter(|(kept, _)| *kept == key) {
        return Ok(assessment);
    }
    let assessment = Arc::new(state.assess(case, Depth::Clinician).await?);
    let keep = Arc::clone(&assessment);
    state.sessions.edit(token, state.now(), move |session| session.sheet_assessed = Some((key, keep)));
    Ok(assessment)
}

fn to_form() -> Result<Response, WebError> {
    Ok(Redirect::to("/clinician").into_response())
}

/// The result.
pub async fn show(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let Some((token, sheet)) = sheet(&state, &page) else {
        return to_form();
    };
    let assessment = assessed(&state, &token, &sheet).await?;
    let knowledge = state.knowledge();
    let region = state.engine.region(sheet.region.as_deref());
    let number = region.map_or("the emergency number", |region| region.emergency_number.as_str());
    let say = |text: &str| fill(text, region);
    let mut top = cause::all(knowledge, &assessment, REASONS);
    let rest = top.split_off(top.len().min(TOP));
    let over = sheet.over.as_ref().map(|over| (level::word(over.disposition, number), over.reason.clone()));
    let shown = sheet.over.as_ref().map_or(assessment.disposition, |over| over.disposition);
    let come_back = state.today().plus(assessment.advice.come_back_days).long();
    let medicines = medicine_rows(knowledge, &sheet);
    let plain = text::plain(&text::Parts {
        knowledge,
        assessment: &assessment,
        sheet: &sheet,
        region,
        come_back: &come_back,
        today: &state.today().short(),
    });
    write(&ResultPage {
        kind: level::kind(shown),
        word: level::word(assessment.disposition, number),
        action: say(&assessment.advice.action),
        safety_net: say(&assessment.advice.safety_net),
        provisional: assessment.provisional,
        over,
        flags: flags(knowledge, &assessment, number, &say),
        stability: assessment.rank_stability.map(|share| charley_words::percent(share.get())).unwrap_or_default(),
        examine: assessment.examine.iter().map(|e| (e.name.clone(), e.how.clone())).collect(),
        worth: plan::tests(knowledge, &assessment.tests.worth, &say),
        not_worth: plan::tests(knowledge, &assessment.tests.not_worth, &say),
        illnesses: line_rows(knowledge, &sheet.illnesses.lines, "i"),
        medicines,
        lanes: plan::lanes(knowledge, &assessment.plan, &say),
        open: crate::check::result::open_rules(&assessment),
        next: assessment.next_questions.iter().take(6).map(|question| question.question.clone()).collect(),
        unrecognised: assessment
            .unrecognised
            .iter()
            .map(|entry| {
                format!("{}{}", entry.name, entry.value.as_ref().map(|v| format!(" = {v}")).unwrap_or_default())
            })
            .collect(),
        unused: assessment.unused.clone(),
        approximate: assessment.approximate.as_ref().map(|a| format!("{}: {}", a.what, a.why)).unwrap_or_default(),
        come_back,
        text: plain,
        levels: Disposition::ALL
            .iter()
            .rev()
            .map(|d| {
                Choice::new(
                    d.as_str(),
                    &level::word(*d, number),
                    sheet.over.as_ref().is_some_and(|o| o.disposition == *d),
                )
            })
            .collect(),
        version: assessment.knowledge.version.chars().take(12).collect(),
        knowledge_date: assessment.knowledge.date.clone(),
        reviewed: assessment.knowledge.reviewed_by_clinician,
        top,
        rest,
        page,
    })
}

fn flags(knowledge: &Knowledge, assessment: &Assessment, number: &str, say: &impl Fn(&str) -> String) -> Vec<Flag> {
    let meaning = |name: &String| knowledge.fact(name).map_or_else(|| name.clone(), |(_, fact)| fact.meaning.clone());
    assessment
        .red_flags
        .iter()
        .map(|flag| Flag {
            level: level::word(flag.disposition, number),
            title: flag.title.clone(),
            reason: say(&flag.reason),
            action: say(flag.urgent_hold.as_ref().unwrap_or(&flag.action)),
            because: flag.because.iter().map(meaning).collect::<Vec<_>>().join("; "),
            cited: cited(knowledge, &flag.source),
        })
        .collect()
}

/// Takes what was meant by each line, and when a medicine began.
pub async fn set_lines(State(state): State<AppState>, page: Page, fields: Fields) -> Result<Response, WebError> {
    let Some((token, _)) = sheet(&state, &page) else {
        return to_form();
    };
    state.sessions.edit(&token, state.now(), |session| {
        let Some(sheet) = &mut session.sheet else {
            return;
        };
        for (prefix, lines) in [("m", &mut sheet.medicines.lines), ("i", &mut sheet.illnesses.lines)] {
            for (at, line) in lines.iter_mut().enumerate() {
                if !line.exact && !line.choices.is_empty() {
                    let chosen = fields.get(&format!("{prefix}{at}"));
                    line.code = line.choices.iter().find(|code| *code == chosen).cloned();
                    line.as_written = line.code.is_none();
                }
                if prefix == "m" {
                    line.began = Began::read(fields.get(&format!("m{at}.began")));
                }
            }
        }
    });
    Ok(Redirect::to("/clinician/result").into_response())
}

/// Records the clinician's own urgency. It needs a reason; without one nothing changes.
pub async fn set_override(State(state): State<AppState>, page: Page, fields: Fields) -> Result<Response, WebError> {
    let Some((token, _)) = sheet(&state, &page) else {
        return to_form();
    };
    let reason: String = fields.get("reason").chars().take(MOST_REASON).collect();
    let over = fields.get("disposition").parse().ok().filter(|_| !reason.is_empty());
    state.sessions.edit(&token, state.now(), |session| {
        if let Some(sheet) = &mut session.sheet {
            sheet.over = over.map(|disposition| Override { disposition, reason });
        }
    });
    Ok(Redirect::to("/clinician/result").into_response())
}

/// The case as a file for `charley assess`, with the override among the facts.
pub async fn case_file(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let Some((_, sheet)) = sheet(&state, &page) else {
        return to_form();
    };
    let mut facts: Vec<serde_json::Value> = sheet
        .case()
        .facts
        .iter()
        .map(|fact| {
            let mut entry = serde_json::json!({ "name": fact.name, "value": fact.value });
            if let Some(unit) = &fact.unit {
                entry["unit"] = unit.as_str().into();
            }
            if let Some(days) = fact.days_ago {
                entry["days_ago"] = days.into();
            }
            entry
        })
        .collect();
    facts.extend(
        sheet.override_facts().into_iter().map(|(name, value)| serde_json::json!({ "name": name, "value": value })),
    );
    let body = serde_json::json!({ "id": "charley-case", "facts": facts }).to_string();
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"charley-case.json\""),
    ];
    Ok((headers, body).into_response())
}
