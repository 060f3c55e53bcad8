//! Headers that keep pages closed: no outside request, no frame, no referrer; and forms that come only from here.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::cookies;
use crate::error::First;
use crate::page::Records;
use crate::state::AppState;

/// Largest body that is read: a saved check is a few kilobytes.
pub const MOST_BODY_BYTES: usize = 256 * 1024;

/// Largest file of nights: ten thousand cramps with everything known of them.
pub const MOST_UPLOAD_BYTES: usize = 4 * 1024 * 1024;

/// Nothing from outside, nothing inline, in no frame.
pub const POLICY: &str =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Pages that hold answers, or a secret in their address, whoever opens them.
const PRIVATE: [&str; 14] = [
    "/check",
    "/handover",
    "/foods",
    "/clinic",
    "/api",
    "/sign-in",
    "/second-factor",
    "/first/",
    "/reset/",
    "/join/",
    "/staff/",
    "/pair/",
    "/calendar/",
    "/visit/",
];

const FIXED: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=()"),
    ),
];

/// Wraps the routes. The last layer is the outermost.
pub fn wrap(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    let mut router = router
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn(same_site))
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        // Routes that take files raise the limit above to this one.
        .layer(RequestBodyLimitLayer::new(MOST_UPLOAD_BYTES))
        .layer(CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
        .layer(middleware::from_fn(crate::pages::errors::write_layer))
        .layer(middleware::from_fn_with_state(state.clone(), keep_and_mark));
    for (name, value) in FIXED {
        router = router.layer(SetResponseHeaderLayer::overriding(name, value));
    }
    router.layer(CompressionLayer::new())
}

/// With `no-referrer` a browser sends `Origin: null` from our own forms, and on plain http in a home network it sends
/// no `Sec-Fetch-Site` either: the CSRF layer would refuse them. Such a form passes when it carries our own
/// `SameSite=Lax` mark, which a browser never sends along with a form of another site.
async fn same_site(mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let opaque = headers.get(header::ORIGIN).is_some_and(|origin| origin == "null");
    if opaque && !headers.contains_key("sec-fetch-site") && cookies::get(headers, cookies::HERE) == Some("1") {
        request.headers_mut().remove(header::ORIGIN);
    }
    next.run(request).await
}

/// Answers and records are never stored by browsers or proxies; every visitor of a page gets the mark of [`same_site`].
async fn keep_and_mark(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let signed_in = cookies::get(request.headers(), cookies::SIGNED_IN).is_some_and(|token| !token.is_empty());
    if state.keeps_records() {
        let records = if signed_in { Records::SignedIn } else { Records::SignedOut };
        request.extensions_mut().insert(records);
    }
    let path = request.uri().path();
    let kept = path.starts_with("/assets/");
    let answers = !kept && (signed_in || PRIVATE.iter().any(|private| path.starts_with(private)));
    let marked = cookies::get(request.headers(), cookies::HERE).is_some() || request.method() != Method::GET;
    let wanted = (request.method() == Method::GET).then(|| request.uri().clone());
    let mut response = next.run(request).await;
    if let Some(First(page)) = response.extensions().get().copied()
        && let Some(wanted) = wanted
        && let Ok(to) = crate::account::sign_in::address_for(page, &wanted).parse()
    {
        response.headers_mut().insert(header::LOCATION, to);
    }
    let headers = response.headers_mut();
    if answers {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    } else if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    if state.secure() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    let html = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if html
        && !marked
        && let Some(cookie) = cookies::set(cookies::HERE, "1", state.secure())
    {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}
