//! Pages that anybody can read: no answers are needed.

pub mod about;
pub mod causes;
pub mod claims;
pub mod errors;
pub mod foods;
pub mod home;
pub mod rules;
pub mod sources;
pub mod theme;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

/// Routes of the reading pages.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(home::show))
        .route("/what-is-this", get(home::what))
        .route("/theme", post(theme::set))
        .route("/about", get(about::show))
        .route("/accessibility", get(about::accessibility))
        .route("/foods", get(foods::show))
        .route("/evidence", get(claims::show))
        .route("/evidence/conditions", get(causes::list))
        .route("/evidence/conditions/{id}", get(causes::one))
        .route("/evidence/rules", get(rules::list))
        .route("/evidence/rules/{id}", get(rules::one))
        .route("/evidence/sources", get(sources::list))
        .route("/evidence/sources/{key}", get(sources::one))
}
