//! People, phones, checks, export, deletion and reminders.

use super::*;

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
