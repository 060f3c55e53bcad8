//! The service worker and the manifest: the night pages open without a network, and from the home screen.

use std::sync::OnceLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::assets;

/// Pages of which a copy lies on the phone. None of them tells anything of the person but the number to call.
const PAGES: [&str; 5] = ["/now", "/now/call", "/bedtime", "/morning", "/phone"];
/// What they need.
const ASSETS: [&str; 8] =
    ["now.css", "now-more.css", "outbox.js", "now.js", "now-bedtime.js", "now-phone.js", "icon.svg", "icon-192.png"];

/// The worker. Its text changes when an asset does; then browsers take the new one and drop the old copies.
pub async fn script() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| {
        let assets: Vec<String> = ASSETS.iter().map(|name| assets::address(name)).collect();
        let files = json!({ "pages": PAGES, "assets": assets }).to_string();
        assets::text("sw.js").replace("/*FILES*/ {}", &files)
    });
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], text.as_str())
        .into_response()
}

/// What the home screen shows.
pub async fn manifest() -> Response {
    let icon = |name: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": assets::address(name), "sizes": sizes, "type": kind, "purpose": purpose });
    let manifest = json!({
        "id": "/now",
        "name": "Charley: night cramps",
        "short_name": "Charley",
        "description": "What to do in a cramp, and a diary of your nights.",
        "lang": "en",
        "start_url": "/now",
        "scope": "/",
        "display": "standalone",
        "background_color": "#14100c",
        "theme_color": "#14100c",
        "icons": [
            icon("icon-night.svg", "any", "image/svg+xml", "any maskable"),
            icon("icon-192.png", "192x192", "image/png", "any maskable"),
            icon("icon-512.png", "512x512", "image/png", "any maskable"),
        ],
        "shortcuts": [
            { "name": "Cramp now", "url": "/now" },
            { "name": "Bedtime", "url": "/bedtime" },
            { "name": "Last night", "url": "/morning" },
        ],
    });
    let kind = [(header::CONTENT_TYPE, "application/manifest+json"), (header::CACHE_CONTROL, "no-cache")];
    (kind, manifest.to_string()).into_response()
}
