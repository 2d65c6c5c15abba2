//! Which kind of server it is: a game, or one for several clients, which sends back what each says or passes
//! it on to the others.

use std::time::Duration;

use crate::dialect::question::{self, Question};
use crate::dialect::text::Heard;
use crate::session::{Connection, Reply, Target};

/// What a server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It draws a number, and answers guesses.
    Game,
    /// It sends back to each client what that one says.
    Echo,
    /// It passes on to the others what each client says.
    Chat,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::Game, Kind::Echo, Kind::Chat];

    /// Its name for `--kind` and in JSON. It never changes.
    pub fn id(self) -> &'static str {
        match self {
            Kind::Game => "game",
            Kind::Echo => "echo",
            Kind::Chat => "chat",
        }
    }
}

/// How such a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// Echo or chat.
    pub kind: Kind,
    /// Whether a message ends in a newline.
    pub newline: bool,
}

/// How long nothing may come, of a server that is not watched.
pub const SILENCE: Duration = Duration::from_millis(800);
/// The same for a greeting.
const GREETING: Duration = Duration::from_millis(250);
/// What the clients say: no word of it is a number or an end.
pub const SAYINGS: [&str; 4] = ["bonjour", "salut", "coucou", "hello"];
/// The names that are given to a server that asks.
const NAMES: [&str; 3] = ["Ana", "Bob", "Chloe"];

/// The kind of a server whose game was not understood: what a word that means nothing comes back as.
pub fn recognised(target: &mut Target) -> Option<Crowd> {
    settled(target, None)
}

/// The same where the kind is known, and only the end of a message is not.
pub fn settled(target: &mut Target, kind: Option<Kind>) -> Option<Crowd> {
    // An earlier client may have left the server in another state.
    match target.is_ours() {
        true => target.start().ok()?,
        false => target.ready().ok()?,
    }
    let mut one = enter(target, 0, false)?;
    let mut other = enter(target, 1, false)?;
    for newline in [false, true] {
        let said = if newline { "" } else { SAYINGS[0] };
        let (own, passed) = (
            said_by(target, &mut one, said, newline),
            heard_by(target, &mut other),
        );
        let crowd = |kind| Crowd { kind, newline };
        if holds(&passed, SAYINGS[0]) && kind != Some(Kind::Echo) {
            return Some(crowd(Kind::Chat));
        }
        if holds(&own, SAYINGS[0]) && kind != Some(Kind::Chat) {
            let rest = rest(&own, SAYINGS[0]);
            // A game that refuses a word quotes it, and does not refuse a number.
            let same = ["50", SAYINGS[1]].into_iter().all(|it| {
                let reply = said_by(target, &mut one, it, newline);
                holds(&reply, it) && self::rest(&reply, it) == rest
            });
            return (same || kind.is_some()).then(|| crowd(Kind::Echo));
        }
        if one.closing.is_some() {
            break;
        }
    }
    kind.map(|kind| Crowd {
        kind,
        newline: false,
    })
}

/// A client that has connected, and has said its name if it was asked.
pub fn enter(target: &Target, index: usize, newline: bool) -> Option<Connection> {
    let before = target.activity();
    let mut connection = target.connect().ok()?;
    let greeting = Reply::on(target, &mut connection, before.as_ref(), GREETING);
    let asked = question::asked(&Heard::new(&greeting.bytes()));
    if matches!(asked, Some(Question::Name | Question::Ready)) {
        said_by(target, &mut connection, NAMES[index % NAMES.len()], newline);
    }
    Some(connection)
}

/// Says something, and what comes back.
pub fn said_by(target: &Target, connection: &mut Connection, text: &str, newline: bool) -> Reply {
    let before = target.activity();
    let end = if newline { "\n" } else { "" };
    connection.send(format!("{text}{end}").as_bytes());
    Reply::on(target, connection, before.as_ref(), SILENCE)
}

/// What has come to a client that said nothing.
pub fn heard_by(target: &Target, connection: &mut Connection) -> Reply {
    Reply::on(target, connection, None, SILENCE)
}

/// Whether an answer has these words in it.
pub fn holds(reply: &Reply, words: &str) -> bool {
    lower(reply).contains(&words.to_lowercase())
}

/// An answer without the words that it sends back.
pub fn rest(reply: &Reply, words: &str) -> String {
    lower(reply)
        .replacen(&words.to_lowercase(), "", 1)
        .trim()
        .to_owned()
}

fn lower(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.bytes()).to_lowercase()
}
