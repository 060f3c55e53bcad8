//! How long a sign-in must wait after failures.
//!
//! Failures are counted per name and per origin. The count rises before the password is looked at, so that many guesses at
//! once are no way around it.

use jiff::{SignedDuration, Timestamp};

use crate::AccountId;
use crate::secret::Secret;

/// Attempts at one name before one has to wait.
pub const FREE_PER_NAME: i64 = 5;
/// Attempts from one origin before one has to wait: several people may share it.
pub const FREE_PER_ORIGIN: i64 = 20;
/// Attempts at the second factor of one account before one has to wait.
pub const FREE_PER_FACTOR: i64 = 5;
/// The first wait; each further failure doubles it.
const FIRST_WAIT_S: i64 = 15;
/// The longest wait.
const LONGEST_WAIT_S: i64 = 15 * 60;
/// Failures older than this are forgotten.
pub const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Failed attempts under one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: i64,
    /// The last one.
    pub last: Timestamp,
}

/// Seconds to wait before the next attempt; 0 when it may be made now.
pub fn wait_s(failures: Option<Failures>, free: i64, now: Timestamp) -> u64 {
    let Some(failures) = failures else { return 0 };
    let since = now.duration_since(failures.last);
    if failures.count < free || since >= FORGOTTEN_AFTER {
        return 0;
    }
    let doublings = u32::try_from(failures.count - free).unwrap_or(u32::MAX).min(16);
    let wait = (FIRST_WAIT_S << doublings).min(LONGEST_WAIT_S);
    // Rounded up, so that whoever waits as long as told is let in.
    let left_ms = wait * 1_000 - i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    u64::try_from(left_ms).unwrap_or(0).div_ceil(1_000)
}

/// The count after one more failure.
pub fn after_failure(failures: Option<Failures>, now: Timestamp) -> i64 {
    match failures {
        Some(failures) if now.duration_since(failures.last) < FORGOTTEN_AFTER => failures.count.saturating_add(1),
        _ => 1,
    }
}

/// Under which key failures at a name are kept. A hash, for people type passwords into the field for the name.
pub fn name_key(login: &str) -> String {
    format!("name:{}", Secret::new(login).fingerprint())
}

/// Under which key failures from an origin are kept.
pub fn origin_key(from: &str) -> String {
    format!("from:{}", Secret::new(from).fingerprint())
}

/// Under which key failures at the second factor of an account are kept.
pub fn factor_key(account: AccountId) -> String {
    format!("factor:{account}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let now: Timestamp = "2026-11-24T03:00:00Z".parse().unwrap();
        let wait = |count| wait_s(Some(Failures { count, last: now }), FREE_PER_NAME, now);
        let waits: Vec<u64> = [0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1_000, i64::MAX].map(wait).into();
        assert_eq!(waits, [0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900, 900]);
        assert_eq!(wait_s(None, FREE_PER_NAME, now), 0);
    }

    #[test]
    fn the_wait_runs_out_and_a_day_forgets() {
        let last: Timestamp = "2026-11-24T03:00:00Z".parse().unwrap();
        let failures = Some(Failures { count: 6, last });
        let at = |s: i64| wait_s(failures, FREE_PER_NAME, last + SignedDuration::from_secs(s));
        assert_eq!([at(0), at(29), at(30), at(86_400)], [30, 1, 0, 0]);
        assert_eq!(after_failure(failures, last), 7);
        assert_eq!(after_failure(failures, last + FORGOTTEN_AFTER), 1);
    }
}
