//! The pages are closed: headers, cookies, forms of other sites, sizes; and nothing is asked of anybody else.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;

use std::collections::BTreeSet;

use axum::http::{Request, StatusCode, header};
use charley_web::AppState;
use common::{App, reasoner};

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let mut app = App::new();
    for path in ["/", "/check", "/clinician", "/no-such-page", "/healthz", "/assets/base.css", "/check/country"] {
        let reply = app.get(path).await;
        assert!(reply.header("content-security-policy").starts_with("default-src 'self'"), "{path}");
        assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
    }
}

#[tokio::test]
async fn answers_are_stored_nowhere() {
    let mut app = App::new();
    app.until("/check/answers", &[]).await;
    for path in ["/check", "/check/answers", "/check/result", "/check/letter", "/check/answers.json", "/clinician"] {
        assert_eq!(app.get(path).await.header("cache-control"), "no-store", "{path}");
    }
    for path in ["/handover", "/foods"] {
        let reply = app.get(path).await;
        assert_eq!((reply.status, reply.header("cache-control")), (StatusCode::OK, "no-store"), "{path}");
    }
}

#[tokio::test]
async fn the_session_cookie_is_hidden_and_secure_on_public_https() {
    let mut app = App::new();
    let plain = app.post("/check/country", "country=uk").await;
    let cookie = plain.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"));
    let state = AppState::new(reasoner(), || (2026, 11, 24)).with_public_https(true);
    let https = App::with(state).post("/check/country", "country=uk").await;
    assert!(https.header("set-cookie").contains("; Secure"));
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let mut app = App::new();
    app.get("/").await;
    let form = || Request::post("/check/country").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let cross = form().header("sec-fetch-site", "cross-site").header(header::ORIGIN, "https://evil.example");
    assert_eq!(app.send(cross, "country=uk").await.status, StatusCode::FORBIDDEN);
    let old = form().header(header::ORIGIN, "https://evil.example");
    assert_eq!(app.send(old, "country=uk").await.status, StatusCode::FORBIDDEN);
    // Plain http in a home network: no Sec-Fetch-Site, and no-referrer makes the origin "null". The SameSite mark of
    // an earlier page tells our own form from a foreign one.
    let home = || form().header(header::ORIGIN, "null");
    assert_eq!(app.send(home(), "country=uk").await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.stranger().send(home(), "country=uk").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn errors_are_pages_in_the_same_look() {
    let mut app = App::new();
    let missing = app.get("/no-such-page").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.body.contains("We can’t find this page") && missing.body.contains("base.css"));
    let large = app.post("/check/country", &format!("country={}", "x".repeat(300_000))).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.body.contains("too large"));
    assert_eq!(app.post("/about", "").await.status, StatusCode::METHOD_NOT_ALLOWED);
    let strange = app.get("/check/q/lab_crp").await;
    assert_eq!(strange.to(), "/check/start", "no answers yet");
    app.post("/check/country", "country=uk").await;
    assert_eq!(app.get("/check/q/exam_normal").await.status, StatusCode::NOT_FOUND, "for clinicians only");
}

#[tokio::test]
async fn the_api_answers_in_json_and_says_what_is_wrong() {
    let mut app = App::new();
    let json =
        |body: &str| (Request::post("/api/assess").header(header::CONTENT_TYPE, "application/json"), body.to_owned());
    let (request, body) = json(r#"{"facts":[{"name":"age","value":70,"unit":"yr"}]}"#);
    let good = app.send(request, body).await;
    assert_eq!(good.status, StatusCode::OK);
    assert!(good.body.contains("\"disposition\""));
    for (body, status, words) in [
        ("{", StatusCode::BAD_REQUEST, "not valid JSON"),
        ("{}", StatusCode::BAD_REQUEST, "missing field"),
        (r#"{"facts":[{"name":"age","value":900,"unit":"yr"}]}"#, StatusCode::UNPROCESSABLE_ENTITY, "\"age\""),
    ] {
        let (request, body) = json(body);
        let bad = app.send(request, body.clone()).await;
        assert_eq!((bad.status, bad.body.contains(words)), (status, true), "{body}: {}", bad.body);
        assert_eq!(bad.header("content-type"), "application/json; charset=utf-8");
    }
    let form = Request::post("/api/assess").header(header::CONTENT_TYPE, "text/plain");
    assert_eq!(app.send(form, "{}").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let large = json(&"x".repeat(300_000));
    let large = app.send(large.0, large.1).await;
    assert_eq!(
        (large.status, large.header("content-type")),
        (StatusCode::PAYLOAD_TOO_LARGE, "application/json; charset=utf-8")
    );
    assert!(app.get("/api/schema").await.body.contains("\"Assessment\""));
    assert!(app.get("/healthz").await.body.contains("\"ok\""));
}

/// Values of an attribute in a page.
fn values<'b>(body: &'b str, attribute: &str) -> Vec<&'b str> {
    body.split(&format!(" {attribute}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Walks every link of every page a stranger can reach: none is dead, none of the pages asks anything of another site,
/// and none carries a script or a style of its own.
#[tokio::test]
async fn every_link_leads_somewhere_and_no_page_asks_another_site() {
    let mut app = App::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut todo = vec!["/".to_owned()];
    while let Some(path) = todo.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let reply = app.get(&path).await;
        assert!(reply.status == StatusCode::OK || reply.status == StatusCode::SEE_OTHER, "{path}: {}", reply.status);
        if !reply.header("content-type").starts_with("text/html") {
            continue;
        }
        for value in values(&reply.body, "src") {
            assert!(value.starts_with("/assets/"), "{path} loads {value}");
        }
        for link in reply.body.split("<link ").skip(1) {
            let to = values(&format!(" {link}"), "href")[0].to_owned();
            assert!(to.starts_with("/assets/") || to == "/manifest.webmanifest", "{path} loads {to}");
        }
        assert!(!reply.body.contains(" style=") && !reply.body.contains("<style"), "{path} has a style of its own");
        let scripts = reply.body.matches("<script").count();
        assert!(scripts > 0 && scripts == reply.body.matches("<script src=\"/assets/").count(), "{path}");
        assert!(!reply.body.contains("onclick") && !reply.body.contains("javascript:"), "{path}");
        for link in values(&reply.body, "href") {
            if link.starts_with('/') {
                todo.push(link.split('#').next().unwrap_or_default().replace("&#38;", "&").replace("&amp;", "&"));
            }
        }
    }
    assert!(seen.len() > 500, "{} pages", seen.len());
}

/// Styles and the script ask nothing of another site either.
#[test]
fn assets_ask_nothing_of_another_site() {
    let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    for entry in std::fs::read_dir(own).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "png") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let svg = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!svg.contains("http") && !svg.contains("url(") && !svg.contains("@import"), "{}", path.display());
    }
}
