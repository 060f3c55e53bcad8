//! Looks at pair ends, and the whole answer at the end. Worked out off the async threads, and kept in memory, because the
//! page of every evening asks again.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use charley_nights::trial::analysis::{Question, analyse};
use charley_nights::trial::blinding::blinding;
use charley_nights::trial::simulate::decide;
use charley_nights::trial::verdict::verdict;
use charley_nights::trial::{Count, Look, Verdict};
use charley_wire::trial::{Besides, Report};

use super::Running;
use crate::error::WebError;
use crate::state::AppState;

/// Most looks that are kept.
const MOST: usize = 2_000;

/// Verdicts of looks by trial and nights.
#[derive(Debug, Default)]
pub struct Looks(Mutex<HashMap<u64, Verdict>>);

impl Looks {
    fn get(&self, key: u64) -> Option<Verdict> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied()
    }

    fn put(&self, key: u64, found: Verdict) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, found);
    }
}

/// What the rule says at the last complete pair; none before the third pair or when one arm has no night.
///
/// # Errors
/// When the work is broken off.
pub async fn look(state: &AppState, running: &Running) -> Result<Option<Verdict>, WebError> {
    let pairs = running.complete_pairs();
    let Some(look) = running.protocol.design.look(pairs) else { return Ok(None) };
    let mut hasher = DefaultHasher::new();
    running.trial.id.hash(&mut hasher);
    pairs.hash(&mut hasher);
    for count in &running.counts {
        match count {
            Count::Missing => 0_u64,
            Count::TwoOrMore => 1,
            Count::Exactly(count) => u64::from(*count) + 2,
        }
        .hash(&mut hasher);
    }
    let key = hasher.finish();
    if let Some(found) = state.looks.get(key) {
        return Ok(Some(found));
    }
    let design = running.protocol.design.clone();
    let Ok(series) = design.series(&running.trial.seed, &running.counts, pairs) else { return Ok(None) };
    let found = work(state, move || {
        let found = decide(&design, &series, look);
        verdict(&design.rule, &found, look)
    })
    .await?;
    state.looks.put(key, found);
    Ok(Some(found))
}

/// The whole answer from the complete pairs; none before the third pair or when one arm has no night.
///
/// # Errors
/// When the work is broken off.
pub async fn answer(state: &AppState, running: &Running) -> Result<Option<Report>, WebError> {
    let pairs = running.complete_pairs();
    let design = running.protocol.design.clone();
    let Some(look) = design.look(pairs) else { return Ok(None) };
    let (seed, counts) = (running.trial.seed, running.counts.clone());
    let guesses = running.protocol.capsules.is_some().then(|| running.guesses.clone());
    let Ok(series) = design.series(&seed, &counts, pairs) else { return Ok(None) };
    let report = work(state, move || {
        let whole = series.with_counts(counts.iter().copied().take(series.nights()).collect());
        let of_pairs = design.pair_nights(&seed, pairs);
        let question = Question {
            series: &series,
            whole: &whole,
            pairs: Some(&of_pairs),
            start: None,
            pair_nights: u32::try_from(2 * design.period_nights).unwrap_or(14),
            look: if look == Look::End { Look::End } else { Look::Early },
            priors: design.priors,
            rule: design.rule,
            yes_no: false,
        };
        let blinding = guesses.map(|guesses| blinding(&guesses, &of_pairs));
        Report::new(&question, &analyse(&question), Besides { blinding, ..Besides::default() })
    })
    .await?;
    Ok(Some(report))
}

/// Runs on a worker thread, as many at a time as the machine has cores.
async fn work<T: Send + 'static>(state: &AppState, run: impl FnOnce() -> T + Send + 'static) -> Result<T, WebError> {
    let turns = Arc::clone(&state.turns);
    let turn = turns.acquire_owned().await.map_err(|_| WebError::Internal("no turns left"))?;
    let work = tokio::task::spawn_blocking(move || {
        let result = run();
        drop(turn);
        result
    });
    work.await.map_err(|_| WebError::Internal("the sum stopped"))
}
