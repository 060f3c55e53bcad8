//! Attempts at a secret, counted as failed before they are made.

use charley_records::throttle::{self, FORGOTTEN_AFTER, Failures};
use charley_records::{RecordsError, Result};
use jiff::Timestamp;

use crate::sql::{Connection, failed, time};

/// Counts an attempt under each key, of which so many are free, or refuses it.
///
/// # Errors
/// [`RecordsError::Throttled`]; then nothing is counted.
pub async fn count(c: &mut Connection, keys: &[(String, i64)], now: Timestamp) -> Result<()> {
    let mut counts = Vec::with_capacity(keys.len());
    let mut wait_s = 0;
    for (key, free) in keys {
        let failures = failures(c, key).await?;
        wait_s = wait_s.max(throttle::wait_s(failures, *free, now));
        counts.push(throttle::after_failure(failures, now));
    }
    if wait_s > 0 {
        return Err(RecordsError::Throttled { retry_after_s: wait_s });
    }
    let over = sqlx::query("DELETE FROM attempt WHERE last < $1").bind((now - FORGOTTEN_AFTER).as_millisecond());
    over.execute(&mut *c).await.map_err(failed)?;
    for ((key, _), count) in keys.iter().zip(counts) {
        sqlx::query(
            "INSERT INTO attempt (name, failures, last) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, last = excluded.last",
        )
        .bind(key)
        .bind(count)
        .bind(now.as_millisecond())
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    }
    Ok(())
}

/// Forgets what failed under a key.
pub async fn forget(c: &mut Connection, key: &str) -> Result<()> {
    let forget = sqlx::query("DELETE FROM attempt WHERE name = $1").bind(key);
    forget.execute(c).await.map_err(failed)?;
    Ok(())
}

async fn failures(c: &mut Connection, key: &str) -> Result<Option<Failures>> {
    let row: Option<(i64, i64)> = sqlx::query_as("SELECT failures, last FROM attempt WHERE name = $1")
        .bind(key)
        .fetch_optional(c)
        .await
        .map_err(failed)?;
    row.map(|(count, last)| Ok(Failures { count, last: time(last)? })).transpose()
}
