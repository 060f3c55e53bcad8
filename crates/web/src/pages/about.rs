//! What Charley is for, its limits, and how accessible it is.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "pages/about.html")]
struct About {
    page: Page,
    version: String,
    date: String,
    reviewed: bool,
}

/// Intended use, limits, data.
pub async fn show(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let knowledge = state.knowledge();
    let (version, date) = (knowledge.version.clone(), knowledge.date.clone());
    write(&About { page, version, date, reviewed: knowledge.is_reviewed() })
}

#[derive(Template)]
#[template(path = "pages/accessibility.html")]
struct Accessibility {
    page: Page,
}

/// The accessibility statement.
pub async fn accessibility(page: Page) -> Result<Response, WebError> {
    write(&Accessibility { page })
}
