//! Sending reminders: what the operator has set up, and the task that empties the outbox.

use std::time::Duration;

use anyhow::Context as _;
use charley_jobs::mail::Mail;
use charley_jobs::ntfy::Ntfy;
use charley_jobs::run::{Senders, run};
use charley_records::SharedStore;
use charley_records::secret::Secret;
use charley_web::log::told::Kept;
use jiff::Timestamp;

/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_secs(30);
/// Where the mail server may stand instead of on the command line, which other people on the machine can read.
const SMTP_URL: &str = "CHARLEY_SMTP_URL";

/// Arguments.
#[derive(Debug, Default, clap::Args)]
pub struct Sending {
    /// Mail server for reminders, such as smtps://NAME:PASSWORD@mail.example; or set CHARLEY_SMTP_URL.
    #[arg(long, value_name = "URL", value_parser = |text: &str| Ok::<_, String>(Secret::new(text)))]
    smtp_url: Option<Secret>,
    /// Address that reminders come from.
    #[arg(long, value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// ntfy server for reminders, such as `https://ntfy.example`.
    #[arg(long, value_name = "URL")]
    ntfy_url: Option<String>,
}

impl Sending {
    /// The ways to send that are set up.
    pub fn senders(&self) -> anyhow::Result<Senders> {
        let url = self.smtp_url.clone().or_else(|| std::env::var(SMTP_URL).ok().map(Secret::new));
        let mail = match (url, &self.mail_from) {
            (Some(url), Some(from)) => Some(Mail::new(&url, from)?),
            (Some(_), None) => anyhow::bail!("say who sends: --mail-from charley@home.example"),
            (None, Some(_)) => anyhow::bail!("say which mail server: --smtp-url, or {SMTP_URL}"),
            (None, None) => None,
        };
        let ntfy = self.ntfy_url.as_deref().map(Ntfy::new).transpose()?;
        Ok(Senders { mail, ntfy })
    }

    /// The ntfy server, as people are told it; empty for none.
    pub fn ntfy(&self) -> String {
        self.ntfy_url.clone().unwrap_or_default()
    }
}

/// Empties the outbox again and again. What failed is told in numbers: addresses are nobody's business.
pub async fn send(store: SharedStore, senders: Senders, address: String) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match run(&store, &senders, &Kept, &address, Timestamp::now).await.context("reminders") {
            Ok(ran) if ran.later + ran.given_up > 0 => {
                eprintln!("charley: reminders: {} to be tried again, {} given up", ran.later, ran.given_up);
            }
            Ok(_) => {}
            Err(error) => eprintln!("charley: {error:#}"),
        }
    }
}
