//! Reminders by e-mail.

use std::time::Duration;

use async_trait::async_trait;
use charley_records::secret::Secret;
use lettre::message::{Mailbox, header::ContentType};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::run::{Outgoing, SendError, Sender};

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
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(message.title)
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .body(format!("{}\n\n{}\n", message.title, message.link))
            .map_err(|error| never(&error))
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
            title: "Evening check",
            link: "https://home.example/bedtime".to_owned(),
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
    async fn settings_that_cannot_be_used_are_refused_in_words() {
        let refused = |url: &str, from: &str| Mail::new(&Secret::new(url), from).unwrap_err().to_string();
        assert!(refused("mail.example", "a@b.example").contains("smtps://NAME:PASSWORD@mail.example"));
        assert!(refused("smtp://127.0.0.1", "nobody").contains("charley@home.example"));
    }
}
