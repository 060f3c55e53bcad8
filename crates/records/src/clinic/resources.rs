//! What a clinic offers, with whom, where and when.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::{Desk, codes, name, sound, text};
use crate::{AccountId, ClosureId, Field, OpeningId, OrganisationId, ResourceId, Result, ServiceId};

codes! {
    /// What a resource is.
    ResourceKind, "a kind of resource" {
        /// Somebody who sees patients.
        Clinician = "clinician",
        /// A room.
        Room = "room",
        /// A machine, such as an ultrasound machine.
        Machine = "machine",
    }
}

/// Somebody or something that can be in one place at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Key.
    pub id: ResourceId,
    /// What it is.
    pub kind: ResourceKind,
    /// Its name.
    pub name: String,
    /// The account behind a clinician; none for rooms and machines, or when there is none.
    pub account: Option<AccountId>,
    /// No longer booked; kept, because old visits name it.
    pub retired: bool,
}

/// Checks a resource; returns it trimmed.
///
/// # Errors
/// [`crate::RecordsError::Invalid`].
pub fn check_resource(resource: &Resource) -> Result<Resource> {
    let mut faults = Vec::new();
    let name = name("name", &resource.name, &mut faults);
    if resource.account.is_some() && resource.kind != ResourceKind::Clinician {
        faults.push(Field { name: "account", problem: "Only a clinician has an account.".to_owned() });
    }
    sound(Resource { name, ..resource.clone() }, faults)
}

/// Something that can be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Key.
    pub id: ServiceId,
    /// Its name, as staff and the person see it at the clinic.
    pub name: String,
    /// Minutes with the person: a multiple of 5, 5 to 480.
    pub minutes: u16,
    /// Minutes kept free before: a multiple of 5, at most 120.
    pub buffer_before: u16,
    /// Minutes kept free after.
    pub buffer_after: u16,
    /// What it needs: one free resource of each kind in each list, any of those named.
    pub needs: Vec<Need>,
    /// A person may book it without staff.
    pub online: bool,
    /// Hours before the start until which a person may book, move or cancel without staff; at most 336.
    pub notice_hours: u16,
    /// No longer offered; kept, because old visits name it.
    pub retired: bool,
}

/// One free resource of those named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Of this kind.
    pub kind: ResourceKind,
    /// Any of these; never empty.
    pub any_of: Vec<ResourceId>,
}

/// Minutes of one slot of the occupancy table.
pub const SLOT_MINUTES: u16 = 5;
/// Longest visit, in minutes.
pub const LONGEST_MINUTES: u16 = 480;
/// Longest buffer, in minutes.
pub const MOST_BUFFER_MINUTES: u16 = 120;
/// So many days of a timetable are handed out at once.
pub const MOST_DAYS_AT_ONCE: i64 = 100;

/// Checks a service; returns it trimmed.
///
/// # Errors
/// [`crate::RecordsError::Invalid`] with everything that is wrong.
pub fn check_service(service: &Service) -> Result<Service> {
    let mut faults = Vec::new();
    let name = name("name", &service.name, &mut faults);
    let mut minutes = |field, value: u16, least: u16, most: u16| {
        if !(least..=most).contains(&value) || !value.is_multiple_of(SLOT_MINUTES) {
            let problem = format!("Give minutes from {least} to {most}, in steps of {SLOT_MINUTES}.");
            faults.push(Field { name: field, problem });
        }
    };
    minutes("minutes", service.minutes, SLOT_MINUTES, LONGEST_MINUTES);
    minutes("buffer_before", service.buffer_before, 0, MOST_BUFFER_MINUTES);
    minutes("buffer_after", service.buffer_after, 0, MOST_BUFFER_MINUTES);
    if service.notice_hours > 336 {
        faults.push(Field { name: "notice_hours", problem: "Give hours from 0 to 336 (two weeks).".to_owned() });
    }
    if !service.needs.iter().any(|need| need.kind == ResourceKind::Clinician)
        || service.needs.iter().any(|need| need.any_of.is_empty())
    {
        let problem = "Choose at least one clinician, and at least one of each thing that is needed.".to_owned();
        faults.push(Field { name: "needs", problem });
    }
    sound(Service { name, ..service.clone() }, faults)
}

/// Weekly hours of a resource, by the clock of the clinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Key.
    pub id: OpeningId,
    /// Of what.
    pub resource: ResourceId,
    /// 1 for Monday to 7 for Sunday.
    pub weekday: i8,
    /// From.
    pub from: Time,
    /// Until, later the same day.
    pub to: Time,
    /// First day on which it holds.
    pub since: Date,
    /// Last day on which it holds; none: until further notice.
    pub until: Option<Date>,
}

/// Checks hours.
///
/// # Errors
/// [`crate::RecordsError::Invalid`].
pub fn check_opening(opening: &Opening) -> Result<()> {
    let mut faults = Vec::new();
    if !(1..=7).contains(&opening.weekday) {
        faults.push(Field { name: "weekday", problem: "Choose a day of the week.".to_owned() });
    }
    let odd = |time: Time| time.minute() % 5 != 0 || time.second() != 0 || time.subsec_nanosecond() != 0;
    if opening.from >= opening.to || odd(opening.from) || odd(opening.to) {
        let problem = "The end must be after the beginning, both in steps of 5 minutes.".to_owned();
        faults.push(Field { name: "to", problem });
    }
    if opening.until.is_some_and(|until| until < opening.since) {
        faults.push(Field { name: "until", problem: "The last day is before the first.".to_owned() });
    }
    sound((), faults)
}

/// A time in which a resource, or the whole clinic, is not there: leave, a holiday, repairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// Key.
    pub id: ClosureId,
    /// What; none: everything.
    pub resource: Option<ResourceId>,
    /// From.
    pub from: Timestamp,
    /// Until.
    pub to: Timestamp,
    /// Why, for staff.
    pub reason: String,
}

/// Checks a closure; returns it trimmed.
///
/// # Errors
/// [`crate::RecordsError::Invalid`].
pub fn check_closure(closure: &Closure) -> Result<Closure> {
    let mut faults = Vec::new();
    let reason = text("reason", &closure.reason, true, &mut faults);
    if closure.from >= closure.to {
        faults.push(Field { name: "to", problem: "The end must be after the beginning.".to_owned() });
    }
    sound(Closure { reason, ..closure.clone() }, faults)
}

/// Everything from which free times are worked out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timetable {
    /// IANA zone of the clinic.
    pub zone: String,
    /// Services that are offered.
    pub services: Vec<Service>,
    /// Resources, retired ones included.
    pub resources: Vec<Resource>,
    /// Hours.
    pub openings: Vec<Opening>,
    /// Closures that touch the time asked for.
    pub closures: Vec<Closure>,
    /// Slots that are taken, in any lane: resource and slot (see [`super::booking::slot_of`]), sorted, each once.
    pub taken: Vec<(ResourceId, i64)>,
}

/// Services, resources and hours. Everything but reading needs the duty to manage.
#[async_trait]
pub trait Resources {
    /// Everything from which free times between two moments are worked out, at most [`MOST_DAYS_AT_ONCE`] days. It names no
    /// person, so anybody may ask. What visits that begin before the end would still take is in it.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when there is no such clinic; [`crate::RecordsError::Invalid`] for too many days.
    async fn timetable(&self, clinic: OrganisationId, from: Timestamp, to: Timestamp) -> Result<Timetable>;

    /// Adds or changes a resource.
    ///
    /// # Errors
    /// When a field is wrong.
    async fn put_resource(&self, desk: &Desk, resource: &Resource, now: Timestamp) -> Result<()>;

    /// Adds or changes a service.
    ///
    /// # Errors
    /// When a field is wrong, or it needs a resource that is not the clinic's or not of the kind.
    async fn put_service(&self, desk: &Desk, service: &Service, now: Timestamp) -> Result<()>;

    /// Adds or changes weekly hours.
    ///
    /// # Errors
    /// When a field is wrong.
    async fn put_opening(&self, desk: &Desk, opening: &Opening, now: Timestamp) -> Result<()>;

    /// Takes weekly hours away.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn delete_opening(&self, desk: &Desk, opening: OpeningId, now: Timestamp) -> Result<()>;

    /// Adds a closure. Visits that lie in it stay: the day's list shows them as clashes (duty: book).
    ///
    /// # Errors
    /// When a field is wrong.
    async fn put_closure(&self, desk: &Desk, closure: &Closure, now: Timestamp) -> Result<()>;

    /// Takes a closure away (duty: book).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn delete_closure(&self, desk: &Desk, closure: ClosureId, now: Timestamp) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn service() -> Service {
        let any_of = vec![ResourceId(Uuid::from_u128(1))];
        Service {
            id: ServiceId(Uuid::from_u128(1)),
            name: " First visit ".to_owned(),
            minutes: 40,
            buffer_before: 0,
            buffer_after: 10,
            needs: vec![Need { kind: ResourceKind::Clinician, any_of }],
            online: true,
            notice_hours: 24,
            retired: false,
        }
    }

    #[test]
    fn a_service_is_made_of_five_minutes_and_needs_somebody() {
        assert_eq!(check_service(&service()).unwrap().name, "First visit");
        for wrong in [
            Service { minutes: 0, ..service() },
            Service { minutes: 42, ..service() },
            Service { buffer_after: 7, ..service() },
            Service { needs: Vec::new(), ..service() },
            Service { notice_hours: 337, ..service() },
        ] {
            assert!(check_service(&wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn hours_end_after_they_begin() {
        let at = |text: &str| text.parse::<Time>().unwrap();
        let day = "2026-01-01".parse::<Date>().unwrap();
        let id = OpeningId(Uuid::from_u128(1));
        let resource = ResourceId(Uuid::from_u128(1));
        let good = Opening { id, resource, weekday: 1, from: at("09:00"), to: at("17:00"), since: day, until: None };
        assert!(check_opening(&good).is_ok());
        for wrong in [
            Opening { weekday: 0, ..good.clone() },
            Opening { to: at("09:00"), ..good.clone() },
            Opening { from: at("09:02"), ..good.clone() },
            Opening { until: Some("2025-12-31".parse().unwrap()), ..good.clone() },
        ] {
            assert!(check_opening(&wrong).is_err(), "{wrong:?}");
        }
    }
}
