//! Where a connection sits. Only the methods of this file change it.
//!
//! | state        | method                                      | next state                   |
//! |--------------|---------------------------------------------|------------------------------|
//! | `Unseated`   | `open`: a request needs a seat              | `Opening`                    |
//! | `Opening`    | `opened`: the journal has the seat          | `Seated`                     |
//! | `Unseated`   | `ask`: the player asked for a room or seat  | `Asking`                     |
//! | `Seated`     | `ask`                                       | `Asking`                     |
//! | `Away`       | `ask`                                       | `Asking`                     |
//! | `Asking`     | `sit`: the journal has the seat             | `Seated`                     |
//! | `Asking`     | `stay`: the seat was refused                | the state before `ask`       |
//! | `Seated`     | `travel`: goes to the engine of a room      | `Away`                       |
//! | `Away`       | `travel`: goes home                         | `Away`                       |
//! | `Away`       | `arrive`: reaches the engine of its seat    | `Seated`                     |
//! | any          | `lose`: left, kicked, or taken over         | `Unseated`                   |
//!
//! A connection that is `Unseated` travels as it is.

use crate::rules::{Key, Mode, Name, PlayerId, Range, ResumeCode, RoomId, Rules};

/// The seat that a connection speaks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeldSeat {
    /// The room of the seat.
    pub(super) room: RoomId,
    /// The player of the seat.
    pub(super) player: PlayerId,
    /// The proof of ownership, shown to the player as a [`ResumeCode`].
    pub(super) key: Key,
    /// This connection's epoch of the seat.
    pub(super) epoch: u32,
    /// Number of requests proposed for the seat.
    pub(super) n: u32,
    /// The range of the room's numbers.
    pub(super) range: Range,
    /// Whether the room answers a guess only when its round closes.
    pub(super) holds: bool,
}

impl HeldSeat {
    /// A seat that is being proposed. Its count of requests comes with the journal's answer.
    pub(super) fn new(
        room: RoomId,
        player: PlayerId,
        key: Key,
        epoch: u32,
        rules: Rules,
    ) -> HeldSeat {
        HeldSeat {
            room,
            player,
            key,
            epoch,
            n: 0,
            range: rules.range,
            holds: rules.mode == Mode::Closest,
        }
    }

    /// Whether the seat is in a shared room.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.room, RoomId::Shared(_))
    }

    /// What the player types to come back.
    pub(super) fn code(&self) -> ResumeCode {
        ResumeCode::new(self.room, self.key)
    }
}

/// Where a connection sits, and whether its player can come back to the seat.
#[derive(Debug)]
pub(super) struct Seating {
    state: State,
    /// Whether a resume code was given: the seat then outlives the connection.
    code_given: bool,
}

#[derive(Debug)]
enum State {
    /// No seat.
    Unseated,
    /// A seat of the public hall is on its way to the journal. The player did not ask for it and
    /// gets no answer to it; their guesses are proposed meanwhile.
    Opening(HeldSeat),
    /// A seat in a room of this engine.
    Seated(HeldSeat),
    /// A seat in a room of another engine: the connection is on its way, or asks for a room here.
    Away(Box<Away>),
    /// The seat that the player asked for is on its way to the journal. `from` is the state before,
    /// one of `Unseated`, `Seated` and `Away`.
    Asking { seat: HeldSeat, from: Box<State> },
}

#[derive(Debug)]
struct Away {
    seat: HeldSeat,
    /// The player's name there.
    name: Option<Name>,
}

impl State {
    fn seat(&self) -> Option<&HeldSeat> {
        match self {
            State::Unseated => None,
            State::Opening(seat) | State::Seated(seat) | State::Asking { seat, .. } => Some(seat),
            State::Away(away) => Some(&away.seat),
        }
    }

    fn name(&self) -> Option<&Name> {
        match self {
            State::Away(away) => away.name.as_ref(),
            State::Asking { from, .. } => from.name(),
            State::Unseated | State::Opening(_) | State::Seated(_) => None,
        }
    }
}

impl Seating {
    /// The seating of a new connection.
    pub(super) fn new() -> Seating {
        Seating {
            state: State::Unseated,
            code_given: false,
        }
    }

    // What there is to know.

    /// The seat, or the one that is on its way to the journal.
    pub(super) fn seat(&self) -> Option<HeldSeat> {
        self.state.seat().copied()
    }

    /// The seat that is kept until the journal has the one that was asked for.
    pub(super) fn kept_seat(&self) -> Option<HeldSeat> {
        match &self.state {
            State::Asking { from, .. } => from.seat().copied(),
            _ => None,
        }
    }

    /// The player's name at a seat in another engine.
    pub(super) fn name_elsewhere(&self) -> Option<&Name> {
        self.state.name()
    }

    /// Whether the seat on its way was not asked for.
    pub(super) fn is_opening(&self) -> bool {
        matches!(self.state, State::Opening(_))
    }

    /// Whether the seat on its way was asked for.
    pub(super) fn is_asking(&self) -> bool {
        matches!(self.state, State::Asking { .. })
    }

    /// Whether a resume code was given.
    pub(super) fn is_code_given(&self) -> bool {
        self.code_given
    }

    // What happens.

    /// The player is given a resume code.
    pub(super) fn give_code(&mut self) {
        self.code_given = true;
    }

    /// Counts a request of the seat; returns the seat with its new count.
    pub(super) fn count_request(&mut self) -> Option<HeldSeat> {
        let seat = match &mut self.state {
            State::Unseated => return None,
            State::Opening(seat) | State::Seated(seat) | State::Asking { seat, .. } => seat,
            State::Away(away) => &mut away.seat,
        };
        seat.n += 1;
        Some(*seat)
    }

    /// A seat that the player did not ask for is proposed.
    pub(super) fn open(&mut self, seat: HeldSeat) {
        debug_assert!(matches!(self.state, State::Unseated));
        self.state = State::Opening(seat);
    }

    /// The journal has the seat that was not asked for.
    pub(super) fn opened(&mut self) {
        if let State::Opening(seat) = self.state {
            self.state = State::Seated(seat);
        }
    }

    /// A seat that the player asked for is proposed; the present one is kept until the journal has
    /// the other.
    pub(super) fn ask(&mut self, seat: HeldSeat) {
        debug_assert!(!self.is_asking(), "one seat is asked for at a time");
        let from = Box::new(std::mem::replace(&mut self.state, State::Unseated));
        self.state = State::Asking { seat, from };
    }

    /// The journal has the seat that was asked for, with `n` requests counted; returns the seat to
    /// leave.
    pub(super) fn sit(&mut self, n: u32) -> Option<HeldSeat> {
        match std::mem::replace(&mut self.state, State::Unseated) {
            State::Asking { seat, from } => {
                self.state = State::Seated(HeldSeat { n, ..seat });
                from.seat().copied()
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    /// The seat that was asked for is refused: the connection sits where it did before.
    pub(super) fn stay(&mut self) {
        if let State::Asking { from, .. } = &mut self.state {
            self.state = std::mem::replace(from, State::Unseated);
        }
    }

    /// The connection goes to another engine; `name` is the player's.
    pub(super) fn travel(&mut self, name: Option<Name>) {
        debug_assert!(
            !self.is_asking(),
            "the answer would not find the connection"
        );
        if let Some(seat) = self.seat() {
            self.state = State::Away(Box::new(Away { seat, name }));
        }
    }

    /// The connection has come to the engine of its seat.
    pub(super) fn arrive(&mut self) {
        if let State::Away(away) = &self.state {
            self.state = State::Seated(away.seat);
        }
    }

    /// The seat is gone.
    pub(super) fn lose(&mut self) {
        self.state = State::Unseated;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(byte: u8) -> HeldSeat {
        let rules = Rules::new(Mode::Solo, Range::LESSON, None).expect("sound rules");
        let player = PlayerId([byte; 16]);
        HeldSeat::new(RoomId::Hall(player), player, Key([byte; 10]), 1, rules)
    }

    fn player(seat: Option<HeldSeat>) -> Option<u8> {
        seat.map(|seat| seat.player.0[0])
    }

    #[test]
    fn a_refused_move_leads_back_to_the_seat_and_its_name() {
        let mut seating = Seating::new();
        seating.ask(seat(1));
        assert_eq!(seating.sit(7).map(|seat| seat.n), None, "no seat to leave");
        let name = Name::parse("Léa").expect("a name");
        seating.travel(Some(name.clone()));
        seating.ask(seat(2));
        let seats = (player(seating.seat()), player(seating.kept_seat()));
        assert_eq!(seats, (Some(2), Some(1)));
        assert_eq!(seating.name_elsewhere(), Some(&name));
        seating.stay();
        assert_eq!(seating.seat().map(|seat| seat.n), Some(7));
        assert_eq!(seating.name_elsewhere(), Some(&name));
        seating.arrive();
        assert_eq!(seating.name_elsewhere(), None);
    }

    #[test]
    fn the_old_seat_is_left_once_the_journal_has_the_new_one() {
        let mut seating = Seating::new();
        seating.open(seat(1));
        assert_eq!(seating.count_request().map(|seat| seat.n), Some(1));
        seating.opened();
        assert!(!seating.is_opening());
        seating.ask(seat(2));
        assert_eq!(player(seating.sit(0)), Some(1));
        assert_eq!(player(seating.seat()), Some(2));
        seating.lose();
        assert_eq!(player(seating.seat()), None);
    }
}
