//! The night log as files: tables and saved logs, in and out.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "log/household.rs"]
mod household;

use axum::http::StatusCode;
use charley_records::diary::{Body, Cramps, NightReport};
use household::{Household, cramp, upload};
use jiff::ToSpan as _;
use jiff::civil::date;

#[tokio::test]
async fn a_table_is_looked_at_first_and_added_once() {
    let mut home = Household::new().await;
    let file = "\u{feff}Date;Cramps;Mood\r\n2026-11-20;1;good\r\n2026-11-21;0;\r\n2026-11-22;2+;\r\n";
    let look = upload(&mut home.app, "/log/import", &[("file", file)]).await;
    assert_eq!(look.status, StatusCode::OK, "{}", look.body);
    assert!(
        look.body.contains("Nights are in “Date”. Cramps are in “Cramps”.") && look.body.contains("Not used: Mood.")
    );
    assert!(look.body.contains("Add 3 nights"));
    assert_eq!(home.entries().await, 0, "looking keeps nothing");
    // The browser sends the text of the preview with its own line ends.
    let again = file.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    for text in [file, again.as_str()] {
        let reply = upload(&mut home.app, "/log/import/add", &[("file", text)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    }
    assert_eq!(home.entries().await, 3);
    let look = upload(&mut home.app, "/log/import", &[("file", file)]).await;
    assert!(look.body.contains("There is nothing new to add."));
    let other = "night,cramps\n2026-11-20,4\n2026-11-19,1\n";
    let look = upload(&mut home.app, "/log/import", &[("file", other)]).await;
    assert!(look.body.contains("20 November 2026: your log says 1 cramp, the file says 4 cramps."));
    assert!(look.body.contains("Add 1 night<"));
}

#[tokio::test]
async fn bad_tables_are_refused_line_by_line_and_nothing_is_added() {
    let mut home = Household::new().await;
    for (file, problem) in [
        ("name,weight\nAnn,70\n", "We found no column of dates."),
        ("night,mood\n2026-11-20,good\n", "We found no column that says how many cramps."),
        ("night,cramps\n2026-11-20,1\n2026-11-25,1\n", "Line 3: 2026-11-25 is in the future."),
        ("night,cramps\n2026-11-20,1\n2026-11-20,2\n", "is in the file twice with other numbers, first in line 2"),
        ("night,cramps\n20/11/2026,1\n11/21/2026,1\n", "Some dates put the day first"),
        ("{\"charley_nights\":1,\"entries\":[{]}", "not a night log that Charley saved"),
        ("{\"charley_nights\":9,\"entries\":[]}", "newer Charley"),
    ] {
        for path in ["/log/import", "/log/import/add"] {
            let reply = upload(&mut home.app, path, &[("file", file)]).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{file}");
            assert!(reply.body.contains(problem), "{file}: {}", reply.body);
        }
    }
    let mut rows = "night,cramps\n".to_owned();
    for row in 0..10_001 {
        rows.push_str(&format!("{},1\n", date(1997, 1, 1) + (row as i64).days()));
    }
    let reply = upload(&mut home.app, "/log/import", &[("file", &rows)]).await;
    assert!(reply.body.contains("more than 10000 rows"));
    let reply = upload(&mut home.app, "/log/import", &[("file", "")]).await;
    assert!(reply.body.contains("Choose a file first."));
    let huge = "x".repeat(4 * 1024 * 1024 + 1);
    let reply = upload(&mut home.app, "/log/import", &[("file", &huge)]).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(home.entries().await, 0);
}

#[tokio::test]
async fn day_and_month_are_asked_for() {
    let mut home = Household::new().await;
    let file = "night,cramps\n03/04/2026,1\n";
    let ask = upload(&mut home.app, "/log/import", &[("file", file)]).await;
    assert!(ask.body.contains("Which number is the day?") && !ask.body.contains("/log/import/add"));
    let look = upload(&mut home.app, "/log/import", &[("file", file), ("order", "month")]).await;
    assert!(look.body.contains("4 March 2026") && look.body.contains("name=\"order\" value=\"month\""));
    upload(&mut home.app, "/log/import/add", &[("file", file), ("order", "month"), ("mornings", "1")]).await;
    assert!(home.app.get("/log/night/2026-03-03").await.body.contains("Now: <b>1 cramp</b>"));
}

#[tokio::test]
async fn yes_is_kept_as_one_or_more_and_the_preview_says_so() {
    let mut home = Household::new().await;
    let file = "night,cramps\n2026-11-20,yes\n2026-11-21,no\n2026-11-22,1+\n";
    let look = upload(&mut home.app, "/log/import", &[("file", file)]).await;
    assert!(look.body.contains("“Yes” is kept as “1 cramp or more”: it does not say how many."), "{}", look.body);
    assert!(look.body.contains("<td>1 cramp or more</td>"));
    upload(&mut home.app, "/log/import/add", &[("file", file)]).await;
    let csv = home.app.get("/log/export.csv").await.body;
    assert!(csv.contains("2026-11-20,1+,0,") && csv.contains("2026-11-21,0,0,") && csv.contains("2026-11-22,1+,0,"));
    // What goes out comes in again as the same.
    let again = upload(&mut home.app, "/log/import", &[("file", &csv)]).await;
    assert!(again.body.contains("There is nothing new to add."), "{}", again.body);
    let page = home.app.get("/log").await.body;
    assert!(page.contains("Cramps in all: at least 2."), "{page}");
    // Changing something else on the night keeps the word.
    let night = home.app.get("/log/night/2026-11-20").await.body;
    assert!(night.contains("Now: <b>1 cramp or more</b>") && night.contains("value=\"some\" checked"), "{night}");
    let form = household::hidden(&night, "");
    home.app.post("/log/night/2026-11-20", &format!("{form}&cramps=some&sleep=3")).await;
    assert!(home.app.get("/log/export.csv").await.body.contains("2026-11-20,1+,0,,,3,"));
}

#[tokio::test]
async fn files_go_out_and_come_in_again() {
    let mut home = Household::new().await;
    let night = |night: &str, cramps| {
        let night = night.to_owned();
        Body::Night(NightReport { night, cramps, sleep: None, pain: None, by_partner: false })
    };
    home.tell(&[("2026-11-21T02:00:00Z", cramp(4.0, false)), ("2026-11-21T03:00:00Z", cramp(6.5, false))]).await;
    home.tell(&[("2026-11-24T06:00:00Z", night("2026-11-21", Cramps::Exactly(0)))]).await;
    home.tell(&[("2026-11-24T06:30:00Z", night("2026-11-23", Cramps::TwoOrMore))]).await;
    let swollen = |night: &str, swollen| Body::LegSwollen { night: night.to_owned(), swollen };
    home.tell(&[("2026-11-24T06:30:00Z", swollen("2026-11-22", true))]).await;
    home.tell(&[("2026-11-24T06:30:00Z", swollen("2026-11-23", false))]).await;
    // A word that was taken back goes out with its undo.
    let page = home.app.get("/log").await.body;
    let form = household::hidden(&page, "/log/last");
    let reply = home.app.post("/log/last", &format!("{form}&cramps=one")).await;
    let page = home.app.get(reply.to()).await.body;
    home.app.post("/log/undo", &household::hidden(&page, "/log/undo")).await;
    let csv = home.app.get("/log/export.csv").await;
    assert_eq!(
        csv.body,
        "night,cramps,logged,longest_minutes,worst_pain,sleep_disturbed,told_by_partner,leg_swollen\r\n\
         2026-11-20,2,2,6.5,,,,\r\n2026-11-21,0,0,,,,,\r\n2026-11-22,,0,,,,,yes\r\n2026-11-23,2+,0,,,,,no\r\n"
    );
    assert!(csv.header("content-disposition").contains("charley-nights.csv"));
    let json = home.app.get("/log/export.json").await.body;
    for file in [&csv.body, &json] {
        let mut fresh = Household::new().await;
        let look = upload(&mut fresh.app, "/log/import", &[("file", file)]).await;
        assert_eq!(look.status, StatusCode::OK, "{}", look.body);
        for _ in 0..2 {
            let reply = upload(&mut fresh.app, "/log/import/add", &[("file", file)]).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        }
        let again = fresh.app.get("/log/export.csv").await.body;
        let counts = |text: &str| {
            text.lines().map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",")).collect::<Vec<_>>()
        };
        let known = |text: &str| counts(text).into_iter().filter(|row| !row.ends_with(',')).collect::<Vec<_>>();
        assert_eq!(known(&again), known(&csv.body));
    }
    let mut fresh = Household::new().await;
    upload(&mut fresh.app, "/log/import/add", &[("file", &json)]).await;
    assert_eq!(fresh.app.get("/log/export.json").await.body, json);
}
