//! The records behind the pages: opening them, the first link, the audit sequencer.

use std::time::Duration;

use charley_records::SharedStore;
use charley_records::accounts::OneTime;
use jiff::{SignedDuration, Timestamp};

use crate::database::Database;

/// The link to the first account holds so long; a restart prints another.
const FIRST_LINK_HOURS: i64 = 24;

/// Arguments.
#[derive(Debug, Default, clap::Args)]
pub struct Keeping {
    /// Keep no records: no sign-in, no nights, only the check.
    #[arg(long, conflicts_with_all = ["data", "database"])]
    memory: bool,
    #[command(flatten)]
    database: Database,
}

impl Keeping {
    /// Opens the records; none with `--memory`.
    pub async fn open(&self) -> anyhow::Result<Option<SharedStore>> {
        if self.memory { Ok(None) } else { self.database.open().await.map(Some) }
    }
}

/// Prints the link to the first account, while there is none.
pub async fn greet(store: &SharedStore, address: Option<&str>) -> anyhow::Result<()> {
    if !store.is_fresh().await? {
        return Ok(());
    }
    let Some(address) = address else {
        println!("Nobody has an account yet. Start once with --listen 127.0.0.1:8417 to make the first.");
        return Ok(());
    };
    let now = Timestamp::now();
    let until = now + SignedDuration::from_hours(FIRST_LINK_HOURS);
    let link = store.issue_link(&OneTime::FirstAccount, until, now).await?;
    println!("To keep your nights, make an account. This link works once, for {FIRST_LINK_HOURS} hours:");
    println!("  {address}/first/{}", link.expose());
    Ok(())
}

/// Links the audit log once a second. A failure is told once, and once more when it is over.
pub async fn sequence(store: SharedStore) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        ticks.tick().await;
        match store.link_audit(Timestamp::now()).await {
            Ok(_) if failing => {
                failing = false;
                eprintln!("charley: the audit log is linked again");
            }
            Ok(_) => {}
            Err(error) if !failing => {
                failing = true;
                eprintln!("charley: the audit log cannot be linked: {error}");
            }
            Err(_) => {}
        }
    }
}
