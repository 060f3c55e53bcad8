//! Reminders: what a person wants, and the outbox from which messages are sent.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Time;

use crate::{Access, Actor, Field, PersonId, RecordsError, Result, Right};

/// What a person wants to be reminded of, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reminders {
    /// The evening check, by the clock of the person's zone; none: not wanted.
    pub evening: Option<Time>,
    /// The morning check.
    pub morning: Option<Time>,
    /// E-mail address; empty: none.
    pub mail: String,
    /// Topic on the operator's ntfy server; empty: none.
    pub topic: String,
}

/// Longest address that is taken.
const MOST_MAIL_CHARS: usize = 200;
/// Longest topic that ntfy takes.
const MOST_TOPIC_CHARS: usize = 64;

/// Checks settings; returns them trimmed.
///
/// # Errors
/// [`RecordsError::Invalid`] with everything that is wrong.
pub fn check(wanted: &Reminders) -> Result<Reminders> {
    let wanted =
        Reminders { mail: wanted.mail.trim().to_owned(), topic: wanted.topic.trim().to_owned(), ..wanted.clone() };
    let mut faults = Vec::new();
    let mut add = |name, problem: &str| faults.push(Field { name, problem: problem.to_owned() });
    let parts = wanted.mail.split_once('@');
    let whole = parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
    let odd = wanted.mail.chars().any(|sign| sign.is_whitespace() || sign.is_control() || "<>,;".contains(sign));
    if !wanted.mail.is_empty() && (!whole || odd || wanted.mail.len() > MOST_MAIL_CHARS) {
        add("mail", "This is not an e-mail address. It looks like anna@home.example.");
    }
    let plain = wanted.topic.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_' || sign == '-');
    if !plain || wanted.topic.len() > MOST_TOPIC_CHARS {
        add("topic", "A topic has letters, numbers, - and _ only, at most 64.");
    }
    if faults.is_empty() { Ok(wanted) } else { Err(RecordsError::Invalid(faults)) }
}

/// Who may know the settings: whoever may read the record, and the calendar link, which shows times only.
///
/// # Errors
/// [`RecordsError::Forbidden`].
pub fn may_read(access: &Access) -> Result<()> {
    match access.actor() {
        Actor::Link { .. } => Ok(()),
        _ => access.need(Right::Read),
    }
}

/// What a message reminds of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The evening check.
    Evening,
    /// The morning check.
    Morning,
}

impl Kind {
    /// How it is kept.
    pub fn code(self) -> &'static str {
        match self {
            Self::Evening => "evening",
            Self::Morning => "morning",
        }
    }

    /// From how it is kept.
    ///
    /// # Errors
    /// [`RecordsError::Damaged`].
    pub fn of_code(code: &str) -> Result<Self> {
        [Self::Evening, Self::Morning]
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or_else(|| RecordsError::Damaged { what: "a message", why: format!("`{code}` is no kind") })
    }
}

/// How a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// E-mail.
    Mail,
    /// A push message by ntfy.
    Ntfy,
}

impl Channel {
    /// How it is kept.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Ntfy => "ntfy",
        }
    }

    /// From how it is kept.
    ///
    /// # Errors
    /// [`RecordsError::Damaged`].
    pub fn of_code(code: &str) -> Result<Self> {
        [Self::Mail, Self::Ntfy]
            .into_iter()
            .find(|channel| channel.code() == code)
            .ok_or_else(|| RecordsError::Damaged { what: "a message", why: format!("`{code}` is no channel") })
    }
}

/// Somebody to remind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToRemind {
    /// Who.
    pub person: PersonId,
    /// Their time zone.
    pub zone: String,
    /// What they want.
    pub wanted: Reminders,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Made of what it says, to whom and for which day: the same message made twice is one.
    pub id: String,
    /// For whom.
    pub person: PersonId,
    /// What it reminds of.
    pub kind: Kind,
    /// How it goes.
    pub channel: Channel,
    /// Not before.
    pub due: Timestamp,
    /// Of no use after.
    pub until: Timestamp,
}

/// A message that one sender holds for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// The message.
    pub message: NewMessage,
    /// Address or topic, as it is set now.
    pub to: String,
    /// How often it was tried, this time included.
    pub tries: u32,
}

/// Settings and outbox.
#[async_trait]
pub trait Outbox {
    /// What the person wants (right: read, or the calendar link).
    ///
    /// # Errors
    /// When the engine fails.
    async fn reminders(&self, access: &Access) -> Result<Reminders>;

    /// Changes what the person wants (right: write).
    ///
    /// # Errors
    /// When a field is wrong ([`check`]).
    async fn set_reminders(&self, access: &Access, wanted: &Reminders, now: Timestamp) -> Result<()>;

    /// Everybody who wants messages: for the job that makes them.
    ///
    /// # Errors
    /// When the engine fails.
    async fn to_remind(&self) -> Result<Vec<ToRemind>>;

    /// Puts messages into the outbox; those that are or were there are left as they are. Says how many were new. Messages
    /// that have been over for two days are forgotten.
    ///
    /// # Errors
    /// When the engine fails.
    async fn enqueue(&self, messages: &[NewMessage], now: Timestamp) -> Result<u64>;

    /// Takes messages that are due, at most `most`, and holds them for `seconds`: whoever fails to answer by then loses
    /// them to another sender. A message whose person no longer wants it is not handed out.
    ///
    /// # Errors
    /// When the engine fails.
    async fn lease(&self, most: u32, seconds: u32, now: Timestamp) -> Result<Vec<Leased>>;

    /// A message has gone out.
    ///
    /// # Errors
    /// When the engine fails.
    async fn sent(&self, id: &str, now: Timestamp) -> Result<()>;

    /// A message could not be sent; it is tried again at `again`, or never.
    ///
    /// # Errors
    /// When the engine fails.
    async fn not_sent(&self, id: &str, again: Option<Timestamp>) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_topics_are_checked() {
        let with = |mail: &str, topic: &str| {
            check(&Reminders { mail: mail.to_owned(), topic: topic.to_owned(), ..Reminders::default() })
        };
        assert_eq!(with(" anna@home.example ", "legs-1_a").unwrap().mail, "anna@home.example");
        assert!(with("", "").is_ok());
        for bad in ["anna", "@home.example", "anna@home", "a@b@c.d", "a b@c.d", "a@c.d\r\nBcc: x@y.z", "a@c.d,b@c.d"] {
            assert!(matches!(with(bad, ""), Err(RecordsError::Invalid(_))), "{bad}");
        }
        for bad in ["../admin", "a b", "ä", &"x".repeat(65)] {
            assert!(matches!(with("", bad), Err(RecordsError::Invalid(_))), "{bad}");
        }
    }
}
