//! The evaluation: urgency, causes now, what changed, what to examine and to test.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use charley_clinic::evaluation::{CauseMoved, Changes, Difference, Snapshot, changes};
use charley_records::clinic::documents::DocumentKind;

use super::content::{Content, title};
use super::load::{Loaded, assess};
use super::open::{Head, Record};
use super::overview::{Care, care};
use super::save::moves;
use crate::account::times;
use crate::clinic::door::Frame;
use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::view::cause::{self, Shown};
use crate::view::plan::{self, Test};
use crate::view::{Cited, cited};

/// Reasons each way.
const REASONS: usize = 5;
/// Causes with reasons; the others stand in a table.
const TOP: usize = 4;

/// The query of the page.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Asked {
    /// Which document was just saved.
    #[serde(default)]
    saved: String,
}

struct Flag {
    title: String,
    reason: String,
    action: String,
    cited: Vec<Cited>,
}

struct Changed {
    since: String,
    urgency: Option<(String, String)>,
    new_flags: Vec<String>,
    gone_flags: Vec<String>,
    causes: Vec<CauseMoved>,
    other_knowledge: bool,
    nothing: bool,
}

#[derive(Template)]
#[template(path = "clinic/record/evaluation.html")]
struct Evaluation {
    page: Page,
    frame: Frame,
    head: Head,
    saved: String,
    care: Care,
    safety_net: String,
    flags: Vec<Flag>,
    changed: Option<Changed>,
    differences: Vec<Difference>,
    top: Vec<Shown>,
    rest: Vec<Shown>,
    stability: String,
    examine: Vec<(String, String)>,
    worth: Vec<Test>,
    not_worth: Vec<String>,
    next: Vec<String>,
    open: Vec<String>,
    unrecognised: Vec<String>,
    read_as: Vec<String>,
    approximate: String,
    version: String,
    knowledge_date: String,
    reviewed: bool,
}

/// The evaluation that was current before the newest document was saved: that of another document, or of the version before.
async fn before(state: &AppState, record: &Record, loaded: &Loaded) -> Result<Option<Snapshot>, WebError> {
    let Some(last) = loaded.last_evaluation().cloned() else { return Ok(None) };
    let mut earlier: Vec<Snapshot> =
        loaded.evaluations.iter().filter(|evaluation| evaluation.at < last.at).cloned().collect();
    let newest = loaded.documents.iter().filter(|document| moves(document.kind)).max_by_key(|document| document.at);
    if let Some(newest) = newest.filter(|document| document.version > 1) {
        let history = state.store()?.document_history(&record.care, newest.kind).await?;
        for version in history.iter().filter(|version| version.version + 1 == newest.version) {
            if let Some((_, evaluation)) = Content::read(version.kind, &version.body)? {
                earlier.extend(evaluation);
            }
        }
    }
    Ok(earlier.into_iter().max_by_key(|evaluation| evaluation.at))
}

fn changed(record: &Record, before: &Snapshot, now: &Snapshot) -> Changed {
    let found: Changes = changes(before, now);
    Changed {
        since: times::moment(before.at, &record.here.clinic.zone),
        nothing: found.is_empty(),
        urgency: found.urgency,
        new_flags: found.new_flags,
        gone_flags: found.gone_flags,
        causes: found.causes,
        other_knowledge: found.other_knowledge,
    }
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    Query(asked): Query<Asked>,
    record: Record,
) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let gathered = loaded.gathered(&state, &record);
    let assessment = assess(&state, &gathered).await?;
    let knowledge = state.knowledge();
    let now = Snapshot::of(&assessment, record.now);
    let before = before(&state, &record, &loaded).await?;
    let mut top = cause::all(knowledge, &assessment, REASONS);
    let rest = top.split_off(top.len().min(TOP));
    let kind = DocumentKind::ALL.iter().find(|kind| kind.code() == asked.saved);
    write(&Evaluation {
        saved: kind.map(|kind| format!("{} saved.", title(*kind))).unwrap_or_default(),
        care: care(&state, &record, &assessment),
        safety_net: record.say(&state, &assessment.advice.safety_net),
        flags: assessment
            .red_flags
            .iter()
            .map(|flag| Flag {
                title: record.say(&state, &flag.title),
                reason: record.say(&state, &flag.reason),
                action: record.say(&state, flag.urgent_hold.as_ref().unwrap_or(&flag.action)),
                cited: cited(knowledge, &flag.source),
            })
            .collect(),
        changed: before.as_ref().map(|before| changed(&record, before, &now)),
        differences: gathered.differences,
        stability: assessment.rank_stability.map(|share| charley_words::percent(share.get())).unwrap_or_default(),
        examine: assessment.examine.iter().map(|one| (one.name.clone(), one.how.clone())).collect(),
        worth: plan::tests(knowledge, &assessment.tests.worth, &|text: &str| record.say(&state, text)),
        not_worth: assessment.tests.not_worth.iter().map(|test| test.name.clone()).collect(),
        next: assessment.next_questions.iter().take(6).map(|question| question.question.clone()).collect(),
        open: crate::check::result::open_rules(&assessment),
        unrecognised: assessment
            .unrecognised
            .iter()
            .map(|entry| entry.value.clone().unwrap_or_else(|| entry.name.replace('_', " ")))
            .collect(),
        read_as: assessment
            .read_as
            .iter()
            .map(|entry| format!("{} as {}", entry.given, crate::answers::lines::plain_name(knowledge, &entry.read_as)))
            .collect(),
        approximate: assessment.approximate.as_ref().map(|a| format!("{}: {}", a.what, a.why)).unwrap_or_default(),
        version: assessment.knowledge.version.chars().take(12).collect(),
        knowledge_date: assessment.knowledge.date.clone(),
        reviewed: assessment.knowledge.reviewed_by_clinician,
        frame: record.frame(),
        head: record.head("evaluation"),
        page: record.page,
        top,
        rest,
    })
}
