//! A game that outlives its connections: when one breaks, it connects again, goes on in the same
//! seat, and sends again only what was lost.

use std::io::{self, ErrorKind};
use std::time::Duration;

use super::link::{Answer, Link, PROMPT, pauses};
use super::progress::{Progress, Resumed};
use game::phrases::words::Words;
use game::phrases::{Lang, say};
use game::protocol::{Pack, Request};
use game::rules::{ResumeCode, RoomCode, Verdict};
use game::wire::answer::Read;
use game::wire::text::parse;
use os::console::{complain, reason};
use os::endpoint::Target;

/// After `FIN` a farewell is worth this wait.
const FAREWELL: Duration = Duration::from_secs(2);

/// How the player wants to sit down.
#[derive(Clone, Debug, Default)]
pub struct Seat {
    /// The room to enter, or none for the public hall.
    pub room: Option<RoomCode>,
    /// The name to take.
    pub name: Option<String>,
    /// The code of a game to go on with.
    pub code: Option<ResumeCode>,
}

/// Why the game can't go on.
#[derive(Debug)]
pub enum End {
    /// There was no connection to begin with.
    Unreachable(io::Error),
    /// Something answers, and it is not a server of this game.
    Stranger,
    /// The server refused the seat: its own sentence.
    Refused(String),
    /// The server ended the conversation.
    Server(Option<ResumeCode>),
    /// The connection broke and did not come back.
    Lost(io::Error, Option<ResumeCode>),
}

/// Why one connection can't go on.
#[derive(Debug)]
enum Broken {
    Io(io::Error),
    Stranger,
    Refused(String),
    Ended,
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Broken::Io(error)
    }
}

/// The game.
#[derive(Debug)]
pub struct Connection {
    server: Target,
    lang: Lang,
    pack: Pack,
    seat: Seat,
    link: Link,
    progress: Progress,
    /// What the server said while the player sat down.
    said: Vec<String>,
}

impl Connection {
    /// Connects and sits down.
    pub fn open(server: Target, seat: Seat, lang: Lang) -> Result<Connection, End> {
        let link = Link::connect(&server).map_err(End::Unreachable)?;
        Connection::begin(link, server, seat, lang)
    }

    /// Sits down over a connection that is there, and on which nothing was said yet.
    pub fn begin(link: Link, server: Target, seat: Seat, lang: Lang) -> Result<Connection, End> {
        let open = || -> Result<Connection, Broken> {
            let pack = match lang {
                Lang::Fr => Pack::French,
                Lang::En => Pack::English,
            };
            let (link, progress) = greet(link, pack)?;
            let mut game = Connection {
                server,
                lang,
                pack,
                seat,
                link,
                progress,
                said: Vec::new(),
            };
            match game.seat.code {
                Some(code) => game.go_on_by_hand(code)?,
                None => game.sit_down()?,
            }
            Ok(game)
        };
        open().map_err(|broken| match broken {
            Broken::Io(error) => End::Unreachable(error),
            Broken::Stranger => End::Stranger,
            Broken::Refused(line) => End::Refused(line),
            Broken::Ended => End::Server(None),
        })
    }

    /// The game as the answers so far tell it.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The code to go on with elsewhere.
    pub fn code(&self) -> Option<ResumeCode> {
        self.seat.code
    }

    /// What the server said while the player sat down.
    pub fn said(&self) -> &[String] {
        &self.said
    }

    /// Sends a line and waits for its answer, however many connections that takes.
    pub fn ask(&mut self, line: &[u8]) -> Result<Answer, End> {
        let mut pauses = pauses();
        loop {
            match self.link.exchange(line, None) {
                Ok(answer) if matches!(answer.read, Read::Bye | Read::Fin) => {
                    return Err(End::Server(self.seat.code));
                }
                Ok(answer) => {
                    self.learn(line, &answer);
                    return Ok(answer);
                }
                Err(error) => {
                    if let Some(answer) = self.recover(line, error, &mut pauses)? {
                        return Ok(answer);
                    }
                }
            }
        }
    }

    /// Leaves for good: `FIN`, and the farewell if it comes.
    pub fn leave(mut self) -> Option<String> {
        let farewell = self.link.exchange(b"FIN", Some(FAREWELL)).ok()?;
        Some(farewell.line)
    }

    /// Goes by what a request and its answer change.
    fn learn(&mut self, line: &[u8], answer: &Answer) {
        let Ok(request) = parse(line) else { return };
        match (request, &answer.read) {
            (Request::Guess(value), read) => {
                if let Ok(guess) = value.try_into() {
                    self.progress.judged(guess, read);
                }
            }
            (Request::Words(pack), Read::Other) => self.pack = pack,
            (Request::Name(name), Read::Named(code)) => {
                self.seat.name = Some(name.to_owned());
                self.seat.code = code.or(self.seat.code);
            }
            (Request::Code, Read::Code(code)) => self.seat.code = Some(*code),
            (Request::Resume(code), Read::Resumed { .. }) => self.moved(code, &answer.read),
            (Request::Room(room), Read::Entered(rules)) => {
                self.seat.room = room;
                self.progress = Progress::entered(*rules);
                // Another seat, another code. If the connection breaks just now, the next request
                // finds out, and the game begins anew in this room.
                self.seat.code = self.ask_code().unwrap_or(None);
            }
            _ => {}
        }
    }

    /// Another seat, by its code: the room's rules are not told, but the hall's are known.
    fn moved(&mut self, code: ResumeCode, read: &Read) {
        let elsewhere = self.seat.code.map(|code| code.room_id()) != Some(code.room_id());
        if code.room.is_some() && elsewhere {
            self.progress.rules = None;
        }
        self.seat.room = code.room;
        self.seat.code = Some(code);
        if let Some(now) = resumed(read) {
            self.progress.resume(&now);
        }
    }

    /// Connects again until that works or patience ends; then the answer, if the resumed game
    /// tells it, or none if the line has to be sent again.
    fn recover(
        &mut self,
        line: &[u8],
        error: io::Error,
        pauses: &mut impl Iterator<Item = Duration>,
    ) -> Result<Option<Answer>, End> {
        let mut failed = error;
        let server = ("server", self.server.to_string().into());
        let why = ("reason", reason(&failed, self.lang).into());
        complain(&say(self.lang, "play-broken", &[server, why]));
        for pause in pauses {
            std::thread::sleep(pause);
            match self.reconnect() {
                Ok(now) => return Ok(self.catch_up(line, now)),
                Err(Broken::Io(error)) => failed = error,
                Err(Broken::Refused(line)) => return Err(End::Refused(line)),
                // A server that is about to stop or to start: there is time.
                Err(Broken::Ended | Broken::Stranger) => {}
            }
        }
        Err(End::Lost(failed, self.seat.code))
    }

    /// A new connection, in the old seat if it is still there.
    fn reconnect(&mut self) -> Result<Option<Resumed>, Broken> {
        let (link, fresh) = greet(Link::connect(&self.server)?, self.pack)?;
        self.link = link;
        if let Some(code) = self.seat.code {
            let answer = self.say_at_once(&format!("REPRENDRE {code}"))?;
            if let Some(now) = resumed(&answer.read) {
                return Ok(Some(now));
            }
        }
        complain(&say(self.lang, "play-anew", &[]));
        self.progress = fresh;
        self.sit_down()?;
        Ok(None)
    }

    fn catch_up(&mut self, line: &[u8], now: Option<Resumed>) -> Option<Answer> {
        let now = now?;
        let guess = match parse(line) {
            Ok(Request::Guess(value)) => i32::try_from(value).ok(),
            _ => None,
        };
        let fate = guess.and_then(|guess| self.progress.fate(guess, &now));
        let answer = fate.and_then(|verdict| self.answer_of(verdict));
        self.progress.resume(&now);
        let id = match answer {
            Some(_) => "play-resumed-judged",
            None => "play-resumed-again",
        };
        complain(&say(self.lang, id, &[]));
        answer
    }

    /// The answer that the broken connection took along, in the words in use.
    fn answer_of(&self, verdict: Verdict) -> Option<Answer> {
        let words = Words::of(self.pack);
        let lang = match self.pack {
            Pack::French => Lang::Fr,
            Pack::English => Lang::En,
            Pack::Plus | Pack::Signs => self.lang,
        };
        let found = |tries: u32| {
            let tail = say(lang, "found-tail", &[("tries", tries.into())]);
            (
                format!("{} {}", words.found, tail.trim_start()),
                Read::Found { tries },
            )
        };
        let news = |word: &str, read| {
            (
                say(lang, "play-over-meanwhile", &[("word", word.into())]),
                read,
            )
        };
        let (line, read) = match verdict {
            Verdict::TooSmall => (words.small.to_owned(), Read::TooSmall),
            Verdict::TooBig => (words.big.to_owned(), Read::TooBig),
            Verdict::Found => found(self.progress.tries + 1),
            Verdict::Won => found(1),
            Verdict::Lost => news(words.lost, Read::Lost),
            Verdict::Over => news(words.over, Read::Over),
            Verdict::Held => return None,
        };
        Some(Answer { line, read })
    }

    /// A seat of one's own: room, name, and the code to go on with.
    fn sit_down(&mut self) -> Result<(), Broken> {
        self.seat.code = None;
        if let Some(room) = self.seat.room {
            let answer = self.say_at_once(&format!("SALLE {room}"))?;
            let Read::Entered(rules) = answer.read else {
                return Err(Broken::Refused(answer.line));
            };
            self.progress = Progress::entered(rules);
            self.said.push(answer.line);
        }
        self.take_name()?;
        if self.seat.code.is_none() {
            self.seat.code = self.ask_code()?;
        }
        Ok(())
    }

    /// The seat whose code the player typed; then the name, if one is asked for.
    fn go_on_by_hand(&mut self, code: ResumeCode) -> Result<(), Broken> {
        let answer = self.say_at_once(&format!("REPRENDRE {code}"))?;
        if resumed(&answer.read).is_none() {
            return Err(Broken::Refused(answer.line));
        }
        self.seat.code = None;
        self.moved(code, &answer.read);
        self.said.push(answer.line);
        self.take_name()
    }

    fn take_name(&mut self) -> Result<(), Broken> {
        let Some(name) = &self.seat.name else {
            return Ok(());
        };
        let answer = self.say_at_once(&format!("NOM {name}"))?;
        let Read::Named(code) = answer.read else {
            return Err(Broken::Refused(answer.line));
        };
        self.seat.code = code.or(self.seat.code);
        self.said.push(answer.line);
        Ok(())
    }

    fn ask_code(&mut self) -> Result<Option<ResumeCode>, Broken> {
        match self.say_at_once("REPRENDRE")?.read {
            Read::Code(code) => Ok(Some(code)),
            _ => Ok(None),
        }
    }

    /// A request of this program's own: nothing holds its answer back.
    fn say_at_once(&mut self, line: &str) -> Result<Answer, Broken> {
        let answer = self.link.exchange(line.as_bytes(), Some(PROMPT))?;
        match answer.read {
            Read::Bye | Read::Fin => Err(Broken::Ended),
            _ => Ok(answer),
        }
    }
}

/// Reads the greeting, and asks for the user's words.
fn greet(mut link: Link, pack: Pack) -> Result<(Link, Progress), Broken> {
    let greeting = link
        .answer(Some(PROMPT))
        .map_err(|error| match error.kind() {
            // It took the connection, and has nothing to say or says it without an end.
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Broken::Stranger,
            _ => Broken::Io(error),
        })?;
    let range = match greeting.read {
        Read::Greeting(range) => range,
        Read::Bye | Read::Fin => return Err(Broken::Ended),
        Read::Error => return Err(Broken::Refused(greeting.line)),
        _ => return Err(Broken::Stranger),
    };
    let words = format!("MOTS {}", pack.word());
    let answer = link.exchange(words.as_bytes(), Some(PROMPT))?;
    match answer.read {
        Read::Bye | Read::Fin => Err(Broken::Ended),
        _ => Ok((link, Progress::hall(range))),
    }
}

fn resumed(read: &Read) -> Option<Resumed> {
    match *read {
        Read::Resumed {
            round,
            tries,
            possible,
            last,
        } => Some(Resumed {
            round,
            tries,
            possible,
            last,
        }),
        _ => None,
    }
}
