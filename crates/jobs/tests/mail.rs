//! Reminders by e-mail, as a mail server receives them.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

#[path = "mail/server.rs"]
mod server;

use std::sync::Arc;

use async_trait::async_trait;
use charley_jobs::mail::Mail;
use charley_jobs::run::{Diaries, Outgoing, SendError, Sender as _, Senders, run};
use charley_records::accounts::OneTime;
use charley_records::people::NewPerson;
use charley_records::reminders::Reminders;
use charley_records::secret::Secret;
use charley_records::{Actor, PersonId, RecordsError, SharedStore};
use charley_records_sqlite::SqliteStore;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use server::{Heard, Manners, Server};

/// Words that say what it is about, or about whom. None may be in a letter.
const TELLING: [&str; 14] = [
    "cramp", "leg", "calf", "pain", "sleep", "medic", "health", "doctor", "symptom", "trial", "nights", "night",
    "agatha", "london",
];

fn now() -> Timestamp {
    "2026-11-24T07:30:00Z".parse().unwrap()
}

struct NothingTold;

#[async_trait]
impl Diaries for NothingTold {
    async fn told(&self, _: &SharedStore, _: PersonId, _: Date, _: Timestamp) -> Result<bool, RecordsError> {
        Ok(false)
    }
}

/// Somebody called Agatha who wants to be reminded in the morning, at this address.
async fn agatha(mail: &str) -> SharedStore {
    let store: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
    let link = store.issue_link(&OneTime::FirstAccount, now() + SignedDuration::from_hours(1), now()).await.unwrap();
    let person = NewPerson { name: "Agatha".to_owned(), zone: "Europe/London".to_owned(), region: "uk".to_owned() };
    let account = store.create_first(&link, "agatha", &Secret::new("stove paper cloud"), &person, now()).await.unwrap();
    let person = store.people_of(account.id, now()).await.unwrap().remove(0);
    let access = store.open(&Actor::Account { account: account.id }, person.id, now()).await.unwrap();
    let morning = Some("07:30".parse().unwrap());
    let wanted = Reminders { morning, mail: mail.to_owned(), ..Reminders::default() };
    store.set_reminders(&access, &wanted, now()).await.unwrap();
    store
}

fn header<'l>(letter: &'l str, name: &str) -> &'l str {
    let head = letter.split("\r\n\r\n").next().unwrap();
    let mut found = head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let value = found.next().unwrap_or_else(|| panic!("no {name} in {letter}"));
    assert_eq!(found.next(), None, "{name} stands twice");
    value
}

#[tokio::test]
async fn a_letter_arrives_neutral_and_whole() {
    let server = Server::start(Manners::default()).await;
    let url = format!("smtp://{}", server.address);
    let mail = Mail::new(&Secret::new(url), "Charley <charley@home.example>").unwrap();
    let store = agatha("aunt@post.example").await;
    let senders = Senders { mail: Some(mail), ntfy: None };
    let ran = run(&store, &senders, &NothingTold, "https://home.example", now).await.unwrap();
    assert_eq!((ran.sent, ran.later, ran.given_up), (1, 0, 0));
    let Heard { commands, letter } = server.heard().await;
    assert!(commands[0].starts_with("EHLO "), "{commands:?}");
    let envelope: Vec<&str> = commands.iter().map(String::as_str).skip(1).take(3).collect();
    assert_eq!(envelope, ["MAIL FROM:<charley@home.example>", "RCPT TO:<aunt@post.example>", "DATA"]);
    assert_eq!(header(&letter, "From"), "Charley <charley@home.example>");
    assert_eq!(header(&letter, "To"), "aunt@post.example");
    assert_eq!(header(&letter, "Subject"), "Morning check");
    assert!(header(&letter, "Content-Type").starts_with("text/plain; charset=utf-8"), "{letter}");
    assert!(!header(&letter, "Date").is_empty());
    let id = header(&letter, "Message-ID");
    assert!(id.starts_with('<') && id.ends_with("@home.example>") && id.len() == 64 + "<@home.example>".len(), "{id}");
    let body = letter.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(body.trim_end(), "Morning check\r\n\r\nhttps://home.example/morning");
    let lower = letter.to_lowercase();
    for word in TELLING {
        assert!(!lower.contains(word), "{word} stands in {letter}");
    }
}

/// Sends one letter to a server with these manners; what became of it, and what the server heard.
async fn send(manners: Manners, tls: &str) -> (Result<(), SendError>, Heard) {
    let server = Server::start(manners).await;
    let url = format!("smtp://{}{tls}", server.address);
    let mail = Mail::new(&Secret::new(url), "charley@home.example").unwrap();
    let message = Outgoing {
        id: "p.2026-11-24.evening.mail".to_owned(),
        to: "aunt@post.example".to_owned(),
        title: "Evening check".to_owned(),
        text: String::new(),
        link: "https://home.example/bedtime".to_owned(),
        visit: None,
    };
    let sent = mail.send(&message).await;
    (sent, server.heard().await)
}

fn told_nothing(heard: &Heard) -> bool {
    heard.letter.is_empty() && !heard.commands.iter().any(|command| command.contains('@'))
}

#[tokio::test]
async fn where_encryption_is_required_nothing_goes_without_it() {
    for offers_tls in [false, true] {
        let (sent, heard) = send(Manners { offers_tls, ..Manners::default() }, "?tls=required").await;
        assert!(matches!(sent, Err(SendError::Later(_))), "offered: {offers_tls}: {sent:?}");
        assert!(told_nothing(&heard), "offered: {offers_tls}: {heard:?}");
        assert_eq!(heard.commands.iter().any(|command| command == "STARTTLS"), offers_tls);
    }
}

#[tokio::test]
async fn where_encryption_is_taken_when_offered_a_refusal_sends_nothing_in_the_open() {
    let (sent, heard) = send(Manners::default(), "?tls=opportunistic").await;
    assert!(sent.is_ok(), "none is offered: {sent:?}");
    assert!(heard.letter.contains("Evening check"));
    let (sent, heard) = send(Manners { offers_tls: true, ..Manners::default() }, "?tls=opportunistic").await;
    assert!(matches!(sent, Err(SendError::Later(_))), "{sent:?}");
    assert!(told_nothing(&heard), "{heard:?}");
}

#[tokio::test]
async fn the_servers_answer_decides_whether_it_is_tried_again() {
    let refusing = |recipient, letter| Manners { recipient, letter, ..Manners::default() };
    for (manners, never) in [
        (refusing("550 5.1.1 No such user", ""), true),
        (refusing("451 4.3.0 Try again later", ""), false),
        (refusing("", "554 5.7.1 Looks like spam"), true),
        (refusing("", "452 4.2.2 Mailbox full"), false),
    ] {
        let (sent, _) = send(manners, "").await;
        let found = match &sent {
            Err(SendError::Never(_)) => Some(true),
            Err(SendError::Later(_)) => Some(false),
            Ok(()) => None,
        };
        assert_eq!(found, Some(never), "{manners:?}: {sent:?}");
    }
}
