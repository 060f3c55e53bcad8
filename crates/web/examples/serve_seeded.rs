//! For tests of the pages in a browser, not for people: serves on a free port.
use std::sync::Arc;

use charley_reason::Reasoner;
use charley_web::{AppState, router};

#[tokio::main]
async fn main() {
    let reasoner = Arc::new(Reasoner::new(charley_knowledge::embedded().expect("the shipped knowledge has no faults")));
    let state = AppState::new(reasoner, || (2026, 11, 24));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    println!("Charley is ready: http://{}", listener.local_addr().expect("an address"));
    axum::serve(listener, router(state)).await.expect("serves");
}
