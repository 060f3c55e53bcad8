//! What a person has from the clinic's side of Charley without being staff: the signed plan, and one sheet to hand over.

pub mod handover;
pub mod plan;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

/// Routes of the plan and the hand-over.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/plan", get(plan::show))
        .route("/handover", get(handover::show).post(handover::fill))
        .route("/handover.pdf", get(handover::pdf).post(handover::fill_pdf))
}
