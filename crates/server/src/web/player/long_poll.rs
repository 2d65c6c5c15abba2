//! The long poll's requests: `/text` for the text protocol, `/json` for its JSON objects.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Json};
use tokio::time::timeout;

use super::session::{Received, SendError, Session};
use crate::permits::{Kind, Permits};
use crate::web::Page;
use crate::web::http::connections::Caller;
use crate::web::http::extract::Browser;
use crate::web::http::refusal::{Refusal, Refused};
use crate::worker::inbox::{Arrival, Entrance};
use game::engine::guest::{Guest, Via};
use game::limits::ADMISSION_WAIT;
use game::shares::Standing;

/// `POST` opens a session.
pub fn sessions(via: Via) -> MethodRouter<Arc<Page>> {
    post(
        async move |page: State<Arc<Page>>,
                    caller: Extension<Arc<Caller>>,
                    browser: Browser,
                    body: Bytes| {
            let opened = page.open_session(&caller, browser, via, &body).await;
            opened.map_err(|refusal| in_protocol(refusal, via))
        },
    )
}

/// `POST` sends a message, `GET` waits for the server's, `DELETE` ends the session.
pub fn session(via: Via) -> MethodRouter<Arc<Page>> {
    get(
        async move |page: State<Arc<Page>>, caller: Extension<Arc<Caller>>, id: Path<String>| {
            let received = page.receive(&caller, &id, via).await;
            received.map_err(|refusal| in_protocol(refusal, via))
        },
    )
    // What is received would be lost with it.
    .head(async move || in_protocol(Refusal::NotThisWay, via))
    .post(
        async move |page: State<Arc<Page>>, id: Path<String>, body: Bytes| {
            let sent = page.send(&id, via, &body).await;
            sent.map_err(|refusal| in_protocol(refusal, via))
        },
    )
    .delete(async move |page: State<Arc<Page>>, id: Path<String>| {
        let session = page.session(&id, via);
        session.map_err(|refusal| in_protocol(refusal, via))?;
        page.sessions.close(&id);
        Ok::<_, Refused>(StatusCode::NO_CONTENT)
    })
}

/// A refusal as JSON or as text, like the protocol's messages.
fn in_protocol(refusal: Refusal, via: Via) -> Refused {
    match via == Via::PollJson {
        true => refusal.into(),
        false => refusal.into_text(),
    }
}

impl Page {
    fn session(&self, id: &str, via: Via) -> Result<Arc<Session>, Refusal> {
        self.sessions.find(id, via).ok_or(Refusal::NoSession)
    }

    /// Opens a session, with its first message if the body is not empty.
    async fn open_session(
        &self,
        caller: &Caller,
        Browser(browser): Browser,
        via: Via,
        body: &[u8],
    ) -> Result<Response, Refusal> {
        let first = message(via, body)?;
        let permits = self.dispatcher.permits();
        let permit = permits.admit(Kind::Poll, caller.source(), browser);
        let permit = timeout(ADMISSION_WAIT, permit).await;
        let permit = permit.map_err(|_| Refusal::Full)?;
        if caller.is_teachers() {
            permit.set(Standing::Teacher);
        }
        let (id, session, stream) = self.sessions.open(via, permit.place());
        let arrival = Arrival {
            stream,
            permit,
            entrance: Entrance::Page(Guest::new(via, browser, caller.peer)),
            early: Vec::new(),
        };
        self.dispatcher.host(arrival).await;
        if !body.is_empty() {
            self.sent(&id, session.send(&first).await)?;
        }
        let json = via == Via::PollJson;
        let path = if json { "/json" } else { "/text" };
        let location = [(LOCATION, format!("{path}/{id}"))];
        let body = match json {
            true => Json(serde_json::json!({ "id": id })).into_response(),
            false => format!("{id}\n").into_response(),
        };
        Ok((StatusCode::CREATED, location, body).into_response())
    }

    async fn send(&self, id: &str, via: Via, body: &[u8]) -> Result<StatusCode, Refusal> {
        let session = self.session(id, via)?;
        let message = message(via, body)?;
        self.sent(id, session.send(&message).await)?;
        Ok(StatusCode::NO_CONTENT)
    }

    fn sent(&self, id: &str, sent: Result<(), SendError>) -> Result<(), Refusal> {
        sent.map_err(|error| match error {
            SendError::TooMany => Refusal::TooManyMessages,
            SendError::Over => self.over(id),
        })
    }

    fn over(&self, id: &str) -> Refusal {
        self.sessions.close(id);
        Refusal::Over
    }

    async fn receive(&self, caller: &Caller, id: &str, via: Via) -> Result<Response, Refusal> {
        let session = self.session(id, via)?;
        let waiting = Waiting::new(self.dispatcher.permits(), &session);
        if waiting.has_seat() {
            caller.set(Standing::Seated);
        }
        match session.receive().await {
            Received::Lines(lines) => Ok(as_response(via, lines)),
            Received::TimedOut => Ok(StatusCode::NO_CONTENT.into_response()),
            Received::Superseded => Err(Refusal::PolledElsewhere),
            Received::Over => Err(self.over(id)),
        }
    }
}

/// A request that waits for a session's messages: as long as it does, the session is in use.
struct Waiting<'a> {
    permits: &'a Permits,
    session: &'a Session,
}

impl<'a> Waiting<'a> {
    fn new(permits: &'a Permits, session: &'a Session) -> Self {
        let waiting = Waiting { permits, session };
        waiting.set(Standing::Present);
        waiting
    }

    /// Whether the session's player has a seat, which its worker knows.
    fn has_seat(&self) -> bool {
        !self.session.is_closed() && self.permits.is_seated(self.session.place)
    }

    fn set(&self, standing: Standing) {
        if !self.session.is_closed() && !self.has_seat() {
            self.permits.set(self.session.place, standing);
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.set(Standing::Idle);
    }
}

/// A body as one line. A JSON object may span lines; a text message may not, since each line would
/// be a message.
fn message(via: Via, body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    let body = body.strip_suffix(b"\r").unwrap_or(body);
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    if !body.iter().any(is_end) {
        return Ok(body.to_vec());
    }
    if via != Via::PollJson {
        return Err(Refusal::SeveralLines);
    }
    // JSON allows line ends only where it allows any whitespace.
    let blank = |byte: &u8| if is_end(byte) { b' ' } else { *byte };
    Ok(body.iter().map(blank).collect())
}

/// The lines as text, or as a JSON array of their objects.
fn as_response(via: Via, lines: Vec<u8>) -> Response {
    if via != Via::PollJson {
        return ([(CONTENT_TYPE, "text/plain; charset=utf-8")], lines).into_response();
    }
    let objects: Vec<&[u8]> = lines.trim_ascii_end().split(|b| *b == b'\n').collect();
    let array = [b"[", &objects.join(&b',')[..], b"]"].concat();
    ([(CONTENT_TYPE, "application/json")], array).into_response()
}
