//! Opening hours against the clock, and free times against the slow obvious algorithm.

use proptest::prelude::*;
use uuid::Uuid;

use super::super::resources::{Closure, Need};
use super::*;
use crate::{ClosureId, OpeningId, ServiceId};

const ZONES: [&str; 3] = ["Europe/London", "America/New_York", "Australia/Lord_Howe"];

fn id(number: u128) -> ResourceId {
    ResourceId(Uuid::from_u128(number))
}

fn resource(number: u128, kind: ResourceKind) -> Resource {
    Resource { id: id(number), kind, name: format!("resource {number}"), account: None, retired: false }
}

fn opening(number: u128, weekday: i8, from: &str, to: &str) -> Opening {
    Opening {
        id: OpeningId(Uuid::from_u128(number)),
        resource: id(number),
        weekday,
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        since: "2020-01-01".parse().unwrap(),
        until: None,
    }
}

/// A clinician, open at these hours.
fn clinician(zone: &str, hours: &[(i8, &str, &str)]) -> Timetable {
    Timetable {
        zone: zone.to_owned(),
        resources: vec![resource(1, ResourceKind::Clinician)],
        openings: hours.iter().map(|(weekday, from, to)| opening(1, *weekday, from, to)).collect(),
        ..Timetable::default()
    }
}

fn is_open(timetable: &Timetable, from: &str, to: &str) -> bool {
    open_at(timetable, &zone(&timetable.zone).unwrap(), id(1), from.parse().unwrap(), to.parse().unwrap())
}

#[test]
fn hours_are_told_by_the_clinics_clock_in_summer_and_winter() {
    let mondays = clinician("Europe/London", &[(1, "09:00", "17:00")]);
    // Winter: the clock is UTC. Summer: an hour ahead.
    assert!(is_open(&mondays, "2026-01-05T09:00:00Z", "2026-01-05T17:00:00Z"));
    assert!(is_open(&mondays, "2026-07-06T08:00:00Z", "2026-07-06T16:00:00Z"));
    for (from, to) in [
        ("2026-01-05T08:55:00Z", "2026-01-05T09:30:00Z"),
        ("2026-01-05T16:40:00Z", "2026-01-05T17:05:00Z"),
        ("2026-07-06T07:55:00Z", "2026-07-06T08:30:00Z"),
        ("2026-07-06T15:40:00Z", "2026-07-06T16:05:00Z"),
        ("2026-01-06T09:00:00Z", "2026-01-06T09:30:00Z"),
    ] {
        assert!(!is_open(&mondays, from, to), "{from} {to}");
    }
}

#[test]
fn the_hour_that_is_skipped_is_not_open_and_the_one_that_is_repeated_is_open_twice() {
    let nights = clinician("Europe/London", &[(7, "00:30", "01:30")]);
    // 29 March 2026: 01:00 becomes 02:00. 25 October 2026: 02:00 becomes 01:00.
    assert!(is_open(&nights, "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"));
    assert!(!is_open(&nights, "2026-03-29T00:30:00Z", "2026-03-29T01:05:00Z"));
    assert!(is_open(&nights, "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z"));
    assert!(is_open(&nights, "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"));
    assert!(!is_open(&nights, "2026-10-25T00:00:00Z", "2026-10-25T01:30:00Z"));
    // Lord Howe moves by half an hour: on 4 October 2026 at 02:00 to 02:30, on 5 April 2026 at 02:00 to 01:30.
    let island = clinician("Australia/Lord_Howe", &[(7, "01:30", "02:30")]);
    assert!(is_open(&island, "2026-10-03T15:00:00Z", "2026-10-03T15:30:00Z"));
    assert!(!is_open(&island, "2026-10-03T15:30:00Z", "2026-10-03T15:35:00Z"));
    assert!(is_open(&island, "2026-04-04T14:30:00Z", "2026-04-04T16:00:00Z"));
    assert!(!is_open(&island, "2026-04-04T14:30:00Z", "2026-04-04T16:05:00Z"));
    // New York, 8 March 2026: 02:00 becomes 03:00; a visit of an hour goes over it.
    let york = clinician("America/New_York", &[(7, "01:00", "04:00")]);
    assert!(is_open(&york, "2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z"));
    assert!(!is_open(&york, "2026-03-08T06:30:00Z", "2026-03-08T08:30:00Z"));
}

#[test]
fn hours_that_touch_are_one_and_midnight_divides() {
    let split = clinician("Europe/London", &[(1, "09:00", "12:00"), (1, "12:00", "17:00"), (1, "22:00", "23:55")]);
    assert!(is_open(&split, "2026-01-05T11:30:00Z", "2026-01-05T12:30:00Z"));
    let split = Timetable { openings: [&split.openings[..], &[opening(1, 2, "00:00", "01:00")]].concat(), ..split };
    assert!(is_open(&split, "2026-01-06T00:00:00Z", "2026-01-06T01:00:00Z"));
    assert!(!is_open(&split, "2026-01-05T23:30:00Z", "2026-01-06T00:30:00Z"));
}

#[test]
fn hours_hold_from_their_first_to_their_last_day_leap_day_included() {
    // 29 February 2028 is a Tuesday.
    let mut leap = clinician("Europe/London", &[(2, "09:00", "17:00")]);
    leap.openings[0].since = "2028-02-29".parse().unwrap();
    leap.openings[0].until = Some("2028-02-29".parse().unwrap());
    assert!(is_open(&leap, "2028-02-29T09:00:00Z", "2028-02-29T10:00:00Z"));
    assert!(!is_open(&leap, "2028-02-22T09:00:00Z", "2028-02-22T10:00:00Z"));
    assert!(!is_open(&leap, "2028-03-07T09:00:00Z", "2028-03-07T10:00:00Z"));
}

#[test]
fn a_room_without_hours_is_there_and_a_clinician_without_hours_is_not() {
    let mut timetable = clinician("Europe/London", &[]);
    assert!(!is_open(&timetable, "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z"));
    timetable.resources[0].kind = ResourceKind::Room;
    assert!(is_open(&timetable, "2026-01-05T02:00:00Z", "2026-01-05T03:00:00Z"));
    timetable.openings = vec![opening(1, 1, "09:00", "17:00")];
    assert!(!is_open(&timetable, "2026-01-05T02:00:00Z", "2026-01-05T03:00:00Z"));
}

#[test]
fn a_closure_shuts_what_it_is_for() {
    let mut timetable = clinician("Europe/London", &[(1, "09:00", "17:00")]);
    let closure = |resource| Closure {
        id: ClosureId(Uuid::from_u128(1)),
        resource,
        from: "2026-01-05T12:00:00Z".parse().unwrap(),
        to: "2026-01-05T13:00:00Z".parse().unwrap(),
        reason: "leave".to_owned(),
    };
    for (of, shut) in [(None, true), (Some(id(1)), true), (Some(id(2)), false)] {
        timetable.closures = vec![closure(of)];
        assert_eq!(is_open(&timetable, "2026-01-05T12:30:00Z", "2026-01-05T13:30:00Z"), !shut);
        assert!(is_open(&timetable, "2026-01-05T11:00:00Z", "2026-01-05T12:00:00Z"));
        assert!(is_open(&timetable, "2026-01-05T13:00:00Z", "2026-01-05T14:00:00Z"));
    }
}

#[test]
fn a_resource_that_two_needs_could_have_goes_to_the_one_without_another() {
    let any_of = |numbers: &[u128]| Need {
        kind: ResourceKind::Clinician,
        any_of: numbers.iter().map(|number| id(*number)).collect(),
    };
    let service = service(30, 0, 0, vec![any_of(&[1, 2]), any_of(&[1])]);
    assert_eq!(choose(&service, |_, _| true).unwrap(), [id(2), id(1)]);
    assert_eq!(choose(&service, |_, resource| resource == id(1)), None);
}

fn service(minutes: u16, buffer_before: u16, buffer_after: u16, needs: Vec<Need>) -> Service {
    Service {
        id: ServiceId(Uuid::from_u128(1)),
        name: "Scan".to_owned(),
        minutes,
        buffer_before,
        buffer_after,
        needs,
        online: true,
        notice_hours: 0,
        retired: false,
    }
}

/// Minute by minute, as one would with a clock and a list.
fn slowly_open(timetable: &Timetable, of: ResourceId, from: Timestamp, to: Timestamp) -> bool {
    let zone = zone(&timetable.zone).unwrap();
    let known = timetable.resources.iter().find(|known| known.id == of).unwrap();
    let openings: Vec<_> = timetable.openings.iter().filter(|opening| opening.resource == of).collect();
    let mut at = from;
    while at < to {
        let clock = at.to_zoned(zone.clone());
        let open = openings.iter().any(|opening| {
            clock.weekday().to_monday_one_offset() == opening.weekday
                && clock.date() >= opening.since
                && opening.until.is_none_or(|until| clock.date() <= until)
                && clock.time() >= opening.from
                && clock.time() < opening.to
        });
        let always = openings.is_empty() && known.kind != ResourceKind::Clinician;
        let closed = timetable.closures.iter().any(|closure| {
            closure.resource.is_none_or(|resource| resource == of) && closure.from <= at && at < closure.to
        });
        if closed || !(open || always) {
            return false;
        }
        at += SignedDuration::from_mins(1);
    }
    true
}

/// Every way to give one resource to each need, one after another.
fn ways(of: &[Need], fits: &dyn Fn(&Need, ResourceId) -> bool) -> Vec<Vec<ResourceId>> {
    let Some((last, before)) = of.split_last() else { return vec![Vec::new()] };
    let mut found = Vec::new();
    for way in ways(before, fits) {
        for resource in &last.any_of {
            if !way.contains(resource) && fits(last, *resource) {
                found.push([&way[..], &[*resource]].concat());
            }
        }
    }
    found
}

fn slow_ways(timetable: &Timetable, service: &Service, start: Timestamp) -> Vec<Vec<ResourceId>> {
    let end = start + SignedDuration::from_mins(service.minutes.into());
    ways(&service.needs, &|need, resource| {
        let known = timetable.resources.iter().find(|known| known.id == resource);
        known.is_some_and(|known| known.kind == need.kind && !known.retired)
            && slowly_open(timetable, resource, start, end)
            && slots_of(service, start).all(|slot| !timetable.taken.contains(&(resource, slot)))
    })
}

/// Around the days on which the clocks change, the leap day and an ordinary day.
fn moment() -> impl Strategy<Value = Timestamp> {
    let days = ["2026-03-08", "2026-03-29", "2026-04-04", "2026-10-03", "2026-10-25", "2026-11-01", "2028-02-29"];
    (prop::sample::select(days.to_vec()), -288_i64..576).prop_map(|(day, slots)| {
        let midnight: Timestamp = format!("{day}T00:00:00Z").parse().unwrap();
        midnight + SignedDuration::from_mins(5 * slots)
    })
}

fn hours() -> impl Strategy<Value = (u128, i8, i8, i8, Option<Date>)> {
    let until = prop::option::weighted(0.2, prop::sample::select(vec!["2026-10-04", "2028-02-29"]));
    (1_u128..=4, 1_i8..=7, 0_i8..72, 1_i8..72, until.prop_map(|day| day.map(|day| day.parse().unwrap())))
}

/// A clinic around one moment: two clinicians, a room, a machine; hours, closures and visits by lot.
fn clinic() -> impl Strategy<Value = (Timetable, Timestamp)> {
    let openings = prop::collection::vec(hours(), 0..24);
    let closures = prop::collection::vec((0_u128..=4, -300_i64..300, 1_i64..400), 0..3);
    let taken = prop::collection::vec((1_u128..=4, -60_i64..120), 0..40);
    (prop::sample::select(ZONES.to_vec()), moment(), openings, closures, taken, any::<[bool; 4]>()).prop_map(
        |(zone, start, hours, closures, taken, lots)| {
            let time = |places: i8| Time::new(places / 3, places % 3 * 20, 0, 0).unwrap();
            let openings = hours.into_iter().filter(|(.., from, to, _)| from < to).map(|hours| Opening {
                from: time(hours.2),
                to: time(hours.3),
                until: hours.4,
                ..opening(hours.0, hours.1, "00:00", "01:00")
            });
            let closures = closures.into_iter().map(|(of, begin, minutes)| Closure {
                id: ClosureId(Uuid::from_u128(of)),
                resource: (of > 0).then(|| id(of)),
                from: start + SignedDuration::from_mins(begin),
                to: start + SignedDuration::from_mins(begin + minutes),
                reason: "leave".to_owned(),
            });
            let mut taken: Vec<_> = taken.into_iter().map(|(of, slot)| (id(of), slot_of(start) + slot)).collect();
            taken.sort_unstable();
            taken.dedup();
            use ResourceKind::{Clinician, Machine, Room};
            let mut resources: Vec<_> = [(1, Clinician), (2, Clinician), (3, Room), (4, Machine)]
                .map(|(number, kind)| resource(number, kind))
                .into();
            resources[1].retired = lots[0] && lots[1];
            let mut timetable = Timetable {
                zone: zone.to_owned(),
                services: Vec::new(),
                resources,
                openings: openings.collect(),
                closures: closures.collect(),
                taken,
            };
            if lots[2] {
                // Open all day, so that there is something to find.
                for weekday in 1..=7 {
                    timetable.openings.push(opening(1, weekday, "00:00", "23:55"));
                }
            }
            (timetable, start)
        },
    )
}

fn wanted() -> impl Strategy<Value = Service> {
    let needs = prop::sample::subsequence(vec![0_usize, 1, 2, 3], 1..=4);
    (1_u16..20, 0_u16..4, 0_u16..4, needs).prop_map(|(visit, before, after, needs)| {
        use ResourceKind::{Clinician, Machine, Room};
        let all = [(Clinician, vec![1, 2]), (Clinician, vec![1]), (Room, vec![3, 4]), (Machine, vec![4])];
        let needs = needs
            .into_iter()
            .map(|place| Need { kind: all[place].0, any_of: all[place].1.iter().map(|number| id(*number)).collect() });
        service(5 * visit, 5 * before, 5 * after, needs.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn open_is_what_the_clock_says_minute_by_minute((timetable, start) in clinic(), minutes in 1_i64..400) {
        let (zone, end) = (zone(&timetable.zone).unwrap(), start + SignedDuration::from_mins(5 * (minutes / 5 + 1)));
        for of in [1, 2, 3, 4].map(id) {
            prop_assert_eq!(open_at(&timetable, &zone, of, start, end), slowly_open(&timetable, of, start, end));
        }
    }

    #[test]
    fn free_times_are_those_of_the_slow_way(
        (timetable, from) in clinic(), service in wanted(), hours in 1_i64..5, step in prop::sample::select(vec![5_u16, 15, 60]),
    ) {
        let to = from + SignedDuration::from_hours(hours);
        let free = free_starts(&timetable, &service, from, to, step).unwrap();
        let zone = zone(&timetable.zone).unwrap();
        let mut found = free.iter().peekable();
        for slot in slot_of(from)..slot_of(to) {
            let start = Timestamp::from_second(slot * 300).unwrap();
            let clock = zone.to_datetime(start);
            let on_step = (i32::from(clock.hour()) * 60 + i32::from(clock.minute())) % i32::from(step) == 0;
            let ways = if on_step { slow_ways(&timetable, &service, start) } else { Vec::new() };
            match found.next_if(|found| found.start == start) {
                Some(found) => prop_assert!(ways.contains(&found.resources), "{} {:?}", start, found.resources),
                None => prop_assert!(ways.is_empty(), "{} {:?}", start, ways),
            }
        }
        prop_assert!(found.next().is_none());
    }
}

/// The property tests would pass on clinics in which nothing is ever free.
#[test]
fn an_ordinary_day_has_the_free_times_one_would_write_down() {
    let mut timetable = clinician("Europe/London", &[(1, "09:00", "12:00")]);
    timetable.resources.push(resource(2, ResourceKind::Room));
    // A visit with its buffers from 10:00 to 10:30 takes the room.
    let taken: Timestamp = "2026-01-05T10:00:00Z".parse().unwrap();
    timetable.taken = (0..6).map(|slot| (id(2), slot_of(taken) + slot)).collect();
    let need = |kind, number| Need { kind, any_of: vec![id(number)] };
    let needs = vec![need(ResourceKind::Clinician, 1), need(ResourceKind::Room, 2)];
    let service = service(30, 0, 15, needs);
    let day = |time: &str| format!("2026-01-05T{time}:00Z").parse::<Timestamp>().unwrap();
    let free = free_starts(&timetable, &service, day("00:00"), day("23:00"), 15).unwrap();
    let starts: Vec<_> = free.iter().map(|free| free.start).collect();
    assert_eq!(starts, ["09:00", "09:15", "10:30", "10:45", "11:00", "11:15", "11:30"].map(day));
    assert!(free.iter().all(|free| free.resources == [id(1), id(2)]));
}
