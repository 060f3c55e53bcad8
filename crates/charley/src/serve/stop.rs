//! Stopping: no new connections, what is under way is finished, and not for ever.

use std::future::{Future, IntoFuture};
use std::io;
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::oneshot;

/// Requests under way have so long to finish.
const PATIENCE: Duration = Duration::from_secs(10);

/// Ends when somebody asks the server to stop.
pub type Asked = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Listens for Ctrl+C, and for the signal with which a system stops its services; from now on neither ends the program by
/// itself.
///
/// # Errors
/// When the system lets nobody listen.
#[cfg(unix)]
pub fn asked() -> io::Result<Asked> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(Box::pin(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    }))
}

/// Listens for Ctrl+C; from now on it does not end the program by itself.
///
/// # Errors
/// When the system lets nobody listen.
#[cfg(windows)]
pub fn asked() -> io::Result<Asked> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(Box::pin(async move {
        interrupted.recv().await;
    }))
}

/// Serves until somebody asks to stop, and then until what is under way is finished or the time for it is over. `serve` gets
/// what ends when it is to take no more.
///
/// # Errors
/// When the server fails.
pub async fn serve_until<S>(asked: Asked, serve: impl FnOnce(Asked) -> S) -> io::Result<()>
where
    S: IntoFuture<Output = io::Result<()>>,
{
    let (tell, told) = oneshot::channel();
    let serving = serve(Box::pin(async move {
        asked.await;
        println!("Stopping.");
        let _ = tell.send(());
    }));
    let over = async {
        if told.await.is_ok() {
            tokio::time::sleep(PATIENCE).await;
        } else {
            // Serving ended by itself; its own answer comes.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = serving.into_future() => ended,
        () = over => {
            println!("What took longer than {} seconds was cut off.", PATIENCE.as_secs());
            Ok(())
        }
    }
}
