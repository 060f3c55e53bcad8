//! Home, and *What is this?*

use askama::Template;
use axum::response::Response;

use crate::error::WebError;
use crate::page::{Page, show as write};

#[derive(Template)]
#[template(path = "pages/home.html")]
struct Home {
    page: Page,
}

/// Home.
pub async fn show(page: Page) -> Result<Response, WebError> {
    write(&Home { page })
}

#[derive(Template)]
#[template(path = "pages/what.html")]
struct What {
    page: Page,
}

/// Cramp, restless legs or something else, in pictures.
pub async fn what(page: Page) -> Result<Response, WebError> {
    write(&What { page })
}
