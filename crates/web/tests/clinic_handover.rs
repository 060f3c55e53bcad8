//! The hand-over on one sheet: from a clinic's record, and from the person alone.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

#[path = "clinic/chart.rs"]
mod chart;
mod common;
#[path = "clinic/world.rs"]
mod world;

use axum::http::StatusCode;
use charley_records::diary::Side;
use chart::{Chart, bare};
use common::App;
use world::between;

#[tokio::test]
async fn a_record_goes_on_one_sheet_with_what_was_asked_tested_and_tried() {
    let mut chart = Chart::new().await;
    let nights: Vec<&[Side]> = vec![&[Side::Left]; 20];
    chart.nights(&nights).await;
    chart
        .keep(
            "intake",
            "base=0&complaint=It+tears+at+my+calf&wish=To+sleep&leg_cramps=yes&age=66&sex=female&all_clear=yes",
        )
        .await;
    chart.keep("medicines", "base=0&medicines=bendroflumethiazide%0Aamlodipine&complete=yes").await;
    chart.panel("2026-11-20", &[("potassium", "3.0", "mmol/L"), ("ferritin", "80", "ug/L")]).await;
    chart.keep("vascular", "base=0&date=2026-11-20&arms.left=120&left.dp=130&left.pt=128").await;
    chart.keep("treatments", "base=0&leg=left&procedure=laser&date=2025-05-05").await;
    let page = chart.see("handover").await;
    let sheet = bare(between(&page, "<article class=\"sheet\"", "</article>"));
    for words in [
        "How soon, by the rules:",
        "Danger signs asked and denied:",
        "“It tears at my calf”",
        "20 nights recorded",
        "8 of the last 28 not recorded",
        "Restless legs",
        "bendroflumethiazide",
        "Likely causes",
        "Tests worth having:",
        "Potassium 3.0 mmol/L (low",
        "1.08",
        "laser",
        "What the person wants: To sleep",
        "Entered by the person and by the clinic. What the person told is not verified.",
        "not reviewed by a clinician",
    ] {
        assert!(sheet.contains(words), "{words}: {sheet}");
    }
    let denied = between(&sheet, "asked and denied:", "In their own words");
    assert!(denied.matches(';').count() > 5, "all signs were asked: {denied}");
}

/// A check to its end.
async fn finished(app: &mut App) {
    assert_eq!(app.until("/check/answers", &[]).await, "/check/answers");
}

#[tokio::test]
async fn without_answers_one_is_sent_to_the_check() {
    assert_eq!(App::new().get("/handover").await.to(), "/check");
    let mut half = App::new();
    half.post("/check/country", "country=uk").await;
    let reply = half.get("/handover").await;
    assert!(reply.to().starts_with("/check/"), "the check is not finished: {}", reply.to());
}

#[tokio::test]
async fn anybody_hands_over_a_check_without_an_account() {
    let mut app = App::new();
    finished(&mut app).await;
    let page = app.get("/handover").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.to());
    let sheet = bare(between(&page.body, "<article class=\"sheet\"", "</article>"));
    assert!(sheet.contains("Name: ____") && sheet.contains("aged 66"), "{sheet}");
    assert!(sheet.contains("Entered by the person, not verified."), "{sheet}");
    assert!(sheet.contains("No record of nights on this sheet."), "{sheet}");
    let words = app.post("/handover", "complaint=It+tears+%26+burns&wish=A+test&nights=no").await;
    assert!(words.body.contains("“It tears &#38; burns”") && words.body.contains("A test"), "{}", words.body);
    assert!(!app.get("/handover").await.body.contains("It tears"), "own words are shown once and not kept");
    let long = "word+".repeat(400);
    let cut = app.post("/handover", &format!("complaint={long}")).await;
    let sheet = bare(between(&cut.body, "<article class=\"sheet\"", "</article>"));
    assert!(sheet.contains('…') && sheet.len() < 6_000, "{}", sheet.len());
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

#[tokio::test]
async fn nights_of_the_record_stand_on_it_unless_they_are_somebody_elses() {
    let chart = Chart::new().await;
    let nights: Vec<&[Side]> = vec![&[Side::Right]; 10];
    chart.nights(&nights).await;
    let mut person = chart.world.person().await;
    finished(&mut person).await;
    let page = person.get("/handover").await.body;
    assert!(page.contains("It shows the nights of <b>Ann</b>"), "{page}");
    let sheet = bare(between(&page, "<article class=\"sheet\"", "</article>"));
    assert!(sheet.contains("Ann, aged 66") && sheet.contains("10 nights recorded"), "{sheet}");
    let without = person.get("/handover?nights=no").await.body;
    let sheet = bare(between(&without, "<article class=\"sheet\"", "</article>"));
    assert!(!sheet.contains("Ann") && !sheet.contains("nights recorded"), "{sheet}");

    // A check that was kept serves when none is under way.
    person.post("/checks/keep", "").await;
    let mut later = chart.world.person().await;
    let page = later.get("/handover").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.to());
    assert!(page.body.contains("the check that you kept on 24 November 2026"), "{}", page.body);
    let mut carer = chart.world.carer().await;
    assert_eq!(carer.get("/handover").await.status, StatusCode::OK);
    assert_eq!(chart.world.phone().await.get("/handover").await.to(), "/check", "a phone reads nothing");
}
