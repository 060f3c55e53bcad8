//! Sign-in, people, phones, and what is kept: who may do what, and what they are told.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;

use std::sync::Arc;

use axum::http::{Request, StatusCode, header};
use charley_records::SharedStore;
use charley_records::accounts::OneTime;
use charley_records_sqlite::SqliteStore;
use charley_web::AppState;
use charley_web::site::Site;
use common::{App, Reply, reasoner};
use jiff::{SignedDuration, Timestamp};

const PASSWORD: &str = "stove+paper+cloud";

fn now() -> Timestamp {
    "2026-11-24T03:00:00Z".parse().unwrap()
}

fn later() -> Timestamp {
    now() + SignedDuration::from_hours(1)
}

fn state(store: &SharedStore) -> AppState {
    let site = Site { address: "https://legs.example".to_owned(), reachable: true, ..Site::default() };
    AppState::new(reasoner(), || (2026, 11, 24)).with_store(store.clone()).with_timestamp(now).with_site(site)
}

async fn empty() -> (App, SharedStore) {
    let store: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
    (App::with(state(&store)), store)
}

/// Somebody who has set Charley up and is signed in.
async fn anna() -> (App, SharedStore) {
    let (mut app, store) = empty().await;
    let link = store.issue_link(&OneTime::FirstAccount, later(), now()).await.unwrap();
    let form = format!("name=Anna&zone=Europe/London&region=uk&login=anna&password={PASSWORD}");
    let reply = app.post(&format!("/first/{}", link.expose()), &form).await;
    assert_eq!((reply.status, reply.to()), (StatusCode::SEE_OTHER, "/account"), "{}", reply.body);
    (app, store)
}

/// Somebody who joined the household of the app's visitor and is signed in on another browser.
async fn joined(app: &mut App, name: &str) -> App {
    let page = app.post("/people/invite", "").await;
    let path = between(&page.body, "https://legs.example/join/", "<");
    let mut other = app.stranger();
    let login = name.to_lowercase();
    let form = format!("name={name}&zone=Europe/London&region=uk&login={login}&password={PASSWORD}");
    let reply = other.post(&format!("/join/{path}"), &form).await;
    assert_eq!(reply.to(), "/account", "{}", reply.body);
    other
}

fn between<'b>(body: &'b str, start: &str, end: &str) -> &'b str {
    let rest = body.split(start).nth(1).unwrap_or_else(|| panic!("no {start} in {body}"));
    rest.split(end).next().unwrap()
}

fn cookie(reply: &Reply, name: &str) -> Option<String> {
    let cookies = reply.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    cookies.filter(|value| value.starts_with(&format!("{name}="))).map(str::to_owned).next_back()
}

async fn sign_in(app: &mut App, login: &str, password: &str) -> Reply {
    app.post("/sign-in", &format!("login={login}&password={password}")).await
}

#[tokio::test]
async fn the_first_link_makes_one_account_and_works_once() {
    let (mut app, store) = empty().await;
    assert!(app.get("/sign-in").await.body.contains("Nobody has an account here yet"));
    let link = store.issue_link(&OneTime::FirstAccount, later(), now()).await.unwrap();
    let path = format!("/first/{}", link.expose());
    let form = app.get(&path).await;
    assert!(form.body.contains("Europe/London") && form.header("cache-control") == "no-store");
    let short = app.post(&path, "name=&zone=Nowhere&login=a&password=short").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["login", "password"] {
        assert!(short.body.contains(&format!("href=\"#{field}\"")), "{field}: {}", short.body);
    }
    assert!(!short.body.contains("short\""), "a password is never sent back");
    let good = format!("name=Anna&zone=Europe/London&region=uk&login=Anna&password={PASSWORD}");
    let made = app.post(&path, &good).await;
    assert_eq!(made.to(), "/account", "{}", made.body);
    assert!(app.get("/account").await.body.contains("Nights of <b>Anna</b>"));
    for reply in [app.get(&path).await, app.post(&path, &good).await] {
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        assert!(reply.body.contains("This link does not work any more"));
    }
    assert_eq!(app.get("/first/0000").await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.get("/reset/0000").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn session_cookies_are_closed_and_new_at_every_sign_in() {
    let (mut app, store) = anna().await;
    let mut other = app.stranger();
    let first = sign_in(&mut other, "anna", PASSWORD).await;
    let one = cookie(&first, "charley_session").unwrap();
    assert!(one.contains("HttpOnly") && one.contains("SameSite=Lax") && !one.contains("Secure"), "{one}");
    // A session somebody planted beforehand is not taken over.
    let again = sign_in(&mut other, "anna", PASSWORD).await;
    let two = cookie(&again, "charley_session").unwrap();
    assert_ne!(one.split(';').next(), two.split(';').next());
    let replaced = Request::get("/account").header(header::COOKIE, one.split(';').next().unwrap());
    assert_eq!(app.stranger().send(replaced, "").await.to(), "/sign-in?next=/account", "the one before has ended");
    let mut https = App::with(state(&store).with_public_https(true));
    let secure = sign_in(&mut https, "anna", PASSWORD).await;
    assert!(cookie(&secure, "charley_session").unwrap().contains("; Secure"));
    assert_eq!(secure.header("strict-transport-security"), "max-age=31536000");
    assert_eq!(again.header("strict-transport-security"), "", "on plain http it means nothing");
    // Signing out ends the session on the server, not only in the browser.
    let token = two.split(';').next().unwrap().to_owned();
    assert_eq!(other.post("/sign-out", "").await.to(), "/");
    let stolen = Request::get("/account").header(header::COOKIE, token);
    assert_eq!(app.stranger().send(stolen, "").await.to(), "/sign-in?next=/account");
    assert_eq!(app.get("/account").await.status, StatusCode::OK, "the other browser stays signed in");
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_sound_the_same() {
    let (app, _store) = anna().await;
    let mut other = app.stranger();
    let unknown = sign_in(&mut other, "annb", "wrong+wrong+wrong").await;
    let wrong = sign_in(&mut other, "anna", "wrong+wrong+wrong").await;
    assert_eq!((unknown.status, wrong.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(unknown.body.replace("annb", "anna"), wrong.body);
    assert!(wrong.body.contains("Name and password do not fit together"));
    assert!(!wrong.body.contains("wrong wrong"), "a password is never sent back");
}

#[tokio::test]
async fn guessing_is_throttled_in_plain_words() {
    let (app, _store) = anna().await;
    let mut other = app.stranger();
    let mut last = sign_in(&mut other, "anna", "wrong+wrong+wrong").await;
    for _ in 0..8 {
        last = sign_in(&mut other, "anna", "wrong+wrong+wrong").await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.body.contains("Too many tries. Wait"), "{}", last.body);
    assert_eq!(sign_in(&mut other, "anna", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn sign_in_leads_back_but_to_no_other_site() {
    let (app, _store) = anna().await;
    let mut other = app.stranger();
    assert_eq!(other.get("/people").await.to(), "/sign-in?next=/people");
    for (next, to) in [
        ("/people", "/people"),
        ("//evil.example/", "/account"),
        ("https://evil.example/", "/account"),
        ("/\\evil.example", "/account"),
        ("%2F%2Fevil.example", "/account"),
    ] {
        let form = format!("login=anna&password={PASSWORD}&next={next}");
        assert_eq!(app.stranger().post("/sign-in", &form).await.to(), to, "{next}");
    }
}

#[tokio::test]
async fn forms_of_other_sites_and_get_change_nothing() {
    let (mut app, _store) = anna().await;
    let cross = Request::post("/people/add")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .header(header::ORIGIN, "https://evil.example");
    assert_eq!(app.send(cross, "name=Eve&zone=UTC&region=").await.status, StatusCode::FORBIDDEN);
    for path in ["/sign-out", "/people/look", "/people/invite", "/devices/here", "/devices/link", "/checks/keep"] {
        assert_eq!(app.get(path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    assert!(!app.get("/people").await.body.contains("Eve"));
    assert_eq!(app.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn off_loopback_on_plain_http_no_password_is_asked_for() {
    let (_, store) = anna().await;
    let exposed = state(&store).with_site(Site { exposed: true, ..Site::default() });
    let mut app = App::with(exposed);
    for path in ["/sign-in", "/first/00", "/reset/00", "/pair/00", "/join/00"] {
        let reply = app.get(path).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
        assert!(reply.body.contains("Signing in is closed at this address") && reply.body.contains("docs/phone.md"));
    }
    assert_eq!(sign_in(&mut app, "anna", PASSWORD).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.get("/check").await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_records_there_is_nothing_to_sign_in_to() {
    let mut app = App::new();
    assert!(!app.get("/").await.body.contains("/sign-in"));
    for path in ["/sign-in", "/account", "/people", "/devices", "/data", "/checks", "/first/0"] {
        let reply = app.get(path).await;
        assert!(reply.status == StatusCode::NOT_FOUND || reply.to().starts_with("/sign-in"), "{path}");
    }
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let (mut app, store) = anna().await;
    let mut other = app.stranger();
    sign_in(&mut other, "anna", PASSWORD).await;
    assert_eq!(
        app.post("/account/password", "password=wrong+wrong+wrong").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let to = app.post("/account/password", &format!("password={PASSWORD}")).await.to().to_owned();
    assert!(to.starts_with("/reset/"), "{to}");
    assert_eq!(app.post(&to, "password=short").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.post(&to, "password=window+river+bread").await.to(), "/account");
    assert_eq!(app.get("/account").await.status, StatusCode::OK, "this browser has a new session");
    assert_eq!(other.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.stranger().get(&to).await.status, StatusCode::NOT_FOUND, "the link is used");
    // An administrator's link does the same for somebody who forgot.
    let account = store.account_named("anna").await.unwrap();
    let link = store.issue_link(&OneTime::ResetPassword(account.id), later(), now()).await.unwrap();
    let path = format!("/reset/{}", link.expose());
    assert_eq!(other.post(&path, "password=garden+letter+moon").await.to(), "/account");
    assert_eq!(app.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_can_be_ended_from_another_browser_and_only_ones_own() {
    let (mut app, _store) = anna().await;
    let mut phone = app.stranger();
    sign_in(&mut phone, "anna", PASSWORD).await;
    let mut ben = joined(&mut app, "Ben").await;
    let page = app.get("/account").await.body;
    let path = format!("/account/sessions/{}", between(&page, "/account/sessions/", "\""));
    assert_eq!(ben.post(&path, "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(phone.get("/account").await.status, StatusCode::OK);
    assert_eq!(app.post(&path, "").await.to(), "/account#sessions");
    assert_eq!(phone.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn people_are_added_switched_and_changed() {
    let (mut app, _store) = anna().await;
    let add = app.post("/people/add", "name=Grandma&zone=Europe/London&region=uk").await;
    assert_eq!(add.to(), "/people");
    assert!(app.get("/account").await.body.contains("Nights of <b>Grandma</b>"), "the new one is looked at");
    let page = app.get("/people").await.body;
    let anna = between(&page, "name=\"person\" value=\"", "\"").to_owned();
    assert_eq!(app.post("/people/look", &format!("person={anna}")).await.to(), "/people");
    assert!(app.get("/account").await.body.contains("Nights of <b>Anna</b>"));
    assert_eq!(app.post("/account/details", "name=Ann&zone=Europe/Paris&region=eu").await.to(), "/account");
    assert!(app.get("/account").await.body.contains("Nights of <b>Ann</b>"));
    let bad = app.post("/account/details", "name=Ann&zone=Atlantis&region=eu").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    for wrong in ["", "1", "00000000-0000-4000-8000-000000000000"] {
        assert_eq!(app.post("/people/look", &format!("person={wrong}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_member_may_look_and_a_carer_may_write_until_consent_ends() {
    let (mut anna, _store) = anna().await;
    let mut ben = joined(&mut anna, "Ben").await;
    let page = ben.get("/people").await.body;
    let person = between(&page, "name=\"person\" value=\"", "\"").to_owned();
    ben.post("/people/look", &format!("person={person}")).await;
    assert!(ben.get("/people").await.body.contains("You may look, not change."));
    let refused = ben.get("/account/details").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("You may not do that here") && !refused.body.contains("another site"));
    for (path, form) in [
        ("/account/details", "name=X&zone=UTC&region="),
        ("/devices/here", "name=Phone"),
        ("/devices/link", ""),
        ("/people/carer", "login=ben&consent=yes"),
        ("/data/delete", "name=Anna"),
    ] {
        assert_eq!(ben.post(path, form).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let unasked = anna.post("/people/carer", "login=ben").await;
    assert_eq!(unasked.status, StatusCode::UNPROCESSABLE_ENTITY, "no consent, no carer");
    assert_eq!(anna.post("/people/carer", "login=nobody&consent=yes").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(anna.post("/people/carer", "login=ben&consent=yes").await.to(), "/people#helpers");
    assert_eq!(ben.get("/account/details").await.status, StatusCode::OK);
    let page = anna.get("/people").await.body;
    let ends: Vec<&str> = page.split("/people/roles/").skip(1).map(|rest| rest.split('/').next().unwrap()).collect();
    for role in &ends {
        anna.post(&format!("/people/roles/{role}/end"), "").await;
    }
    assert_eq!(ends.len(), 2, "as a carer and as a member");
    ben.post("/people/look", &format!("person={person}")).await;
    assert!(!ben.get("/people").await.body.contains("Anna"));
}

#[tokio::test]
async fn other_peoples_records_do_not_exist() {
    let (mut anna, _store) = anna().await;
    let mut ben = joined(&mut anna, "Ben").await;
    anna.post("/people/add", "name=Grandma&zone=UTC&region=").await;
    anna.post("/devices/here", "name=Phone").await;
    let device = between(&anna.get("/devices").await.body, "/devices/", "/revoke").to_owned();
    let page = anna.get("/people").await.body;
    let role = between(&page, "/people/roles/", "/").to_owned();
    anna.post(&format!("/people/roles/{role}/end"), "").await;
    let ids: Vec<&str> = page.split("name=\"person\" value=\"").skip(1).map(|rest| &rest[..36]).collect();
    assert!(!ben.get("/people").await.body.contains("Anna"));
    let mut found = Vec::new();
    for id in ids {
        found.push(ben.post("/people/look", &format!("person={id}")).await.status);
    }
    found.sort();
    assert_eq!(found, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND], "his own, and Anna’s");
    assert_eq!(ben.post(&format!("/devices/{device}/revoke"), "").await.status, StatusCode::NOT_FOUND);
    let forged = Request::get("/data/charley.json");
    assert!(!ben.send(forged, "").await.body.contains("Grandma"));
}

#[tokio::test]
async fn a_browser_is_paired_and_unpaired() {
    let (mut app, store) = anna().await;
    let pair = app.post("/devices/here", "name=Kitchen+phone").await;
    let device = cookie(&pair, "charley_device").unwrap();
    assert!(device.contains("HttpOnly") && device.contains("SameSite=Lax"));
    let page = app.get("/devices").await.body;
    assert!(page.contains("Kitchen phone") && page.contains("this one"));
    let path = format!("/devices/{}/revoke", between(&page, "/devices/", "/revoke"));
    assert_eq!(app.post(&path, "").await.to(), "/devices");
    assert!(app.get("/devices").await.body.contains("No phone is paired yet"));
    let token = device.split(';').next().unwrap().trim_start_matches("charley_device=");
    let kept = store.device(&charley_records::secret::Secret::new(token), now()).await.unwrap();
    assert!(kept.revoked.is_some());
    let nameless = app.post("/devices/here", "name=+").await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn another_phone_is_paired_by_a_link_that_works_once() {
    let (mut app, _store) = anna().await;
    let page = app.post("/devices/link", "").await;
    let path = format!("/pair/{}", between(&page.body, "https://legs.example/pair/", "<"));
    assert!(page.body.contains("<svg class=\"code\"") && page.header("cache-control") == "no-store");
    let mut phone = app.stranger();
    assert!(phone.get(&path).await.body.contains("Pair this phone"));
    assert_eq!(phone.post(&path, "name=").await.status, StatusCode::UNPROCESSABLE_ENTITY, "a mistake uses nothing up");
    let done = phone.post(&path, "name=Pixel").await;
    assert!(done.body.contains("This phone is paired") && cookie(&done, "charley_device").is_some());
    assert_eq!(app.stranger().post(&path, "name=Thief").await.status, StatusCode::NOT_FOUND);
    assert_eq!(phone.get("/people").await.to(), "/sign-in?next=/people", "it shows nothing");
    assert!(app.get("/devices").await.body.contains("Pixel"));
}

#[tokio::test]
async fn a_check_is_kept_once_opened_again_and_deleted() {
    let (mut app, _store) = anna().await;
    app.until("/check/answers", &[]).await;
    assert!(app.get("/check/result").await.body.contains("action=\"/checks/keep\""));
    assert_eq!(app.post("/checks/keep", "").await.to(), "/checks");
    assert_eq!(app.post("/checks/keep", "").await.to(), "/checks");
    let page = app.get("/checks").await.body;
    assert_eq!(page.matches("/open\"").count(), 1, "a second tap keeps nothing twice");
    let id = between(&page, "/checks/", "/open").to_owned();
    app.post("/check/again", "").await;
    assert_eq!(app.get("/check/result").await.to(), "/check/start");
    assert_eq!(app.post(&format!("/checks/{id}/open"), "").await.to(), "/check/next");
    assert_eq!(app.get("/check/next").await.to(), "/check/answers");
    assert_eq!(app.get("/check/result").await.status, StatusCode::OK);
    let file = app.get("/check/answers.json").await.body;
    assert_eq!(app.post(&format!("/checks/{id}/delete"), "").await.to(), "/checks");
    assert_eq!(bring_in(&mut app, &file).await.to(), "/checks");
    assert_eq!(app.get("/checks").await.body.matches("/open\"").count(), 1);
    let bad = bring_in(&mut app, "{\"facts\":[{\"name\":\"age\",\"value\":900,\"unit\":\"yr\"}]}").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut ben = joined(&mut app, "Ben").await;
    assert_eq!(ben.post(&format!("/checks/{id}/open"), "").await.status, StatusCode::NOT_FOUND);
    assert!(!app.stranger().get("/").await.body.contains("/checks"));
}

async fn bring_in(app: &mut App, file: &str) -> Reply {
    let request = Request::post("/checks/add")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header("sec-fetch-site", "same-origin");
    let body =
        format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{file}\r\n--x--\r\n");
    app.send(request, body).await
}

#[tokio::test]
async fn everything_is_exported_and_who_looked_is_shown() {
    let (mut app, _store) = anna().await;
    app.until("/check/answers", &[]).await;
    app.post("/checks/keep", "").await;
    app.post("/devices/here", "name=Phone").await;
    let file = app.get("/data/charley.json").await;
    assert!(file.header("content-disposition").contains("attachment"));
    let json: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(json["person"]["name"], "Anna");
    assert_eq!(json["checks"].as_array().unwrap().len(), 1);
    assert_eq!(json["checks"][0]["answers"]["id"], "charley-answers");
    assert_eq!(json["devices"][0]["name"], "Phone");
    let page = app.get("/data").await.body;
    assert!(page.contains("Paired a phone") && page.contains("<td>You</td>"), "{page}");
}

#[tokio::test]
async fn deleting_takes_two_steps_and_gives_a_receipt() {
    let (mut app, store) = anna().await;
    app.post("/devices/here", "name=Phone").await;
    assert!(app.get("/data/delete").await.body.contains("It can’t be undone"));
    assert_eq!(app.post("/data/delete", "name=Ann").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let receipt = app.post("/data/delete", "name=Anna").await;
    assert_eq!(receipt.status, StatusCode::OK);
    assert!(receipt.body.contains("Everything is deleted") && receipt.body.contains("No backup holds it after"));
    assert!(receipt.body.contains("could not be put on the list"), "a store in memory has no list: {}", receipt.body);
    assert!(receipt.body.contains("href=\"/account/close\""));
    assert!(app.get("/people").await.body.contains("There is nobody whose nights you may look at"));
    assert_eq!(app.get("/data").await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.get("/account").await.status, StatusCode::OK);
    store.link_audit(now()).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap().fault, None);
}

#[tokio::test]
async fn a_receipt_says_that_the_list_of_deletions_knows() {
    let folder = std::env::temp_dir().join(format!("charley-web-receipt-{}", std::process::id()));
    let store: SharedStore = Arc::new(SqliteStore::open(&folder.join("charley.db"), now()).await.unwrap());
    let link = store.issue_link(&OneTime::FirstAccount, later(), now()).await.unwrap();
    let mut app = App::with(state(&store));
    let form = format!("name=Anna&zone=Europe/London&region=uk&login=anna&password={PASSWORD}");
    app.post(&format!("/first/{}", link.expose()), &form).await;
    let receipt = app.post("/data/delete", "name=Anna").await.body;
    let number = between(&receipt, "<code>", "<");
    let list = std::fs::read_to_string(folder.join("charley.deleted")).unwrap();
    assert!(list.lines().any(|line| line == format!("person {number}")), "{list}");
    assert!(receipt.contains("is on the list of deletions") && !receipt.contains("could not be put"));
    store.close().await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn an_account_closes_when_it_owns_nobody() {
    let (mut app, store) = anna().await;
    let mut bob = joined(&mut app, "Bob").await;
    assert!(!app.get("/account").await.body.contains("/account/close"));
    let page = app.get("/account/close").await.body;
    assert!(page.contains("<b>Anna, Bob</b>") && !page.contains("<form method=\"post\" novalidate"), "{page}");
    let refused = app.post("/account/close", "login=anna").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Delete those records first"), "{}", refused.body);
    // Bob owns nobody but himself.
    let receipt = bob.post("/data/delete", "name=Bob").await.body;
    assert!(receipt.contains("href=\"/account/close\""), "{receipt}");
    assert!(bob.get("/account").await.body.contains("href=\"/account/close\""));
    let page = bob.get("/account/close").await.body;
    assert!(page.contains("<b>bob</b>") && page.contains("You are signed out everywhere"), "{page}");
    let wrong = bob.post("/account/close", "login=rob").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Write the name as it is above"));
    let mut phone = bob.stranger();
    assert_eq!(sign_in(&mut phone, "bob", PASSWORD).await.to(), "/account");
    let closed = bob.post("/account/close", "login= Bob ").await;
    assert_eq!(closed.status, StatusCode::OK);
    assert!(closed.body.contains("Your account is closed") && closed.body.contains("href=\"/sign-in\""));
    for app in [&mut bob, &mut phone] {
        assert!(app.get("/account").await.to().starts_with("/sign-in"), "signed out everywhere");
    }
    assert_eq!(sign_in(&mut phone, "bob", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    joined(&mut app, "Bob").await;
    store.link_audit(now()).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap().fault, None);
}

#[tokio::test]
async fn reminders_are_set_and_their_calendar_is_neutral() {
    let (mut app, store) = anna().await;
    let page = app.get("/reminders").await.body;
    assert!(page.contains("name=\"evening\"") && !page.contains("/calendar/"), "no link before there is a reminder");
    assert_eq!(app.post("/reminders", "evening=21:30&morning=&mail=&topic=").await.to(), "/reminders");
    let page = app.get("/reminders").await.body;
    let path = format!("/calendar/{}", between(&page, "https://legs.example/calendar/", "<"));
    let feed = app.stranger().get(&path).await;
    assert_eq!((feed.status, feed.header("content-type")), (StatusCode::OK, "text/calendar; charset=utf-8"));
    assert!(feed.body.contains("SUMMARY:Evening check\r\n") && feed.body.contains("TZID=Europe/London:"));
    assert!(!feed.body.contains("Anna") && !feed.body.contains("Morning"));
    assert_eq!(app.get("/reminders/checks.ics").await.body, feed.body);
    for bad in ["/calendar/0000.ics", "/calendar/.ics", "/calendar/x"] {
        assert_eq!(app.get(bad).await.status, StatusCode::NOT_FOUND, "{bad}");
    }
    app.post("/reminders/renew", "").await;
    assert_eq!(app.stranger().get(&path).await.status, StatusCode::NOT_FOUND, "the old address is closed");
    let wrong = app.post("/reminders", "evening=25:99&morning=&mail=nobody&topic=a/b").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("href=\"#evening\""), "{}", wrong.body);
    // What the operator has not set up is not offered, and not taken from a forged form.
    assert!(!page.contains("name=\"mail\"") && !page.contains("name=\"topic\""));
    app.post("/reminders", "evening=21:30&mail=anna@home.example&topic=x").await;
    assert!(store.to_remind().await.unwrap().is_empty());
    let site = Site { mail: true, ntfy: "https://ntfy.example".to_owned(), ..Site::default() };
    let mut with_mail = App::with(state(&store).with_site(site));
    sign_in(&mut with_mail, "anna", PASSWORD).await;
    with_mail.post("/reminders", "evening=21:30&mail=anna@home.example&topic=x").await;
    assert_eq!(store.to_remind().await.unwrap()[0].wanted.mail, "anna@home.example");
}
