//! A trial on oneself in a browser: gates, the sealed order, every evening, the looks, the answer.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "log/household.rs"]
mod household;
#[path = "log/trials.rs"]
mod trials;

use axum::http::StatusCode;
use charley_nights::trial::order::commitment;
use charley_records::diary::Body;
use charley_web::answers::danger::fact_names;
use household::{Household, hidden};
use jiff::ToSpan as _;
use jiff::civil::Date;
use trials::{after_six_pairs, after_two_pairs, at, baseline, keep_check, live, record, start};

#[tokio::test]
async fn without_a_check_nothing_can_be_tested() {
    let mut home = Household::new().await;
    let page = home.app.get("/trial/new").await.body;
    assert!(page.contains("First we need a check"), "{page}");
    assert_eq!(home.app.get("/trial/new/evening_walk_or_bike").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn somebody_who_must_be_seen_today_starts_no_trial() {
    let mut home = Household::new().await;
    let reasoner = common::reasoner();
    let sign = &reasoner.knowledge.danger_lists[0].items[0];
    let told: Vec<(&str, serde_json::Value)> = fact_names(sign).map(|name| (name, true.into())).collect();
    keep_check(&home, &told).await;
    let page = home.app.get("/trial/new").await.body;
    assert!(page.contains("Be seen first") && !page.contains("Plan this"), "{page}");
}

#[tokio::test]
async fn what_the_plan_keeps_from_a_person_cannot_be_tested() {
    let mut home = Household::new().await;
    keep_check(&home, &[("egfr", 22.into())]).await;
    baseline(&home).await;
    let page = home.app.get("/trial/new").await.body;
    assert!(!page.contains("/trial/new/magnesium_fair_test"), "{page}");
    assert_eq!(home.app.get("/trial/new/magnesium_fair_test").await.status, StatusCode::NOT_FOUND);
    let form = "id=7b0c8e9a-58d8-4d0c-9c0e-0d3f7b1f2a10&at=2026-11-24T06:00:00Z&pairs=8";
    assert_eq!(home.app.post("/trial/new/magnesium_fair_test", form).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_order_is_sealed_at_the_start_and_stays_hidden() {
    let mut home = Household::new().await;
    keep_check(&home, &[]).await;
    baseline(&home).await;
    let trial = start(&mut home, "loose_bedding_feet_up", 8).await;
    assert_eq!(trial.commitment, commitment(&trial.seed));
    let page = home.app.get("/trial").await.body;
    assert!(page.contains(&trial.commitment));
    assert!(!page.contains(&charley_records::secret::hex(&trial.seed)), "the seed stays hidden");
    assert!(page.contains("The first turn starts tomorrow"), "{page}");
}

#[tokio::test]
async fn few_nights_on_record_mean_a_run_in_first() {
    let mut home = Household::new().await;
    keep_check(&home, &[]).await;
    start(&mut home, "loose_bedding_feet_up", 6).await;
    let page = home.app.get("/trial").await.body;
    assert!(page.contains("The first turn starts in 15 nights"), "{page}");
}

#[tokio::test]
async fn no_effect_is_shown_before_the_third_pair() {
    let mut home = Household::new().await;
    keep_check(&home, &[]).await;
    baseline(&home).await;
    let trial = start(&mut home, "loose_bedding_feet_up", 6).await;
    live(&home, &trial, 28, after_two_pairs()).await;
    let mut later = at(&home, after_two_pairs).await;
    let page = later.get("/trial").await.body;
    assert!(page.contains("30 of 84 nights"), "{page}");
    assert!(!page.contains("Show as a table") && !page.contains("See the answer"), "{page}");
    assert_eq!(later.post("/trial/end", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_clear_answer_ends_the_trial_with_words_first_and_the_seal_opened() {
    let mut home = Household::new().await;
    keep_check(&home, &[]).await;
    baseline(&home).await;
    let trial = start(&mut home, "loose_bedding_feet_up", 6).await;
    live(&home, &trial, 84, after_six_pairs()).await;
    let mut later = at(&home, after_six_pairs).await;
    let page = later.get("/trial").await.body;
    assert!(page.contains("See the answer and end the trial"), "{page}");
    let to = later.post("/trial/end", "").await.to().to_owned();
    let page = later.get(&to).await.body;
    assert!(page.contains("It helps</h1>"), "{page}");
    assert!(page.contains("of 84 nights were recorded"), "the nights shown are those of the answer: {page}");
    assert!(page.contains("On nights with loose bedding"), "{page}");
    assert!(page.contains("You knew which nights were which"));
    assert!(page.contains(&charley_records::secret::hex(&trial.seed)) && page.contains(&trial.commitment));
    assert!(!page.to_lowercase().contains("significant"));
    // The decision is kept, and shown in the list.
    let next = later.post(&format!("{to}/decide"), "decision=keep").await.to().to_owned();
    assert!(later.get(&next).await.body.contains("You keep it."));
    assert!(later.get("/trial").await.body.contains("It helps"));
    // The plan of the next check says it, first in its lane.
    let check = home.store.checks(&home.access).await.unwrap().remove(0);
    later.post(&format!("/checks/{}/open", check.id), "").await;
    let result = later.get("/check/result").await;
    if result.status == StatusCode::OK {
        let sentence = "You tested this on your own nights, and the answer was: it helps. You keep it.";
        assert!(result.body.contains(sentence), "{}", result.body);
    } else {
        panic!("the check opens at {}", result.to());
    }
    // The file is what the command line reads.
    let file: serde_json::Value = serde_json::from_str(&later.get(&format!("{to}/nights.json")).await.body).unwrap();
    assert_eq!(file["arm"].as_array().unwrap().len(), 84);
    assert_eq!(file["pairs"].as_array().unwrap().len(), 84);
}

#[tokio::test]
async fn nights_in_bursts_get_a_second_answer_beside_the_first() {
    let mut home = Household::new().await;
    keep_check(&home, &[]).await;
    baseline(&home).await;
    let trial = start(&mut home, "loose_bedding_feet_up", 6).await;
    let protocol = charley_web::trial::kept::Protocol::read(&trial.protocol).unwrap();
    let arms = protocol.design.arms(&trial.seed);
    let nights: Vec<(Date, u16)> = (0..84)
        .map(|night: usize| {
            let burst = if arms[night] { night % 7 == 3 } else { night.is_multiple_of(2) };
            let date = protocol.design.first_night.saturating_add(i64::try_from(night).unwrap().days());
            (date, if burst { 9 } else { 0 })
        })
        .collect();
    record(&home, &nights, after_six_pairs()).await;
    let mut later = at(&home, after_six_pairs).await;
    let to = later.post("/trial/end", "").await.to().to_owned();
    let page = later.get(&to).await.body;
    assert!(page.contains("A second way to count"), "{page}");
    assert!(page.contains("With loose bedding, about "), "{page}");
    assert!(page.contains("This stands beside the answer above, not in its place."), "{page}");
}

#[tokio::test]
async fn harm_ends_the_trial_and_leads_to_the_check() {
    let mut home = Household::new().await;
    keep_check(&home, &[]).await;
    baseline(&home).await;
    start(&mut home, "loose_bedding_feet_up", 6).await;
    let page = home.app.get("/trial/harm").await.body;
    let form = format!("{}&what=I+fell", hidden(&page, "/trial/harm"));
    let to = home.app.post("/trial/harm", &form).await.to().to_owned();
    let page = home.app.get(&to).await.body;
    assert!(page.contains("Stopped before it could say anything") && page.contains("href=\"/check\""), "{page}");
    let kept = home.store.entries(&home.access).await.unwrap();
    assert!(kept.iter().any(|entry| matches!(&entry.new.body, Body::Adverse { what, .. } if what == "I fell")));
}

#[tokio::test]
async fn tonight_is_ticked_once_however_often_the_form_is_sent() {
    let mut home = Household::new().await;
    keep_check(&home, &[]).await;
    baseline(&home).await;
    start(&mut home, "loose_bedding_feet_up", 6).await;
    let mut later = at(&home, after_two_pairs).await;
    let page = later.get("/trial").await.body;
    let form = format!("{}&done=yes", hidden(&page, "/trial/done"));
    for _ in 0..2 {
        assert_eq!(later.post("/trial/done", &form).await.to(), "/trial");
    }
    let kept = home.store.entries(&home.access).await.unwrap();
    assert_eq!(kept.iter().filter(|entry| matches!(entry.new.body, Body::Exposure { .. })).count(), 1);
    assert!(later.get("/trial").await.body.contains("You said: yes."));
}

#[tokio::test]
async fn trials_of_others_are_not_found() {
    let mut home = Household::new().await;
    keep_check(&home, &[]).await;
    let trial = start(&mut home, "loose_bedding_feet_up", 6).await;
    let mut stranger = home.app.stranger();
    assert!(stranger.get(&format!("/trial/{}", trial.id)).await.to().starts_with("/sign-in"));
    assert_eq!(home.app.get("/trial/7b0c8e9a-58d8-4d0c-9c0e-0d3f7b1f2a10").await.status, StatusCode::NOT_FOUND);
}
