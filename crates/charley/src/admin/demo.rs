//! `charley admin demo`: a made-up clinic with a year behind it.

use std::sync::Arc;

use anyhow::Context as _;
use charley_demo::{Filled, Wanted};
use charley_reason::Reasoner;
use charley_records::SharedStore;
use jiff::Timestamp;

use crate::database::Database;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many people.
    #[arg(long, default_value_t = Wanted::default().people, value_parser = clap::value_parser!(u32).range(1..=i64::from(charley_demo::MOST_PEOPLE)))]
    people: u32,
    /// The same number makes the same people, in the days before today.
    #[arg(long, default_value_t = Wanted::default().seed)]
    seed: u64,
    /// How many of the people who keep a record of their own get a sign-in that is printed.
    #[arg(long, default_value_t = Wanted::default().sign_ins, value_name = "NUMBER")]
    sign_ins: u32,
    /// Fill the database although somebody uses it.
    #[arg(long)]
    yes: bool,
}

/// Makes the clinic.
pub async fn demo(database: &Database, args: &Args, now: Timestamp) -> anyhow::Result<()> {
    let store = database.open().await?;
    refuse_real(&store, args.yes).await?;
    let knowledge = charley_knowledge::embedded().map_err(|_| anyhow::anyhow!("the built-in knowledge has faults"))?;
    let reasoner = Arc::new(Reasoner::new(knowledge));
    let wanted = Wanted { people: args.people, seed: args.seed, sign_ins: args.sign_ins };
    let filled = charley_demo::fill(&store, &reasoner, wanted, now).await.context("cannot make the demonstration")?;
    store.close().await;
    print(&filled);
    Ok(())
}

/// Made-up people among real ones would be taken for real.
async fn refuse_real(store: &SharedStore, yes: bool) -> anyhow::Result<()> {
    if yes {
        return Ok(());
    }
    let clinics = store.clinics().await?;
    if let Some(real) = clinics.iter().find(|clinic| !clinic.demonstration) {
        anyhow::bail!(
            "this database holds a clinic that is no demonstration ({}): name another folder with --data, or say --yes",
            real.name
        );
    }
    anyhow::ensure!(
        !clinics.is_empty() || store.is_fresh().await?,
        "somebody uses this database already: name another folder with --data, or say --yes"
    );
    Ok(())
}

fn print(filled: &Filled) {
    println!(
        "Made {}: {} made-up people, {} nights, {} requests, {} visits, {} documents. Nobody in it is real.",
        filled.clinic.name, filled.people, filled.nights, filled.requests, filled.visits, filled.documents
    );
    println!();
    println!("{:<16} {:<18} {:<20} SECOND FACTOR", "WHO", "SIGN-IN NAME", "PASSWORD");
    for sign_in in &filled.sign_ins {
        let totp = sign_in.totp.as_ref().map_or("none", |secret| secret.expose());
        println!("{:<16} {:<18} {:<20} {totp}", sign_in.who, sign_in.login, sign_in.password.expose());
    }
    println!();
    println!(
        "The passwords are not shown again. The second factor is a key for an authenticator app (TOTP, six digits,"
    );
    println!("30 seconds). Start charley serve with the same --data or --database, and sign in.");
}
