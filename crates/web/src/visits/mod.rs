//! A person's visits to clinics: finding a time and booking it, moving and cancelling, and the link of one visit that opens
//! without signing in and shows time and place only.

pub mod book;
pub mod change;
pub mod choose;
pub mod free;
pub mod link;
pub mod mine;
pub mod show;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

/// Routes of booking and visits.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/book", get(book::clinics))
        .route("/book/{clinic}", get(book::show).post(book::book))
        .route("/book/{clinic}/wait", post(book::wait))
        .route("/visits", get(mine::list))
        .route("/visits/waiting/{waiting}/end", post(mine::end_waiting))
        .route("/visits/{booking}/earlier", post(mine::earlier))
        .route("/visits/{booking}/cancel", post(change::cancel))
        .route("/visits/{booking}/move", get(change::show_times).post(change::move_to))
        .route("/visits/{booking}/visit.ics", get(mine::file))
        .route("/visit/{token}", get(link::show))
        .route("/visit/{token}/cancel", post(link::cancel))
        .route("/visit/{token}/move", get(link::show_times).post(link::move_to))
        .route("/visit/{token}/visit.ics", get(link::file))
}
