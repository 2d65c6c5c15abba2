//! Every event that may be logged, and its fields: the program's own words, counts, rooms' codes, and
//! the teacher's orders. A field must never identify a player.

use std::net::SocketAddr;

use serde_json::Value as Json;

use crate::Bound;
use crate::mdns::Announced;
use game::engine::Space;
use game::rules::{Order, OrderJson, RoomCode, Rules};

/// An event's severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Normal operation.
    Info,
    /// Worth a look.
    Warning,
    /// The server can't continue.
    Error,
}

impl Level {
    /// The level's name in a line.
    pub fn word(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// A field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A count.
    Number(u64),
    /// A yes or a no.
    Flag(bool),
    /// A text.
    Text(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

/// Events that are too frequent for a line each. They are counted, and logged together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Often {
    /// A silent connection was closed to make room.
    Evicted,
    /// A client that did not read was disconnected.
    Unread,
    /// A connection had to wait, since there were as many as allowed.
    Full,
    /// A connection could not be accepted, for want of a descriptor or of memory.
    Shortage,
    /// A request named a host that is not this server.
    OtherName,
    /// A page of another site sent a request that changes something.
    OtherOrigin,
    /// A wrong teacher's token was sent.
    WrongToken,
    /// A trusted proxy sent no PROXY header.
    NotIntroduced,
}

impl Often {
    /// All kinds, in the order of their discriminants.
    pub const ALL: [Often; 8] = [
        Often::Evicted,
        Often::Unread,
        Often::Full,
        Often::Shortage,
        Often::OtherName,
        Often::OtherOrigin,
        Often::WrongToken,
        Often::NotIntroduced,
    ];

    fn name(self) -> &'static str {
        match self {
            Often::Evicted => "evicted",
            Often::Unread => "unread",
            Often::Full => "full",
            Often::Shortage => "shortage",
            Often::OtherName => "other-name",
            Often::OtherOrigin => "other-origin",
            Often::WrongToken => "wrong-token",
            Often::NotIntroduced => "not-introduced",
        }
    }
}

/// Why the server stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A signal asked for it.
    Signal,
    /// The journal has failed, or a thread has panicked.
    Failure,
}

/// An event of the log.
#[derive(Clone, Debug)]
pub enum Event {
    /// The server accepts players.
    Started {
        /// Its addresses.
        bound: Box<Bound>,
        /// The kind of its journal.
        journal: &'static str,
    },
    /// The server accepts nobody from now on.
    Stopping(Why),
    /// The server has stopped in order.
    Stopped,
    /// The server did not start, or stopped by itself.
    Failed {
        /// The error's sentence.
        reason: String,
    },
    /// A thread has panicked.
    Panicked {
        /// The location in the source.
        at: String,
    },
    /// A room was opened.
    RoomOpened {
        /// Its code.
        room: RoomCode,
        /// Its rules.
        rules: Rules,
        /// Whether by the command line rather than by the teacher.
        at_start: bool,
    },
    /// The teacher has given an order.
    Ordered {
        /// The room it was given to.
        room: RoomCode,
        /// The order.
        order: Order,
    },
    /// The teacher has ended a conversation.
    Freed {
        /// Whether it was closed without a farewell.
        at_once: bool,
    },
    /// The shared log takes no entries; play pauses.
    LogLost {
        /// The reason, from the log's client.
        reason: String,
    },
    /// The shared log takes entries again.
    LogBack,
    /// The space for the journal on its disk has changed.
    Space(Space),
    /// The certificate's files have changed, and are used from now on.
    CertificateRead,
    /// The certificate's files have changed and can't be used; the one before stays.
    CertificateRefused {
        /// The reason, with the file.
        reason: String,
    },
    /// A browser has begun the teacher's session.
    TeacherCame,
    /// A frequent event.
    Often {
        /// Its kind.
        kind: Often,
        /// Its occurrences since the last line about it.
        times: u64,
    },
    /// Lines were dropped, since the queue was full.
    LinesLost {
        /// Their number.
        lines: u64,
    },
}

impl Event {
    /// The event's name, which never changes.
    pub fn name(&self) -> &'static str {
        match self {
            Event::Started { .. } => "started",
            Event::Stopping(_) => "stopping",
            Event::Stopped => "stopped",
            Event::Failed { .. } => "failed",
            Event::Panicked { .. } => "panicked",
            Event::RoomOpened { .. } => "room-opened",
            Event::Ordered {
                order: Order::Close,
                ..
            } => "room-closed",
            Event::Ordered { .. } => "order",
            Event::Freed { .. } => "freed",
            Event::LogLost { .. } => "log-lost",
            Event::LogBack => "log-back",
            Event::Space(_) => "disk",
            Event::CertificateRead => "certificate-read",
            Event::CertificateRefused { .. } => "certificate-refused",
            Event::TeacherCame => "teacher-came",
            Event::Often { kind, .. } => kind.name(),
            Event::LinesLost { .. } => "lines-lost",
        }
    }

    /// The event's severity.
    pub fn level(&self) -> Level {
        match self {
            Event::Failed { .. } | Event::Panicked { .. } | Event::Stopping(Why::Failure) => {
                Level::Error
            }
            Event::Often { .. } | Event::LinesLost { .. } | Event::LogLost { .. } => Level::Warning,
            Event::CertificateRefused { .. } => Level::Warning,
            Event::Space(Space::Low | Space::Nothing) => Level::Warning,
            _ => Level::Info,
        }
    }

    /// The event's fields, in the order of the line.
    pub fn fields(&self) -> Vec<(&'static str, Value)> {
        match self {
            Event::Started { bound, journal } => vec![
                ("version", env!("CARGO_PKG_VERSION").into()),
                ("text", addresses(&bound.text)),
                ("quiet", addresses(&bound.quiet)),
                ("tls", addresses(&bound.tls)),
                ("web", addresses(&bound.page)),
                ("metrics", addresses(&bound.metrics)),
                ("journal", (*journal).into()),
                ("mdns", announced(&bound.announced)),
            ],
            Event::Stopping(why) => {
                let why = match why {
                    Why::Signal => "signal",
                    Why::Failure => "failure",
                };
                vec![("why", why.into())]
            }
            Event::Stopped | Event::TeacherCame | Event::LogBack | Event::CertificateRead => {
                Vec::new()
            }
            Event::Space(space) => {
                let left = match space {
                    Space::Enough => "enough",
                    Space::Low => "low",
                    Space::Nothing => "nothing",
                };
                vec![("left", left.into())]
            }
            Event::Failed { reason }
            | Event::LogLost { reason }
            | Event::CertificateRefused { reason } => {
                vec![("reason", Value::Text(reason.clone()))]
            }
            Event::Panicked { at } => vec![("at", Value::Text(at.clone()))],
            Event::RoomOpened {
                room,
                rules,
                at_start,
            } => {
                let mut fields = vec![
                    ("room", room.as_str().into()),
                    ("mode", rules.mode.word().into()),
                    ("range", Value::Text(rules.range.to_string())),
                    ("by", if *at_start { "start" } else { "teacher" }.into()),
                ];
                if let Some(limit) = rules.limit {
                    fields.push(("limit", Value::Number(limit.into())));
                }
                fields
            }
            Event::Ordered { room, order } => {
                let mut fields = vec![("room", room.as_str().into())];
                if *order != Order::Close {
                    fields.extend(order_fields(order));
                }
                fields
            }
            Event::Freed { at_once } => vec![("at_once", Value::Flag(*at_once))],
            Event::Often { times, .. } => vec![("times", Value::Number(*times))],
            Event::LinesLost { lines } => vec![("lines", Value::Number(*lines))],
        }
    }
}

/// The fields of an order that may be logged: they name no player and quote no text of the teacher's.
const LOGGED: [&str; 4] = ["pack", "on", "round", "bar"];

/// An order's word and its [`LOGGED`] fields.
fn order_fields(order: &Order) -> Vec<(&'static str, Value)> {
    let OrderJson { order, fields } = order.into();
    let mut logged = vec![("order", Value::Text(order))];
    for name in LOGGED {
        let value = match fields.get(name) {
            Some(Json::Bool(flag)) => Value::Flag(*flag),
            Some(Json::Number(number)) => Value::Number(number.as_u64().unwrap_or_default()),
            Some(Json::String(text)) => Value::Text(text.clone()),
            _ => continue,
        };
        logged.push((name, value));
    }
    logged
}

/// The name announced on the local network.
fn announced(announced: &Announced) -> Value {
    match announced {
        Announced::No => "off".into(),
        Announced::As(name) => name.as_str().into(),
        Announced::Failed(reason) => Value::Text(format!("failed: {reason}")),
    }
}

/// Addresses of this server, separated by spaces.
fn addresses(own: &[SocketAddr]) -> Value {
    let texts: Vec<String> = own.iter().map(SocketAddr::to_string).collect();
    Value::Text(texts.join(" "))
}
