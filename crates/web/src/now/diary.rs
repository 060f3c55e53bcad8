//! `POST /api/diary`: entries of a phone's outbox, or of a program with a device's token.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use charley_records::diary::{MOST_ENTRIES, NewEntry};
use charley_records::{PersonId, RecordsError};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Who;
use crate::state::AppState;

/// What is sent. Entries are read one by one, so that a refusal can name the one that is wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    entries: Vec<Value>,
    /// For whom they were made, when the sender knows. A phone that was paired anew must not write last week's cramps
    /// into somebody else's diary.
    #[serde(default)]
    person: Option<PersonId>,
}

/// Why a batch cannot be taken; nothing of it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// Not JSON, or of another shape.
    #[error("{0}")]
    Shape(String),
    /// Made for another person's diary.
    #[error("These entries were made for another diary.")]
    OtherDiary,
    /// Too many at once.
    #[error("Send at most {MOST_ENTRIES} entries at a time.")]
    TooMany,
    /// Entries of another shape: which, and what the reader says.
    #[error("{REFUSED}")]
    Entries(Vec<(String, String)>),
}

/// Reads the entries that were sent for this person's diary. What they say is checked when they are kept.
///
/// # Errors
/// [`BatchError`].
pub fn read(body: &[u8], person: PersonId) -> Result<Vec<NewEntry>, BatchError> {
    let batch: Batch = serde_json::from_slice(body).map_err(|error| BatchError::Shape(error.to_string()))?;
    if batch.person.is_some_and(|wanted| wanted != person) {
        return Err(BatchError::OtherDiary);
    }
    if batch.entries.len() > MOST_ENTRIES {
        return Err(BatchError::TooMany);
    }
    let mut entries: Vec<NewEntry> = Vec::with_capacity(batch.entries.len());
    let mut wrong = Vec::new();
    for (at, value) in batch.entries.into_iter().enumerate() {
        match serde_json::from_value(value) {
            Ok(entry) => entries.push(entry),
            Err(error) => wrong.push((format!("entries[{at}]"), error.to_string())),
        }
    }
    if wrong.is_empty() { Ok(entries) } else { Err(BatchError::Entries(wrong)) }
}

fn reply(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string()).into_response()
}

fn fault(status: StatusCode, message: &str, fields: &[(String, String)]) -> Response {
    let fields: Vec<Value> = fields.iter().map(|(name, problem)| json!({ "name": name, "problem": problem })).collect();
    reply(status, &json!({ "error": message, "fields": fields }))
}

/// Appends. No entries is a question too: whose diary is this, and in which zone?
pub async fn append(State(state): State<AppState>, who: Who, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return fault(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send the entries as application/json.", &[]);
    }
    let (access, person) = match &who {
        Who::Known { access, person, .. } => (access, person),
        Who::Nobody => return fault(StatusCode::UNAUTHORIZED, "This phone is not paired with a diary.", &[]),
        Who::Revoked => return fault(StatusCode::UNAUTHORIZED, "This phone is no longer paired with a diary.", &[]),
        Who::Reader => return fault(StatusCode::FORBIDDEN, "You may read this diary, but not write in it.", &[]),
        Who::NoDiary => return fault(StatusCode::NOT_FOUND, "This Charley keeps no diary.", &[]),
        Who::Broken => return fault(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.", &[]),
    };
    let entries = match read(&body, person.id) {
        Ok(entries) => entries,
        Err(error) => {
            let (status, fields) = match &error {
                BatchError::Shape(_) => (StatusCode::BAD_REQUEST, &[][..]),
                BatchError::OtherDiary => (StatusCode::CONFLICT, &[][..]),
                BatchError::TooMany => (StatusCode::PAYLOAD_TOO_LARGE, &[][..]),
                BatchError::Entries(wrong) => (StatusCode::UNPROCESSABLE_ENTITY, wrong.as_slice()),
            };
            return fault(status, &error.to_string(), fields);
        }
    };
    let receipts = if entries.is_empty() {
        Ok(Vec::new())
    } else {
        let Ok(store) = state.store() else { return fault(StatusCode::NOT_FOUND, "This Charley keeps no diary.", &[]) };
        store.append(access, &entries, state.timestamp()).await
    };
    match receipts {
        Ok(receipts) => reply(
            StatusCode::OK,
            &json!({ "receipts": receipts, "person": person.id, "zone": person.zone, "reads": who.reads() }),
        ),
        Err(RecordsError::Invalid(fields)) => {
            let fields: Vec<_> = fields.into_iter().map(|field| (field.name.to_owned(), field.problem)).collect();
            fault(StatusCode::UNPROCESSABLE_ENTITY, REFUSED, &fields)
        }
        Err(RecordsError::Forbidden | RecordsError::NotFound) => {
            fault(StatusCode::FORBIDDEN, "A phone may change only what it sent itself.", &[])
        }
        Err(RecordsError::Throttled { .. }) => {
            fault(StatusCode::TOO_MANY_REQUESTS, "Too much at once. Try again later.", &[])
        }
        Err(_) => fault(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.", &[]),
    }
}

const REFUSED: &str = "Some entries were refused; none was kept.";
