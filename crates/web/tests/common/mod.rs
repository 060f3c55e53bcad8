//! A test app in one line, with a cookie jar.
#![allow(dead_code, missing_docs, clippy::unwrap_used, reason = "each test file uses a part; tests may panic")]

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use charley_reason::Reasoner;
use charley_web::{AppState, router};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

static REASONER: LazyLock<Arc<Reasoner>> = LazyLock::new(|| {
    Arc::new(Reasoner::new(charley_knowledge::embedded().expect("the shipped knowledge has no faults")))
});

pub fn reasoner() -> Arc<Reasoner> {
    REASONER.clone()
}

/// One visitor.
pub struct App {
    router: Router,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    /// Where a redirect leads; empty for a page.
    pub fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl App {
    pub fn new() -> Self {
        Self::with(AppState::new(reasoner(), || (2026, 11, 24)))
    }

    pub fn with(state: AppState) -> Self {
        Self { router: router(state), cookies: BTreeMap::new() }
    }

    /// The same visitor with a cookie more.
    #[must_use]
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Another visitor of the same server.
    pub fn stranger(&self) -> Self {
        Self { router: self.router.clone(), cookies: BTreeMap::new() }
    }

    /// Puts a cookie into the jar.
    pub fn put_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub async fn send(&mut self, request: axum::http::request::Builder, body: impl Into<Body>) -> Reply {
        let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::HOST, "charley.test").header(header::COOKIE, jar.join("; "));
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form, `name=value&name=value`, as a browser does from a page of ours.
    pub async fn post(&mut self, path: &str, form: &str) -> Reply {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, form.to_owned()).await
    }

    /// Sends a form in parts, as a browser does when a file may go with it.
    pub async fn post_parts(&mut self, path: &str, parts: &[(&str, &str)]) -> Reply {
        let mut body = String::new();
        for (name, value) in parts {
            body.push_str(&format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        }
        body.push_str("--part--\r\n");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .header("sec-fetch-site", "same-origin");
        self.send(request, body).await
    }

    /// Answers pages until the wanted one comes.
    pub async fn until(&mut self, wanted: &str, answers: &[(&str, &str)]) -> String {
        let mut at = "/check/country".to_owned();
        for _ in 0..60 {
            if at == wanted {
                return at;
            }
            let form = answers.iter().find(|(path, _)| *path == at).map_or_else(|| usual(&at), |(_, form)| form);
            let reply = self.post(&at, form).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{at} {form}: {}", reply.body);
            at = reply.to().to_owned();
            if at == "/check/answers" || at == "/check/call" {
                return at;
            }
        }
        panic!("no end at {at}");
    }
}

/// Answers of somebody with ordinary night cramps.
pub fn usual(path: &str) -> &'static str {
    match path {
        "/check/country" => "country=uk",
        "/check/who" => "who=me",
        "/check/where" => "place=left-calf&place=right-calf",
        "/check/q/leg_cramps" => "answer=yes",
        "/check/q/age" => "typed=66&unit=yr",
        "/check/q/sex" => "answer=male",
        "/check/danger/call_now" | "/check/danger/today" | "/check/danger/past" => "rest=none",
        "/check/medicines" | "/check/illnesses" => "complete=none",
        _ => "answer=unknown",
    }
}
