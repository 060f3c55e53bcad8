//! Tests of the outbox of reminders.
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use charley_records::Actor;
use charley_records::accounts::OneTime;
use charley_records::people::NewPerson;
use charley_records::reminders::Reminders;
use charley_records::secret::Secret;
use charley_records_sqlite::SqliteStore;
use std::sync::Arc;

use super::*;

/// Refuses so many times, then sends.
struct Fake {
    refuse: Mutex<u32>,
    sent: Mutex<Vec<Outgoing>>,
}

#[async_trait]
impl Sender for Fake {
    async fn send(&self, message: &Outgoing) -> Result<(), SendError> {
        let mut refuse = self.refuse.lock().unwrap();
        if *refuse > 0 {
            *refuse -= 1;
            return Err(SendError::Later("busy".to_owned()));
        }
        self.sent.lock().unwrap().push(message.clone());
        Ok(())
    }
}

/// Nights that are told; a night of which it cannot be known has a mark.
struct Fixed(&'static [(&'static str, bool)]);

#[async_trait]
impl Diaries for Fixed {
    async fn told(&self, _: &SharedStore, _: PersonId, night: Date, _: Timestamp) -> Result<bool, RecordsError> {
        match self.0.iter().find(|(known, _)| *known == night.to_string()) {
            Some((_, false)) => Err(RecordsError::NotFound),
            found => Ok(found.is_some()),
        }
    }
}

static CLOCK: AtomicI64 = AtomicI64::new(0);

fn clock() -> Timestamp {
    Timestamp::from_second(CLOCK.load(Ordering::SeqCst)).unwrap()
}

fn set_clock(text: &str) {
    CLOCK.store(text.parse::<Timestamp>().unwrap().as_second(), Ordering::SeqCst);
}

/// One test, for they share a clock: due once, tried again, sent once, and not to somebody who is gone.
#[tokio::test]
async fn a_reminder_goes_out_once_and_is_tried_again_when_it_fails() {
    let store: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
    set_clock("2026-11-24T20:00:00Z");
    let link =
        store.issue_link(&OneTime::FirstAccount, clock() + SignedDuration::from_hours(1), clock()).await.unwrap();
    let person = NewPerson { name: "Anna".to_owned(), zone: "Europe/London".to_owned(), region: String::new() };
    let account = store.create_first(&link, "anna", &Secret::new("stove paper cloud"), &person, clock()).await.unwrap();
    let person = store.people_of(account.id, clock()).await.unwrap().remove(0);
    let access = store.open(&Actor::Account { account: account.id }, person.id, clock()).await.unwrap();
    let wanted = Reminders {
        evening: Some("21:30".parse().unwrap()),
        mail: "anna@home.example".to_owned(),
        ..Reminders::default()
    };
    store.set_reminders(&access, &wanted, clock()).await.unwrap();
    assert_eq!(store.reminders(&access).await.unwrap(), wanted);
    let fake = Fake { refuse: Mutex::new(2), sent: Mutex::default() };
    let senders = |_: Channel| Some(&fake as &dyn Sender);
    let mut ran = Vec::new();
    for at in ["21:29:00", "21:30:00", "21:30:30", "21:31:01", "21:36:02", "21:40:00", "23:00:00"] {
        set_clock(&format!("2026-11-24T{at}Z"));
        let run = run_with(&store, &senders, &Fixed(&[]), "https://home.example", clock).await.unwrap();
        ran.push((run.sent, run.later));
    }
    assert_eq!(ran, [(0, 0), (0, 1), (0, 0), (0, 1), (1, 0), (0, 0), (0, 0)]);
    let sent = fake.sent.lock().unwrap().clone();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].title.as_str(), sent[0].link.as_str()), ("Evening check", "https://home.example/bedtime"));
    // Given up when it is of no use any more.
    *fake.refuse.lock().unwrap() = 99;
    for minute in 0..120 {
        set_clock("2026-11-25T21:30:00Z");
        CLOCK.fetch_add(60 * minute, Ordering::SeqCst);
        run_with(&store, &senders, &Fixed(&[]), "https://home.example", clock).await.unwrap();
    }
    let tried = 99 - *fake.refuse.lock().unwrap();
    assert_eq!(tried, 6, "the first try and five more");
    // Whoever is gone, or wants none any more, gets none.
    *fake.refuse.lock().unwrap() = 0;
    set_clock("2026-11-26T21:30:00Z");
    let access = store.open(&Actor::Account { account: account.id }, person.id, clock()).await.unwrap();
    store.delete_person(&access, clock()).await.unwrap();
    assert_eq!(run_with(&store, &senders, &Fixed(&[]), "x", clock).await.unwrap(), Ran::default());
}

#[tokio::test]
async fn a_morning_that_is_told_is_not_asked_about() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    let clock = || Timestamp::from_second(NOW.load(Ordering::SeqCst)).unwrap();
    let set = |text: &str| NOW.store(text.parse::<Timestamp>().unwrap().as_second(), Ordering::SeqCst);
    set("2026-11-23T20:00:00Z");
    let store: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
    let until = clock() + SignedDuration::from_hours(1);
    let link = store.issue_link(&OneTime::FirstAccount, until, clock()).await.unwrap();
    let person = NewPerson { name: "Anna".to_owned(), zone: "Europe/London".to_owned(), region: String::new() };
    let password = Secret::new("stove paper cloud");
    let account = store.create_first(&link, "anna", &password, &person, clock()).await.unwrap();
    let person = store.people_of(account.id, clock()).await.unwrap().remove(0);
    let access = store.open(&Actor::Account { account: account.id }, person.id, clock()).await.unwrap();
    let wanted = Reminders {
        evening: Some("21:30".parse().unwrap()),
        morning: Some("07:30".parse().unwrap()),
        mail: "anna@home.example".to_owned(),
        ..Reminders::default()
    };
    store.set_reminders(&access, &wanted, clock()).await.unwrap();
    let fake = Fake { refuse: Mutex::default(), sent: Mutex::default() };
    let senders = |_: Channel| Some(&fake as &dyn Sender);
    // The evening of a night that is told is still asked: the stretch before bed comes every evening.
    let diaries = Fixed(&[("2026-11-23", true), ("2026-11-25", false)]);
    let mut ran = Vec::new();
    for at in ["2026-11-23T21:30:00Z", "2026-11-24T07:30:00Z", "2026-11-24T07:31:00Z", "2026-11-25T07:30:00Z"] {
        set(at);
        let run = run_with(&store, &senders, &diaries, "https://home.example", clock).await.unwrap();
        ran.push((run.sent, run.not_needed));
    }
    assert_eq!(ran, [(1, 0), (0, 1), (0, 0), (1, 0)]);
    set("2026-11-26T07:30:00Z");
    let run = run_with(&store, &senders, &diaries, "https://home.example", clock).await.unwrap();
    assert_eq!((run.sent, run.not_needed), (1, 0), "a diary that cannot be read is no reason to be silent");
    let titles: Vec<_> = fake.sent.lock().unwrap().iter().map(|sent| sent.title.clone()).collect();
    assert_eq!(titles, ["Evening check", "Morning check", "Morning check"]);
}

#[tokio::test]
async fn what_one_sender_holds_no_other_gets_until_the_lease_is_over() {
    let store = SqliteStore::in_memory().await.unwrap();
    use charley_records::accounts::Accounts as _;
    use charley_records::people::People as _;
    use charley_records::reminders::Outbox as _;
    let now: Timestamp = "2026-11-24T21:30:00Z".parse().unwrap();
    let link = store.issue_link(&OneTime::FirstAccount, now + SignedDuration::from_hours(1), now).await.unwrap();
    let person = NewPerson { name: "Anna".to_owned(), zone: "UTC".to_owned(), region: String::new() };
    let account = store.create_first(&link, "anna", &Secret::new("stove paper cloud"), &person, now).await.unwrap();
    let person = store.people_of(account.id, now).await.unwrap().remove(0);
    let access = store.open(&Actor::Account { account: account.id }, person.id, now).await.unwrap();
    let wanted = Reminders { evening: Some("21:30".parse().unwrap()), topic: "t".to_owned(), ..Reminders::default() };
    store.set_reminders(&access, &wanted, now).await.unwrap();
    let messages = due::messages(&store.to_remind().await.unwrap()[0], now);
    assert_eq!(store.enqueue(&messages, now).await.unwrap(), 1);
    assert_eq!(store.enqueue(&messages, now).await.unwrap(), 0, "the same message made twice is one");
    assert_eq!(store.lease(9, 60, now).await.unwrap().len(), 1);
    let at = |seconds| now + SignedDuration::from_secs(seconds);
    assert_eq!(store.lease(9, 60, at(59)).await.unwrap().len(), 0);
    let again = store.lease(9, 60, at(60)).await.unwrap();
    assert_eq!((again.len(), again[0].tries), (1, 2));
    store.sent(&again[0].message.id, at(61)).await.unwrap();
    store.not_sent(&again[0].message.id, Some(at(62))).await.unwrap();
    assert_eq!(store.lease(9, 60, at(300)).await.unwrap().len(), 0, "sent is sent");
    store.set_reminders(&access, &Reminders::default(), at(400)).await.unwrap();
    assert_eq!(store.to_remind().await.unwrap(), []);
}
