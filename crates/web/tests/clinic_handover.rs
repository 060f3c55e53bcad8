//! The hand-over on one sheet: from a clinic's record, and from the person alone.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

#[path = "clinic/chart.rs"]
mod chart;
mod common;
#[path = "clinic/world.rs"]
mod world;

use axum::http::StatusCode;
use charley_records::diary::Side;
use charley_web::AppState;
use charley_web::letters::Press;
use chart::{Chart, bare};
use common::{App, Reply, reasoner};
use world::{between, press};

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

/// Every text of the letter that the program for letters got; it must have been sent on as a file.
fn texts(reply: &Reply) -> Vec<String> {
    fn gather(value: &serde_json::Value, texts: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => texts.push(text.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| gather(item, texts)),
            serde_json::Value::Object(fields) => fields.values().for_each(|field| gather(field, texts)),
            _ => {}
        }
    }
    assert_eq!(reply.status, StatusCode::OK, "{} {}", reply.to(), reply.body);
    assert_eq!(reply.header("content-type"), "application/pdf");
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"hand-over.pdf\"");
    assert_eq!(reply.header("cache-control"), "no-store");
    let json = reply.body.strip_prefix("%PDF-0 ").unwrap();
    let letter = serde_json::Deserializer::from_str(json).into_iter().next().unwrap().unwrap();
    let mut texts = Vec::new();
    gather(&letter, &mut texts);
    texts
}

/// Every text of a letter stands on the page, and the page has nothing else.
fn same_words(page: &str, reply: &Reply) {
    let only = |text: &str| text.split_whitespace().collect::<String>();
    let mut sheet = only(&bare(between(page, "<article class=\"sheet\"", "</article>")));
    let mut texts = texts(reply);
    texts.retain(|text| text != "write");
    // Long ones first, so that a short one takes no piece of them away.
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    for text in texts.iter().map(|text| only(text)) {
        assert!(sheet.contains(&text), "{text}: {sheet}");
        sheet = sheet.replacen(&text, "\n", 1);
    }
    let rest: String = sheet.chars().filter(|sign| sign.is_alphanumeric()).collect();
    assert_eq!(rest, "", "only on the page");
}

#[tokio::test]
async fn the_pdf_of_a_record_has_the_words_of_the_page_and_its_look_is_logged() {
    let mut chart = Chart::new().await;
    chart.nights(&vec![&[Side::Left][..]; 20]).await;
    chart.keep("intake", "base=0&complaint=It+tears&leg_cramps=yes&age=66&sex=female&all_clear=yes").await;
    let looks = async |chart: &Chart| chart.world.store.audit_of(&chart.world.ann.2, 500).await.unwrap().len();
    let before = looks(&chart).await;
    let page = chart.see("handover").await;
    let look = looks(&chart).await - before;
    assert!(page.contains(&format!("href=\"{}\"", chart.path("handover.pdf"))), "{page}");
    let reply = chart.app.get(&chart.path("handover.pdf")).await;
    assert_eq!(looks(&chart).await, before + 2 * look, "logged as the page is");
    assert!(look > 0 && texts(&reply).contains(&"“It tears”".to_owned()), "{}", reply.body);
    same_words(&page, &reply);
}

#[tokio::test]
async fn a_person_takes_the_sheet_as_a_pdf_with_their_own_words() {
    let mut app = App::with(AppState::new(reasoner(), || (2026, 11, 24)).with_letters(press()));
    assert_eq!(app.get("/handover.pdf").await.to(), "/check", "no answers yet");
    finished(&mut app).await;
    let page = app.get("/handover").await;
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.body.contains("href=\"/handover.pdf?nights=no\""), "{}", page.body);
    same_words(&page.body, &app.get("/handover.pdf").await);
    let own = "complaint=It+tears&wish=A+test&nights=no";
    let page = app.post("/handover", own).await.body;
    assert!(page.contains("action=\"/handover.pdf\"") && page.contains("name=\"wish\" value=\"A test\""), "{page}");
    same_words(&page, &app.post("/handover.pdf", own).await);
}

#[tokio::test]
async fn where_no_pdf_can_be_made_none_is_offered_and_a_failure_says_what_to_do() {
    let mut without = App::new();
    finished(&mut without).await;
    assert!(!without.get("/handover").await.body.contains("handover.pdf"));
    assert_eq!(without.get("/handover.pdf").await.status, StatusCode::NOT_FOUND);
    let broken = AppState::new(reasoner(), || (2026, 11, 24)).with_letters(Press::new("/bin/false"));
    let mut app = App::with(broken);
    finished(&mut app).await;
    let reply = app.get("/handover.pdf?nights=no").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(reply.body.contains("The PDF could not be made") && reply.body.contains("Print the page instead."));
    assert!(reply.body.contains("href=\"/handover?nights=no\""), "{}", reply.body);
}
