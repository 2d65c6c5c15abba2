//! The teacher's session: the private link's token is exchanged for a cookie that scripts can't read.
//!
//! The cookie is derived from the token: it outlives a restart of the server, and a new token ends
//! it. Every handler that takes a [`Teacher`] is refused to everyone else.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{SET_COOKIE, UPGRADE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::Semaphore;

use super::token::Token;
use crate::log::Event;
use crate::log::event::Often;
use crate::web::Page;
use crate::web::http::assets::cookie;
use crate::web::http::connections::Caller;
use crate::web::http::guard::{Asked, Origin};
use crate::web::http::refusal::Refusal;
use game::limits::{WRONG_TOKEN_WAIT, WRONG_TOKENS_AT_ONCE};
use game::shares::Standing;

/// Verifies the token and the cookie.
pub struct Keys {
    token: Token,
    /// A second token, until it was used.
    once: Mutex<Option<Token>>,
    /// The cookie's name. It has the port in it, since browsers share cookies between the ports of
    /// one host.
    name: String,
    /// Permits for the answers to wrong tokens, which are delayed.
    wrong: Semaphore,
}

impl Keys {
    /// The keys of the page at this port.
    pub fn new(token: Token, once: Option<Token>, port: u16) -> Self {
        Keys {
            token,
            once: Mutex::new(once),
            name: format!("jp_prof_{port}"),
            wrong: Semaphore::new(WRONG_TOKENS_AT_ONCE),
        }
    }

    /// A MAC keyed by the token. [`Mac`] compares two of them in constant time.
    fn mac(&self, purpose: &str, content: &[u8]) -> Hmac<Sha256> {
        let key = Hmac::<Sha256>::new_from_slice(&self.token.0);
        key.expect("a key may have any length")
            .chain_update(purpose)
            .chain_update(content)
    }

    fn is_token(&self, token: &Token) -> bool {
        self.is_equal(&self.token, token) || self.uses_once(token)
    }

    /// Whether this is the token that is accepted once; from then on it is accepted no more.
    fn uses_once(&self, token: &Token) -> bool {
        let mut once = self.once.lock().unwrap_or_else(PoisonError::into_inner);
        once.take_if(|own| self.is_equal(own, token)).is_some()
    }

    /// Compares two tokens in constant time.
    fn is_equal(&self, own: &Token, token: &Token) -> bool {
        let own = self.mac("token", &own.0).finalize().into_bytes();
        self.mac("token", &token.0).verify_slice(&own).is_ok()
    }

    /// The cookie's value.
    fn value(&self) -> String {
        HEXLOWER.encode(&self.mac("cookie", b"").finalize().into_bytes())
    }

    /// Whether the headers have the teacher's cookie.
    pub fn accepts(&self, headers: &HeaderMap) -> bool {
        let value = cookie(headers, &self.name);
        let bytes = value.and_then(|value| HEXLOWER.decode(value.as_bytes()).ok());
        bytes.is_some_and(|bytes| self.mac("cookie", b"").verify_slice(&bytes).is_ok())
    }

    /// The cookie with a value and further attributes.
    fn cookie(&self, value: &str, attributes: &str) -> HeaderValue {
        let name = &self.name;
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{attributes}");
        HeaderValue::from_str(&text).expect("letters and digits")
    }
}

/// The extractor of the teacher's handlers: the request has the teacher's cookie, and no other page
/// than this server's own has sent it.
pub struct Teacher;

impl FromRequestParts<Arc<Page>> for Teacher {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, page: &Arc<Page>) -> Result<Self, Refusal> {
        if !page.keys.accepts(&parts.headers) {
            return Err(Refusal::NotTheTeacher);
        }
        let origin = parts.extensions.get().map(|asked: &Asked| asked.origin);
        let changes = !parts.method.is_safe() || parts.headers.contains_key(UPGRADE);
        let is_own = match origin {
            Some(Origin::Own) => true,
            // A browser sends no origin with what it loads for the page itself.
            Some(Origin::Unsaid) => !changes,
            Some(Origin::Allowed | Origin::Other) | None => false,
        };
        match is_own {
            true => Ok(Teacher),
            false => Err(Refusal::OtherOrigin),
        }
    }
}

/// `POST /prof/session`: exchanges the token for the cookie. The answer to a wrong token is delayed,
/// and few such answers may wait at once; the right token never waits.
pub async fn begin(
    State(page): State<Arc<Page>>,
    Extension(asked): Extension<Asked>,
    Extension(caller): Extension<Arc<Caller>>,
    token: String,
) -> Result<Response, Refusal> {
    let keys = &page.keys;
    if asked.origin == Origin::Allowed {
        return Err(Refusal::OtherOrigin);
    }
    if token.parse().is_ok_and(|token| keys.is_token(&token)) {
        caller.set(Standing::Teacher);
        page.dispatcher.log().say(Event::TeacherCame);
        let cookie = keys.cookie(&keys.value(), "");
        return Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response());
    }
    page.dispatcher.log().often(Often::WrongToken, 1);
    let permit = keys.wrong.try_acquire();
    let _permit = permit.map_err(|_| Refusal::TooManyWrongTokens)?;
    tokio::time::sleep(WRONG_TOKEN_WAIT).await;
    Err(Refusal::WrongToken)
}

/// `GET /prof/session`: whether this browser has the session.
pub async fn is_open(_: Teacher) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `DELETE /prof/session`: ends this browser's session.
pub async fn end(_: Teacher, State(page): State<Arc<Page>>) -> Response {
    let cookie = page.keys.cookie("", "; Max-Age=0");
    (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response()
}
