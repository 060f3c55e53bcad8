//! The administrator's pages: staff, clinicians, rooms, machines, services, hours, closures.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "clinic/world.rs"]
mod world;

use axum::http::StatusCode;
use charley_records::clinic::resources::Timetable;
use common::App;
use world::{World, between, now};

async fn table(world: &World) -> Timetable {
    let to = now() + jiff::SignedDuration::from_hours(24 * 100);
    world.store.timetable(world.clinic.id, now(), to).await.unwrap()
}

/// The address to which the form of a page is sent, by the beginning of it.
fn action(body: &str, start: &str) -> String {
    format!("{start}{}", between(body, &format!("action=\"{start}"), "\""))
}

/// Adds a clinician, a room or a machine, and says the address of its page.
async fn add(ada: &mut App, form: &str) -> String {
    let page = ada.get("/clinic/settings/resources/new").await.body;
    let to = action(&page, "/clinic/settings/resources/");
    let reply = ada.post(&to, form).await;
    assert_eq!(reply.to(), to, "{}", reply.body);
    to
}

#[tokio::test]
async fn name_zone_and_country_of_the_clinic() {
    let world = World::new().await;
    let mut ada = world.staff(&world.administrator);
    let bad = ada.post("/clinic/settings", "name=&zone=Nowhere").await;
    assert!(bad.body.contains("href=\"#name\"") && bad.body.contains("href=\"#zone\""), "{}", bad.body);
    let good = ada.post("/clinic/settings", "name=Hill+Street+Legs&zone=Europe/Paris&region=uk").await;
    assert_eq!(good.to(), "/clinic/settings");
    let page = ada.get("/clinic/settings").await.body;
    assert!(page.contains("<b>Hill Street Legs</b>") && page.contains("<option selected>Europe/Paris"), "{page}");
}

#[tokio::test]
async fn roles_are_given_and_ended_and_the_last_administrator_stays() {
    let world = World::new().await;
    let mut ada = world.staff(&world.administrator);
    let page = ada.get("/clinic/settings/staff").await.body;
    assert!(page.contains("<b>ned</b> clinician") && page.contains("No second factor yet: sees nothing."), "{page}");
    let unknown = ada.post("/clinic/settings/staff/give", "login=nobody&role=clinician").await;
    assert!(unknown.body.contains("href=\"#login\""), "{}", unknown.body);
    let roleless = ada.post("/clinic/settings/staff/give", "login=ann").await;
    assert!(roleless.body.contains("href=\"#give-role\""), "{}", roleless.body);

    let desk = world.administrator.desk(&world.store).await;
    let own = world.store.staff(&desk).await.unwrap().into_iter().find(|held| held.login == "ada").unwrap();
    let end = format!("/clinic/settings/staff/{}/end", own.id);
    let last = ada.post(&end, "").await;
    assert_eq!(last.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(last.body.contains("This is the last administrator"), "{}", last.body);
    let given = ada.post("/clinic/settings/staff/give", "login=clio&role=administrator").await;
    assert_eq!(given.to(), "/clinic/settings/staff", "{}", given.body);
    assert_eq!(ada.post(&end, "").await.to(), "/clinic/settings/staff");
    assert_eq!(ada.get("/clinic").await.status, StatusCode::NOT_FOUND, "it ends at once");
}

#[tokio::test]
async fn a_lost_phone_is_taken_away_by_somebody_else() {
    let world = World::new().await;
    let mut ada = world.staff(&world.administrator);
    let of = |member: &world::Member| format!("/clinic/settings/staff/{}/second-factor", member.account.id);
    let own = ada.post(&of(&world.administrator), "").await;
    assert!(own.body.contains("Ask another administrator"), "{}", own.body);
    assert!(world.store.second_factor(world.administrator.account.id).await.unwrap().confirmed);
    assert_eq!(ada.post(&of(&world.clinician), "").await.to(), "/clinic/settings/staff");
    assert!(!world.store.second_factor(world.clinician.account.id).await.unwrap().confirmed);
    assert_eq!(world.staff(&world.clinician).get("/clinic").await.to(), "/sign-in?next=/clinic", "signed out");
    assert_eq!(ada.post(&of(&world.stranger), "").await.status, StatusCode::NOT_FOUND, "of another clinic");
}

#[tokio::test]
async fn clinicians_rooms_and_machines_with_their_hours() {
    let world = World::new().await;
    let mut ada = world.staff(&world.administrator);
    let page = ada.get("/clinic/settings/resources/new").await.body;
    let to = action(&page, "/clinic/settings/resources/");
    for (form, field) in
        [("name=Clio", "kind"), ("kind=room&name=", "name"), ("kind=clinician&name=A&account=x", "account")]
    {
        let bad = ada.post(&to, form).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(bad.body.contains(&format!("href=\"#{field}\"")), "{form}: {}", bad.body);
    }
    let clio = add(&mut ada, &format!("kind=clinician&name=Clio&account={}", world.clinician.account.id)).await;
    add(&mut ada, "kind=room&name=Room+1").await;
    let list = ada.get("/clinic/settings/resources").await.body;
    assert!(list.contains("Room 1") && list.contains("No hours yet"), "{list}");

    let wrong = ada.post(&format!("{clio}/hours"), "day=1&from=9&to=&since=").await;
    for field in ["from", "to", "since"] {
        assert!(wrong.body.contains(&format!("href=\"#{field}\"")), "{field}: {}", wrong.body);
    }
    assert!(wrong.body.contains("id=\"day\" value=\"1\" checked"), "{}", wrong.body);
    let backwards = ada.post(&format!("{clio}/hours"), "day=1&day=2&from=12:00&to=09:00&since=2026-11-24").await;
    assert!(backwards.body.contains("href=\"#to\""), "{}", backwards.body);
    assert!(table(&world).await.openings.is_empty(), "none is kept when one is wrong");
    let good = ada.post(&format!("{clio}/hours"), "day=1&day=3&from=09:00&to=12:30&since=2026-11-24").await;
    assert_eq!(good.to(), format!("{clio}#hours"), "{}", good.body);
    let page = ada.get(&clio).await.body;
    assert!(page.contains("Monday 09:00 to 12:30") && page.contains("Wednesday 09:00 to 12:30"), "{page}");
    let end = action(&page, &format!("{clio}/hours/"));
    assert_eq!(ada.post(&end, "").await.to(), format!("{clio}#hours"));
    assert_eq!(table(&world).await.openings.len(), 1);

    // What it is stays what it is.
    ada.post(&clio, "kind=room&name=Clio+Hill&retired=yes").await;
    let kept = table(&world).await.resources.into_iter().find(|one| one.name == "Clio Hill").unwrap();
    assert_eq!((kept.kind.code(), kept.retired), ("clinician", true));
    assert_eq!(ada.get("/clinic/settings/resources/none").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn services_say_what_they_need() {
    let world = World::new().await;
    let mut ada = world.staff(&world.administrator);
    assert!(ada.get("/clinic/settings/services").await.body.contains("Add a clinician first"));
    add(&mut ada, "kind=clinician&name=Clio").await;
    add(&mut ada, "kind=room&name=Room+1").await;
    let resources = table(&world).await.resources;
    let id = |name: &str| resources.iter().find(|one| one.name == name).unwrap().id.to_string();
    let page = ada.get("/clinic/settings/services/new").await.body;
    let to = action(&page, "/clinic/settings/services/");
    let numbers = "buffer_before=0&buffer_after=10&notice_hours=24";
    for (form, field) in [
        (format!("name=&minutes=30&{numbers}&needs={}", id("Clio")), "name"),
        (format!("name=Visit&minutes=half&{numbers}&needs={}", id("Clio")), "minutes"),
        (format!("name=Visit&minutes=42&{numbers}&needs={}", id("Clio")), "minutes"),
        (format!("name=Visit&minutes=30&{numbers}&needs={}", id("Room 1")), "needs"),
    ] {
        let bad = ada.post(&to, &form).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(bad.body.contains(&format!("href=\"#{field}\"")), "{form}: {}", bad.body);
    }
    let both = format!("name=Visit&minutes=40&online=yes&{numbers}&needs={}&needs={}", id("Clio"), id("Room 1"));
    assert_eq!(ada.post(&to, &both).await.to(), "/clinic/settings/services");
    let service = table(&world).await.services.remove(0);
    assert_eq!((service.minutes, service.buffer_after, service.needs.len(), service.online), (40, 10, 2, true));
    let page = ada.get(&to).await.body;
    assert_eq!(page.matches(" checked").count(), 3, "two needs and online: {page}");
    ada.post(&to, &format!("{both}&retired=yes")).await;
    assert!(table(&world).await.services.is_empty());
    assert!(ada.get("/clinic/settings/services").await.body.contains("Nothing can be booked yet"));
}

#[tokio::test]
async fn leave_and_closures_go_by_the_clock_of_the_clinic() {
    let world = World::new().await;
    let mut fay = world.staff(&world.front_desk);
    let bad = fay.post("/clinic/closures", "from=&to=soon&from_time=late").await;
    for field in ["resource", "from", "to", "from_time"] {
        assert!(bad.body.contains(&format!("href=\"#{field}\"")), "{field}: {}", bad.body);
    }
    let silent = fay.post("/clinic/closures", "resource=whole&from=2026-12-24").await;
    assert!(silent.body.contains("href=\"#reason\""), "{}", silent.body);
    let form = "resource=whole&from=2026-12-24&to=2026-12-26&reason=Christmas";
    assert_eq!(fay.post("/clinic/closures", form).await.to(), "/clinic/closures");
    // Further ahead than one reading of the timetable reaches.
    let form = "resource=whole&from=2028-07-05&from_time=13:00&to_time=15:30&reason=Repairs";
    assert_eq!(fay.post("/clinic/closures", form).await.to(), "/clinic/closures");
    let page = fay.get("/clinic/closures").await.body;
    assert!(page.contains("Thu 24 December 2026 to Sat 26 December 2026"), "{page}");
    assert!(page.contains("Wed 5 July 2028, 13:00 to Wed 5 July 2028, 15:30"), "{page}");
    assert_eq!(page.matches("/end\"").count(), 2, "each once: {page}");
    let end = action(&page, "/clinic/closures/");
    assert_eq!(fay.post(&end, "").await.to(), "/clinic/closures");
    assert!(!fay.get("/clinic/closures").await.body.contains("Christmas"));
}
