//! The practice port: what happened there in words, and the judgement of the conversation. It
//! claims only what the server saw.

use super::judge::{Finding, Verdict};
use crate::limits::{PRACTICE_CLIENTS, PRACTICE_EVENTS};
use crate::phrases::{Lang, say};
use crate::wire::text::quote;

/// The message that ends the conversation, compared as Python's `upper` and `==` do.
const FIN: &str = "FIN";

fn is_fin(message: &[u8]) -> bool {
    std::str::from_utf8(message).is_ok_and(|text| text.to_uppercase() == FIN)
}

/// The server's first message at a practice port: it speaks first, as in the lesson.
pub fn greeting(lang: Lang) -> String {
    say(lang, "lesson-practice-greeting", &[])
}

/// The server's answer to what one receive returned; `None` to the last message.
pub fn reply(message: &[u8], lang: Lang) -> Option<String> {
    let args = || {
        let message = quote(message).into_string();
        [("message", message.into())]
    };
    (!is_fin(message)).then(|| say(lang, "lesson-practice-reply", &args()))
}

/// Whether a message to an echo or a chat is its last: those are tried with `nc`, which sends lines.
pub fn is_last(message: &[u8]) -> bool {
    is_fin(message.trim_ascii())
}

/// What a practice port speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PracticeServer {
    /// The lesson's conversation with one client: the server speaks first, then both take turns.
    #[default]
    Turns,
    /// Each client gets back what it has sent.
    Echo,
    /// What one client sends reaches all the others.
    Chat,
}

impl PracticeServer {
    /// All of them.
    pub const ALL: [PracticeServer; 3] = [
        PracticeServer::Turns,
        PracticeServer::Echo,
        PracticeServer::Chat,
    ];

    /// Its name in the lesson's file and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            PracticeServer::Turns => "turns",
            PracticeServer::Echo => "echo",
            PracticeServer::Chat => "chat",
        }
    }

    /// The one with this name.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// Most clients at once.
    pub fn clients(self) -> usize {
        match self {
            PracticeServer::Turns => 1,
            PracticeServer::Echo | PracticeServer::Chat => PRACTICE_CLIENTS,
        }
    }
}

/// What happened at a pupil's practice port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PracticeLog {
    /// What it speaks.
    pub server: PracticeServer,
    /// The latest events of all connections, in order, at most
    /// [`PRACTICE_EVENTS`](crate::limits::PRACTICE_EVENTS).
    pub events: Vec<PracticeEvent>,
    /// What came of the events before.
    earlier: Gathering,
}

/// An event at a practice port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PracticeEvent {
    /// The number of the connection that it is about: two machines may have one port of theirs alike.
    pub client: u64,
    /// The port of the program, by which it is shown.
    pub from: u16,
    /// What happened.
    pub what: PracticeAction,
}

/// What happened on a connection of a practice port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PracticeAction {
    /// The program connected, at this time of day: `10:42:03`.
    Connected(String),
    /// The server sent this message, in one send.
    Said(String),
    /// The server passed the program's message on to this many others.
    Passed(usize),
    /// The program sent these bytes, as one receive returned them.
    Sent(Vec<u8>),
    /// It is the program's turn, and nothing has arrived for this many seconds. A later such event
    /// replaces it.
    Silent(u32),
    /// The program closed the connection.
    Closed,
    /// The server closed the connection, since the program had said `FIN`.
    ClosedHere,
    /// The connection broke, as when a program is killed.
    Broke,
}

impl PracticeLog {
    /// Nothing has happened yet at a port that speaks `server`.
    pub fn new(server: PracticeServer) -> Self {
        let events = Vec::new();
        let earlier = Gathering::default();
        PracticeLog {
            server,
            events,
            earlier,
        }
    }

    /// The events in words, one sentence each.
    pub fn sentences(&self, lang: Lang) -> Vec<String> {
        let sentence = |event: &PracticeEvent| {
            let what = event.what.sentence(event.from, lang);
            let is_named = matches!(event.what, PracticeAction::Connected(_));
            if is_named || self.server == PracticeServer::Turns {
                return what;
            }
            let from = event.from.to_string();
            let args = [("from", from.into()), ("what", what.into())];
            say(lang, "lesson-saw-from", &args)
        };
        self.events.iter().map(sentence).collect()
    }

    /// Adds an event. Beyond [`PRACTICE_EVENTS`] the oldest is kept only as far as a judgement needs it.
    pub fn add(&mut self, event: PracticeEvent) {
        if self.events.len() >= PRACTICE_EVENTS {
            let oldest = self.events.remove(0);
            self.earlier.follow(&oldest);
        }
        self.events.push(event);
    }

    /// Whether a program has connected.
    pub fn is_connected_to(&self) -> bool {
        !self.events.is_empty()
    }

    /// The connections, the oldest first.
    fn connections(&self) -> Vec<Connection<'_>> {
        let connection = |client, has_spoken| Connection {
            client,
            has_spoken,
            events: Vec::new(),
        };
        let earlier = self.earlier.present.iter();
        let mut connections: Vec<Connection<'_>> = earlier
            .map(|it| connection(it.client, it.has_spoken))
            .collect();
        for PracticeEvent { client, what, .. } in &self.events {
            if matches!(what, PracticeAction::Connected(_)) {
                connections.push(connection(*client, false));
                continue;
            }
            let known = connections.iter().rposition(|it| it.client == *client);
            let index = known.unwrap_or_else(|| {
                connections.push(connection(*client, false));
                connections.len() - 1
            });
            connections[index].events.push(what);
        }
        connections
    }
}

/// A connection to a practice port.
struct Connection<'a> {
    client: u64,
    /// Whether a sound message came before these events.
    has_spoken: bool,
    /// What is remembered to have happened on it after its beginning.
    events: Vec<&'a PracticeAction>,
}

/// What a practice port's events have come to: the clients that are there, and whom each has reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gathering {
    /// Those who came or spoke last stand last; at most [`PRACTICE_CLIENTS`].
    present: Vec<Present>,
    /// Whether two that were there at once have heard each other.
    have_met: bool,
    /// Whether the connection that ended last broke.
    is_broken: bool,
}

/// A client that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Present {
    /// The number of its connection.
    client: u64,
    /// Whether it has sent a sound message.
    has_spoken: bool,
    /// Those who are there and have got a message of it.
    reached: Vec<u64>,
}

impl Gathering {
    fn follow(&mut self, PracticeEvent { client, what, .. }: &PracticeEvent) {
        let client = *client;
        match what {
            PracticeAction::Connected(_) => {
                self.leave(client);
                self.have_met &= !self.present.is_empty();
                self.enter(client);
            }
            PracticeAction::Sent(bytes) => {
                self.enter(client).has_spoken |= trouble(bytes, true).is_none();
            }
            PracticeAction::Passed(others) if *others > 0 => {
                self.enter(client);
                let others = self.present.iter().filter(|it| it.client != client);
                self.have_met |= others.clone().any(|it| it.reached.contains(&client));
                let reached = others.map(|it| it.client).collect();
                self.enter(client).reached = reached;
            }
            // The server ends a conversation in which nothing comes.
            PracticeAction::Closed
            | PracticeAction::ClosedHere
            | PracticeAction::Broke
            | PracticeAction::Silent(_) => {
                self.leave(client);
                self.is_broken = *what == PracticeAction::Broke;
            }
            PracticeAction::Said(_) | PracticeAction::Passed(_) => {}
        }
    }

    /// The client of this connection, which is there. Beyond the bound it has taken another's place.
    fn enter(&mut self, client: u64) -> &mut Present {
        let known = self.present.iter().position(|it| it.client == client);
        let index = known.unwrap_or_else(|| {
            if self.present.len() >= PRACTICE_CLIENTS {
                self.leave(self.present[0].client);
            }
            self.present.push(Present {
                client,
                has_spoken: false,
                reached: Vec::new(),
            });
            self.present.len() - 1
        });
        &mut self.present[index]
    }

    fn leave(&mut self, client: u64) {
        self.present.retain(|it| it.client != client);
        for other in &mut self.present {
            other.reached.retain(|it| *it != client);
        }
    }
}

impl PracticeAction {
    /// The action in words, of the program at this port.
    fn sentence(&self, from: u16, lang: Lang) -> String {
        match self {
            PracticeAction::Connected(at) => {
                let args = [
                    ("at", at.as_str().into()),
                    ("from", from.to_string().into()),
                ];
                say(lang, "lesson-saw-connected", &args)
            }
            PracticeAction::Said(message) => say(
                lang,
                "lesson-saw-said",
                &[("message", message.as_str().into())],
            ),
            PracticeAction::Sent(bytes) => {
                let message = quote(bytes).into_string();
                let args = [("message", message.into()), ("bytes", bytes.len().into())];
                say(lang, "lesson-saw-sent", &args)
            }
            PracticeAction::Passed(others) => {
                say(lang, "lesson-saw-passed", &[("others", (*others).into())])
            }
            PracticeAction::Silent(seconds) => {
                say(lang, "lesson-saw-silent", &[("seconds", (*seconds).into())])
            }
            PracticeAction::Closed => say(lang, "lesson-saw-closed", &[]),
            PracticeAction::ClosedHere => say(lang, "lesson-saw-closed-here", &[]),
            PracticeAction::Broke => say(lang, "lesson-saw-broke", &[]),
        }
    }
}

fn waiting(id: &'static str) -> Finding<'static> {
    Finding::of(Verdict::Waiting).phrase(id)
}

fn near(id: &'static str) -> Finding<'static> {
    Finding::of(Verdict::Near).phrase(id)
}

fn right(id: &'static str) -> Finding<'static> {
    Finding::of(Verdict::Right).phrase(id)
}

/// Judges what a pupil's clients did at a practice port that speaks this.
pub fn conversation(server: PracticeServer, observed: Option<&PracticeLog>) -> Finding<'static> {
    let Some(observed) = observed.filter(|observed| observed.server == server) else {
        return waiting("lesson-practice-closed");
    };
    let connections = observed.connections();
    let Some(latest) = connections.last() else {
        return waiting("lesson-practice-nobody");
    };
    match server {
        PracticeServer::Turns => turns(latest),
        PracticeServer::Echo => {
            let mut findings = connections.iter().map(echo);
            let found = findings.find(|it| it.verdict == Verdict::Right);
            found.unwrap_or_else(|| echo(latest))
        }
        PracticeServer::Chat => chat(observed),
    }
}

/// Judges the expected conversation in turns: connect, say something, say `FIN`.
fn turns(connection: &Connection<'_>) -> Finding<'static> {
    let (mut has_spoken, mut in_turn) = (connection.has_spoken, true);
    for event in &connection.events {
        match event {
            PracticeAction::Sent(bytes) if is_fin(bytes) && has_spoken => {
                return right("lesson-practice-right");
            }
            PracticeAction::Sent(bytes) if is_fin(bytes) => {
                return near("lesson-practice-only-fin");
            }
            PracticeAction::Sent(bytes) => match trouble(bytes, in_turn) {
                Some(id) => return near(id),
                None => {
                    has_spoken = true;
                    in_turn = false;
                }
            },
            PracticeAction::Said(_) => in_turn = true,
            PracticeAction::Closed => return near("lesson-practice-no-fin"),
            PracticeAction::Broke => return near("lesson-practice-broke"),
            _ => {}
        }
    }
    match (connection.events.last(), has_spoken) {
        (Some(PracticeAction::Silent(seconds)), _) => silent("lesson-practice-silent", *seconds),
        (_, false) => waiting("lesson-practice-your-turn"),
        _ => waiting("lesson-practice-go-on"),
    }
}

/// Judges one client of an echo server: it speaks first, and says `FIN` at last.
fn echo(connection: &Connection<'_>) -> Finding<'static> {
    let mut has_spoken = connection.has_spoken;
    for event in &connection.events {
        match event {
            PracticeAction::Sent(bytes) if is_last(bytes) && has_spoken => {
                return right("lesson-practice-echo-right");
            }
            PracticeAction::Sent(bytes) if is_last(bytes) => {
                return near("lesson-practice-only-fin");
            }
            PracticeAction::Sent(bytes) => match trouble(bytes, true) {
                Some(id) => return near(id),
                None => has_spoken = true,
            },
            PracticeAction::Closed => return near("lesson-practice-no-fin"),
            PracticeAction::Broke => return near("lesson-practice-broke"),
            _ => {}
        }
    }
    match (connection.events.last(), has_spoken) {
        (Some(PracticeAction::Silent(seconds)), false) => {
            silent("lesson-practice-echo-silent", *seconds)
        }
        (_, false) => waiting("lesson-practice-echo-your-turn"),
        _ => waiting("lesson-practice-echo-go-on"),
    }
}

/// Judges a chat: of clients that are there at once two have heard each other, and one says `FIN`.
fn chat(observed: &PracticeLog) -> Finding<'static> {
    let mut chat = observed.earlier.clone();
    for event in &observed.events {
        match &event.what {
            PracticeAction::Sent(bytes) if is_last(bytes) && chat.have_met => {
                return right("lesson-practice-chat-right");
            }
            _ => chat.follow(event),
        }
    }
    let is_heard = chat.present.iter().any(|it| !it.reached.is_empty());
    match chat.present.len() {
        0 if chat.is_broken => near("lesson-practice-broke"),
        0 if chat.have_met => near("lesson-practice-no-fin"),
        0 => near("lesson-practice-chat-left"),
        _ if chat.have_met => waiting("lesson-practice-chat-fin"),
        1 => waiting("lesson-practice-chat-alone"),
        _ if is_heard => waiting("lesson-practice-chat-answer"),
        _ => waiting("lesson-practice-chat-speak"),
    }
}

fn silent(id: &'static str, seconds: u32) -> Finding<'static> {
    Finding::of(Verdict::Waiting).say(id, vec![("seconds", seconds.into())])
}

/// The id of the phrase that says what is wrong with a message that is not the last.
fn trouble(bytes: &[u8], in_turn: bool) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some("lesson-practice-not-utf8");
    };
    if text.starts_with("GET ") {
        return Some("lesson-practice-browser");
    }
    if is_fin(text.trim_end().as_bytes()) {
        return Some("lesson-practice-fin-newline");
    }
    if text.to_uppercase().ends_with(FIN) && !in_turn {
        return Some("lesson-practice-glued");
    }
    (!in_turn).then_some("lesson-practice-two")
}

/// The finding if a program connected to the practice port instead of the closed port.
pub fn came_here(observed: Option<&PracticeLog>) -> Option<Finding<'static>> {
    let came = observed.is_some_and(PracticeLog::is_connected_to);
    came.then(|| near("lesson-practice-came-here"))
}
