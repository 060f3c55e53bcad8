//! Transactions that run again when the server gave them up.

use std::time::Duration;

use charley_records::RecordsError;

/// How often a transaction is run again before its caller is told.
pub const MOST_RETRIES: u32 = 24;

/// What another transaction at the same moment may cause. Serialization failure and deadlock are what they say; a duplicate
/// key or a missing reference was not there when this transaction looked, and the next run sees it and says so in words.
const OF_ANOTHER: [&str; 4] = ["40001", "40P01", "23505", "23503"];

/// Whether running again can help.
pub fn may_help(error: &RecordsError) -> bool {
    let RecordsError::Engine(error) = error else { return false };
    let code = error.downcast_ref::<sqlx::Error>().and_then(|error| error.as_database_error()?.code());
    code.is_some_and(|code| OF_ANOTHER.contains(&code.as_ref()))
}

/// Waits a little, longer each time and never exactly as long as another that waits.
pub async fn pause(attempt: u32) {
    let mut random = [0_u8; 1];
    // Without randomness the wait is only less well spread.
    let _ = getrandom::fill(&mut random);
    let most_us = 1_000_u64 << attempt.min(6);
    tokio::time::sleep(Duration::from_micros(most_us / 2 + most_us * u64::from(random[0]) / 256)).await;
}

/// Runs work in a transaction that writes, and commits it when it went well. The work may run several times.
macro_rules! transaction {
    ($store:expr, |$connection:ident| $work:expr) => {{
        let mut attempt = 0;
        loop {
            let outcome = async {
                let mut transaction = $store.begin().await?;
                let value = {
                    let $connection = &mut *transaction;
                    $work.await?
                };
                transaction.commit().await.map_err(charley_records::RecordsError::engine)?;
                Ok::<_, charley_records::RecordsError>(value)
            }
            .await;
            match outcome {
                Err(error) if attempt < $crate::retry::MOST_RETRIES && $crate::retry::may_help(&error) => {
                    attempt += 1;
                    $crate::retry::pause(attempt).await;
                }
                outcome => break outcome?,
            }
        }
    }};
}
pub(crate) use transaction;
