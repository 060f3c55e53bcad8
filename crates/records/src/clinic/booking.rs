//! Visits. No two visits use one resource at one time: the table `occupancy` has the key (resource, slot, lane), a slot
//! being five minutes of UTC. People and staff book in lane 0; only an override with a reason takes the next lane.

use async_trait::async_trait;
use jiff::Timestamp;

use super::resources::{SLOT_MINUTES, Service};
use super::{Desk, codes, sound, text};
use crate::secret::Secret;
use crate::{Access, BookingId, Field, OrganisationId, PersonId, RequestId, ResourceId, Result, ServiceId, WaitingId};

codes! {
    /// Where a visit stands.
    BookingState, "where a visit stands" {
        /// It is to come.
        Booked = "booked",
        /// The person has come.
        Arrived = "arrived",
        /// It is over.
        Done = "done",
        /// The person did not come.
        NoShow = "no_show",
        /// It was cancelled; it blocks nothing.
        Cancelled = "cancelled",
    }
}

/// Most lanes of one resource: how often it can be booked at one time by override.
pub const MOST_LANES: u8 = 8;
/// Nothing is booked further ahead, in days.
pub const MOST_DAYS_AHEAD: i64 = 730;

/// The number of a slot of five minutes, counted from 1970 UTC; that of the slot in which a moment lies.
pub fn slot_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(i64::from(SLOT_MINUTES) * 60)
}

/// The slots that a visit of this service takes, buffers included: first, and one past the last.
pub fn slots_of(service: &Service, start: Timestamp) -> std::ops::Range<i64> {
    let slots = |minutes: u16| i64::from(minutes.div_ceil(SLOT_MINUTES));
    let first = slot_of(start);
    first - slots(service.buffer_before)..first + slots(service.minutes) + slots(service.buffer_after)
}

/// A visit that is to be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBooking {
    /// Made where it is asked for: a retry is the same visit.
    pub id: BookingId,
    /// Who comes.
    pub person: PersonId,
    /// What for.
    pub service: ServiceId,
    /// When, on a slot's beginning.
    pub start: Timestamp,
    /// One resource for each need of the service, in the order of its needs.
    pub resources: Vec<ResourceId>,
    /// The request that it answers; it stays open until somebody closes it.
    pub request: Option<RequestId>,
    /// Staff only: book though a resource is taken or not open, because of this. Empty: no.
    pub override_reason: String,
    /// For staff; may be empty.
    pub note: String,
}

/// The time to which a visit is to be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTime {
    /// The revision that the caller saw.
    pub revision: u32,
    /// When, on a slot's beginning.
    pub start: Timestamp,
    /// One resource for each need of the service, in the order of its needs.
    pub resources: Vec<ResourceId>,
    /// As in [`NewBooking`].
    pub override_reason: String,
}

/// Checks what does not depend on the database; returns it trimmed.
///
/// # Errors
/// [`crate::RecordsError::Invalid`].
pub fn check(new: &NewBooking, now: Timestamp) -> Result<NewBooking> {
    let mut faults = Vec::new();
    let override_reason = text("override_reason", &new.override_reason, false, &mut faults);
    let note = text("note", &new.note, false, &mut faults);
    check_start(new.start, now, &mut faults);
    let mut resources = new.resources.clone();
    resources.sort();
    resources.dedup();
    if resources.is_empty() || resources.len() != new.resources.len() {
        faults.push(Field { name: "resources", problem: "Each thing that is needed must be named once.".to_owned() });
    }
    sound(NewBooking { override_reason, note, ..new.clone() }, faults)
}

/// Finds what is wrong with the start of a visit.
pub fn check_start(start: Timestamp, now: Timestamp, faults: &mut Vec<Field>) {
    let problem = if start.as_second() % (i64::from(SLOT_MINUTES) * 60) != 0 || start.subsec_nanosecond() != 0 {
        "A visit begins on a multiple of 5 minutes."
    } else if start < now {
        "This time is over. Choose another."
    } else if start.duration_since(now).as_hours() > MOST_DAYS_AHEAD * 24 {
        "This is too far ahead. Choose a time within two years."
    } else {
        return;
    };
    faults.push(Field { name: "start", problem: problem.to_owned() });
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Key.
    pub id: BookingId,
    /// Where.
    pub clinic: OrganisationId,
    /// Who comes.
    pub person: PersonId,
    /// What for.
    pub service: ServiceId,
    /// Its name.
    pub service_name: String,
    /// Start.
    pub start: Timestamp,
    /// End, without the buffer.
    pub end: Timestamp,
    /// What it uses.
    pub resources: Vec<ResourceId>,
    /// The request that it answers.
    pub request: Option<RequestId>,
    /// Where it stands.
    pub state: BookingState,
    /// How often it was changed: the sequence of its calendar event.
    pub revision: u32,
    /// Why staff booked it over something else; empty: they did not.
    pub override_reason: String,
    /// For staff.
    pub note: String,
    /// Why it was cancelled; empty when it was not, or nobody said.
    pub cancel_reason: String,
    /// When it was booked.
    pub created: Timestamp,
}

/// A visit on the day's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingLine {
    /// The visit.
    pub booking: Booking,
    /// Name of the person.
    pub name: String,
    /// Visits that the person missed in the past two years.
    pub missed: u32,
}

/// Who books.
#[derive(Debug, Clone, Copy)]
pub enum Booker<'b> {
    /// The person, or somebody who may write for them.
    Person(&'b Access),
    /// Whoever holds the link of the visit: moves and cancels that one.
    Link(&'b Secret),
    /// Staff (duty: book).
    Staff(&'b Desk),
}

/// A wish for an earlier time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Made where it is asked for.
    pub id: WaitingId,
    /// Who.
    pub person: PersonId,
    /// What for.
    pub service: ServiceId,
    /// Not before.
    pub from: Timestamp,
    /// Not after.
    pub until: Timestamp,
    /// Since when.
    pub created: Timestamp,
}

/// Visits.
#[async_trait]
pub trait Bookings {
    /// Books a visit and puts its confirmation and reminder into the outbox. The same again is known and answers the same.
    /// Returns the visit with the secret of its link.
    ///
    /// A person books only services that are online, in opening hours, with the notice that the service asks, and only with
    /// a clinic with which they share.
    ///
    /// # Errors
    /// [`crate::RecordsError::Conflict`] when a resource is taken, closed or not open: nothing is booked.
    async fn book(
        &self,
        by: Booker<'_>,
        clinic: OrganisationId,
        new: &NewBooking,
        now: Timestamp,
    ) -> Result<(Booking, Secret)>;

    /// Moves a visit to another time. Moving it where it is, is no error.
    ///
    /// # Errors
    /// As [`Bookings::book`]; [`crate::RecordsError::Conflict`] when it was changed since; the old time is kept then.
    async fn move_booking(&self, by: Booker<'_>, booking: BookingId, to: &NewTime, now: Timestamp) -> Result<Booking>;

    /// Cancels a visit; its time is free at once. Cancelling again is no error. Tells staff, and nobody else, who waits for
    /// such a time; the first of them are told by a message.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`]; [`crate::RecordsError::Conflict`] when it is over.
    async fn cancel(&self, by: Booker<'_>, booking: BookingId, reason: &str, now: Timestamp) -> Result<Vec<Waiting>>;

    /// Marks a visit as arrived, done or missed, or back to booked (duty: book).
    ///
    /// # Errors
    /// [`crate::RecordsError::Conflict`] for a cancelled one.
    async fn mark(&self, desk: &Desk, booking: BookingId, state: BookingState, now: Timestamp) -> Result<()>;

    /// Visits that begin between two moments, cancelled ones included, by start (duty: see list).
    ///
    /// # Errors
    /// When the engine fails.
    async fn bookings(&self, desk: &Desk, from: Timestamp, to: Timestamp) -> Result<Vec<BookingLine>>;

    /// One visit (duty: see list).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn booking(&self, desk: &Desk, booking: BookingId) -> Result<BookingLine>;

    /// The person's own visits, newest first (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn bookings_of(&self, access: &Access) -> Result<Vec<Booking>>;

    /// The visits of one person at this clinic, newest first (duty: see list).
    ///
    /// # Errors
    /// When the engine fails.
    async fn bookings_with(&self, desk: &Desk, person: PersonId) -> Result<Vec<Booking>>;

    /// The visit that a link is for. It shows time and place only, until 30 days after the visit.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn booking_by_link(&self, link: &Secret, now: Timestamp) -> Result<Booking>;

    /// Puts somebody on the waiting list (the person, right: write; or staff). The same again is known.
    ///
    /// # Errors
    /// When a field is wrong.
    async fn wait(&self, by: Booker<'_>, clinic: OrganisationId, waiting: &Waiting, now: Timestamp) -> Result<()>;

    /// Who waits, longest first (duty: see list).
    ///
    /// # Errors
    /// When the engine fails.
    async fn waiting(&self, desk: &Desk, now: Timestamp) -> Result<Vec<(Waiting, String)>>;

    /// What the person waits for, and at which clinic, longest first (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn waiting_of(&self, access: &Access, now: Timestamp) -> Result<Vec<(OrganisationId, Waiting)>>;

    /// Takes somebody off the waiting list (the person, or staff).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn end_waiting(&self, by: Booker<'_>, waiting: WaitingId, now: Timestamp) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn service(minutes: u16, before: u16, after: u16) -> Service {
        Service {
            id: ServiceId(Uuid::from_u128(1)),
            name: "Scan".to_owned(),
            minutes,
            buffer_before: before,
            buffer_after: after,
            needs: Vec::new(),
            online: true,
            notice_hours: 0,
            retired: false,
        }
    }

    #[test]
    fn a_visit_takes_its_slots_and_buffers() {
        let start = Timestamp::from_second(3_000).unwrap();
        assert_eq!(slots_of(&service(30, 0, 0), start), 10..16);
        assert_eq!(slots_of(&service(30, 5, 10), start), 9..18);
        assert_eq!(slot_of(Timestamp::from_second(-1).unwrap()), -1);
    }

    #[test]
    fn a_visit_begins_on_a_slot_and_in_time() {
        let now = Timestamp::from_second(3_000).unwrap();
        let faults = |second: i64| {
            let mut faults = Vec::new();
            check_start(Timestamp::from_second(second).unwrap(), now, &mut faults);
            faults.len()
        };
        assert_eq!([3_000, 3_300].map(faults), [0, 0]);
        assert_eq!([2_700, 3_001, 3_000 + 731 * 86_400].map(faults), [1, 1, 1]);
    }
}
