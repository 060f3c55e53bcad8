//! The result.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use charley_records::Right;
use charley_wire::{Assessment, Disposition};

use super::{Check, assessed};
use crate::answers::danger::{self, Lack};
use crate::answers::lines;
use crate::answers::lines::plain_name;
use crate::engine::Depth;
use crate::error::WebError;
use crate::flow::{self, Step};
use crate::page::{Page, show as write};
use crate::share::sharing;
use crate::signed::MaybeSigned;
use crate::state::AppState;
use crate::trial::back;
use crate::view::cause::{self, Shown};
use crate::view::level::{self, Level};
use crate::view::plan::{self, LaneView, Test};

/// Causes that carry their chart on the result page; the others link to it.
const CHARTED: usize = 3;
/// Open rules on the result page, those first of which a sign is true.
const OPEN: usize = 10;
/// Reasons each way on the result page.
const REASONS: usize = 4;
/// Reasons each way on a cause's own page.
const ALL_REASONS: usize = 30;

/// Something that was written and not understood, or read as something else.
pub struct Unread {
    /// What was written.
    pub written: String,
    /// What we say about it.
    pub note: String,
}

#[derive(Template)]
#[template(path = "check/result.html")]
struct ResultPage {
    page: Page,
    other: bool,
    level: Level,
    headline: &'static str,
    top: Vec<Shown>,
    rest: Vec<Shown>,
    numbers: Vec<Numbers>,
    stability: String,
    lanes: Vec<LaneView>,
    child: bool,
    worth: Vec<Test>,
    not_worth: Vec<Test>,
    open: Vec<String>,
    open_more: usize,
    unread: Vec<Unread>,
    approximate: String,
    version: String,
    knowledge_date: String,
    reviewed: bool,
    today: String,
    /// Clinics with which the person shares: id and name.
    clinics: Vec<(String, String)>,
}

/// One row of "Show the numbers".
struct Numbers {
    name: String,
    present: String,
    adds: String,
}

/// What must be answered before a result may be shown; none when it may.
pub fn gate(state: &AppState, check: &Check) -> Option<Step> {
    let answers = check.answers();
    if answers.call_now(state.knowledge()) {
        return Some(Step::Call);
    }
    if let Some((list, lack)) = danger::unanswered(answers, state.knowledge()) {
        let id = list.id.clone();
        return Some(match lack {
            Lack::Ticks => Step::Danger(id),
            Lack::Which => Step::Which(id),
            Lack::Follow => Step::Follow(id),
        });
    }
    flow::next_fixed(answers, &state.engine)
}

/// What was written and not understood.
pub fn unread(state: &AppState, assessment: &Assessment) -> Vec<Unread> {
    let knowledge = state.knowledge();
    let not_known = assessment.unrecognised.iter().map(|entry| {
        let names: Vec<String> = entry.did_you_mean.iter().map(|name| plain_name(knowledge, name)).collect();
        Unread {
            written: entry.value.clone().unwrap_or_else(|| entry.name.replace('_', " ")),
            note: match names.is_empty() {
                true => "We don’t know this, so we did not use it.".to_owned(),
                false => format!("We don’t know this, so we did not use it. Did you mean {}?", names.join(" or ")),
            },
        }
    });
    let read_as = assessment.read_as.iter().map(|entry| Unread {
        written: entry.given.clone(),
        note: format!("We read this as {}.", lines::plain_name(knowledge, &entry.read_as)),
    });
    not_known.chain(read_as).collect()
}

/// The page. A result is never shown while the danger check is open.
pub async fn show(
    State(state): State<AppState>,
    MaybeSigned(signed): MaybeSigned,
    check: Check,
) -> Result<Response, WebError> {
    if let Some(step) = gate(&state, &check) {
        return Ok(Redirect::to(&step.path()).into_response());
    }
    let answers = check.answers();
    let assessment = assessed(&state, &check.token, answers, Depth::Person).await?;
    if assessment.disposition == Disposition::Emergency {
        return Ok(Redirect::to(&Step::Call.path()).into_response());
    }
    let knowledge = state.knowledge();
    let level = level::for_person(&state, &check, &assessment);
    // Facts left out of the danger check without "not sure" (an edited file): back to its first list.
    if assessment.provisional && level.unsure.is_empty() && assessment.disposition <= Disposition::Routine {
        let first = knowledge.danger_lists.first().map_or("call_now", |list| list.id.as_str());
        return Ok(Redirect::to(&Step::Danger(first.to_owned()).path()).into_response());
    }
    let mut own_plan = assessment.plan.clone();
    let mut clinics = Vec::new();
    if let Some(signed) = signed {
        if !answers.for_other() {
            back::into_plan(&back::decided(&state, &signed).await?, &mut own_plan);
        }
        if signed.access.right() >= Right::Write {
            let sharings = state.store()?.sharings(&signed.access).await?;
            clinics.extend(sharing::now(&sharings).map(|sharing| (sharing.clinic.to_string(), sharing.name.clone())));
        }
    }
    let say = |text: &str| check.say(&state, text);
    let open = nearest_open(&state, &check, &assessment);
    let mut top: Vec<Shown> =
        cause::all(knowledge, &assessment, REASONS).into_iter().map(|cause| cause.said(&say)).collect();
    let numbers = top
        .iter()
        .map(|cause| Numbers {
            name: cause.name.clone(),
            present: cause.present.clone(),
            adds: if cause.adds.is_empty() { "–".to_owned() } else { cause.adds.clone() },
        })
        .collect();
    let rest = top.split_off(top.len().min(CHARTED));
    let child = answers.get("age").and_then(|told| told.value.as_f64()).is_some_and(|age| age < 18.0);
    write(&ResultPage {
        other: answers.for_other(),
        headline: cause::headline(&assessment),
        numbers,
        stability: assessment.rank_stability.map(|share| charley_words::percent(share.get())).unwrap_or_default(),
        lanes: plan::lanes(knowledge, &own_plan, &say),
        child,
        worth: plan::tests(knowledge, &assessment.tests.worth, &say),
        not_worth: plan::tests(knowledge, &assessment.tests.not_worth, &say),
        open_more: open.len().saturating_sub(OPEN),
        open: open.into_iter().take(OPEN).map(|title| say(&title)).collect(),
        unread: unread(&state, &assessment),
        approximate: assessment.approximate.as_ref().map(|a| format!("{}: {}", a.what, a.why)).unwrap_or_default(),
        version: assessment.knowledge.version.chars().take(12).collect(),
        knowledge_date: assessment.knowledge.date.clone(),
        reviewed: assessment.knowledge.reviewed_by_clinician,
        today: state.today().short(),
        clinics,
        page: check.page.clone(),
        level,
        top,
        rest,
    })
}

/// Titles of urgent rules that are still open, each once.
pub fn open_rules(assessment: &Assessment) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    for rule in &assessment.not_ruled_out {
        if !titles.contains(&rule.title) {
            titles.push(rule.title.clone());
        }
    }
    titles
}

/// Titles of open rules, those first of which a sign is already true.
fn nearest_open(state: &AppState, check: &Check, assessment: &Assessment) -> Vec<String> {
    let half = state.engine.half_true_rules(&check.answers().case(), assessment);
    let mut rules: Vec<&charley_wire::NotRuledOut> = assessment.not_ruled_out.iter().collect();
    rules.sort_by_key(|rule| (!half.contains(&rule.id), std::cmp::Reverse(rule.disposition)));
    let mut titles: Vec<String> = Vec::new();
    for rule in rules {
        if !titles.contains(&rule.title) {
            titles.push(rule.title.clone());
        }
    }
    titles
}

#[derive(Template)]
#[template(path = "check/why.html")]
struct WhyPage {
    page: Page,
    cause: Shown,
    other: bool,
}

/// Everything that moved one cause.
pub async fn why(State(state): State<AppState>, Path(id): Path<String>, check: Check) -> Result<Response, WebError> {
    if let Some(step) = gate(&state, &check) {
        return Ok(Redirect::to(&step.path()).into_response());
    }
    let assessment = assessed(&state, &check.token, check.answers(), Depth::Person).await?;
    let cause = assessment.causes.iter().find(|cause| cause.id == id).ok_or(WebError::NotFound)?;
    let cause = cause::shown(state.knowledge(), cause, ALL_REASONS).said(&|text: &str| check.say(&state, text));
    write(&WhyPage { cause, other: check.answers().for_other(), page: check.page })
}
