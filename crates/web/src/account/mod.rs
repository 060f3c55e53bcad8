//! Sign-in, people, phones, and what is kept of them.
//!
//! Each screen is a module. Only a POST changes anything; secrets are shown once, on the page that answers the POST.

pub mod checks;
pub mod close;
pub mod data;
pub mod delete;
pub mod devices;
pub mod export;
pub mod first;
pub mod join;
mod link;
pub mod mine;
pub mod pair;
pub mod people;
pub mod problems;
pub mod qr;
pub mod reminders;
pub mod reset;
pub mod sign_in;
pub mod times;
pub mod visitor;

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use charley_records::secret::Secret;

use crate::cookies;
use crate::state::AppState;

/// Routes of accounts and records.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/first/{token}", get(first::show).post(first::create))
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/reset/{token}", get(reset::show).post(reset::set))
        .route("/join/{token}", get(join::show).post(join::accept))
        .route("/account", get(mine::show))
        .route("/account/details", get(mine::details).post(mine::change))
        .route("/account/password", get(mine::password).post(mine::begin_reset))
        .route("/account/close", get(close::show).post(close::close))
        .route("/account/sessions/{session}/end", post(mine::end))
        .route("/people", get(people::show))
        .route("/people/look", post(people::look))
        .route("/people/add", get(people::new).post(people::add))
        .route("/people/carer", get(people::carer).post(people::add_carer))
        .route("/people/invite", post(people::invite))
        .route("/people/roles/{membership}/end", post(people::end_role))
        .route("/devices", get(devices::show))
        .route("/devices/here", post(devices::here))
        .route("/devices/link", post(devices::link))
        .route("/devices/{device}/revoke", post(devices::revoke))
        .route("/pair/{token}", get(pair::show).post(pair::accept))
        .route("/data", get(data::show))
        .route("/data/charley.json", get(export::file))
        .route("/data/delete", get(delete::show).post(delete::delete))
        .route("/reminders", get(reminders::show).post(reminders::set))
        .route("/reminders/renew", post(reminders::renew))
        .route("/reminders/checks.ics", get(reminders::file))
        .route("/calendar/{token}", get(reminders::feed))
        .route("/checks", get(checks::list))
        .route("/checks/keep", post(checks::keep))
        .route("/checks/add", get(checks::choose).post(checks::add))
        .route("/checks/{check}/open", post(checks::open))
        .route("/checks/{check}/delete", post(checks::delete))
}

/// Sends to a path and sets cookies; an empty value deletes one.
pub(crate) fn with_cookies(state: &AppState, to: &str, set: &[(&str, &str)]) -> Response {
    let mut response = Redirect::to(to).into_response();
    add_cookies(state, &mut response, set);
    response
}

/// The cookies of a new session. The record and the clinic chosen by whoever used this browser before are not carried over.
pub(crate) fn signed_in(session: &Secret) -> [(&'static str, &str); 3] {
    [(cookies::SIGNED_IN, session.expose()), (cookies::PERSON, ""), (cookies::CLINIC, "")]
}

/// Sets cookies on an answer.
pub(crate) fn add_cookies(state: &AppState, response: &mut Response, set: &[(&str, &str)]) {
    for (name, value) in set {
        if let Some(cookie) = cookies::set(name, value, state.secure()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}
