//! The log as files to keep.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Log, file};
use crate::error::WebError;

fn attached(kind: &'static str, name: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name), (header::CACHE_CONTROL, "no-store")], text)
        .into_response()
}

/// The table of nights.
pub async fn csv(log: Log) -> Response {
    attached("text/csv; charset=utf-8", "attachment; filename=\"charley-nights.csv\"", file::write_csv(&log.diary))
}

/// Everything that counts or counted: undone entries too, with their undo.
///
/// # Errors
/// When an entry cannot be written, which is a fault of ours.
pub async fn json(log: Log) -> Result<Response, WebError> {
    let entries = log.entries.iter().filter(|entry| !entry.disputed).map(|entry| entry.new.clone());
    let text = file::write_json(entries).map_err(|_| WebError::Internal("the log is not JSON"))?;
    Ok(attached("application/json; charset=utf-8", "attachment; filename=\"charley-nights.json\"", text))
}
