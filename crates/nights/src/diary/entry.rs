//! What is told.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The id of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u128);

/// One thing that was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id. The same id again is the same entry.
    pub id: Id,
    /// When it was made: a cramp without a start of its own began then.
    pub at: Timestamp,
    /// Where it was made.
    pub zone: TimeZone,
    /// When it was said, to decide which of two words on the same thing is the later: for a form the time it arrived, for
    /// a phone its own time, but no later than it arrived.
    pub told: Timestamp,
    /// Its id was taken by other content: listed, not counted.
    pub disputed: bool,
    /// What it says.
    pub what: What,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A cramp.
    Episode(Episode),
    /// A word on a whole night.
    Report(Report),
    /// Something done or taken.
    Exposure(Exposure),
    /// Which arm the person thinks a night is.
    Guess {
        /// Which night.
        night: Date,
        /// Thought to be a treatment night; none for "I don't know".
        treatment: Option<bool>,
    },
    /// Whether one leg was newly swollen in a night.
    LegSwollen {
        /// Which night.
        night: Date,
        /// It was, or it was not.
        swollen: bool,
    },
    /// A medicine or habit that changed.
    Change(Change),
    /// Something bad that happened in a trial.
    Adverse {
        /// Which night.
        night: Date,
        /// In the person's words.
        what: String,
    },
    /// Takes an entry back, or an undo, which brings the entry back.
    Undo(Id),
    /// Puts other content in the place of an entry's.
    Edit {
        /// Which entry.
        target: Id,
        /// The new content. An undo or an edit here is ignored.
        what: Box<What>,
    },
}

/// A cramp. All but its start may be unknown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Episode {
    /// Start, when it is not the entry's own time.
    pub start: Option<Timestamp>,
    /// How long, in minutes.
    pub minutes: Option<f64>,
    /// Which leg.
    pub side: Option<Side>,
    /// Where.
    pub muscle: Option<Muscle>,
    /// Pain, 0 to 10.
    pub pain: Option<u8>,
    /// What stopped it.
    pub relief: Vec<Relief>,
    /// A danger sign was ticked.
    pub danger: bool,
}

/// A word on a whole night.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The day on which the night began.
    pub night: Date,
    /// How many cramps; none when it is not known.
    pub cramps: Option<Count>,
    /// How much they disturbed sleep, 0 to 10.
    pub sleep: Option<u8>,
    /// Worst pain, 0 to 10.
    pub pain: Option<u8>,
    /// Told by a bed partner.
    pub by_partner: bool,
}

/// Something done or taken in a night.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// Which night.
    pub night: Date,
    /// A remedy's id.
    pub what: String,
    /// Done, or known not done.
    pub done: bool,
}

/// A medicine or habit that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Day.
    pub date: Date,
    /// What.
    pub what: String,
    /// How.
    pub how: Changed,
}

/// How many cramps a recorded night had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Count {
    /// Exactly so many; 0 is a cramp-free night.
    Exactly(u32),
    /// So many or more.
    AtLeast(u32),
}

impl Count {
    /// The least it can be.
    pub fn least(self) -> u32 {
        match self {
            Self::Exactly(n) | Self::AtLeast(n) => n,
        }
    }

    /// True when there was a cramp.
    pub fn any(self) -> bool {
        self.least() > 0
    }
}

/// Started, stopped or altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Changed {
    Started,
    Stopped,
    Altered,
}

/// Which leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Side {
    Left,
    Right,
    Both,
}

/// Where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Muscle {
    Calf,
    Foot,
    Shin,
    Thigh,
    Other,
}

/// What stopped a cramp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
