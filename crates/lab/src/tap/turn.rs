//! Whose turn it is to send, from a connection's events and what the kernel adds.

use std::time::Duration;

use os::socket::Kernel;

use super::event::{Endpoints, EventKind, Side, TapEvent};
use super::wording::{bytes, name};
use game::phrases::{Lang, say};

/// The state of a connection, as its events show it.
#[derive(Clone, Debug)]
pub struct ConnectionState {
    /// The addresses, once the server has accepted.
    pub ends: Option<Endpoints>,
    /// When the state last changed, since the relay was opened.
    pub since: Duration,
    last: Option<Side>,
    finished: [bool; 2],
}

/// Who is to send next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The server has not accepted yet.
    Connecting,
    /// Nothing was sent yet: either side may begin.
    Anyone,
    /// This side: the other one sent last, or has finished.
    Of(Side),
    /// Both sides have finished.
    Nobody,
}

impl ConnectionState {
    /// The state of a connection that was just opened.
    pub fn new(since: Duration) -> ConnectionState {
        ConnectionState {
            ends: None,
            since,
            last: None,
            finished: [false; 2],
        }
    }

    /// Applies an event.
    pub fn update(&mut self, event: &TapEvent) {
        match &event.kind {
            EventKind::Reached(ends) => self.ends = Some(*ends),
            EventKind::Chunk(chunk) => self.last = Some(chunk.from),
            EventKind::Finished(side) => self.finished[*side as usize] = true,
            _ => return,
        }
        self.since = event.at;
    }

    /// Who is to send next.
    pub fn turn(&self) -> Turn {
        let finished = |side: Side| self.finished[side as usize];
        let next = self.last.map(Side::other);
        match (next, finished(Side::Client), finished(Side::Server)) {
            _ if self.ends.is_none() => Turn::Connecting,
            (_, true, true) => Turn::Nobody,
            (_, true, false) => Turn::Of(Side::Server),
            (_, false, true) => Turn::Of(Side::Client),
            (None, false, false) => Turn::Anyone,
            (Some(side), false, false) => Turn::Of(side),
        }
    }

    /// Whose turn it is, in words, and further sentences: which side has finished, and what is
    /// unread.
    pub fn words(&self, kernel: Option<&mut Kernel>, lang: Lang) -> (String, Vec<String>) {
        let turn = self.turn();
        let id = match turn {
            Turn::Connecting => "tap-connecting",
            Turn::Anyone => "tap-turn-nobody",
            Turn::Of(Side::Client) => "tap-turn-client",
            Turn::Of(Side::Server) => "tap-turn-server",
            Turn::Nobody => "tap-turn-over",
        };
        let mut words = Vec::new();
        let other = match turn {
            Turn::Of(side) => Some(side.other()),
            _ => None,
        };
        if let Some(other) = other.filter(|other| self.finished[*other as usize]) {
            let side = name(other, lang).into();
            words.push(say(lang, "tap-turn-finished", &[("side", side)]));
        }
        if let Some((kernel, ends)) = kernel.zip(self.ends) {
            words.extend(reading(turn, &ends, kernel, lang));
        }
        (say(lang, id, &[]), words)
    }
}

/// What the programs on this machine have read. That a side has read everything is worth saying
/// only of the one whose turn it is.
fn reading(turn: Turn, ends: &Endpoints, kernel: &mut Kernel, lang: Lang) -> Vec<String> {
    let mut words = Vec::new();
    for side in [Side::Client, Side::Server] {
        let (own, ours) = ends.socket(side);
        let Some(look) = kernel.socket(own, ours) else {
            continue;
        };
        let (unread, all) = match side {
            Side::Client => ("tap-unread-client", "tap-read-all-client"),
            Side::Server => ("tap-unread-server", "tap-read-all-server"),
        };
        if look.unread > 0 {
            let bytes = bytes(look.unread.into(), lang).into();
            words.push(say(lang, unread, &[("bytes", bytes)]));
        } else if turn == Turn::Of(side) {
            words.push(say(lang, all, &[]));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::event::{Chunk, Count};
    use super::*;

    fn after(kinds: Vec<EventKind>) -> Turn {
        let mut state = ConnectionState::new(Duration::ZERO);
        for kind in kinds {
            state.update(&TapEvent {
                connection: 1,
                at: Duration::ZERO,
                kind,
            });
        }
        state.turn()
    }

    fn reached() -> EventKind {
        let address = "127.0.0.1:1".parse().expect("an address");
        EventKind::Reached(Endpoints {
            client: address,
            facing_client: address,
            facing_server: address,
            server: address,
        })
    }

    fn chunk(from: Side) -> EventKind {
        EventKind::Chunk(Chunk {
            from,
            number: 1,
            position: 0,
            bytes: Default::default(),
            size: 1,
            begun: Default::default(),
            after: None,
            marks: Vec::new(),
            skipped: Count::default(),
        })
    }

    #[test]
    fn the_turn_is_of_who_has_not_spoken_last_and_still_can() {
        use Side::{Client, Server};
        assert_eq!(after(vec![]), Turn::Connecting);
        assert_eq!(after(vec![reached()]), Turn::Anyone);
        assert_eq!(after(vec![reached(), chunk(Server)]), Turn::Of(Client));
        let both = vec![reached(), chunk(Server), chunk(Client)];
        assert_eq!(after(both), Turn::Of(Server));
        let half = vec![reached(), chunk(Server), EventKind::Finished(Client)];
        assert_eq!(after(half), Turn::Of(Server));
        let whole = vec![
            reached(),
            EventKind::Finished(Server),
            EventKind::Finished(Client),
        ];
        assert_eq!(after(whole), Turn::Nobody);
    }
}
