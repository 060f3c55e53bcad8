//! What the clinic has: who works there, rooms, a machine, hours, leave, and what can be booked.

use charley_records::clinic::resources::{Closure, Need, Opening, Resource, ResourceKind, Service};
use charley_records::{AccountId, ClosureId, OpeningId, ResourceId, ServiceId};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Result;
use crate::draw::Draw;
use crate::time::{later, moment};

/// What the clinic is called.
pub const NAME: &str = "Demonstration clinic";
/// Its time zone.
pub const ZONE: &str = "Europe/London";
/// Its country.
pub const REGION: &str = "uk";

/// The stream of the clinic itself.
const STREAM: u64 = 0;

/// What is done in a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// First visit.
    First,
    /// Review.
    Review,
    /// Scan of the veins.
    Scan,
    /// Treatment of a vein.
    Treatment,
    /// A call.
    Call,
}

/// Everything that can be booked, and with what.
#[derive(Debug, Clone)]
pub struct Furniture {
    /// Clinicians, rooms and the machine.
    pub resources: Vec<Resource>,
    /// Services in the order of [`Purpose`].
    pub services: Vec<Service>,
    /// Weekly hours.
    pub openings: Vec<Opening>,
    /// Leave and days off.
    pub closures: Vec<Closure>,
}

impl Furniture {
    /// The service for a purpose.
    pub fn service(&self, purpose: Purpose) -> &Service {
        &self.services[match purpose {
            Purpose::First => 0,
            Purpose::Review => 1,
            Purpose::Scan => 2,
            Purpose::Treatment => 3,
            Purpose::Call => 4,
        }]
    }
}

/// The clinic's things. `clinician`: the account behind the first clinician. Hours hold from `since`.
///
/// # Errors
/// When the calendar does not have a day.
pub fn furniture(seed: u64, clinician: AccountId, since: Date, today: Date, zone: &TimeZone) -> Result<Furniture> {
    let mut draw = Draw::new(seed, STREAM);
    let mut resource = |kind, name: &str, account| Resource {
        id: ResourceId(draw.id()),
        kind,
        name: name.to_owned(),
        account,
        retired: false,
    };
    let (doctor, room, machine) = (ResourceKind::Clinician, ResourceKind::Room, ResourceKind::Machine);
    let resources = vec![
        resource(doctor, "Demo Clinician A", Some(clinician)),
        resource(doctor, "Demo Clinician B", None),
        resource(doctor, "Demo Sonographer", None),
        resource(room, "Room 1", None),
        resource(room, "Room 2", None),
        resource(room, "Scan room", None),
        resource(room, "Treatment room", None),
        resource(machine, "Ultrasound machine", None),
    ];
    let id = |place: usize| resources[place].id;
    let need = |kind, places: &[usize]| Need { kind, any_of: places.iter().map(|place| id(*place)).collect() };
    let mut service = |name: &str, minutes, after, needs, online| Service {
        id: ServiceId(draw.id()),
        name: name.to_owned(),
        minutes,
        buffer_before: 0,
        buffer_after: after,
        needs,
        online,
        notice_hours: 24,
        retired: false,
    };
    let rooms = || need(room, &[3, 4]);
    let scanner = || need(machine, &[7]);
    let services = vec![
        service("First visit", 40, 5, vec![need(doctor, &[0, 1]), rooms()], true),
        service("Review", 20, 5, vec![need(doctor, &[0, 1]), rooms()], true),
        service("Vein scan", 30, 10, vec![need(doctor, &[2, 0]), need(room, &[5]), scanner()], true),
        service("Vein treatment", 60, 15, vec![need(doctor, &[0]), need(room, &[6]), scanner()], false),
        service("Telephone call", 15, 0, vec![need(doctor, &[1, 0])], true),
    ];
    let mut openings = Vec::new();
    for (place, days, hours) in [(0, 1..=5, (9, 17)), (1, 1..=4, (8, 16)), (2, 2..=5, (9, 15))] {
        for weekday in days {
            openings.push(Opening {
                id: OpeningId(draw.id()),
                resource: id(place),
                weekday,
                from: jiff::civil::time(hours.0, 0, 0, 0),
                to: jiff::civil::time(hours.1, 0, 0, 0),
                since,
                until: None,
            });
        }
    }
    let mut closures = Vec::new();
    for (place, first, days, reason) in [
        (Some(1), later(today, 9), 7, "Leave"),
        (Some(0), later(today, -120), 14, "Leave"),
        (Some(7), later(today, -60), 2, "Service of the machine"),
        (None, later(today, 25), 1, "Training day"),
    ] {
        closures.push(Closure {
            id: ClosureId(draw.id()),
            resource: place.map(id),
            from: moment(first, 0, zone)?,
            to: moment(later(first, days), 0, zone)?,
            reason: reason.to_owned(),
        });
    }
    Ok(Furniture { resources, services, openings, closures })
}

#[cfg(test)]
mod tests {
    use charley_records::clinic::resources::{check_closure, check_opening, check_resource, check_service};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn everything_is_as_the_settings_page_would_take_it() {
        let zone = TimeZone::get(ZONE).unwrap();
        let today: Date = "2026-11-24".parse().unwrap();
        let all = furniture(1, AccountId(Uuid::from_u128(1)), later(today, -372), today, &zone).unwrap();
        for resource in &all.resources {
            assert!(check_resource(resource).is_ok(), "{resource:?}");
        }
        for service in &all.services {
            assert!(check_service(service).is_ok(), "{service:?}");
        }
        assert!(all.openings.iter().all(|opening| check_opening(opening).is_ok()));
        assert!(all.closures.iter().all(|closure| check_closure(closure).is_ok()));
        assert!(!all.service(Purpose::Treatment).online && all.service(Purpose::First).online);
    }
}
