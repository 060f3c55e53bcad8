//! The access matrix: every page of the clinic, as everybody, over HTTP. It is made of the table of the pages, so that a page
//! that is added is tried here; [`Fresh`] and [`form`] say how.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;
#[path = "clinic/world.rs"]
mod world;

use std::collections::HashSet;

use axum::http::{Method, StatusCode};
use charley_clinic::plan::Plan;
use charley_records::clinic::booking::{Booker, NewBooking, Waiting};
use charley_records::clinic::documents::{Document, DocumentKind};
use charley_records::clinic::follow_up::FollowUpState;
use charley_records::clinic::patients::{Contact, NewPatient};
use charley_records::clinic::resources::{Closure, Need, Opening, Resource, ResourceKind, Service};
use charley_records::clinic::worklist::{Act, Closing, Urgency};
use charley_records::clinic::{Duty, StaffRole, StaffRoles};
use charley_records::{BookingId, ClosureId, FollowUpId, OpeningId, RequestId, ResourceId, ServiceId, WaitingId, ids};
use charley_web::clinic::access::Entry;
use charley_web::clinic::pages;
use common::{App, Reply};
use world::{World, in_hours, now};

/// Things of the clinic that a page can be about, made anew for each try, because some tries end them.
struct Fresh {
    person: String,
    request: RequestId,
    closed: RequestId,
    /// Somebody whom the clinic added.
    added: String,
    resource: ResourceId,
    /// A clinician of the other clinic.
    theirs: ResourceId,
    service: ServiceId,
    opening: OpeningId,
    closure: ClosureId,
    membership: String,
    account: String,
    booking: BookingId,
    waiting: WaitingId,
    follow_up: FollowUpId,
    versions: Vec<(DocumentKind, u32)>,
}

/// Monday 30 November 2026, 9 o'clock in London.
const MONDAY: &str = "2026-11-30T09:00:00Z";

impl Fresh {
    async fn new(world: &World) -> Self {
        let desk = world.administrator.desk(&world.store).await;
        let store = &world.store;
        let id = || ids::random().unwrap();
        let kind = ResourceKind::Clinician;
        let resource = Resource { id: ResourceId(id()), kind, name: "Clio".to_owned(), account: None, retired: false };
        store.put_resource(&desk, &resource, now()).await.unwrap();
        let theirs = Resource { id: ResourceId(id()), ..resource.clone() };
        store.put_resource(&world.stranger.desk(store).await, &theirs, now()).await.unwrap();
        let service = Service {
            id: ServiceId(id()),
            name: "Visit".to_owned(),
            minutes: 30,
            buffer_before: 0,
            buffer_after: 0,
            needs: vec![Need { kind, any_of: vec![resource.id] }],
            online: true,
            notice_hours: 24,
            retired: false,
        };
        store.put_service(&desk, &service, now()).await.unwrap();
        let time = |text: &str| text.parse().unwrap();
        let opening = Opening {
            id: OpeningId(id()),
            resource: resource.id,
            weekday: 1,
            from: time("09:00"),
            to: time("17:00"),
            since: "2026-01-01".parse().unwrap(),
            until: None,
        };
        store.put_opening(&desk, &opening, now()).await.unwrap();
        let (from, to) = (in_hours(24), in_hours(48));
        let closure = Closure { id: ClosureId(id()), resource: None, from, to, reason: "Holiday".to_owned() };
        store.put_closure(&desk, &closure, now()).await.unwrap();
        // A person may have only so many open requests.
        for (_, line) in store.requests_of(&world.ann.2).await.unwrap() {
            if line.closed.is_none() {
                store.withdraw_request(&world.ann.2, line.id, now()).await.unwrap();
            }
        }
        let request = world.request(Urgency::Routine, &[]).await;
        let closed = world.request(Urgency::Routine, &[]).await;
        let close = Act::Close { how: Closing::Seen, text: String::new() };
        store.act(&desk, closed, &close, now()).await.unwrap();
        let booking = BookingId(id());
        let new = NewBooking {
            id: booking,
            person: world.ann.1.id,
            service: service.id,
            start: MONDAY.parse().unwrap(),
            resources: vec![resource.id],
            request: None,
            override_reason: String::new(),
            note: String::new(),
        };
        store.book(Booker::Staff(&desk), world.clinic.id, &new, now()).await.unwrap();
        // Nor may a person wait for many times.
        for (place, _) in store.waiting(&desk, now()).await.unwrap() {
            store.end_waiting(Booker::Staff(&desk), place.id, now()).await.unwrap();
        }
        let (from, until, created) = (now(), in_hours(24), now());
        let waiting =
            Waiting { id: WaitingId(id()), person: world.ann.1.id, service: service.id, from, until, created };
        store.wait(Booker::Staff(&desk), world.clinic.id, &waiting, now()).await.unwrap();
        let (follow_up, versions) = record(world).await;
        let membership = store.give_role(&desk, "tom", StaffRole::Clinician, now()).await.unwrap();
        let bob = NewPatient { name: "Bob".to_owned(), born: None, contact: Contact::default() };
        let added = store.register(&desk, &bob, now()).await.unwrap().person.to_string();
        Self {
            person: world.ann.1.id.to_string(),
            added,
            request,
            closed,
            resource: resource.id,
            theirs: theirs.id,
            service: service.id,
            opening: opening.id,
            closure: closure.id,
            membership: membership.to_string(),
            account: world.spare.account.id.to_string(),
            booking,
            waiting: waiting.id,
            follow_up,
            versions,
        }
    }

    /// The version that a form of this kind is made from.
    fn base(&self, kind: DocumentKind) -> u32 {
        self.versions.iter().find(|(known, _)| *known == kind).map_or(0, |(_, version)| *version)
    }

    /// The path with its parameters filled in.
    fn fill(&self, entry: &Entry) -> String {
        let request = if entry.path.ends_with("/reopen") { self.closed } else { self.request };
        // Only whom the clinic added can it delete.
        let person = if entry.path.ends_with("/{person}/delete") { &self.added } else { &self.person };
        let filled = entry
            .path
            .replace("{person}", person)
            .replace("{request}", &request.to_string())
            .replace("{resource}", &self.resource.to_string())
            .replace("{service}", &self.service.to_string())
            .replace("{opening}", &self.opening.to_string())
            .replace("{closure}", &self.closure.to_string())
            .replace("{membership}", &self.membership)
            .replace("{account}", &self.account)
            .replace("{booking}", &self.booking.to_string())
            .replace("{waiting}", &self.waiting.to_string())
            .replace("{follow_up}", &self.follow_up.to_string());
        assert!(!filled.contains('{'), "say in this test what {} is about", entry.path);
        filled
    }
}

/// A plan in Ann's record and a follow-up that is due; also the version of each document.
async fn record(world: &World) -> (FollowUpId, Vec<(DocumentKind, u32)>) {
    let store = &world.store;
    let care = store.care(&world.clinician.desk(store).await, world.ann.1.id, now()).await.unwrap();
    let base = |documents: &[Document]| {
        documents.iter().find(|one| one.kind == DocumentKind::Plan).map_or(0, |document| document.version)
    };
    let began = Some("2026-11-24".parse().unwrap());
    let plan = Plan { goals: vec!["Sleep".to_owned()], began, ..Plan::default() };
    let body = charley_clinic::body::write(&plan, None).unwrap();
    let known = store.documents(&care).await.unwrap();
    store.write_document(&care, DocumentKind::Plan, base(&known), &body, now()).await.unwrap();
    store.plan_follow_ups(&care, "2026-11-24".parse().unwrap(), now()).await.unwrap();
    let all = store.follow_ups(&care).await.unwrap();
    let due = all.iter().find(|one| one.state == FollowUpState::Due).unwrap();
    let documents = store.documents(&care).await.unwrap();
    (due.id, documents.iter().map(|document| (document.kind, document.version)).collect())
}

/// A form that the store takes, for each address that changes something.
fn form(path: &str, world: &World, fresh: &Fresh) -> String {
    let signs = "rest-call_now=none&rest-today=none&rest-past=none";
    match path {
        "/clinic/requests/new" => {
            format!("id={}&person={}&{signs}", ids::random().unwrap(), fresh.person)
        }
        "/clinic/requests/{request}/assign" => format!("to={}", world.clinician.account.id),
        "/clinic/requests/{request}/note" => "text=Will+call+again".to_owned(),
        "/clinic/requests/{request}/called" => "reached=yes".to_owned(),
        "/clinic/requests/{request}/regrade" => "urgency=same_day&reason=Looks+worse".to_owned(),
        "/clinic/requests/{request}/close" => "how=seen".to_owned(),
        "/clinic/requests/{request}/reopen" => "reason=Called+again".to_owned(),
        "/clinic/people/new" => "name=Bob&another=yes".to_owned(),
        "/clinic/people/{person}/contact" => "phone=020+7946+0001".to_owned(),
        "/clinic/people/{person}/delete" => "name=Bob".to_owned(),
        "/clinic/people/{person}/emergency" => "reason=Found+on+the+floor".to_owned(),
        "/clinic/settings" => "name=Hill+Street&zone=Europe/London&region=uk".to_owned(),
        "/clinic/settings/staff/invite" => "role=clinician".to_owned(),
        "/clinic/settings/staff/give" => "login=fay&role=front_desk".to_owned(),
        "/clinic/settings/resources/{resource}" => "kind=clinician&name=Clio".to_owned(),
        "/clinic/settings/resources/{resource}/hours" => "day=2&from=09:00&to=12:00&since=2026-11-24".to_owned(),
        "/clinic/settings/services/{service}" => {
            // Staff of either clinic name a clinician of their own; what is of the other clinic is passed over.
            let needs = format!("needs={}&needs={}", fresh.resource, fresh.theirs);
            format!("name=Visit&minutes=30&buffer_before=0&buffer_after=0&notice_hours=24&{needs}")
        }
        "/clinic/people/{person}/intake" => format!("base={}&complaint=Cramps", fresh.base(DocumentKind::Intake)),
        "/clinic/people/{person}/laboratory" => "date=2026-11-20&v.potassium=4.1&u.potassium=mmol/L".to_owned(),
        "/clinic/people/{person}/laboratory/remove" => "date=2026-11-20&laboratory=".to_owned(),
        "/clinic/people/{person}/laboratory/import" => "date=2026-11-20&text=Sodium+140+mmol/L".to_owned(),
        "/clinic/people/{person}/medicines" => {
            format!("base={}&medicines=amlodipine", fresh.base(DocumentKind::Medicines))
        }
        "/clinic/people/{person}/vascular" => {
            format!("base={}&date=2026-11-20&arms.left=120&left.dp=110", fresh.base(DocumentKind::Vascular))
        }
        "/clinic/people/{person}/plan" => {
            format!("base={}&goals=Sleep&began=2026-11-24", fresh.base(DocumentKind::Plan))
        }
        "/clinic/people/{person}/plan/sign" => format!("version={}", fresh.base(DocumentKind::Plan)),
        "/clinic/people/{person}/treatments" => {
            let base = fresh.base(DocumentKind::Treatments);
            format!("base={base}&leg=left&procedure=laser&date=2026-11-20")
        }
        "/clinic/people/{person}/treatments/remove" => {
            format!("base={}&at=0", fresh.base(DocumentKind::Treatments))
        }
        "/clinic/people/{person}/follow-up/{follow_up}" => "state=lost".to_owned(),
        "/clinic/closures" => "resource=whole&from=2026-12-24&reason=Holiday".to_owned(),
        "/clinic/book" => format!(
            "id={}&person={}&service={}&start=2026-11-30T10:00:00Z&with={}",
            ids::random().unwrap(),
            fresh.person,
            fresh.service,
            fresh.resource
        ),
        "/clinic/visits/{booking}/mark" => "state=arrived".to_owned(),
        "/clinic/visits/{booking}/move" => {
            format!("revision=0&start=2026-11-30T11:00:00Z&with={}", fresh.resource)
        }
        "/clinic/visits/{booking}/cancel" => "reason=Ill".to_owned(),
        "/clinic/waiting" => format!(
            "id={}&person={}&service={}&from=2026-11-24&until=2026-11-30",
            ids::random().unwrap(),
            fresh.person,
            fresh.service
        ),
        ends if ends.ends_with("/end") || ends.ends_with("/second-factor") => String::new(),
        other => panic!("say in this test what is sent to {other}"),
    }
}

async fn ask(app: &mut App, entry: &Entry, world: &World, fresh: &Fresh) -> Reply {
    let path = fresh.fill(entry);
    match entry.method {
        Method::GET => app.get(&path).await,
        _ if path.ends_with("/look") => {
            app.post_parts(&path, &[("date", "2026-11-20"), ("text", "Sodium 140 mmol/L")]).await
        }
        _ => app.post(&path, &form(entry.path, world, fresh)).await,
    }
}

/// What came of a try, in one word.
fn outcome(reply: &Reply) -> String {
    match reply.status {
        StatusCode::SEE_OTHER if reply.to().starts_with("/sign-in") => "sign in".to_owned(),
        StatusCode::SEE_OTHER if reply.to().starts_with("/second-factor") => "second factor".to_owned(),
        StatusCode::OK | StatusCode::SEE_OTHER => "allowed".to_owned(),
        StatusCode::FORBIDDEN => "forbidden".to_owned(),
        StatusCode::NOT_FOUND => "not found".to_owned(),
        other => format!(
            "{other}, {}",
            reply.body.split("<title>").nth(1).unwrap_or_default().lines().next().unwrap_or_default()
        ),
    }
}

/// Pages that show the same to everybody and tell nothing of whom they are about.
const TELLS_NOTHING: [&str; 1] = ["/clinic/people/{person}/emergency"];

#[tokio::test]
async fn everybody_gets_at_every_page_what_the_table_says() {
    let world = World::new().await;
    let pages = pages();
    let mut wrong = Vec::new();
    let mut tried = 0;
    let mut outsiders = [
        ("nobody", world.nobody(), "sign in"),
        ("a phone", world.phone().await, "sign in"),
        ("the person", world.person().await, "not found"),
        ("a carer", world.carer().await, "not found"),
        ("a clinician without second factor", world.staff(&world.newcomer), "second factor"),
    ];
    let mut staff = [
        ("the front desk", world.staff(&world.front_desk), StaffRole::FrontDesk),
        ("an administrator", world.staff(&world.administrator), StaffRole::Administrator),
        ("a clinician", world.staff(&world.clinician), StaffRole::Clinician),
    ];
    let mut elsewhere = world.staff(&world.stranger);
    for entry in pages.table() {
        let mut check = |who: &str, reply: &Reply, expected: &str| {
            tried += 1;
            let got = outcome(reply);
            if got != expected {
                wrong.push(format!("{} {} as {who}: {got}, not {expected}", entry.method, entry.path));
            }
        };
        let fresh = Fresh::new(&world).await;
        for (who, app, expected) in &mut outsiders {
            check(who, &ask(app, entry, &world, &fresh).await, expected);
        }
        let there = if entry.path.contains('{') && !(entry.method == Method::GET && TELLS_NOTHING.contains(&entry.path))
        {
            "not found"
        } else {
            "allowed"
        };
        // Of these the form says whom they are about.
        let named = ["/clinic/requests/new", "/clinic/book", "/clinic/waiting"].contains(&entry.path);
        let there = if named && entry.method == Method::POST { "not found" } else { there };
        check("staff of another clinic", &ask(&mut elsewhere, entry, &world, &fresh).await, there);
        for (who, app, role) in &mut staff {
            let fresh = Fresh::new(&world).await;
            let expected = if StaffRoles::of(&[*role]).allow(entry.duty) { "allowed" } else { "forbidden" };
            check(who, &ask(app, entry, &world, &fresh).await, expected);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried > 300, "{tried} tries");
}

#[test]
fn each_page_stands_in_the_table_once_and_only_the_table_makes_pages() {
    let pages = pages();
    let mut seen = HashSet::new();
    for entry in pages.table() {
        assert!(seen.insert((entry.method.clone(), entry.path)), "{entry:?} twice");
        assert!(entry.path == "/clinic" || entry.path.starts_with("/clinic/"), "{entry:?}");
        let reading = matches!(entry.duty, Duty::SeeList | Duty::ReadRecord | Duty::Outcomes);
        // Opening a record in an emergency is a POST because it keeps a reason.
        let opens = entry.path == "/clinic/people/{person}/emergency";
        assert!(entry.method == Method::GET || !reading || opens, "{entry:?} changes with a duty to read");
    }
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![sources];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                for made in ["route(\"/clinic\"", "route(\"/clinic/"] {
                    assert!(!text.contains(made), "{}: {made}", path.display());
                }
            }
        }
    }
}

/// What staff pass before they are in a clinic.
#[tokio::test]
async fn the_entrance_opens_to_staff_alone() {
    let world = World::new().await;
    for path in ["/second-factor", "/clinics"] {
        assert_eq!(outcome(&world.nobody().get(path).await), "sign in", "{path}");
        assert_eq!(outcome(&world.phone().await.get(path).await), "sign in", "{path}");
        assert_eq!(outcome(&world.person().await.get(path).await), "not found", "{path}");
        assert_eq!(outcome(&world.staff(&world.newcomer).get(path).await), "allowed", "{path}");
    }
    let mut person = world.person().await;
    for (path, form) in [
        ("/second-factor", "code=123456".to_owned()),
        ("/second-factor/begin", String::new()),
        ("/second-factor/confirm", "code=123456".to_owned()),
        ("/clinics", format!("clinic={}", world.clinic.id)),
    ] {
        assert_eq!(outcome(&person.post(path, &form).await), "not found", "{path}");
    }
    // The cookie chooses among one's own clinics; it opens none.
    let mut stranger = world.staff(&world.stranger);
    stranger.put_cookie(charley_web::cookies::CLINIC, &world.clinic.id.to_string());
    let page = stranger.get("/clinic").await;
    assert!(page.body.contains("<b>Dale Road</b>"), "{}", page.body);
    let chosen = stranger.post("/clinics", &format!("clinic={}", world.clinic.id)).await;
    assert_eq!(outcome(&chosen), "not found");
}
