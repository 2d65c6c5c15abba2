//! A connection as the teacher sees it. Only what the server can know is told: what came, when, and
//! whose turn it is.

use std::net::IpAddr;

use crate::rules::BrowserId;
use crate::wire::framing::Unfinished;

use super::connection::{Connection, Phase};
use super::guest::Via;
use super::{ConnKey, Now};

/// Milliseconds of silence after which a program whose turn it is may be stuck.
const LONG: u64 = 30_000;

/// The door by which a connection came, and how it turned out to talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// By the page's port.
    Guest(Via),
    /// By the text door: nothing was heard yet.
    Silent,
    /// By the text door, in lines.
    Lines,
    /// By the text door, without newlines.
    Unframed,
    /// By the text door, with telnet's negotiations.
    Telnet,
}

/// Whose turn it is, as far as the server can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The player's: nothing is owed to them.
    Theirs,
    /// The player's: a message has begun and has no end yet.
    Begun,
    /// The server's: an answer is on its way, or is held until the round closes.
    Ours,
    /// The player does not read what was sent.
    Unread,
    /// The conversation is being ended.
    Ending,
}

/// One connection, as the teacher sees it.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The connection, for [`Input::Free`](super::drive::Input::Free).
    pub key: ConnKey,
    /// By which door.
    pub door: Door,
    /// Whose turn.
    pub turn: Turn,
    /// Milliseconds since something was last received.
    pub silent_for: u64,
    /// The address, of one that came by the page's port.
    pub peer: Option<IpAddr>,
    /// The browser, of one that came by the page's port.
    pub browser: Option<BrowserId>,
    /// The beginning of the last message received, since the teacher has been watching.
    pub heard: Box<[u8]>,
    /// The beginning of the last message sent.
    pub said: Box<[u8]>,
}

/// How a player is: the later, the more they may need help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// Not connected.
    Gone,
    /// Not connected here: at another node that shares the journal, or gone.
    Elsewhere,
    /// The conversation is being ended.
    Ending,
    /// Has played lately.
    Plays,
    /// Is owed an answer: their round is not over.
    Waits,
    /// Their turn, and nothing came for long.
    Long,
    /// Connected, and nothing was ever heard.
    Silent,
    /// A message has begun and does not end, or nothing is read.
    Stuck,
}

impl Mood {
    pub(super) fn of(connection: &Connection, now: Now) -> Mood {
        match turn(connection) {
            Turn::Ending => Mood::Ending,
            Turn::Begun | Turn::Unread => Mood::Stuck,
            Turn::Ours => Mood::Waits,
            Turn::Theirs if door(connection) == Door::Silent => Mood::Silent,
            Turn::Theirs if silence(connection, now) > LONG => Mood::Long,
            Turn::Theirs => Mood::Plays,
        }
    }
}

pub(super) fn silence(connection: &Connection, now: Now) -> u64 {
    now.tick.saturating_sub(connection.heard)
}

pub(super) fn contact(connection: &Connection, key: ConnKey, now: Now) -> Contact {
    let guest = connection.guest.as_deref();
    let watched = connection.watched.as_deref();
    let copy = |bytes: Option<&[u8]>| bytes.unwrap_or_default().into();
    Contact {
        key,
        door: door(connection),
        turn: turn(connection),
        silent_for: silence(connection, now),
        peer: guest.map(|guest| guest.peer),
        browser: guest.and_then(|guest| guest.browser),
        heard: copy(watched.map(|watched| &*watched.heard)),
        said: copy(watched.map(|watched| &*watched.said)),
    }
}

/// By which door a connection came.
pub(super) fn door(connection: &Connection) -> Door {
    match &connection.guest {
        Some(guest) => Door::Guest(guest.via),
        None if connection.telnet.negotiates() => Door::Telnet,
        None if connection.framing.is_lines() => Door::Lines,
        None if connection.fresh => Door::Silent,
        None => Door::Unframed,
    }
}

pub(super) fn turn(connection: &Connection) -> Turn {
    if connection.phase != Phase::Talking {
        Turn::Ending
    } else if connection.is_blocked() {
        Turn::Unread
    } else if (connection.owed > 0 && !connection.seating.is_opening())
        || connection.stalled.is_some()
    {
        Turn::Ours
    } else if connection.framing.unfinished() != Unfinished::Nothing {
        Turn::Begun
    } else {
        Turn::Theirs
    }
}
