//! From a message to an entry, or to an answer at once.

use crate::limits::{LEAVE_DEADLINE, REQUEST_COST, SCORE_LINES};
use crate::phrases::pseudonyms::pseudonym;
use crate::protocol::{Line, Misread, Refusal, Reply, Request};
use crate::rules::{Entry, Mode, Name, PlayerId, Range, Record, RoomId, Rules, Seed};
use crate::wire::{json, text};

use super::connection::Phase;
use super::seating::HeldSeat;
use super::{ConnKey, Engine, Now};

/// What a client's first bytes are, if they are no game's: HTTP's or TLS's came to the wrong door,
/// and a proxy that says for whom it connects is not one that is trusted.
pub(super) fn is_no_game(bytes: &[u8]) -> Option<Refusal> {
    const PROXY: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
    const METHODS: [&[u8]; 8] = [
        b"GET ",
        b"POST ",
        b"HEAD ",
        b"PUT ",
        b"DELETE ",
        b"OPTIONS ",
        b"CONNECT ",
        b"PRI * HTTP",
    ];
    let tls = bytes.len() > 2 && bytes[0] == 0x16 && bytes[1] == 3;
    let http = METHODS.iter().any(|method| bytes.starts_with(method));
    match (tls || http, bytes.starts_with(PROXY)) {
        (true, _) => Some(Refusal::NotAPage),
        (_, true) => Some(Refusal::NotTrusted),
        _ => None,
    }
}

impl Engine {
    /// Refuses a client that is none, once and for all.
    pub(super) fn turn_away(&mut self, key: ConnKey, refusal: Refusal, now: Now) {
        self.refuse(key, refusal, now);
        if let Some(connection) = self.connection_mut(key) {
            connection.close(now);
        }
        self.touch(key);
    }

    /// Treats a message, or lets it wait for the answers owed before it.
    pub(super) fn message(&mut self, key: ConnKey, message: &[u8], now: Now) {
        let range = self.settings.range;
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        connection.fresh = false;
        let line;
        let request = match connection.is_json().then(|| json::to_text(message)) {
            None => text::parse(message),
            Some(Ok(text)) => {
                line = text;
                text::parse(line.as_bytes())
            }
            Some(Err(misread)) => Err(misread),
        };
        let seat_range = connection.seat().map_or(range, |seat| seat.range);
        // Requests of a seat that is being taken can't be counted yet: its count comes with it.
        let waits =
            connection.seating.is_asking() || connection.seat().is_some_and(|seat| seat.holds);
        if let Ok(Request::Guess(value)) = request
            && seat_range.contains(value)
            && !(waits && connection.owed > 0)
        {
            return self.guess(key, value as i32, now);
        }
        if connection.owed > 0 {
            connection.stalled = Some(message.into());
            return;
        }
        connection.limiter.spend(REQUEST_COST, now.tick);
        match request {
            Ok(request) => self.request(key, request, message, now),
            Err(misread) => self.misread(key, misread, message, now),
        }
    }

    pub(super) fn misread(&mut self, key: ConnKey, misread: Misread, message: &[u8], now: Now) {
        let range = self.range_of(key);
        let quote = text::quote(message);
        self.refuse(key, Refusal::Misread(misread, quote, range), now);
    }

    pub(super) fn refuse(&mut self, key: ConnKey, refusal: Refusal, now: Now) {
        self.answer(key, &Reply::Refused(refusal), now);
    }

    fn range_of(&self, key: ConnKey) -> Range {
        let seat = self.seat_of(key);
        seat.map_or(self.settings.range, |seat| seat.range)
    }

    /// A guess in the range: proposed without waiting for those before it.
    fn guess(&mut self, key: ConnKey, value: i32, now: Now) {
        self.ensure_seat(key, now);
        let Some(seat) = self.count_request(key) else {
            return;
        };
        let HeldSeat {
            room,
            player,
            epoch,
            n,
            ..
        } = seat;
        let entry = Entry::Guess {
            player,
            epoch,
            n,
            value,
        };
        self.propose(Record {
            room,
            at: now.at,
            entry,
        });
    }

    /// Anything else, when nothing is owed.
    fn request(&mut self, key: ConnKey, request: Request<'_>, message: &[u8], now: Now) {
        match request {
            Request::Guess(_) => {
                let range = self.range_of(key);
                self.refuse(key, Refusal::OutOfRange(text::quote(message), range), now);
            }
            Request::Help => {
                let range = self.range_of(key);
                self.answer(key, &Reply::Help(range), now);
            }
            Request::Words(pack) => {
                if let Some(connection) = self.connection_mut(key) {
                    connection.phrasebook = connection.phrasebook.with_pack(pack);
                }
                self.answer(key, &Reply::Words(pack), now);
            }
            Request::Scores => {
                let reply = self.scores(key);
                self.answer(key, &reply, now);
            }
            Request::Quit => self.quit(key, now),
            Request::Name(text) => match Name::parse(text) {
                Ok(name) => self.rename(key, name, message, now),
                Err(error) => self.refuse(key, Refusal::Name(error), now),
            },
            Request::Proof => {
                if let Some(seat) = self.sitting(key, message, now)
                    && let Some(hosted) = self.rooms.get(&seat.room)
                    && let Some(proof) = hosted.room.proof(seat.player)
                {
                    self.answer(key, &Reply::Proof(Box::new(proof)), now);
                }
            }
            Request::Code => {
                if let Some(seat) = self.sitting(key, message, now) {
                    self.connections[key.index].seating.give_code();
                    self.answer(key, &Reply::Code(seat.code()), now);
                }
            }
            Request::Room(code) => self.enter(key, code, message, now),
            Request::Resume(code) => self.come_back(key, code, message, now),
        }
    }

    /// Proposes a seat in the public hall, with a pseudonym, for a connection without one.
    fn ensure_seat(&mut self, key: ConnKey, now: Now) {
        if self.seat_of(key).is_none() {
            let seat = self.propose_hall_seat(key, now);
            let connection = &mut self.connections[key.index];
            connection.owed += 1;
            connection.seating.open(seat);
            self.register(key);
        }
    }

    /// Proposes a new seat in the public hall, with a pseudonym.
    pub(super) fn propose_hall_seat(&mut self, key: ConnKey, now: Now) -> HeldSeat {
        let (proof, player) = self.new_key();
        let room = RoomId::Hall(player);
        let rules = Rules::new(Mode::Solo, self.settings.range, None).expect("solo needs no limit");
        let seed = self.new_seed();
        self.propose(Record {
            room,
            at: now.at,
            entry: Entry::Open { rules, seed },
        });
        let name = self.pseudonym(key);
        self.propose_join(room, player, name, now);
        HeldSeat::new(room, player, proof, 1, rules)
    }

    /// Counts a request of the connection's seat, to which an answer is owed from now on.
    fn count_request(&mut self, key: ConnKey) -> Option<HeldSeat> {
        let connection = self.connection_mut(key)?;
        let seat = connection.seating.count_request()?;
        connection.owed += 1;
        Some(seat)
    }

    /// The seat of a connection, once the journal has it; until then the message waits.
    fn sitting(&mut self, key: ConnKey, message: &[u8], now: Now) -> Option<HeldSeat> {
        self.ensure_seat(key, now);
        let connection = self.connection_mut(key)?;
        if connection.owed > 0 {
            connection.stalled = Some(message.into());
            return None;
        }
        connection.seat()
    }

    pub(super) fn new_seed(&mut self) -> Seed {
        let mut seed = Seed([0; 32]);
        (self.entropy)(&mut seed.0);
        seed
    }

    pub(super) fn pseudonym(&mut self, key: ConnKey) -> Name {
        let lang = self
            .connection(key)
            .map_or(self.settings.phrasebook.lang, |connection| {
                connection.phrasebook.lang
            });
        let mut random = [0; 8];
        (self.entropy)(&mut random);
        pseudonym(lang, u64::from_le_bytes(random))
    }

    pub(super) fn propose_join(&mut self, room: RoomId, player: PlayerId, name: Name, now: Now) {
        let seed = self.new_seed();
        let entry = Entry::Join { player, name, seed };
        self.propose(Record {
            room,
            at: now.at,
            entry,
        });
    }

    fn rename(&mut self, key: ConnKey, name: Name, message: &[u8], now: Now) {
        if self.sitting(key, message, now).is_none() {
            return;
        }
        let Some(seat) = self.count_request(key) else {
            return;
        };
        let HeldSeat {
            room,
            player,
            epoch,
            n,
            ..
        } = seat;
        let entry = Entry::Rename {
            player,
            epoch,
            n,
            name,
        };
        self.propose(Record {
            room,
            at: now.at,
            entry,
        });
    }

    fn scores(&self, key: ConnKey) -> Reply {
        let seat = self.seat_of(key);
        let hosted = seat.and_then(|seat| self.rooms.get(&seat.room));
        let mine = seat.zip(hosted).and_then(|(seat, hosted)| {
            let seat = hosted.room.seat(seat.player)?;
            let name = seat.name.clone();
            Some(Line {
                name,
                tally: seat.tally,
            })
        });
        let shared = hosted.filter(|_| matches!(seat.map(|s| s.room), Some(RoomId::Shared(_))));
        let best = match shared {
            Some(hosted) => hosted.room.best(SCORE_LINES),
            None => self.hall_board().best(SCORE_LINES),
        };
        Reply::Scores { mine, best }
    }

    /// `FIN`: the player leaves their seat for good; who has none just goes.
    fn quit(&mut self, key: ConnKey, now: Now) {
        let connection = &mut self.connections[key.index];
        match connection.seat() {
            None => self.farewell(key, now),
            Some(seat) => {
                connection.phase = Phase::Leaving(now.tick + LEAVE_DEADLINE.as_millis() as u64);
                self.leave(seat, now);
            }
        }
    }

    /// The end that the client wished: a line client is answered, an unframed one is not.
    pub(super) fn farewell(&mut self, key: ConnKey, now: Now) {
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        connection.farewell(now);
        self.touch(key);
    }
}
