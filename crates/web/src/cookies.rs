//! The three cookies: a session of answers, the theme, and a mark that the visitor came from these pages.

use axum::http::{HeaderMap, HeaderValue, header};

/// Holds the random key of the answers; only on `/check` and `/clinician` pages.
pub const SESSION: &str = "charley_check";
/// Holds `night` or `day`; absent means: as the device says.
pub const THEME: &str = "charley_theme";
/// Holds `1`. A form sent from another site does not carry it (see [`crate::headers`]).
pub const HERE: &str = "charley_here";

/// Holds the random key of a signed-in session.
pub const SIGNED_IN: &str = "charley_session";
/// Holds the id of the person whose record is looked at; who may look is decided by the store, not by this.
pub const PERSON: &str = "charley_person";
/// Holds the id of the clinic in which staff work; who may is decided by the store.
pub const CLINIC: &str = "charley_clinic";
/// Holds the token of a paired phone or browser, which may only append to one diary.
pub const DEVICE: &str = "charley_device";

/// How long answers are kept, and the life of their cookie.
pub const SESSION_SECONDS: u64 = 12 * 60 * 60;
/// The theme is a setting, not an answer: a year.
const THEME_SECONDS: u64 = 365 * 24 * 60 * 60;
/// Longest life of a signed-in session; the store ends it earlier when it is idle.
const SIGNED_IN_SECONDS: u64 = 180 * 24 * 60 * 60;

/// The value of a cookie.
pub fn get<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A `Set-Cookie` value for one of our cookies; an empty value deletes it.
pub fn set(name: &str, value: &str, secure: bool) -> Option<HeaderValue> {
    let seconds = match (name, value) {
        (_, "") => 0,
        (THEME | PERSON | CLINIC | DEVICE, _) => THEME_SECONDS,
        (SIGNED_IN, _) => SIGNED_IN_SECONDS,
        _ => SESSION_SECONDS,
    };
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_one_cookie_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; charley_theme=night;charley_check=abc"));
        assert_eq!(get(&headers, THEME), Some("night"));
        assert_eq!(get(&headers, SESSION), Some("abc"));
        assert_eq!(get(&headers, HERE), None);
    }

    #[test]
    fn session_cookies_are_hidden_from_scripts_and_other_sites() {
        let value = set(SESSION, "abc", true).unwrap();
        let value = value.to_str().unwrap();
        assert!(value.contains("HttpOnly") && value.contains("SameSite=Lax") && value.contains("; Secure"));
        assert!(value.contains("Max-Age=43200"));
        assert!(!set(SESSION, "abc", false).unwrap().to_str().unwrap().contains("Secure"));
        assert!(set(SESSION, "", true).unwrap().to_str().unwrap().contains("Max-Age=0"));
    }
}
