//! What stands in the way of a visit, in words: hours, closures, other visits.

use std::ops::Range;

use charley_records::clinic::booking::{BookingLine, BookingState, slot_of, slots_of};
use charley_records::clinic::hours::{Shut, shut_at};
use charley_records::clinic::resources::Timetable;
use charley_records::{BookingId, ResourceId, ServiceId};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::visits::free;

/// A visit, or one that is wished for.
#[derive(Debug, Clone)]
pub struct Wanted<'w> {
    /// The visit itself when it is booked already: it does not stand in its own way.
    pub own: Option<BookingId>,
    /// What for.
    pub service: ServiceId,
    /// Start.
    pub start: Timestamp,
    /// End, without the buffer.
    pub end: Timestamp,
    /// What it uses.
    pub with: &'w [ResourceId],
}

impl<'w> Wanted<'w> {
    /// A visit that is booked.
    pub fn of(line: &'w BookingLine) -> Self {
        let booking = &line.booking;
        Self {
            own: Some(booking.id),
            service: booking.service,
            start: booking.start,
            end: booking.end,
            with: &booking.resources,
        }
    }
}

/// Names of resources, in the order given: "Clio, Room 1".
pub fn names(table: &Timetable, with: &[ResourceId]) -> String {
    with.iter().map(|id| name(table, *id)).collect::<Vec<_>>().join(", ")
}

fn name(table: &Timetable, id: ResourceId) -> &str {
    table.resources.iter().find(|known| known.id == id).map_or("something that is gone", |known| &known.name)
}

/// The slots that it takes, with buffers where the service is known still.
fn slots(table: &Timetable, service: ServiceId, start: Timestamp, end: Timestamp) -> Range<i64> {
    match free::service(table, service) {
        Some(service) => slots_of(service, start),
        None => slot_of(start)..slot_of(end),
    }
}

/// Everything that stands in the way, a sentence each without its full stop. `lines`: the visits around it.
pub fn found(table: &Timetable, zone: &TimeZone, wanted: &Wanted<'_>, lines: &[BookingLine]) -> Vec<String> {
    let mut found = Vec::new();
    for id in wanted.with {
        match shut_at(table, zone, *id, wanted.start, wanted.end) {
            None => {}
            Some(Shut::Hours) => found.push(format!("{} is outside opening hours then", name(table, *id))),
            Some(Shut::Closure) => {
                let reason = table.closures.iter().find(|closure| {
                    let of_it = closure.resource.is_none_or(|of| of == *id);
                    of_it && closure.from < wanted.end && wanted.start < closure.to
                });
                let reason = reason.map_or("", |closure| closure.reason.as_str());
                found.push(format!("{} is not there then: {reason}", name(table, *id)));
            }
        }
    }
    let own = slots(table, wanted.service, wanted.start, wanted.end);
    for line in lines {
        let other = &line.booking;
        if other.state == BookingState::Cancelled || Some(other.id) == wanted.own {
            continue;
        }
        let theirs = slots(table, other.service, other.start, other.end);
        if own.start >= theirs.end || theirs.start >= own.end {
            continue;
        }
        let shared: Vec<ResourceId> = other.resources.iter().filter(|id| wanted.with.contains(id)).copied().collect();
        if !shared.is_empty() {
            let clock = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
            let (from, to) = (clock(other.start), clock(other.end));
            let used = names(table, &shared);
            found.push(format!("{used} is taken by the visit of {}, {from} to {to}", line.name));
        }
    }
    found
}
