//! The check: one question a page, every answer a redirect, so that the browser's Back works.

pub mod answers;
pub mod body;
pub mod call;
pub mod danger;
pub mod illnesses;
pub mod letter;
pub mod medicines;
pub mod question;
pub mod result;
pub mod review;
pub mod save;
pub mod start;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use charley_knowledge::Region;
use charley_wire::Assessment;

use crate::answers::{Answers, danger as signs};
use crate::cookies;
use crate::engine::Depth;
use crate::error::WebError;
use crate::flow::{self, Step};
use crate::page::{Fields, Page};
use crate::session::{Session, Token};
use crate::state::AppState;
use crate::they::{of_them, they};
use crate::wording;

/// Routes below `/check`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/check", get(start::show))
        .route("/check/start", get(start::lost))
        .route("/check/again", post(start::again))
        .route("/check/next", get(go_on))
        .route("/check/country", get(start::country).post(start::set_country))
        .route("/check/who", get(start::who).post(start::set_who))
        .route("/check/where", get(body::show).post(body::set))
        .route("/check/q/{name}", get(question::show).post(question::set))
        .route("/check/danger/{list}", get(danger::show).post(danger::set))
        .route("/check/danger/{list}/which", get(danger::which).post(danger::set_which))
        .route("/check/danger/{list}/look", get(danger::follow).post(danger::set_follow))
        .route("/check/call", get(call::show))
        .route("/check/medicines", get(medicines::show).post(medicines::set))
        .route("/check/medicines/review", get(medicines::review).post(medicines::set_review))
        .route("/check/medicines/when", get(medicines::when).post(medicines::set_when))
        .route("/check/illnesses", get(illnesses::show).post(illnesses::set))
        .route("/check/illnesses/review", get(illnesses::review).post(illnesses::set_review))
        .route("/check/answers", get(answers::show))
        .route("/check/result", get(result::show))
        .route("/check/why/{cause}", get(result::why))
        .route("/check/letter", get(letter::show))
        .route("/check/save", get(save::show))
        .route("/check/answers.json", get(save::file))
        .route("/check/resume", get(save::resume).post(save::load))
}

/// A visitor with answers; without, the request is sent to the start.
pub struct Check {
    /// Frame of the page.
    pub page: Page,
    /// Key of the session.
    pub token: Token,
    /// Copy of the session as it was when the request came.
    pub session: Session,
}

impl Check {
    /// The answers.
    pub fn answers(&self) -> &Answers {
        &self.session.answers
    }

    /// The person's country.
    pub fn region<'s>(&self, state: &'s AppState) -> Option<&'s Region> {
        state.engine.region(self.answers().region.as_deref())
    }

    /// Words for this person: "they" for somebody else, and the numbers of the country.
    pub fn say(&self, state: &AppState, text: &str) -> String {
        let text = wording::fill(text, self.region(state));
        if self.answers().for_other() { they(&text) } else { text }
    }

    /// What is to be said on the telephone: by the person, or of them.
    pub fn quote(&self, state: &AppState, text: &str) -> String {
        let text = wording::fill(text, self.region(state));
        if self.answers().for_other() { of_them(&text) } else { text }
    }

    /// Changes the answers and goes to the next page.
    ///
    /// # Errors
    /// When the session is gone or the core refuses a fact.
    pub async fn answer(
        self,
        state: &AppState,
        change: bool,
        edit: impl FnOnce(&mut Answers),
    ) -> Result<Response, WebError> {
        let answers = state.sessions.edit(&self.token, state.now(), |session| {
            edit(&mut session.answers);
            signs::refresh(&mut session.answers, &state.engine);
            session.answers.clone()
        });
        let answers = answers.ok_or(WebError::NoAnswers)?;
        let step = next(state, &self.token, &answers, change).await?;
        Ok(Redirect::to(&step.path()).into_response())
    }
}

impl FromRequestParts<AppState> for Check {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, WebError> {
        let Ok(page) = Page::from_request_parts(parts, state).await;
        let token = page.token.clone().ok_or(WebError::NoAnswers)?;
        let session = state.sessions.get(&token, state.now()).ok_or(WebError::NoAnswers)?;
        Ok(Self { page, token, session })
    }
}

/// The page after these answers. With `change` it goes back to the list of answers as soon as nothing is open.
///
/// # Errors
/// When the core refuses a fact.
pub async fn next(state: &AppState, token: &Token, answers: &Answers, change: bool) -> Result<Step, WebError> {
    if let Some(step) = flow::next_fixed(answers, &state.engine) {
        return Ok(step);
    }
    let assessment = assessed(state, token, answers, Depth::Questions).await?;
    let step = flow::next_chosen(answers, &assessment);
    Ok(if change && step != Step::Call { Step::Answers } else { step })
}

/// The assessment of these answers, kept in the session until they change.
///
/// # Errors
/// When the core refuses a fact.
pub async fn assessed(
    state: &AppState,
    token: &Token,
    answers: &Answers,
    depth: Depth,
) -> Result<Arc<Assessment>, WebError> {
    let key = (answers.revision, depth);
    let kept = state.sessions.get(token, state.now()).and_then(|session| session.assessed);
    if let Some((_, assessment)) = kept.filter(|(kept, _)| *kept == key) {
        return Ok(assessment);
    }
    let assessment = Arc::new(state.assess(answers.case(), depth).await?);
    let keep = assessment.clone();
    state.sessions.edit(token, state.now(), move |session| session.assessed = Some((key, keep)));
    Ok(assessment)
}

async fn go_on(
    axum::extract::State(state): axum::extract::State<AppState>,
    check: Check,
) -> Result<Response, WebError> {
    let step = next(&state, &check.token, check.answers(), false).await?;
    Ok(Redirect::to(&step.path()).into_response())
}

/// Sends to a path with the session's cookie.
fn with_cookie(state: &AppState, token: &str, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    if let Some(cookie) = cookies::set(cookies::SESSION, token, state.secure()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// One answer to choose.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    /// Value in the form.
    pub value: String,
    /// Label.
    pub label: String,
    /// Hint below; may be empty.
    pub hint: String,
    /// Chosen now.
    pub checked: bool,
}

impl Choice {
    /// A choice without a hint.
    pub fn new(value: &str, label: &str, checked: bool) -> Self {
        Self { value: value.to_owned(), label: label.to_owned(), hint: String::new(), checked }
    }
}

/// What is wrong with a form: the field to go to, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Id of the field.
    pub field: String,
    /// Words.
    pub text: String,
}

impl Problem {
    /// A problem with a field.
    pub fn new(field: &str, text: &str) -> Self {
        Self { field: field.to_owned(), text: text.to_owned() }
    }
}

/// The frame round a form of the check.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Where Back goes.
    pub back: String,
    /// Small line above the heading: "About 5 more".
    pub caption: String,
    /// What is wrong.
    pub problem: Option<Problem>,
    /// Came from a Change link.
    pub change: bool,
}

impl Frame {
    /// The frame of a step.
    pub fn new(state: &AppState, answers: &Answers, step: &Step, change: bool) -> Self {
        let back = if change { Step::Answers.path() } else { flow::previous(answers, &state.engine, step) };
        let caption = if answers.for_other() { "About the person you help" } else { "" };
        Self { back, caption: caption.to_owned(), problem: None, change }
    }
}

/// True when a form or address carries the mark of a Change link.
pub fn is_change(fields: &Fields) -> bool {
    fields.get("change") == "1"
}

/// The query of pages that a Change link opens.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Query {
    /// `1` when a Change link opened the page.
    #[serde(default)]
    pub change: String,
}

impl Query {
    /// True when a Change link opened the page.
    pub fn is_change(&self) -> bool {
        self.change == "1"
    }
}
