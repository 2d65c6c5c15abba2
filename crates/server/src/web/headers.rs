//! The headers that every answer has, so that a browser does nothing that the page does not need.

use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::Response;

/// Features of a browser that no page here uses.
const NO_FEATURES: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), \
                           payment=(), usb=(), serial=(), midi=()";

/// Gives an answer its headers; `host` is the name that it was asked by, once that was found to be
/// this server's, and `text` the text door's port.
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
    headers.insert(CONTENT_SECURITY_POLICY, content_policy(host, text));
    // What says nothing about it is an answer for this once.
    let once = HeaderValue::from_static("no-store");
    headers.entry(CACHE_CONTROL).or_insert(once);
    response
}

/// All code, style and data from this server's files, none of it inline, and no string that
/// becomes a page. Older browsers do not count a WebSocket of the same name as `'self'`; they are
/// told by name. (An IPv6 address can't be told: the policy's grammar has none.) Of the text door
/// one folder may be asked for, where the room test shows its tickets.
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
    HeaderValue::from_str(&policy)
        .expect("a name of this server is letters, digits, dots and dashes")
}
