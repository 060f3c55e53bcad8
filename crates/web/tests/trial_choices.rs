//! What a person chooses before a trial: how much better would be worth it, and whether a helper prepares capsules.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "log/household.rs"]
mod household;
#[path = "log/trials.rs"]
mod trials;

use axum::http::StatusCode;
use charley_records::diary::{Body, NewEntry};
use charley_records::trials::Trial;
use charley_records::{EntryId, ids};
use charley_web::trial::kept::Protocol;
use household::{Household, hidden, morning};
use jiff::{Timestamp, ToSpan as _};
use trials::{at, baseline, keep_check, live, start, start_with};

const MAGNESIUM: &str = "magnesium_fair_test";

/// Somebody whose nights are bad enough for magnesium, with four weeks of nights.
async fn magnesium() -> Household {
    let home = Household::new().await;
    keep_check(&home, &[("day_harmed", true.into())]).await;
    baseline(&home).await;
    home
}

async fn blinded(home: &mut Household) -> Trial {
    start_with(home, MAGNESIUM, 6, "capsules=yes", "/trial/helper").await
}

/// The third box is open: 2 December and 28 nights lie behind.
fn in_the_third_box() -> Timestamp {
    "2027-01-03T08:00:00Z".parse().unwrap()
}

fn after_three_pairs() -> Timestamp {
    "2027-03-01T08:00:00Z".parse().unwrap()
}

/// The morning after six pairs of fourteen nights twice, from 2 December.
fn after_all() -> Timestamp {
    "2027-05-19T08:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn what_is_worth_it_is_asked_in_cramps_a_week() {
    let mut home = magnesium().await;
    let page = home.app.get("/trial/new").await.body;
    assert!(page.contains("/trial/new/loose_bedding_feet_up/worth"), "{page}");
    let page = home.app.get("/trial/new/loose_bedding_feet_up/worth").await.body;
    // 19 cramps in 28 nights are 4.75 a week.
    assert!(page.contains("In 28 recorded nights you had about 5 cramps a week."), "{page}");
    assert!(page.contains("1 fewer a week") && page.contains("A fifth of your cramps"), "{page}");
    assert!(page.contains("2 fewer a week") && page.contains("Two fifths of your cramps"), "{page}");
    assert!(page.contains("action=\"/trial/new/loose_bedding_feet_up\""), "no capsules for bedding: {page}");
    let page = home.app.get(&format!("/trial/new/{MAGNESIUM}/worth")).await.body;
    assert!(page.contains("action=\"/trial/new/magnesium_fair_test/capsules\""), "{page}");
}

#[tokio::test]
async fn the_chosen_margin_is_fixed_in_the_protocol_and_shown() {
    let mut home = magnesium().await;
    let plan = home.app.get("/trial/new/loose_bedding_feet_up?margin=0.6").await.body;
    assert!(plan.contains("Worth it: 2 fewer a week (two fifths fewer)."), "{plan}");
    assert!(plan.contains("name=\"margin\" value=\"0.6\""), "{plan}");
    let trial = start_with(&mut home, "loose_bedding_feet_up", 6, "margin=0.6", "/trial").await;
    let protocol = Protocol::read(&trial.protocol).unwrap();
    assert_eq!(protocol.design.rule.margin, 0.6);
    let page = home.app.get("/trial").await.body;
    assert!(page.contains("2 fewer a week (two fifths fewer). As a rate ratio: below 0.6."), "{page}");
}

#[tokio::test]
async fn margins_out_of_bounds_start_no_trial() {
    let mut home = magnesium().await;
    let path = "/trial/new/loose_bedding_feet_up";
    let form = hidden(&home.app.get(path).await.body, path);
    for margin in ["0.5", "1", "0.96", "NaN", "much"] {
        assert_eq!(home.app.get(&format!("{path}?margin={margin}")).await.status, StatusCode::BAD_REQUEST, "{margin}");
        let form = form.replace("margin=0.8", &format!("margin={margin}"));
        assert!(form.contains(margin), "{form}");
        let sent = home.app.post(path, &format!("{form}&pairs=6")).await;
        assert_eq!(sent.status, StatusCode::BAD_REQUEST, "{margin}");
    }
    assert!(home.store.trials(&home.access).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_answer_speaks_of_the_chosen_margin() {
    let mut home = magnesium().await;
    let trial = start_with(&mut home, "loose_bedding_feet_up", 6, "margin=0.7", "/trial").await;
    live(&home, &trial, 84, trials::after_six_pairs()).await;
    let mut later = at(&home, trials::after_six_pairs).await;
    let to = later.post("/trial/end", "").await.to().to_owned();
    let page = later.get(&to).await.body;
    assert!(page.contains("by three tenths or more, which you said was worth it"), "{page}");
    assert!(!page.contains("a fifth"), "{page}");
    let file: serde_json::Value = serde_json::from_str(&later.get(&format!("{to}/nights.json")).await.body).unwrap();
    assert_eq!(file["margin"], 0.7);
}

#[tokio::test]
async fn only_capsules_can_be_blinded() {
    let mut home = magnesium().await;
    let path = "/trial/new/loose_bedding_feet_up";
    assert_eq!(home.app.get(&format!("{path}/capsules")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(home.app.get(&format!("{path}?capsules=yes")).await.status, StatusCode::BAD_REQUEST);
    let page = home.app.get(&format!("/trial/new/{MAGNESIUM}/capsules?margin=0.9")).await.body;
    assert!(page.contains("A helper prepares capsules") && page.contains("value=\"0.9\""), "{page}");
    start(&mut home, "loose_bedding_feet_up", 6).await;
    assert_eq!(home.app.get("/trial/helper").await.status, StatusCode::NOT_FOUND);
    assert_eq!(home.app.post("/trial/helper", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(home.app.post("/trial/guess", "guess=remedy").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_sheet_is_shown_once_and_fills_every_box() {
    let mut home = magnesium().await;
    let trial = blinded(&mut home).await;
    let page = home.app.get("/trial").await.body;
    assert!(page.contains("Your helper has not seen the sheet."), "{page}");
    assert!(page.contains("The first turn starts in 8 nights"), "time to prepare: {page}");
    let page = home.app.get("/trial/helper").await.body;
    assert!(page.contains("Give this screen to your helper") && !page.contains("Fill it with"), "{page}");
    let sheet = home.app.post("/trial/helper", "").await.body;
    let protocol = Protocol::read(&trial.protocol).unwrap();
    let filling = protocol.capsules.clone().unwrap();
    // The rows stand in the sealed order.
    let arms = protocol.design.arms(&trial.seed);
    let rows: Vec<&str> = sheet.split("<tr><th scope=\"row\">").skip(1).collect();
    assert_eq!(rows.len(), 12);
    assert!(sheet.contains(&filling.how), "{sheet}");
    for (turn, row) in rows.iter().enumerate() {
        let with = if arms[14 * turn] { "<b>Magnesium</b>" } else { "<td>Dummy</td>" };
        assert!(row.contains(with), "box {}: {row}", turn + 1);
    }
    for _ in 0..2 {
        let again = home.app.post("/trial/helper", "").await.body;
        assert!(again.contains("The sheet was shown already") && !again.contains("Fill it with"), "{again}");
    }
    let page = home.app.get("/trial/helper").await.body;
    assert!(page.contains("It was shown on 24 November 2026, 08:00."), "{page}");
    assert!(!home.app.get("/trial").await.body.contains("Your helper has not seen the sheet."));
    let entries = home.store.entries(&home.access).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| matches!(entry.new.body, Body::Opened { .. })).count(), 1);
    assert!(entries.iter().all(|entry| !entry.disputed));
}

#[tokio::test]
async fn nothing_gives_the_arm_away_before_the_end() {
    let mut home = magnesium().await;
    let trial = blinded(&mut home).await;
    let protocol = Protocol::read(&trial.protocol).unwrap();
    live(&home, &trial, 84, after_three_pairs()).await;
    for clock in [in_the_third_box as fn() -> Timestamp, after_three_pairs] {
        let mut later = at(&home, clock).await;
        for path in ["/trial", "/log", "/log/export.json", "/data/charley.json"] {
            let page = later.get(path).await.body;
            assert!(!page.contains(&charley_records::secret::hex(&trial.seed)), "{path}");
            // The protocol in the export names what there is for each arm, but not when.
            if path == "/data/charley.json" {
                continue;
            }
            let arms = [&protocol.on, &protocol.off, "Fill it with"];
            for word in arms.into_iter().chain(["class=\"with\"", "url(#on)"]) {
                assert!(!page.contains(word), "{path}: {word}");
            }
        }
        assert_eq!(later.get(&format!("/trial/{}/nights.json", trial.id)).await.status, StatusCode::NOT_FOUND);
    }
    let mut later = at(&home, in_the_third_box).await;
    let page = later.get("/trial").await.body;
    assert!(page.contains("Tonight: box 3") && page.contains("Did you do it?"), "{page}");
    let mut later = at(&home, after_three_pairs).await;
    let page = later.get("/trial").await.body;
    assert!(page.contains("Which turn is which stays secret until the end."), "the strip shows no arms: {page}");
    assert!(!page.contains("Show as a table"), "{page}");
}

#[tokio::test]
async fn each_night_may_be_guessed_and_the_last_word_holds() {
    let mut home = magnesium().await;
    blinded(&mut home).await;
    let clocks: [fn() -> Timestamp; 3] = [
        in_the_third_box,
        || in_the_third_box() + jiff::SignedDuration::from_mins(1),
        || in_the_third_box() + jiff::SignedDuration::from_mins(2),
    ];
    let guesses = [("remedy", "the remedy"), ("dummy", "the dummy"), ("unknown", "I don’t know")];
    for (clock, (guess, said)) in clocks.into_iter().zip(guesses) {
        let mut later = at(&home, clock).await;
        let form = format!("{}&guess={guess}", hidden(&later.get("/trial").await.body, "/trial/guess"));
        assert_eq!(later.post("/trial/guess", &form).await.to(), "/trial");
        let page = later.get("/trial").await.body;
        assert!(page.contains(&format!("You said: {said}.")), "{page}");
    }
    let mut later = at(&home, clocks[2]).await;
    let form = format!("{}&guess=both", hidden(&later.get("/trial").await.body, "/trial/guess"));
    assert_eq!(later.post("/trial/guess", &form).await.status, StatusCode::BAD_REQUEST);
    // Taking a capsule is not taking the remedy.
    let form = format!("{}&done=yes", hidden(&later.get("/trial").await.body, "/trial/done"));
    later.post("/trial/done", &form).await;
    let kept = home.store.entries(&home.access).await.unwrap();
    assert!(kept.iter().any(
        |entry| matches!(&entry.new.body, Body::Exposure { what, done: true, .. } if what == "magnesium_capsule")
    ));
}

/// Guesses every night; `right` says for each pair whether the guess is right.
async fn guess(home: &Household, trial: &Trial, right: impl Fn(usize) -> bool) {
    let design = Protocol::read(&trial.protocol).unwrap().design;
    let arms = design.arms(&trial.seed);
    let entries: Vec<NewEntry> = (0..design.nights())
        .map(|night| {
            let date = design.first_night.saturating_add(i64::try_from(night).unwrap().days());
            let arm = arms[night] == right(night / 28);
            NewEntry {
                id: EntryId(ids::random().unwrap()),
                at: date.at(22, 0, 0, 0).in_tz("Europe/London").unwrap().timestamp(),
                zone: "Europe/London".to_owned(),
                body: Body::Guess { night: date.to_string(), arm: Some(u8::from(arm)) },
            }
        })
        .collect();
    home.store.append(&home.access, &entries, after_all()).await.unwrap();
}

/// Lives a blinded trial to its end and reads the answer.
async fn answer(right: impl Fn(usize) -> bool) -> String {
    let mut home = magnesium().await;
    let trial = blinded(&mut home).await;
    home.app.post("/trial/helper", "").await;
    live(&home, &trial, 168, after_all()).await;
    guess(&home, &trial, right).await;
    let mut later = at(&home, after_all).await;
    let to = later.post("/trial/end", "").await.to().to_owned();
    let file = later.get(&format!("{to}/nights.json")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&file.body).unwrap()["guess"].as_array().unwrap().len(), 168);
    later.get(&to).await.body
}

#[tokio::test]
async fn guesses_no_better_than_a_coin_leave_no_room_for_expectation() {
    let page = answer(|pair| pair % 2 == 0).await;
    assert!(page.contains("It helps</h1>"), "{page}");
    assert!(page.contains("the dummy kept its secret"), "{page}");
    assert!(page.contains("In 3 of 6 pairs of turns most guesses were right."), "{page}");
    assert!(page.contains("12 to 88 in 100 (95 % range)"), "{page}");
    assert!(!page.contains("You knew which nights were which") && !page.contains("may be expectation"), "{page}");
    assert!(page.contains("What was in the boxes"), "{page}");
}

#[tokio::test]
async fn guesses_that_beat_a_coin_are_said() {
    let page = answer(|_| true).await;
    assert!(page.contains("You may have known which nights were which, so part of this may be expectation."), "{page}");
    assert!(page.contains("In 6 of 6 pairs of turns most guesses were right."), "{page}");
}

#[tokio::test]
async fn harm_breaks_the_secret_at_once() {
    let mut home = magnesium().await;
    blinded(&mut home).await;
    let mut later = at(&home, in_the_third_box).await;
    let form = format!("{}&what=fell", hidden(&later.get("/trial/harm").await.body, "/trial/harm"));
    let to = later.post("/trial/harm", &form).await.to().to_owned();
    let page = later.get(&to).await.body;
    assert!(
        page.contains("<details open><summary>What was in the boxes") && page.contains("Talk to someone"),
        "{page}"
    );
}

#[tokio::test]
async fn a_member_of_the_household_cannot_open_the_sheet() {
    let mut home = magnesium().await;
    blinded(&mut home).await;
    let mut member = home.member().await;
    assert_eq!(member.post("/trial/helper", "").await.status, StatusCode::FORBIDDEN);
    assert!(!member.get("/trial/helper").await.body.contains("Fill it with"));
}

#[tokio::test]
async fn protocols_of_older_releases_are_read() {
    let mut home = magnesium().await;
    let trial = start(&mut home, "loose_bedding_feet_up", 6).await;
    let old: serde_json::Value = serde_json::from_str(&trial.protocol).unwrap();
    assert!(old.get("capsules").is_none(), "what an older release did not write is not written: {old}");
    assert!(Protocol::read(&trial.protocol).unwrap().capsules.is_none());
    assert!(morning() < after_all());
}
