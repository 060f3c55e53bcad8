//! The JSON API: the same answers for programs.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use charley_wire::read_case;
use serde_json::{Value, json};

use crate::engine::Depth;
use crate::error::WebError;
use crate::state::AppState;

/// Routes of the API.
pub fn router() -> Router<AppState> {
    Router::new().route("/api/assess", post(assess)).route("/api/schema", get(schema)).route("/healthz", get(health))
}

fn reply(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string()).into_response()
}

fn fault(status: StatusCode, message: &str) -> Response {
    reply(status, &json!({ "error": message }))
}

/// A case in, an assessment out.
async fn assess(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> Response {
    // Only JSON: a form of another site cannot send that without asking first.
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return fault(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the case as application/json");
    }
    let Ok(text) = std::str::from_utf8(&body) else {
        return fault(StatusCode::BAD_REQUEST, "the body is not UTF-8 text");
    };
    let case = match read_case(text) {
        Ok(case) => case,
        Err(error) => return fault(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match state.assess(case, Depth::Clinician).await {
        Ok(assessment) => match serde_json::to_value(&assessment) {
            Ok(body) => reply(StatusCode::OK, &body),
            Err(_) => fault(StatusCode::INTERNAL_SERVER_ERROR, "the answer cannot be written"),
        },
        Err(WebError::Refused(errors)) => {
            let facts: Vec<Value> =
                errors.iter().map(|error| json!({ "name": error.name, "message": error.message })).collect();
            let message = "some facts were refused; nothing was answered";
            reply(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": message, "facts": facts }))
        }
        Err(_) => fault(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong on our side"),
    }
}

/// The JSON Schema of an assessment.
async fn schema() -> Response {
    reply(StatusCode::OK, &charley_wire::result_schema())
}

/// Alive, and with which knowledge.
async fn health(State(state): State<AppState>) -> Response {
    let knowledge = state.knowledge();
    reply(StatusCode::OK, &json!({ "status": "ok", "knowledge": knowledge.version, "date": knowledge.date }))
}
