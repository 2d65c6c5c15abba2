//! The teacher's session: the token of the private link, once, for a cookie that scripts don't see.
//!
//! The cookie is made of the token, so it outlives a restart of the server, and a new token ends
//! it. Every handler that takes a [`Teacher`] is refused to everybody else.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{SET_COOKIE, UPGRADE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::Semaphore;

use super::super::log::Event;
use super::super::log::event::Often;
use super::Page;
use super::assets::cookie;
use super::guard::{Asked, Origin};
use super::refused::Refused;
use super::token::Token;
use game::limits::{WRONG_TOKEN_WAIT, WRONG_TOKENS_AT_ONCE};

/// What is known of the token.
pub struct Keys {
    token: Token,
    /// Cookies don't know ports: two servers of one machine must not take each other's.
    name: String,
    wrong: Semaphore,
}

impl Keys {
    /// For the page at this port.
    pub fn new(token: Token, port: u16) -> Self {
        Keys {
            token,
            name: format!("jp_prof_{port}"),
            wrong: Semaphore::new(WRONG_TOKENS_AT_ONCE),
        }
    }

    /// A fingerprint under the token. Two that are compared by [`Mac`] give no time away.
    fn mac(&self, purpose: &str, content: &[u8]) -> Hmac<Sha256> {
        let key = Hmac::<Sha256>::new_from_slice(&self.token.0);
        key.expect("a key may have any length")
            .chain_update(purpose)
            .chain_update(content)
    }

    fn is_token(&self, token: &Token) -> bool {
        let own = self.mac("token", &self.token.0).finalize().into_bytes();
        self.mac("token", &token.0).verify_slice(&own).is_ok()
    }

    /// The cookie's value.
    fn value(&self) -> String {
        HEXLOWER.encode(&self.mac("cookie", b"").finalize().into_bytes())
    }

    fn is_value(&self, value: &str) -> bool {
        let Ok(bytes) = HEXLOWER.decode(value.as_bytes()) else {
            return false;
        };
        self.mac("cookie", b"").verify_slice(&bytes).is_ok()
    }

    /// The cookie for so long; for no time at all, its end.
    fn cookie(&self, value: &str, end: &str) -> HeaderValue {
        let name = &self.name;
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{end}");
        HeaderValue::from_str(&text).expect("letters and digits")
    }
}

/// Who asks is the teacher: the cookie says so, and no other page than this server's own asks in
/// their name.
pub struct Teacher;

impl FromRequestParts<Arc<Page>> for Teacher {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, page: &Arc<Page>) -> Result<Self, Refused> {
        let keys = &page.teacher;
        let value = cookie(&parts.headers, &keys.name);
        if !value.is_some_and(|value| keys.is_value(value)) {
            let status = StatusCode::UNAUTHORIZED;
            return Err(Refused::new(status, page.lang, "web-not-the-teacher", &[]));
        }
        let origin = parts.extensions.get().map(|asked: &Asked| asked.origin);
        let changes = !parts.method.is_safe() || parts.headers.contains_key(UPGRADE);
        let is_own = match origin {
            Some(Origin::Own) => true,
            // What a browser loads for its own page has none.
            Some(Origin::Unsaid) => !changes,
            Some(Origin::Allowed | Origin::Other) | None => false,
        };
        if !is_own {
            let status = StatusCode::FORBIDDEN;
            return Err(Refused::new(status, page.lang, "web-other-origin", &[]));
        }
        Ok(Teacher)
    }
}

/// `POST /prof/session`: the token for the cookie. A wrong one waits, and few may wait at once;
/// the right one never does.
pub async fn begin(
    State(page): State<Arc<Page>>,
    Extension(asked): Extension<Asked>,
    token: String,
) -> Result<Response, Refused> {
    let keys = &page.teacher;
    let refuse = |status, code| Err(Refused::new(status, page.lang, code, &[]));
    if asked.origin == Origin::Allowed {
        return refuse(StatusCode::FORBIDDEN, "web-other-origin");
    }
    if token.parse().is_ok_and(|token| keys.is_token(&token)) {
        page.deal.log().say(Event::TeacherCame);
        let cookie = keys.cookie(&keys.value(), "");
        return Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response());
    }
    page.deal.log().often(Often::WrongToken, 1);
    let Ok(_one) = keys.wrong.try_acquire() else {
        return refuse(StatusCode::TOO_MANY_REQUESTS, "web-wrong-tokens");
    };
    tokio::time::sleep(WRONG_TOKEN_WAIT).await;
    refuse(StatusCode::FORBIDDEN, "web-wrong-token")
}

/// `GET /prof/session`: whether there is one.
pub async fn is_open(_: Teacher) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `DELETE /prof/session`: this browser is not the teacher's any more.
pub async fn end(_: Teacher, State(page): State<Arc<Page>>) -> Response {
    let cookie = page.teacher.cookie("", "; Max-Age=0");
    (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response()
}
