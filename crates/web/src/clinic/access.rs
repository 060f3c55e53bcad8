//! Who may open which page of the clinic: one table, from which the routes are made.
//!
//! A page of the clinic can only be added with the duty that it needs. Before its handler runs, the visitor has signed in,
//! has a role here, has given a second factor, and has the duty; the handler gets the [`Here`] that came of it.

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{self, MethodRouter};
use charley_records::RecordsError;
use charley_records::clinic::Duty;

use super::door::Here;
use crate::error::WebError;
use crate::state::AppState;

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// GET or POST.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// What the visitor must be allowed to do.
    pub duty: Duty,
}

/// Pages of the clinic, each with what it needs.
#[derive(Debug, Default)]
pub struct Pages(Vec<(Entry, MethodRouter<AppState>)>);

impl Pages {
    /// Adds a page that shows something.
    #[must_use]
    pub fn get<H, T>(mut self, path: &'static str, duty: Duty, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.0.push((Entry { method: Method::GET, path, duty }, routing::get(handler)));
        self
    }

    /// Adds an address that changes something.
    #[must_use]
    pub fn post<H, T>(mut self, path: &'static str, duty: Duty, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.0.push((Entry { method: Method::POST, path, duty }, routing::post(handler)));
        self
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// The table.
    pub fn table(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().map(|(entry, _)| entry)
    }

    /// The routes, each behind its gate.
    pub fn router(self, state: &AppState) -> Router<AppState> {
        self.0.into_iter().fold(Router::new(), |router, (entry, page)| {
            let gate = from_fn_with_state((state.clone(), entry.duty), pass);
            router.route(entry.path, page.route_layer(gate))
        })
    }
}

/// Lets those pass who may.
async fn pass(
    State((state, duty)): State<(AppState, Duty)>,
    request: Request,
    next: Next,
) -> Result<Response, WebError> {
    let (mut parts, body) = request.into_parts();
    let here = Here::enter(&mut parts, &state).await?;
    here.desk.need(duty).map_err(|error| match error {
        RecordsError::Forbidden => WebError::NotYourDuty,
        other => other.into(),
    })?;
    parts.extensions.insert(here);
    Ok(next.run(Request::from_parts(parts, body)).await)
}
