//! What a person shows a clinic, and asks of it: sharing, requests, and who looked.

pub mod requests;
pub mod send;
pub mod sharing;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

/// Routes of sharing and requests.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/share", get(sharing::show).post(sharing::share))
        .route("/share/{clinic}/end", post(sharing::end))
        .route("/requests", get(requests::list))
        .route("/requests/{request}/withdraw", post(requests::withdraw))
        .route("/check/send/{clinic}", get(send::show).post(send::send))
}
