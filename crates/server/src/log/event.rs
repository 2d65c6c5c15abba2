//! All that may be said. Fields are this program's own words, counts, rooms' codes and what the
//! teacher has decided about a room; whoever adds one asks whether a player would mind.

use std::net::SocketAddr;

use serde_json::Value as Json;

use crate::Bound;
use crate::mdns::Announced;
use game::rules::{Order, OrderJson, RoomCode, Rules};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It is as it should be.
    Info,
    /// Somebody may want to look.
    Warning,
    /// The server can't go on.
    Error,
}

impl Level {
    /// Its name in a line.
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
    /// Yes or no.
    Flag(bool),
    /// Words.
    Text(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

/// What happens too often for a line each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Often {
    /// Silent connections made room for others.
    Evicted,
    /// A reader took nothing of what was sent, and was dropped.
    Unread,
    /// There were as many connections as there may be: somebody had to wait.
    Full,
    /// There was no descriptor, or no memory, to accept somebody.
    Shortage,
    /// A browser asked for a name that is not this server's.
    OtherName,
    /// Another site's page wanted to change something here.
    OtherOrigin,
    /// A wrong token of a teacher.
    WrongToken,
    /// A trusted address did not say for whom it connects.
    NotIntroduced,
}

impl Often {
    /// All of them, in their order.
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

/// Why the server ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Somebody wants it.
    Signal,
    /// Its journal takes no entries any more, or a thread has died.
    Failure,
}

/// Something to say.
#[derive(Clone, Debug)]
pub enum Event {
    /// Players can come.
    Started {
        /// Where.
        bound: Box<Bound>,
        /// What kind of journal it has.
        journal: &'static str,
    },
    /// Nobody comes in any more.
    Stopping(Why),
    /// All is over, in order.
    Stopped,
    /// The server did not start, or stopped by itself.
    Failed {
        /// The sentence that says it.
        reason: String,
    },
    /// A thread has died of a fault of the program's.
    Panicked {
        /// Where in the program.
        at: String,
    },
    /// A room is open.
    RoomOpened {
        /// Which.
        room: RoomCode,
        /// Its rules.
        rules: Rules,
        /// Whether by the command line rather than by the teacher.
        at_start: bool,
    },
    /// The teacher has given an order.
    Ordered {
        /// To which room.
        room: RoomCode,
        /// Which.
        order: Order,
    },
    /// The teacher has ended somebody's conversation.
    Freed {
        /// Whether without a word.
        at_once: bool,
    },
    /// The log that machines share takes no entries: play pauses.
    LogLost {
        /// As the log's client tells it.
        reason: String,
    },
    /// It does again.
    LogBack,
    /// A browser has the teacher's session now.
    TeacherCame,
    /// Something that happens often.
    Often {
        /// What.
        kind: Often,
        /// So many times since the last line.
        times: u64,
    },
    /// There was no room for lines.
    LinesLost {
        /// How many.
        lines: u64,
    },
}

impl Event {
    /// Its name, which stays.
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
            Event::TeacherCame => "teacher-came",
            Event::Often { kind, .. } => kind.name(),
            Event::LinesLost { .. } => "lines-lost",
        }
    }

    /// How much it matters.
    pub fn level(&self) -> Level {
        match self {
            Event::Failed { .. } | Event::Panicked { .. } | Event::Stopping(Why::Failure) => {
                Level::Error
            }
            Event::Often { .. } | Event::LinesLost { .. } | Event::LogLost { .. } => Level::Warning,
            _ => Level::Info,
        }
    }

    /// All else that there is to say of it.
    pub fn fields(&self) -> Vec<(&'static str, Value)> {
        match self {
            Event::Started { bound, journal } => vec![
                ("version", env!("CARGO_PKG_VERSION").into()),
                ("text", addresses(&bound.text)),
                ("quiet", addresses(&bound.quiet)),
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
            Event::Stopped | Event::TeacherCame | Event::LogBack => Vec::new(),
            Event::Failed { reason } | Event::LogLost { reason } => {
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

/// How the local network knows this server.
fn announced(announced: &Announced) -> Value {
    match announced {
        Announced::No => "off".into(),
        Announced::As(name) => name.as_str().into(),
        Announced::Failed(reason) => Value::Text(format!("failed: {reason}")),
    }
}

/// This server's own addresses.
fn addresses(own: &[SocketAddr]) -> Value {
    let texts: Vec<String> = own.iter().map(SocketAddr::to_string).collect();
    Value::Text(texts.join(" "))
}
