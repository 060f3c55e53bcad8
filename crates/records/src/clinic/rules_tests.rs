//! The rules of booking, by example.

use uuid::Uuid;

use super::super::resources::{Need, Opening, Resource, ResourceKind};
use super::*;
use crate::secret::Secret;
use crate::{AccountId, BookingId, OpeningId};

const STAFF: Part = Part::Staff { overrides: false };
const OVERRIDE: Part = Part::Staff { overrides: true };

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// One clinician, open on Mondays from 9 to 17 in London.
fn timetable() -> Timetable {
    let resource = |number, kind| Resource {
        id: ResourceId(id(number)),
        kind,
        name: "A".to_owned(),
        account: None,
        retired: number == 3,
    };
    Timetable {
        zone: "Europe/London".to_owned(),
        services: vec![Service {
            id: ServiceId(id(1)),
            name: "Scan".to_owned(),
            minutes: 30,
            buffer_before: 0,
            buffer_after: 0,
            needs: vec![Need {
                kind: ResourceKind::Clinician,
                any_of: [1, 2, 3].map(|number| ResourceId(id(number))).into(),
            }],
            online: true,
            notice_hours: 24,
            retired: false,
        }],
        resources: vec![
            resource(1, ResourceKind::Clinician),
            resource(2, ResourceKind::Room),
            resource(3, ResourceKind::Clinician),
        ],
        openings: vec![Opening {
            id: OpeningId(id(1)),
            resource: ResourceId(id(1)),
            weekday: 1,
            from: "09:00".parse().unwrap(),
            to: "17:00".parse().unwrap(),
            since: "2026-01-01".parse().unwrap(),
            until: None,
        }],
        ..Timetable::default()
    }
}

fn booking(state: BookingState) -> Booking {
    Booking {
        id: BookingId(id(1)),
        clinic: OrganisationId(id(1)),
        person: PersonId(id(1)),
        service: ServiceId(id(1)),
        service_name: "Scan".to_owned(),
        start: at("2026-11-30T10:00:00Z"),
        end: at("2026-11-30T10:30:00Z"),
        resources: vec![ResourceId(id(1))],
        request: None,
        state,
        revision: 2,
        override_reason: String::new(),
        note: String::new(),
        cancel_reason: String::new(),
        created: at("2026-11-01T10:00:00Z"),
    }
}

#[test]
fn an_override_goes_over_hours_and_visits_and_never_over_what_fits() {
    let timetable = timetable();
    let now = at("2026-11-24T10:00:00Z");
    let admit = |start: &str, resource: u128, part| {
        admit(&timetable, &timetable.services[0], at(start), &[ResourceId(id(resource))], part, now)
    };
    for part in [Part::Person, STAFF, OVERRIDE] {
        assert!(admit("2026-11-30T10:00:00Z", 1, part).is_ok());
        // A room where a clinician is needed, one who left, one whom the service does not name.
        for wrong in [2, 3, 4] {
            assert!(matches!(admit("2026-11-30T10:00:00Z", wrong, part), Err(RecordsError::Invalid(_))), "{wrong}");
        }
        assert_eq!(admit("2026-11-30T16:45:00Z", 1, part).is_ok(), part == OVERRIDE);
    }
    assert!(matches!(admit("2026-11-30T16:45:00Z", 1, STAFF), Err(RecordsError::Conflict(_))));
    assert_eq!(lane(&[], Part::Person).unwrap(), 0);
    assert!(matches!(lane(&[1], STAFF), Err(RecordsError::Conflict(_))), "what was booked on top is there too");
    assert_eq!((lane(&[], OVERRIDE).unwrap(), lane(&[0, 2], OVERRIDE).unwrap()), (0, 1));
    assert!(matches!(lane(&[0, 1, 2, 3, 4, 5, 6, 7], OVERRIDE), Err(RecordsError::Conflict(_))));
}

#[test]
fn a_person_gives_the_notice_that_the_service_asks() {
    let mut timetable = timetable();
    let start = at("2026-11-30T10:00:00Z");
    let admit =
        |now: &str, part| admit(&timetable, &timetable.services[0], start, &[ResourceId(id(1))], part, at(now)).is_ok();
    assert!(admit("2026-11-29T10:00:00Z", Part::Person));
    assert!(!admit("2026-11-29T10:00:01Z", Part::Person));
    assert!(admit("2026-11-30T09:55:00Z", STAFF));
    let service = &mut timetable.services[0];
    assert!(offered(service, Part::Person).is_ok());
    service.online = false;
    assert_eq!((offered(service, Part::Person).is_ok(), offered(service, STAFF).is_ok()), (false, true));
    service.retired = true;
    assert!(offered(service, OVERRIDE).is_err());
}

#[test]
fn what_is_over_or_changed_is_not_moved_or_cancelled() {
    use BookingState::{Arrived, Booked, Cancelled, Done, NoShow};
    let service = &timetable().services[0];
    let (early, late) = (at("2026-11-29T10:00:00Z"), at("2026-11-29T10:00:01Z"));
    assert!(may_move(&booking(Booked), service, 2, Part::Person, early).is_ok());
    assert!(may_move(&booking(Booked), service, 2, Part::Person, late).is_err());
    assert!(may_move(&booking(Booked), service, 2, STAFF, late).is_ok());
    assert!(may_move(&booking(Booked), service, 1, STAFF, early).is_err());
    for state in [Arrived, Done, NoShow, Cancelled] {
        assert!(may_move(&booking(state), service, 2, OVERRIDE, early).is_err(), "{state:?}");
    }
    let cancel = |state, part, now| may_cancel(&booking(state), service, part, now).ok();
    assert_eq!((cancel(Booked, Part::Person, early), cancel(Booked, Part::Person, late)), (Some(true), None));
    assert_eq!((cancel(Arrived, STAFF, late), cancel(Arrived, Part::Person, early)), (Some(true), None));
    assert_eq!((cancel(Cancelled, Part::Person, late), cancel(Done, STAFF, late)), (Some(false), None));
    assert_eq!(cancel(NoShow, STAFF, late), None);
}

#[test]
fn a_cancelled_visit_does_not_come_back_and_none_is_missed_early() {
    use BookingState::{Arrived, Booked, Cancelled, Done, NoShow};
    let (before, after) = (at("2026-11-30T09:59:59Z"), at("2026-11-30T10:00:00Z"));
    for state in [Booked, Arrived, Done, NoShow] {
        assert!(may_mark(&booking(Cancelled), state, after).is_err(), "{state:?}");
        assert!(may_mark(&booking(state), Cancelled, after).is_err(), "{state:?}");
        assert!(may_mark(&booking(state), Booked, after).is_ok(), "{state:?}");
    }
    assert!(may_mark(&booking(Booked), NoShow, before).is_err());
    assert!(may_mark(&booking(Booked), NoShow, after).is_ok());
}

#[test]
fn a_link_is_of_its_own_visit_and_ends() {
    let (link, other) = (Secret::new("a"), Secret::new("b"));
    let visit = booking(BookingState::Booked);
    let part = |link: &Secret, kept: &Secret, overrides, now: &str| {
        changing_part(Booker::Link(link), &visit, &kept.fingerprint(), overrides, at(now))
    };
    assert_eq!(part(&link, &link, false, "2026-12-30T10:00:00Z").unwrap(), Part::Person);
    assert!(matches!(part(&other, &link, false, "2026-11-29T10:00:00Z"), Err(RecordsError::NotFound)));
    assert!(matches!(part(&link, &link, false, "2026-12-30T10:30:01Z"), Err(RecordsError::NotFound)));
    assert!(matches!(part(&link, &link, true, "2026-11-29T10:00:00Z"), Err(RecordsError::Forbidden)));
}

#[test]
fn staff_act_in_their_own_clinic() {
    let now = at("2026-11-24T10:00:00Z");
    let desk = |clinic| {
        let roles = [super::super::StaffRole::FrontDesk];
        Desk::grant(AccountId(id(1)), OrganisationId(id(clinic)), &roles, Some(now), now).unwrap()
    };
    let visit = booking(BookingState::Booked);
    let part = |clinic, overrides| changing_part(Booker::Staff(&desk(clinic)), &visit, "", overrides, now);
    assert_eq!((part(1, false).unwrap(), part(1, true).unwrap()), (STAFF, OVERRIDE));
    assert!(matches!(part(2, true), Err(RecordsError::NotFound)));
    assert!(waiting_part(Booker::Staff(&desk(2)), OrganisationId(id(1)), PersonId(id(1))).is_err());
}
