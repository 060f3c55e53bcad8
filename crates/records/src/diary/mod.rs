//! The diary as it is kept: entries in the order they arrived. `charley_nights::diary` makes nights of them.
//!
//! Nothing is changed in place: undo and edit are entries of their own that name the entry they change. A deletion leaves a
//! tombstone, so that a late retry revives nothing.

mod check;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use check::{check, check_all, content};

use crate::{Access, Actor, DeviceId, EntryId, RecordsError, Result, Right, TrialId};

/// Most entries in one call.
pub const MOST_ENTRIES: usize = 1_000;
/// Largest body of one entry, in bytes of JSON.
pub const MOST_BODY_BYTES: usize = 4_096;

/// An entry as a phone, a form or an import makes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// Made where the entry is made. The same id with the same content is the same entry.
    pub id: EntryId,
    /// When, by the clock of where it was made.
    pub at: Timestamp,
    /// IANA time zone of where it was made.
    pub zone: String,
    /// What happened.
    pub body: Body,
}

/// What happened. Dates of nights are the day on which the night began, `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Body {
    /// A cramp.
    Episode(Episode),
    /// What the morning says of a whole night.
    Night(NightReport),
    /// Something done or taken in a night, such as stretching.
    Exposure {
        /// Which night.
        night: String,
        /// A remedy's id.
        what: String,
        /// Done, or known not done.
        done: bool,
    },
    /// Which arm the person thinks tonight is (blinded trials).
    Guess {
        /// Which night.
        night: String,
        /// 1: treatment, 0: control; none for "I don't know".
        #[serde(default)]
        arm: Option<u8>,
    },
    /// The sealed order of a blinded trial was shown to the helper. It says nothing of a night.
    Opened {
        /// Whose order.
        trial: TrialId,
    },
    /// Whether one leg was newly swollen in a night: a danger sign that belongs to no single cramp.
    LegSwollen {
        /// Which night.
        night: String,
        /// It was, or it was not.
        swollen: bool,
    },
    /// A medicine or habit that changed.
    Change {
        /// Day, `YYYY-MM-DD`.
        date: String,
        /// What.
        what: String,
        /// Started, stopped or altered.
        how: Changed,
    },
    /// Something bad that happened in a trial.
    Adverse {
        /// Which night.
        night: String,
        /// In the person's words.
        what: String,
    },
    /// Takes an entry back; or an undo, which brings it back.
    Undo {
        /// Which entry.
        target: EntryId,
    },
    /// Puts another body in the place of an entry's.
    Edit {
        /// Which entry.
        target: EntryId,
        /// The new body; not an undo or an edit.
        body: Box<Body>,
    },
}

/// A cramp. Everything but its start may be unknown.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Episode {
    /// Start, when it is not the entry's own time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// How long, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<f64>,
    /// Which leg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muscle: Option<Muscle>,
    /// Pain, 0 to 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pain: Option<u8>,
    /// What stopped it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relief: Vec<Relief>,
    /// A danger sign was ticked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub danger: bool,
}

/// The morning's word on a night.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NightReport {
    /// The day on which the night began, `YYYY-MM-DD`.
    pub night: String,
    /// How many cramps.
    pub cramps: Cramps,
    /// How much they disturbed sleep, 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sleep: Option<u8>,
    /// Worst pain, 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pain: Option<u8>,
    /// Told by a bed partner.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_partner: bool,
}

/// How many cramps a night had, as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cramps {
    /// Don't know: the night stays not recorded.
    Unknown,
    /// Exactly so many; 0 is a cramp-free night.
    Exactly(u16),
    /// One or more: some, and how many is not known.
    OneOrMore,
    /// Two or more.
    TwoOrMore,
}

/// Started, stopped or altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Changed {
    Started,
    Stopped,
    Altered,
}

/// Which leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Side {
    Left,
    Right,
    Both,
}

/// Where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Muscle {
    Calf,
    Foot,
    Shin,
    Thigh,
    Other,
}

/// What stopped a cramp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Relief {
    Stretch,
    Rubbing,
    Walking,
    Heat,
    Cold,
    ByItself,
    Other,
}

impl Body {
    /// The entry that this one undoes or edits.
    pub fn target(&self) -> Option<EntryId> {
        match self {
            Self::Undo { target } | Self::Edit { target, .. } => Some(*target),
            _ => None,
        }
    }
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Place in the order of arrival; grows within a person.
    pub sequence: i64,
    /// The entry.
    pub new: NewEntry,
    /// The device that sent it; none for a signed-in person.
    pub device: Option<DeviceId>,
    /// When it arrived, by the server's clock.
    pub received: Timestamp,
    /// An entry with an id that was taken by other content: kept for the person to look at, not counted.
    pub disputed: bool,
}

/// What became of an entry that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// Kept.
    Stored,
    /// Was here already; nothing changed.
    Known,
    /// The id is taken by other content; both are kept for review.
    Disputed,
    /// It was deleted for good earlier and stays deleted.
    Deleted,
}

/// Who appends: a device, or nobody in particular for a signed-in person.
///
/// # Errors
/// [`RecordsError::Forbidden`] for links, jobs and staff: they add nothing to a diary.
pub fn appender(access: &Access) -> Result<Option<DeviceId>> {
    access.need(Right::Append)?;
    match access.actor() {
        Actor::Account { .. } => Ok(None),
        Actor::Device { device, .. } => Ok(Some(*device)),
        Actor::Link { .. } | Actor::Job { .. } | Actor::Staff { .. } => Err(RecordsError::Forbidden),
    }
}

/// The diary.
#[async_trait]
pub trait Diary {
    /// Keeps entries, all in one transaction, and answers for each in order (right: append). A device may undo or edit
    /// only what it sent itself. What undoes or edits a deleted entry is answered [`Receipt::Deleted`] and not kept.
    ///
    /// # Errors
    /// When an entry is refused ([`check`]), or there are more than [`MOST_ENTRIES`];
    /// [`crate::RecordsError::Forbidden`] when a device names an entry it did not send, or has been revoked. Then none is
    /// kept.
    async fn append(&self, access: &Access, entries: &[NewEntry], now: Timestamp) -> Result<Vec<Receipt>>;

    /// All entries in order of arrival (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn entries(&self, access: &Access) -> Result<Vec<Entry>>;

    /// Destroys entries for good, with everything that undid or edited them, and leaves tombstones (right: write); says
    /// how many were destroyed.
    ///
    /// # Errors
    /// When the engine fails.
    async fn delete_entries(&self, access: &Access, ids: &[EntryId], now: Timestamp) -> Result<u64>;
}
