//! The start: what to expect, the country, for whom; and starting again.

use askama::Template;
use axum::extract::{Query as Ask, State};
use axum::response::Response;

use super::{Check, Choice, Frame, Problem, Query, is_change, with_cookie};
use crate::answers::Who;
use crate::error::WebError;
use crate::flow::Step;
use crate::page::{Fields, Page, show as write, show_again};
use crate::session::{Session, Token};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "check/start.html")]
struct Start {
    page: Page,
    started: bool,
    lost: bool,
}

/// The first page.
pub async fn show(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let started = started(&state, &page);
    write(&Start { page, started, lost: false })
}

/// The first page for somebody whose answers are gone.
pub async fn lost(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let started = started(&state, &page);
    write(&Start { page, started, lost: !started })
}

fn started(state: &AppState, page: &Page) -> bool {
    page.token.as_ref().is_some_and(|token| state.sessions.get(token, state.now()).is_some())
}

/// Deletes the answers.
pub async fn again(State(state): State<AppState>, page: Page) -> Response {
    if let Some(token) = &page.token {
        state.sessions.remove(token);
    }
    with_cookie(&state, "", "/check")
}

#[derive(Template)]
#[template(path = "check/choose.html")]
struct Choose {
    page: Page,
    frame: Frame,
    title: &'static str,
    hint: &'static str,
    name: &'static str,
    choices: Vec<Choice>,
    why: &'static str,
}

fn country_page(state: &AppState, page: Page, change: bool, chosen: Option<&str>) -> Choose {
    let regions = &state.knowledge().regions;
    Choose {
        page,
        frame: Frame {
            back: if change { Step::Answers.path() } else { "/check".to_owned() },
            change,
            ..Frame::default()
        },
        title: "Which country are you in?",
        hint: "",
        name: "country",
        choices: regions
            .iter()
            .map(|region| Choice::new(&region.id, &region.name, Some(region.id.as_str()) == chosen))
            .collect(),
        why: "It decides which number to call in an emergency. We never guess it from your device.",
    }
}

/// Asks for the country.
pub async fn country(State(state): State<AppState>, Ask(query): Ask<Query>, page: Page) -> Result<Response, WebError> {
    let session = page.token.as_ref().and_then(|token| state.sessions.get(token, state.now()));
    let chosen = session.and_then(|session| session.answers.region);
    write(&country_page(&state, page, query.is_change(), chosen.as_deref()))
}

/// Takes the country; this begins a session.
pub async fn set_country(State(state): State<AppState>, page: Page, fields: Fields) -> Result<Response, WebError> {
    let change = is_change(&fields);
    let Some(region) = state.engine.region(Some(fields.get("country"))).map(|region| region.id.clone()) else {
        let mut again = country_page(&state, page, change, None);
        again.frame.problem = Some(Problem::new("country", "Choose the country you are in"));
        return show_again(&again);
    };
    let known = page.token.clone().filter(|token| state.sessions.get(token, state.now()).is_some());
    let (token, fresh) = match known {
        Some(token) => (token, false),
        None => (Token::new().map_err(|_| WebError::Internal("no randomness"))?, true),
    };
    if fresh {
        let mut session = Session::default();
        session.answers.region = Some(region);
        session.answers.revision = 1;
        state.sessions.insert(token.clone(), session, state.now());
        return Ok(with_cookie(&state, token.as_str(), &Step::Who.path()));
    }
    let session = state.sessions.get(&token, state.now()).ok_or(WebError::NoAnswers)?;
    let check = Check { page, token, session };
    check.answer(&state, change, |answers| answers.region = Some(region)).await
}

fn who_page(state: &AppState, check: Check, change: bool) -> Choose {
    let who = check.answers().who;
    let mut frame = Frame::new(state, check.answers(), &Step::Who, change);
    frame.caption = String::new();
    Choose {
        page: check.page,
        frame,
        title: "Who is this for?",
        hint: "",
        name: "who",
        choices: vec![
            Choice::new("me", "Me", who == Some(Who::Me)),
            Choice::new("other", "Someone else whom I help", who == Some(Who::Other)),
        ],
        why: "Then we can word the questions so that they fit. Answer for someone else only if you know them well, or are with them.",
    }
}

/// Asks for whom the check is.
pub async fn who(State(state): State<AppState>, Ask(query): Ask<Query>, check: Check) -> Result<Response, WebError> {
    write(&who_page(&state, check, query.is_change()))
}

/// Takes for whom the check is.
pub async fn set_who(State(state): State<AppState>, check: Check, fields: Fields) -> Result<Response, WebError> {
    let change = is_change(&fields);
    let who = match fields.get("who") {
        "me" => Who::Me,
        "other" => Who::Other,
        _ => {
            let mut again = who_page(&state, check, change);
            again.frame.problem = Some(Problem::new("who", "Choose who this is for"));
            return show_again(&again);
        }
    };
    check.answer(&state, change, |answers| answers.who = Some(who)).await
}
