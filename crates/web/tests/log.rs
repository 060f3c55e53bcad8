//! The night log in a browser: one tap, undo, edit, past nights, files, urgency.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "log/household.rs"]
mod household;

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use charley_records::diary::{Body, Cramps, NightReport};
use household::{Household, cramp, hidden};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// Taps an answer for last night and follows to the page.
async fn tap(home: &mut Household, answer: &str) -> String {
    let page = home.app.get("/log").await.body;
    let reply = home.app.post("/log/last", &format!("{}&cramps={answer}", hidden(&page, "/log/last"))).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    home.app.get(reply.to()).await.body
}

fn report(night: Date, cramps: Cramps) -> Body {
    Body::Night(NightReport { night: night.to_string(), cramps, sleep: None, pain: None, by_partner: false })
}

#[tokio::test]
async fn the_log_is_for_those_who_signed_in() {
    let home = Household::new().await;
    let mut stranger = home.app.stranger();
    for path in ["/log", "/log/past", "/log/export.json", "/log/night/2026-11-23"] {
        let reply = stranger.get(path).await;
        assert!(reply.to().starts_with("/sign-in"), "{path}: {}", reply.status);
    }
}

#[tokio::test]
async fn a_member_of_the_household_reads_and_does_not_write() {
    let mut home = Household::new().await;
    tap(&mut home, "one").await;
    let mut member = home.member().await;
    let page = member.get("/log").await;
    assert!(page.body.contains("You may read this log.") && !page.body.contains("/log/last"), "{}", page.body);
    let night = member.get("/log/night/2026-11-23").await;
    assert!(night.body.contains("Now: <b>1 cramp</b>") && !night.body.contains("Save this night"));
    for path in ["/log/past", "/log/change", "/log/import", "/log/night/2026-11-23/cramp"] {
        assert_eq!(member.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let form = "id=7b0c8e9a-58d8-4d0c-9c0e-0d3f7b1f2a10&at=2026-11-24T06:00:00Z&night=2026-11-23&cramps=none";
    assert_eq!(member.post("/log/last", form).await.status, StatusCode::FORBIDDEN);
    assert_eq!(home.entries().await, 1);
}

#[tokio::test]
async fn without_a_store_there_is_no_log() {
    let mut app = common::App::new();
    app.put_cookie(charley_web::cookies::SIGNED_IN, "x");
    assert_eq!(app.get("/log").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_empty_log_says_what_to_do() {
    let mut home = Household::new().await;
    let page = home.app.get("/log").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("No nights yet."));
    assert!(page.body.contains("Monday 23 to Tuesday 24 November 2026"));
}

#[tokio::test]
async fn one_tap_undo_and_back_again() {
    let mut home = Household::new().await;
    let page = tap(&mut home, "one").await;
    assert!(
        page.contains("Recorded: 1 cramp.") && page.contains("Saved: 1 cramp, night of 23 November 2026."),
        "{page}"
    );
    let reply = home.app.post("/log/undo", &hidden(&page, "/log/undo")).await;
    let page = home.app.get(reply.to()).await.body;
    assert!(page.contains("Taken back.") && !page.contains("Recorded:"));
    let reply = home.app.post("/log/undo", &hidden(&page, "/log/undo")).await;
    let page = home.app.get(reply.to()).await.body;
    assert!(page.contains("Recorded: 1 cramp."));
    let page = tap(&mut home, "none").await;
    assert!(page.contains("Recorded: no cramp."));
    // The undo of an edit brings the word before it.
    let reply = home.app.post("/log/undo", &hidden(&page, "/log/undo")).await;
    assert!(home.app.get(reply.to()).await.body.contains("Recorded: 1 cramp."));
}

#[tokio::test]
async fn a_form_sent_twice_is_one_entry_and_other_words_are_another() {
    let mut home = Household::new().await;
    let page = home.app.get("/log").await.body;
    let form = hidden(&page, "/log/last");
    let first = home.app.post("/log/last", &format!("{form}&cramps=one")).await;
    let second = home.app.post("/log/last", &format!("{form}&cramps=one")).await;
    assert_eq!((first.to(), home.entries().await), (second.to(), 1));
    // Back in the browser, another answer from the same page.
    home.app.post("/log/last", &format!("{form}&cramps=more")).await;
    assert_eq!(home.entries().await, 2);
    assert!(home.app.get("/log").await.body.contains("Recorded: 2 cramps or more."));
}

#[tokio::test]
async fn two_devices_at_once_lose_nothing() {
    let mut home = Household::new().await;
    let mut other = home.second_browser().await;
    let one = home.app.get("/log").await.body;
    let two = other.get("/log").await.body;
    let (one, two) = (hidden(&one, "/log/last"), hidden(&two, "/log/last"));
    let (one, two) = (format!("{one}&cramps=one"), format!("{two}&cramps=none"));
    let (a, b) = tokio::join!(home.app.post("/log/last", &one), other.post("/log/last", &two));
    assert_eq!((a.status, b.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    assert_eq!(home.entries().await, 2);
    let here = home.app.get("/log").await.body;
    let there = other.get("/log").await.body;
    let said = |page: &str| page.split("Recorded: ").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(said(&here), said(&there));
}

#[tokio::test]
async fn a_page_that_lay_open_has_the_last_word() {
    let mut home = Household::new().await;
    home.tell(&[("2026-11-24T07:59:59.999Z", report(date(2026, 11, 23), Cramps::Exactly(3)))]).await;
    let form = "id=7b0c8e9a-58d8-4d0c-9c0e-0d3f7b1f2a10&at=2026-11-24T06:00:00Z&night=2026-11-23";
    home.app.post("/log/last", &format!("{form}&cramps=none")).await;
    assert!(home.app.get("/log").await.body.contains("Recorded: no cramp."));
}

#[tokio::test]
async fn a_night_in_full() {
    let mut home = Household::new().await;
    let page = home.app.get("/log/night/2026-11-23").await.body;
    let form = hidden(&page, "");
    let reply =
        home.app.post("/log/night/2026-11-23", &format!("{form}&cramps=3&sleep=7&did=stretch&by_partner=1")).await;
    let page = home.app.get(reply.to()).await.body;
    assert!(page.contains("Now: <b>3 cramps</b>") && page.contains("Saved: 2 notes."));
    assert!(
        page.contains("id=\"sleep-7\" value=\"7\" checked") && page.contains("id=\"by_partner-1\" value=\"1\" checked")
    );
    // Unticking says that it was not done; nothing is said of what was never ticked.
    let form = hidden(&page, "");
    home.app.post("/log/night/2026-11-23", &format!("{form}&cramps=3&sleep=7&by_partner=1")).await;
    assert_eq!(home.entries().await, 3);
}

#[tokio::test]
async fn cramps_of_a_night_are_added_changed_and_taken_back() {
    let mut home = Household::new().await;
    let path = "/log/night/2026-11-23/cramp";
    let page = home.app.get(path).await.body;
    let words = "time=02:15&minutes=5&side=left&muscle=calf&pain=7&relief=stretch&relief=rubbing";
    let reply = home.app.post(path, &format!("{}&{words}", hidden(&page, ""))).await;
    let page = home.app.get(reply.to()).await.body;
    let text = "<b>02:15</b>: 5 minutes; left calf; pain 7 of 10; stopped by: stretching, rubbing";
    assert!(page.contains(text) && page.contains("Now: <b>1 cramp</b>"), "{page}");
    let edit = page.split("cramp?edit=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = home.app.get(&format!("{path}?edit={edit}")).await.body;
    assert!(page.contains("value=\"02:15\"") && page.contains("id=\"relief-rubbing\" value=\"rubbing\" checked"));
    let reply = home.app.post(path, &format!("{}&time=02:15&minutes=9", hidden(&page, ""))).await;
    let page = home.app.get(reply.to()).await.body;
    assert!(page.contains("<b>02:15</b>: 9 minutes</p>"), "{page}");
    let take = page[page.find("Take back").unwrap() - 600..].to_owned();
    let reply = home.app.post("/log/undo", &hidden(&take, "/log/undo")).await;
    assert!(home.app.get(reply.to()).await.body.contains("None for this night."));
}

#[tokio::test]
async fn bad_cramps_are_refused_in_words() {
    let mut home = Household::new().await;
    let path = "/log/night/2026-11-23/cramp";
    let page = home.app.get(path).await.body;
    let form = hidden(&page, "");
    for (words, problem) in [
        ("time=", "Say about when it began"),
        ("time=25:00", "Write the time like 02:15"),
        ("time=11:00", "That time has not come yet"),
        ("time=02:15&minutes=0", "Write the minutes as a number"),
        ("time=02:15&minutes=NaN", "Write the minutes as a number"),
    ] {
        let reply = home.app.post(path, &format!("{form}&{words}")).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(reply.body.contains(problem), "{words}: {}", reply.body);
    }
    for bad in ["time=02:15&pain=11", "time=02:15&side=middle", "time=02:15&relief=gin"] {
        assert_eq!(home.app.post(path, &format!("{form}&{bad}")).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    assert_eq!(home.entries().await, 0);
    for address in ["2026-11-24x", "2026-11-25", "2026-02-30", "1890-01-01", "%2e%2e"] {
        let reply = home.app.get(&format!("/log/night/{address}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn a_cramp_beats_no_cramp_and_the_page_says_so() {
    let mut home = Household::new().await;
    home.tell(&[("2026-11-24T02:00:00Z", cramp(4.0, false))]).await;
    let page = tap(&mut home, "none").await;
    assert!(page.contains("you said “none”, and a cramp is logged"));
    assert!(page.contains("Recorded: 1 cramp."));
}

#[tokio::test]
async fn past_nights_in_one_go() {
    let mut home = Household::new().await;
    let page = home.app.get("/log/past").await;
    assert!(page.body.len() < 32_000, "{} bytes", page.body.len());
    assert_eq!(page.body.matches("<fieldset").count(), 28);
    let form = hidden(&page.body, "");
    let answers = "night-2026-11-22=none&night-2026-11-21=more&night-2026-11-20=unknown";
    let reply = home.app.post("/log/past", &format!("{form}&{answers}")).await;
    home.app.post("/log/past", &format!("{form}&{answers}")).await;
    assert_eq!(home.entries().await, 3);
    let page = home.app.get(reply.to()).await.body;
    assert!(page.contains("Saved: 3 notes.") && page.contains("2 nights recorded."));
    let past = home.app.get("/log/past").await.body;
    assert_eq!(past.matches("<fieldset").count(), 26);
    let reply = home.app.post("/log/undo", &hidden(&page, "/log/undo")).await;
    assert!(home.app.get(reply.to()).await.body.contains("Taken back: 3 notes."));
    assert_eq!(home.app.get("/log/past").await.body.matches("<fieldset").count(), 28);
}

#[tokio::test]
async fn changes_are_marked_and_compared_without_a_cause() {
    let mut home = Household::new().await;
    for back in 1..=50_i32 {
        let night = date(2026, 11, 24) - back.days();
        let cramps = if back > 20 && back % 2 == 0 { Cramps::Exactly(1) } else { Cramps::Exactly(0) };
        home.tell(&[("2026-11-24T07:00:00Z", report(night, cramps))]).await;
    }
    let page = home.app.get("/log/change").await.body;
    let form = hidden(&page, "");
    for (words, problem) in [
        ("what=&how=started&date=2026-11-04", "Say what changed"),
        ("what=Magnesium&date=2026-11-04", "Say if it started"),
        ("what=Magnesium&how=started&date=", "Give the day"),
        ("what=Magnesium&how=started&date=2026-11-25", "in the future"),
    ] {
        let reply = home.app.post("/log/change", &format!("{form}&{words}")).await;
        assert!(reply.body.contains(problem), "{words}");
    }
    let reply =
        home.app.post("/log/change", &format!("{form}&what=%3Cb%3EMagnesium&how=started&date=2026-11-04")).await;
    let page = home.app.get(reply.to()).await.body;
    assert!(page.contains("Started: &#60;b&#62;Magnesium"), "{page}");
    assert!(page.contains("class=\"cut\""));
    let since = home.app.get("/log/since?date=2026-11-04").await.body;
    assert!(since.contains("Before and after is not proof.") && since.contains("28 to 36 in 100"));
    assert!(since.contains("28 nights recorded.") && since.contains("20 nights recorded."));
    for word in ["helped", "worked", "because of", "caused by", "%"] {
        assert!(!since.contains(word), "{word}");
    }
    assert!(home.app.get("/log/since?date=2026-12-04").await.body.contains("in the future"));
    assert!(home.app.get("/log/since?date=soon").await.body.contains("Give the day"));
}

#[tokio::test]
async fn ten_thousand_cramps_stay_quick_and_small() {
    let mut home = Household::new().await;
    let one_night: Vec<(String, Body)> = (0..300)
        .map(|n| (format!("2026-11-24T0{}:{:02}:{:02}Z", n / 60 % 7, n % 60, n % 60), cramp(2.0, false)))
        .collect();
    let others: Vec<(String, Body)> = (0..9_700_i32)
        .map(|n| {
            let day = date(2026, 11, 22) - (n / 10).days();
            (format!("{day}T0{}:{:02}:00Z", n % 7, n % 60), cramp(3.0, false))
        })
        .collect();
    let all: Vec<(&str, Body)> =
        one_night.iter().chain(&others).map(|(at, body)| (at.as_str(), body.clone())).collect();
    home.tell(&all).await;
    assert_eq!(home.entries().await, 10_000);
    let styles: usize = {
        let mut sum = 0;
        for name in ["base.css", "govuk-subset.css", "forms.css", "log.css", "charley.js"] {
            sum += home.app.get(&format!("/assets/{name}")).await.body.len();
        }
        sum
    };
    for path in ["/log", "/log/night/2026-11-23", "/log/past", "/log/since?date=2026-11-01"] {
        let before = Instant::now();
        let page = home.app.get(path).await;
        let took = before.elapsed();
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.len() + styles < 60_000, "{path}: {} and {styles} bytes", page.body.len());
        assert!(took < Duration::from_secs(3), "{path}: {took:?}");
        eprintln!("{path}: {} + {styles} bytes, {took:?}", page.body.len());
    }
}

#[tokio::test]
async fn long_cramps_that_come_back_ask_for_a_visit() {
    let mut home = Household::new().await;
    home.tell(&[("2026-11-20T02:00:00Z", cramp(14.0, false))]).await;
    assert!(!home.app.get("/log").await.body.contains("care--"), "one long cramp that went is no rule");
    home.tell(&[("2026-11-22T02:00:00Z", cramp(12.0, false))]).await;
    let page = home.app.get("/log").await.body;
    assert!(page.contains("care--book") && page.contains("Cramps over 10 minutes that keep coming back"), "{page}");
    assert!(page.contains("Look at the danger signs, then book a visit"));
}

#[tokio::test]
async fn three_nights_a_week_for_four_weeks_ask_for_a_visit() {
    let mut home = Household::new().await;
    let nights = (1..=28_i32).filter(|back| back % 2 == 0);
    for back in nights.clone().skip(1) {
        home.tell(&[("2026-11-24T07:00:00Z", report(date(2026, 11, 24) - back.days(), Cramps::Exactly(1)))]).await;
    }
    let page = home.app.get("/log").await.body;
    assert!(!page.contains("care--"), "two nights in the last week");
    home.tell(&[("2026-11-24T07:00:00Z", report(date(2026, 11, 22), Cramps::TwoOrMore))]).await;
    let page = home.app.get("/log").await.body;
    assert!(page.contains("care--book") && page.contains("3 or more nights a week"), "{page}");
}

#[tokio::test]
async fn a_danger_tick_calls_today_and_asks_for_help_later() {
    let mut home = Household::new().await;
    home.tell(&[("2026-11-24T03:00:00Z", cramp(8.0, true))]).await;
    for path in ["/log", "/log/night/2026-11-23"] {
        let page = home.app.get(path).await.body;
        assert!(page.contains("care--call") && page.contains("Call 999 now"), "{path}: {page}");
    }
    let mut later = Household::new().await;
    later.tell(&[("2026-11-20T03:00:00Z", cramp(8.0, true)), ("2026-11-21T03:00:00Z", cramp(3.0, false))]).await;
    let page = later.app.get("/log").await.body;
    assert!(page.contains("care--today"), "a harmless cramp since then lowers nothing");
    let mut old = Household::new().await;
    old.tell(&[("2026-09-20T03:00:00Z", cramp(8.0, true))]).await;
    assert!(!old.app.get("/log").await.body.contains("care--"));
}

#[tokio::test]
async fn a_swollen_leg_asks_to_be_seen_today_until_the_tick_is_taken_away() {
    let mut home = Household::new().await;
    let path = "/log/night/2026-11-20";
    let page = home.app.get(path).await.body;
    assert!(page.contains("One leg was newly swollen") && !page.contains("care--"), "{page}");
    // Without a count: the sign does not wait for it.
    let reply = home.app.post(path, &format!("{}&leg_swollen=1", hidden(&page, ""))).await;
    let page = home.app.get(reply.to()).await.body;
    assert!(page.contains("Saved: one leg newly swollen, night of 20 November 2026."), "{page}");
    assert!(page.contains("id=\"leg_swollen-1\" value=\"1\" checked") && page.contains("Now: <b>not recorded</b>"));
    for path in ["/log", path] {
        let page = home.app.get(path).await.body;
        assert!(page.contains("care--today") && page.contains("This may be a clot in a deep vein."), "{path}: {page}");
        assert!(page.contains("It was for the night from Friday 20 to Saturday 21 November 2026."), "{path}");
    }
    // A tick in a cramp of last night goes before it, and takes nothing of it away.
    home.tell(&[("2026-11-24T03:00:00Z", cramp(8.0, true))]).await;
    let both = home.app.get("/log").await.body;
    assert!(both.contains("care--call") && both.contains("This may be a clot in a deep vein."), "{both}");
    let mut other = Household::new().await;
    let page = other.app.get(path).await.body;
    let reply = other.app.post(path, &format!("{}&cramps=none&leg_swollen=1", hidden(&page, ""))).await;
    let page = other.app.get(reply.to()).await.body;
    other.app.post(path, &format!("{}&cramps=none", hidden(&page, ""))).await;
    assert_eq!(other.entries().await, 3);
    let page = other.app.get("/log").await.body;
    assert!(!page.contains("care--"), "{page}");
    let mut old = Household::new().await;
    let told = Body::LegSwollen { night: "2026-09-20".to_owned(), swollen: true };
    old.tell(&[("2026-09-21T06:00:00Z", told)]).await;
    assert!(!old.app.get("/log").await.body.contains("care--"));
}

#[tokio::test]
async fn reminders_learn_whether_a_night_is_told_and_the_list_says_that_they_looked() {
    use charley_jobs::run::Diaries as _;
    let mut home = Household::new().await;
    home.tell(&[("2026-11-21T02:00:00Z", cramp(4.0, false))]).await;
    home.tell(&[("2026-11-24T06:00:00Z", report(date(2026, 11, 21), Cramps::Exactly(0)))]).await;
    home.tell(&[("2026-11-24T06:00:00Z", report(date(2026, 11, 22), Cramps::Unknown))]).await;
    let swollen = Body::LegSwollen { night: "2026-11-19".to_owned(), swollen: true };
    home.tell(&[("2026-11-24T06:00:00Z", swollen)]).await;
    let told = async |night| {
        let kept = charley_web::log::told::Kept;
        kept.told(&home.store, home.person.id, night, household::morning()).await.unwrap()
    };
    let mut found = Vec::new();
    for day in 19..=23 {
        found.push(told(date(2026, 11, day)).await);
    }
    // A sign alone is no word on how the night was.
    assert_eq!(found, [false, true, true, true, false]);
    let looks = home.app.get("/data").await.body;
    assert!(looks.contains("<td>Charley itself</td><td>Read the nights"), "{looks}");
}

#[tokio::test]
async fn no_page_says_that_all_is_well() {
    let mut home = Household::new().await;
    for back in 1..=28_i32 {
        home.tell(&[("2026-11-24T07:00:00Z", report(date(2026, 11, 24) - back.days(), Cramps::Exactly(0)))]).await;
    }
    for path in ["/log", "/log/night/2026-11-23", "/log/past", "/log/since?date=2026-11-10"] {
        let page = home.app.get(path).await.body.to_lowercase();
        for words in ["you are fine", "streak", "well done", "keep it up", "nothing to worry"] {
            assert!(!page.contains(words), "{path}: {words}");
        }
    }
    let page = home.app.get("/log").await.body;
    assert!(
        page.contains("28 nights recorded. 28 of them free of cramps.") && page.contains("(likely 0 to 2)"),
        "{page}"
    );
}

#[tokio::test]
async fn clocks_that_change_and_other_zones() {
    let mut home = Household::at("Europe/London", || "2026-10-25T09:00:00Z".parse().unwrap()).await;
    // 01:30 comes twice in this night: two cramps an hour apart.
    home.tell(&[("2026-10-25T00:30:00Z", cramp(2.0, false)), ("2026-10-25T01:30:00Z", cramp(2.0, false))]).await;
    let page = home.app.get("/log/night/2026-10-24").await.body;
    assert!(page.contains("Now: <b>2 cramps</b>"));
    assert_eq!(page.matches("<b>01:30</b>").count(), 2);
    // A cramp logged on a journey stays in the night of the place and shows its clock.
    let away = charley_records::diary::NewEntry {
        id: charley_records::EntryId(charley_records::ids::random().unwrap()),
        at: "2026-10-20T18:00:00Z".parse().unwrap(),
        zone: "Pacific/Auckland".to_owned(),
        body: cramp(2.0, false),
    };
    home.store.append(&home.access, &[away], household::morning()).await.unwrap();
    let page = home.app.get("/log/night/2026-10-20").await.body;
    assert!(page.contains("<b>07:00 (Pacific/Auckland)</b>"), "{page}");
    assert!(home.app.get("/log/night/2026-10-19").await.body.contains("None for this night."));
}

#[tokio::test]
async fn late_in_the_evening_last_night_is_the_night_before() {
    let mut home = Household::at("Europe/London", || "2026-11-24T23:30:00Z".parse().unwrap()).await;
    assert!(home.app.get("/log").await.body.contains("Monday 23 to Tuesday 24 November 2026"));
    assert_eq!(home.app.get("/log/night/2026-11-24").await.status, StatusCode::OK, "tonight has begun");
    let mut east = Household::at("Pacific/Auckland", || "2026-11-24T23:30:00Z".parse().unwrap()).await;
    assert!(east.app.get("/log").await.body.contains("Tuesday 24 to Wednesday 25 November 2026"));
}
