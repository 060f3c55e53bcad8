//! This phone: what waits on it, how safe it lies there, how to pair.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{Who, fresh};
use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "now/phone.html")]
struct Phone {
    page: Page,
    /// These pages keep a diary at all.
    diary: bool,
}

/// The page. It says nothing of who asks: a copy of it lies on the phone.
pub async fn show(State(state): State<AppState>, who: Who, page: Page) -> Result<Response, WebError> {
    write(&Phone { page, diary: !matches!(who, Who::NoDiary) && state.store().is_ok() }).map(fresh)
}
