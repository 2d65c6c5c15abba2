//! Checks each request before a handler runs: its `Host`, its `Origin`, and its body's size and
//! pace. Also completes each response: the refusal's body, and the security headers.
//!
//! **Host.** A page of the internet may point its own name at this machine's address and then read
//! the responses, since the browser takes both for one site (DNS rebinding). Such a name always has
//! a dot and is not `.local`. Accepted are therefore addresses, names without a dot (`localhost`,
//! this machine's name in a school's network), `*.local`, this machine's full name, and the names
//! given by `--name`.
//!
//! **Origin.** A request that changes something, or opens a WebSocket, must come from this server's
//! own page, from an origin allowed by `--origin` (for notebooks), or from a program, which sends no
//! origin. The teacher's requests are stricter: see
//! [`Teacher`](super::super::teacher::session::Teacher).

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HOST, ORIGIN, SET_COOKIE, UPGRADE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::assets::browser_of;
use super::connections::Caller;
use super::extract::is_relayed;
use super::headers;
use super::refusal::{self, Refusal};
use crate::log::event::Often;
use crate::web::Page;
use game::limits::{
    BODY_BYTES, BODY_DEADLINE, LIST_BODY_BYTES, PROGRAM_BODY_BYTES, WORKSHOP_BODY_BYTES,
};
use game::shares::Standing;

/// The most bytes of a host's name (RFC 1035, section 2.3.4).
const NAME_BYTES: usize = 255;

/// The most digits of a port.
const PORT_DIGITS: usize = 5;

/// The request's target and source, from its headers. A request extension.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The `Host` header, in lower case.
    pub host: String,
    /// The `Origin` header, judged.
    pub origin: Origin,
}

/// The page that sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// No `Origin` header: a program, or a page that is being loaded.
    Unsaid,
    /// This server's own page.
    Own,
    /// A page allowed by `--origin`.
    Allowed,
    /// Another page. It cannot read the response, and its request changes nothing.
    Other,
}

/// The hosts and origins that are accepted.
pub struct Names {
    names: Vec<String>,
    origins: Vec<String>,
}

impl Names {
    /// Accepts `names`, this machine's own name, and `origins`.
    pub fn new(names: &[String], origins: &[String]) -> Self {
        let own = os::system::host_name();
        let lower = |text: &String| text.to_ascii_lowercase();
        Names {
            names: names.iter().chain([&own]).map(lower).collect(),
            origins: origins.iter().map(lower).collect(),
        }
    }

    /// Whether a request to this `Host` (in lower case) is for this server.
    fn accepts(&self, host: &str) -> bool {
        let Some(name) = name_of(host) else {
            return false;
        };
        let name = name.strip_suffix('.').unwrap_or(name);
        let is_address = name.starts_with('[') || name.parse::<Ipv4Addr>().is_ok();
        is_address
            || !name.contains('.')
            || name.ends_with(".local")
            || self.names.iter().any(|known| known == name)
    }
}

/// The name in `NAME`, `NAME:PORT`, `[IPv6]` or `[IPv6]:PORT`; an IPv6 address keeps its brackets.
fn name_of(host: &str) -> Option<&str> {
    let end = match host.strip_prefix('[') {
        Some(inside) => {
            let end = inside.find(']')?;
            inside[..end].parse::<Ipv6Addr>().ok()?;
            end + 2
        }
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at_checked(end)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_name = name.starts_with('[')
        || ((1..=NAME_BYTES).contains(&name.len()) && name.chars().all(plain));
    let is_port = match port.strip_prefix(':') {
        Some(digits) => {
            let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            is_plain && digits.len() <= PORT_DIGITS && digits.parse::<u16>().is_ok()
        }
        None => port.is_empty(),
    };
    (is_name && is_port).then_some(name)
}

/// The middleware: passes a request on if it is acceptable, and completes its response.
pub async fn guard(State(page): State<Arc<Page>>, request: Request, next: Next) -> Response {
    let asked = match page.check(&request) {
        Ok(asked) => asked,
        Err(refusal) => {
            let response = refusal::write(refusal.into_text().into_response(), page.lang);
            return headers::secure(response, None, None);
        }
    };
    let allowed = (asked.origin == Origin::Allowed)
        .then(|| request.headers().get(ORIGIN).cloned())
        .flatten();
    let host = asked.host.clone();
    let caller: Option<Arc<Caller>> = request.extensions().get().cloned();
    if let Some(caller) = &caller {
        caller.introduce(&page, request.headers());
    }
    let response = match read(request).await {
        Ok(mut request) => {
            if let Some(caller) = &caller {
                caller.set(Standing::Present);
            }
            request.extensions_mut().insert(asked);
            next.run(request).await
        }
        Err(refusal) => refusal.into_text().into_response(),
    };
    let mut response = refusal::write(response, page.lang);
    if page.bound.is_secure
        && let Some(cookie) = response.headers().get(SET_COOKIE)
    {
        // No browser sends it to this port unencrypted, where somebody typed `http://`.
        let cookie = [cookie.as_bytes(), b"; Secure"].concat();
        let cookie = HeaderValue::from_bytes(&cookie).expect("a header's value, and letters");
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    if let Some(origin) = allowed {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(VARY, HeaderValue::from_static("origin"));
    }
    headers::secure(response, Some(&host), page.text_port())
}

impl Caller {
    /// Takes note of whose connection it is: a proxy's, a browser's, or the teacher's, whose requests are
    /// kept whatever others do.
    fn introduce(&self, page: &Page, headers: &HeaderMap) {
        if is_relayed(headers) {
            self.comes_by_proxy();
        }
        if let Some(browser) = browser_of(headers) {
            self.identify(browser);
        }
        if page.keys.accepts(headers) {
            self.set(Standing::Teacher);
        }
    }
}

impl Page {
    fn check(&self, request: &Request) -> Result<Asked, Refusal> {
        let host = only(request.headers(), HOST).ok_or(Refusal::NoHost)?;
        // A request line with an absolute URL, as proxies get it, must not name another host.
        let absolute = request
            .uri()
            .authority()
            .map(|it| it.as_str().to_ascii_lowercase());
        if absolute.is_some_and(|absolute| absolute != host) {
            return Err(Refusal::NoHost);
        }
        if !self.names.accepts(&host) {
            self.dispatcher.log().often(Often::OtherName, 1);
            let name = name_of(&host).unwrap_or_default().to_owned();
            return Err(Refusal::OtherHost(name));
        }
        match self.origin(request, &host) {
            Some(origin) => Ok(Asked { host, origin }),
            None => {
                self.dispatcher.log().often(Often::OtherOrigin, 1);
                Err(Refusal::OtherOrigin)
            }
        }
    }

    /// The judged `Origin`, or `None` if a request from there is refused.
    fn origin(&self, request: &Request, host: &str) -> Option<Origin> {
        let headers = request.headers();
        if !headers.contains_key(ORIGIN) {
            return Some(Origin::Unsaid);
        }
        let origin = only(headers, ORIGIN).unwrap_or_default();
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        if authority == Some(host) {
            return Some(Origin::Own);
        }
        if self.names.origins.contains(&origin) {
            return Some(Origin::Allowed);
        }
        let changes = !request.method().is_safe() || headers.contains_key(UPGRADE);
        (!changes).then_some(Origin::Other)
    }
}

/// Reads the request's whole body, within its bounds of size and time.
async fn read(request: Request) -> Result<Request, Refusal> {
    let (head, body) = request.into_parts();
    let most = match head.uri.path() {
        "/lesson/answer" | "/workshop/save" | "/workshop/check" | "/workshop/enter" => {
            PROGRAM_BODY_BYTES
        }
        path if path.starts_with("/workshop/call/") => WORKSHOP_BODY_BYTES,
        "/prof/checks" => LIST_BODY_BYTES,
        _ => BODY_BYTES,
    };
    match tokio::time::timeout(BODY_DEADLINE, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(Request::from_parts(head, Body::from(bytes))),
        Ok(Err(_)) => Err(Refusal::BodyTooLong(most)),
        Err(_) => Err(Refusal::BodyTooSlow(most)),
    }
}

/// The value of a header that occurs once and is text, in lower case.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?.to_ascii_lowercase();
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_open_to_dns_rebinding_are_refused() {
        let names = Names::new(&["Prof.Lycee.example".to_owned()], &[]);
        let ours = [
            "127.0.0.1",
            "192.168.1.10:8080",
            "[::1]:8080",
            "[fd00::1]",
            "localhost:8080",
            "salle12-poste3:80",
            "prof.local.",
            "prof.lycee.example:8080",
        ];
        for host in ours {
            assert!(names.accepts(host), "{host}");
        }
        let others = [
            "",
            ":8080",
            "evil.example",
            "127.0.0.1.evil.example:8080",
            "prof.lycee.example.evil.example",
            "evil.example.localhost.example",
            "local.evil.example",
            "1.2.3",
            "[::1",
            "[evil.example]:80",
            "[::1]x:80",
            "prof.local:http",
            "prof.local:99999",
            "prof.local:000080",
            "prof.local:+80",
            "user@localhost",
            "a b",
        ];
        for host in others {
            assert!(!names.accepts(host), "{host}");
        }
    }
}
