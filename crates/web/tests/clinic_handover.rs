//! The hand-over on one sheet: from a clinic's record, and from the person alone.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

#[path = "clinic/chart.rs"]
mod chart;
mod common;
#[path = "clinic/world.rs"]
mod world;

use axum::http::StatusCode;
use chart::bare;
use common::App;

#[tokio::test]
async fn without_answers_one_is_sent_to_the_check() {
    assert_eq!(App::new().get("/handover").await.to(), "/check");
    let mut half = App::new();
    half.post("/check/country", "country=uk").await;
    let reply = half.get("/handover").await;
    assert!(reply.to().starts_with("/check/"), "the check is not finished: {}", reply.to());
}

#[tokio::test]
async fn a_danger_sign_does_not_bar_the_sheet_for_those_who_come_to_help() {
    let mut app = App::new();
    let at = app.until("/check/call", &[("/check/danger/call_now", "sign=chest")]).await;
    assert_eq!(at, "/check/call");
    let page = app.get("/handover").await;
    assert!(page.status == StatusCode::OK && page.body.contains("href=\"/check/call\""), "{}", page.body);
    assert!(bare(&page.body).contains("Call now"), "{}", page.body);
}
