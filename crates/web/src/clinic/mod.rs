//! The clinic's pages, for staff. Each concern is a module with its own routes; [`door`] is how staff come in.
//!
//! Every handler takes a [`door::Here`]: signed in, a role, and a second factor given today. What a role may do is decided by
//! [`charley_records::clinic::StaffRoles::allow`] alone; pages hide what a role may not do, and the store refuses it.

pub mod door;

use axum::Router;

use crate::state::AppState;

/// Routes below `/clinic`.
pub fn router() -> Router<AppState> {
    Router::new()
}
