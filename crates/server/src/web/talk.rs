//! The requests of [`super::poll`]: `/text` for the text protocol, `/json` for the objects.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Json};

use super::super::visitor::Visitor;
use super::Page;
use super::assets::browser;
use super::connections::Caller;
use super::poll::{Came, Session, Unheard};
use super::refused::Refused;
use game::engine::guest::Via;

/// `POST` opens a session.
pub fn sessions(via: Via) -> MethodRouter<Arc<Page>> {
    post(
        async move |page: State<Arc<Page>>,
                    caller: Extension<Arc<Caller>>,
                    headers: HeaderMap,
                    body: Bytes| {
            let opened = page.open_session(&caller, &headers, via, &body).await;
            opened.unwrap_or_else(|refused| told(refused, via))
        },
    )
}

/// `POST` speaks, `GET` waits for what comes, `DELETE` ends.
pub fn session(via: Via) -> MethodRouter<Arc<Page>> {
    get(async move |page: State<Arc<Page>>, id: Path<String>| {
        let came = page.listen(&id, via).await;
        came.unwrap_or_else(|refused| told(refused, via))
    })
    .post(
        async move |page: State<Arc<Page>>, id: Path<String>, body: Bytes| {
            let heard = page.speak(&id, via, &body).await;
            heard.unwrap_or_else(|refused| told(refused, via))
        },
    )
    .delete(
        async move |page: State<Arc<Page>>, id: Path<String>| match page.session(&id, via) {
            Ok(_) => {
                page.polls.close(&id);
                StatusCode::NO_CONTENT.into_response()
            }
            Err(refused) => told(refused, via),
        },
    )
}

/// A refusal as the door's clients read it.
fn told(refused: Refused, via: Via) -> Response {
    match via == Via::PollJson {
        true => refused.into_response(),
        false => refused.text(),
    }
}

impl Page {
    fn refused(&self, status: StatusCode, code: &'static str) -> Refused {
        Refused::new(status, self.lang, code, &[])
    }

    fn session(&self, id: &str, via: Via) -> Result<Arc<Session>, Refused> {
        let found = self.polls.find(id, via);
        found.ok_or_else(|| self.refused(StatusCode::NOT_FOUND, "web-no-session"))
    }

    /// Opens a session, with its first message if there is one.
    async fn open_session(
        &self,
        caller: &Caller,
        headers: &HeaderMap,
        via: Via,
        body: &[u8],
    ) -> Result<Response, Refused> {
        let first = self.message(via, body)?;
        let full = || self.refused(StatusCode::SERVICE_UNAVAILABLE, "web-full");
        if self.deal.is_full() {
            self.deal.make_room();
            return Err(full());
        }
        let opened = self.polls.open(via, self.deal.place());
        // Descriptors run short, as for a connection that can't be accepted.
        let opened = opened.map_err(|_| full())?;
        let (id, session, stream) = opened.ok_or_else(full)?;
        self.deal.visit(Visitor {
            stream,
            via,
            early: Vec::new(),
            browser: browser(headers),
            peer: caller.peer,
            place: self.deal.place(),
        });
        if !body.is_empty() {
            self.heard(&id, session.speak(&first).await)?;
        }
        let json = via == Via::PollJson;
        let door = if json { "/json" } else { "/text" };
        let place = [(LOCATION, format!("{door}/{id}"))];
        let body = match json {
            true => Json(serde_json::json!({ "id": id })).into_response(),
            false => format!("{id}\n").into_response(),
        };
        Ok((StatusCode::CREATED, place, body).into_response())
    }

    async fn speak(&self, id: &str, via: Via, body: &[u8]) -> Result<Response, Refused> {
        let session = self.session(id, via)?;
        let message = self.message(via, body)?;
        self.heard(id, session.speak(&message).await)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    fn heard(&self, id: &str, heard: Result<(), Unheard>) -> Result<(), Refused> {
        heard.map_err(|unheard| match unheard {
            Unheard::TooMany => self.refused(StatusCode::TOO_MANY_REQUESTS, "web-too-many"),
            Unheard::Over => self.over(id),
        })
    }

    fn over(&self, id: &str) -> Refused {
        self.polls.close(id);
        self.refused(StatusCode::GONE, "web-over")
    }

    async fn listen(&self, id: &str, via: Via) -> Result<Response, Refused> {
        let session = self.session(id, via)?;
        match session.listen().await {
            Came::Lines(lines) => Ok(as_answer(via, lines)),
            Came::Nothing => Ok(StatusCode::NO_CONTENT.into_response()),
            Came::Elsewhere => Err(self.refused(StatusCode::CONFLICT, "web-elsewhere")),
            Came::Over => Err(self.over(id)),
        }
    }

    /// A body as one line. An object may be written on several; a text message may not, as they
    /// would be several messages.
    fn message(&self, via: Via, body: &[u8]) -> Result<Vec<u8>, Refused> {
        let body = body.strip_suffix(b"\n").unwrap_or(body);
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        if !body.iter().any(is_end) {
            return Ok(body.to_vec());
        }
        if via != Via::PollJson {
            return Err(self.refused(StatusCode::BAD_REQUEST, "web-one-line"));
        }
        // Between the parts of an object all blanks are the same; within them none may be.
        let blank = |byte: &u8| if is_end(byte) { b' ' } else { *byte };
        Ok(body.iter().map(blank).collect())
    }
}

/// Lines for whoever reads text; an array for whoever reads objects.
fn as_answer(via: Via, lines: Vec<u8>) -> Response {
    if via != Via::PollJson {
        return ([(CONTENT_TYPE, "text/plain; charset=utf-8")], lines).into_response();
    }
    let objects: Vec<&[u8]> = lines.trim_ascii_end().split(|b| *b == b'\n').collect();
    let array = [b"[", &objects.join(&b',')[..], b"]"].concat();
    ([(CONTENT_TYPE, "application/json")], array).into_response()
}
