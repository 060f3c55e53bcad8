//! Messages by e-mail. What is about a visit brings its calendar entry, as calendars of mail programs take it.

use std::time::Duration;

use async_trait::async_trait;
use charley_records::secret::Secret;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::run::{Outgoing, SendError, Sender};
use crate::visit::Parties;

/// A mail server that has not answered by then is busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why the operator's settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The address of the mail server.
    #[error("cannot use this mail server: {0}. Write it as smtps://NAME:PASSWORD@mail.example")]
    Server(String),
    /// The sender's address.
    #[error("cannot send from this address: {0}. Write it as charley@home.example")]
    From(String),
}

/// A mail server and who sends.
#[derive(Debug)]
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mail {
    /// A mail server by its URL: `smtps://NAME:PASSWORD@HOST`, or `smtp://HOST?tls=required`.
    ///
    /// # Errors
    /// [`Unusable`]. The URL holds a password and is never shown.
    pub fn new(url: &Secret, from: &str) -> Result<Self, Unusable> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())
            .map_err(|error| Unusable::Server(error.to_string()))?
            .timeout(Some(PATIENCE))
            .build();
        let from = from.parse().map_err(|error: lettre::address::AddressError| Unusable::From(error.to_string()))?;
        Ok(Self { transport, from })
    }

    fn letter(&self, message: &Outgoing) -> Result<Message, SendError> {
        let never = |error: &dyn std::fmt::Display| SendError::Never(error.to_string());
        let to: Mailbox = message.to.parse().map_err(|error| never(&error))?;
        // The id of the message in the outbox, hashed: the same at every try, and it tells nothing.
        let id = format!("<{}@{}>", Secret::new(&*message.id).fingerprint(), self.from.email.domain());
        let builder =
            Message::builder().from(self.from.clone()).to(to.clone()).subject(&*message.title).message_id(Some(id));
        let text = match &*message.text {
            "" => format!("{}\n\n{}\n", message.title, message.link),
            text => format!("{text}\n\n{}\n", message.link),
        };
        let letter = match &message.visit {
            None => builder.header(ContentType::TEXT_PLAIN).body(text),
            Some(visit) => {
                let parties = Parties { organizer: self.from.email.as_ref(), attendee: to.email.as_ref() };
                let event = visit.write(Some(parties));
                let kind = format!("text/calendar; method={}; charset=utf-8", visit.method(true));
                let kind = ContentType::parse(&kind).map_err(|error| never(&error))?;
                let calendar = SinglePart::builder().header(kind.clone()).body(event.clone());
                // Mail programs that know calendars take the alternative; the others show the file.
                let seen = MultiPart::alternative().singlepart(SinglePart::plain(text)).singlepart(calendar);
                let file = Attachment::new("visit.ics".to_owned()).body(event, kind);
                builder.multipart(MultiPart::mixed().multipart(seen).singlepart(file))
            }
        };
        letter.map_err(|error| never(&error))
    }
}

#[async_trait]
impl Sender for Mail {
    async fn send(&self, message: &Outgoing) -> Result<(), SendError> {
        let letter = self.letter(message)?;
        match self.transport.send(letter).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(SendError::Never(error.to_string())),
            Err(error) => Err(SendError::Later(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(to: &str) -> Outgoing {
        Outgoing {
            id: "p.2026-11-24.evening.mail".to_owned(),
            to: to.to_owned(),
            title: "Evening check".to_owned(),
            text: String::new(),
            link: "https://home.example/bedtime".to_owned(),
            visit: None,
        }
    }

    #[tokio::test]
    async fn the_letter_is_neutral_and_has_the_same_id_at_every_try() {
        let mail = Mail::new(&Secret::new("smtp://127.0.0.1:1"), "Charley <charley@home.example>").unwrap();
        let text = String::from_utf8(mail.letter(&outgoing("anna@home.example")).unwrap().formatted()).unwrap();
        assert!(text.contains("Subject: Evening check\r\n") && text.contains("https://home.example/bedtime"), "{text}");
        assert!(!text.to_lowercase().contains("cramp"));
        let id = |text: &str| text.lines().find(|line| line.starts_with("Message-ID:")).map(str::to_owned);
        let again = String::from_utf8(mail.letter(&outgoing("anna@home.example")).unwrap().formatted()).unwrap();
        assert!(id(&text).is_some() && id(&text) == id(&again));
        assert!(matches!(mail.send(&outgoing("no address")).await, Err(SendError::Never(_))));
        assert!(matches!(mail.send(&outgoing("anna@home.example")).await, Err(SendError::Later(_))), "nobody listens");
    }

    #[tokio::test]
    async fn a_letter_about_a_visit_brings_its_calendar_entry() {
        let mail = Mail::new(&Secret::new("smtp://127.0.0.1:1"), "Charley <charley@home.example>").unwrap();
        let letter = |cancelled| {
            let visit = Some(crate::visit::tests::entry("Europe/London", "2026-07-01T08:15:00Z", cancelled));
            let text = "Hill Street: Wed 1 July 2026, 09:15".to_owned();
            let message = Outgoing { visit, text, ..outgoing("anna@home.example") };
            String::from_utf8(mail.letter(&message).unwrap().formatted()).unwrap()
        };
        let text = letter(false);
        assert!(text.contains("Content-Type: multipart/mixed") && text.contains("multipart/alternative"), "{text}");
        let kind = "Content-Type: text/calendar; method=REQUEST; charset=utf-8";
        assert_eq!(text.matches(kind).count(), 2, "shown, and as a file: {text}");
        assert!(text.contains("filename=\"visit.ics\"") && text.contains("Hill Street: Wed 1 July 2026, 09:15"));
        assert!(text.contains("ORGANIZER:mailto:charley@home.example"), "{text}");
        assert!(letter(true).contains("method=CANCEL"));
    }

    #[tokio::test]
    async fn settings_that_cannot_be_used_are_refused_in_words() {
        let refused = |url: &str, from: &str| Mail::new(&Secret::new(url), from).unwrap_err().to_string();
        assert!(refused("mail.example", "a@b.example").contains("smtps://NAME:PASSWORD@mail.example"));
        assert!(refused("smtp://127.0.0.1", "nobody").contains("charley@home.example"));
    }
}
