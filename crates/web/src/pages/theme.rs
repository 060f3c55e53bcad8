//! The Night switch: a form that sets a cookie, so that no page flashes bright before it.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use crate::cookies;
use crate::page::Fields;
use crate::state::AppState;

/// Sets the theme and goes back to where the visitor was.
pub async fn set(State(state): State<AppState>, fields: Fields) -> Response {
    let theme = match fields.get("theme") {
        "night" => "night",
        "day" => "day",
        _ => "",
    };
    let mut response = Redirect::to(inside(fields.get("back"))).into_response();
    if let Some(cookie) = cookies::set(cookies::THEME, theme, state.secure()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Only a path on this site; anything else goes home.
pub(crate) fn inside(back: &str) -> &str {
    let plain = back.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if back.starts_with('/') && !back.starts_with("//") && plain { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn the_switch_leads_to_no_other_site() {
        assert_eq!(inside("/check/q/age?change=1"), "/check/q/age?change=1");
        for bad in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nSet-Cookie: x=1"] {
            assert_eq!(inside(bad), "/");
        }
    }
}
