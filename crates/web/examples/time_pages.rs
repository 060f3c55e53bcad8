//! Measures how long the server takes for each page, for `cargo xtask bench pages`: the router in this process, a database
//! in a file as people have it, a made-up person with six months of nights. Prints one JSON object a page.
#![allow(clippy::unwrap_used, reason = "a measuring program may panic")]

#[allow(dead_code, reason = "another example uses the rest")]
mod seed;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use charley_reason::Reasoner;
use charley_records::accounts::OneTime;
use charley_records_sqlite::SqliteStore;
use charley_web::{AppState, cookies, router};
use http_body_util::BodyExt as _;
use jiff::ToSpan as _;
use tower::ServiceExt as _;

/// Times each page is asked for; the first ones warm up and do not count.
const TIMES: usize = 60;
const WARMING: usize = 5;
/// Times for a page whose answer is worked out anew each time.
const TIMES_ANEW: usize = 20;

/// Pages for anybody.
const PUBLIC: [&str; 21] = [
    "/",
    "/what-is-this",
    "/about",
    "/accessibility",
    "/foods",
    "/evidence",
    "/evidence/conditions",
    "/evidence/conditions/ordinary_cramp",
    "/evidence/rules",
    "/evidence/rules/rf-dvt",
    "/evidence/sources",
    "/now",
    "/now/call",
    "/bedtime",
    "/morning",
    "/phone",
    "/sign-in",
    "/check",
    "/check/resume",
    "/clinician",
    "/assets/base.css",
];

/// Pages of a check that is answered to its end.
const CHECK: [&str; 15] = [
    "/check/country",
    "/check/who",
    "/check/where",
    "/check/q/leg_cramps",
    "/check/q/age",
    "/check/danger/call_now",
    "/check/danger/today",
    "/check/medicines",
    "/check/medicines/when",
    "/check/illnesses",
    "/check/answers",
    "/check/result",
    "/check/why/ordinary_cramp",
    "/check/letter",
    "/check/save",
];

/// Pages of somebody who has signed in.
const SIGNED_IN: [&str; 32] = [
    "/log",
    "/log/night/2026-11-22",
    "/log/night/2026-11-22/cramp",
    "/log/past",
    "/log/change",
    "/log/since",
    "/log/since?date=2026-11-04",
    "/log/import",
    "/log/export.csv",
    "/log/export.json",
    "/now",
    "/bedtime",
    "/morning",
    "/trial",
    "/trial/new",
    "/trial/stop",
    "/trial/harm",
    "/account",
    "/account/details",
    "/account/password",
    "/account/close",
    "/people",
    "/people/add",
    "/people/carer",
    "/devices",
    "/reminders",
    "/reminders/checks.ics",
    "/checks",
    "/checks/add",
    "/data",
    "/data/charley.json",
    "/data/delete",
];

/// A browser.
struct Visitor {
    router: Router,
    cookies: BTreeMap<String, String>,
}

struct Reply {
    status: StatusCode,
    to: String,
    body: Vec<u8>,
    took_ms: f64,
}

impl Visitor {
    async fn send(&mut self, request: axum::http::request::Builder, body: String) -> Reply {
        let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::HOST, "charley.test").header(header::COOKIE, jar.join("; "));
        let request = request.body(Body::from(body)).unwrap();
        let started = Instant::now();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let took_ms = started.elapsed().as_secs_f64() * 1_000.0;
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(pair.0.to_owned(), pair.1.to_owned());
        }
        let to = parts.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap()).to_owned();
        Reply { status: parts.status, to, body, took_ms }
    }

    /// As a browser asks: it takes compressed pages.
    async fn get(&mut self, path: &str) -> Reply {
        self.send(Request::get(path).header(header::ACCEPT_ENCODING, "gzip"), String::new()).await
    }

    async fn post(&mut self, path: &str, form: &str) -> Reply {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, form.to_owned()).await
    }

    /// Measures a page.
    async fn time(&mut self, path: &str) {
        let mut times = Vec::new();
        let mut bytes = 0;
        for at in 0..TIMES {
            let reply = self.get(path).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            bytes = reply.body.len();
            if at >= WARMING {
                times.push(reply.took_ms);
            }
        }
        let file = [".json", ".csv", ".ics"].iter().any(|ending| path.ends_with(ending));
        report(path, if file { "a file" } else { "" }, times, bytes);
    }

    /// Measures a page whose answer is worked out anew: after each form it shows something else.
    async fn time_anew(&mut self, path: &str, form_path: &str, form: impl Fn(usize) -> String) {
        let (mut forms, mut times, mut bytes) = (Vec::new(), Vec::new(), 0);
        for at in 0..TIMES_ANEW {
            let sent = self.post(form_path, &form(at)).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{form_path}");
            forms.push(sent.took_ms);
            let reply = self.get(path).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            bytes = reply.body.len();
            times.push(reply.took_ms);
        }
        report(form_path, "an answer is sent", forms, 0);
        report(path, "for the first time", times, bytes);
    }

    /// Answers a check to its end, as somebody with ordinary night cramps.
    async fn check(&mut self) {
        let mut at = "/check/country".to_owned();
        while at != "/check/answers" {
            let form = match at.as_str() {
                "/check/country" => "country=uk",
                "/check/who" => "who=me",
                "/check/where" => "place=left-calf&place=right-calf",
                "/check/q/leg_cramps" => "answer=yes",
                "/check/q/age" => "typed=66&unit=yr",
                "/check/q/sex" => "answer=male",
                "/check/danger/call_now" | "/check/danger/today" | "/check/danger/past" => "rest=none",
                "/check/medicines" => "list=indapamide&complete=complete",
                "/check/illnesses" => "complete=none",
                _ => "answer=unknown",
            };
            let reply = self.post(&at, form).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{at} {form}: {}", String::from_utf8_lossy(&reply.body));
            assert_ne!(reply.to, at, "{form} does not lead on");
            at = reply.to;
        }
    }
}

fn report(path: &str, note: &str, mut times: Vec<f64>, bytes: usize) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let row = serde_json::json!({
        "page": path, "note": note, "bytes": bytes, "count": times.len(),
        "median_ms": at(0.5), "p95_ms": at(0.95),
    });
    println!("{row}");
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let knowledge = charley_knowledge::embedded().unwrap();
    let source = knowledge.sources.first().unwrap().key.clone();
    let home = seed::ann(SqliteStore::open(&folder.path().join("charley.db"), seed::now()).await.unwrap()).await;
    home.furnish(&knowledge).await;
    let remedy = knowledge.remedies.iter().find(|remedy| remedy.period_nights == 7).unwrap().intervention.clone();
    let state = AppState::new(Arc::new(Reasoner::new(knowledge)), || (2026, 11, 24))
        .with_store(home.store.clone())
        .with_timestamp(seed::now);
    let mut visitor = Visitor { router: router(state), cookies: BTreeMap::new() };

    for path in PUBLIC {
        visitor.time(path).await;
    }
    visitor.time(&format!("/evidence/sources/{source}")).await;
    visitor.check().await;
    visitor.time_anew("/check/result", "/check/q/age", |at| format!("typed={}&unit=yr", 60 + at)).await;
    for path in CHECK {
        visitor.time(path).await;
    }
    let sheet =
        |at: usize| format!("region=uk&age={}&age.u=yr&leg_cramps=yes&all_clear=yes&medicines=indapamide", 60 + at);
    visitor.time_anew("/clinician/result", "/clinician", sheet).await;
    for path in ["/clinician", "/clinician/result", "/clinician/case.json"] {
        visitor.time(path).await;
    }

    let mut ann = Visitor { router: visitor.router.clone(), cookies: BTreeMap::new() };
    ann.cookies.insert(cookies::SIGNED_IN.to_owned(), home.token.expose().to_owned());
    for path in SIGNED_IN {
        ann.time(path).await;
    }
    let (until, pair) = (seed::now() + 1.hours(), OneTime::PairDevice(home.person.id));
    let link = home.store.issue_link(&pair, until, seed::now()).await.unwrap();
    visitor.time(&format!("/pair/{}", link.expose())).await;
    let ended = ann.post("/trial/end", "").await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    for path in [&ended.to, &format!("{}/nights.json", ended.to), &format!("/trial/new/{remedy}")] {
        ann.time(path).await;
    }
    home.store.close().await;
}
