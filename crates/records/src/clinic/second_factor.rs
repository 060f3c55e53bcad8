//! The second factor of staff: a six-digit code of an authenticator (TOTP, RFC 6238: SHA-1, 30 seconds, six digits).

use async_trait::async_trait;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha1::Sha1;

use super::Desk;
use crate::secret::Secret;
use crate::{AccountId, Result, SessionId};

/// Seconds for which a code counts.
const STEP_SECONDS: i64 = 30;
/// Bytes of a secret: RFC 4226 asks for at least 16 and recommends 20.
pub const SECRET_BYTES: usize = 20;
/// Recovery codes that are given at a time.
pub const RECOVERY_CODES: usize = 10;
/// Bytes of a recovery code: 80 bits need no salt to be kept as a plain hash.
const RECOVERY_BYTES: usize = 10;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step in which a code counts, among the one before, this one and the next (clocks differ), and only when it is
/// later than `last`, the step of the last code that was accepted: no code works twice. None when it does not count.
pub fn accepted_step(secret: &[u8], code: &str, last: Option<i64>, now: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    let step = now.as_second().div_euclid(STEP_SECONDS);
    (step - 1..=step + 1)
        .filter(|step| last.is_none_or(|last| *step > last))
        .find(|step| code_of(secret, *step).is_some_and(|right| right == code))
}

/// The code of a step (RFC 4226 section 5.3). None for a step before 1970.
pub fn code_of(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&u64::try_from(step).ok()?.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last()? & 0x0f);
    let four: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
    Some(format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000))
}

/// A secret as authenticators take it: base 32 without padding.
pub fn base32(secret: &[u8]) -> String {
    let mut out = String::with_capacity(secret.len().div_ceil(5) * 8);
    for chunk in secret.chunks(5) {
        let mut five = [0_u8; 5];
        five[..chunk.len()].copy_from_slice(chunk);
        let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for place in 0..(chunk.len() * 8).div_ceil(5) {
            out.push(char::from(BASE32[(bits >> (35 - 5 * place) & 31) as usize]));
        }
    }
    out
}

/// A new secret for an authenticator.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_secret() -> Result<[u8; SECRET_BYTES]> {
    let mut secret = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut secret)?;
    Ok(secret)
}

/// A new recovery code: four groups of four letters and numbers.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_recovery_code() -> Result<Secret> {
    let mut bytes = [0_u8; RECOVERY_BYTES];
    getrandom::fill(&mut bytes)?;
    let signs: Vec<char> = base32(&bytes).chars().collect();
    Ok(Secret::new(signs.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")))
}

/// How a recovery code is kept: the hash of its letters and numbers, however it was typed.
pub fn recovery_fingerprint(code: &str) -> String {
    let bare: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    Secret::new(bare.to_ascii_uppercase()).fingerprint()
}

/// The address that an authenticator reads from a picture.
pub fn address(secret: &[u8], login: &str) -> String {
    format!("otpauth://totp/Charley:{login}?secret={}&issuer=Charley", base32(secret))
}

/// Whether an account has a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactorState {
    /// A secret was made and a code of it was seen.
    pub confirmed: bool,
    /// Recovery codes that are left.
    pub recovery_codes: u32,
}

/// Second factors.
#[async_trait]
pub trait SecondFactors {
    /// Whether the account has one.
    ///
    /// # Errors
    /// When the engine fails.
    async fn second_factor(&self, account: AccountId) -> Result<SecondFactorState>;

    /// Makes a new secret and returns its bytes; an unconfirmed one is replaced.
    ///
    /// # Errors
    /// [`crate::RecordsError::Conflict`] when a confirmed one is there: it must be removed first.
    async fn begin_second_factor(&self, account: AccountId, now: Timestamp) -> Result<Vec<u8>>;

    /// Confirms the new secret with a first code; the session counts as proved. Returns the recovery codes, once.
    ///
    /// # Errors
    /// [`crate::RecordsError::Invalid`] for a wrong code; [`crate::RecordsError::Throttled`] after several;
    /// [`crate::RecordsError::Conflict`] when it is confirmed already.
    async fn confirm_second_factor(
        &self,
        account: AccountId,
        session: SessionId,
        code: &str,
        now: Timestamp,
    ) -> Result<Vec<Secret>>;

    /// Proves the second factor in a session with a code, or with a recovery code, which is used up by it.
    ///
    /// # Errors
    /// As [`SecondFactors::confirm_second_factor`].
    async fn prove_second_factor(
        &self,
        account: AccountId,
        session: SessionId,
        code: &str,
        now: Timestamp,
    ) -> Result<()>;

    /// Takes away the second factor of a member of staff who has lost theirs (duty: manage), and ends their sessions.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when the account is not of this clinic's staff.
    async fn remove_second_factor(&self, desk: &Desk, account: AccountId, now: Timestamp) -> Result<()>;

    /// The same for whoever runs the machine, when no administrator is left who could. Not for pages.
    ///
    /// # Errors
    /// When the engine fails. An account without one is no error.
    async fn reset_second_factor(&self, account: AccountId, now: Timestamp) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// The test values of RFC 6238, appendix B (SHA-1), cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_of(SECRET, seconds / 30).as_deref(), Some(code));
        }
    }

    #[test]
    fn a_code_counts_once_and_for_a_minute_and_a_half() {
        let now = Timestamp::from_second(59).unwrap();
        assert_eq!(accepted_step(SECRET, "287 082", None, now), Some(1));
        assert_eq!(accepted_step(SECRET, "287082", Some(1), now), None);
        assert_eq!(accepted_step(SECRET, "287082", Some(0), Timestamp::from_second(89).unwrap()), Some(1));
        assert_eq!(accepted_step(SECRET, "287082", None, Timestamp::from_second(90).unwrap()), None);
        for wrong in ["", "28708", "287083", "２８７０８２", "2870820"] {
            assert_eq!(accepted_step(SECRET, wrong, None, now), None, "{wrong}");
        }
    }

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed() {
        let code = new_recovery_code().unwrap();
        let text = code.expose();
        let typed = format!(" {} ", text.to_lowercase().replace('-', " "));
        assert_eq!((text.len(), text.matches('-').count()), (19, 3));
        assert_eq!(recovery_fingerprint(&typed), recovery_fingerprint(text));
        assert_ne!(recovery_fingerprint(&text[1..]), recovery_fingerprint(text));
        assert_ne!(new_recovery_code().unwrap(), code);
    }

    /// The test values of RFC 4648, section 10, without padding.
    #[test]
    fn base_32_is_that_of_the_standard() {
        for (text, coded) in [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB")]
        {
            assert_eq!(base32(text.as_bytes()), coded);
        }
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
    }
}
