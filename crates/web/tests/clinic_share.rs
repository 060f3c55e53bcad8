//! The person's side: sharing, sending a check, taking a request back, and who looked.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "clinic/world.rs"]
mod world;

use axum::http::StatusCode;
use charley_records::clinic::worklist::{Closing, Urgency, Which};
use common::App;
use world::{World, between};

#[tokio::test]
async fn a_person_shares_changes_the_contact_and_ends_it() {
    let world = World::new().await;
    let mut ann = world.person().await;
    let page = ann.get("/share").await.body;
    assert!(page.contains("May look since") && page.contains("Hill Street (you share already"), "{page}");
    for (form, field) in [
        ("consent=yes", "clinic".to_owned()),
        (&format!("clinic={}", world.other.id), "consent".to_owned()),
        (&format!("clinic={}&consent=yes&phone=call+me", world.other.id), "phone".to_owned()),
        (&format!("clinic={}&consent=yes&born=soon", world.other.id), "born".to_owned()),
    ] {
        let bad = ann.post("/share", form).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(bad.body.contains(&format!("href=\"#{field}\"")), "{form}: {}", bad.body);
    }
    let there = format!("clinic={}&consent=yes&phone=020+7946+0009", world.other.id);
    assert_eq!(ann.post("/share", &there).await.to(), "/share");
    let mut zoe = world.staff(&world.stranger);
    let contact = format!("/clinic/people/{}/contact", world.ann.1.id);
    assert!(zoe.get(&contact).await.body.contains("020 7946 0009"));
    assert_eq!(ann.post(&format!("/share/{}/end", world.other.id), "").await.to(), "/share");
    assert_eq!(zoe.get(&contact).await.status, StatusCode::NOT_FOUND, "it ends at once");
    assert!(ann.get("/share").await.body.contains("Sharing that has ended"));
    let twice = ann.post(&format!("/share/{}/end", world.other.id), "").await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
    // A carer looks; the person decides.
    let mut carl = world.carer().await;
    let page = carl.get("/share").await.body;
    assert!(page.contains("Hill Street") && !page.contains("End sharing") && !page.contains("action=\"/share\""));
    assert_eq!(carl.post("/share", &there).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_looked_is_told_with_the_clinic_and_the_reason_of_an_emergency() {
    let world = World::new().await;
    let id = world.request(Urgency::Routine, &[]).await;
    let mut ann = world.person().await;
    let mut clio = world.staff(&world.clinician);
    clio.get(&format!("/clinic/requests/{id}")).await;
    let page = ann.get("/share").await.body;
    assert!(page.contains("Staff of Hill Street") && page.contains("Opened the record"), "{page}");
    assert!(ann.get("/data").await.body.contains("Staff of Hill Street"));

    let emergency = format!("/clinic/people/{}/emergency", world.ann.1.id);
    assert!(clio.get(&emergency).await.to().ends_with(&world.ann.1.id.to_string()), "whoever shares needs none");
    ann.post(&format!("/share/{}/end", world.clinic.id), "").await;
    let request = clio.get(&format!("/clinic/requests/{id}")).await.body;
    assert!(request.contains("no longer shares") && request.contains(&emergency), "{request}");
    assert!(!request.contains("It tears at my left calf") && !request.contains("020 7946 0000"), "{request}");
    let record = format!("/clinic/people/{}", world.ann.1.id);
    let closed = clio.get(&record).await;
    assert_eq!(closed.status, StatusCode::NOT_FOUND);
    assert!(closed.body.contains(&format!("href=\"{emergency}\"")), "{}", closed.body);
    let page = clio.get(&emergency).await.body;
    assert!(page.contains("The person will read this"), "{page}");
    let silent = clio.post(&emergency, "reason=+").await;
    assert!(silent.body.contains("href=\"#reason\""), "{}", silent.body);
    let opened = clio.post(&emergency, "reason=Found+on+the+floor").await;
    assert_eq!(opened.to(), record);
    assert!(clio.get(&record).await.body.contains("Opened in an emergency"));
    let page = ann.get("/share").await.body;
    assert!(page.contains("<b>Hill Street</b>") && page.contains("“Found on the floor”"), "{page}");
    // For whoever opened it the record stays open a while, and for nobody else.
    let desk = world.clinician.desk(&world.store).await;
    assert!(world.store.care(&desk, world.ann.1.id, world::now()).await.unwrap().emergency());
    assert!(world.store.care(&desk, world.ann.1.id, world::in_hours(1)).await.is_err());
    let never = format!("/clinic/people/{}/emergency", charley_records::ids::random().unwrap());
    assert_eq!(clio.post(&never, "reason=Found+on+the+floor").await.status, StatusCode::NOT_FOUND);
}

/// A finished check of somebody with ordinary cramps.
async fn checked(app: &mut App) {
    assert_eq!(app.until("/check/answers", &[]).await, "/check/answers");
}

#[tokio::test]
async fn a_check_is_sent_once_and_taken_back() {
    let world = World::new().await;
    let mut ann = world.person().await;
    checked(&mut ann).await;
    let send = format!("/check/send/{}", world.clinic.id);
    let result = ann.get("/check/result").await.body;
    assert!(result.contains(&format!("href=\"{send}\">Send to Hill Street")), "{result}");
    let page = ann.get(&send).await.body;
    assert!(page.contains("request of <b>Ann</b>") && page.contains("All your answers"), "{page}");
    let id = between(&page, "name=\"id\" value=\"", "\"").to_owned();
    let form = format!("id={id}&complaint=It+tears&wish=To+sleep");
    for _ in 0..2 {
        let sent = ann.post(&send, &form).await;
        assert_eq!(sent.to(), "/requests", "{}", sent.body);
    }
    let desk = world.clinician.desk(&world.store).await;
    let lines = world.store.requests(&desk, Which::Open).await.unwrap();
    assert_eq!(lines.len(), 1);
    let care = world.store.care(&desk, world.ann.1.id, world::now()).await.unwrap();
    let full = world.store.request(&care, lines[0].id).await.unwrap();
    assert_eq!((full.sent.complaint.as_str(), full.sent.wish.as_str()), ("It tears", "To sleep"));
    assert_eq!(full.sent.knowledge.len(), 64);
    let case = full.sent.case.unwrap();
    assert!(case.contains("\"leg_cramps\"") && case.contains("\"age\""), "{case}");
    let kept = charley_web::answers::save::load(&common::reasoner().knowledge, &case).unwrap();
    assert_eq!(charley_web::answers::save::save(&kept), case, "the file of a check");

    let list = ann.get("/requests").await.body;
    assert!(list.contains("It waits at the clinic"), "{list}");
    assert_eq!(ann.post(&format!("/requests/{id}/withdraw"), "").await.to(), "/requests");
    let list = ann.get("/requests").await.body;
    assert!(list.contains("You took it back") && !list.contains("/withdraw"), "{list}");
    let line = world.store.request_line(&desk, lines[0].id).await.unwrap();
    assert_eq!(line.closed.map(|(how, _)| how), Some(Closing::Withdrawn));
    // Only one's own, and only to a clinic with which one shares.
    let strange = charley_records::ids::random().unwrap();
    assert_eq!(ann.post(&format!("/requests/{strange}/withdraw"), "").await.status, StatusCode::NOT_FOUND);
    let other = format!("/check/send/{}", world.other.id);
    assert_eq!(ann.get(&other).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ann.post(&other, &form).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_told_how() {
    let world = World::new().await;
    let mut app = world.nobody();
    checked(&mut app).await;
    let result = app.get("/check/result").await.body;
    assert!(result.contains("href=\"/sign-in?next=/check/result\""), "{result}");
    let mut bare = App::new();
    checked(&mut bare).await;
    assert!(!bare.get("/check/result").await.body.contains("Send it to a clinic"), "without records there is none");
    for path in ["/share", "/requests"] {
        assert_eq!(world.nobody().get(path).await.to(), format!("/sign-in?next={path}"));
        assert_eq!(world.phone().await.get(path).await.to(), format!("/sign-in?next={path}"));
    }
}

#[tokio::test]
async fn an_emergency_is_called_and_not_sent() {
    let world = World::new().await;
    let mut ann = world.person().await;
    assert_eq!(ann.until("/check/call", &[("/check/danger/call_now", "sign=chest")]).await, "/check/call");
    let send = format!("/check/send/{}", world.clinic.id);
    assert_eq!(ann.get(&send).await.to(), "/check/call");
    let id = charley_records::ids::random().unwrap();
    assert_eq!(ann.post(&send, &format!("id={id}")).await.to(), "/check/call");
}

#[tokio::test]
async fn a_danger_sign_left_open_is_sent_as_such() {
    let world = World::new().await;
    let mut ann = world.person().await;
    let unsure = [
        ("/check/danger/today", "rest=not_sure"),
        ("/check/danger/today/which", "sign=swollen"),
        ("/check/danger/today/look", "swollen=not_sure"),
        ("/check/danger/past", "sign=flight"),
    ];
    ann.until("/check/answers", &unsure).await;
    let page = ann.get(&format!("/check/send/{}", world.clinic.id)).await.body;
    assert!(page.contains("How soon: <b>Today</b>, and that some danger signs are open"), "{page}");
}

#[tokio::test]
async fn the_cookie_of_the_clinic_is_closed_like_the_others() {
    let world = World::new().await;
    let mut clio = world.staff(&world.clinician);
    let chosen = clio.post("/clinics", &format!("clinic={}", world.clinic.id)).await;
    let cookie = chosen.header("set-cookie");
    assert!(cookie.starts_with("charley_clinic=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    // Signing in and out forgets which clinic it was.
    for reply in
        [clio.post("/sign-out", "").await, clio.post("/sign-in", "login=clio&password=stove+paper+cloud").await]
    {
        let cookies: Vec<&str> =
            reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
        let gone = cookies.iter().any(|cookie| cookie.starts_with("charley_clinic=; ") && cookie.contains("Max-Age=0"));
        assert!(gone, "{cookies:?}");
    }
    // Forms of other sites are refused before anything is looked at.
    let foreign = axum::http::Request::post("/clinic/people/new")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let mut clio = world.staff(&world.clinician);
    assert_eq!(clio.send(foreign, "name=Mallory").await.status, StatusCode::FORBIDDEN);
}
