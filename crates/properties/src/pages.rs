//! The pages: whatever a visitor sends, our side never fails.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use charley_web::{AppState, router};
use jiff::Timestamp;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::reasoner;

/// Stands alone on a line between two requests.
const NEXT: &str = "\n====\n";
/// Most requests of one visitor.
const MOST_REQUESTS: usize = 24;
/// Larger than any page.
const MOST_PAGE_BYTES: usize = 16 << 20;
/// Now.
const NOW: Timestamp = Timestamp::constant(1_795_521_600, 0);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("threads can be made"));

/// Requests of one visitor, one after the other: `METHOD /path?query`, lines of headers, an empty line, a body. Forms are
/// sent as a browser sends them from a page of ours, and cookies come back. No page fails on our side, and none is empty.
/// These pages keep no records.
pub fn pages(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let router = router(AppState::new(reasoner(), || (2026, 11, 24)).with_timestamp(|| NOW));
    let mut cookies: BTreeMap<String, String> = BTreeMap::new();
    RUNTIME.block_on(async {
        for sent in text.split(NEXT).take(MOST_REQUESTS) {
            let Some(request) = request(sent, &cookies) else { return };
            let what = format!("{} {}", request.method(), request.uri());
            let response = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            let status = response.status();
            assert!(!status.is_server_error() || status == 501, "{what}: {status}");
            for cookie in response.headers().get_all(header::SET_COOKIE) {
                let pair = cookie.to_str().ok().and_then(|text| text.split(';').next()?.split_once('='));
                let (name, value) = pair.expect("cookies of ours have a name and a value");
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let body = to_bytes(response.into_body(), MOST_PAGE_BYTES).await.expect("a page ends");
            // A file that is not there is missed by a page, not by a person.
            let bare = status.is_redirection() || what.starts_with("HEAD ") || what.contains(" /assets/");
            assert!(bare || !body.is_empty(), "{what}: {status} without a word");
        }
    });
}

/// None when it is no request that a server would get to see.
fn request(text: &str, cookies: &BTreeMap<String, String>) -> Option<Request<Body>> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let (method, target) = lines.next()?.split_once(' ')?;
    let uri: Uri = target.parse().ok().filter(|_| target.starts_with('/'))?;
    let mut request = Request::new(Body::from(body.to_owned()));
    *request.method_mut() = Method::from_bytes(method.as_bytes()).ok()?;
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.insert(header::HOST, HeaderValue::from_static("charley.test"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
    let jar: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    headers.insert(header::COOKIE, jar.join("; ").parse().ok()?);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        headers.insert(name.parse::<HeaderName>().ok()?, value.trim().parse().ok()?);
    }
    Some(request)
}
