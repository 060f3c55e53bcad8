//! Checks that a person keeps, to open them again.

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::checks::Check as Kept;
use charley_records::secret::Secret;
use charley_records::{CheckId, RecordsError, Right};

use super::problems::Problems;
use super::visitor::Identity;
use super::{times, with_cookies};
use crate::answers::{Answers, save as file_of};
use crate::check::{Check, assessed, result, save};
use crate::cookies;
use crate::engine::Depth;
use crate::error::WebError;
use crate::page::{Page, show as write, show_again};
use crate::session::{Session, Token};
use crate::signed::Signed;
use crate::state::AppState;

struct CheckRow {
    id: String,
    at: String,
    urgency: &'static str,
}

#[derive(Template)]
#[template(path = "account/checks.html")]
struct Checks {
    page: Page,
    identity: Identity,
    checks: Vec<CheckRow>,
    may_change: bool,
}

/// The list.
pub async fn list(State(state): State<AppState>, signed: Signed, page: Page) -> Result<Response, WebError> {
    let checks = state.store()?.checks(&signed.access).await?.into_iter().map(|kept| CheckRow {
        id: kept.id.to_string(),
        at: times::moment(kept.at, &signed.person.zone),
        urgency: urgency(&kept.disposition),
    });
    let checks = checks.collect();
    let may_change = signed.access.right() >= Right::Write;
    write(&Checks { page, identity: Identity::of(&signed.person), checks, may_change })
}

/// What a kept check said, in the words of its page.
fn urgency(disposition: &str) -> &'static str {
    match disposition {
        "emergency" => "Call now",
        "same_day" => "Get help today",
        "soon_2_weeks" => "Book a visit within 2 weeks",
        "routine" => "Book a visit",
        "self_care" => "Look after yourself",
        _ => "Not finished",
    }
}

/// Keeps the check that is under way.
pub async fn keep(State(state): State<AppState>, signed: Signed, check: Check) -> Result<Response, WebError> {
    if let Some(step) = result::gate(&state, &check) {
        return Ok(Redirect::to(&step.path()).into_response());
    }
    let assessment = assessed(&state, &check.token, check.answers(), Depth::Person).await?;
    let disposition = assessment.disposition.as_str();
    put(&state, &signed, check.answers(), &assessment.knowledge.version, disposition).await?;
    Ok(Redirect::to("/checks").into_response())
}

/// Keeps answers under an id that is made of them and the day: a second tap keeps nothing twice.
async fn put(
    state: &AppState,
    signed: &Signed,
    answers: &Answers,
    knowledge: &str,
    disposition: &str,
) -> Result<(), WebError> {
    let (at, answers) = (state.timestamp(), file_of::save(answers));
    let day = times::day(at, &signed.person.zone);
    let mark = Secret::new(format!("{}\n{day}\n{answers}", signed.person.id)).fingerprint();
    let id: CheckId = mark.get(..32).and_then(|hex| hex.parse().ok()).ok_or(WebError::Internal("a check's id"))?;
    let kept = Kept { id, at, knowledge: knowledge.to_owned(), disposition: disposition.to_owned(), answers };
    match state.store()?.save_check(&signed.access, &kept).await {
        // The same answers on the same day, a moment later: they are kept already.
        Ok(()) | Err(RecordsError::Conflict(_)) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

/// Opens a kept check again, in a new session of the check.
pub async fn open(
    State(state): State<AppState>,
    signed: Signed,
    page: Page,
    Path(check): Path<String>,
) -> Result<Response, WebError> {
    let id: CheckId = check.parse().map_err(|_| WebError::NotFound)?;
    let kept = state.store()?.checks(&signed.access).await?.into_iter().find(|kept| kept.id == id);
    let kept = kept.ok_or(WebError::NotFound)?;
    let answers = file_of::load(state.knowledge(), &kept.answers).map_err(|_| WebError::Internal("a kept check"))?;
    if let Some(token) = &page.token {
        state.sessions.remove(token);
    }
    let token = Token::new().map_err(|_| WebError::Internal("no randomness"))?;
    state.sessions.insert(token.clone(), Session { answers, ..Session::default() }, state.now());
    Ok(with_cookies(&state, "/check/next", &[(cookies::SESSION, token.as_str())]))
}

/// Deletes a kept check.
pub async fn delete(
    State(state): State<AppState>,
    signed: Signed,
    Path(check): Path<String>,
) -> Result<Response, WebError> {
    let id: CheckId = check.parse().map_err(|_| WebError::NotFound)?;
    state.store()?.delete_check(&signed.access, id, state.timestamp()).await?;
    Ok(Redirect::to("/checks").into_response())
}

#[derive(Template)]
#[template(path = "account/add-check.html")]
struct Add {
    page: Page,
    problems: Problems,
    identity: Identity,
}

/// Asks for a file that was saved earlier.
pub async fn choose(signed: Signed, page: Page) -> Result<Response, WebError> {
    signed.access.need(Right::Write)?;
    write(&Add { page, problems: Problems::default(), identity: Identity::of(&signed.person) })
}

/// Brings the file in.
pub async fn add(
    State(state): State<AppState>,
    signed: Signed,
    page: Page,
    form: Multipart,
) -> Result<Response, WebError> {
    signed.access.need(Right::Write)?;
    let answers = match save::read(&state, form).await? {
        Ok(answers) => answers,
        Err(words) => {
            let problems = Problems::one("file", &words);
            return show_again(&Add { page, problems, identity: Identity::of(&signed.person) });
        }
    };
    let assessment = state.assess(answers.case(), Depth::Questions).await?;
    // A check that was not finished has said nothing about urgency yet.
    let disposition = if assessment.provisional { "" } else { assessment.disposition.as_str() };
    put(&state, &signed, &answers, &assessment.knowledge.version, disposition).await?;
    Ok(Redirect::to("/checks").into_response())
}
