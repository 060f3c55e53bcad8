//! Messages about visits: confirmation, change, cancellation, reminder, and the offer of an earlier time. They are put into
//! the outbox by the transaction that changes the visit, so that none is lost and none is sent for what did not happen.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::booking::Booking;
use super::codes;
use crate::Result;
use crate::reminders::Channel;
use crate::secret::Secret;

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
