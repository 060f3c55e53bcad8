//! What a sign-in name and a password must be like.

use crate::secret::Secret;
use crate::{Field, RecordsError, Result};

/// Passwords of ten characters and more that everybody tries first. Sequences and repeats are found by rule.
const COMMON: [&str; 40] = [
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "administrator",
    "adminadmin",
    "babygirl123",
    "basketball",
    "blink182blink182",
    "butterfly1",
    "changeme123",
    "charley123",
    "charleyhorse",
    "chocolate1",
    "computer123",
    "football123",
    "iloveyou123",
    "iloveyou12",
    "jennifer123",
    "legcramps1",
    "letmein123",
    "letmeinplease",
    "liverpool1",
    "manchester",
    "michael123",
    "mypassword",
    "pa55w0rd123",
    "passw0rd123",
    "password01",
    "password12",
    "password123",
    "password1234",
    "passwordpassword",
    "princess123",
    "q1w2e3r4t5",
    "qwerty12345",
    "qwerty123456",
    "qwertyuiop",
    "sunshine123",
    "superman123",
    "trustno1trustno1",
    "welcome123",
];

/// Rows of keys and numbers: a password that is only a run along one of them is no password.
const RUNS: [&str; 5] = [
    "01234567890123456789",
    "09876543210987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "qwertyuiopasdfghjklzxcvbnm",
];

/// The sign-in name as it is kept: trimmed, in lower case.
pub fn normal(login: &str) -> String {
    login.trim().to_lowercase()
}

/// Checks name and password together; returns the name as it is kept.
///
/// # Errors
/// [`RecordsError::Invalid`] with everything that is wrong.
pub fn check(login: &str, password: &Secret) -> Result<String> {
    let login = normal(login);
    let mut faults = Vec::new();
    let mut add = |name, problem: &str| faults.push(Field { name, problem: problem.to_owned() });
    if !(3..=60).contains(&login.chars().count()) {
        add("login", "Choose a sign-in name of 3 to 60 characters.");
    }
    if login.chars().any(|sign| sign.is_whitespace() || sign.is_control()) {
        add("login", "A sign-in name has no spaces.");
    }
    faults.extend(password_fault(&login, password));
    if faults.is_empty() { Ok(login) } else { Err(RecordsError::Invalid(faults)) }
}

/// Checks a new password for an account.
///
/// # Errors
/// [`RecordsError::Invalid`].
pub fn check_password(login: &str, password: &Secret) -> Result<()> {
    password_fault(login, password).map_or(Ok(()), |fault| Err(RecordsError::Invalid(vec![fault])))
}

fn password_fault(login: &str, password: &Secret) -> Option<Field> {
    let text = password.expose();
    let problem = if !(10..=200).contains(&text.chars().count()) {
        "Choose a password of 10 to 200 characters. Three or four words in a row work well."
    } else if is_common(login, &text.to_lowercase()) {
        "Many people would try this password first. Choose three or four words in a row."
    } else {
        return None;
    };
    Some(Field { name: "password", problem: problem.to_owned() })
}

fn is_common(login: &str, text: &str) -> bool {
    let mut signs: Vec<char> = text.chars().collect();
    signs.sort_unstable();
    signs.dedup();
    let bare = text.trim_end_matches(|sign: char| sign.is_ascii_digit() || sign.is_ascii_punctuation());
    signs.len() <= 3
        || COMMON.contains(&text)
        || RUNS.iter().any(|run| run.contains(text) || (bare.len() > 3 && run.contains(bare)))
        || (!login.is_empty() && bare == login)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(login: &str, password: &str) -> Vec<&'static str> {
        match check(login, &Secret::new(password)) {
            Err(RecordsError::Invalid(faults)) => faults.iter().map(|fault| fault.name).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn names_are_three_to_sixty_characters() {
        assert_eq!(check(" Ann.Lee@home ", &Secret::new("stove paper cloud")).unwrap(), "ann.lee@home");
        assert_eq!(wrong("an", "stove paper cloud"), ["login"]);
        assert!(wrong(&"a".repeat(60), "stove paper cloud").is_empty());
        assert_eq!(wrong(&"a".repeat(61), "stove paper cloud"), ["login"]);
        assert_eq!(wrong("ann lee", "short"), ["login", "password"]);
    }

    #[test]
    fn passwords_everybody_tries_are_refused() {
        for bad in ["Password123", "1234567890", "aaaaaaaaaaaa", "qwertyuiop1!", "ann.lee2026", "abababababab", "short"]
        {
            assert_eq!(wrong("ann.lee", bad), ["password"], "{bad}");
        }
        for good in ["stove paper cloud", "x9#kPq27vLm3", "pferd läuft nachts"] {
            assert!(wrong("ann.lee", good).is_empty(), "{good}");
        }
        assert!(wrong("ann.lee", &"word ".repeat(40)).is_empty());
        assert_eq!(wrong("ann.lee", &"words ".repeat(40)), ["password"]);
    }
}
