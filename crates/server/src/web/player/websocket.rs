//! A WebSocket's handshake (RFC 6455, section 4.2). No subprotocol and no extension is agreed to,
//! so no compression either. The socket then goes to a worker.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;
use tungstenite::handshake::derive_accept_key;

use crate::permits::ConnectionPermit;
use crate::stream::Stream;
use crate::web::Page;
use crate::web::http::connections::Caller;
use crate::web::http::extract::Browser;
use crate::web::http::refusal::Refusal;
use crate::worker::inbox::{Arrival, Entrance};
use game::engine::guest::{Guest, Via};
use game::limits::ADMISSION_WAIT;

/// The only version of the protocol (RFC 6455, section 4.1).
const VERSION: HeaderValue = HeaderValue::from_static("13");

/// `GET /ws`: the protocol as JSON.
pub async fn json(
    page: State<Arc<Page>>,
    caller: Extension<Arc<Caller>>,
    browser: Browser,
    request: Request,
) -> Response {
    open(page.0, caller.0, browser, Via::WebSocketJson, request).await
}

/// `GET /ws/text`: the text protocol.
pub async fn text(
    page: State<Arc<Page>>,
    caller: Extension<Arc<Caller>>,
    browser: Browser,
    request: Request,
) -> Response {
    open(page.0, caller.0, browser, Via::WebSocketText, request).await
}

async fn open(
    page: Arc<Page>,
    caller: Arc<Caller>,
    browser: Browser,
    via: Via,
    mut request: Request,
) -> Response {
    let key = match handshake(&request) {
        Ok(key) => key,
        Err(refusal @ Refusal::NotAWebSocket) => {
            let headers = [
                (UPGRADE, HeaderValue::from_static("websocket")),
                (CONNECTION, HeaderValue::from_static("upgrade")),
                (SEC_WEBSOCKET_VERSION, VERSION),
            ];
            return (headers, refusal.into_text()).into_response();
        }
        Err(refusal) => return refusal.into_text().into_response(),
    };
    let Some(permit) = caller.take_permit() else {
        return Refusal::Full.into_text().into_response();
    };
    let place = timeout(ADMISSION_WAIT, permit.becomes_game(caller.source()));
    if place.await.is_err() {
        return Refusal::Full.into_text().into_response();
    }
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(hand_over(page, caller, permit, browser, via, upgrade));
    let headers = [
        (UPGRADE, HeaderValue::from_static("websocket")),
        (CONNECTION, HeaderValue::from_static("upgrade")),
        (SEC_WEBSOCKET_ACCEPT, key),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// The `Sec-WebSocket-Accept` value that answers a handshake.
///
/// # Errors
///
/// [`Refusal::NotThisWay`] for a method other than `GET`, [`Refusal::Misread`] for a header that
/// must occur once and occurs twice, and [`Refusal::NotAWebSocket`] for HTTP/1.0 and for whatever
/// else is no handshake.
pub fn handshake(request: &Request) -> Result<HeaderValue, Refusal> {
    if request.method() != Method::GET {
        return Err(Refusal::NotThisWay);
    }
    if request.version() < Version::HTTP_11 {
        return Err(Refusal::NotAWebSocket);
    }
    let headers = request.headers();
    for once in [SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION] {
        if headers.get_all(once).iter().nth(1).is_some() {
            return Err(Refusal::Misread);
        }
    }
    accept_key(headers).ok_or(Refusal::NotAWebSocket)
}

/// The `Sec-WebSocket-Accept` value that answers a handshake, or `None` if the request is not one.
fn accept_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let has = |name: HeaderName, word: &str| {
        let values = headers.get_all(name).iter();
        let mut words = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        words.any(|it| it.trim().eq_ignore_ascii_case(word))
    };
    let asks = has(CONNECTION, "upgrade") && has(UPGRADE, "websocket");
    if !asks || headers.get(SEC_WEBSOCKET_VERSION) != Some(&VERSION) {
        return None;
    }
    let key = headers.get(SEC_WEBSOCKET_KEY)?.as_bytes();
    let random = BASE64.decode(key).ok()?;
    if random.len() != 16 {
        return None;
    }
    HeaderValue::from_str(&derive_accept_key(key)).ok()
}

/// Gives the socket to a worker once the handshake's answer has been sent.
async fn hand_over(
    page: Arc<Page>,
    caller: Arc<Caller>,
    permit: ConnectionPermit,
    Browser(browser): Browser,
    via: Via,
    upgrade: OnUpgrade,
) {
    // An error means that the client has gone.
    let Ok(upgraded) = upgrade.await else { return };
    let Some((stream, early)) = into_stream(upgraded) else {
        return;
    };
    let arrival = Arrival {
        stream,
        permit,
        entrance: Entrance::Page(Guest::new(via, browser, caller.peer)),
        early,
    };
    page.dispatcher.host(arrival).await;
}

/// The socket without HTTP, and the bytes that were read after the handshake.
fn into_stream(upgraded: Upgraded) -> Option<(Stream, Vec<u8>)> {
    let upgraded = match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => {
            let stream = parts.io.into_inner().into_std().ok()?;
            return Some((Stream::tcp(stream), parts.read_buf.to_vec()));
        }
        Err(upgraded) => upgraded,
    };
    let parts = upgraded
        .downcast::<TokioIo<Box<TlsStream<TcpStream>>>>()
        .expect("all connections are served on one of these types");
    let (stream, session) = parts.io.into_inner().into_inner();
    let stream = Stream::tls(stream.into_std().ok()?, session);
    Some((stream, parts.read_buf.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        };
        pairs.iter().map(pair).collect()
    }

    /// RFC 6455, section 1.3, as browsers write it.
    const GOOD: [(&str, &str); 4] = [
        ("connection", "keep-alive, Upgrade"),
        ("upgrade", "WebSocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];

    #[test]
    fn a_handshake_is_answered_as_the_standard_shows() {
        let key = accept_key(&headers(&GOOD)).expect("a handshake");
        assert_eq!(key, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn another_request_is_no_handshake() {
        for left_out in 0..GOOD.len() {
            let mut pairs = GOOD.to_vec();
            pairs.remove(left_out);
            assert_eq!(accept_key(&headers(&pairs)), None, "without {left_out}");
        }
        let wrong = [
            (0, "close"),
            (1, "h2c"),
            (2, "8"),
            (3, "dGhl"),
            (3, "no base64 at all"),
        ];
        for (place, value) in wrong {
            let mut pairs = GOOD.to_vec();
            pairs[place].1 = value;
            assert_eq!(accept_key(&headers(&pairs)), None, "{value}");
        }
    }
}
