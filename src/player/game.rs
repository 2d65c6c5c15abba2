//! A game that outlives its connections. When one breaks, the game connects again, resumes its seat,
//! and sends again only what was lost.

use std::io::{self, ErrorKind};
use std::time::Duration;

use super::connection::{Answer, Connection, PROMPT, pauses};
use super::progress::{Progress, Resumed};
use game::phrases::words::Words;
use game::phrases::{Lang, say};
use game::protocol::{Pack, Request};
use game::rules::{ResumeCode, RoomCode, Verdict};
use game::wire::answer::Read;
use game::wire::text::parse;
use os::console::{complain, reason};
use os::endpoint::Target;

/// How long to wait for the server's farewell after `FIN`.
const FAREWELL: Duration = Duration::from_secs(2);

/// The seat that the player asks for.
#[derive(Clone, Debug, Default)]
pub struct Seat {
    /// The room to enter; `None` is the public hall.
    pub room: Option<RoomCode>,
    /// The name to take.
    pub name: Option<String>,
    /// The code to resume with.
    pub code: Option<ResumeCode>,
}

/// Why the game ended.
#[derive(Debug)]
pub enum End {
    /// No connection could be opened.
    Unreachable(io::Error),
    /// The server does not speak this game's protocol.
    Foreign,
    /// The server refused the seat, with this sentence.
    Refused(String),
    /// The server ended the conversation. Holds the code to resume with.
    Server(Option<ResumeCode>),
    /// The connection broke and could not be opened again. Holds the code to resume with.
    Lost(io::Error, Option<ResumeCode>),
}

impl End {
    /// The sentence for the player: what happened, where, and what to do.
    pub fn sentence(&self, server: &Target, lang: Lang) -> String {
        let address = ("server", server.to_string().into());
        let why = |error| ("reason", reason(error, lang).into());
        match self {
            End::Unreachable(error) => say(lang, "play-unreachable", &[address, why(error)]),
            End::Foreign => say(lang, "play-stranger", &[address]),
            End::Refused(line) => line.clone(),
            End::Server(None) => say(lang, "play-ended", &[address]),
            End::Server(Some(code)) => {
                let command = ("command", resume_command(server, *code).into());
                say(lang, "play-ended-code", &[address, command])
            }
            End::Lost(error, None) => say(lang, "play-lost", &[address, why(error)]),
            End::Lost(error, Some(code)) => {
                let command = ("command", resume_command(server, *code).into());
                say(lang, "play-lost-code", &[address, why(error), command])
            }
        }
    }
}

/// The command that resumes a game.
pub fn resume_command(server: &Target, code: ResumeCode) -> String {
    format!("juste-prix play {server} --resume {code}")
}

/// Why a connection cannot be used any longer.
#[derive(Debug)]
enum Broken {
    Io(io::Error),
    Foreign,
    Refused(String),
    Ended,
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Broken::Io(error)
    }
}

/// A game on a server of this program.
#[derive(Debug)]
pub struct Game {
    server: Target,
    lang: Lang,
    pack: Pack,
    seat: Seat,
    connection: Connection,
    progress: Progress,
    /// The server's lines while the player took the seat.
    said: Vec<String>,
}

impl Game {
    /// Connects and takes the seat.
    ///
    /// # Errors
    /// There is no such server, or it refused the seat.
    pub fn open(server: Target, seat: Seat, lang: Lang) -> Result<Game, End> {
        let connection = Connection::connect(&server).map_err(End::Unreachable)?;
        Game::begin(connection, server, seat, lang)
    }

    /// Takes the seat over an open connection, of which nothing has been read.
    ///
    /// # Errors
    /// Like [`Game::open`].
    pub fn begin(
        connection: Connection,
        server: Target,
        seat: Seat,
        lang: Lang,
    ) -> Result<Game, End> {
        let open = || -> Result<Game, Broken> {
            let pack = match lang {
                Lang::Fr => Pack::French,
                Lang::En => Pack::English,
            };
            let (connection, progress) = greet(connection, pack)?;
            let mut game = Game {
                server,
                lang,
                pack,
                seat,
                connection,
                progress,
                said: Vec::new(),
            };
            match game.seat.code {
                Some(code) => game.resume_by_hand(code)?,
                None => game.sit_down()?,
            }
            Ok(game)
        };
        open().map_err(|broken| match broken {
            Broken::Io(error) => End::Unreachable(error),
            Broken::Foreign => End::Foreign,
            Broken::Refused(line) => End::Refused(line),
            Broken::Ended => End::Server(None),
        })
    }

    /// The state of the game, as far as answers have told it.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The code to resume with.
    pub fn code(&self) -> Option<ResumeCode> {
        self.seat.code
    }

    /// The server's lines while the player took the seat.
    pub fn said(&self) -> &[String] {
        &self.said
    }

    /// Sends a line and waits for its answer, over as many connections as it takes.
    ///
    /// # Errors
    /// The server ended the conversation, or could not be reached again.
    pub fn ask(&mut self, line: &[u8]) -> Result<Answer, End> {
        let mut pauses = pauses();
        loop {
            match self.connection.exchange(line, None) {
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

    /// Leaves the seat with `FIN`. Returns the server's farewell if it arrives.
    pub fn leave(mut self) -> Option<String> {
        let farewell = self.connection.exchange(b"FIN", Some(FAREWELL)).ok()?;
        Some(farewell.line)
    }

    /// Records what a request and its answer have changed.
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
                // A new seat has a new code. If the connection breaks now, the next request finds out,
                // and the game starts again in this room.
                self.seat.code = self.ask_code().unwrap_or(None);
            }
            _ => {}
        }
    }

    /// Records that a code led to another seat. The server does not repeat the rules of a room, but
    /// those of the hall are known.
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

    /// Connects again until that succeeds or the pauses end. Returns the lost answer if the resumed game
    /// tells it; `None` if the line has to be sent again.
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
                // The server may be stopping or starting: try again.
                Err(Broken::Ended | Broken::Foreign) => {}
            }
        }
        Err(End::Lost(failed, self.seat.code))
    }

    /// A new connection, in the old seat if it is still there.
    fn reconnect(&mut self) -> Result<Option<Resumed>, Broken> {
        let (connection, fresh) = greet(Connection::connect(&self.server)?, self.pack)?;
        self.connection = connection;
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

    /// The lost answer, in the words in use.
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

    /// Takes a new seat: room, name, and the code to resume with.
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

    /// Resumes the seat whose code the player typed, then takes the name that was asked for.
    fn resume_by_hand(&mut self, code: ResumeCode) -> Result<(), Broken> {
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

    /// Sends a request that the server answers at once.
    fn say_at_once(&mut self, line: &str) -> Result<Answer, Broken> {
        let answer = self.connection.exchange(line.as_bytes(), Some(PROMPT))?;
        match answer.read {
            Read::Bye | Read::Fin => Err(Broken::Ended),
            _ => Ok(answer),
        }
    }
}

/// Reads the greeting, and asks for the words of the user's language.
fn greet(mut connection: Connection, pack: Pack) -> Result<(Connection, Progress), Broken> {
    let greeting = connection
        .answer(Some(PROMPT))
        .map_err(|error| match error.kind() {
            // The server is silent, or its line does not end.
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Broken::Foreign,
            _ => Broken::Io(error),
        })?;
    let range = match greeting.read {
        Read::Greeting(range) => range,
        Read::Bye | Read::Fin => return Err(Broken::Ended),
        Read::Error => return Err(Broken::Refused(greeting.line)),
        _ => return Err(Broken::Foreign),
    };
    let words = format!("MOTS {}", pack.word());
    let answer = connection.exchange(words.as_bytes(), Some(PROMPT))?;
    match answer.read {
        Read::Bye | Read::Fin => Err(Broken::Ended),
        _ => Ok((connection, Progress::hall(range))),
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
