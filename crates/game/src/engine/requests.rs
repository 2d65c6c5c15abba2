//! From a message to an entry, or to an answer at once.
//!
//! A room lives in one engine, so a connection that asks for a room or a seat of another engine
//! (`SALLE`, `REPRENDRE`) is handed over with its message, and comes back if it finds no seat. A move
//! commits the new seat, then leaves the old one.

use crate::limits::{LEAVE_DEADLINE, REQUEST_COST, SCORE_LINES, WRONG_CODE_COST};
use crate::phrases::pseudonyms::pseudonym;
use crate::protocol::{Misread, Refusal, Reply, Request, ScoreLine};
use crate::rules::{
    Entry, Mode, Name, PlayerId, Range, Record, ResumeCode, RoomCode, RoomId, Rules, Seed,
};
use crate::wire::{json, text};

use super::connection::{Connection, Phase};
use super::seating::HeldSeat;
use super::{ConnectionId, Engine, Now, Space, engine_of};

/// Older than the epoch of any seat.
pub(super) const NO_EPOCH: u32 = 0;

/// Why a client is refused by its first bytes: HTTP or TLS at the text listener, or a PROXY header
/// from an address that is not a trusted proxy.
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
    /// Sends the refusal and closes the connection.
    pub(super) fn turn_away(&mut self, key: ConnectionId, refusal: Refusal, now: Now) {
        self.refuse(key, refusal, now);
        if let Some(connection) = self.connection_mut(key) {
            connection.close(now);
        }
        self.touch(key);
    }

    /// Handles a message, or stores it until the answers owed before it were sent.
    pub(super) fn message(&mut self, key: ConnectionId, message: &[u8], now: Now) {
        let range = self.settings.range;
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        connection.fresh = false;
        self.join_allowance(key, now);
        let price = self.price(key) as i32;
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        let line;
        let request = match connection.is_json().then(|| json::to_text(message)) {
            None => text::parse(message),
            Some(Ok(text)) => {
                line = text;
                text::parse(line.as_bytes())
            }
            Some(Err(misread)) => Err(misread),
        };
        let lacks_space = (request.as_ref()).is_ok_and(|request| self.lacks_space(key, request));
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        let seat_range = connection.seat().map_or(range, |seat| seat.range);
        // Requests of a seat that was asked for can't be counted before the journal tells its count.
        let waits =
            connection.seating.is_asking() || connection.seat().is_some_and(|seat| seat.holds);
        if let Ok(Request::Guess(value)) = request
            && seat_range.contains(value)
            && !(waits && connection.owed > 0)
            && !lacks_space
        {
            return self.guess(key, value as i32, now);
        }
        if connection.owed > 0 {
            connection.stall(message);
            return;
        }
        connection.spend(REQUEST_COST * price, now);
        match request {
            Ok(_) if lacks_space => self.refuse(key, Refusal::NoSpace, now),
            Ok(request) => self.request(key, request, message, now),
            Err(misread) => self.misread(key, misread, message, now),
        }
    }

    /// Whether the request would be journaled, and the disk has no space for it.
    fn lacks_space(&self, key: ConnectionId, request: &Request<'_>) -> bool {
        let is_seated = self.seat_of(key).is_some();
        match (self.space, request) {
            (Space::Enough, _) => false,
            (_, Request::Help | Request::Words(_) | Request::Scores | Request::Quit) => false,
            // A move takes another seat.
            (Space::Low, Request::Room(_)) => true,
            (Space::Low, Request::Resume(_)) => false,
            (Space::Low, _) | (Space::Nothing, Request::Proof | Request::Code) => !is_seated,
            (Space::Nothing, _) => true,
        }
    }

    pub(super) fn misread(
        &mut self,
        key: ConnectionId,
        misread: Misread,
        message: &[u8],
        now: Now,
    ) {
        let range = self.range_of(key);
        let quote = text::quote(message);
        self.refuse(key, Refusal::Misread(misread, quote, range), now);
    }

    pub(super) fn refuse(&mut self, key: ConnectionId, refusal: Refusal, now: Now) {
        self.answer(key, &Reply::Refused(refusal), now);
    }

    fn range_of(&self, key: ConnectionId) -> Range {
        let seat = self.seat_of(key);
        seat.map_or(self.settings.range, |seat| seat.range)
    }

    /// Handles any other request. No answer is owed.
    fn request(&mut self, key: ConnectionId, request: Request<'_>, message: &[u8], now: Now) {
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
    pub(super) fn ensure_seat(&mut self, key: ConnectionId, now: Now) {
        if self.seat_of(key).is_none() {
            let seat = self.propose_hall_seat(key, now);
            let connection = &mut self.connections[key.index];
            connection.owed += 1;
            connection.seating.open(seat);
            self.register(key);
        }
    }

    /// Proposes a new seat in the public hall, with a pseudonym.
    pub(super) fn propose_hall_seat(&mut self, key: ConnectionId, now: Now) -> HeldSeat {
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

    /// Counts a request of the connection's seat, and the answer owed to it.
    fn count_request(&mut self, key: ConnectionId) -> Option<HeldSeat> {
        let connection = self.connection_mut(key)?;
        let seat = connection.seating.count_request()?;
        connection.owed += 1;
        Some(seat)
    }

    /// The seat of a connection, once the journal has it; until then the message waits.
    fn sitting(&mut self, key: ConnectionId, message: &[u8], now: Now) -> Option<HeldSeat> {
        self.ensure_seat(key, now);
        let connection = self.connection_mut(key)?;
        if connection.owed > 0 {
            connection.stall(message);
            return None;
        }
        connection.seat()
    }

    pub(super) fn new_seed(&mut self) -> Seed {
        let mut seed = Seed([0; 32]);
        (self.entropy)(&mut seed.0);
        seed
    }

    pub(super) fn pseudonym(&mut self, key: ConnectionId) -> Name {
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

    fn rename(&mut self, key: ConnectionId, name: Name, message: &[u8], now: Now) {
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

    fn scores(&self, key: ConnectionId) -> Reply {
        let seat = self.seat_of(key);
        let hosted = seat.and_then(|seat| self.rooms.get(&seat.room));
        let mine = seat.zip(hosted).and_then(|(seat, hosted)| {
            let seat = hosted.room.seat(seat.player)?;
            let name = seat.name.clone();
            Some(ScoreLine {
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

    /// `FIN`: the player gives their seat up. Without a seat the connection just ends.
    fn quit(&mut self, key: ConnectionId, now: Now) {
        let connection = &mut self.connections[key.index];
        match connection.seat() {
            None => self.farewell(key, now),
            Some(seat) => {
                connection.phase = Phase::Leaving(now.tick + LEAVE_DEADLINE.as_millis() as u64);
                self.leave(seat, now);
            }
        }
    }

    /// Ends the conversation as the client asked: a line client is answered, an unframed one is not.
    pub(super) fn farewell(&mut self, key: ConnectionId, now: Now) {
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        connection.farewell(now);
        self.touch(key);
    }

    // From room to room, and back to a seat: `SALLE` and `REPRENDRE`.

    /// `SALLE`: takes a seat there, and leaves the one here once that is in the journal.
    pub(super) fn enter(
        &mut self,
        key: ConnectionId,
        code: Option<RoomCode>,
        message: &[u8],
        now: Now,
    ) {
        let here = self.seat_of(key);
        let Some(code) = code else {
            return self.enter_hall(key, message, now);
        };
        let room = RoomId::Shared(code);
        if self.depart(key, room, message) {
            return;
        }
        let open = self.shared(code);
        let Some(rules) = open.and_then(|room| room.rules()) else {
            self.refuse(key, Refusal::NoRoom(code), now);
            return self.go_home(key);
        };
        if let Some(seat) = here.filter(|seat| seat.room == room) {
            return self.already_here(key, seat, now);
        }
        let connection = self.connection(key);
        let browser = connection.and_then(Connection::browser);
        let source = connection.and_then(|connection| connection.source);
        let bars_browser = open.is_some_and(|room| room.decided().bars_browser(browser));
        if bars_browser || self.sources.bar(code, source, now) {
            self.refuse(key, Refusal::Barred, now);
            return self.go_home(key);
        }
        let (proof, player) = match here {
            Some(seat) => (seat.key, seat.player),
            None => self.new_key(),
        };
        let epoch = self.sit_down(key, room, player, now);
        self.move_to(key, HeldSeat::new(room, player, proof, epoch, rules));
    }

    /// Proposes a seat for the connection's player, and returns the epoch that it will have.
    fn sit_down(&mut self, key: ConnectionId, room: RoomId, player: PlayerId, now: Now) -> u32 {
        // After a crash between a join and a departure the player is seated here already.
        if let Some(epoch) = self.next_epoch(room, player) {
            let entry = Entry::Attach { player, epoch };
            self.propose(Record {
                room,
                at: now.at,
                entry,
            });
            return epoch;
        }
        if let RoomId::Shared(code) = room {
            let source = self.connection(key).and_then(|it| it.source);
            self.make_seat(code, source, now);
        }
        let name = self.name_of(key).unwrap_or_else(|| self.pseudonym(key));
        self.propose_join(room, player, name, now);
        1
    }

    /// `SALLE HALL`: back to a number of one's own.
    fn enter_hall(&mut self, key: ConnectionId, message: &[u8], now: Now) {
        let here = self.seat_of(key);
        match here {
            None => {
                let seat = self.propose_hall_seat(key, now);
                self.move_to(key, seat);
            }
            Some(seat) if matches!(seat.room, RoomId::Hall(_)) => self.already_here(key, seat, now),
            Some(seat) => {
                let room = RoomId::Hall(seat.player);
                if self.depart(key, room, message) {
                    return;
                }
                let range = self.settings.range;
                let mut rules = Rules::new(Mode::Solo, range, None).expect("solo needs no limit");
                let seed = self.new_seed();
                self.propose(Record {
                    room,
                    at: now.at,
                    entry: Entry::Open { rules, seed },
                });
                let epoch = self.sit_down(key, room, seat.player, now);
                if epoch > 1
                    && let Some(open) = self.rooms.get(&room).and_then(|open| open.room.rules())
                {
                    // The seat was there already, and so was its room.
                    rules = open;
                }
                self.move_to(
                    key,
                    HeldSeat::new(room, seat.player, seat.key, epoch, rules),
                );
            }
        }
    }

    fn already_here(&mut self, key: ConnectionId, seat: HeldSeat, now: Now) {
        if let Some(hosted) = self.rooms.get(&seat.room)
            && let Some((rules, seated)) = hosted.room.rules().zip(hosted.room.seat(seat.player))
        {
            let name = seated.name.clone();
            let room = seat.room.label().into();
            self.answer(key, &Reply::Entered { room, rules, name }, now);
        }
    }

    /// `REPRENDRE c`: this connection speaks for that seat from now on.
    pub(super) fn come_back(
        &mut self,
        key: ConnectionId,
        code: ResumeCode,
        message: &[u8],
        now: Now,
    ) {
        let room = code.room_id();
        if self.depart(key, room, message) {
            return;
        }
        let player = code.key.player();
        let found = self.rooms.get(&room).and_then(|hosted| {
            let epoch = self.next_epoch(room, player)?;
            Some((hosted.room.rules()?, epoch, hosted.room.resumed(player)?))
        });
        let Some((rules, epoch, resumed)) = found else {
            if self.is_shared {
                return self.ask_the_log(key, code, now);
            }
            self.connections[key.index].spend(WRONG_CODE_COST, now);
            self.refuse(key, Refusal::NoSeat, now);
            return self.go_home(key);
        };
        let mine = self.seat_of(key);
        if mine.is_some_and(|seat| seat.room == room && seat.player == player) {
            return self.answer(key, &Reply::Resumed(Box::new(resumed)), now);
        }
        let entry = Entry::Attach { player, epoch };
        self.propose(Record {
            room,
            at: now.at,
            entry,
        });
        self.move_to(key, HeldSeat::new(room, player, code.key, epoch, rules));
        self.undo_return(room, player, now);
    }

    /// No seat is known here, but this view may be behind the shared log. Proposes an epoch that nobody
    /// can have: its refusal comes after all that the log had.
    fn ask_the_log(&mut self, key: ConnectionId, code: ResumeCode, now: Now) {
        let (room, player) = (code.room_id(), code.key.player());
        let entry = Entry::Attach {
            player,
            epoch: NO_EPOCH,
        };
        self.propose(Record {
            room,
            at: now.at,
            entry,
        });
        let range = self.settings.range;
        let rules = Rules::new(Mode::Solo, range, None).expect("solo needs no limit");
        self.move_to(key, HeldSeat::new(room, player, code.key, NO_EPOCH, rules));
    }

    /// Handles the log's answer to an attempt to resume. If there is a seat, and only this view was old,
    /// tries again and returns true; otherwise the refusal is the connection's answer.
    pub(super) fn log_has_told(&mut self, key: ConnectionId, reply: &Reply, now: Now) -> bool {
        let Some(connection) = self.connection(key).filter(|_| self.is_shared) else {
            return false;
        };
        // A move of the same player asked for a room, not for a seat.
        let moves = connection.seating.kept_seat().map(|kept| kept.player);
        let Some(asked) = (connection.seat()).filter(|seat| moves != Some(seat.player)) else {
            return false;
        };
        match reply {
            Reply::Refused(Refusal::Elsewhere)
                if connection.seating.is_asking() && asked.epoch != 1 => {}
            Reply::Refused(Refusal::NoSeat) if asked.epoch == NO_EPOCH => {
                self.connections[key.index].spend(WRONG_CODE_COST, now);
                return false;
            }
            _ => return false,
        }
        self.give_up_move(key);
        self.come_back(key, asked.code(), &[], now);
        true
    }

    /// The connection stays where it was.
    pub(super) fn give_up_move(&mut self, key: ConnectionId) {
        self.unregister(key);
        self.connections[key.index].seating.stay();
        self.register(key);
    }

    /// Sends the connection to the engine of the room that its message is about, if that is
    /// another one.
    fn depart(&mut self, key: ConnectionId, room: RoomId, message: &[u8]) -> bool {
        let engine = engine_of(room, self.settings.engines);
        if engine == self.settings.index {
            return false;
        }
        self.connections[key.index].stall(message);
        self.send_to(key, engine);
        true
    }
}
