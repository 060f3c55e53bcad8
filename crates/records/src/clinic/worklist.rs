//! Requests of people to be seen, and what the clinic does with them. Nothing is deleted: a request is open until somebody
//! closes it and says how it ended.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::{Care, Desk, codes, sound, text};
use crate::{Access, AccountId, Field, OrganisationId, PersonId, RequestId, Result};

codes! {
    /// How soon somebody should be seen; most urgent first.
    Urgency, "an urgency" {
        /// Emergency.
        Emergency = "emergency",
        /// The same day.
        SameDay = "same_day",
        /// Within two weeks.
        Soon = "soon_2_weeks",
        /// Routine.
        Routine = "routine",
        /// Self-care.
        SelfCare = "self_care",
    }
}

impl Urgency {
    /// How long a request may wait before it is overdue: our own rule, for the list only.
    pub fn allowed(self) -> SignedDuration {
        match self {
            Self::Emergency => SignedDuration::from_mins(15),
            Self::SameDay => SignedDuration::from_hours(4),
            Self::Soon => SignedDuration::from_hours(24 * 3),
            Self::Routine => SignedDuration::from_hours(24 * 14),
            Self::SelfCare => SignedDuration::from_hours(24 * 28),
        }
    }
}

codes! {
    /// How a request ended.
    Closing, "how a request ended" {
        /// A visit was booked.
        Booked = "booked",
        /// The person was seen.
        Seen = "seen",
        /// Advice was given.
        Advised = "advised",
        /// Sent on to another service.
        SentOn = "sent_on",
        /// The person took it back.
        Withdrawn = "withdrawn",
        /// The person could not be reached, after several attempts.
        NotReached = "not_reached",
        /// It was there twice.
        Duplicate = "duplicate",
    }
}

/// A request as it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// Made where the request is made: a retry is the same request.
    pub id: RequestId,
    /// As triage judged it, or staff on the telephone.
    pub urgency: Urgency,
    /// Triage was not finished.
    pub provisional: bool,
    /// Red flags in words; empty: none found.
    pub red_flags: Vec<String>,
    /// The complaint in the person's own words; may be empty.
    pub complaint: String,
    /// What the person wants from the clinic; may be empty.
    pub wish: String,
    /// The check behind it, or the danger signs asked on the telephone: a case in JSON; none when there is none.
    pub case: Option<String>,
    /// Version of the knowledge that judged it; empty when staff did.
    pub knowledge: String,
}

/// Most red flags, and the largest case in bytes.
const MOST_FLAGS: usize = 40;
const MOST_CASE_BYTES: usize = 64 * 1024;

/// Checks a request; returns it trimmed.
///
/// # Errors
/// [`crate::RecordsError::Invalid`] with everything that is wrong.
pub fn check(new: &NewRequest) -> Result<NewRequest> {
    let mut faults = Vec::new();
    let complaint = text("complaint", &new.complaint, false, &mut faults);
    let wish = text("wish", &new.wish, false, &mut faults);
    let bad_case = new
        .case
        .as_ref()
        .is_some_and(|case| case.len() > MOST_CASE_BYTES || serde_json::from_str::<serde_json::Value>(case).is_err());
    if bad_case || new.red_flags.len() > MOST_FLAGS || new.knowledge.len() > 128 {
        faults.push(Field { name: "case", problem: "The check cannot be sent. Please do it again.".to_owned() });
    }
    sound(NewRequest { complaint, wish, ..new.clone() }, faults)
}

/// A line of the worklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    /// Key.
    pub id: RequestId,
    /// Whose.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// How soon, as it is judged now.
    pub urgency: Urgency,
    /// Triage was not finished.
    pub provisional: bool,
    /// How many red flags.
    pub red_flags: u32,
    /// When it arrived.
    pub created: Timestamp,
    /// Who has taken it.
    pub assigned: Option<AccountId>,
    /// How it ended, and when; none while it is open.
    pub closed: Option<(Closing, Timestamp)>,
    /// Attempts to reach the person that failed.
    pub not_reached: u32,
}

impl RequestLine {
    /// Whether it has waited longer than its urgency allows.
    pub fn overdue(&self, now: Timestamp) -> bool {
        self.closed.is_none() && now.duration_since(self.created) > self.urgency.allowed()
    }
}

/// The order of the worklist: open before closed; most urgent first; longest waiting first.
pub fn sort(lines: &mut [RequestLine]) {
    lines.sort_by_key(|line| (line.closed.is_some(), line.urgency, line.created, line.id));
}

/// A request in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its line.
    pub line: RequestLine,
    /// As it arrived.
    pub sent: NewRequest,
    /// What was done with it, oldest first.
    pub events: Vec<RequestEvent>,
}

/// Something done with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestEvent {
    /// When.
    pub at: Timestamp,
    /// By whom; none: the person.
    pub account: Option<AccountId>,
    /// What.
    pub act: Act,
}

/// What can be done with a request.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Somebody takes it, or gives it to somebody; none: nobody has it.
    Assign {
        /// To whom.
        to: Option<AccountId>,
    },
    /// A note.
    Note {
        /// In words.
        text: String,
    },
    /// The person was called.
    Called {
        /// Whether they answered.
        reached: bool,
        /// In words; may be empty.
        text: String,
    },
    /// A clinician judges the urgency anew (duty: write record).
    Regrade {
        /// How soon.
        urgency: Urgency,
        /// Why; never empty.
        reason: String,
    },
    /// It is done with.
    Close {
        /// How it ended.
        how: Closing,
        /// In words; may be empty, but for `not_reached` and `sent_on`.
        text: String,
    },
    /// It is open again.
    Reopen {
        /// Why; never empty.
        reason: String,
    },
    /// The person takes it back.
    Withdraw,
}

impl Act {
    /// The same without what was written to it: clinicians write about the person's health.
    #[must_use]
    pub fn without_words(&self) -> Self {
        match self {
            Self::Assign { .. } | Self::Withdraw => self.clone(),
            Self::Note { .. } => Self::Note { text: String::new() },
            Self::Called { reached, .. } => Self::Called { reached: *reached, text: String::new() },
            Self::Regrade { urgency, .. } => Self::Regrade { urgency: *urgency, reason: String::new() },
            Self::Close { how, .. } => Self::Close { how: *how, text: String::new() },
            Self::Reopen { .. } => Self::Reopen { reason: String::new() },
        }
    }
}

/// Checks what is to be done; returns it trimmed.
///
/// # Errors
/// [`crate::RecordsError::Invalid`].
pub fn check_act(act: &Act) -> Result<Act> {
    let mut faults = Vec::new();
    let act = match act {
        Act::Assign { .. } | Act::Withdraw => act.clone(),
        Act::Note { text: note } => Act::Note { text: text("text", note, true, &mut faults) },
        Act::Called { reached, text: note } => {
            Act::Called { reached: *reached, text: text("text", note, false, &mut faults) }
        }
        Act::Regrade { urgency, reason } => {
            Act::Regrade { urgency: *urgency, reason: text("reason", reason, true, &mut faults) }
        }
        Act::Close { how, text: note } => {
            let needed = matches!(how, Closing::NotReached | Closing::SentOn);
            Act::Close { how: *how, text: text("text", note, needed, &mut faults) }
        }
        Act::Reopen { reason } => Act::Reopen { reason: text("reason", reason, true, &mut faults) },
    };
    sound(act, faults)
}

/// Which requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that are open.
    Open,
    /// Those that were closed since.
    ClosedSince(Timestamp),
}

/// Requests.
#[async_trait]
pub trait Worklist {
    /// Sends a request to a clinic with which the person shares (right: write). The same again is known.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when the person does not share with it; [`crate::RecordsError::Conflict`] when the
    /// id is another request's.
    async fn send_request(
        &self,
        access: &Access,
        clinic: OrganisationId,
        new: &NewRequest,
        now: Timestamp,
    ) -> Result<()>;

    /// Takes a request by telephone (duty: book).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when the person is not on the clinic's list.
    async fn take_request(&self, desk: &Desk, person: PersonId, new: &NewRequest, now: Timestamp) -> Result<()>;

    /// Lines of the worklist in its order ([`sort`]) (duty: see list).
    ///
    /// # Errors
    /// When the engine fails.
    async fn requests(&self, desk: &Desk, which: Which) -> Result<Vec<RequestLine>>;

    /// One line (duty: see list).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn request_line(&self, desk: &Desk, request: RequestId) -> Result<RequestLine>;

    /// A request in full (duty: read record, through the person's handle).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when it is not this person's at this clinic.
    async fn request(&self, care: &Care, request: RequestId) -> Result<Request>;

    /// Red flags in words of every open request that has any, of people who share now (duty: read record). It is logged for
    /// each of them.
    ///
    /// # Errors
    /// When the engine fails.
    async fn open_red_flags(&self, desk: &Desk) -> Result<Vec<(RequestId, Vec<String>)>>;

    /// What was done with a request, oldest first (duty: see list), without the words of whoever is or was a clinician here
    /// ([`Act::without_words`]): those stand in [`Worklist::request`].
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn request_events(&self, desk: &Desk, request: RequestId) -> Result<Vec<RequestEvent>>;

    /// Does something with a request (duty: book; [`Act::Regrade`]: write record; [`Act::Withdraw`] is the person's).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`]; [`crate::RecordsError::Conflict`] when it is closed, or open, already.
    async fn act(&self, desk: &Desk, request: RequestId, act: &Act, now: Timestamp) -> Result<()>;

    /// The person's own requests, newest first (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn requests_of(&self, access: &Access) -> Result<Vec<(OrganisationId, RequestLine)>>;

    /// Takes back an own request (right: write). Taking it back again is no error.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn withdraw_request(&self, access: &Access, request: RequestId, now: Timestamp) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn line(number: u128, urgency: Urgency, created: &str, closed: bool) -> RequestLine {
        RequestLine {
            id: RequestId(Uuid::from_u128(number)),
            person: PersonId(Uuid::from_u128(1)),
            name: "Ann".to_owned(),
            urgency,
            provisional: false,
            red_flags: 0,
            created: created.parse().unwrap(),
            assigned: None,
            closed: closed.then(|| (Closing::Seen, "2026-11-24T12:00:00Z".parse().unwrap())),
            not_reached: 0,
        }
    }

    #[test]
    fn the_most_urgent_and_longest_waiting_comes_first() {
        let mut lines = [
            line(1, Urgency::Routine, "2026-11-01T00:00:00Z", false),
            line(2, Urgency::Emergency, "2026-11-24T09:00:00Z", true),
            line(3, Urgency::SameDay, "2026-11-24T08:00:00Z", false),
            line(4, Urgency::SameDay, "2026-11-24T07:00:00Z", false),
            line(5, Urgency::Emergency, "2026-11-24T09:00:00Z", false),
        ];
        sort(&mut lines);
        assert_eq!(lines.map(|line| line.id.0.as_u128()), [5, 4, 3, 1, 2]);
    }

    #[test]
    fn an_open_request_becomes_overdue_and_a_closed_one_does_not() {
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        assert!(line(1, Urgency::SameDay, "2026-11-24T07:59:00Z", false).overdue(now));
        assert!(!line(1, Urgency::SameDay, "2026-11-24T08:00:00Z", false).overdue(now));
        assert!(!line(1, Urgency::SameDay, "2026-11-20T08:00:00Z", true).overdue(now));
    }

    #[test]
    fn words_are_asked_for_where_somebody_will_want_them() {
        for empty in [
            Act::Note { text: " ".to_owned() },
            Act::Regrade { urgency: Urgency::Routine, reason: String::new() },
            Act::Close { how: Closing::NotReached, text: String::new() },
            Act::Reopen { reason: String::new() },
        ] {
            assert!(check_act(&empty).is_err(), "{empty:?}");
        }
        assert!(check_act(&Act::Close { how: Closing::Seen, text: String::new() }).is_ok());
        assert!(check_act(&Act::Note { text: "x".repeat(4_001) }).is_err());
    }
}
