//! Somebody with a finished check and a baseline, who starts a trial and lives its nights.
#![allow(dead_code, missing_docs, clippy::unwrap_used, reason = "each test file uses a part; tests may panic")]

use axum::http::StatusCode;
use charley_records::checks::Check;
use charley_records::diary::{Body, Cramps, NewEntry, NightReport};
use charley_records::trials::Trial;
use charley_records::{CheckId, EntryId, ids};
use charley_web::AppState;
use charley_web::answers::danger::fact_names;
use charley_web::answers::{Who, save};
use charley_web::flow::{Step, next_fixed};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};

use crate::common::{self, App};
use crate::household::{Household, hidden, morning};

/// Keeps a finished check of somebody with ordinary night cramps, and these facts more.
pub async fn keep_check(home: &Household, more: &[(&str, serde_json::Value)]) {
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
pub async fn record(home: &Household, nights: &[(Date, u16)], now: Timestamp) {
    let entries: Vec<NewEntry> = nights
        .iter()
        .map(|(night, cramps)| NewEntry {
            id: EntryId(ids::random().unwrap()),
            at: night.saturating_add(1.day()).at(8, 0, 0, 0).in_tz("Europe/London").unwrap().timestamp(),
            zone: "Europe/London".to_owned(),
            body: report(*night, *cramps),
        })
        .collect();
    home.store.append(&home.access, &entries, now).await.unwrap();
}

pub async fn baseline(home: &Household) {
    let nights: Vec<(Date, u16)> =
        (1..=28_i32).map(|back| (date(2026, 11, 24).saturating_sub(back.days()), u16::from(back % 3 != 0))).collect();
    record(home, &nights, morning()).await;
}

pub async fn start(home: &mut Household, remedy: &str, pairs: usize) -> Trial {
    start_with(home, remedy, pairs, "", "/trial").await
}

/// Starts a trial after other answers to the questions before; `to` is where that leads.
pub async fn start_with(home: &mut Household, remedy: &str, pairs: usize, answers: &str, to: &str) -> Trial {
    let path = format!("/trial/new/{remedy}");
    let page = home.app.get(&format!("{path}?{answers}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let form = format!("{}&pairs={pairs}", hidden(&page.body, &path));
    assert_eq!(home.app.post(&path, &form).await.to(), to);
    // The same form again starts no second trial.
    assert_eq!(home.app.post(&path, &form).await.to(), to);
    let trials = home.store.trials(&home.access).await.unwrap();
    assert_eq!(trials.len(), 1);
    trials[0].clone()
}

/// The same person's browser at another time.
pub async fn at(home: &Household, clock: fn() -> Timestamp) -> App {
    let state = AppState::new(common::reasoner(), || (2027, 1, 1)).with_store(home.store.clone()).with_timestamp(clock);
    let (_, token) = home
        .store
        .sign_in("ann", &charley_records::secret::Secret::new("seven quiet lanterns"), "", "test", clock())
        .await
        .unwrap();
    App::with(state).with_cookie(charley_web::cookies::SIGNED_IN, token.expose())
}

/// The morning after the last of six pairs of fourteen nights from 24 November 2026.
pub fn after_six_pairs() -> Timestamp {
    "2027-02-16T08:00:00Z".parse().unwrap()
}

pub fn after_two_pairs() -> Timestamp {
    "2026-12-24T08:00:00Z".parse().unwrap()
}

/// Lives the first nights of a trial: hardly any cramps on treatment nights, two on the others.
pub async fn live(home: &Household, trial: &Trial, nights: usize, now: Timestamp) {
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
