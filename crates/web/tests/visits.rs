//! Visits over HTTP: staff and people book, move, cancel; rivals for one time; the link of a visit.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

#[path = "visits/clinic.rs"]
mod clinic;
mod common;
#[path = "clinic/world.rs"]
mod world;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use charley_records::clinic::booking::BookingState;
use charley_records::clinic::resources::{Closure, Opening};
use charley_records::clinic::worklist::Urgency;
use charley_records::{ClosureId, OpeningId, ids};
use charley_web::AppState;
use charley_web::cookies::{CLINIC, SIGNED_IN};
use clinic::{Clinic, MONDAY, fresh, front, monday, monday_at_ten, ok};
use common::reasoner;
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use tower::ServiceExt as _;
use world::{between, in_hours, now};

#[tokio::test]
async fn staff_choose_a_service_and_a_time_and_book_it() {
    let clinic = Clinic::new().await;
    let mut fay = front(&clinic);
    assert!(ok(&fay.get("/clinic/book").await).contains("Who comes?"));
    let start = format!("/clinic/book?person={}", clinic.person());
    let services = fay.get(&start).await;
    let service = format!("person={}&#38;service={}&#38;", clinic.person(), clinic.service);
    assert!(ok(&services).contains(&service) && services.body.contains("30 minutes"), "{}", services.body);
    let times = fay.get(&format!("{start}&service={}", clinic.service)).await;
    let body = ok(&times);
    assert!(body.contains("<b>Monday 30 November</b> <span class=\"m\">11 free</span>"), "9 to 11:30: {body}");
    assert!(body.contains("<b>Monday 7 December</b>") && !body.contains("Tuesday"), "{body}");
    let confirm = fay.get(&format!("{start}&service={}&start={MONDAY}&with={}", clinic.service, clinic.with())).await;
    let body = ok(&confirm);
    assert!(body.contains("Mon 30 November 2026, 09:00 to 09:30") && body.contains("Clio, Room 1"), "{body}");
    assert!(!body.contains("override_reason") && body.contains("Call 020 7946 0000"), "{body}");
    let id = between(body, "name=\"id\" value=\"", "\"").to_owned();
    let form = format!("{}&note=Bring+the+letter", clinic.desk_form(clinic.person(), &id, MONDAY));
    let booked = fay.post("/clinic/book", &form).await;
    assert_eq!(booked.to(), format!("/clinic/visits/{id}"), "{}", booked.body);
    let again = fay.post("/clinic/book", &form).await;
    assert_eq!(again.to(), booked.to(), "the same form sent twice is one visit");
    let visit = fay.get(booked.to()).await;
    for words in ["Visit of Ann", "Mon 30 November 2026, 09:00 to 09:30", "Bring the letter", "Vein scan"] {
        assert!(ok(&visit).contains(words), "{words}: {}", visit.body);
    }
    let day = fay.get("/clinic/day?date=2026-11-30").await;
    assert_eq!(ok(&day).matches(&format!("href=\"/clinic/visits/{id}\"")).count(), 1, "{}", day.body);
    assert!(!day.body.contains("Clash") && day.body.contains("09:00 to 09:30"), "{}", day.body);
    assert!(ok(&fay.get("/clinic/day").await).contains("No visits on this day"));
    // What is taken is not offered any more.
    let times = fay.get(&format!("{start}&service={}", clinic.service)).await;
    assert!(ok(&times).contains("9 free") && !times.body.contains(&format!("start={MONDAY}")), "{}", times.body);
}

#[tokio::test]
async fn staff_book_over_what_is_there_only_with_a_reason() {
    let clinic = Clinic::new().await;
    let mut fay = front(&clinic);
    let first = fresh();
    fay.post("/clinic/book", &clinic.desk_form(clinic.person(), &first, MONDAY)).await;
    let bob = clinic.registered("Bob").await;
    let (id, form) = (fresh(), |id: &str| clinic.desk_form(bob, id, MONDAY));
    let look = fay.get(&format!("/clinic/book?{}", form(&id))).await;
    let taken = "Clio, Room 1 is taken by the visit of Ann, 09:00 to 09:30";
    assert!(ok(&look).contains(taken) && look.body.contains("override_reason"), "{}", look.body);
    let refused = fay.post("/clinic/book", &form(&id)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("This time is taken") && refused.body.contains(taken), "{}", refused.body);
    let nearest = between(&refused.body, "Free times near it", "</ul>");
    assert!(nearest.contains("Mon 30 November, 09:30") && !nearest.contains("09:15"), "{nearest}");
    assert!(refused.body.contains(&format!("name=\"id\" value=\"{id}\"")), "the form is the same form");
    let over = fay.post("/clinic/book", &format!("{}&override_reason=In+great+pain", form(&id))).await;
    assert_eq!(over.to(), format!("/clinic/visits/{id}"), "{}", over.body);
    let day = fay.get("/clinic/day?date=2026-11-30").await.body;
    assert!(day.contains("2 visits with a clash") && day.contains("Booked over something: In great pain"), "{day}");
    assert!(day.contains(taken) && day.contains("taken by the visit of Bob"), "{day}");
    // Outside opening hours, and at a time that was typed.
    let typed = format!(
        "/clinic/book?person={bob}&service={}&date=2026-12-01&time=07:30&need={}&need={}",
        clinic.service, clinic.clio, clinic.room
    );
    let look = fay.get(&typed).await;
    assert!(
        ok(&look).contains("Clio is outside opening hours then") && look.body.contains("Tue 1 December 2026, 07:30")
    );
    let wrong = fay.get(&typed.replace("07:30", "early")).await;
    assert!(
        wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("href=\"#time\""),
        "{}",
        wrong.body
    );
}

#[tokio::test]
async fn a_visit_in_a_closure_is_a_clash_and_can_be_moved() {
    let clinic = Clinic::new().await;
    let mut fay = front(&clinic);
    let id = fresh();
    fay.post("/clinic/book", &clinic.desk_form(clinic.person(), &id, MONDAY)).await;
    let desk = clinic.world.front_desk.desk(&clinic.world.store).await;
    let (from, to) = (monday(), monday() + SignedDuration::from_hours(1));
    let closure = Closure {
        id: ClosureId(ids::random().unwrap()),
        resource: Some(clinic.clio),
        from,
        to,
        reason: "Leave".to_owned(),
    };
    clinic.world.store.put_closure(&desk, &closure, now()).await.unwrap();
    let day = fay.get("/clinic/day?date=2026-11-30").await.body;
    assert!(day.contains("1 visit with a clash") && day.contains("Clio is not there then: Leave"), "{day}");
    let address = format!("/clinic/visits/{id}/move");
    let times = fay.get(&address).await;
    assert!(
        ok(&times).contains("Now on Mon 30 November 2026, 09:00") && !times.body.contains("start=2026-11-30T09:45"),
        "{}",
        times.body
    );
    let form = |revision: u32, start: &str| format!("revision={revision}&start={start}&with={}", clinic.with());
    let moved = fay.post(&address, &form(0, "2026-11-30T10:00:00Z")).await;
    assert_eq!(moved.to(), format!("/clinic/visits/{id}"), "{}", moved.body);
    let stale = fay.post(&address, &form(0, "2026-11-30T11:00:00Z")).await;
    assert!(
        stale.status == StatusCode::UNPROCESSABLE_ENTITY && stale.body.contains("changed meanwhile"),
        "{}",
        stale.body
    );
    assert!(!fay.get("/clinic/day?date=2026-11-30").await.body.contains("Clash"), "it fits now");
    // A quarter of an hour later overlaps with itself only.
    let later = fay.get(&format!("{address}?date=2026-11-30")).await;
    assert!(ok(&later).contains("start=2026-11-30T10:15:00Z"), "{}", later.body);
}

#[tokio::test]
async fn what_became_of_a_visit_is_noted() {
    let clinic = Clinic::new().await;
    let id = fresh();
    front(&clinic).post("/clinic/book", &clinic.desk_form(clinic.person(), &id, MONDAY)).await;
    let address = format!("/clinic/visits/{id}/mark");
    let early = front(&clinic).post(&address, "state=no_show").await;
    assert!(early.status == StatusCode::UNPROCESSABLE_ENTITY && early.body.contains("not begun"), "{}", early.body);
    // The session of Monday has no second factor any more: the store is asked as of then.
    let desk = clinic.world.front_desk.desk(&clinic.world.store).await;
    clinic
        .world
        .store
        .mark(&desk, charley_records::BookingId(id.parse().unwrap()), BookingState::NoShow, monday_at_ten())
        .await
        .unwrap();
    let mut fay = front(&clinic);
    let day = fay.get("/clinic/day?date=2026-11-30").await.body;
    assert!(day.contains("did not come") && day.contains("Not yet"), "{day}");
    let back = fay.post(&address, "state=booked&day=2026-11-30").await;
    assert_eq!(back.to(), "/clinic/day?date=2026-11-30", "{}", back.body);
    assert_eq!(fay.post(&address, "state=arrived").await.to(), format!("/clinic/visits/{id}"));
    assert!(fay.get(&format!("/clinic/visits/{id}")).await.body.contains("has come"));
    assert_eq!(fay.post(&address, "state=cancelled").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(fay.post(&address, "state=sleeping").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_person_books_online_with_the_request_that_it_answers() {
    let clinic = Clinic::new().await;
    let request = clinic.world.request(Urgency::Soon, &[]).await;
    let mut ann = clinic.world.person().await;
    let requests = ann.get("/requests").await;
    let link = format!("{}?request={request}", clinic.book_at());
    assert!(ok(&requests).contains(&format!("href=\"{link}\"")), "{}", requests.body);
    assert_eq!(ann.get("/book").await.to(), clinic.book_at(), "one clinic: straight on");
    let services = ann.get(&link).await;
    assert!(ok(&services).contains("Vein scan") && services.body.contains(&format!("request={request}&#38;service=")));
    let times = ann.get(&format!("{link}&service={}", clinic.service)).await;
    assert!(ok(&times).contains("11 free") && times.body.contains("Europe/London"), "{}", times.body);
    let choice = format!("service={}&start={MONDAY}&with={}", clinic.service, clinic.with());
    let confirm = ann.get(&format!("{link}&{choice}")).await;
    let body = ok(&confirm);
    assert!(body.contains("Monday 30 November 2026, 09:00 to 09:30") && body.contains("With Clio"), "{body}");
    assert!(body.contains(&format!("<option value=\"{request}\" selected>")), "{body}");
    let id = between(body, "name=\"id\" value=\"", "\"").to_owned();
    let form = format!("{}&request={request}", clinic.own_form(&id, MONDAY));
    let booked = ann.post(&clinic.book_at(), &form).await;
    assert!(booked.to().starts_with("/visit/"), "{}", booked.body);
    assert_eq!(ann.post(&clinic.book_at(), &form).await.to(), booked.to(), "a retry is the same visit");
    let mine = ann.get("/visits").await;
    assert!(
        ok(&mine).contains("Vein scan, with Clio") && mine.body.contains(&format!("/visits/{id}/move")),
        "{}",
        mine.body
    );
    let file = ann.get(&format!("/visits/{id}/visit.ics")).await;
    assert!(ok(&file).contains("SUMMARY:Visit at Hill Street") && !file.body.contains("Vein"), "{}", file.body);
    let seen = front(&clinic).get(&format!("/clinic/visits/{id}")).await;
    assert!(ok(&seen).contains(&format!("/clinic/requests/{request}")), "{}", seen.body);
}

#[tokio::test]
async fn what_is_too_soon_or_by_staff_only_is_not_booked_online() {
    let clinic = Clinic::new().await;
    let desk = clinic.world.administrator.desk(&clinic.world.store).await;
    let time = |text: &str| text.parse().unwrap();
    let (id, since) = (OpeningId(ids::random().unwrap()), "2026-01-01".parse().unwrap());
    let tuesday =
        Opening { id, resource: clinic.clio, weekday: 2, from: time("09:00"), to: time("18:00"), since, until: None };
    clinic.world.store.put_opening(&desk, &tuesday, now()).await.unwrap();
    let mut ann = clinic.world.person().await;
    let times = ann.get(&format!("{}?service={}", clinic.book_at(), clinic.service)).await;
    assert!(!ok(&times).contains("start=2026-11-24") && times.body.contains("start=2026-12-01"), "{}", times.body);
    let soon = ann.post(&clinic.book_at(), &clinic.own_form(&fresh(), "2026-11-24T15:00:00Z")).await;
    assert!(soon.status == StatusCode::UNPROCESSABLE_ENTITY && soon.body.contains("too soon"), "{}", soon.body);
    let staff =
        front(&clinic).post("/clinic/book", &clinic.desk_form(clinic.person(), &fresh(), "2026-11-24T15:00:00Z")).await;
    assert!(staff.to().starts_with("/clinic/visits/"), "staff may: {}", staff.body);
    // Too late to change it without the clinic.
    assert!(ok(&ann.get("/visits").await).contains("too late to change it here"));
    clinic.put_service(false).await;
    let services = ann.get(&clinic.book_at()).await;
    assert!(ok(&services).contains("Nothing can be booked here"), "{}", services.body);
    let forced = ann.post(&clinic.book_at(), &clinic.own_form(&fresh(), MONDAY)).await;
    assert!(
        forced.status == StatusCode::UNPROCESSABLE_ENTITY && forced.body.contains("booked by the clinic"),
        "{}",
        forced.body
    );
    // Nor over something, whatever the form says, nor where one does not share.
    clinic.put_service(true).await;
    let elsewhere = format!("/book/{}", clinic.world.other.id);
    assert_eq!(ann.post(&elsewhere, &clinic.own_form(&fresh(), MONDAY)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ann.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
    assert!(clinic.world.nobody().get(&clinic.book_at()).await.to().starts_with("/sign-in"));
}

#[tokio::test]
async fn whoever_must_be_seen_today_is_told_not_to_wait_for_a_visit() {
    let clinic = Clinic::new().await;
    let mut ann = clinic.world.person().await;
    assert!(!ann.get(&clinic.book_at()).await.body.contains("Do not wait for a visit"));
    clinic.world.request(Urgency::SameDay, &["One leg swells"]).await;
    for more in [String::new(), format!("?service={}", clinic.service)] {
        let page = ann.get(&format!("{}{more}", clinic.book_at())).await;
        assert!(ok(&page).contains("Do not wait for a visit"), "{}", page.body);
    }
}

#[tokio::test]
async fn the_link_moves_and_cancels_its_visit_and_opens_nothing_else() {
    let clinic = Clinic::new().await;
    let link = clinic.booked().await;
    let mut anybody = clinic.world.nobody();
    let page = anybody.get(&link).await;
    assert_eq!(page.header("cache-control"), "no-store");
    let body = ok(&page);
    assert!(body.contains("Monday 30 November 2026, 09:00 to 09:30") && body.contains("Hill Street"), "{body}");
    let times = anybody.get(&format!("{link}/move")).await;
    let confirm = anybody.get(&format!("{link}/move?start=2026-12-07T09:00:00Z&with={}", clinic.with())).await;
    let file = anybody.get(&format!("{link}/visit.ics")).await;
    for (what, page) in [("visit", &page), ("times", &times), ("confirm", &confirm), ("file", &file)] {
        for word in ["Ann", "Vein", "scan", "Clio"] {
            assert!(!ok(page).contains(word), "{what} says {word}: {}", page.body);
        }
    }
    assert!(
        file.body.replace("\r\n ", "").contains(&format!("URL:https://legs.example{link}\r\n"))
            && file.header("content-type").starts_with("text/calendar")
    );
    let form = |start: &str| format!("revision=0&start={start}&with={}", clinic.with());
    let soon = anybody.post(&format!("{link}/move"), &form("2026-11-24T15:00:00Z")).await;
    assert!(
        soon.status == StatusCode::UNPROCESSABLE_ENTITY && soon.body.contains("You keep the time"),
        "{}",
        soon.body
    );
    let moved = anybody.post(&format!("{link}/move"), &form("2026-12-07T09:00:00Z")).await;
    assert_eq!(moved.to(), link, "{}", moved.body);
    assert!(ok(&anybody.get(&link).await).contains("Monday 7 December 2026, 09:00"));
    for closed in ["/visits", "/book", "/log", "/account", "/clinic/day"] {
        assert!(anybody.get(closed).await.to().starts_with("/sign-in"), "{closed}");
    }
    let other = link.replace("/visit/", "/visit/0");
    for odd in [&other, "/visit/x"] {
        assert_eq!(anybody.get(odd).await.status, StatusCode::NOT_FOUND, "{odd}");
        assert_eq!(anybody.post(&format!("{odd}/cancel"), "").await.status, StatusCode::NOT_FOUND, "{odd}");
        assert_eq!(anybody.post(&format!("{odd}/move"), &form(MONDAY)).await.status, StatusCode::NOT_FOUND, "{odd}");
    }
    assert_eq!(anybody.post(&format!("{link}/cancel"), "reason=Ill").await.to(), link);
    let gone = anybody.get(&link).await;
    assert!(ok(&gone).contains("Cancelled") && !gone.body.contains("Cancel this visit"), "{}", gone.body);
    assert!(anybody.get(&format!("{link}/visit.ics")).await.body.contains("METHOD:CANCEL"));
}

#[tokio::test]
async fn a_cancelled_time_is_free_at_once_and_staff_see_who_waits() {
    let clinic = Clinic::new().await;
    let link = clinic.booked().await;
    let mut fay = front(&clinic);
    let bob = clinic.registered("Bob").await;
    let wait = format!("id={}&person={bob}&service={}&from=2026-11-25&until=2026-12-04", fresh(), clinic.service);
    for _ in 0..2 {
        assert_eq!(fay.post("/clinic/waiting", &wait).await.to(), "/clinic/waiting");
    }
    assert!(ok(&fay.get("/clinic/day").await).contains("Waiting list: 1"), "the same form twice is one place");
    let list = fay.get("/clinic/waiting").await;
    assert!(ok(&list).contains("25 November 2026 to 4 December 2026"), "{}", list.body);
    let no_days = fay.post("/clinic/waiting", &format!("id={}&person={bob}&from=soon", fresh())).await;
    for field in ["#service", "#from", "#until"] {
        assert!(no_days.body.contains(&format!("href=\"{field}\"")), "{field}: {}", no_days.body);
    }
    clinic.world.nobody().post(&format!("{link}/cancel"), "").await;
    let day = fay.get("/clinic/day?date=2026-11-30").await.body;
    let visit = format!("/clinic/visits/{}", between(&day, "<li><a href=\"/clinic/visits/", "\""));
    let page = fay.get(&visit).await;
    assert!(ok(&page).contains("Book it for Bob"), "{}", page.body);
    let booked = fay.post("/clinic/book", &clinic.desk_form(bob, &fresh(), MONDAY)).await;
    assert!(booked.to().starts_with("/clinic/visits/"), "free at once: {}", booked.body);
    let place = between(&list.body, "/clinic/waiting/", "/end");
    assert_eq!(fay.post(&format!("/clinic/waiting/{place}/end"), "").await.to(), "/clinic/waiting");
    assert!(fay.get("/clinic/waiting").await.body.contains("Nobody waits"));
}

#[tokio::test]
async fn a_person_moves_cancels_and_wishes_for_an_earlier_time() {
    let clinic = Clinic::new().await;
    clinic.booked().await;
    let mut ann = clinic.world.person().await;
    let mine = ann.get("/visits").await.body;
    let id = between(&mine, "/visits/", "/visit.ics").to_owned();
    let wish = format!("id={}&from={}", between(&mine, "name=\"id\" value=\"", "\""), now());
    for _ in 0..2 {
        assert_eq!(ann.post(&format!("/visits/{id}/earlier"), &wish).await.to(), "/visits#waiting");
    }
    let mine = ann.get("/visits").await.body;
    assert!(mine.contains("You wait for a time") && !mine.contains("Tell me of an earlier time"), "{mine}");
    assert_eq!(mine.matches("/visits/waiting/").count(), 1, "{mine}");
    let place = between(&mine, "/visits/waiting/", "/end");
    assert_eq!(ann.post(&format!("/visits/waiting/{place}/end"), "").await.to(), "/visits#waiting");
    let days = format!("id={}&service={}&from=2026-11-25&until=2026-11-29", fresh(), clinic.service);
    assert_eq!(ann.post(&format!("{}/wait", clinic.book_at()), &days).await.to(), "/visits#waiting");
    let wrong = ann.post(&format!("{}/wait", clinic.book_at()), &days.replace("2026-11-29", "later")).await;
    assert!(
        wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("href=\"#until\""),
        "{}",
        wrong.body
    );
    let form = format!("revision=0&start=2026-12-07T09:00:00Z&with={}", clinic.with());
    assert_eq!(ann.post(&format!("/visits/{id}/move"), &form).await.to(), "/visits");
    assert!(ann.get("/visits").await.body.contains("Monday 7 December 2026, 09:00 to 09:30"));
    assert_eq!(ann.post(&format!("/visits/{id}/cancel"), "reason=Better").await.to(), "/visits");
    assert!(ann.get("/visits").await.body.contains("No visit is booked"));
    let missing = format!("/visits/{}/cancel", fresh());
    assert_eq!(ann.post(&missing, "").await.status, StatusCode::NOT_FOUND);
}

/// Fifty of the front desk, each with somebody else, press the button for the same time at once, over one router.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_rivals_for_one_time_one_wins_and_the_others_get_other_times() {
    let clinic = Clinic::new().await;
    let state = AppState::new(reasoner(), || (2026, 11, 24)).with_store(clinic.world.store.clone()).with_timestamp(now);
    let router = charley_web::router(state);
    let member = &clinic.world.front_desk;
    let cookie = format!("{SIGNED_IN}={}; {CLINIC}={}", member.session.expose(), clinic.world.clinic.id);
    let mut rivals = Vec::new();
    for number in 0..50 {
        let (person, id) = (clinic.registered(&format!("Rival {number}")).await, fresh());
        let request = Request::post("/clinic/book")
            .header(header::HOST, "charley.test")
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(clinic.desk_form(person, &id, MONDAY)))
            .unwrap();
        let router = router.clone();
        rivals.push(tokio::spawn(async move {
            let response = router.oneshot(request).await.unwrap();
            let status = response.status();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, String::from_utf8_lossy(&body).into_owned())
        }));
    }
    let (mut won, mut lost) = (0, 0);
    for rival in rivals {
        match rival.await.unwrap() {
            (StatusCode::SEE_OTHER, _) => won += 1,
            (StatusCode::UNPROCESSABLE_ENTITY, body) => {
                assert!(body.contains("This time is taken"), "{body}");
                assert!(between(&body, "Free times near it", "</ul>").contains("Mon 30 November, 09:30"), "{body}");
                lost += 1;
            }
            (status, body) => panic!("{status}: {body}"),
        }
    }
    assert_eq!((won, lost), (1, 49));
    let desk = clinic.world.front_desk.desk(&clinic.world.store).await;
    let lines = clinic.world.store.bookings(&desk, now(), in_hours(24 * 14)).await.unwrap();
    assert_eq!(lines.len(), 1);
}
