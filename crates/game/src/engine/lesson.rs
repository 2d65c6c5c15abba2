//! The lesson's side of an engine: answers kept with their player's seat.

use std::net::IpAddr;

use crate::room::answers::Answered;
use crate::rules::{Entry, PlayerId, Record, ResumeCode, RoomCode, RoomId};

use super::{Engine, Now};

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
    /// The others of the room that came by the page's port: names and addresses.
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

impl Engine {
    /// The pupil whose code this is; none if it leads to no seat.
    pub fn pupil(&self, code: ResumeCode) -> Option<Pupil> {
        let player = code.key.player();
        let hosted = self.rooms.get(&code.room_id())?;
        let seat = hosted.room.seat(player)?;
        let others = hosted.room.seats().iter().filter(|it| it.player != player);
        let address = |player: PlayerId| {
            let connection = self.connection(hosted.newest(player)?)?;
            Some(connection.guest.as_ref()?.peer)
        };
        let answers = hosted.room.answers();
        Some(Pupil {
            player,
            name: seat.name.as_str().to_owned(),
            wins: seat.tally.wins,
            answers: answers.map_or(Vec::new(), |answers| answers.of(player).to_vec()),
            others: others
                .filter_map(|it| Some((it.name.as_str().to_owned(), address(it.player)?)))
                .collect(),
        })
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
                others: Vec::new(),
            }
        };
        answers.all().map(pupil).collect()
    }
}
