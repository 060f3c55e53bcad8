//! What every page knows of its visitor, and how pages and forms are read and written.

use std::convert::Infallible;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::cookies;
use crate::error::WebError;
use crate::session::Token;

/// Day, night, or as the device says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Light.
    Day,
    /// Dim.
    Night,
}

/// The visitor's frame of a page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Theme from the cookie.
    pub theme: Theme,
    /// Where the theme switch comes back to.
    pub path: String,
    /// Session key from the cookie.
    pub token: Option<Token>,
    /// What the top of the page offers.
    pub records: Records,
    /// The person chosen on `/people`, as the cookie says it.
    pub person: Option<String>,
}

/// What the visitor can do with records here, as far as a cookie tells: who may do what is decided by the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Records {
    /// These pages keep none.
    #[default]
    None,
    /// One can sign in.
    SignedOut,
    /// Has signed in.
    SignedIn,
}

impl Page {
    /// The attribute on `<html>`; empty for the device's own choice.
    pub fn theme_name(&self) -> &'static str {
        match self.theme {
            Theme::Auto => "auto",
            Theme::Day => "day",
            Theme::Night => "night",
        }
    }

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> String {
        crate::assets::address(name)
    }

    /// The same on a page that answers a form of another address: the theme switch comes back to this one.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self }
    }

    /// True when the visitor has signed in.
    pub fn signed_in(&self) -> bool {
        self.records == Records::SignedIn
    }

    /// True when the visitor could sign in.
    pub fn signed_out(&self) -> bool {
        self.records == Records::SignedOut
    }

    fn read(parts: &Parts) -> Self {
        let theme = match cookies::get(&parts.headers, cookies::THEME) {
            Some("night") => Theme::Night,
            Some("day") => Theme::Day,
            _ => Theme::Auto,
        };
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).chars().take(300).collect();
        let token = cookies::get(&parts.headers, cookies::SESSION).and_then(Token::read);
        let records = parts.extensions.get::<Records>().copied().unwrap_or_default();
        let person = cookies::get(&parts.headers, cookies::PERSON).map(str::to_owned);
        Self { theme, path, token, records, person }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::read(parts))
    }
}

/// Writes a page.
///
/// # Errors
/// When the template fails, which is a fault of ours.
pub fn show(template: &impl Template) -> Result<Response, WebError> {
    let html = template.render()?;
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
}

/// Writes a form again with its errors.
///
/// # Errors
/// When the template fails, which is a fault of ours.
pub fn show_again(template: &impl Template) -> Result<Response, WebError> {
    let mut response = show(template)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// The fields of a form, in order; a name may come more than once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields(Vec<(String, String)>);

/// Most fields of one form: the clinician's sheet has about 300.
const MOST_FIELDS: usize = 1_000;

impl Fields {
    /// The first value of a name, trimmed; empty when it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// All values of a name.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// True when a name has this value.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|given| given == value)
    }

    /// All pairs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

impl From<Vec<(String, String)>> for Fields {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let Form(pairs) =
            Form::<Vec<(String, String)>>::from_request(request, state).await.map_err(|rejection| match rejection {
                FormRejection::BytesRejection(inner) if inner.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                    WebError::TooLarge
                }
                _ => WebError::BadForm,
            })?;
        if pairs.len() > MOST_FIELDS {
            return Err(WebError::TooLarge);
        }
        Ok(Self(pairs))
    }
}
