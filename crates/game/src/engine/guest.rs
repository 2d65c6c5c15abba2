//! What is known of a connection that came by the page's port, beyond its conversation.

use std::net::IpAddr;

use crate::protocol::Reply;
use crate::rules::{BrowserId, ResumeCode};
use crate::wire::json;
use crate::wire::text::Phrasebook;
use crate::wire::websocket::WebSocket;

/// How a guest talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// JSON objects in WebSocket messages: the page.
    WebSocketJson,
    /// The text protocol in WebSocket messages.
    WebSocketText,
    /// JSON objects, one a line, relayed from HTTP requests: the page, where WebSockets are blocked.
    PollJson,
    /// The text protocol, relayed from HTTP requests.
    PollText,
}

/// A connection's other half of what is remembered.
#[derive(Debug)]
pub struct Guest {
    /// How it talks.
    pub via: Via,
    /// Its browser, if it is one.
    pub browser: Option<BrowserId>,
    /// Its address as this server sees it. Never journaled, never logged.
    pub peer: IpAddr,
    /// Whether it was told that the journal takes nothing for now.
    pub(super) knows_away: bool,
    frames: Option<WebSocket>,
}

impl Guest {
    /// A guest from whom nothing was heard yet.
    pub fn new(via: Via, browser: Option<BrowserId>, peer: IpAddr) -> Self {
        let frames = match via {
            Via::WebSocketJson | Via::WebSocketText => Some(WebSocket::default()),
            Via::PollJson | Via::PollText => None,
        };
        Guest {
            via,
            browser,
            peer,
            knows_away: false,
            frames,
        }
    }

    /// Whether messages are objects.
    pub fn is_json(&self) -> bool {
        matches!(self.via, Via::WebSocketJson | Via::PollJson)
    }

    /// Its frames; without, messages are lines.
    pub(super) fn frames(&mut self) -> Option<&mut WebSocket> {
        self.frames.as_mut()
    }

    /// Appends a reply, as this guest understands it.
    pub(super) fn write(
        &self,
        reply: &Reply,
        phrasebook: Phrasebook,
        code: Option<ResumeCode>,
        out: &mut Vec<u8>,
    ) {
        let mut line = Vec::new();
        match self.is_json() {
            true => json::write(reply, phrasebook, code, &mut line),
            false => phrasebook.write(reply, &mut line),
        }
        self.put(&line, out);
    }

    /// Appends a message.
    pub(super) fn put(&self, line: &[u8], out: &mut Vec<u8>) {
        match &self.frames {
            Some(frames) => frames.write(line, out),
            None => {
                out.extend_from_slice(line);
                out.push(b'\n');
            }
        }
    }
}
