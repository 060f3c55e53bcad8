//! Bodies of documents as JSON, with the evaluation that was current when each was saved.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::evaluation::Snapshot;

/// The form of bodies that this crate writes.
const FORMAT: u32 = 1;

/// A body: what was entered, and what the evaluation said when it was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body<T> {
    format: u32,
    /// What was entered.
    pub content: T,
    /// The evaluation after it was saved; none when it could not be worked out.
    #[serde(default)]
    pub evaluation: Option<Snapshot>,
}

/// A body that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// Not the JSON that this crate writes.
    #[error("the document cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// Written by a later version.
    #[error("the document has form {0}, and this version reads form {FORMAT}: use the newer version")]
    Newer(u32),
}

/// Writes a body.
///
/// # Errors
/// [`BodyError::Json`] when the content holds a number that JSON cannot.
pub fn write<T: Serialize>(content: &T, evaluation: Option<Snapshot>) -> Result<String, BodyError> {
    Ok(serde_json::to_string(&Body { format: FORMAT, content, evaluation })?)
}

/// Reads a body.
///
/// # Errors
/// [`BodyError`].
pub fn read<T: DeserializeOwned>(text: &str) -> Result<Body<T>, BodyError> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    let head: Head = serde_json::from_str(text)?;
    if head.format > FORMAT {
        return Err(BodyError::Newer(head.format));
    }
    Ok(serde_json::from_str(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_back_and_a_newer_one_is_refused() {
        let text = write(&vec![1, 2], None).unwrap();
        assert_eq!(read::<Vec<u32>>(&text).unwrap().content, [1, 2]);
        assert!(matches!(read::<Vec<u32>>(r#"{"format":2,"content":[]}"#), Err(BodyError::Newer(2))));
        assert!(read::<Vec<u32>>(r#"{"format":1}"#).is_err());
    }
}
