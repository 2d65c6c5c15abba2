//! The headers of every response, which forbid the browser what the pages do not need.

use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::Response;

/// Browser features that no page uses.
const NO_FEATURES: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), \
                           payment=(), usb=(), serial=(), midi=()";

/// Adds the headers to a response; one with a content policy of its own keeps that. `host` is the request's `Host` once it was accepted, and `text`
/// the port of the text protocol.
pub fn secure(mut response: Response, host: Option<&str>, text: Option<u16>) -> Response {
    let headers = response.headers_mut();
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS.as_str(), "nosniff"),
        (REFERRER_POLICY.as_str(), "no-referrer"),
        ("permissions-policy", NO_FEATURES),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert_with(|| content_policy(host, text));
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(CACHE_CONTROL).or_insert(no_store);
    response
}

/// Allows code, style and data from this server's files only, none of it inline, and no HTML from
/// strings. Older browsers do not count a WebSocket of the same host as `'self'`, so its URL is
/// listed too, except for an IPv6 address, which the policy's grammar cannot express. On the port of
/// the text protocol, only the room test's folder `/trial/` is allowed.
fn content_policy(host: Option<&str>, text: Option<u16>) -> HeaderValue {
    let host = host.filter(|host| !host.starts_with('['));
    let sockets = host.map(|host| {
        let name = host.split_once(':').map_or(host, |(name, _)| name);
        let door = text.map(|port| format!(" http://{name}:{port}/trial/"));
        format!(" ws://{host} wss://{host}{}", door.unwrap_or_default())
    });
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'{}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'",
        sockets.unwrap_or_default()
    );
    HeaderValue::from_str(&policy).expect("an accepted host is letters, digits, dots and dashes")
}
