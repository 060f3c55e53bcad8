//! `charley admin`: backup, restore, the audit log, one-time links, clinics. All of it may run while the server runs.

mod demo;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use charley_records::accounts::{Account, OneTime};
use charley_records::clinic::NewClinic;
use charley_records::deletions::{Deleted, Deletions};
use charley_records::maintenance::BackupInfo;
use charley_records::{RecordsError, SharedStore};
use clap::Subcommand;
use jiff::{SignedDuration, Timestamp};

use crate::database::Database;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes everything to one file, as it is at this moment.
    Backup {
        /// The file to make. It must not exist yet. It holds health data: keep it as you would the records.
        file: PathBuf,
    },
    /// Reads a backup into a new database. Whoever was deleted after it was made does not come back.
    Restore {
        /// The backup.
        file: PathBuf,
        /// List of what was deleted: `charley.deleted` of the old data folder, or the numbers of receipts, one a line. May be
        /// given more than once; the list in this data folder is used anyway.
        #[arg(long, value_name = "FILE")]
        deleted: Vec<PathBuf>,
        /// There is no list, and nobody was deleted since the backup was made.
        #[arg(long, conflicts_with = "deleted")]
        none_deleted: bool,
    },
    /// The audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Prints a one-time link with which the first account is made.
    FirstLink,
    /// Prints a one-time link with which somebody makes an account with a household of their own, beside those that are here.
    AccountLink,
    /// Prints a one-time link with which somebody sets a new password.
    ResetPassword {
        /// Their sign-in name.
        login: String,
    },
    /// Founds a clinic.
    Clinic {
        /// What it is called: people who share their record read it.
        name: String,
        /// IANA time zone, such as Europe/London: opening hours go by its clock.
        #[arg(long)]
        zone: String,
        /// Sign-in name of whoever is to be its first administrator. They must have an account.
        #[arg(long, value_name = "LOGIN")]
        administrator: String,
        /// Country, such as uk: it decides which number is named in an emergency.
        #[arg(long, default_value = "")]
        region: String,
    },
    /// Fills the database with a made-up clinic: a year of people, nights, requests and visits, and accounts to look around.
    Demo(demo::Args),
    /// Takes away the second factor of somebody who has lost theirs, when no administrator of their clinic can.
    RemoveSecondFactor {
        /// Their sign-in name.
        login: String,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Walks the whole log and says whether anything was changed or is missing; exit code 1 when so.
    Verify,
}

/// How long a printed link holds.
const LINK: SignedDuration = SignedDuration::from_hours(24);

/// Runs an administrator's command.
pub fn admin(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(args))
}

async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let now = Timestamp::now();
    match &args.command {
        Command::Backup { file } => {
            let info = args.database.open_existing().await?.backup(file, now).await?;
            print("Backed up to", file, &info);
        }
        Command::Restore { file, deleted, none_deleted } => {
            // Before a database is made for it.
            anyhow::ensure!(file.is_file(), "there is no file {}", file.display());
            let deleted = lists(&args.database, deleted, *none_deleted)?;
            let restored = args.database.open().await?.restore(file, &deleted, now).await?;
            print("Restored from", file, &restored.backup);
            println!(
                "Kept out, because they were deleted after the backup was made: {} people, {} accounts.",
                restored.people_kept_out, restored.accounts_kept_out
            );
        }
        Command::Audit(Audit::Verify) => return verify(&args.database.open_existing().await?).await,
        Command::FirstLink => {
            let token = args.database.open().await?.issue_link(&OneTime::FirstAccount, now + LINK, now).await?;
            link(&format!("/first/{}", token.expose()));
        }
        Command::AccountLink => {
            let store = args.database.open_existing().await?;
            let token = store.issue_link(&OneTime::OwnHousehold, now + LINK, now).await?;
            link(&format!("/first/{}", token.expose()));
        }
        Command::Demo(wanted) => demo::demo(&args.database, wanted, now).await?,
        Command::ResetPassword { login } => {
            let store = args.database.open_existing().await?;
            let account = named(&store, login).await?;
            let token = store.issue_link(&OneTime::ResetPassword(account.id), now + LINK, now).await?;
            link(&format!("/reset/{}", token.expose()));
        }
        Command::Clinic { name, zone, administrator, region } => {
            check_region(region)?;
            let store = args.database.open_existing().await?;
            let account = named(&store, administrator).await?;
            let (name, zone, region) = (name.clone(), zone.clone(), region.clone());
            let new = NewClinic { name, zone, region, demonstration: false };
            let clinic = store.found_clinic(account.id, &new, now).await?;
            println!(
                "Founded {}. {} signs in and opens /clinic; a second factor is set up there.",
                clinic.name, account.login
            );
        }
        Command::RemoveSecondFactor { login } => {
            let store = args.database.open_existing().await?;
            let account = named(&store, login).await?;
            store.reset_second_factor(account.id, now).await?;
            println!("{login} signs in again and sets up a new second factor. Make sure that it is them.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn named(store: &SharedStore, login: &str) -> anyhow::Result<Account> {
    match store.account_named(login).await {
        Err(RecordsError::NotFound) => anyhow::bail!("nobody signs in as `{login}`"),
        found => Ok(found?),
    }
}

/// Refuses a country that the pages would not know.
fn check_region(region: &str) -> anyhow::Result<()> {
    let knowledge = charley_knowledge::Draft::embedded()?.check().context("the built-in knowledge has faults")?;
    let known: Vec<&str> = knowledge.regions.iter().map(|known| known.id.as_str()).collect();
    anyhow::ensure!(
        region.is_empty() || known.contains(&region),
        "there is no country `{region}`: use one of {}",
        known.join(", ")
    );
    Ok(())
}

/// What the lists that were named say. Without any the restore is refused: it could bring back somebody who was deleted.
fn lists(database: &Database, named: &[PathBuf], none_deleted: bool) -> anyhow::Result<Deleted> {
    let mut deleted = Deleted::default();
    for file in named {
        anyhow::ensure!(file.is_file(), "there is no file {}", file.display());
        deleted.extend(Deletions::at(file).read()?);
    }
    let own = database.deletions()?.filter(|list| list.path().is_file());
    anyhow::ensure!(
        own.is_some() || !named.is_empty() || none_deleted,
        "a backup may hold people who were deleted later, and there is no list of them here. Name it with --deleted FILE \
         (charley.deleted of the old data folder, or the numbers of their receipts). If nobody was deleted since the \
         backup was made, say --none-deleted"
    );
    Ok(deleted)
}

/// The path alone on standard output, so that a script can use it.
fn link(path: &str) {
    println!("{path}");
    eprintln!("Open this path once, within 24 hours, after the address of your Charley. Show it to nobody else.");
}

fn print(what: &str, file: &std::path::Path, info: &BackupInfo) {
    let rows: u64 = info.rows.iter().map(|(_, rows)| rows).sum();
    println!("{what} {}: {rows} rows, SHA-256 {}", file.display(), info.sha256);
}

async fn verify(store: &SharedStore) -> anyhow::Result<ExitCode> {
    let found = store.verify_audit().await.context("the audit log cannot be read")?;
    if let Some(fault) = found.fault {
        println!("The audit log is BROKEN: {fault}.");
        return Ok(ExitCode::FAILURE);
    }
    println!(
        "The audit log holds: {} entries, {} signed heads, {} not linked yet.",
        found.linked, found.heads, found.waiting
    );
    if let Some(head) = found.head {
        println!("Head {head}: noted elsewhere, it proves later that the log was not rewritten.");
    }
    Ok(ExitCode::SUCCESS)
}
