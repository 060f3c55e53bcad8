//! One error type that knows its status. Details of what failed inside stay inside.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use charley_reason::FactError;

/// What goes wrong in a handler.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// No such page.
    #[error("no such page")]
    NotFound,
    /// The answers are gone or were never there.
    #[error("no answers")]
    NoAnswers,
    /// The form cannot be read.
    #[error("the form cannot be read")]
    BadForm,
    /// Larger than the limit.
    #[error("too large")]
    TooLarge,
    /// Facts that the core refuses.
    #[error("{} facts refused", .0.len())]
    Refused(Vec<FactError>),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(&'static str),
    /// A template that cannot be written.
    #[error(transparent)]
    Template(#[from] askama::Error),
}

/// Rides on a response so that [`crate::pages::errors`] can write the page in the visitor's theme.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// Lines to show, if any.
    pub details: Vec<String>,
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let (status, details) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, Vec::new()),
            Self::NoAnswers => return axum::response::Redirect::to("/check/start").into_response(),
            Self::BadForm => (StatusCode::BAD_REQUEST, Vec::new()),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Vec::new()),
            Self::Refused(errors) => {
                (StatusCode::UNPROCESSABLE_ENTITY, errors.iter().map(ToString::to_string).collect())
            }
            Self::Internal(_) | Self::Template(_) => (StatusCode::INTERNAL_SERVER_ERROR, Vec::new()),
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Wrong { details });
        response
    }
}
