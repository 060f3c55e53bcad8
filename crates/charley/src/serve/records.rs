//! The records behind the pages: opening them, the first link, the audit sequencer.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use charley_records::SharedStore;
use charley_records::accounts::OneTime;
use charley_records_sqlite::SqliteStore;
use jiff::{SignedDuration, Timestamp};

/// The link to the first account holds so long; a restart prints another.
const FIRST_LINK_HOURS: i64 = 24;

/// Arguments.
#[derive(Debug, Default, clap::Args)]
pub struct Keeping {
    /// Keep no records: no sign-in, no nights, only the check.
    #[arg(long)]
    memory: bool,
    /// Folder of the records; made when there is none.
    #[arg(long, value_name = "DIR", conflicts_with = "memory")]
    data: Option<PathBuf>,
}

impl Keeping {
    /// Opens the records; none with `--memory`.
    pub async fn open(&self) -> anyhow::Result<Option<SharedStore>> {
        if self.memory {
            return Ok(None);
        }
        let path = match &self.data {
            Some(folder) => folder.join("charley.db"),
            None => default_file().context("cannot find your data folder: say --data DIR, or --memory")?,
        };
        let store = SqliteStore::open(&path, Timestamp::now())
            .await
            .with_context(|| format!("cannot open the records in {}", path.display()))?;
        println!("Records are kept in {}", path.display());
        Ok(Some(Arc::new(store)))
    }
}

fn default_file() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || folder("HOME");
    let data = if cfg!(windows) {
        folder("APPDATA")?
    } else if cfg!(target_os = "macos") {
        home()?.join("Library/Application Support")
    } else {
        folder("XDG_DATA_HOME").or_else(|| Some(home()?.join(".local/share")))?
    };
    Some(data.join("charley").join("charley.db"))
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
