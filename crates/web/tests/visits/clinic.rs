//! The clinic that visits are booked at.

use axum::http::StatusCode;
use charley_records::clinic::patients::{Contact, NewPatient};
use charley_records::clinic::resources::{Need, Opening, Resource, ResourceKind, Service};
use charley_records::{OpeningId, PersonId, ResourceId, ServiceId, ids};
use jiff::{SignedDuration, Timestamp};

use crate::common::{App, Reply};
use crate::world::{World, now};

/// Monday 30 November 2026, 9 o'clock in London: the first hour of the clinic in these tests.
pub const MONDAY: &str = "2026-11-30T09:00:00Z";

pub fn monday() -> Timestamp {
    MONDAY.parse().unwrap()
}

/// An hour into the first visit.
pub fn monday_at_ten() -> Timestamp {
    monday() + SignedDuration::from_hours(1)
}

/// The clinic with one clinician, one room and a service that needs both, on Mondays from 9 to 12.
pub struct Clinic {
    pub world: World,
    pub clio: ResourceId,
    pub room: ResourceId,
    pub service: ServiceId,
}

impl Clinic {
    pub async fn new() -> Self {
        let world = World::new().await;
        let desk = world.administrator.desk(&world.store).await;
        let put = async |kind, name: &str| {
            let resource = Resource {
                id: ResourceId(ids::random().unwrap()),
                kind,
                name: name.to_owned(),
                account: None,
                retired: false,
            };
            world.store.put_resource(&desk, &resource, now()).await.unwrap();
            resource.id
        };
        let clio = put(ResourceKind::Clinician, "Clio").await;
        let room = put(ResourceKind::Room, "Room 1").await;
        let time = |text: &str| text.parse().unwrap();
        let opening = Opening {
            id: OpeningId(ids::random().unwrap()),
            resource: clio,
            weekday: 1,
            from: time("09:00"),
            to: time("12:00"),
            since: "2026-01-01".parse().unwrap(),
            until: None,
        };
        world.store.put_opening(&desk, &opening, now()).await.unwrap();
        let service = ServiceId(ids::random().unwrap());
        let clinic = Self { world, clio, room, service };
        clinic.put_service(true).await;
        clinic
    }

    pub async fn put_service(&self, online: bool) {
        let desk = self.world.administrator.desk(&self.world.store).await;
        let need = |kind, id| Need { kind, any_of: vec![id] };
        let service = Service {
            id: self.service,
            name: "Vein scan".to_owned(),
            minutes: 30,
            buffer_before: 0,
            buffer_after: 0,
            needs: vec![need(ResourceKind::Clinician, self.clio), need(ResourceKind::Room, self.room)],
            online,
            notice_hours: 24,
            retired: false,
        };
        self.world.store.put_service(&desk, &service, now()).await.unwrap();
    }

    pub fn with(&self) -> String {
        format!("{},{}", self.clio, self.room)
    }

    pub fn person(&self) -> PersonId {
        self.world.ann.1.id
    }

    /// The form with which staff book at a moment.
    pub fn desk_form(&self, person: PersonId, id: &str, start: &str) -> String {
        format!("id={id}&person={person}&service={}&start={start}&with={}", self.service, self.with())
    }

    /// The form with which the person books.
    pub fn own_form(&self, id: &str, start: &str) -> String {
        format!("id={id}&service={}&start={start}&with={}", self.service, self.with())
    }

    pub fn book_at(&self) -> String {
        format!("/book/{}", self.world.clinic.id)
    }

    /// Ann's visit on Monday, booked by herself; returns the link.
    pub async fn booked(&self) -> String {
        let form = self.own_form(&fresh(), MONDAY);
        let reply = self.world.person().await.post(&self.book_at(), &form).await;
        assert!(reply.to().starts_with("/visit/"), "{}", reply.body);
        reply.to().to_owned()
    }

    pub async fn registered(&self, name: &str) -> PersonId {
        let desk = self.world.front_desk.desk(&self.world.store).await;
        let new = NewPatient { name: name.to_owned(), born: None, contact: Contact::default() };
        self.world.store.register(&desk, &new, now()).await.unwrap().person
    }
}

pub fn fresh() -> String {
    ids::random().unwrap().to_string()
}

pub fn front(clinic: &Clinic) -> App {
    clinic.world.staff(&clinic.world.front_desk)
}

pub fn ok(reply: &Reply) -> &str {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    &reply.body
}
