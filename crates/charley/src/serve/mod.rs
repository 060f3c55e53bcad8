//! `charley serve`: the pages, on this machine or for the phones of a home.

mod door;
mod letters;
mod records;
mod reminders;
mod site;
mod stop;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use charley_reason::Reasoner;
use charley_web::AppState;
use charley_web::site::{Peer, Site};

use door::{Door, Met};

/// Arguments.
#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// Address to listen on: only this machine unless you say otherwise. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    site: site::Standing,
    #[command(flatten)]
    records: records::Keeping,
    #[command(flatten)]
    reminders: reminders::Sending,
    #[command(flatten)]
    letters: letters::Setting,
}

/// How often the memory is looked through for what is over its time.
const FORGET_EVERY: Duration = Duration::from_secs(60);
/// The first choice; when it is taken a free port is used and printed.
const DEFAULT: &str = "127.0.0.1:8417";

/// Runs the server until it is interrupted.
pub fn serve(reasoner: Reasoner, args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(run(reasoner, args));
    // Work that nobody waits for any more is left behind.
    runtime.shutdown_background();
    ended
}

async fn run(reasoner: Reasoner, args: &Args) -> anyhow::Result<ExitCode> {
    // Before anybody is told that it runs, so that a stop that comes at once is a stop in order.
    let asked = stop::asked()?;
    let tls = args.site.tls()?;
    let listener = bind(args.listen).await?;
    let address = listener.local_addr()?;
    let senders = args.reminders.senders()?;
    let press = args.letters.press()?;
    let site =
        Site { mail: senders.mail.is_some(), ntfy: args.reminders.ntfy(), ..args.site.site(address, tls.is_some()) };
    let store = args.records.open().await?;
    let mut state = AppState::new(Arc::new(reasoner), today)
        .with_public_https(site.address.starts_with("https://"))
        .with_site(site.clone());
    if let Some(store) = &store {
        state = state.with_store(store.clone());
    }
    if let Some(press) = press {
        state = state.with_letters(press);
    }
    println!("Charley is ready: {}", site.address);
    if address.ip().is_loopback() {
        println!("Only this machine can open it. Press Ctrl+C to stop.");
    }
    if address.ip().is_unspecified() && !site.reachable {
        println!("That is the address on this machine. A phone needs one that it can reach: say it with --public-url,");
        println!("such as --public-url https://legs.example, and see docs/phone.md.");
    }
    let here = if site.exposed { this_machine(address) } else { Some(site.address.clone()) };
    match &store {
        Some(store) => records::greet(store, here.as_deref()).await?,
        None => println!("Nothing is kept: what is told is gone when Charley stops."),
    }
    if site.exposed {
        println!("Signing in is closed for other devices: plain http would show passwords. See docs/phone.md.");
    }
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(forget(state.clone()));
    if let Some(store) = &store {
        tasks.spawn(records::sequence(store.clone()));
        if !senders.is_empty() {
            tasks.spawn(reminders::send(store.clone(), senders, site.address.clone()));
        }
    }
    let router = charley_web::router(state).layer(from_fn(name_peer));
    let service = router.into_make_service_with_connect_info::<Met>();
    stop::serve_until(asked, |asked| axum::serve(Door::open(listener, tls), service).with_graceful_shutdown(asked))
        .await?;
    tasks.shutdown().await;
    if let Some(store) = store {
        store.link_audit(jiff::Timestamp::now()).await?;
        store.close().await;
    }
    Ok(ExitCode::SUCCESS)
}

/// Drops every minute what is over its time.
async fn forget(state: AppState) {
    let mut ticks = tokio::time::interval(FORGET_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        state.sweep();
    }
}

/// Tells the pages who is at the other end.
async fn name_peer(
    ConnectInfo(Met(peer)): ConnectInfo<Met>,
    mut request: Request,
    next: Next,
) -> axum::response::Response {
    request.extensions_mut().insert(Peer(peer));
    next.run(request).await
}

/// The address at which this machine reaches itself, when it listens there.
fn this_machine(address: SocketAddr) -> Option<String> {
    let ip = address.ip();
    (ip.is_loopback() || ip.is_unspecified()).then(|| format!("http://{}", site::openable(address)))
}

async fn bind(wanted: Option<SocketAddr>) -> anyhow::Result<tokio::net::TcpListener> {
    if let Some(address) = wanted {
        return tokio::net::TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}: choose another with --listen 127.0.0.1:PORT"));
    }
    match tokio::net::TcpListener::bind(DEFAULT).await {
        Ok(listener) => Ok(listener),
        Err(_) => tokio::net::TcpListener::bind("127.0.0.1:0").await.context("cannot listen on this machine"),
    }
}

/// Today in the time zone of this machine: the one place where the clock is read.
fn today() -> (i32, u32, u32) {
    let date = jiff::Zoned::now().date();
    (i32::from(date.year()), date.month().unsigned_abs().into(), date.day().unsigned_abs().into())
}
