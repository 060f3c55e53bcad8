//! Emptying the outboxes: reminders, and messages about visits.

use async_trait::async_trait;
use charley_records::clinic::visits::LeasedVisit;
use charley_records::reminders::{Channel, Kind, Leased, ToRemind};
use charley_records::{PersonId, RecordsError, SharedStore};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::visit::Entry;
use crate::{due, mail, ntfy, visit, words};

/// Messages taken at a time.
const AT_A_TIME: u32 = 20;
/// How long a sender may hold them; longer than all of them take to time out.
const LEASE_SECONDS: u32 = 10 * 60;
/// Minutes until the next try, after each failed one. Then it is given up.
const AGAIN_MINUTES: [i64; 5] = [1, 5, 15, 30, 45];
/// The same for a message about a visit, which is of use until the visit begins.
const VISIT_AGAIN_MINUTES: [i64; 6] = [1, 5, 15, 60, 240, 720];

/// What one message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Made by the outbox; the same at every try, so that a receiver can tell a second copy.
    pub id: String,
    /// Address or topic.
    pub to: String,
    /// Neutral, in ASCII.
    pub title: String,
    /// More words, neutral too; empty: the title says it all.
    pub text: String,
    /// Address of the page it leads to.
    pub link: String,
    /// The visit that it puts into the receiver's calendar, or takes out of it.
    pub visit: Option<Entry>,
}

/// Why a message did not go out.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Another try may go better.
    #[error("{0}")]
    Later(String),
    /// No other try will go better: the address is refused.
    #[error("{0}")]
    Never(String),
}

/// One way to send.
#[async_trait]
pub trait Sender: Send + Sync {
    /// Sends.
    ///
    /// # Errors
    /// [`SendError`].
    async fn send(&self, message: &Outgoing) -> Result<(), SendError>;
}

/// Who knows what a diary says. Reminders themselves cannot read one.
#[async_trait]
pub trait Diaries: Send + Sync {
    /// Whether something was already said of a night: then nobody needs to be asked about it.
    ///
    /// # Errors
    /// When the diary cannot be read.
    async fn told(
        &self,
        store: &SharedStore,
        person: PersonId,
        night: Date,
        now: Timestamp,
    ) -> Result<bool, RecordsError>;
}

/// The ways that the operator has set up.
#[derive(Default)]
pub struct Senders {
    /// E-mail.
    pub mail: Option<mail::Mail>,
    /// Push messages.
    pub ntfy: Option<ntfy::Ntfy>,
}

impl Senders {
    /// True when nothing can be sent.
    pub fn is_empty(&self) -> bool {
        self.mail.is_none() && self.ntfy.is_none()
    }

    fn of(&self, channel: Channel) -> Option<&dyn Sender> {
        match channel {
            Channel::Mail => self.mail.as_ref().map(|sender| sender as &dyn Sender),
            Channel::Ntfy => self.ntfy.as_ref().map(|sender| sender as &dyn Sender),
        }
    }
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ran {
    /// Messages that went out.
    pub sent: u32,
    /// Messages that are tried again.
    pub later: u32,
    /// Messages that are given up.
    pub given_up: u32,
    /// Messages that ask for what is already told: dropped.
    pub not_needed: u32,
}

impl Ran {
    fn failed(&mut self, again: Option<Timestamp>) {
        if again.is_some() { self.later += 1 } else { self.given_up += 1 }
    }
}

/// Makes what is due and sends what waits. `clock` is read again for each message: sending takes time.
///
/// # Errors
/// When the store fails; what was taken comes back when its lease is over.
pub async fn run(
    store: &SharedStore,
    senders: &Senders,
    diaries: &dyn Diaries,
    address: &str,
    clock: fn() -> Timestamp,
) -> Result<Ran, RecordsError> {
    run_with(store, &|channel| senders.of(channel), diaries, address, clock).await
}

async fn run_with<'s>(
    store: &SharedStore,
    senders: &(dyn Fn(Channel) -> Option<&'s dyn Sender> + Send + Sync),
    diaries: &dyn Diaries,
    address: &str,
    clock: fn() -> Timestamp,
) -> Result<Ran, RecordsError> {
    let now = clock();
    let people = store.to_remind().await?;
    let messages: Vec<_> = people.iter().flat_map(|who| due::messages(who, now)).collect();
    if !messages.is_empty() {
        store.enqueue(&messages, now).await?;
    }
    let mut ran = Ran::default();
    for leased in store.lease(AT_A_TIME, LEASE_SECONDS, now).await? {
        if !needed(store, diaries, &people, &leased, clock()).await {
            ran.not_needed += 1;
            store.not_sent(&leased.message.id, None).await?;
            continue;
        }
        match send(senders, leased.message.channel, &outgoing(&leased, address)).await {
            Ok(()) => {
                ran.sent += 1;
                store.sent(&leased.message.id, clock()).await?;
            }
            Err(error) => {
                let again = next_try(&leased, &error, clock());
                ran.failed(again);
                store.not_sent(&leased.message.id, again).await?;
            }
        }
    }
    for leased in store.lease_visits(AT_A_TIME, LEASE_SECONDS, now).await? {
        match send(senders, leased.channel, &visit::outgoing(&leased, address, clock())).await {
            Ok(()) => {
                ran.sent += 1;
                store.visit_sent(&leased.id, clock()).await?;
            }
            Err(error) => {
                let again = next_try_of_visit(&leased, &error, clock());
                ran.failed(again);
                store.visit_not_sent(&leased.id, again).await?;
            }
        }
    }
    Ok(ran)
}

/// False when a morning's message asks for a night that is told already. A diary that cannot be read is no reason to be
/// silent.
async fn needed(
    store: &SharedStore,
    diaries: &dyn Diaries,
    people: &[ToRemind],
    leased: &Leased,
    now: Timestamp,
) -> bool {
    let message = &leased.message;
    let zone = people.iter().find(|who| who.person == message.person).map(|who| who.zone.as_str());
    let night = zone.filter(|_| message.kind == Kind::Morning).and_then(|zone| due::night_asked(message.due, zone));
    match night {
        Some(night) => !diaries.told(store, message.person, night, now).await.unwrap_or(false),
        None => true,
    }
}

async fn send<'s>(
    senders: &(dyn Fn(Channel) -> Option<&'s dyn Sender> + Send + Sync),
    channel: Channel,
    message: &Outgoing,
) -> Result<(), SendError> {
    match senders(channel) {
        Some(sender) => sender.send(message).await,
        None => Err(SendError::Never("this way of sending is not set up".to_owned())),
    }
}

fn outgoing(leased: &Leased, address: &str) -> Outgoing {
    let kind = leased.message.kind;
    Outgoing {
        id: leased.message.id.clone(),
        to: leased.to.clone(),
        title: words::title(kind).to_owned(),
        text: String::new(),
        link: format!("{address}{}", words::path(kind)),
        visit: None,
    }
}

/// When to try again; none when that is after the message's end, or too often.
fn next_try(leased: &Leased, error: &SendError, now: Timestamp) -> Option<Timestamp> {
    if matches!(error, SendError::Never(_)) {
        return None;
    }
    let failed = usize::try_from(leased.tries.saturating_sub(1)).ok()?;
    let again = now + SignedDuration::from_mins(*AGAIN_MINUTES.get(failed)?);
    (again < leased.message.until).then_some(again)
}

/// The same for a message about a visit.
fn next_try_of_visit(leased: &LeasedVisit, error: &SendError, now: Timestamp) -> Option<Timestamp> {
    if matches!(error, SendError::Never(_)) {
        return None;
    }
    let failed = usize::try_from(leased.tries.saturating_sub(1)).ok()?;
    let again = now + SignedDuration::from_mins(*VISIT_AGAIN_MINUTES.get(failed)?);
    (again < leased.booking.start).then_some(again)
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "run_visits_tests.rs"]
mod visits_tests;
