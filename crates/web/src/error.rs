//! One error type that knows its status. Details of what failed inside stay inside.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use charley_reason::FactError;
use charley_records::{PersonId, RecordsError};

use crate::account::sign_in;

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
    /// Nobody is signed in.
    #[error("sign in first")]
    SignIn,
    /// Signing in is closed, because everybody on the way could read along.
    #[error("off loopback on plain http")]
    Exposed,
    /// A one-time link that is used, over, or was never made.
    #[error("this link does not hold")]
    SpentLink,
    /// The device's token is not, or no longer, good.
    #[error("this phone is no longer paired")]
    DeviceRevoked,
    /// The visitor's roles in the clinic do not allow this.
    #[error("not a duty of this role")]
    NotYourDuty,
    /// A record that the clinic may not open: the person does not share it, or does not exist.
    #[error("this record is closed")]
    ClosedRecord(PersonId),
    /// A PDF that was not made; the address of the page that says the same.
    #[error("no PDF was made")]
    NoPdf(String),
    /// What the store refuses.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(&'static str),
    /// A template that cannot be written.
    #[error(transparent)]
    Template(#[from] askama::Error),
}

/// Rides on a response so that [`crate::pages::errors`] can write the page in the visitor's theme.
#[derive(Debug, Clone, Default)]
pub struct Wrong {
    /// Lines to show, if any.
    pub details: Vec<String>,
    /// Heading and words, where those of the status do not fit.
    pub words: Option<(&'static str, &'static str)>,
    /// Where one may want to go instead: address and words.
    pub link: Option<(String, &'static str)>,
}

/// Rides on a redirect to a page that must be passed first (its path), so that [`crate::headers`] can add where to go
/// afterwards.
#[derive(Debug, Clone, Copy)]
pub struct First(pub &'static str);

fn first(page: &'static str) -> Response {
    let mut response = axum::response::Redirect::to(page).into_response();
    response.extensions_mut().insert(First(page));
    response
}

impl WebError {
    /// What is not found behind a one-time link is a link that is used, over, or was never made.
    pub(crate) fn spent_link(self) -> Self {
        match self {
            Self::NotFound | Self::Records(RecordsError::NotFound) => Self::SpentLink,
            other => other,
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let words = match self {
            Self::Records(RecordsError::Forbidden) => Some(NOT_ALLOWED),
            Self::NotYourDuty => Some(NOT_YOUR_DUTY),
            Self::Exposed => Some(EXPOSED),
            Self::SpentLink => Some(SPENT_LINK),
            Self::ClosedRecord(_) => Some(CLOSED_RECORD),
            Self::NoPdf(_) => Some(NO_PDF),
            _ => None,
        };
        let link = match &self {
            Self::ClosedRecord(person) => {
                Some((format!("/clinic/people/{person}/emergency"), "Open it in an emergency"))
            }
            Self::NoPdf(page) => Some((page.clone(), "Go back to the page")),
            _ => None,
        };
        let (status, details) = match self {
            Self::NotFound | Self::SpentLink | Self::ClosedRecord(_) => (StatusCode::NOT_FOUND, Vec::new()),
            Self::NoAnswers => return axum::response::Redirect::to("/check/start").into_response(),
            Self::BadForm => (StatusCode::BAD_REQUEST, Vec::new()),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Vec::new()),
            Self::Refused(errors) => {
                (StatusCode::UNPROCESSABLE_ENTITY, errors.iter().map(ToString::to_string).collect())
            }
            Self::SignIn => return first(sign_in::SIGN_IN),
            Self::Records(RecordsError::SecondFactor) => return first(sign_in::SECOND_FACTOR),
            Self::NotYourDuty => (StatusCode::FORBIDDEN, Vec::new()),
            Self::Exposed => (StatusCode::FORBIDDEN, EXPOSED_HELP.map(str::to_owned).to_vec()),
            Self::DeviceRevoked => (StatusCode::UNAUTHORIZED, vec![DEVICE_REVOKED.to_owned()]),
            Self::Records(error) => (status_of(&error), lines_of(&error)),
            Self::NoPdf(_) => (StatusCode::SERVICE_UNAVAILABLE, Vec::new()),
            Self::Internal(_) | Self::Template(_) => (StatusCode::INTERNAL_SERVER_ERROR, Vec::new()),
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Wrong { details, words, link });
        response
    }
}

const NOT_ALLOWED: (&str, &str) = (
    "You may not do that here",
    "You may look at this record, but not change it in this way. Ask the person it is about.",
);
const NOT_YOUR_DUTY: (&str, &str) = (
    "Your role does not allow this",
    "You are signed in, but this page is for another role. Ask an administrator of your clinic.",
);
const CLOSED_RECORD: (&str, &str) =
    ("This record is closed to you", "The person does not share it with your clinic, or there is no such person.");
const NO_PDF: (&str, &str) = ("The PDF could not be made", "Print the page instead. It says the same.");
const SPENT_LINK: (&str, &str) =
    ("This link does not work any more", "Each link works once, and for a short time. Ask for a new one.");
const EXPOSED: (&str, &str) = (
    "Signing in is closed at this address",
    "Others in the network could read your password on the way. So we do not ask for it.",
);
const EXPOSED_HELP: [&str; 2] = [
    "On the machine that runs Charley, open the address that begins with http://127.0.0.1.",
    "For phones, whoever runs Charley can set up https. The file docs/phone.md says how.",
];
const DEVICE_REVOKED: &str =
    "This phone is no longer paired. What you log stays on it. Pair it again from your account, then it is sent.";

fn status_of(error: &RecordsError) -> StatusCode {
    match error {
        RecordsError::NotFound => StatusCode::NOT_FOUND,
        RecordsError::Forbidden | RecordsError::SecondFactor => StatusCode::FORBIDDEN,
        RecordsError::Invalid(_) | RecordsError::Backup(_) => StatusCode::UNPROCESSABLE_ENTITY,
        RecordsError::Conflict(_) => StatusCode::CONFLICT,
        RecordsError::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        RecordsError::Engine(_) | RecordsError::Damaged { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What the visitor is told: sentences about the input, never about the inside.
fn lines_of(error: &RecordsError) -> Vec<String> {
    match error {
        RecordsError::Invalid(fields) => fields.iter().map(|field| field.problem.clone()).collect(),
        RecordsError::Conflict(_) | RecordsError::Backup(_) | RecordsError::Throttled { .. } => vec![error.to_string()],
        _ => Vec::new(),
    }
}
