//! Answers of people who are in the middle of a check: in memory, few, and short-lived.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use charley_wire::Assessment;

use crate::answers::Answers;
use crate::assessments::Key;
use crate::clinician::Sheet;
use crate::cookies::SESSION_SECONDS;
use crate::engine::Depth;

/// Most sessions at a time. At some 20 KB each this bounds the memory to about 200 MB.
const MOST_SESSIONS: usize = 10_000;

/// Random key of a session.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Token(String);

impl Token {
    /// A new one: 256 random bits.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new() -> Result<Self, getrandom::Error> {
        use std::fmt::Write as _;
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        let text = bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        Ok(Self(text))
    }

    /// Reads one from a cookie; other shapes are no token.
    pub fn read(text: &str) -> Option<Self> {
        (text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| Self(text.to_owned()))
    }

    /// For the cookie.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What one visitor has told us.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// Answers of the person's check.
    pub answers: Answers,
    /// What was assessed last, with the answers' revision.
    pub assessed: Option<((u64, Depth), Arc<Assessment>)>,
    /// The clinician's sheet, apart from the person's check.
    pub sheet: Option<Sheet>,
    /// What was assessed last of the sheet, with what went in.
    pub sheet_assessed: Option<(Key, Arc<Assessment>)>,
}

/// All sessions.
#[derive(Debug, Default)]
pub struct Sessions {
    entries: Mutex<HashMap<Token, (Instant, Session)>>,
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, HashMap<Token, (Instant, Session)>> {
        // A panic while the lock was held can leave at most one half-edited session; answers are checked when read.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of a session that is still alive.
    pub fn get(&self, token: &Token, now: Instant) -> Option<Session> {
        self.lock().get(token).filter(|(born, _)| alive(*born, now)).map(|(_, session)| session.clone())
    }

    /// Changes a session that is still alive; none when it is gone.
    pub fn edit<R>(&self, token: &Token, now: Instant, change: impl FnOnce(&mut Session) -> R) -> Option<R> {
        let mut entries = self.lock();
        let (_, session) = entries.get_mut(token).filter(|(born, _)| alive(*born, now))?;
        Some(change(session))
    }

    /// Keeps a new session, making room when there are too many: expired ones go first, then the oldest.
    pub fn insert(&self, token: Token, session: Session, now: Instant) {
        let mut entries = self.lock();
        if entries.len() >= MOST_SESSIONS {
            entries.retain(|_, (born, _)| alive(*born, now));
        }
        if entries.len() >= MOST_SESSIONS
            && let Some(oldest) = entries.iter().min_by_key(|(_, (born, _))| *born).map(|(token, _)| token.clone())
        {
            entries.remove(&oldest);
        }
        entries.insert(token, (now, session));
    }

    /// Deletes a session.
    pub fn remove(&self, token: &Token) {
        self.lock().remove(token);
    }

    /// Drops expired sessions and says how many are left.
    pub fn sweep(&self, now: Instant) -> usize {
        let mut entries = self.lock();
        entries.retain(|_, (born, _)| alive(*born, now));
        entries.len()
    }
}

fn alive(born: Instant, now: Instant) -> bool {
    now.saturating_duration_since(born) < Duration::from_secs(SESSION_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lives_twelve_hours_and_no_longer() {
        let (sessions, token, start) = (Sessions::default(), Token::new().unwrap(), Instant::now());
        sessions.insert(token.clone(), Session::default(), start);
        assert!(sessions.get(&token, start + Duration::from_secs(SESSION_SECONDS - 1)).is_some());
        let late = start + Duration::from_secs(SESSION_SECONDS);
        assert!(sessions.get(&token, late).is_none());
        assert!(sessions.edit(&token, late, |_| ()).is_none());
        assert_eq!(sessions.sweep(late), 0);
    }

    #[test]
    fn start_again_deletes() {
        let (sessions, token, now) = (Sessions::default(), Token::new().unwrap(), Instant::now());
        sessions.insert(token.clone(), Session::default(), now);
        sessions.remove(&token);
        assert!(sessions.get(&token, now).is_none());
    }

    #[test]
    fn the_number_of_sessions_is_bounded_and_the_oldest_goes_first() {
        let (sessions, start) = (Sessions::default(), Instant::now());
        let first = Token::new().unwrap();
        sessions.insert(first.clone(), Session::default(), start);
        for at in 0..MOST_SESSIONS {
            let born = start + Duration::from_millis(1 + at as u64);
            sessions.insert(Token(format!("{at:064}")), Session::default(), born);
        }
        let now = start + Duration::from_secs(60);
        assert_eq!(sessions.sweep(now), MOST_SESSIONS);
        assert!(sessions.get(&first, now).is_none());
    }

    #[test]
    fn tokens_are_long_and_differ() {
        let (a, b) = (Token::new().unwrap(), Token::new().unwrap());
        assert_ne!(a, b);
        assert_eq!(Token::read(a.as_str()), Some(a));
        assert_eq!(Token::read("../../etc"), None);
        assert_eq!(Token::read(&"g".repeat(64)), None);
    }
}
