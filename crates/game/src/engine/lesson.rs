//! The lesson's side of an engine: answers kept with their player's seat.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::lesson::Models;
use crate::limits::{
    ANSWERS_HOURLY_BYTES, ANSWERS_TOTAL_BYTES, NEIGHBOURS, NEIGHBOURS_LOOKED_AT, WRITERS_REMEMBERED,
};
use crate::room::answers::{self, Answered};
use crate::rules::{Bucket, Entry, PlayerId, Rate, Record, ResumeCode, RoomCode, RoomId};
use crate::shares::Source;

use super::{ConnectionId, Engine, Here, Now, Space};

/// A pupil at the lesson.
#[derive(Clone, Debug)]
pub struct Pupil {
    /// The player whose seat holds the answers.
    pub player: PlayerId,
    /// Their name.
    pub name: String,
    /// Rounds they have won in the room.
    pub wins: u32,
    /// Their answers so far.
    pub answers: Vec<Answered>,
    /// Which model answers they may read.
    pub models: Models,
    /// Others of the room that came by the page's port, at most [`NEIGHBOURS`]: names and addresses.
    pub others: Vec<(String, IpAddr)>,
}

/// A judged answer, as far as it may be kept.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The question's name.
    pub question: Box<str>,
    /// The judgement's word.
    pub verdict: Box<str>,
    /// What may be kept of it.
    pub text: Option<Box<str>>,
}

/// Why an answer or a proposal is not journaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// The player, or all players of the address, have written more to the lesson than one may.
    WroteTooMuch,
    /// The protocol page is full.
    PageFull,
    /// The disk is full.
    NoSpace,
}

/// The rate of bytes that a player may have journaled in a lesson.
const WRITING: Rate = Rate {
    per_second: ANSWERS_HOURLY_BYTES / 3600,
    burst: ANSWERS_HOURLY_BYTES,
};

/// The bytes that players have had journaled lately.
#[derive(Default)]
pub(super) struct Writers(HashMap<(RoomId, PlayerId), Bucket>);

impl Writers {
    /// Takes the bytes of an answer from the player's bucket. False if it is empty.
    fn write(&mut self, whose: (RoomId, PlayerId), bytes: u32, now: Now) -> bool {
        if self.0.len() >= WRITERS_REMEMBERED {
            self.0.retain(|_, bucket| !bucket.is_full(now.tick));
        }
        let bucket = self.0.entry(whose).or_default();
        if bucket.ready(WRITING) > now.tick {
            return false;
        }
        bucket.take_many(bytes, WRITING, now.tick);
        true
    }
}

impl Engine {
    /// The pupil whose code this is; none if it leads to no seat.
    pub fn pupil(&self, code: ResumeCode) -> Option<Pupil> {
        let player = code.key.player();
        let hosted = self.rooms.get(&code.room_id())?;
        let seat = hosted.room.seat(player)?;
        // Those after the player, and then from the beginning: each has a neighbour of their own.
        let after = hosted.here.partition_point(|here| here.player <= player);
        let (before, after) = hosted.here.split_at(after);
        let around = after.iter().chain(before).take(NEIGHBOURS_LOOKED_AT);
        let others = around.filter(|here| {
            let (index, generation) = here.key;
            let newest = hosted.newest(here.player);
            here.player != player && newest == Some(ConnectionId { index, generation })
        });
        let neighbour = |here: &Here| {
            let (index, generation) = here.key;
            let connection = self.connection(ConnectionId { index, generation })?;
            let peer = connection.guest.as_ref()?.peer;
            let seat = hosted.room.seat(here.player)?;
            Some((seat.name.as_str().to_owned(), peer))
        };
        let answers = hosted.room.answers();
        let models = match code.room_id() {
            RoomId::Shared(_) => Models::Opened(hosted.room.decided().models.clone()),
            _ => Models::All,
        };
        Some(Pupil {
            player,
            name: seat.name.as_str().to_owned(),
            wins: seat.tally.wins,
            answers: answers.map_or(Vec::new(), |answers| answers.of(player).to_vec()),
            models,
            others: others.filter_map(neighbour).take(NEIGHBOURS).collect(),
        })
    }

    /// Whether a player may have this answer journaled: their answers are bounded by the hour and in
    /// total, and those of their address by the hour. Counts its bytes.
    ///
    /// # Errors
    ///
    /// If the player or the address has written too much, or the disk is full.
    pub fn may_answer(
        &mut self,
        code: ResumeCode,
        judged: &Judged,
        source: Source,
        now: Now,
    ) -> Result<(), NotKept> {
        if self.space == Space::Nothing {
            return Err(NotKept::NoSpace);
        }
        let (room, player) = (code.room_id(), code.key.player());
        let bytes = answers::size(&judged.question, &judged.verdict, judged.text.as_deref());
        let hosted = self.rooms.get(&room);
        let answers = hosted.and_then(|hosted| hosted.room.answers());
        let written = answers.map_or(0, |answers| answers.written(player));
        let is_too_much = written + u64::from(bytes) > ANSWERS_TOTAL_BYTES;
        if is_too_much || !self.may_write(room, player, bytes, source, now) {
            return Err(NotKept::WroteTooMuch);
        }
        Ok(())
    }

    /// Whether `bytes` more may be journaled for a player in this hour, and for their address. Counts
    /// them.
    pub(super) fn may_write(
        &mut self,
        room: RoomId,
        player: PlayerId,
        bytes: u32,
        source: Source,
        now: Now,
    ) -> bool {
        let may_write = self.writers.write((room, player), bytes, now);
        may_write && self.allowances.write(source, bytes, now)
    }

    /// Proposes a pupil's answer.
    pub(super) fn answered(&mut self, code: ResumeCode, judged: Judged, now: Now) {
        self.propose(Record {
            room: code.room_id(),
            at: now.at,
            entry: Entry::Answer {
                player: code.key.player(),
                question: judged.question,
                verdict: judged.verdict,
                text: judged.text,
            },
        });
    }

    /// How many pupils of a room have answered something, and how many each question.
    pub fn answered_by(&self, code: RoomCode) -> (usize, HashMap<Box<str>, usize>) {
        let hosted = self.rooms.get(&RoomId::Shared(code));
        let all = hosted.and_then(|hosted| hosted.room.answers());
        let mut counts = HashMap::new();
        let mut pupils = 0;
        for (_, answers) in all.into_iter().flat_map(|answers| answers.all()) {
            pupils += 1;
            for answer in answers {
                *counts.entry(answer.question.clone()).or_default() += 1;
            }
        }
        (pupils, counts)
    }

    /// All pupils of a room that have answered something, those who have left too: then without
    /// a name.
    pub fn pupils(&self, code: RoomCode) -> Vec<Pupil> {
        let Some(hosted) = self.rooms.get(&RoomId::Shared(code)) else {
            return Vec::new();
        };
        let Some(answers) = hosted.room.answers() else {
            return Vec::new();
        };
        let pupil = |(player, answers): (PlayerId, &[Answered])| {
            let seat = hosted.room.seat(player);
            Pupil {
                player,
                name: seat.map_or(String::new(), |seat| seat.name.as_str().to_owned()),
                wins: seat.map_or(0, |seat| seat.tally.wins),
                answers: answers.to_vec(),
                models: Models::default(),
                others: Vec::new(),
            }
        };
        // Of a seat whose answers were given to another only the other is left.
        let is_elsewhere = |(player, all): &(PlayerId, &[Answered])| {
            let decided = hosted.room.decided();
            let mut others = decided.seats_of(*player);
            others.retain(|it| {
                it != player
                    && (hosted.room.seat(*it).is_some() || decided.heir(*player) == Some(*it))
            });
            let has = |one: &Answered| {
                let mut of_others = others.iter().flat_map(|other| answers.of(*other));
                of_others.any(|it| it.question == one.question)
            };
            hosted.room.seat(*player).is_none() && all.iter().all(has)
        };
        let all = answers.all().filter(|one| !is_elsewhere(one));
        all.map(pupil).collect()
    }
}
