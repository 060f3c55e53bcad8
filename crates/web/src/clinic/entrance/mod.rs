//! Before the clinic: becoming staff, the second factor, and which clinic.

pub mod choose;
pub mod invitation;
pub mod second_factor;

use axum::Router;
use axum::routing::{get, post};

use crate::pages::theme::inside;
use crate::state::AppState;

/// Routes that staff pass before they are in a clinic.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/staff/{token}", get(invitation::show).post(invitation::join))
        .route("/staff/{token}/accept", post(invitation::accept))
        .route("/second-factor", get(second_factor::show).post(second_factor::prove))
        .route("/second-factor/begin", post(second_factor::begin))
        .route("/second-factor/confirm", post(second_factor::confirm))
        .route("/clinics", get(choose::show).post(choose::set))
}

/// Where the clinic begins.
pub const CLINIC: &str = "/clinic";

/// Only a page of the clinic; anything else leads to its first.
fn within(next: &str) -> &str {
    let next = inside(next);
    let below = next.strip_prefix(CLINIC).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    if below { next } else { CLINIC }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn the_second_factor_leads_into_the_clinic_and_nowhere_else() {
        for good in ["/clinic", "/clinic?whose=mine", "/clinic/people/7"] {
            assert_eq!(within(good), good);
        }
        for bad in ["", "/", "/clinician", "/account", "//clinic", "https://evil.example/clinic", "/clinic\\x"] {
            assert_eq!(within(bad), "/clinic", "{bad}");
        }
    }
}
