//! One-time links: whether one holds, and signing in after one was used.

use axum::response::Response;
use charley_records::accounts::OneTime;
use charley_records::secret::Secret;

use super::sign_in::HOME;
use super::visitor::Origin;
use super::{signed_in, with_cookies};
use crate::error::WebError;
use crate::state::AppState;

/// A link that holds and is for this.
///
/// # Errors
/// [`WebError::SpentLink`] when it is used, over, for something else, or was never made.
pub async fn held(state: &AppState, token: &str, is_for: impl Fn(&OneTime) -> bool) -> Result<Secret, WebError> {
    let link = Secret::new(token);
    let found = state.store()?.look_at_link(&link, state.timestamp()).await;
    let kind = found.map_err(|error| WebError::from(error).spent_link())?;
    if is_for(&kind) { Ok(link) } else { Err(WebError::SpentLink) }
}

/// Signs in with what a link has just set, and leads home.
///
/// # Errors
/// When the store refuses.
pub async fn enter(state: &AppState, login: &str, password: &Secret, origin: &Origin) -> Result<Response, WebError> {
    let store = state.store()?;
    let (_, session) = store.sign_in(login, password, &origin.from, &origin.browser, state.timestamp()).await?;
    Ok(with_cookies(state, HOME, &signed_in(&session)))
}
