//! Error pages in the same look, and in words that say what to do.

use askama::Template;
use axum::extract::{FromRequestParts, Request};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::{WebError, Wrong};
use crate::page::{Page, show as write};

#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    page: Page,
    title: &'static str,
    words: &'static str,
    details: Vec<String>,
    link: Option<(String, &'static str)>,
}

/// No such page.
pub async fn not_found() -> WebError {
    WebError::NotFound
}

/// The page exists, but not for this method.
pub async fn wrong_method() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => ("We can’t find this page", "Check the address, or go to the start."),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("This page can’t be used that way", "Go back and use the buttons on the page.")
        }
        StatusCode::FORBIDDEN => (
            "We did not take this form",
            "It came from another site. Open Charley in this window and send it from there.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("That is too large", "A saved file of answers is small. Choose the file that Charley gave you.")
        }
        StatusCode::UNPROCESSABLE_ENTITY => {
            ("Some answers can’t be right", "Go back, check these and send them again.")
        }
        StatusCode::UNAUTHORIZED => ("This phone can’t send now", "What is on it stays on it."),
        StatusCode::CONFLICT => ("That does not fit with what is kept", "Nothing was changed. Go back and look again."),
        StatusCode::TOO_MANY_REQUESTS => ("Too many tries", "Wait a little, then try again."),
        status if status.is_server_error() => (
            "Something went wrong on our side",
            "It is not your fault. Your answers are still there: go back and try again.",
        ),
        _ => ("We could not read that", "Go back and send the page again."),
    }
}

/// Puts a page round an error that has none; the API answers in JSON.
pub async fn write_page(page: Page, status: StatusCode, wrong: Wrong) -> Response {
    let (title, words) = wrong.words.unwrap_or_else(|| words(status));
    let (details, link) = (wrong.details, wrong.link);
    match write(&ErrorPage { page, title, words, details, link }) {
        Ok(mut response) => {
            *response.status_mut() = status;
            response
        }
        Err(_) => status.into_response(),
    }
}

/// The layer: errors of handlers and of other layers become pages.
pub async fn write_layer(request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api") || request.uri().path() == "/healthz";
    let asset = request.uri().path().starts_with("/assets/");
    let get = request.method() == Method::GET;
    let (mut parts, body) = request.into_parts();
    let Ok(mut page) = Page::from_request_parts(&mut parts, &()).await;
    if !get {
        page.path = "/".to_owned();
    }
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    let written = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes().starts_with(b"text/html") || kind.as_bytes().starts_with(b"application/json")
    });
    if !(status.is_client_error() || status.is_server_error()) || written || asset {
        return response;
    }
    let wrong = response.extensions().get::<Wrong>().cloned().unwrap_or_default();
    if api {
        let (title, words) = wrong.words.unwrap_or_else(|| words(status));
        let body = serde_json::json!({ "error": format!("{title}. {words}") }).to_string();
        return (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response();
    }
    write_page(page, status, wrong).await
}
