//! The front desk's day: requests, people, and how staff come in.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "clinic/world.rs"]
mod world;

use axum::http::StatusCode;
use charley_records::clinic::worklist::{Act, Urgency, Which};
use charley_records::ids;
use charley_web::cookies::SIGNED_IN;
use common::App;
use jiff::Timestamp;
use world::{PASSWORD, World, app, between, code_at, in_hours, now};

fn four_days_later() -> Timestamp {
    in_hours(96)
}

fn a_day_later() -> Timestamp {
    in_hours(24)
}

/// The bytes of base 32, in groups as the page shows them (RFC 4648).
fn bytes(letters: &str) -> Vec<u8> {
    let (mut found, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in letters.bytes().filter(|letter| *letter != b' ') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            digit => digit - b'2' + 26,
        };
        (bits, held) = (bits << 5 | u32::from(value), held + 5);
        if held >= 8 {
            held -= 8;
            found.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    found
}

#[tokio::test]
async fn a_second_factor_is_set_up_and_asked_for_again_the_next_day() {
    let world = World::new().await;
    let mut ned = world.staff(&world.newcomer);
    let sent = ned.get("/clinic/people?find=ann").await;
    assert_eq!(sent.to(), "/second-factor?next=/clinic/people%3Ffind%3Dann");
    let begin = ned.get(sent.to()).await;
    assert!(begin.body.contains("Set up a second factor") && begin.header("cache-control") == "no-store");
    let shown = ned.post("/second-factor/begin", "next=/clinic/people%3Ffind%3Dann").await;
    assert!(shown.body.contains("<svg class=\"code\""), "{}", shown.body);
    let letters = between(&shown.body, "<b class=\"letters\">", "</b>");
    assert!(letters.split(' ').all(|group| group.len() == 4), "{letters}");
    let secret = bytes(letters);
    let wrong = ned.post("/second-factor/confirm", "code=000000&next=/clinic").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("href=\"#code\"") && !wrong.body.contains(letters), "the secret is shown once");
    let form = format!("code={}&next=/clinic/people%3Ffind%3Dann", code_at(&secret, now()));
    let codes = ned.post("/second-factor/confirm", &form).await;
    assert_eq!(codes.body.matches("<li><code>").count(), 10, "{}", codes.body);
    assert!(codes.body.contains("href=\"/clinic/people?find=ann\""), "{}", codes.body);
    let recovery = between(&codes.body, "<li><code>", "</code>").to_owned();
    assert_eq!(ned.get("/clinic").await.status, StatusCode::OK);
    // Whoever knew the session of before has nothing of the second factor.
    let renewed = between(codes.header("set-cookie"), "charley_session=", ";").to_owned();
    assert_ne!(renewed, world.newcomer.session.expose());
    assert!(world.staff(&world.newcomer).get("/clinic").await.to().starts_with("/sign-in"));

    // A day later the same session is asked again; the code of yesterday does not count, and none counts twice.
    let mut ned = world.staff_at(&world.newcomer, a_day_later).with_cookie(SIGNED_IN, &renewed);
    assert_eq!(ned.get("/clinic").await.to(), "/second-factor?next=/clinic");
    assert!(ned.get("/second-factor").await.body.contains("You have 10 left"));
    let old = ned.post("/second-factor", &form).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let away = format!("code={}&next=//evil.example", code_at(&secret, a_day_later()));
    assert_eq!(ned.post("/second-factor", &away).await.to(), "/clinic", "leads nowhere else");
    let again = ned.post("/second-factor", &away).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a code works once");
    assert_eq!(ned.post("/second-factor", &format!("code={recovery}")).await.to(), "/clinic");
    let twice = ned.post("/second-factor", &format!("code={recovery}")).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "a recovery code works once");
    assert!(twice.body.contains("You have 9 left"), "{}", twice.body);
    // Whoever has one sets up no other without taking it away first.
    assert_eq!(ned.post("/second-factor/begin", "").await.to(), "/second-factor");
}

#[tokio::test]
async fn guessing_codes_is_throttled() {
    let world = World::new().await;
    let mut clio = world.staff_at(&world.clinician, a_day_later);
    let mut statuses = Vec::new();
    for _ in 0..7 {
        statuses.push(clio.post("/second-factor", "code=123456").await.status);
    }
    assert_eq!(statuses[0], StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(statuses[6], StatusCode::TOO_MANY_REQUESTS, "{statuses:?}");
    assert!(clio.post("/second-factor", "code=123456").await.body.contains("Too many tries. Wait"));
}

#[tokio::test]
async fn an_invitation_makes_staff_once() {
    let world = World::new().await;
    let mut ada = world.staff(&world.administrator);
    let none = ada.post("/clinic/settings/staff/invite", "").await;
    assert!(none.body.contains("href=\"#invite-role\""), "{}", none.body);
    let made = ada.post("/clinic/settings/staff/invite", "role=front_desk").await;
    let path = format!("/staff/{}", between(&made.body, "https://legs.example/staff/", "<"));
    let mut gus = world.nobody();
    let page = gus.get(&path).await;
    assert!(page.body.contains("Join Hill Street") && page.body.contains("<b>front desk</b>"), "{}", page.body);
    assert_eq!(page.header("cache-control"), "no-store");
    let short = gus.post(&path, "login=gu&password=short").await;
    assert!(short.body.contains("href=\"#login\"") && short.body.contains("href=\"#password\""), "{}", short.body);
    let joined = gus.post(&path, &format!("login=gus&password={}", PASSWORD.replace(' ', "+"))).await;
    assert_eq!(joined.to(), "/clinic", "{}", joined.body);
    assert_eq!(gus.get("/clinic").await.to(), "/second-factor?next=/clinic");
    assert!(gus.get("/account").await.body.contains("You work at Hill Street"));
    let spent = world.nobody().get(&path).await;
    assert_eq!(spent.status, StatusCode::NOT_FOUND);
    assert!(spent.body.contains("This link does not work any more"));

    // Somebody with an account takes the role with it.
    let made = ada.post("/clinic/settings/staff/invite", "role=clinician").await;
    let path = format!("/staff/{}", between(&made.body, "https://legs.example/staff/", "<"));
    let mut ann = world.person().await;
    assert!(ann.get(&path).await.body.contains("Take the role as ann"));
    assert_eq!(ann.post(&format!("{path}/accept"), "").await.to(), "/clinic");
    assert_eq!(ann.get("/clinic").await.to(), "/second-factor?next=/clinic");
    assert_eq!(ann.post(&format!("{path}/accept"), "").await.status, StatusCode::NOT_FOUND);
}

/// Rows of a list on a page: what stands between its items.
fn rows(body: &str) -> Vec<&str> {
    let list = between(body, "<ol class=\"requests\" aria-label=\"Open requests\">", "</ol>");
    list.split("<li class=\"request").skip(1).collect()
}

#[tokio::test]
async fn the_worklist_shouts_what_is_urgent_and_late() {
    let world = World::new().await;
    let routine = world.request(Urgency::Routine, &[]).await;
    let soon = world.request(Urgency::Soon, &["A swelling that stays"]).await;
    let emergency = world.request_at(Urgency::Emergency, &["One leg cold and pale"], in_hours(96)).await;
    let fresh = world.staff(&world.front_desk).get("/clinic").await.body;
    assert!(!fresh.to_lowercase().contains("overdue"), "{fresh}");
    let mut clio = proved_again(&world, "clio").await;
    let page = clio.get("/clinic").await.body;
    let order: Vec<bool> =
        rows(&page).iter().zip([emergency, soon, routine]).map(|(row, id)| row.contains(&id.to_string())).collect();
    assert_eq!(order, [true, true, true], "{page}");
    let rows_of = rows(&page);
    assert!(rows_of[0].contains("<b>Emergency</b>") && rows_of[0].contains("One leg cold and pale"));
    assert!(rows_of[1].contains("Overdue: waits 4 days") && rows_of[1].contains("1 red flag"));
    assert!(rows_of[2].contains("Waits 4 days") && !rows_of[2].contains("Overdue"));
    assert!(page.contains("<b>1 emergency.</b>") && page.contains("<b>1 overdue.</b>"), "{page}");

    // A filter hides no count.
    let filtered = clio.get("/clinic?urgency=routine").await.body;
    assert_eq!(rows(&filtered).len(), 1);
    assert!(filtered.contains("<b>1 overdue.</b>") && filtered.contains("1 of them not shown below"), "{filtered}");
    assert!(filtered.contains("2 more open, not shown"));
    let mine = clio.get("/clinic?whose=mine").await.body;
    assert!(mine.contains("No open request fits"));
    clio.post(&format!("/clinic/requests/{soon}/assign"), &format!("to={}", world.clinician.account.id)).await;
    let mine = clio.get("/clinic?whose=mine").await.body;
    assert_eq!(rows(&mine).len(), 1);
    assert!(rows(&mine)[0].contains("With you"));
    let nobodys = clio.get("/clinic?whose=nobody").await.body;
    assert_eq!(rows(&nobodys).len(), 2);

    // The front desk sees how many red flags, and not which.
    let mut fay = proved_again(&world, "fay").await;
    let page = fay.get("/clinic").await.body;
    assert!(page.contains("1 red flag") && !page.contains("One leg cold and pale"), "{page}");
}

/// Staff who signed in and gave their second factor four days later: by a new one, since apps are not simulated.
async fn proved_again(world: &World, login: &str) -> App {
    let at = four_days_later();
    let store = &world.store;
    let account = store.account_named(login).await.unwrap();
    store.reset_second_factor(account.id, at).await.unwrap();
    let password = charley_records::secret::Secret::new(PASSWORD);
    let (_, token) = store.sign_in(login, &password, "", "test", at).await.unwrap();
    let (_, session) = store.session(&token, at).await.unwrap();
    let secret = store.begin_second_factor(account.id, at).await.unwrap();
    store.confirm_second_factor(account.id, session, &code_at(&secret, at), at).await.unwrap();
    app(store, four_days_later).with_cookie(charley_web::cookies::SIGNED_IN, token.expose())
}

#[tokio::test]
async fn the_front_desk_acts_on_a_request_and_reads_no_illness() {
    let world = World::new().await;
    let id = world.request(Urgency::Routine, &["A swelling that stays"]).await;
    let path = format!("/clinic/requests/{id}");
    let mut fay = world.staff(&world.front_desk);
    let page = fay.get(&path).await.body;
    for hidden in ["It tears at my left calf", "To sleep through", "A swelling that stays", "Open the record"] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    assert!(page.contains("href=\"tel:02079460000\"") && page.contains("Born 24 November 1958"), "{page}");
    assert!(!page.contains("judged anew"), "regrading is for clinicians");

    assert_eq!(fay.post(&format!("{path}/note"), "text=Prefers+mornings").await.to(), path);
    assert_eq!(fay.post(&format!("{path}/called"), "reached=no&text=No+answer").await.to(), path);
    let unsaid = fay.post(&format!("{path}/called"), "text=Engaged").await;
    assert!(unsaid.body.contains("href=\"#called-reached\"") && unsaid.body.contains(">Engaged</textarea>"));
    let empty = fay.post(&format!("{path}/note"), "text=+").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("href=\"#note-text\""), "{}", empty.body);
    let nobody = fay.post(&format!("{path}/assign"), &format!("to={}", world.stranger.account.id)).await;
    assert!(nobody.body.contains("Choose somebody who works here"), "staff of another clinic");

    let mut clio = world.staff(&world.clinician);
    let page = clio.get(&path).await.body;
    for seen in ["It tears at my left calf", "To sleep through", "A swelling that stays", "Prefers mornings"] {
        assert!(page.contains(seen), "{seen}: {page}");
    }
    assert!(page.contains(&format!("href=\"/clinic/people/{}\"", world.ann.1.id)));
    clio.post(&format!("{path}/note"), "text=Ask+about+her+statin").await;
    assert_eq!(clio.post(&format!("{path}/regrade"), "urgency=same_day&reason=New+swelling").await.to(), path);
    let silent = clio.post(&format!("{path}/regrade"), "urgency=routine").await;
    assert!(silent.body.contains("href=\"#regrade-reason\""), "{}", silent.body);

    let page = fay.get(&path).await.body;
    assert!(page.contains("Prefers mornings") && page.contains("clio</b> wrote a note"), "{page}");
    assert!(!page.contains("statin") && !page.contains("New swelling"), "words of clinicians: {page}");
    assert!(page.contains("Not reached 1 time") && page.contains("<b>Today</b>"));
}

#[tokio::test]
async fn a_request_is_closed_with_the_words_it_needs() {
    let world = World::new().await;
    let id = world.request(Urgency::Routine, &[]).await;
    let path = format!("/clinic/requests/{id}");
    let mut fay = world.staff(&world.front_desk);
    for (form, field) in [
        ("", "close-how"),
        ("how=withdrawn", "close-how"),
        ("how=not_reached", "close-text"),
        ("how=sent_on&text=++", "close-text"),
    ] {
        let refused = fay.post(&format!("{path}/close"), form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(refused.body.contains(&format!("href=\"#{field}\"")), "{form}: {}", refused.body);
    }
    assert_eq!(world.store.requests(&world.front_desk.desk(&world.store).await, Which::Open).await.unwrap().len(), 1);
    let closed = fay.post(&format!("{path}/close"), "how=not_reached&text=Three+calls+on+two+days").await;
    assert_eq!(closed.to(), path);
    let page = fay.get(&path).await.body;
    assert!(page.contains("Could not be reached") && page.contains("Three calls on two days"), "{page}");
    assert!(!page.contains("/close\"") && page.contains("/reopen\""));
    // Somebody's page was older than that.
    let late = fay.post(&format!("{path}/close"), "how=seen").await;
    assert!(late.body.contains("This request is closed already"), "{}", late.body);
    let list = fay.get("/clinic").await.body;
    assert!(list.contains("No request is open") && list.contains("Could not be reached"), "{list}");
    let silent = fay.post(&format!("{path}/reopen"), "").await;
    assert!(silent.body.contains("href=\"#reopen-reason\""));
    assert_eq!(fay.post(&format!("{path}/reopen"), "reason=Called+back").await.to(), path);
    assert_eq!(rows(&fay.get("/clinic").await.body).len(), 1);
}

#[tokio::test]
async fn an_emergency_says_what_to_do_at_once() {
    let world = World::new().await;
    let id = world.request(Urgency::Emergency, &["One leg cold and pale"]).await;
    let page = world.staff(&world.front_desk).get(&format!("/clinic/requests/{id}")).await.body;
    assert!(page.contains("Emergency. Call Ann now: <a href=\"tel:02079460000\">"), "{page}");
    let knowledge = common::reasoner();
    let uk = knowledge.knowledge.regions.iter().find(|region| region.id == "uk").unwrap();
    assert!(page.contains(&format!("Say: “Call {} now.”", uk.emergency_number)), "{page}");
}

/// The id in the form of a page.
fn id_in(body: &str) -> String {
    between(body, "name=\"id\" value=\"", "\"").to_owned()
}

#[tokio::test]
async fn on_the_telephone_the_rules_judge_and_the_desk_only_raises() {
    let world = World::new().await;
    let mut fay = world.staff(&world.front_desk);
    let person = world.ann.1.id;
    let caller = fay.get("/clinic/requests/new?find=an").await.body;
    assert!(caller.contains(&format!("/clinic/requests/new?person={person}")));
    let page = fay.get(&format!("/clinic/requests/new?person={person}")).await.body;
    assert!(page.contains("Born 24 November 1958") && page.matches("type=\"checkbox\"").count() > 15, "{page}");
    let desk = world.front_desk.desk(&world.store).await;
    let latest = async || {
        let lines = world.store.requests(&desk, Which::Open).await.unwrap();
        assert_eq!(lines.len(), 1, "one at a time");
        lines[0].clone()
    };
    let send = async |fay: &mut App, form: &str| {
        let id = id_in(&fay.get(&format!("/clinic/requests/new?person={person}")).await.body);
        (fay.post("/clinic/requests/new", &format!("id={id}&person={person}&{form}")).await, id)
    };

    // A list that was not asked is asked for.
    let (missing, _) = send(&mut fay, "rest-call_now=none&complaint=It+hurts").await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.body.contains("href=\"#rest-today\"") && missing.body.contains(">It hurts</textarea>"));

    let none = "rest-call_now=none&rest-today=none&rest-past=none";
    let (_, id) = send(&mut fay, &format!("{none}&complaint=It+tears&wish=Sleep")).await;
    let line = latest().await;
    assert_eq!((line.id.to_string(), line.urgency, line.provisional), (id.clone(), Urgency::Routine, false));
    // The same form again is the same request.
    let again = format!("id={id}&person={person}&{none}&complaint=It+tears&wish=Sleep");
    assert_eq!(fay.post("/clinic/requests/new", &again).await.to(), format!("/clinic/requests/{id}"));
    withdraw(&world).await;

    let (_, _) = send(&mut fay, &format!("{none}&raise=same_day")).await;
    assert_eq!(latest().await.urgency, Urgency::SameDay, "the desk raises");
    withdraw(&world).await;

    // One sign of danger: at once, and never softer.
    for rest in ["", "&rest-today=none&rest-past=none&raise=soon_2_weeks"] {
        let (sent, _) = send(&mut fay, &format!("sign-call_now=chest{rest}")).await;
        let line = latest().await;
        assert_eq!((line.urgency, line.red_flags > 0), (Urgency::Emergency, true), "{}", sent.body);
        assert!(fay.get(sent.to()).await.body.contains("Emergency. Call Ann now"));
        withdraw(&world).await;
    }

    // Not sure leaves it open, and says so.
    let (_, _) = send(&mut fay, "rest-call_now=not_sure&rest-today=none&rest-past=none").await;
    let line = latest().await;
    assert!(line.provisional && line.urgency <= Urgency::Routine);
    withdraw(&world).await;
    // Not sure whether the leg is swollen, a long flight behind: seen the same day.
    let (_, _) = send(&mut fay, "rest-call_now=none&rest-today=not_sure&sign-past=flight&rest-past=none").await;
    assert_eq!(latest().await.urgency, Urgency::SameDay);
}

async fn withdraw(world: &World) {
    for (_, line) in world.store.requests_of(&world.ann.2).await.unwrap() {
        world.store.withdraw_request(&world.ann.2, line.id, now()).await.unwrap();
    }
}

#[tokio::test]
async fn people_are_added_found_and_changed() {
    let world = World::new().await;
    let mut fay = world.staff(&world.front_desk);
    let bad = fay.post("/clinic/people/new", "name=&born=2999-01-01&phone=call+me&mail=nowhere").await;
    for field in ["name", "born", "phone", "mail"] {
        assert!(bad.body.contains(&format!("href=\"#{field}\"")), "{field}: {}", bad.body);
    }
    assert!(fay.post("/clinic/people/new", "name=Bob&born=31.3.1960").await.body.contains("href=\"#born\""));
    let added = fay.post("/clinic/people/new", "name=Bob+Hill&born=1960-03-31&phone=020+7946+0002").await;
    let contact = added.to().to_owned();
    assert!(contact.starts_with("/clinic/people/") && contact.ends_with("/contact"), "{}", added.body);
    // The same name is asked about; another birthday is another person.
    let again = fay.post("/clinic/people/new", "name=bob+hill").await;
    assert!(again.body.contains("href=\"#another\"") && again.body.contains("020 7946 0002"), "{}", again.body);
    assert_eq!(fay.post("/clinic/people/new", "name=Bob+Hill&born=1990-01-01").await.status, StatusCode::SEE_OTHER);
    let then = fay.post("/clinic/people/new", "name=Cy&then=request").await;
    assert!(then.to().starts_with("/clinic/requests/new?person="), "{}", then.body);

    let found = fay.get("/clinic/people?find=BOB").await.body;
    assert_eq!(found.matches("<b>Bob Hill</b>").count(), 2, "{found}");
    assert!(found.contains(&format!("href=\"{contact}\"")), "the front desk goes to the contact");
    let record = contact.trim_end_matches("/contact");
    let found = world.staff(&world.clinician).get("/clinic/people?find=bob").await.body;
    assert!(found.contains(&format!("href=\"{record}\"")), "a clinician goes to the record");
    assert_eq!(fay.post(&contact, "name=Robert+Hill&phone=020+7946+0003").await.to(), contact);
    assert!(fay.get(&contact).await.body.contains("<h1>Robert Hill</h1>"));
    // Whoever shares keeps the name.
    let ann = format!("/clinic/people/{}/contact", world.ann.1.id);
    fay.post(&ann, "name=Mallory&phone=020+7946+0004").await;
    let page = fay.get(&ann).await.body;
    assert!(page.contains("<h1>Ann</h1>") && page.contains("020 7946 0004"), "{page}");
}

#[tokio::test]
async fn the_contact_page_lists_requests_without_illness() {
    let world = World::new().await;
    let open = world.request(Urgency::Soon, &["A swelling that stays"]).await;
    let done = world.request(Urgency::Routine, &[]).await;
    let desk = world.front_desk.desk(&world.store).await;
    let close = Act::Close { how: charley_records::clinic::worklist::Closing::Advised, text: String::new() };
    world.store.act(&desk, done, &close, now()).await.unwrap();
    let page = world.staff(&world.front_desk).get(&format!("/clinic/people/{}/contact", world.ann.1.id)).await.body;
    assert!(page.contains(&open.to_string()) && page.contains(&done.to_string()), "{page}");
    assert!(page.contains("Advice was given") && !page.contains("swelling") && !page.contains("calf"));
    let missing = ids::random().unwrap();
    let reply = world.staff(&world.front_desk).get(&format!("/clinic/people/{missing}/contact")).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_administrator_deletes_whom_the_clinic_added_and_nobody_else() {
    let world = World::new().await;
    let added = world.staff(&world.front_desk).post("/clinic/people/new", "name=Bob+Hill").await;
    let contact = added.to().to_owned();
    let delete = contact.replace("/contact", "/delete");
    let mut ada = world.staff(&world.administrator);
    assert!(ada.get(&contact).await.body.contains(&format!("href=\"{delete}\"")));
    assert!(!world.staff(&world.front_desk).get(&contact).await.body.contains(&delete));
    assert!(ada.get(&delete).await.body.contains("be undone"));
    let wrong = ada.post(&delete, "name=Bob").await;
    assert!(wrong.body.contains("href=\"#name\""), "{}", wrong.body);
    assert_eq!(ada.get(&contact).await.status, StatusCode::OK, "nothing is deleted yet");
    let receipt = ada.post(&delete, "name=Bob+Hill").await.body;
    assert!(receipt.contains("Everything is deleted") && receipt.contains("Name, time zone and country"), "{receipt}");
    assert_eq!(ada.get(&contact).await.status, StatusCode::NOT_FOUND);
    // Ann keeps her own record.
    let ann = format!("/clinic/people/{}/delete", world.ann.1.id);
    assert_eq!(ada.post(&ann, "name=Ann").await.status, StatusCode::NOT_FOUND);
}
