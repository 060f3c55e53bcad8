//! Sign-in and sessions; in [`records`] people, phones, and what is kept: who may do what, and what they are told.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "account/records.rs"]
mod records;

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
