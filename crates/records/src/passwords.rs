//! Passwords: argon2id, hashed off the threads that serve.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

use crate::secret::Secret;
use crate::{RecordsError, Result};

/// Hashes at once. Each takes 19 MB and a core for some tens of milliseconds.
const AT_ONCE: usize = 2;

/// Hash of a password nobody has: what an unknown name is checked against, so that it takes as long as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$onXPwv05O3LThvT7uqj9yQ$K5SEm+ib10aCayiR0ExqxVmcqLIEf1qBgtyzNG9Q3b4";

/// Hashes and checks passwords, a few at a time.
#[derive(Debug)]
pub struct Passwords {
    turns: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Semaphore::new(AT_ONCE) }
    }
}

impl Passwords {
    /// The hash to keep: argon2id with its parameters and its own salt, as a PHC string.
    ///
    /// # Errors
    /// [`RecordsError::Engine`] when the system has no randomness or memory to give.
    pub async fn hash(&self, password: &Secret) -> Result<String> {
        let password = password.clone();
        self.turn(move || {
            let hash = Argon2::default().hash_password(password.expose().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|error| RecordsError::engine(error.to_string()))
        })
        .await?
    }

    /// Whether the password fits the hash; with no hash it never does, and takes as long.
    ///
    /// # Errors
    /// [`RecordsError::Damaged`] when the hash on file is none.
    pub async fn fits(&self, password: &Secret, hash: Option<String>) -> Result<bool> {
        let password = password.clone();
        self.turn(move || {
            let kept = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY))
                .map_err(|error| RecordsError::Damaged { what: "the password hash", why: error.to_string() })?;
            let fits = Argon2::default().verify_password(password.expose().as_bytes(), &kept).is_ok();
            Ok(fits && hash.is_some())
        })
        .await?
    }

    async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _turn = self.turns.acquire().await.map_err(RecordsError::engine)?;
        tokio::task::spawn_blocking(work).await.map_err(RecordsError::engine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_same_password_fits() {
        let passwords = Passwords::default();
        let hash = passwords.hash(&Secret::new("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.fits(&Secret::new("correct horse"), Some(hash.clone())).await.unwrap());
        assert!(!passwords.fits(&Secret::new("correct house"), Some(hash.clone())).await.unwrap());
        assert_ne!(hash, passwords.hash(&Secret::new("correct horse")).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_is_let_in_and_costs_as_much() {
        let passwords = Passwords::default();
        assert!(!passwords.fits(&Secret::new("nobody"), None).await.unwrap());
        let cost = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(cost(NOBODY), cost(&passwords.hash(&Secret::new("x")).await.unwrap()));
        let damaged = passwords.fits(&Secret::new("x"), Some("md5".to_owned())).await;
        assert!(matches!(damaged, Err(RecordsError::Damaged { .. })));
    }
}
