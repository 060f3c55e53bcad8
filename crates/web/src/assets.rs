//! Styles, the one script and the icon, built into the binary.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::error::WebError;

#[derive(RustEmbed)]
#[folder = "assets/"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.svg"]
#[include = "*.png"]
struct Own;

#[derive(RustEmbed)]
#[folder = "../../vendor/govuk-frontend/"]
#[include = "govuk-subset.css"]
#[include = "LICENCE.txt"]
struct Vendored;

fn file(name: &str) -> Option<EmbeddedFile> {
    Own::get(name).or_else(|| Vendored::get(name))
}

fn mark(file: &EmbeddedFile) -> String {
    use std::fmt::Write as _;
    file.metadata.sha256_hash().iter().take(5).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The address of an asset; it changes when the content does, so that browsers may keep it for ever.
pub fn address(name: &str) -> String {
    // In release the content cannot change while running: compute each mark once.
    static MARKS: OnceLock<HashMap<String, String>> = OnceLock::new();
    let marks = MARKS.get_or_init(|| {
        Own::iter().chain(Vendored::iter()).filter_map(|name| Some((name.to_string(), mark(&file(&name)?)))).collect()
    });
    format!("/assets/{name}?v={}", marks.get(name).map_or("0", String::as_str))
}

/// The text of an asset of ours; empty when there is none.
pub fn text(name: &str) -> String {
    file(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

/// Serves one asset.
pub async fn serve(
    Path(name): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, WebError> {
    let file = file(&name).ok_or(WebError::NotFound)?;
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "text/plain; charset=utf-8",
    };
    let fresh = query.get("v").is_some_and(|asked| *asked == mark(&file));
    let keep = if fresh { "public, max-age=31536000, immutable" } else { "no-cache" };
    let body: Cow<'static, [u8]> = file.data;
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], body).into_response())
}
