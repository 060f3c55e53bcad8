//! Messages about visits: confirmation, change, cancellation, reminder, and the offer of an earlier time. They are put into
//! the outbox by the transaction that changes the visit, so that none is lost and none is sent for what did not happen.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::booking::Booking;
use super::codes;
use super::patients::Contact;
use crate::reminders::Channel;
use crate::secret::Secret;
use crate::{Result, WaitingId};

codes! {
    /// What a message about a visit says.
    VisitMessage, "a message about a visit" {
        /// It is booked.
        Booked = "booked",
        /// It was moved.
        Moved = "moved",
        /// It was cancelled.
        Cancelled = "cancelled",
        /// It is tomorrow.
        Reminder = "reminder",
        /// A time like the one wished for has become free.
        Offer = "offer",
    }
}

/// How long before a visit its reminder is due.
pub const REMINDER_BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// A message that is to be put into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVisitMessage {
    /// Made of the visit, its revision, what it says and how it goes: the same message made twice is one.
    pub id: String,
    /// What it says.
    pub says: VisitMessage,
    /// How it goes.
    pub channel: Channel,
    /// Not before.
    pub due: Timestamp,
}

/// What to send when a visit was booked, moved or cancelled: one message on each way that the clinic has, and a reminder when
/// there is still time for one.
pub fn announce(booking: &Booking, says: VisitMessage, contact: &Contact, now: Timestamp) -> Vec<NewVisitMessage> {
    let mut messages = on_each_way(&format!("{}.{}", booking.id, booking.revision), says, contact, now);
    let due = booking.start - REMINDER_BEFORE;
    if says != VisitMessage::Cancelled && due > now {
        let id = format!("{}.{}", booking.id, booking.revision);
        messages.extend(on_each_way(&id, VisitMessage::Reminder, contact, due));
    }
    messages
}

/// What to send to somebody who waits for a time such as that of this cancelled visit.
pub fn offer(cancelled: &Booking, to: WaitingId, contact: &Contact, now: Timestamp) -> Vec<NewVisitMessage> {
    on_each_way(&format!("{}.{to}", cancelled.id), VisitMessage::Offer, contact, now)
}

fn on_each_way(id: &str, says: VisitMessage, contact: &Contact, due: Timestamp) -> Vec<NewVisitMessage> {
    [(Channel::Mail, &contact.mail), (Channel::Ntfy, &contact.topic)]
        .into_iter()
        .filter(|(_, to)| !to.is_empty())
        .map(|(channel, _)| {
            let id = format!("{id}.{}.{}", says.code(), channel.code());
            NewVisitMessage { id, says, channel, due }
        })
        .collect()
}

/// A message that one sender holds for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedVisit {
    /// Key.
    pub id: String,
    /// What it says.
    pub says: VisitMessage,
    /// How it goes.
    pub channel: Channel,
    /// Address or topic.
    pub to: String,
    /// The visit, as it stands now. For an offer: the visit that was cancelled, without its person.
    pub booking: Booking,
    /// Name of the clinic.
    pub clinic_name: String,
    /// Zone of the clinic.
    pub zone: String,
    /// The secret of the visit's link; empty for an offer.
    pub link: Secret,
    /// How often it was tried, this time included.
    pub tries: u32,
}

/// The outbox of messages about visits; leases work as in [`crate::reminders::Outbox`].
#[async_trait]
pub trait Visits {
    /// Takes messages that are due, at most `most`, and holds them for `seconds`. A reminder of a visit that is no longer
    /// booked is not handed out.
    ///
    /// # Errors
    /// When the engine fails.
    async fn lease_visits(&self, most: u32, seconds: u32, now: Timestamp) -> Result<Vec<LeasedVisit>>;

    /// A message has gone out.
    ///
    /// # Errors
    /// When the engine fails.
    async fn visit_sent(&self, id: &str, now: Timestamp) -> Result<()>;

    /// A message could not be sent; it is tried again at `again`, or never.
    ///
    /// # Errors
    /// When the engine fails.
    async fn visit_not_sent(&self, id: &str, again: Option<Timestamp>) -> Result<()>;
}
