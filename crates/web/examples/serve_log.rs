//! For tests of the night log and of trials in a browser, not for people: serves a made-up diary, a kept check and a trial
//! whose nights are over on a free port, and prints the cookie that opens them. With `empty` there is nothing yet; with
//! `blinded` the nights come in bursts, and a trial of capsules is under way.
#![allow(clippy::unwrap_used, reason = "a test server may panic")]

#[allow(dead_code, reason = "another example uses the rest")]
mod seed;

use std::sync::Arc;

use charley_reason::Reasoner;
use charley_records_sqlite::SqliteStore;
use charley_web::{AppState, cookies, router};

#[tokio::main]
async fn main() {
    let knowledge = charley_knowledge::embedded().unwrap();
    let home = seed::ann(SqliteStore::in_memory().await.unwrap()).await;
    match std::env::args().nth(1).as_deref() {
        Some("empty") => {}
        Some("blinded") => home.furnish_blinded(&knowledge).await,
        _ => home.furnish(&knowledge).await,
    }
    let reasoner = Arc::new(Reasoner::new(knowledge));
    let state = AppState::new(reasoner, || (2026, 11, 24)).with_store(home.store).with_timestamp(seed::now);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("Cookie: {}={}", cookies::SIGNED_IN, home.token.expose());
    println!("Charley is ready: http://{}", listener.local_addr().unwrap());
    axum::serve(listener, router(state)).await.unwrap();
}
