//! A trial on oneself in a browser: gates, the sealed order, every evening, the looks, the answer.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "log/household.rs"]
mod household;

use axum::http::StatusCode;
use charley_nights::trial::order::commitment;
use charley_records::checks::Check;
use charley_records::diary::{Body, Cramps, NightReport};
use charley_records::trials::Trial;
use charley_records::{CheckId, ids};
use charley_web::AppState;
use charley_web::answers::danger::fact_names;
use charley_web::answers::{Who, save};
use charley_web::flow::{Step, next_fixed};
use common::App;
use household::{Household, hidden, morning};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};

/// Keeps a finished check of somebody with ordinary night cramps, and these facts more.
async fn keep_check(home: &Household, more: &[(&str, serde_json::Value)]) {
    let knowledge = common::reasoner();
    let mut facts: Vec<serde_json::Value> = vec![
        serde_json::json!({ "name": "age", "value": 56, "unit": "yr" }),
        serde_json::json!({ "name": "leg_cramps", "value": true }),
        serde_json::json!({ "name": "calf_cramps", "value": true }),
        serde_json::json!({ "name": "nocturnal_symptoms", "value": true }),
    ];
    for item in knowledge.knowledge.danger_lists.iter().flat_map(|list| &list.items) {
        for name in fact_names(item) {
            if !more.iter().any(|(known, _)| *known == name) && !facts.iter().any(|fact| fact["name"] == name) {
                facts.push(serde_json::json!({ "name": name, "value": false }));
            }
        }
    }
    for (name, value) in more {
        facts.push(serde_json::json!({ "name": name, "value": value }));
    }
    let check = Check {
        id: CheckId(ids::random().unwrap()),
        at: morning() - jiff::SignedDuration::from_hours(24),
        knowledge: "test".to_owned(),
        disposition: "self_care".to_owned(),
        answers: finished(&serde_json::json!({ "facts": facts }).to_string()),
    };
    home.store.save_check(&home.access, &check).await.unwrap();
}

/// The same answers with every page answered, "I don't know" where nothing was told.
fn finished(case: &str) -> String {
    let state = AppState::new(common::reasoner(), || (2026, 11, 24));
    let mut answers = save::load(state.knowledge(), case).unwrap();
    while let Some(step) = next_fixed(&answers, &state.engine) {
        match step {
            Step::Country => answers.region = Some("uk".to_owned()),
            Step::Who => answers.who = Some(Who::Me),
            Step::Question(name) => answers.not_known(&name),
            Step::Body => answers.finish("where"),
            Step::Medicines => answers.finish("medicines"),
            Step::Illnesses => answers.finish("illnesses"),
            Step::Call => break,
            other => panic!("{}", other.path()),
        }
    }
    save::save(&answers)
}

fn report(night: Date, cramps: u16) -> Body {
    Body::Night(NightReport {
        night: night.to_string(),
        cramps: Cramps::Exactly(cramps),
        sleep: None,
        pain: None,
        by_partner: false,
    })
}

/// Records nights, each at noon after it.
async fn record(home: &Household, nights: &[(Date, u16)], now: Timestamp) {
    let entries: Vec<charley_records::diary::NewEntry> = nights
        .iter()
        .map(|(night, cramps)| charley_records::diary::NewEntry {
            id: charley_records::EntryId(ids::random().unwrap()),
            at: night.saturating_add(1.day()).at(8, 0, 0, 0).in_tz("Europe/London").unwrap().timestamp(),
            zone: "Europe/London".to_owned(),
            body: report(*night, *cramps),
        })
        .collect();
    home.store.append(&home.access, &entries, now).await.unwrap();
}

async fn baseline(home: &Household) {
    let nights: Vec<(Date, u16)> =
        (1..=28_i32).map(|back| (date(2026, 11, 24).saturating_sub(back.days()), u16::from(back % 3 != 0))).collect();
    record(home, &nights, morning()).await;
}

async fn start(home: &mut Household, remedy: &str, pairs: usize) -> Trial {
    let path = format!("/trial/new/{remedy}");
    let page = home.app.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let form = format!("{}&pairs={pairs}", hidden(&page.body, &path));
    assert_eq!(home.app.post(&path, &form).await.to(), "/trial");
    // The same form again starts no second trial.
    assert_eq!(home.app.post(&path, &form).await.to(), "/trial");
    let trials = home.store.trials(&home.access).await.unwrap();
    assert_eq!(trials.len(), 1);
    trials[0].clone()
}

/// The same person's browser at another time.
async fn at(home: &Household, clock: fn() -> Timestamp) -> App {
    let state = AppState::new(common::reasoner(), || (2027, 1, 1)).with_store(home.store.clone()).with_timestamp(clock);
    let (_, token) = home
        .store
        .sign_in("ann", &charley_records::secret::Secret::new("seven quiet lanterns"), "", "test", clock())
        .await
        .unwrap();
    App::with(state).with_cookie(charley_web::cookies::SIGNED_IN, token.expose())
}

/// The morning after the last of six pairs of fourteen nights from 24 November 2026.
fn after_six_pairs() -> Timestamp {
    "2027-02-16T08:00:00Z".parse().unwrap()
}

fn after_two_pairs() -> Timestamp {
    "2026-12-24T08:00:00Z".parse().unwrap()
}

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

/// Lives the first nights of a trial: hardly any cramps on treatment nights, two on the others.
async fn live(home: &Household, trial: &Trial, nights: usize, now: Timestamp) {
    let protocol = charley_web::trial::kept::Protocol::read(&trial.protocol).unwrap();
    let arms = protocol.design.arms(&trial.seed);
    let first = protocol.design.first_night;
    let nights: Vec<(Date, u16)> = (0..nights)
        .filter(|night| night % 11 != 5)
        .map(|night| {
            let cramps = if arms[night] { u16::from(night % 6 == 0) } else { 1 + u16::from(night % 2 == 0) };
            (first.saturating_add(i64::try_from(night).unwrap().days()), cramps)
        })
        .collect();
    record(home, &nights, now).await;
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
