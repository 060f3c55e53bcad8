//! The rules of booking, once for every engine: who may book, move, cancel and mark what, and when. Pure; the engine brings
//! what it read in the same transaction. What is taken is not judged here but for the lane: the key of the table
//! `occupancy` has the last word.

use jiff::{SignedDuration, Timestamp};

use super::booking::{Booker, Booking, BookingState, MOST_LANES, NewBooking};
use super::hours::{self, Shut};
use super::resources::{Service, Timetable};
use super::{Desk, Duty};
use crate::{OrganisationId, PersonId, RecordsError, ResourceId, Result, Right, ServiceId};

/// Visits to come that one person may have booked at one clinic without staff.
pub const MOST_VISITS_AHEAD: i64 = 20;
/// Places on the waiting list that one person may have at one clinic.
pub const MOST_PLACES: i64 = 20;
/// So many people are told of one time that became free: one of them can have it.
pub const MOST_OFFERS: usize = 5;
/// The link of a visit opens it for so long after its end.
pub const LINK_LIVES_AFTER: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Missed visits count for so long.
pub const MISSED_COUNT_FOR: SignedDuration = SignedDuration::from_hours(24 * 730);

/// The answer when something else is there at the time.
pub const TAKEN: RecordsError = RecordsError::Conflict("This time is taken. Choose another.");

/// In what part somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The person, or whoever holds the link of the visit.
    Person,
    /// Staff.
    Staff {
        /// Though a resource is taken, closed or not open.
        overrides: bool,
    },
}

impl Part {
    /// Whether it goes over hours, closures and other visits.
    pub fn overrides(self) -> bool {
        self == Self::Staff { overrides: true }
    }
}

/// In what part somebody books.
///
/// # Errors
/// [`RecordsError::Forbidden`] without the right or the duty, and for a link; [`RecordsError::NotFound`] when it is another
/// person or clinic.
pub fn booking_part(by: Booker<'_>, clinic: OrganisationId, new: &NewBooking) -> Result<Part> {
    let overrides = !new.override_reason.trim().is_empty();
    match by {
        Booker::Staff(desk) => staff(desk, clinic).map(|()| Part::Staff { overrides }),
        Booker::Person(access) => {
            access.need(Right::Write)?;
            if access.person() != new.person {
                return Err(RecordsError::NotFound);
            }
            if overrides { Err(RecordsError::Forbidden) } else { Ok(Part::Person) }
        }
        Booker::Link(_) => Err(RecordsError::Forbidden),
    }
}

/// In what part somebody changes a visit of this person at this clinic. `link`: SHA-256 of its link's secret.
///
/// # Errors
/// As [`booking_part`]; a link is of its own visit only.
pub fn changing_part(by: Booker<'_>, booking: &Booking, link: &str, overrides: bool, now: Timestamp) -> Result<Part> {
    match by {
        Booker::Staff(desk) => staff(desk, booking.clinic).map(|()| Part::Staff { overrides }),
        Booker::Person(access) if access.person() == booking.person => {
            access.need(Right::Write)?;
            if overrides { Err(RecordsError::Forbidden) } else { Ok(Part::Person) }
        }
        Booker::Link(secret) if secret.fingerprint() == link && link_lives(booking, now) => {
            if overrides {
                Err(RecordsError::Forbidden)
            } else {
                Ok(Part::Person)
            }
        }
        Booker::Person(_) | Booker::Link(_) => Err(RecordsError::NotFound),
    }
}

/// For whom somebody may keep or end a place on the waiting list.
///
/// # Errors
/// As [`booking_part`].
pub fn waiting_part(by: Booker<'_>, clinic: OrganisationId, person: PersonId) -> Result<Part> {
    match by {
        Booker::Staff(desk) => staff(desk, clinic).map(|()| Part::Staff { overrides: false }),
        Booker::Person(access) => {
            access.need(Right::Write)?;
            if access.person() == person { Ok(Part::Person) } else { Err(RecordsError::NotFound) }
        }
        Booker::Link(_) => Err(RecordsError::Forbidden),
    }
}

fn staff(desk: &Desk, clinic: OrganisationId) -> Result<()> {
    desk.need(Duty::Book)?;
    if desk.clinic() == clinic { Ok(()) } else { Err(RecordsError::NotFound) }
}

/// Whether the link of a visit still opens it.
pub fn link_lives(booking: &Booking, now: Timestamp) -> bool {
    now <= booking.end + LINK_LIVES_AFTER
}

/// The end of a visit, without the buffer.
pub fn end_of(service: &Service, start: Timestamp) -> Timestamp {
    start + SignedDuration::from_mins(service.minutes.into())
}

/// A service of the clinic, retired or not.
///
/// # Errors
/// [`RecordsError::NotFound`].
pub fn service(timetable: &Timetable, id: ServiceId) -> Result<&Service> {
    timetable.services.iter().find(|service| service.id == id).ok_or(RecordsError::NotFound)
}

/// Whether a service may be chosen anew.
///
/// # Errors
/// [`RecordsError::Conflict`] when it is no longer offered, or a person may not book it without staff.
pub fn offered(service: &Service, part: Part) -> Result<()> {
    if service.retired {
        return Err(RecordsError::Conflict("This is no longer offered. Choose something else."));
    }
    if part == Part::Person && !service.online {
        return Err(RecordsError::Conflict("This is booked by the clinic. Please call them."));
    }
    Ok(())
}

/// Whether a visit may take place at this time with these resources, as far as hours, closures and notice go.
///
/// # Errors
/// [`RecordsError::Invalid`] when the resources are not what the service needs; [`RecordsError::Conflict`] when it is too
/// soon, outside opening hours, or in a closure.
pub fn admit(
    timetable: &Timetable,
    service: &Service,
    start: Timestamp,
    resources: &[ResourceId],
    part: Part,
    now: Timestamp,
) -> Result<()> {
    if part == Part::Person && !in_time(service, start, now) {
        return Err(RecordsError::Conflict("This is too soon to book here. Choose a later time, or call the clinic."));
    }
    if !fit(timetable, service, resources) {
        let problem = "These do not fit what is booked. Choose the time again.";
        return Err(RecordsError::field("resources", problem));
    }
    if part.overrides() {
        return Ok(());
    }
    let (zone, end) = (hours::zone(&timetable.zone)?, end_of(service, start));
    match resources.iter().find_map(|resource| hours::shut_at(timetable, &zone, *resource, start, end)) {
        None => Ok(()),
        Some(Shut::Hours) => Err(RecordsError::Conflict("This is outside opening hours. Choose another time.")),
        Some(Shut::Closure) => Err(RecordsError::Conflict("The clinic is closed at this time. Choose another.")),
    }
}

/// One resource for each need, in order: of the clinic, of the kind, among those named, not retired.
fn fit(timetable: &Timetable, service: &Service, resources: &[ResourceId]) -> bool {
    resources.len() == service.needs.len()
        && service.needs.iter().zip(resources).all(|(need, chosen)| {
            let known = timetable.resources.iter().find(|known| known.id == *chosen);
            need.any_of.contains(chosen) && known.is_some_and(|known| known.kind == need.kind && !known.retired)
        })
}

fn in_time(service: &Service, start: Timestamp, now: Timestamp) -> bool {
    start.duration_since(now) >= SignedDuration::from_hours(service.notice_hours.into())
}

/// The lane of a resource that a visit takes, when these are taken in some slot of it. Without an override every lane must
/// be free: what staff booked on top is there too, when the visit below it was cancelled.
///
/// # Errors
/// [`RecordsError::Conflict`] when there is none.
pub fn lane(taken: &[i64], part: Part) -> Result<i64> {
    if !part.overrides() {
        return if taken.is_empty() { Ok(0) } else { Err(TAKEN) };
    }
    (0..i64::from(MOST_LANES))
        .find(|lane| !taken.contains(lane))
        .ok_or(RecordsError::Conflict("Too many visits are booked over each other at this time. Choose another."))
}

/// Whether a visit may be moved.
///
/// # Errors
/// [`RecordsError::Conflict`] when it is not to come any more, was changed since, or is for staff to move.
pub fn may_move(booking: &Booking, service: &Service, revision: u32, part: Part, now: Timestamp) -> Result<()> {
    if booking.state != BookingState::Booked {
        return Err(RecordsError::Conflict("This visit cannot be moved any more. Book a new one."));
    }
    if part == Part::Person && (service.retired || !service.online || !in_time(service, booking.start, now)) {
        return Err(RecordsError::Conflict("This visit can be moved by the clinic only. Please call them."));
    }
    if booking.revision != revision {
        return Err(RecordsError::Conflict("This visit was changed meanwhile. Look at it again."));
    }
    Ok(())
}

/// Whether a visit may be cancelled; false when it is cancelled already.
///
/// # Errors
/// [`RecordsError::Conflict`] when it is over, or for staff to cancel.
pub fn may_cancel(booking: &Booking, service: &Service, part: Part, now: Timestamp) -> Result<bool> {
    match (booking.state, part) {
        (BookingState::Cancelled, _) => Ok(false),
        (BookingState::Done | BookingState::NoShow, _) => {
            Err(RecordsError::Conflict("This visit is over. It cannot be cancelled any more."))
        }
        (BookingState::Booked | BookingState::Arrived, Part::Staff { .. }) => Ok(true),
        (BookingState::Booked, Part::Person) if in_time(service, booking.start, now) => Ok(true),
        (BookingState::Booked | BookingState::Arrived, Part::Person) => {
            Err(RecordsError::Conflict("It is too late to cancel here. Please call the clinic."))
        }
    }
}

/// Whether a visit may be marked so.
///
/// # Errors
/// [`RecordsError::Conflict`] when it is cancelled, or missed before it has begun; [`RecordsError::Invalid`] for
/// `cancelled`, which frees its time and has a call of its own.
pub fn may_mark(booking: &Booking, state: BookingState, now: Timestamp) -> Result<()> {
    if state == BookingState::Cancelled {
        return Err(RecordsError::field("state", "A visit is cancelled, not marked as cancelled."));
    }
    if booking.state == BookingState::Cancelled {
        return Err(RecordsError::Conflict("This visit was cancelled. Book a new one."));
    }
    if state == BookingState::NoShow && now < booking.start {
        return Err(RecordsError::Conflict("This visit has not begun yet."));
    }
    Ok(())
}

/// A visit as the person, or whoever holds its link, sees it: without what is for staff.
pub fn for_person(booking: Booking) -> Booking {
    Booking { note: String::new(), override_reason: String::new(), ..booking }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
