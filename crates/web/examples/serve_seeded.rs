//! For tests of the pages in a browser, not for people: a household in memory, on a free port of this machine.
//!
//! Prints the address, and one line each for the cookies of a signed-in session and of a paired phone. Beside the pages
//! there are `/test/entries` (the diary as JSON), `/test/revoke` (all phones) and `/test/pair` (a new phone's token).

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use charley_reason::Reasoner;
use charley_records::accounts::OneTime;
use charley_records::people::NewPerson;
use charley_records::secret::Secret;
use charley_records::{Access, Actor, RecordsError, SharedStore};
use charley_records_sqlite::SqliteStore;
use charley_web::{AppState, router};
use jiff::{Timestamp, ToSpan as _};

#[derive(Clone)]
struct Home {
    store: SharedStore,
    access: Access,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = Timestamp::now();
    let store: SharedStore = Arc::new(SqliteStore::in_memory().await?);
    let link = store.issue_link(&OneTime::FirstAccount, now + 1.hours(), now).await?;
    let person = NewPerson { name: "Anna".into(), zone: "Europe/London".into(), region: "uk".into() };
    let password = Secret::new("correct horse battery staple lamp");
    let account = store.create_first(&link, "anna", &password, &person, now).await?;
    let (_, session) = store.sign_in("anna", &password, "", "test", now).await?;
    let person = store.people_of(account.id, now).await?.into_iter().next().ok_or(RecordsError::NotFound)?;
    let access = store.open(&Actor::Account { account: account.id }, person.id, now).await?;
    let (_, device) = store.pair_device(&access, "Phone", now).await?;

    let knowledge = charley_knowledge::embedded().map_err(|_| "the shipped knowledge has faults")?;
    let state = AppState::new(Arc::new(Reasoner::new(knowledge)), || (2026, 11, 24)).with_store(store.clone());
    let tests = Router::new()
        .route("/test/entries", get(entries))
        .route("/test/revoke", post(revoke))
        .route("/test/pair", post(pair))
        .with_state(Home { store, access });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("charley_session={}", session.expose());
    println!("charley_device={}", device.expose());
    println!("Charley is ready: http://{}", listener.local_addr()?);
    axum::serve(listener, router(state).merge(tests)).await?;
    Ok(())
}

async fn entries(State(home): State<Home>) -> String {
    let entries = home.store.entries(&home.access).await.unwrap_or_default();
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| serde_json::json!({ "new": entry.new, "disputed": entry.disputed, "sequence": entry.sequence }))
        .collect();
    serde_json::json!(rows).to_string()
}

async fn revoke(State(home): State<Home>) -> String {
    let now = Timestamp::now();
    let devices = home.store.devices(&home.access).await.unwrap_or_default();
    for device in devices.iter().filter(|device| device.revoked.is_none()) {
        let _ = home.store.revoke_device(&home.access, device.id, now).await;
    }
    devices.len().to_string()
}

async fn pair(State(home): State<Home>) -> String {
    let paired = home.store.pair_device(&home.access, "Phone again", Timestamp::now()).await;
    paired.map(|(_, token)| token.expose().to_owned()).unwrap_or_default()
}
