//! Clinical documents: one of a kind for each person in a clinic, in versions that are never changed.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Care, codes};
use crate::{Access, AccountId, OrganisationId, RecordsError, Result};

codes! {
    /// What a document is. Its body is JSON, typed by the crate that writes it.
    DocumentKind, "a kind of document" {
        /// History and examination: facts.
        Intake = "intake",
        /// Laboratory results.
        Laboratory = "laboratory",
        /// Review of medicines.
        Medicines = "medicines",
        /// Vascular tests of each leg.
        Vascular = "vascular",
        /// Vein treatments that were done.
        Treatments = "treatments",
        /// The plan, with its patient copy.
        Plan = "plan",
        /// Notes.
        Notes = "notes",
    }
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// 1 for the first.
    pub version: u32,
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub author: AccountId,
    /// JSON.
    pub body: String,
    /// Who signed this version, and when.
    pub signed: Option<(AccountId, Timestamp)>,
}

/// Largest body, in bytes.
pub const MOST_BODY_BYTES: usize = 256 * 1024;

/// Checks a body.
///
/// # Errors
/// [`RecordsError::Invalid`] when it is no JSON object or too large.
pub fn check(body: &str) -> Result<()> {
    if body.len() > MOST_BODY_BYTES {
        return Err(RecordsError::field("body", "This is too long to be kept. Please shorten it."));
    }
    match serde_json::from_str::<serde_json::Value>(body) {
        Ok(value) if value.is_object() => Ok(()),
        _ => Err(RecordsError::field("body", "This cannot be kept. Please enter it again.")),
    }
}

/// Documents.
#[async_trait]
pub trait Documents {
    /// Writes the next version of a document (duty: write record). `base`: the version it was made from, 0 for none.
    ///
    /// # Errors
    /// [`RecordsError::Conflict`] when somebody has written since: nothing is overwritten.
    async fn write_document(
        &self,
        care: &Care,
        kind: DocumentKind,
        base: u32,
        body: &str,
        now: Timestamp,
    ) -> Result<Document>;

    /// The newest version of each kind that there is.
    ///
    /// # Errors
    /// When the engine fails.
    async fn documents(&self, care: &Care) -> Result<Vec<Document>>;

    /// Every version of one kind, newest first.
    ///
    /// # Errors
    /// When the engine fails.
    async fn document_history(&self, care: &Care, kind: DocumentKind) -> Result<Vec<Document>>;

    /// Signs a version, which must be the newest (duty: sign). Signing again is no error.
    ///
    /// # Errors
    /// [`RecordsError::Conflict`] when somebody has written since; [`RecordsError::NotFound`].
    async fn sign_document(&self, care: &Care, kind: DocumentKind, version: u32, now: Timestamp) -> Result<()>;

    /// The newest signed version of the person's plan, for the person (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn signed_plan(&self, access: &Access, clinic: OrganisationId) -> Result<Option<Document>>;
}
