use std::sync::{Arc, Mutex};

use charley_records::accounts::OneTime;
use charley_records::clinic::booking::{Booker, NewBooking, NewTime, Waiting};
use charley_records::clinic::patients::{Contact, NewPatient};
use charley_records::clinic::resources::{Need, Opening, Resource, ResourceKind, Service};
use charley_records::clinic::{Desk, NewClinic, StaffRole};
use charley_records::people::NewPerson;
use charley_records::secret::Secret;
use charley_records::{BookingId, OpeningId, OrganisationId, PersonId, ResourceId, ServiceId, WaitingId, ids};
use charley_records_sqlite::SqliteStore;

use super::*;

#[derive(Default)]
struct Letters {
    busy: Mutex<bool>,
    sent: Mutex<Vec<Outgoing>>,
}

#[async_trait]
impl Sender for Letters {
    async fn send(&self, message: &Outgoing) -> Result<(), SendError> {
        if *self.busy.lock().unwrap() {
            return Err(SendError::Later("busy".to_owned()));
        }
        self.sent.lock().unwrap().push(message.clone());
        Ok(())
    }
}

struct NothingTold;

#[async_trait]
impl Diaries for NothingTold {
    async fn told(&self, _: &SharedStore, _: PersonId, _: Date, _: Timestamp) -> Result<bool, RecordsError> {
        Ok(false)
    }
}

impl Letters {
    /// Titles, and methods of the calendar entries, of what went out since.
    fn taken(&self) -> Vec<(String, &'static str)> {
        let sent = std::mem::take(&mut *self.sent.lock().unwrap());
        sent.iter().map(|one| (one.title.clone(), one.visit.as_ref().map_or("", |visit| visit.method(true)))).collect()
    }
}

fn now() -> Timestamp {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

/// The day before the visits of these tests.
fn day_before() -> Timestamp {
    "2026-11-29T09:00:00Z".parse().unwrap()
}

struct Clinic {
    store: SharedStore,
    desk: Desk,
    id: OrganisationId,
    with: ResourceId,
    service: ServiceId,
}

impl Clinic {
    async fn new() -> Self {
        let store: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
        let link =
            store.issue_link(&OneTime::FirstAccount, now() + SignedDuration::from_hours(1), now()).await.unwrap();
        let person = NewPerson { name: "Anna".to_owned(), zone: "UTC".to_owned(), region: String::new() };
        let account =
            store.create_first(&link, "anna", &Secret::new("stove paper cloud"), &person, now()).await.unwrap();
        let (name, zone) = ("Hill Street".to_owned(), "Europe/London".to_owned());
        let new = NewClinic { name, zone, region: String::new(), demonstration: false };
        let clinic = store.found_clinic(account.id, &new, now()).await.unwrap();
        let desk = Desk::grant(account.id, clinic.id, &[StaffRole::Administrator], Some(now()), now()).unwrap();
        let (with, service) = (ResourceId(ids::random().unwrap()), ServiceId(ids::random().unwrap()));
        let kind = ResourceKind::Clinician;
        let clio = Resource { id: with, kind, name: "Clio".to_owned(), account: None, retired: false };
        store.put_resource(&desk, &clio, now()).await.unwrap();
        let (from, to) = ("09:00".parse().unwrap(), "12:00".parse().unwrap());
        let (id, since) = (OpeningId(ids::random().unwrap()), "2026-01-01".parse().unwrap());
        let opening = Opening { id, resource: with, weekday: 1, from, to, since, until: None };
        store.put_opening(&desk, &opening, now()).await.unwrap();
        let offered = Service {
            id: service,
            name: "Vein scan".to_owned(),
            minutes: 30,
            buffer_before: 0,
            buffer_after: 0,
            needs: vec![Need { kind, any_of: vec![with] }],
            online: true,
            notice_hours: 24,
            retired: false,
        };
        store.put_service(&desk, &offered, now()).await.unwrap();
        Self { store, desk, id: clinic.id, with, service }
    }

    async fn person(&self, name: &str, topic: &str) -> PersonId {
        let contact = Contact { mail: format!("{name}@home.example"), topic: topic.to_owned(), ..Contact::default() };
        let new = NewPatient { name: name.to_owned(), born: None, contact };
        self.store.register(&self.desk, &new, now()).await.unwrap().person
    }

    async fn book(&self, person: PersonId) -> BookingId {
        let id = BookingId(ids::random().unwrap());
        let new = NewBooking {
            id,
            person,
            service: self.service,
            start: "2026-11-30T09:00:00Z".parse().unwrap(),
            resources: vec![self.with],
            request: None,
            override_reason: String::new(),
            note: String::new(),
        };
        self.store.book(Booker::Staff(&self.desk), self.id, &new, now()).await.unwrap();
        id
    }

    async fn run(&self, letters: &Letters, clock: fn() -> Timestamp) -> Ran {
        let senders = |_: Channel| Some(letters as &dyn Sender);
        run_with(&self.store, &senders, &NothingTold, "https://home.example", clock).await.unwrap()
    }
}

fn letters(of: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    of.iter().map(|(title, method)| ((*title).to_owned(), *method)).collect()
}

#[tokio::test]
async fn a_visit_is_told_of_when_it_is_booked_moved_due_and_cancelled() {
    let (clinic, out) = (Clinic::new().await, Letters::default());
    let booking = clinic.book(clinic.person("bob", "bobs-topic").await).await;
    assert_eq!(clinic.run(&out, now).await.sent, 2, "e-mail and push");
    let sent = out.sent.lock().unwrap().clone();
    let mail = sent.iter().find(|one| one.to == "bob@home.example").unwrap();
    assert!(mail.text.contains("Monday 30 November 2026, 09:00, Hill Street"), "{}", mail.text);
    let link = Secret::new(mail.link.strip_prefix("https://home.example/visit/").unwrap());
    assert_eq!(clinic.store.booking_by_link(&link, now()).await.unwrap().id, booking, "the link opens the visit");
    assert_eq!(out.taken(), letters(&[("Your visit is booked", "REQUEST"); 2]));
    assert_eq!(clinic.run(&out, now).await, Ran::default(), "once");
    let start = "2026-11-30T10:00:00Z".parse().unwrap();
    let to = NewTime { revision: 0, start, resources: vec![clinic.with], override_reason: String::new() };
    clinic.store.move_booking(Booker::Staff(&clinic.desk), booking, &to, now()).await.unwrap();
    clinic.run(&out, now).await;
    assert_eq!(out.taken(), letters(&[("Your visit has a new time", "REQUEST"); 2]));
    assert_eq!(clinic.run(&out, day_before).await, Ran::default(), "a day before the old time says nothing");
    let due = || "2026-11-29T10:00:00Z".parse().unwrap();
    clinic.run(&out, due).await;
    assert_eq!(out.taken(), letters(&[("Reminder of your visit", ""); 2]));
    clinic.store.cancel(Booker::Staff(&clinic.desk), booking, "", day_before()).await.unwrap();
    clinic.run(&out, due).await;
    assert_eq!(out.taken(), letters(&[("Your visit is cancelled", "CANCEL"); 2]));
}

#[tokio::test]
async fn whoever_waits_is_told_of_a_time_without_whose_it_was() {
    let (clinic, out) = (Clinic::new().await, Letters::default());
    let booking = clinic.book(clinic.person("bob", "").await).await;
    let cy = clinic.person("cy", "").await;
    let (from, until) = (now(), "2026-12-04T00:00:00Z".parse().unwrap());
    let id = WaitingId(ids::random().unwrap());
    let wish = Waiting { id, person: cy, service: clinic.service, from, until, created: now() };
    clinic.store.wait(Booker::Staff(&clinic.desk), clinic.id, &wish, now()).await.unwrap();
    clinic.run(&out, now).await;
    out.taken();
    clinic.store.cancel(Booker::Staff(&clinic.desk), booking, "", now()).await.unwrap();
    clinic.run(&out, now).await;
    let sent = out.sent.lock().unwrap().clone();
    let offer = sent.iter().find(|one| one.to == "cy@home.example").unwrap();
    assert_eq!((offer.title.as_str(), &offer.visit), ("A time has become free", &None));
    let page = format!("https://home.example/book/{}?service={}&date=2026-11-30", clinic.id, clinic.service);
    assert_eq!(offer.link, page);
    assert!(!offer.text.to_lowercase().contains("bob"), "{}", offer.text);
}

#[tokio::test]
async fn a_busy_server_is_tried_again_until_the_visit_begins() {
    let (clinic, out) = (Clinic::new().await, Letters::default());
    clinic.book(clinic.person("bob", "").await).await;
    *out.busy.lock().unwrap() = true;
    assert_eq!(clinic.run(&out, now).await.later, 1);
    assert_eq!(clinic.run(&out, now).await, Ran::default(), "not at once");
    *out.busy.lock().unwrap() = false;
    assert_eq!(clinic.run(&out, || now() + SignedDuration::from_mins(1)).await.sent, 1);
    let leased = |tries| LeasedVisit { tries, ..sample() };
    let later = SendError::Later(String::new());
    assert_eq!(next_try_of_visit(&leased(1), &later, now()), Some(now() + SignedDuration::from_mins(1)));
    assert_eq!(next_try_of_visit(&leased(7), &later, now()), None, "often enough");
    assert_eq!(next_try_of_visit(&leased(1), &later, sample().booking.start), None, "it has begun");
    assert_eq!(next_try_of_visit(&leased(1), &SendError::Never(String::new()), now()), None);
}

fn sample() -> LeasedVisit {
    let mut leased = crate::visit::tests::leased(charley_records::clinic::visits::VisitMessage::Booked);
    leased.booking.start = day_before();
    leased
}
