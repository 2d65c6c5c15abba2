//! What is looked at before a request is answered: the name that it was sent to, the page that it
//! comes from, and its body's size and pace.
//!
//! **Host.** A page of the internet may point its own name at this machine's address and then read
//! what it gets, as the browser takes both for one site (DNS rebinding). Such a name always has a
//! dot and is not `.local`, so answered are: addresses, names without a dot (`localhost`, this
//! machine's name in a school's network), `*.local`, this machine's full name, and the names that
//! the teacher gives (`--name`).
//!
//! **Origin.** What changes something, and a WebSocket, must come from this server's own page, from
//! an origin that the teacher allows (`--origin`, for notebooks), or from a program, which says no
//! origin at all. The teacher's requests are stricter: see [`super::teacher::Teacher`].

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, FORWARDED, HOST, ORIGIN, UPGRADE, VARY, VIA,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::super::log::event::Often;
use super::refused::Refused;
use super::{Page, headers};
use game::limits::{BODY_BYTES, BODY_DEADLINE, LIST_BODY_BYTES, PROGRAM_BODY_BYTES};

/// Bytes of a machine's name at most (RFC 1035, section 2.3.4).
const NAME_BYTES: usize = 255;

/// What a request was sent to, and by whom, as far as headers tell.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The `Host` header, in small letters.
    pub host: String,
    /// Where the request comes from.
    pub origin: Origin,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It does not say: a program, or a page that is being loaded.
    Unsaid,
    /// This server's page.
    Own,
    /// A page that the teacher allows.
    Allowed,
    /// A page of elsewhere, which changes nothing by it and is not shown the answer.
    Other,
}

/// The names and origins that are this server's.
pub struct Names {
    names: Vec<String>,
    origins: Vec<String>,
}

impl Names {
    /// These names and this machine's own; these origins.
    pub fn new(names: &[String], origins: &[String]) -> Self {
        let own = rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned();
        let small = |text: &String| text.to_ascii_lowercase();
        Names {
            names: names.iter().chain([&own]).map(small).collect(),
            origins: origins.iter().map(small).collect(),
        }
    }

    /// Whether a request to this `Host` (in small letters) is for this server.
    fn accepts(&self, host: &str) -> bool {
        let Some(name) = name_of(host) else {
            return false;
        };
        let name = name.strip_suffix('.').unwrap_or(name);
        match name.starts_with('[') {
            true => true,
            false if name.parse::<Ipv4Addr>().is_ok() => true,
            false => {
                !name.contains('.')
                    || name.ends_with(".local")
                    || self.names.iter().any(|known| known == name)
            }
        }
    }
}

/// The name in `NAME`, `NAME:PORT`, `[IPv6]` or `[IPv6]:PORT`, an IPv6 address with its brackets.
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
        Some(digits) => digits.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    (is_name && is_port).then_some(name)
}

/// Lets a request through if it may be answered, and gives its answer the headers that keep a
/// browser safe.
pub async fn guard(State(page): State<Arc<Page>>, request: Request, next: Next) -> Response {
    let asked = match page.look_at(&request) {
        Ok(asked) => asked,
        Err(refused) => return headers::secure(refused.text(), None, None),
    };
    let allowed = (asked.origin == Origin::Allowed)
        .then(|| request.headers().get(ORIGIN).cloned())
        .flatten();
    let host = asked.host.clone();
    let mut response = match page.read(request).await {
        Ok(mut request) => {
            request.extensions_mut().insert(asked);
            next.run(request).await
        }
        Err(refused) => refused.text(),
    };
    if let Some(origin) = allowed {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(VARY, HeaderValue::from_static("origin"));
    }
    headers::secure(response, Some(&host), page.text_port())
}

impl Page {
    /// The text door's port, which programs are told.
    pub fn text_port(&self) -> Option<u16> {
        Some(self.bound.text.first()?.port())
    }

    fn look_at(&self, request: &Request) -> Result<Asked, Refused> {
        let refuse = |status, code| Err(Refused::new(status, self.lang, code, &[]));
        let Some(host) = only(request.headers(), HOST) else {
            return refuse(StatusCode::BAD_REQUEST, "web-no-host");
        };
        // A proxy's form of the address would hide another name in front of the header's.
        let hidden = request
            .uri()
            .authority()
            .map(|it| it.as_str().to_ascii_lowercase());
        if hidden.is_some_and(|hidden| hidden != host) {
            return refuse(StatusCode::BAD_REQUEST, "web-no-host");
        }
        if !self.names.accepts(&host) {
            self.deal.log().often(Often::OtherName, 1);
            let name = name_of(&host).unwrap_or_default().to_owned();
            let args = [("name", name.into())];
            let status = StatusCode::MISDIRECTED_REQUEST;
            return Err(Refused::new(status, self.lang, "web-other-host", &args));
        }
        match self.origin(request, &host) {
            Some(origin) => Ok(Asked { host, origin }),
            None => {
                self.deal.log().often(Often::OtherOrigin, 1);
                refuse(StatusCode::FORBIDDEN, "web-other-origin")
            }
        }
    }

    /// Where a request comes from; none for one that may not come from there.
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

    /// The request with its body, which is short and comes soon.
    async fn read(&self, request: Request) -> Result<Request, Refused> {
        let (head, body) = request.into_parts();
        let most = match head.uri.path() {
            "/lesson/answer" => PROGRAM_BODY_BYTES,
            "/prof/checks" => LIST_BODY_BYTES,
            _ => BODY_BYTES,
        };
        let refuse = |status, code| {
            let args = [("bytes", most.to_string().into())];
            Err(Refused::new(status, self.lang, code, &args))
        };
        match tokio::time::timeout(BODY_DEADLINE, to_bytes(body, most)).await {
            Ok(Ok(bytes)) => Ok(Request::from_parts(head, Body::from(bytes))),
            Ok(Err(_)) => refuse(StatusCode::PAYLOAD_TOO_LARGE, "web-too-long"),
            Err(_) => refuse(StatusCode::REQUEST_TIMEOUT, "web-too-slow"),
        }
    }
}

/// Whether a proxy that says so has sent this request on.
pub fn is_relayed(headers: &HeaderMap) -> bool {
    let names = [VIA.as_str(), FORWARDED.as_str(), "x-forwarded-for"];
    names.iter().any(|name| headers.contains_key(*name))
}

/// The value of a header that is there once and is text, in small letters.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?.to_ascii_lowercase();
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_internet_can_rebind_are_not_ours() {
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
            "user@localhost",
            "a b",
        ];
        for host in others {
            assert!(!names.accepts(host), "{host}");
        }
    }
}
