//! Trials as they are kept.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{Access, RecordsError, Result, TrialId};

/// A trial. The protocol is fixed before the first night and never changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Key.
    pub id: TrialId,
    /// When it was made.
    pub created: Timestamp,
    /// The protocol (JSON): remedy, periods, washout, priors, decision rule, first night.
    pub protocol: String,
    /// SHA-256 of the seed, published at the start.
    pub commitment: String,
    /// The seed of the order. Never shown before the end.
    pub seed: [u8; 32],
    /// How it ended.
    pub ended: Option<Ended>,
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// Why: a code of the pages, such as `planned_end`, `harm`, `left`.
    pub why: String,
    /// The result as it was shown (JSON); none when too few nights.
    pub result: Option<String>,
    /// What the person decided: `keep`, `drop`, `again`; none yet.
    pub decision: Option<String>,
}

/// Largest protocol or result, in bytes.
const MOST_BYTES: usize = 64 * 1024;
/// Longest code.
const MOST_CODE_CHARS: usize = 40;

/// Checks a trial that is to start.
///
/// # Errors
/// [`RecordsError::Invalid`].
pub fn check(trial: &Trial) -> Result<()> {
    if trial.protocol.len() > MOST_BYTES || serde_json::from_str::<serde_json::Value>(&trial.protocol).is_err() {
        return Err(RecordsError::field("protocol", "The plan of the trial cannot be kept. Please set it up again."));
    }
    if trial.commitment.is_empty() || trial.commitment.len() > 128 || trial.ended.is_some() {
        return Err(RecordsError::field("commitment", "The trial cannot start like this. Please set it up again."));
    }
    Ok(())
}

/// Checks how a trial is said to have ended.
///
/// # Errors
/// [`RecordsError::Invalid`].
pub fn check_end(ended: &Ended) -> Result<()> {
    let code = |text: &str| (1..=MOST_CODE_CHARS).contains(&text.len());
    if !code(&ended.why) || ended.decision.as_deref().is_some_and(|decision| !code(decision)) {
        return Err(RecordsError::field("why", "Please choose from the list."));
    }
    if ended.result.as_deref().is_some_and(|result| result.len() > MOST_BYTES) {
        return Err(RecordsError::field("result", "The result is too long to be kept."));
    }
    Ok(())
}

/// Trials.
#[async_trait]
pub trait Trials {
    /// Starts a trial (right: write). The same trial again is no second start.
    ///
    /// # Errors
    /// [`crate::RecordsError::Conflict`] when one is under way: one question at a time.
    async fn start_trial(&self, access: &Access, trial: &Trial) -> Result<()>;

    /// The person's trials, newest first (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn trials(&self, access: &Access) -> Result<Vec<Trial>>;

    /// Ends a trial, or records the decision on an ended one (right: write).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`]; [`crate::RecordsError::Conflict`] when it ended otherwise.
    async fn end_trial(&self, access: &Access, trial: TrialId, ended: &Ended) -> Result<()>;
}
