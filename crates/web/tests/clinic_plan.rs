//! From the plan to its outcome: gates, signature, the person's copy, treatments, follow-up.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

#[path = "clinic/chart.rs"]
mod chart;
mod common;
#[path = "clinic/world.rs"]
mod world;

use axum::http::StatusCode;
use charley_clinic::plan::MOST_CHOSEN;
use charley_records::clinic::documents::DocumentKind;
use charley_records::clinic::follow_up::{self, FollowUpState};
use charley_records::diary::Side;
use chart::{Chart, bare};
use world::between;

/// What has to be known before anything is offered.
const KNOWN: &str = "base=0&leg_cramps=yes&age=66&sex=female&visible_varicose_veins=yes";

/// Nothing in a month of nights but a cramp of the left leg each second night.
const NIGHT: [&[Side]; 2] = [&[Side::Left], &[]];

#[tokio::test]
async fn a_plan_reaches_the_person_when_it_is_signed_and_not_before() {
    let mut chart = Chart::new().await;
    chart.keep("intake", KNOWN).await;
    let mut person = chart.world.person().await;
    assert!(person.get("/plan").await.body.contains("There is no signed plan yet"));
    let form = "goals=To+sleep+through%0ATo+walk+to+the+shop&began=2026-11-24&chosen=stretch_calf_hamstring&\
                note.stretch_calf_hamstring=At+the+wall+by+the+bed&advice=Call+us+when+it+gets+worse.";
    chart.keep("plan", &format!("base=0&{form}")).await;
    let page = chart.see("plan").await;
    assert!(page.contains("value=\"stretch_calf_hamstring\" checked") && page.contains("Sign version 1"), "{page}");
    assert!(person.get("/plan").await.body.contains("There is no signed plan yet"), "not signed");
    assert!(chart.see("plan/copy").await.contains("Not signed"));

    chart.keep("plan/sign", "version=1").await;
    let own = bare(&person.get("/plan").await.body);
    for words in ["To sleep through", "At the wall by the bed", "Call us when it gets worse.", "Hill Street"] {
        assert!(own.contains(words), "{words}: {own}");
    }
    let copy = bare(&chart.see("plan/copy").await);
    assert!(copy.contains("signed on") && copy.contains("At the wall by the bed"), "{copy}");

    // A version that nobody signed changes nothing for the person; signing an old one is refused.
    chart.keep("plan", &format!("base=1&{}", form.replace("sleep+through", "rest"))).await;
    assert!(!person.get("/plan").await.body.contains("To rest"));
    assert!(chart.refuse("plan/sign", "version=1").await.contains("Read the newest version"));
    assert!(!person.get("/plan").await.body.contains("To rest"));
    chart.keep("plan/sign", "version=2").await;
    assert!(person.get("/plan").await.body.contains("To rest"));
    // Ending sharing does not take the plan away.
    chart.world.store.end_sharing(&chart.world.ann.2, chart.world.clinic.id, world::now()).await.unwrap();
    assert!(person.get("/plan").await.body.contains("To rest"));
    assert!(chart.world.nobody().get("/plan").await.to().starts_with("/sign-in"));
}

#[tokio::test]
async fn what_the_person_reads_is_in_short_sentences() {
    let mut chart = Chart::new().await;
    assert!(chart.see("plan").await.contains("Nothing is offered yet"));
    chart.keep("intake", KNOWN).await;
    let page = chart.see("plan").await;
    let all: Vec<&str> =
        page.split("name=\"chosen\" value=\"").skip(1).map(|part| part.split('"').next().unwrap()).collect();
    assert!(all.len() > 10, "{all:?}");
    let chosen: String = all.iter().take(MOST_CHOSEN).map(|id| format!("&chosen={id}")).collect();
    chart.keep("plan", &format!("base=0&goals=Sleep&began=2026-11-24{chosen}")).await;
    chart.keep("plan/sign", "version=1").await;
    let own = chart.world.person().await.get("/plan").await.body;
    let letter = between(&own, "<article", "</article>");
    let text: String = letter.replace("</li>", ".").replace("</h3>", ".").replace("</h2>", ".").replace("</p>", ".");
    for sentence in bare(&text).split(['.', '?', '!', ':', ';']) {
        let words = sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
        assert!(words <= 20, "{words}: {sentence}");
    }
    assert!(!bare(letter).to_lowercase().contains("stop taking"), "{letter}");
}

#[tokio::test]
async fn a_plan_needs_a_goal_and_takes_nothing_that_is_gated() {
    let mut chart = Chart::new().await;
    chart.keep("intake", KNOWN).await;
    let page = chart.refuse("plan", "base=0&began=2026-11-24").await;
    assert!(page.contains("href=\"#goals\""), "{page}");
    let page = chart.refuse("plan", "base=0&goals=Sleep&began=2026-11-24&chosen=snake_oil").await;
    assert!(page.contains("href=\"#chosen\""), "{page}");
    assert_eq!(chart.version(DocumentKind::Plan).await, 0);
    // Chosen while it was open; then the arteries are measured, and the signature is refused.
    chart.keep("plan", "base=0&goals=Sleep&began=2026-11-24&chosen=compression_stockings").await;
    chart.keep("vascular", "base=0&date=2026-11-20&arms.left=120&left.dp=50&left.pt=40").await;
    let page = chart.refuse("plan/sign", "version=1").await;
    assert!(page.contains("href=\"#chosen\""), "{page}");
    let care = chart.care().await;
    assert!(chart.world.store.follow_ups(&care).await.unwrap().is_empty(), "nothing was planned");
}

#[tokio::test]
async fn follow_ups_are_due_recorded_or_lost_and_counted_with_their_denominators() {
    assert_eq!(charley_clinic::plan::WEEKS, follow_up::WEEKS, "the copy names the weeks that are planned");
    let mut chart = Chart::new().await;
    let nights: Vec<&[Side]> = (0..40).map(|at| NIGHT[at % 2]).collect();
    chart.nights(&nights).await;
    chart.keep("plan", "base=0&goals=Sleep&began=2026-10-20").await;
    chart.keep("plan/sign", "version=1").await;
    let list = chart.app.get("/clinic/follow-up").await.body;
    assert!(list.contains("overdue: 7 days"), "{list}");
    let path = between(&list, "<a href=\"/clinic/people/", "\"").split_once('/').unwrap().1.to_owned();
    let page = chart.see(&path).await;
    assert!(bare(&page).contains("From the night log: 7 cramps in 14 recorded nights"), "{page}");
    assert!(page.contains("name=\"cramps\" inputmode=\"numeric\" value=\"7\""), "{page}");

    let half = chart.refuse(&path, "state=done&cramps=3&asked_harm=yes").await;
    assert!(half.contains("Fill in both, or neither") && half.contains("value=\"3\""), "{half}");
    let many = chart.refuse(&path, "state=done&cramps=3&nights=14&sleep=11").await;
    assert!(many.contains("href=\"#sleep\""), "{many}");
    assert_eq!(chart.send(&path, "state=forgotten").await.status, StatusCode::BAD_REQUEST);
    let reply = chart.send(&path, "state=lost").await;
    assert_eq!(reply.to(), "/clinic/follow-up");
    let outcomes = bare(&chart.app.get("/clinic/outcomes").await.body);
    assert!(outcomes.contains("After 4 weeks: 1 due"), "{outcomes}");
    assert!(between(&outcomes, "Lost, of all due", "Declined").contains("1 of 1"), "{outcomes}");
    assert!(between(&outcomes, "Answered, of all due", "Improved").contains("0 of 1"), "{outcomes}");
    assert!(!outcomes.contains("Ann"), "no names");

    // Somebody who was lost comes back.
    let done = "state=done&cramps=2&nights=14&sleep=3&change=better&asked_harm=yes&harm=A+fall";
    chart.send(&path, done).await;
    let page = chart.app.get("/clinic/outcomes").await.body;
    let outcomes = bare(&page);
    let share = between(&outcomes, "Improved, of those who answered", "Improved, of all due");
    assert!(share.contains("1 of 1") && share.contains("to"), "a share carries its interval: {share}");
    assert!(between(&outcomes, "Something bad happened, of those asked", "Sleep").contains("1 of 1"), "{outcomes}");
    assert!(page.contains("<svg class=\"funnel\"") && page.contains("<svg class=\"series\""), "{page}");
    assert!(chart.app.get("/clinic/follow-up").await.body.contains("Nobody is due"));
    assert!(bare(&chart.see(&path).await).contains("A fall") || chart.see(&path).await.contains("value=\"A fall\""));
    let all = chart.world.store.follow_ups(&chart.care().await).await.unwrap();
    assert_eq!(all.iter().map(|one| one.state).filter(|state| *state == FollowUpState::Due).count(), 3);
}

#[tokio::test]
async fn each_leg_is_counted_around_a_treatment_with_the_other_as_control() {
    let mut chart = Chart::new().await;
    // 60 nights with a cramp of the left leg each second night, then 40 without; the right leg each fourth throughout.
    let nights: Vec<&[Side]> = (0..100)
        .map(|at| -> &[Side] {
            match (at < 60 && at % 2 == 0, at % 4 == 0) {
                (true, true) => &[Side::Left, Side::Right],
                (true, false) => &[Side::Left],
                (false, true) => &[Side::Right],
                (false, false) => &[],
            }
        })
        .collect();
    chart.nights(&nights).await;
    let missing = chart.refuse("treatments", "base=0&date=2026-10-15").await;
    assert!(missing.contains("href=\"#leg\"") && missing.contains("href=\"#procedure\""), "{missing}");
    chart.keep("treatments", "base=0&leg=left&procedure=laser&date=2026-10-15&note=Great+saphenous").await;
    let whole = chart.see("treatments").await;
    let page = bare(&whole);
    assert!(page.contains("Left leg, treated") && page.contains("Right leg, not treated"), "{page}");
    assert!(page.contains("The other leg was not treated in these nights: it is the control."), "{page}");
    let left = bare(between(&whole, "<caption class=\"hide\">Left leg, treated</caption>", "</table>"));
    let (before, after) = left.split_once("After").unwrap();
    assert!(before.contains("7 in 14 nights") && after.contains("0 in 14 nights"), "{left}");
    assert!(left.matches(" to ").count() >= 5, "each rate carries its range: {left}");
    assert!(
        page.contains("It does not show what the treatment did.") && page.contains("Nothing was compared"),
        "{page}"
    );
    let stale = chart.send("treatments", "base=0&leg=right&procedure=foam&date=2026-11-01").await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    chart.keep("treatments/remove", "base=1&at=0").await;
    assert!(chart.see("treatments").await.contains("No treatment is recorded"));
}
