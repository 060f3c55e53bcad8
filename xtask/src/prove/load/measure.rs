//! An open loop: requests leave at fixed times, and are timed from then.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::mix::Mix;
use crate::server::Server;

/// Different errors that are told.
const MOST_TOLD: usize = 5;
/// Whoever is not answered by then is not answered.
const PATIENCE: Duration = Duration::from_secs(30);

/// Times in milliseconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Times {
    /// How many.
    pub count: usize,
    /// The middle.
    pub p50_ms: f64,
    /// 95 of 100 are no slower.
    pub p95_ms: f64,
    /// 99 of 100 are no slower.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
}

impl Times {
    /// Of these.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: f64| {
            // The nearest rank: the smallest time that so many are no slower than.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "counts"
            )]
            let rank = (share * times.len() as f64).ceil() as usize;
            times.get(rank.max(1) - 1).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
        };
        Self { count: times.len(), p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1.0) }
    }
}

/// What a run found.
#[derive(Debug)]
pub struct Measured {
    /// Times by kind of request.
    pub times: BTreeMap<&'static str, Vec<Duration>>,
    /// Errors in words, the first few.
    pub errors: Vec<String>,
    /// All errors.
    pub error_count: usize,
    /// MiB after a fifth of the time, at the end, and the most.
    pub memory: [f64; 3],
    /// The latest that a request left after its time.
    pub late_ms: f64,
}

struct Told {
    kind: &'static str,
    took: Duration,
    error: Option<String>,
}

/// Asks so often a second for so long.
///
/// # Errors
/// When the server is gone.
pub async fn run(server: &Server, mix: Mix, rate: u32, lasts: Duration) -> anyhow::Result<Measured> {
    let mix = Arc::new(mix);
    let total = u32::try_from(lasts.as_secs())? * rate;
    let (tell, mut told) = mpsc::unbounded_channel::<Told>();
    let begun = Instant::now() + Duration::from_millis(50);
    let (mut late, mut fifth, mut most) = (Duration::ZERO, 0.0, 0.0_f64);
    for number in 0..total {
        let due = begun + Duration::from_secs(1) * number / rate;
        tokio::time::sleep_until(due).await;
        late = late.max(due.elapsed());
        let (mix, tell) = (Arc::clone(&mix), tell.clone());
        tokio::spawn(async move {
            let asked = mix.draw(number);
            let kind = asked.kind();
            let answered = tokio::time::timeout(PATIENCE, mix.ask(asked)).await;
            let error = match answered {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(format!("{kind}: {error:#}")),
                Err(_) => Some(format!("{kind}: no answer in {} s", PATIENCE.as_secs())),
            };
            // The other end is gone only when the run was given up.
            let _ = tell.send(Told { kind, took: due.elapsed(), error });
        });
        if number % rate == 0 {
            let memory = server.memory_mib()?;
            most = most.max(memory);
            if number <= total / 5 {
                fifth = memory;
            }
        }
    }
    drop(tell);
    let mut times: BTreeMap<&'static str, Vec<Duration>> = BTreeMap::new();
    let (mut errors, mut error_count) = (Vec::new(), 0);
    while let Some(Told { kind, took, error }) = told.recv().await {
        times.entry(kind).or_default().push(took);
        if let Some(error) = error {
            error_count += 1;
            if errors.len() < MOST_TOLD && !errors.contains(&error) {
                errors.push(error);
            }
        }
    }
    let end = server.memory_mib()?;
    let late_ms = late.as_secs_f64() * 1_000.0;
    Ok(Measured { times, errors, error_count, memory: [fifth, end, most.max(end)], late_ms })
}

/// The table of one engine.
pub fn table(all: &Times, kinds: &[(String, Times)], late_ms: f64) -> String {
    let mut text = "| asked for | times | 50 % | 95 % | 99 % | slowest |\n|---|---|---|---|---|---|\n".to_owned();
    let everything = ("everything".to_owned(), all.clone());
    for (kind, times) in std::iter::once(&everything).chain(kinds) {
        let Times { count, p50_ms, p95_ms, p99_ms, max_ms } = times;
        let _ =
            writeln!(text, "| {kind} | {count} | {p50_ms:.1} ms | {p95_ms:.1} ms | {p99_ms:.1} ms | {max_ms:.1} ms |");
    }
    let _ = write!(text, "\nThe latest request left {late_ms:.1} ms after its time, which is in these times.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let times = Times::of((1..=200).rev().map(Duration::from_millis).collect());
        assert_eq!((times.p50_ms, times.p95_ms, times.p99_ms, times.max_ms), (100.0, 190.0, 198.0, 200.0));
        let one = Times::of(vec![Duration::from_millis(7)]);
        assert_eq!((one.p50_ms, one.p99_ms, one.max_ms, one.count), (7.0, 7.0, 7.0, 1));
        assert_eq!(Times::of(Vec::new()).p50_ms, 0.0);
    }
}
