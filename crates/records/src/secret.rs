//! Secrets: never printed, kept as a hash.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A password or a token. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps what was typed or sent.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A new token: 256 random bits in hexadecimal.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex(&bytes)))
    }

    /// The text itself: for the one who is to have it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// SHA-256 in hexadecimal: how tokens (never passwords) are kept. They have 256 bits, so no salt is needed.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
