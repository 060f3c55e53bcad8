//! What `docs/security.md` names and no other file here holds: headers of errors, cookies, planted sessions, reset links,
//! passwords as typed, text as text, sizes of files, and a database that fails.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "clinic/world.rs"]
mod world;

use std::collections::BTreeSet;

use axum::http::{Method, Request, StatusCode, header};
use charley_records::accounts::OneTime;
use charley_web::AppState;
use charley_web::cookies::{CLINIC, DEVICE, HERE, PERSON, SESSION, SIGNED_IN, THEME};
use common::{App, Reply, reasoner};
use jiff::Timestamp;
use world::{World, app, between, in_hours, now};

const FORM: &str = "application/x-www-form-urlencoded";
/// Ann's and everybody's password in this world, as a form sends it.
const PASSWORD: &str = "stove+paper+cloud";

fn an_hour_later() -> Timestamp {
    in_hours(1)
}

async fn sign_in(app: &mut App, login: &str, password: &str) -> Reply {
    app.post("/sign-in", &format!("login={login}&password={password}")).await
}

/// Holds the headers that every answer carries.
fn closed(reply: &Reply, what: &str) {
    let policy = reply.header("content-security-policy");
    for part in
        ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"]
    {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(reply.header(name), value, "{what}");
    }
    assert_eq!(reply.header("access-control-allow-origin"), "", "{what}: no other origin may read it");
}

#[tokio::test]
async fn errors_redirects_and_unused_methods_carry_the_headers_too() {
    let world = World::new().await;
    let mut ann = world.person().await;
    let foreign =
        Request::post("/people/add").header(header::CONTENT_TYPE, FORM).header("sec-fetch-site", "cross-site");
    let large = format!("name={}", "x".repeat(300_000));
    let of_ann = [
        (StatusCode::OK, ann.get("/account").await),
        (StatusCode::OK, ann.get("/data/charley.json").await),
        (StatusCode::NOT_FOUND, ann.get("/clinic").await),
        (StatusCode::NOT_FOUND, ann.get("/no-such-page").await),
        (StatusCode::METHOD_NOT_ALLOWED, ann.get("/sign-out").await),
        (StatusCode::FORBIDDEN, ann.send(foreign, "name=Eve").await),
        (StatusCode::PAYLOAD_TOO_LARGE, ann.post("/people/add", &large).await),
        (StatusCode::SEE_OTHER, ann.post("/theme", "theme=night&back=/").await),
    ];
    for (status, reply) in &of_ann {
        assert_eq!(reply.status, *status, "{}", reply.body);
        closed(reply, status.as_str());
        assert_eq!(reply.header("cache-control"), "no-store", "{status}: of somebody signed in nothing is stored");
    }
    let mut nobody = world.nobody();
    closed(&nobody.get("/account").await, "to the sign-in page");
    closed(&sign_in(&mut nobody, "ann", "wrong+wrong+wrong").await, "a refused sign-in");
    for method in [Method::TRACE, Method::PUT, Method::PATCH, Method::DELETE] {
        for path in ["/", "/account", "/check/country", "/clinic", "/api/assess", "/healthz", "/assets/base.css"] {
            let reply = nobody.send(Request::builder().method(method.clone()).uri(path), "").await;
            assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            closed(&reply, path);
        }
    }
}

/// The `Set-Cookie` lines of an answer.
fn cookies(reply: &Reply) -> Vec<String> {
    let lines = reply.headers.get_all(header::SET_COOKIE).iter();
    lines.map(|line| line.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_cookie_is_hidden_from_scripts_and_from_other_sites() {
    let world = World::new().await;
    let state = || {
        let state = AppState::new(reasoner(), || (2026, 11, 24)).with_store(world.store.clone()).with_timestamp(now);
        state.with_public_https(true)
    };
    let (mut ann, person) = (App::with(state()), world.ann.1.id);
    let mut clio = App::with(state()).with_cookie(SIGNED_IN, world.clinician.session.expose());
    let replies = [
        ann.get("/").await,
        ann.post("/theme", "theme=night&back=/").await,
        ann.post("/check/country", "country=uk").await,
        sign_in(&mut ann, "ann", PASSWORD).await,
        ann.post("/people/look", &format!("person={person}")).await,
        ann.post("/devices/here", "name=Phone").await,
        clio.post("/clinics", &format!("clinic={}", world.clinic.id)).await,
    ];
    let lines: Vec<String> = replies.iter().flat_map(cookies).collect();
    for line in &lines {
        let parts: Vec<&str> = line.split("; ").collect();
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(parts.contains(&part), "{part}: {line}");
        }
        assert!(!line.to_lowercase().contains("domain="), "for this host alone: {line}");
    }
    let names: BTreeSet<&str> = lines.iter().filter_map(|line| line.split('=').next()).collect();
    assert_eq!(names, BTreeSet::from([SESSION, THEME, HERE, SIGNED_IN, PERSON, CLINIC, DEVICE]), "all are tried");
}

#[tokio::test]
async fn a_planted_session_is_not_taken_over() {
    let world = World::new().await;
    // A key that somebody made up, and a session that is somebody else's.
    for planted in ["a".repeat(64), world.stranger.session.expose().to_owned()] {
        let mut ann = world.nobody().with_cookie(SIGNED_IN, &planted);
        assert_eq!(sign_in(&mut ann, "ann", PASSWORD).await.to(), "/account");
        assert!(ann.get("/account").await.body.contains("You are signed in as <b>ann</b>"));
        let thief = world.nobody().with_cookie(SIGNED_IN, &planted).get("/account").await;
        assert!(!thief.body.contains("<b>ann</b>"), "{}", thief.body);
    }
    // The same of the check, whose answers have no account.
    let planted = "b".repeat(64);
    let mut visitor = world.nobody().with_cookie(SESSION, &planted);
    let begun = visitor.post("/check/country", "country=uk").await;
    assert_eq!(begun.to(), "/check/who");
    assert!(!begun.header("set-cookie").contains(&planted));
    assert_eq!(world.nobody().with_cookie(SESSION, &planted).get("/check/who").await.to(), "/check/start");
}

#[tokio::test]
async fn a_reset_link_ends_works_once_and_leaves_the_second_factor() {
    let world = World::new().await;
    let clio = &world.clinician;
    let purpose = OneTime::ResetPassword(clio.account.id);
    let link = world.store.issue_link(&purpose, in_hours(1), now()).await.unwrap();
    let (path, form) = (format!("/reset/{}", link.expose()), "password=river+lemon+basket");
    for _ in 0..2 {
        assert_eq!(world.nobody().get(&path).await.status, StatusCode::OK, "looking uses nothing up");
    }
    let mut late = app(&world.store, an_hour_later);
    assert_eq!(late.get(&path).await.status, StatusCode::NOT_FOUND, "it is over");
    assert_eq!(late.post(&path, form).await.status, StatusCode::NOT_FOUND, "it is over");
    let pair = world.store.issue_link(&OneTime::PairDevice(world.ann.1.id), in_hours(1), now()).await.unwrap();
    let other = format!("/reset/{}", pair.expose());
    assert_eq!(world.nobody().post(&other, form).await.status, StatusCode::NOT_FOUND, "it is for something else");

    let mut browser = world.nobody();
    assert_eq!(browser.post(&path, form).await.to(), "/account");
    assert_eq!(world.staff(clio).get("/account").await.to(), "/sign-in?next=/account", "signed out everywhere");
    assert_eq!(
        browser.get("/clinic").await.to(),
        "/second-factor?next=/clinic",
        "the link stands in for no second factor"
    );
    assert!(browser.get("/second-factor").await.body.contains("You have 10 left"), "the one that was there");
    let again = world.nobody().post(&path, "password=window+river+bread").await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert!(again.body.contains("This link does not work any more"), "{}", again.body);
    assert_eq!(sign_in(&mut world.nobody(), "clio", "river+lemon+basket").await.to(), "/account");
}

#[tokio::test]
async fn a_password_is_taken_as_it_was_typed() {
    let world = World::new().await;
    let own = async || {
        let link = world.store.issue_link(&OneTime::OwnHousehold, in_hours(1), now()).await.unwrap();
        format!("/first/{}", link.expose())
    };
    let path = own().await;
    let form = |password: &str| format!("name=Eve&zone=Europe/London&region=uk&login=eve&password={password}");
    let mut eve = world.nobody();
    for refused in ["Nine+cha%C3%A4".to_owned(), "word+".repeat(41)] {
        let reply = eve.post(&path, &form(&refused)).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
        assert!(reply.body.contains("href=\"#password\""), "{}", reply.body);
    }
    // Blanks at both ends, capitals and another sign than ASCII: none is changed, and nothing else is asked for.
    let typed = "+St%C3%B3ve+PAPER+cloud+";
    assert_eq!(eve.post(&path, &form(typed)).await.to(), "/account");
    for other in ["St%C3%B3ve+PAPER+cloud", "+st%C3%B3ve+paper+cloud+", "+Stove+PAPER+cloud+"] {
        let reply = sign_in(&mut world.nobody(), "eve", other).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{other}");
    }
    assert_eq!(sign_in(&mut world.nobody(), "eve", typed).await.to(), "/account");

    let reset = world.store.issue_link(&OneTime::ResetPassword(world.ann.0.id), in_hours(1), now()).await.unwrap();
    let (first, reset) = (own().await, format!("/reset/{}", reset.expose()));
    let pages = [
        (world.nobody().get("/sign-in").await, "current-password"),
        (world.nobody().get(&first).await, "new-password"),
        (world.nobody().get(&reset).await, "new-password"),
        (eve.get("/account/password").await, "current-password"),
    ];
    for (page, complete) in &pages {
        // Hidden as it is typed, known to password managers, cut off nowhere, and free to be pasted into.
        let field = between(&page.body, "type=\"password\"", ">");
        assert!(field.contains(&format!("autocomplete=\"{complete}\"")), "{field}");
        assert!(!field.contains("maxlength") && !page.body.contains("onpaste"), "{field}");
    }
}

#[tokio::test]
async fn what_is_typed_is_text_on_the_page() {
    let typed = "%3Cimg+src%3Dx+onerror%3D%22alert%281%29%22%3E%27%26";
    let raw = "<img src=x";
    let shown = "&#60;img src=x onerror=&#34;alert(1)&#34;&#62;&#39;&#38;";
    let world = World::new().await;
    let mut ann = world.person().await;
    let details = format!("name={typed}&zone=Europe/London&region=uk");
    assert_eq!(ann.post("/account/details", &details).await.to(), "/account");
    let mut clio = world.staff(&world.clinician);
    let pages = [
        ann.get("/account").await,
        ann.get("/account/details").await,
        ann.get("/people").await,
        clio.get("/clinic/people").await,
        clio.get(&format!("/clinic/people?find={typed}")).await,
        sign_in(&mut world.nobody(), typed, "wrong+wrong+wrong").await,
    ];
    for page in &pages {
        assert!(page.body.contains(shown) && !page.body.contains(raw), "{}", page.body);
    }
    let next = world.nobody().get("/sign-in?next=/%22%3E%3Cscript%3E").await;
    assert_eq!(next.status, StatusCode::OK);
    assert!(!next.body.contains("<script>"), "{}", next.body);
}

#[tokio::test]
async fn files_beyond_their_size_are_refused() {
    let world = World::new().await;
    let (mut ann, mut clio) = (world.person().await, world.staff(&world.clinician));
    let of = |size: usize| "x".repeat(size);
    let look = format!("/clinic/people/{}/laboratory/look", world.ann.1.id);
    let replies = [
        world.nobody().post_parts("/check/resume", &[("file", &of(300_000))]).await,
        ann.post_parts("/checks/add", &[("file", &of(300_000))]).await,
        clio.post_parts(&look, &[("date", "2026-11-20"), ("file", &of(200_000))]).await,
    ];
    for reply in &replies {
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", reply.body);
        assert!(reply.body.contains("That is too large"), "{}", reply.body);
    }
    // Nights may be more; what they are not is told by line.
    let nights = ann.post_parts("/log/import", &[("file", &of(300_000))]).await;
    assert_eq!(nights.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(world.store.checks(&world.ann.2).await.unwrap().is_empty(), "nothing was kept");
}

#[tokio::test]
async fn a_failing_database_is_told_in_general_words() {
    let world = World::new().await;
    let (mut ann, mut clio) = (world.person().await, world.staff(&world.clinician));
    let (mut phone, mut nobody) = (world.phone().await, world.nobody());
    world.store.close().await;
    let outbox = Request::post("/api/diary").header(header::CONTENT_TYPE, "application/json");
    let replies = [
        ann.get("/account").await,
        ann.get("/log").await,
        ann.get("/data/charley.json").await,
        ann.post("/people/add", "name=Eve&zone=UTC&region=").await,
        clio.get("/clinic").await,
        clio.post("/clinic/people/new", "name=Bob&another=yes").await,
        sign_in(&mut nobody, "ann", PASSWORD).await,
        phone.send(outbox, "{\"entries\":[]}").await,
    ];
    for reply in &replies {
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", reply.body);
        assert!(reply.body.contains("Something went wrong on our side"), "{}", reply.body);
        let lower = reply.body.to_lowercase();
        for inside in ["sqlx", "sqlite", "pool", "panicked", ".rs:"] {
            assert!(!lower.contains(inside), "{inside}: {}", reply.body);
        }
        assert!(
            reply.headers.get(header::SET_COOKIE).is_none_or(|line| !line.as_bytes().starts_with(b"charley_session"))
        );
    }
    // What needs no record goes on.
    assert_eq!(nobody.post("/check/country", "country=uk").await.to(), "/check/who");
}
