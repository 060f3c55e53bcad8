//! The audit log: append-only, hash-chained, with opaque subjects.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;

use crate::{Access, Actor, Result, SubjectId};

/// One entry. It holds opaque ids and codes only, never a name or a symptom.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditEntry {
    /// Place in the chain; none until the sequencer has linked it.
    pub sequence: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What: a code such as `diary.append`.
    pub action: String,
    /// Whose record; none for things that concern no person.
    pub subject: Option<SubjectId>,
    /// How many things it touched.
    pub count: i64,
    /// SHA-256 over the entry and the hash before it; none until linked.
    pub hash: Option<String>,
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Entries that are linked and fit.
    pub linked: u64,
    /// Entries that wait for the sequencer.
    pub waiting: u64,
    /// Heads whose signature holds.
    pub heads: u64,
    /// The last linked entry, as `PLACE:HASH`; none when nothing is linked. Noted elsewhere, it proves later that the log
    /// was not rewritten.
    pub head: Option<String>,
    /// The first fault, in words; none when the chain holds.
    pub fault: Option<String>,
}

/// The audit log.
#[async_trait]
pub trait Audit {
    /// Links waiting entries into the chain and signs the new head. One caller at a time; says how many it linked.
    ///
    /// # Errors
    /// When the engine fails.
    async fn link_audit(&self, now: Timestamp) -> Result<u64>;

    /// Walks the whole chain.
    ///
    /// # Errors
    /// When the engine fails. A broken chain is a finding, not an error.
    async fn verify_audit(&self) -> Result<Verified>;

    /// Who did what with this person's record, newest first, at most `most` (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn audit_of(&self, access: &Access, most: u32) -> Result<Vec<AuditEntry>>;
}
