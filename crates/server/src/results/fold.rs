//! The tables of tries and of answers to the lesson, from the journal's entries.
//!
//! An entry has a player's guess but not its verdict. The rooms are therefore replayed, and give each
//! guess the verdict that its player got.

use std::collections::HashMap;

use super::row::Cell;
use super::{EachRow, Source};
use crate::journal::{JournalError, date};
use game::protocol::Reply;
use game::room::{Applied, Room, fold};
use game::rules::{Answer, Entry, PlayerId, Record, RoomId, Verdict};

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
    /// A room as it is now. `None` for an unknown room.
    fn get(&self, id: RoomId) -> Option<&Room> {
        Some(&self.all.get(&id)?.0)
    }

    /// Applies an entry. Its outcome is in `applied` until the next call.
    fn apply(&mut self, sequence: u64, record: &Record) {
        let Rooms { all, applied } = self;
        applied.told.clear();
        applied.scores.clear();
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
    let mut rooms = Rooms::default();
    // Tries that wait for their round's end, in their order. There are few at once.
    let mut held: Vec<(PlayerId, Try)> = Vec::new();
    (source.entries)(&mut |sequence, record| {
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
    })?;
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
    let mut rooms = Rooms::default();
    let mut places: HashMap<(RoomId, PlayerId, Box<str>), usize> = HashMap::new();
    let mut made: Vec<Made> = Vec::new();
    (source.entries)(&mut |sequence, record| {
        // Guesses do not change the lesson.
        if !wanted(record.room) || matches!(record.entry, Entry::Guess { .. }) {
            return Ok(());
        }
        let room = rooms.get(record.room);
        if let Entry::Answer {
            player, question, ..
        } = &record.entry
            && let Some(seat) = room.and_then(|room| room.seat(*player))
        {
            let name = seat.name.as_str().to_owned();
            let date = date(record.at);
            let key = (record.room, *player, question.clone());
            let place = *places.entry(key).or_insert(made.len());
            let answer = Made {
                room: record.room,
                player: *player,
                question: question.clone(),
                date,
                name,
            };
            match made.get_mut(place) {
                Some(before) => *before = answer,
                None => made.push(answer),
            }
        }
        rooms.apply(sequence, &record);
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
