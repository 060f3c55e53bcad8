//! The clinic of the stories.

use charley_records::clinic::booking::{NewBooking, NewTime};
use charley_records::clinic::resources::{Need, Opening, Resource, ResourceKind, Service};
use charley_records::clinic::worklist::{NewRequest, Urgency};
use charley_records::clinic::{Care, Desk, StaffRole};
use charley_records::people::Person;
use charley_records::{
    Access, AccountId, BookingId, OpeningId, OrganisationId, PersonId, RequestId, ResourceId, ServiceId, SharedStore,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::Engine;
use crate::world::{Somebody, ann, at, invited, named};

/// A clinic with one member of staff who does everything, by one role at a time.
#[derive(Debug, Clone)]
pub struct Clinic {
    /// Key.
    pub id: OrganisationId,
    /// Who works there.
    pub staff: AccountId,
    /// As clinician.
    pub doctor: Desk,
    /// As front desk.
    pub front: Desk,
    /// As administrator.
    pub manager: Desk,
}

/// Ann, who shares with a clinic, Bob, who does not, and the clinic with what it offers.
pub struct Scene<E: Engine> {
    /// The engine.
    pub engine: E,
    /// Its store.
    pub store: SharedStore,
    /// Ann.
    pub ann: Somebody,
    /// Bob.
    pub bob: Somebody,
    /// The clinic.
    pub clinic: Clinic,
}

/// The clinic is furnished: see [`services`].
pub async fn scene<E: Engine>() -> Scene<E> {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    let kim = invited(&store, &ann, "kim").await;
    let clinic = clinic(&engine, 1, kim.account.id).await;
    share(&engine, &clinic, ann.person.id).await;
    furnish(&store, &clinic).await;
    Scene { engine, store, ann, bob, clinic }
}

/// A clinic in London in which this account works.
pub async fn clinic<E: Engine>(engine: &E, number: u128, staff: AccountId) -> Clinic {
    let id = OrganisationId(Uuid::from_u128(number));
    for sql in [
        "INSERT INTO organisation (id, kind, created) VALUES ($1, 'clinic', 0)",
        "INSERT INTO clinic (organisation, name, zone, region, demonstration)
         VALUES ($1, 'Leg clinic', 'Europe/London', '', FALSE)",
    ] {
        engine.sql_with(sql, &[id.0]).await;
    }
    let membership =
        "INSERT INTO membership (id, account, organisation, role, since) VALUES ($1, $2, $3, 'clinician', 0)";
    engine.sql_with(membership, &[charley_records::random().unwrap(), staff.0, id.0]).await;
    let desk = |role| Desk::grant(staff, id, &[role], Some(at(0)), at(0)).unwrap();
    Clinic {
        id,
        staff,
        doctor: desk(StaffRole::Clinician),
        front: desk(StaffRole::FrontDesk),
        manager: desk(StaffRole::Administrator),
    }
}

/// Somebody shares with a clinic, and wants e-mail and ntfy.
pub async fn share<E: Engine>(engine: &E, clinic: &Clinic, person: PersonId) {
    let sql = "INSERT INTO patient (clinic, person, since, phone, mail, topic)
               VALUES ($1, $2, 0, '', 'a@home.example', 'legs-1')";
    assert_eq!(engine.sql_with(sql, &[clinic.id.0, person.0]).await, 1);
}

/// Everybody ends sharing with everybody.
pub async fn end_sharing<E: Engine>(engine: &E) {
    engine.sql("UPDATE patient SET until = 1").await;
}

/// The handle of a clinician on the record of somebody who shares.
pub fn care(clinic: &Clinic, person: PersonId) -> Care {
    Care::grant(&clinic.doctor, person, true, false).unwrap()
}

/// Somebody in Ann's household without an account, who shares with the clinic; and Ann's handle on their record.
pub async fn relative<E: Engine>(scene: &Scene<E>, name: &str) -> (Person, Access) {
    let person = scene.store.add_person(scene.ann.account.id, &named(name), at(0)).await.unwrap();
    share(&scene.engine, &scene.clinic, person.id).await;
    let access = scene.store.open(&scene.ann.actor(), person.id, at(0)).await.unwrap();
    (person, access)
}

/// A resource of the stories: 1 and 2 are clinicians, 3 and 5 rooms, 4 a machine.
pub fn thing(number: u128) -> ResourceId {
    ResourceId(Uuid::from_u128(number))
}

/// A resource in full.
pub fn resource(number: u128) -> Resource {
    let kind = match number {
        1 | 2 => ResourceKind::Clinician,
        4 => ResourceKind::Machine,
        _ => ResourceKind::Room,
    };
    Resource { id: thing(number), kind, name: format!("Thing {number}"), account: None, retired: false }
}

/// Half an hour, ten minutes kept free after it.
pub fn service(number: u128, needs: &[u128]) -> Service {
    let need = |number: &u128| Need { kind: resource(*number).kind, any_of: vec![thing(*number)] };
    Service {
        id: ServiceId(Uuid::from_u128(number)),
        name: format!("Service {number}"),
        minutes: 30,
        buffer_before: 0,
        buffer_after: 10,
        needs: needs.iter().map(need).collect(),
        online: true,
        notice_hours: 24,
        retired: false,
    }
}

/// What each service needs: 1 and 2 share a room only, 1 and 3 a clinician only, 2 and 4 a machine only.
pub const NEEDS: [&[u128]; 4] = [&[1, 3], &[2, 3, 4], &[1, 5], &[1, 5, 4]];

/// The services of the stories, in the order of [`NEEDS`].
pub fn services() -> Vec<Service> {
    (1..).zip(NEEDS).map(|(number, needs)| service(number, needs)).collect()
}

/// Hours of a resource on one day of the week.
pub fn opening(number: u128, of: u128, weekday: i8) -> Opening {
    Opening {
        id: OpeningId(Uuid::from_u128(number)),
        resource: thing(of),
        weekday,
        from: "09:00".parse().unwrap(),
        to: "17:00".parse().unwrap(),
        since: "2026-01-01".parse().unwrap(),
        until: None,
    }
}

async fn furnish(store: &SharedStore, clinic: &Clinic) {
    for number in 1..=5 {
        store.put_resource(&clinic.manager, &resource(number), at(0)).await.unwrap();
    }
    for service in services() {
        store.put_service(&clinic.manager, &service, at(0)).await.unwrap();
    }
    // Both clinicians, Monday to Friday.
    for weekday in 1_i8..=5 {
        for clinician in [1, 2] {
            let number = u128::from(weekday.unsigned_abs()) * 10 + clinician;
            store.put_opening(&clinic.manager, &opening(number, clinician, weekday), at(0)).await.unwrap();
        }
    }
}

/// Thursday after the night of the stories, at this time by the clinic's clock.
pub fn thursday(time: &str) -> Timestamp {
    format!("2026-11-26T{time}:00Z").parse().unwrap()
}

/// A visit for the service of this number, on Thursday.
pub fn visit(number: u128, person: PersonId, service: u128, time: &str) -> NewBooking {
    let needs = NEEDS[usize::try_from(service).unwrap() - 1];
    NewBooking {
        id: BookingId(Uuid::from_u128(number)),
        person,
        service: ServiceId(Uuid::from_u128(service)),
        start: thursday(time),
        resources: needs.iter().copied().map(thing).collect(),
        request: None,
        override_reason: String::new(),
        note: String::new(),
    }
}

/// The time and the things of this visit, for one that was at this revision.
pub fn time_of(visit: &NewBooking, revision: u32) -> NewTime {
    let NewBooking { start, resources, override_reason, .. } = visit.clone();
    NewTime { revision, start, resources, override_reason }
}

/// A request.
pub fn request(number: u128, urgency: Urgency) -> NewRequest {
    NewRequest {
        id: RequestId(Uuid::from_u128(number)),
        urgency,
        provisional: false,
        red_flags: vec!["One calf is swollen".to_owned()],
        complaint: "Cramp in the left calf".to_owned(),
        wish: "A scan".to_owned(),
        case: Some("{\"facts\":[]}".to_owned()),
        knowledge: "k1".to_owned(),
    }
}
