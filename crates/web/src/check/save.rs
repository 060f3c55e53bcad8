//! Saving to a file of one's own, and going on from it.

use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Check, Frame, Problem, with_cookie};
use crate::answers::{Answers, save as file_of};
use crate::error::WebError;
use crate::headers::MOST_BODY_BYTES;
use crate::page::{Page, show as write, show_again};
use crate::session::{Session, Token};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "check/save.html")]
struct Save {
    page: Page,
}

/// Says what saving does.
pub async fn show(check: Check) -> Result<Response, WebError> {
    write(&Save { page: check.page })
}

/// The file.
pub async fn file(check: Check) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"charley-answers.json\""),
    ];
    (headers, file_of::save(check.answers())).into_response()
}

#[derive(Template)]
#[template(path = "check/resume.html")]
struct Resume {
    page: Page,
    frame: Frame,
}

fn resume_page(page: Page, problem: Option<Problem>) -> Resume {
    Resume { page, frame: Frame { back: "/check".to_owned(), problem, ..Frame::default() } }
}

/// Asks for a file.
pub async fn resume(page: Page) -> Result<Response, WebError> {
    write(&resume_page(page, None))
}

/// Takes a file.
pub async fn load(State(state): State<AppState>, page: Page, form: Multipart) -> Result<Response, WebError> {
    let answers = match read(&state, form).await? {
        Ok(answers) => answers,
        Err(words) => return show_again(&resume_page(page, Some(Problem::new("file", &words)))),
    };
    if let Some(token) = &page.token {
        state.sessions.remove(token);
    }
    let token = Token::new().map_err(|_| WebError::Internal("no randomness"))?;
    let session = Session { answers, ..Session::default() };
    state.sessions.insert(token.clone(), session, state.now());
    Ok(with_cookie(&state, token.as_str(), "/check/next"))
}

/// Reads the answers of a file that was sent, or says in words for the person why not.
///
/// # Errors
/// When the form cannot be read, or the core fails.
pub async fn read(state: &AppState, mut form: Multipart) -> Result<Result<Answers, String>, WebError> {
    let mut text = None;
    while let Some(field) = form.next_field().await.map_err(|e| too_large_or_bad(&e))? {
        if field.name() == Some("file") {
            let bytes = field.bytes().await.map_err(|e| too_large_or_bad(&e))?;
            if bytes.len() > MOST_BODY_BYTES {
                return Err(WebError::TooLarge);
            }
            text = String::from_utf8(bytes.to_vec()).ok();
        }
    }
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return Ok(Err("Choose the file that you saved".to_owned()));
    };
    let answers = match file_of::load(state.knowledge(), &text) {
        Ok(answers) => answers,
        Err(error) => return Ok(Err(error.to_string())),
    };
    // Read the facts once, so that a file with impossible values is refused here, in words.
    if let Err(WebError::Refused(errors)) = state.assess(answers.case(), crate::engine::Depth::Questions).await {
        let words: Vec<String> = errors.iter().take(3).map(ToString::to_string).collect();
        return Ok(Err(format!("This file has answers that can’t be right. {}", words.join(". "))));
    }
    Ok(Ok(answers))
}

fn too_large_or_bad(error: &axum::extract::multipart::MultipartError) -> WebError {
    match error.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
        _ => WebError::BadForm,
    }
}
