//! Everything that is kept of a person, in one file.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use charley_records::accounts::Device;
use charley_records::checks::Check;
use charley_records::diary::Entry;
use charley_records::trials::Trial;
use serde_json::{Value, json};

use crate::error::WebError;
use crate::signed::Signed;
use crate::state::AppState;

/// Entries of the audit log in the file.
const MOST_LOOKS: u32 = 10_000;

/// The file. It names its version, so that a later Charley can read it.
pub async fn file(State(state): State<AppState>, signed: Signed) -> Result<Response, WebError> {
    let (store, access) = (state.store()?, &signed.access);
    let everything = json!({
        "charley_export": 1,
        "made": state.timestamp(),
        "person": signed.person,
        "entries": store.entries(access).await?.iter().map(entry).collect::<Vec<_>>(),
        "checks": store.checks(access).await?.iter().map(check).collect::<Vec<_>>(),
        "trials": store.trials(access).await?.iter().map(trial).collect::<Vec<_>>(),
        "devices": store.devices(access).await?.iter().map(device).collect::<Vec<_>>(),
        "audit": store.audit_of(access, MOST_LOOKS).await?,
    });
    let text = serde_json::to_string_pretty(&everything).map_err(|_| WebError::Internal("the export"))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"charley.json\""),
    ];
    Ok((headers, text).into_response())
}

/// JSON that lies in the store as text; text that is none stays text.
fn inner(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

fn entry(entry: &Entry) -> Value {
    json!({
        "sequence": entry.sequence,
        "entry": entry.new,
        "device": entry.device,
        "received": entry.received,
        "disputed": entry.disputed,
    })
}

fn check(check: &Check) -> Value {
    json!({
        "id": check.id,
        "at": check.at,
        "knowledge": check.knowledge,
        "disposition": check.disposition,
        "answers": inner(&check.answers),
    })
}

/// The seed of a trial that is under way stays sealed: who knows it knows the order.
fn trial(trial: &Trial) -> Value {
    let ended = trial.ended.as_ref().map(|ended| {
        json!({
            "at": ended.at,
            "why": ended.why,
            "result": ended.result.as_deref().map(inner),
            "decision": ended.decision,
            "seed": charley_records::secret::hex(&trial.seed),
        })
    });
    json!({
        "id": trial.id,
        "created": trial.created,
        "protocol": inner(&trial.protocol),
        "commitment": trial.commitment,
        "ended": ended,
    })
}

fn device(device: &Device) -> Value {
    json!({
        "id": device.id,
        "name": device.name,
        "created": device.created,
        "seen": device.seen,
        "revoked": device.revoked,
    })
}
