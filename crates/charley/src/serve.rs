//! `charley serve`: the pages, on this machine.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use charley_reason::Reasoner;

/// Arguments.
#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// Address to listen on: only this machine unless you say otherwise. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// The first choice; when it is taken a free port is used and printed.
const DEFAULT: &str = "127.0.0.1:8417";

/// Runs the server until it is interrupted.
pub fn serve(reasoner: Reasoner, args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = bind(args.listen).await?;
        let address = listener.local_addr()?;
        let state = charley_web::AppState::new(std::sync::Arc::new(reasoner), today);
        let router = charley_web::router(state);
        println!("Charley is ready: http://{address}");
        println!("Only this machine can open it. Press Ctrl+C to stop.");
        axum::serve(listener, router)
            .with_graceful_shutdown(async {
                let _ = tokio::signal::ctrl_c().await;
            })
            .await?;
        Ok(ExitCode::SUCCESS)
    })
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
