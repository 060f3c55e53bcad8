//! Charley's web pages and JSON API.
//!
//! Every page is made on the server and complete without scripts. Answers live in memory under a random cookie key, for
//! twelve hours at most, and leave this machine never: there is no request to anywhere else, and the headers forbid one.
//!
//! One module per screen: [`pages`] holds what anybody can read, [`check`] the person's check, [`now`] the night, [`log`]
//! the nights, [`clinician`] the dense form, [`api`] the JSON, [`account`] sign-in, people, phones and what is kept,
//! [`clinic`] the pages of staff, [`share`] what a person shows a clinic, [`care`] what they have from it, [`visits`] what
//! they book there. [`flow`] decides which page of the check comes
//! next, [`answers`] keeps what was told, [`view`] turns an assessment into words and bars,
//! [`letters`] asks another program for a PDF.

pub mod account;
pub mod answers;
pub mod api;
pub mod assessments;
pub mod assets;
pub mod care;
pub mod check;
pub mod clinic;
pub mod clinician;
pub mod cookies;
pub mod day;
pub mod engine;
pub mod error;
pub mod flow;
pub mod headers;
pub mod letters;
pub mod log;
pub mod now;
pub mod page;
pub mod pages;
pub mod session;
pub mod share;
pub mod signed;
pub mod site;
pub mod state;
pub mod they;
pub mod trial;
pub mod view;
pub mod visits;
pub mod wording;

pub use state::{AppState, Clock};

/// All routes over this state.
pub fn router(state: AppState) -> axum::Router {
    let routes = axum::Router::new()
        .merge(pages::router())
        .merge(check::router())
        .merge(clinician::router())
        .merge(api::router())
        .merge(now::router())
        .merge(log::router())
        .merge(account::router())
        .merge(trial::router())
        .merge(clinic::router(&state))
        .merge(share::router())
        .merge(care::router())
        .merge(visits::router())
        .route("/assets/{name}", axum::routing::get(assets::serve))
        .fallback(pages::errors::not_found)
        .method_not_allowed_fallback(pages::errors::wrong_method);
    headers::wrap(routes, &state).with_state(state)
}
