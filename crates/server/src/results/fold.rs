//! The tables of tries, of answers to the lesson and of tournaments, from the journal's entries.
//!
//! An entry has a player's guess but not its verdict. The rooms are therefore replayed, and give each
//! guess the verdict that its player got.

use std::cell::RefCell;
use std::collections::HashMap;

use super::row::Cell;
use super::{EachRow, Source};
use crate::journal::{JournalError, date};
use game::protocol::Reply;
use game::room::tournament::Tournament;
use game::room::{Applied, Room, fold};
use game::rules::{Answer, CellKind, Entry, PlayerId, Record, RoomId, Verdict};

/// A room, kept after its player has left the public hall if it has answers to the lesson.
struct Kept(Room);

impl AsMut<Room> for Kept {
    fn as_mut(&mut self) -> &mut Room {
        &mut self.0
    }
}

impl fold::Kept for Kept {
    fn new(room: Room) -> Kept {
        Kept(room)
    }

    fn outlives(&mut self, _: RoomId) -> bool {
        self.0.answers().is_some()
    }
}

/// The rooms, replayed so far.
#[derive(Default)]
struct Rooms {
    all: fold::Rooms<Kept>,
    applied: Applied,
}

impl Rooms {
    /// Starts from the state at a journal's base.
    fn begin(&mut self, state: fold::Replay) {
        self.all = (state.rooms.into_iter())
            .map(|(id, room)| (id, Kept(room)))
            .collect();
    }

    /// A room as it is now. `None` for an unknown room.
    fn get(&self, id: RoomId) -> Option<&Room> {
        Some(&self.all.get(&id)?.0)
    }

    /// Applies an entry. Its outcome is in `applied` until the next call.
    fn apply(&mut self, sequence: u64, record: &Record) {
        let Rooms { all, applied } = self;
        applied.clear();
        let folded = fold::apply(all, sequence, record, applied);
        if folded.is_some_and(|folded| folded.is_over) {
            fold::end(all, record.room);
        }
    }

    /// The verdict of the guess that was just applied.
    fn judged(&self, player: PlayerId, guess: &Try) -> Judged {
        let mut told = self.applied.told.iter().filter(|it| it.player == player);
        let verdict = told.find_map(|it| match it.reply {
            Reply::Guess(Answer::TooSmall) => Some("too-small"),
            Reply::Guess(Answer::TooBig) => Some("too-big"),
            Reply::Guess(Answer::Found { .. }) => Some("found"),
            _ => None,
        });
        if let Some(verdict) = verdict {
            return Judged::Now(verdict);
        }
        // In a mode that judges at the round's end, this guess may have ended the round, or may be
        // the first of the next one.
        let ends = (self.applied.scores.iter())
            .any(|it| it.player == player && (it.round, it.guess) == (guess.round, guess.guess));
        if guess.number == 1 && ends {
            return Judged::Later(guess.round);
        }
        let seat = self.get(guess.room).and_then(|it| it.seat(player));
        match seat.map(|seat| seat.play) {
            Some(play)
                if play.last == Some((guess.guess, Verdict::Held))
                    && (guess.number == 1 || play.round > guess.round) =>
            {
                Judged::Later(play.round)
            }
            _ => Judged::Never,
        }
    }
}

/// When a guess is judged.
enum Judged {
    /// At once, with this verdict.
    Now(&'static str),
    /// At the end of this round.
    Later(u32),
    /// Never: it was refused, repeated, or too late, and is no try.
    Never,
}

/// A guess that counted as a try.
struct Try {
    date: String,
    room: RoomId,
    mode: &'static str,
    name: String,
    round: u32,
    number: u32,
    guess: i32,
}

impl Try {
    fn write(&self, verdict: &str, each: EachRow<'_>) -> Result<(), JournalError> {
        each(&[
            Cell::Date(&self.date),
            Cell::text(self.room.label()),
            Cell::text(self.mode),
            Cell::text(&*self.name),
            Cell::Number(self.round.into()),
            Cell::Number(self.number.into()),
            Cell::Number(self.guess.into()),
            Cell::text(verdict),
        ])
    }
}

/// Calls `each` with each try of the wanted rooms and its verdict. A try that is judged at its
/// round's end comes at that moment; if the round is not over, it comes last, as `held`.
pub fn tries(
    source: Source<'_>,
    wanted: &dyn Fn(RoomId) -> bool,
    each: EachRow<'_>,
) -> Result<(), JournalError> {
    let rooms = RefCell::new(Rooms::default());
    // Tries that wait for their round's end, in their order. There are few at once.
    let mut held: Vec<(PlayerId, Try)> = Vec::new();
    (source.entries)(
        &mut |state| rooms.borrow_mut().begin(state),
        &mut |sequence, record| {
            let rooms = &mut *rooms.borrow_mut();
            if !wanted(record.room) {
                return Ok(());
            }
            let room = rooms.get(record.room);
            let before = room.and_then(|room| guess_of(room, &record));
            rooms.apply(sequence, &record);
            if let Some((player, guess)) = before {
                match rooms.judged(player, &guess) {
                    Judged::Now(verdict) => guess.write(verdict, each)?,
                    Judged::Later(round) => {
                        let guess = Try {
                            round,
                            number: 1,
                            ..guess
                        };
                        held.push((player, guess));
                    }
                    Judged::Never => {}
                }
            }
            for score in &rooms.applied.scores {
                let is_meant = |(player, it): &(PlayerId, Try)| {
                    *player == score.player && it.room == score.room && it.round == score.round
                };
                if let Some(place) = held.iter().position(is_meant) {
                    let verdict = if score.won { "won" } else { "lost" };
                    held.remove(place).1.write(verdict, each)?;
                }
            }
            Ok(())
        },
    )?;
    held.iter().try_for_each(|(_, it)| it.write("held", each))
}

/// The try that an entry makes, if it is a guess.
fn guess_of(room: &Room, record: &Record) -> Option<(PlayerId, Try)> {
    let Entry::Guess { player, value, .. } = record.entry else {
        return None;
    };
    let seat = room.seat(player)?;
    let made = Try {
        date: date(record.at),
        room: record.room,
        mode: room.rules()?.mode.word(),
        name: seat.name.as_str().to_owned(),
        round: seat.play.round,
        number: seat.play.tries + 1,
        guess: value,
    };
    Some((player, made))
}

/// Replays the wanted rooms, but for their guesses, which change neither the lesson nor tournaments.
/// Calls `before` with each entry before it is applied, and returns the rooms at the end.
fn replay_without_guesses(
    source: Source<'_>,
    wanted: &dyn Fn(RoomId) -> bool,
    before: &mut dyn FnMut(&Rooms, &Record) -> Result<(), JournalError>,
) -> Result<Rooms, JournalError> {
    let rooms = RefCell::new(Rooms::default());
    (source.entries)(
        &mut |state| rooms.borrow_mut().begin(state),
        &mut |sequence, record| {
            let rooms = &mut *rooms.borrow_mut();
            if wanted(record.room) && !matches!(record.entry, Entry::Guess { .. }) {
                before(rooms, &record)?;
                rooms.apply(sequence, &record);
            }
            Ok(())
        },
    )?;
    Ok(rooms.into_inner())
}

/// Calls `each` with the latest answer of each player of the wanted rooms to each question, in the
/// order of the first answers.
pub fn answers(
    source: Source<'_>,
    wanted: &dyn Fn(RoomId) -> bool,
    each: EachRow<'_>,
) -> Result<(), JournalError> {
    struct Made {
        room: RoomId,
        player: PlayerId,
        question: Box<str>,
        /// The latest answer's date; `name` is the player's name then.
        date: String,
        name: String,
    }
    let mut places: HashMap<(RoomId, PlayerId, Box<str>), usize> = HashMap::new();
    let mut made: Vec<Made> = Vec::new();
    let rooms = replay_without_guesses(source, wanted, &mut |rooms, record| {
        if let Entry::Answer {
            player, question, ..
        } = &record.entry
            && let Some(seat) = rooms.get(record.room).and_then(|room| room.seat(*player))
        {
            let key = (record.room, *player, question.clone());
            let place = *places.entry(key).or_insert(made.len());
            let answer = Made {
                room: record.room,
                player: *player,
                question: question.clone(),
                date: date(record.at),
                name: seat.name.as_str().to_owned(),
            };
            match made.get_mut(place) {
                Some(before) => *before = answer,
                None => made.push(answer),
            }
        }
        Ok(())
    })?;
    for Made {
        room,
        player,
        question,
        date,
        name,
    } in &made
    {
        let answers = rooms.get(*room).and_then(Room::answers);
        let of_player = answers.map_or(&[][..], |answers| answers.of(*player));
        let Some(answer) = of_player.iter().find(|it| it.question == *question) else {
            continue;
        };
        each(&[
            Cell::Date(date),
            Cell::text(room.label()),
            Cell::text(&**name),
            Cell::text(&**question),
            Cell::text(&*answer.verdict),
            Cell::Number(answer.attempts.into()),
            Cell::some_text(answer.mark.as_deref()),
            Cell::some_text(answer.text.as_deref()),
        ])?;
    }
    Ok(())
}

/// Calls `each` with each pair that has met in a tournament of the wanted rooms, in the order of the
/// tournaments' ends: a tournament comes when the room's next one begins, or last.
pub fn tournaments(
    source: Source<'_>,
    wanted: &dyn Fn(RoomId) -> bool,
    each: EachRow<'_>,
) -> Result<(), JournalError> {
    let rooms = replay_without_guesses(source, wanted, &mut |rooms, record| {
        let before = rooms.get(record.room).and_then(Room::tournament);
        match (&record.entry, before) {
            // One that the room knows already is ignored.
            (Entry::Tournament { number, .. }, Some(before)) if *number > before.number => {
                write_tournament(record.room, before, each)
            }
            _ => Ok(()),
        }
    })?;
    let latest = rooms.all.iter().filter(|(id, _)| wanted(**id));
    let mut latest: Vec<(RoomId, &Tournament)> = latest
        .filter_map(|(id, kept)| Some((*id, kept.0.tournament()?)))
        .collect();
    latest.sort_by_key(|(id, it)| (it.at, *id));
    (latest.into_iter()).try_for_each(|(id, it)| write_tournament(id, it, each))
}

/// Calls `each` with each pair of a tournament. This program's own bot and server have no name.
fn write_tournament(
    room: RoomId,
    tournament: &Tournament,
    each: EachRow<'_>,
) -> Result<(), JournalError> {
    let date = date(tournament.at);
    let name = |player: Option<PlayerId>| tournament.name_of(player?).map(|name| name.as_str());
    tournament.met.iter().try_for_each(|met| {
        each(&[
            Cell::Date(&date),
            Cell::text(room.label()),
            Cell::Number(tournament.number.into()),
            Cell::some_text(name(met.client)),
            Cell::some_text(name(met.server)),
            Cell::text(met.kind.word()),
            match met.kind {
                CellKind::Won => Cell::Number(met.tries.into()),
                _ => Cell::Nothing,
            },
            Cell::Bool(met.typed),
        ])
    })
}
