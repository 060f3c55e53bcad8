//! The night pages: relief, saving without scripts, the diary's JSON, and what a page weighs and looks like.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{Request, StatusCode, header};
use charley_records::accounts::OneTime;
use charley_records::diary::{Body, Cramps, Entry, Episode, NightReport};
use charley_records::people::NewPerson;
use charley_records::secret::Secret;
use charley_records::{Access, Actor, SharedStore};
use charley_records_sqlite::SqliteStore;
use charley_web::{AppState, cookies};
use common::{App, Reply, reasoner};
use jiff::{Timestamp, ToSpan as _};

/// Seven minutes past three at night in London.
fn now() -> Timestamp {
    "2026-11-25T03:07:30Z".parse().unwrap()
}

/// One household with one person, signed in, and a paired phone.
struct Home {
    store: SharedStore,
    access: Access,
    session: String,
    device: String,
    state: AppState,
}

impl Home {
    async fn new() -> Self {
        let store: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
        let until = now() + 1.hours();
        let link = store.issue_link(&OneTime::FirstAccount, until, now()).await.unwrap();
        let person = NewPerson { name: "Anna".into(), zone: "Europe/London".into(), region: "uk".into() };
        let password = Secret::new("correct horse battery staple lamp");
        let account = store.create_first(&link, "anna", &password, &person, now()).await.unwrap();
        let (_, session) = store.sign_in("anna", &password, "", "test", now()).await.unwrap();
        let person = store.people_of(account.id, now()).await.unwrap().remove(0);
        let access = store.open(&Actor::Account { account: account.id }, person.id, now()).await.unwrap();
        let (_, device) = store.pair_device(&access, "Phone", now()).await.unwrap();
        let state = AppState::new(reasoner(), || (2026, 11, 25)).with_store(store.clone()).with_timestamp(now);
        let (session, device) = (session.expose().to_owned(), device.expose().to_owned());
        Self { store, access, session, device, state }
    }

    fn phone(&self) -> App {
        App::with(self.state.clone()).with_cookie(cookies::DEVICE, &self.device)
    }

    fn signed_in(&self) -> App {
        App::with(self.state.clone()).with_cookie(cookies::SIGNED_IN, &self.session)
    }

    fn stranger(&self) -> App {
        App::with(self.state.clone())
    }

    async fn entries(&self) -> Vec<Entry> {
        self.store.entries(&self.access).await.unwrap()
    }

    async fn bodies(&self) -> Vec<Body> {
        self.entries().await.into_iter().map(|entry| entry.new.body).collect()
    }

    async fn revoke(&self) {
        let device = self.store.devices(&self.access).await.unwrap().remove(0);
        self.store.revoke_device(&self.access, device.id, now()).await.unwrap();
    }
}

/// The value of a hidden field.
fn field<'b>(body: &'b str, name: &str) -> &'b str {
    let at = body.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no field {name} in {body}"));
    body[at..].split('"').nth(3).unwrap()
}

fn form(body: &str) -> String {
    format!("id={}&at={}", field(body, "id"), field(body, "at"))
}

async fn json(app: &mut App, body: &str) -> Reply {
    let request = Request::post("/api/diary")
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "same-origin");
    app.send(request, body.to_owned()).await
}

fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn episode(number: u32) -> String {
    let (id, body) = (id(number), r#"{"kind":"episode","minutes":3}"#);
    format!(r#"{{"id":"{id}","at":"2026-11-25T03:01:00.123Z","zone":"Europe/London","body":{body}}}"#)
}

fn batch(entries: &[String]) -> String {
    format!(r#"{{"entries":[{}]}}"#, entries.join(","))
}

#[tokio::test]
async fn the_first_line_says_what_to_do_and_the_page_works_for_everybody() {
    let home = Home::new().await;
    let without_diary = App::new();
    for mut app in [home.phone(), home.signed_in(), home.stranger(), without_diary] {
        let page = app.get("/now").await;
        assert_eq!(page.status, StatusCode::OK);
        let main = &page.body[page.body.find("<main").unwrap()..];
        assert!(main[..200].contains("<h1>Sit down. Light on. Hold something.</h1>"), "{}", &main[..200]);
        assert_eq!(page.body.matches("<svg").count(), 6);
        assert_eq!(page.body.matches("<svg").count(), page.body.matches("<desc").count());
        assert!(main.find("Sitting").unwrap() < main.find("Lying").unwrap(), "seated first");
        assert!(
            page.body.contains("It has stopped") && page.body.contains("Cold, swollen, numb, weak, or chest pain?")
        );
        assert!(page.body.contains("If it lasts 10 minutes") && page.body.contains("if it is not easing"));
        assert_eq!(page.header("cache-control"), "no-store", "going back must not use an id again");
    }
    let page = home.phone().get("/now").await;
    assert!(
        page.body.contains(">03:07</b>") && page.body.contains("past 03:17"),
        "the clock of where the person lives"
    );
    assert!(page.body.contains("Call NHS 111 if it is not easing"));
    assert!(home.stranger().get("/now").await.body.contains("Look at a clock now."));
}

#[tokio::test]
async fn it_has_stopped_saves_one_episode_however_often_it_is_sent() {
    let home = Home::new().await;
    let mut phone = home.phone();
    let form = form(&phone.get("/now").await.body);
    for _ in 0..2 {
        let reply = phone.post("/now", &form).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        let saved = phone.get(reply.to()).await.body;
        assert!(saved.contains("Saved. Go back to sleep.") && saved.contains("The rest waits for morning."));
    }
    let entries = home.entries().await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].new.body, Body::Episode(Episode { minutes: Some(0.5), ..Episode::default() }));
    assert_eq!(entries[0].new.zone, "Europe/London");
    assert!(entries[0].device.is_some());
    // Some minutes later the same form is another text under the same id: the first stands, nothing counts twice.
    let id = form.split('&').next().unwrap();
    phone.post("/now", &format!("{id}&at=2026-11-25T03:00:30Z")).await;
    assert_eq!(home.entries().await.iter().filter(|entry| !entry.disputed).count(), 1);
}

#[tokio::test]
async fn the_length_is_told_only_when_it_can_be_right() {
    for (began, minutes, at) in [
        ("2026-11-25T03:01:30Z", Some(6.0), "2026-11-25T03:01:30Z"),
        ("2026-11-25T01:37:30Z", None, "2026-11-25T01:37:30Z"),
        // A page of yesterday, or a clock ahead: the time of the tap is all that is known.
        ("2026-11-24T03:00:00Z", None, "2026-11-25T03:07:00Z"),
        ("2026-11-25T09:00:00Z", None, "2026-11-25T03:07:00Z"),
    ] {
        let home = Home::new().await;
        let mut phone = home.phone();
        let page = phone.get("/now").await.body;
        phone.post("/now", &format!("id={}&at={began}", field(&page, "id"))).await;
        let entry = home.entries().await.pop().unwrap();
        let Body::Episode(episode) = entry.new.body else { panic!("an episode") };
        assert_eq!((episode.minutes, entry.new.at.to_string().as_str()), (minutes, at), "{began}");
    }
    assert_eq!(App::new().post("/now", "id=x&at=y").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn undo_is_an_entry_of_its_own() {
    let home = Home::new().await;
    for mut app in [home.phone(), home.signed_in()] {
        let form = form(&app.get("/now").await.body);
        let saved = app.post("/now", &form).await;
        let page = app.get(saved.to()).await.body;
        let undo = format!("target={}&id={}&at={}", field(&page, "target"), field(&page, "id"), field(&page, "at"));
        for _ in 0..2 {
            let reply = app.post("/now/undo", &undo).await;
            assert!(app.get(reply.to()).await.body.contains("Taken back."), "{}", reply.to());
        }
    }
    let bodies = home.bodies().await;
    assert_eq!(bodies.len(), 4);
    assert_eq!(bodies.iter().filter(|body| matches!(body, Body::Undo { .. })).count(), 2);
}

#[tokio::test]
async fn without_a_diary_it_says_plainly_that_nothing_was_saved() {
    let home = Home::new().await;
    home.revoke().await;
    for (mut app, words, pair) in [
        (home.stranger(), "not paired with a diary yet", true),
        (home.phone(), "no longer paired", true),
        (App::new(), "keeps no diary", false),
    ] {
        let form = form(&app.get("/now").await.body);
        let reply = app.post("/now", &form).await;
        let page = app.get(reply.to()).await.body;
        assert!(page.contains("This one was not saved.") && page.contains(words), "{page}");
        assert_eq!(page.contains("href=\"/devices\""), pair);
        assert!(!page.contains("Undo"));
    }
    assert!(home.entries().await.is_empty());
}

#[tokio::test]
async fn the_call_page_shows_the_number_first_and_never_guesses_the_country() {
    let home = Home::new().await;
    let page = home.phone().get("/now/call").await.body;
    assert!(page.contains("<h1>Call 999 now</h1>") && page.contains("href=\"tel:999\""));
    assert!(page.contains("href=\"tel:111\""), "the advice line too");
    assert!(!page.contains("tel:911"));
    let page = home.stranger().get("/now/call").await.body;
    assert!(page.contains("<h1>Call your emergency number now</h1>"));
    assert!(page.contains("tel:999") && page.contains("tel:911") && page.contains("tel:112"));
    let mut checked = home.stranger();
    checked.post("/check/country", "country=us").await;
    assert!(checked.get("/now/call").await.body.contains("<h1>Call 911 now</h1>"));
}

#[tokio::test]
async fn a_danger_sign_is_kept_with_the_cramp() {
    let home = Home::new().await;
    let mut phone = home.phone();
    let now = phone.get("/now").await.body;
    let call = phone.get(&format!("/now/call?{}", form(&now))).await.body;
    assert_eq!(form(&call), form(&now), "it is the same cramp");
    phone.post("/now", &format!("{}&danger=1", form(&call))).await;
    assert_eq!(home.bodies().await, [Body::Episode(Episode { danger: true, ..Episode::default() })]);
    let back = phone.get(&format!("/now?{}", form(&call))).await.body;
    assert_eq!(form(&back), form(&now), "going back goes on counting");
    let old = phone.get("/now?id=00000000-0000-4000-8000-000000000001&at=2026-11-25T02:00:00Z").await.body;
    assert_ne!(field(&old, "id"), id(1), "an old address begins anew");
}

#[tokio::test]
async fn bedtime_keeps_what_was_ticked_for_tonight() {
    let home = Home::new().await;
    let mut phone = home.phone();
    let page = phone.get("/bedtime").await.body;
    let ids: String = ["stretch", "elevation", "bedding"]
        .map(|what| format!("&id-{what}={}", field(&page, &format!("id-{what}"))))
        .concat();
    let ticked = format!("{}{ids}&did=stretch&did=bedding", form(&page));
    for _ in 0..2 {
        let reply = phone.post("/bedtime", &ticked).await;
        assert!(phone.get(reply.to()).await.body.contains("Saved. Good night."));
    }
    // Seven past three at night belongs to the night that began on the 24th.
    let done = |what: &str| Body::Exposure { night: "2026-11-24".into(), what: what.into(), done: true };
    assert_eq!(home.bodies().await, [done("stretch"), done("bedding")]);
    assert_eq!(phone.post("/bedtime", &form(&page)).await.to(), "/bedtime", "no tick, no entry");
    assert!(page.contains("narrow leg arteries") && page.contains("eases when it hangs down"));
    let seated = page.find("Calf, sitting").unwrap();
    assert!(seated < page.find("at a wall").unwrap());
}

#[tokio::test]
async fn the_morning_takes_one_tap() {
    let home = Home::new().await;
    for (tap, cramps, by_partner) in [
        ("cramps=none", Cramps::Exactly(0), false),
        ("cramps=one", Cramps::Exactly(1), false),
        ("cramps=more&by_partner=1", Cramps::TwoOrMore, true),
        ("cramps=unknown", Cramps::Unknown, false),
    ] {
        let mut app = home.signed_in();
        let page = app.get("/morning").await.body;
        assert!(page.contains("Tuesday 24 November 2026"), "last night began the day before");
        let sent = format!("{}&night={}&{tap}", form(&page), field(&page, "night"));
        let reply = app.post("/morning", &sent).await;
        let night = "2026-11-24".to_owned();
        let expected = NightReport { night, cramps, sleep: None, pain: None, by_partner };
        assert_eq!(home.bodies().await.pop(), Some(Body::Night(expected)), "{tap}");
        let saved = app.get(reply.to()).await.body;
        assert!(saved.contains("href=\"/log/night/2026-11-24\"") && saved.contains("Undo"), "{saved}");
    }
    let mut phone = home.phone();
    let page = phone.get("/morning").await.body;
    let sent = format!("{}&night=2026-11-24&cramps=none", form(&page));
    let reply = phone.post("/morning", &sent).await;
    assert!(!phone.get(reply.to()).await.body.contains("/log/"), "a phone can't read");
    assert_eq!(
        phone.post("/morning", &format!("{}&night=x&cramps=none", form(&page))).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn the_api_answers_with_a_receipt_for_each() {
    let home = Home::new().await;
    let mut phone = home.phone();
    let first = json(&mut phone, &batch(&[episode(1), episode(2)])).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    assert!(first.body.contains(r#""receipts":["stored","stored"]"#), "{}", first.body);
    assert!(first.body.contains(&home.access.person().to_string()) && first.body.contains("Europe/London"));
    assert_eq!(first.header("cache-control"), "no-store");
    let other = episode(2).replace("\"minutes\":3", "\"minutes\":4");
    let second = json(&mut phone, &batch(&[episode(1), other, episode(3)])).await;
    assert!(second.body.contains(r#"["known","disputed","stored"]"#), "{}", second.body);
    let own = json(&mut phone, &format!(r#"{{"entries":[],"person":"{}"}}"#, home.access.person())).await;
    assert_eq!(own.status, StatusCode::OK, "no entries is a question");
    let others = json(&mut phone, &format!(r#"{{"entries":[{}],"person":"{}"}}"#, episode(9), id(7))).await;
    assert_eq!(others.status, StatusCode::CONFLICT, "cramps of one person never reach the diary of another");
    assert_eq!(home.entries().await.len(), 4);
}

#[tokio::test]
async fn the_api_takes_a_bearer_token_and_knows_a_revoked_one() {
    let home = Home::new().await;
    let mut program = home.stranger();
    let bearer = |token: &str| {
        Request::post("/api/diary")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
    };
    let reply = program.send(bearer(&home.device), batch(&[episode(1)])).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    assert_eq!(program.send(bearer("wrong"), batch(&[episode(2)])).await.status, StatusCode::UNAUTHORIZED);
    home.revoke().await;
    let reply = program.send(bearer(&home.device), batch(&[episode(2)])).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert!(reply.body.contains("no longer paired") && reply.body.contains("\"fields\":[]"), "{}", reply.body);
    assert_eq!(json(&mut home.phone(), &batch(&[episode(2)])).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&mut home.stranger(), &batch(&[episode(2)])).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(json(&mut App::new(), &batch(&[episode(2)])).await.status, StatusCode::NOT_FOUND);
    assert_eq!(home.entries().await.len(), 1);
}

#[tokio::test]
async fn the_api_says_what_is_wrong_and_then_keeps_nothing() {
    let home = Home::new().await;
    let mut phone = home.phone();
    let good = episode(1);
    for (body, status, words) in [
        ("{".to_owned(), StatusCode::BAD_REQUEST, "EOF"),
        (batch(&[good.clone(), "{}".to_owned()]), StatusCode::UNPROCESSABLE_ENTITY, "entries[1]"),
        (batch(&[good.replace("episode", "dance")]), StatusCode::UNPROCESSABLE_ENTITY, "dance"),
        (batch(&[good.clone(), good.replace("Europe/London", "Mars")]), StatusCode::UNPROCESSABLE_ENTITY, "zone"),
        (batch(&[good.replace("2026-11-25", "2026-12-25")]), StatusCode::UNPROCESSABLE_ENTITY, "clock"),
        (batch(&vec!["1".to_owned(); 1_001]), StatusCode::PAYLOAD_TOO_LARGE, "at most 1000"),
    ] {
        let reply = json(&mut phone, &body).await;
        assert_eq!((reply.status, reply.body.contains(words)), (status, true), "{}", reply.body);
        assert!(reply.body.contains("\"error\"") && reply.body.contains("\"fields\""), "{}", reply.body);
    }
    let large = json(&mut phone, &"x".repeat(300_000)).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    let text = Request::post("/api/diary").header(header::CONTENT_TYPE, "text/plain");
    assert_eq!(phone.send(text, batch(&[good.clone()])).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let foreign = Request::post("/api/diary")
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "cross-site")
        .header(header::ORIGIN, "https://evil.example");
    assert_eq!(phone.send(foreign, batch(&[good])).await.status, StatusCode::FORBIDDEN);
    assert!(home.entries().await.is_empty());
}

/// Everything that a page loads, as the browser unpacks it, the page with it.
async fn weight(app: &mut App, path: &str) -> usize {
    let page = app.get(path).await.body;
    let mut bytes = page.len();
    for part in page.split("<link ").skip(1).chain(page.split("<script ").skip(1)) {
        let tag = part.split('>').next().unwrap();
        // The home screen's icon and manifest load when somebody puts the page there, not with the page.
        if tag.contains("apple-touch-icon") || tag.contains("manifest") {
            continue;
        }
        let address = tag.split("href=\"").nth(1).or_else(|| tag.split("src=\"").nth(1)).unwrap();
        bytes += app.get(address.split('"').next().unwrap()).await.body.len();
    }
    bytes
}

#[tokio::test]
async fn cramp_now_weighs_at_most_30_kilobytes_in_all() {
    let home = Home::new().await;
    let bytes = weight(&mut home.phone(), "/now").await;
    println!("/now with styles, scripts and drawings: {bytes} bytes");
    assert!(bytes <= 30_000, "{bytes}");
}

/// Relative luminance of WCAG 2.
fn luminance(hex: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn the_night_is_dim_and_every_word_has_contrast_of_7() {
    let css = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/now.css")).unwrap();
    let more = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/now-more.css")).unwrap();
    let root = css.split(":root{").nth(1).unwrap().split('}').next().unwrap();
    let tokens: BTreeMap<&str, &str> =
        root.split(';').filter_map(|pair| pair.strip_prefix("--")?.split_once(':')).collect();
    for text in ["ink", "muted", "link", "call", "brand", "today"] {
        for ground in ["paper", "surface"] {
            let ratio = contrast(tokens[text], tokens[ground]);
            println!("{text} on {ground}: {ratio:.1}");
            assert!(ratio >= 7.0, "{text} on {ground}: {ratio:.2}");
        }
    }
    for ground in ["button", "call"] {
        let ratio = contrast(tokens["button-ink"], tokens[ground]);
        assert!(ratio >= 7.0, "button-ink on {ground}: {ratio:.2}");
    }
    for (mark, ground) in [("edge", "paper"), ("edge", "surface"), ("focus", "paper"), ("focus", "surface")] {
        assert!(contrast(tokens[mark], tokens[ground]) >= 3.0, "{mark} on {ground}");
    }
    assert!(luminance(tokens["paper"]) < 0.01 && luminance(tokens["surface"]) < 0.02, "dim");
    assert_eq!(css.matches("prefers-color-scheme").count(), 0, "always dim");
    assert_eq!(css.matches(":root").count(), 2, "the tokens, and the device's own colours when it forces them");
    assert!(css.contains("font:1.25rem/"), "20 px");
    for target in [".go,.call,.plain{", ".tick{", ".foot a,.line{"] {
        let rule = format!("{css}{more}");
        let rule = rule.split(target).nth(1).unwrap().split('}').next().unwrap();
        assert!(rule.contains("min-height:4rem"), "64 px: {target}");
    }
    // No colour outside the tokens, so that the ratios above hold everywhere.
    assert!(!more.contains('#') && !more.contains("rgb") && !css.contains("rgb") && !more.contains("opacity"));
    assert_eq!(css.matches('#').count(), tokens.values().filter(|value| value.starts_with('#')).count());
}

#[tokio::test]
async fn the_worker_keeps_the_night_pages_and_nothing_else() {
    let mut app = App::new();
    let worker = app.get("/sw.js").await;
    assert!(worker.header("content-type").starts_with("text/javascript"));
    assert_eq!(worker.header("cache-control"), "no-cache");
    let files = worker.body.split("const FILES = ").nth(1).unwrap().split('\n').next().unwrap();
    let files: serde_json::Value = serde_json::from_str(files).unwrap();
    assert_eq!(files["pages"], serde_json::json!(["/now", "/now/call", "/bedtime", "/morning", "/phone"]));
    for list in ["pages", "assets"] {
        for path in files[list].as_array().unwrap() {
            let path = path.as_str().unwrap();
            assert!(!["/check", "/log", "/api"].iter().any(|private| path.starts_with(private)), "{path}");
            let reply = app.get(path).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            // Everything that the copy of a page loads lies beside it.
            for address in reply.body.split('"').filter(|part| list == "pages" && part.starts_with("/assets/")) {
                assert!(files["assets"].as_array().unwrap().iter().any(|kept| kept == address), "{path}: {address}");
            }
        }
    }
    let manifest: serde_json::Value = serde_json::from_str(&app.get("/manifest.webmanifest").await.body).unwrap();
    assert_eq!((&manifest["start_url"], &manifest["scope"]), (&"/now".into(), &"/".into()));
    for icon in manifest["icons"].as_array().unwrap() {
        let reply = app.get(icon["src"].as_str().unwrap()).await;
        assert_eq!(reply.header("content-type"), icon["type"].as_str().unwrap());
    }
}

/// A copy of a page lies on the phone, perhaps for long: it must not tell who somebody is.
#[tokio::test]
async fn the_copies_tell_nothing_of_the_person() {
    let home = Home::new().await;
    for path in ["/now", "/now/call", "/bedtime", "/morning", "/phone"] {
        for mut app in [home.phone(), home.signed_in()] {
            let page = app.get(path).await.body;
            assert!(!page.contains("Anna") && !page.contains(&home.access.person().to_string()), "{path}");
        }
    }
}
