//! The programs' side of an engine: tournaments and the protocol page, kept with their room.

use std::collections::BTreeMap;

use crate::room::protocol::Protocol;
use crate::room::tournament::Tournament;
use crate::rules::{Entry, PlayerId, Proposal, Record, ResumeCode, RoomCode, RoomId};
use crate::shares::Source;

use super::lesson::NotKept;
use super::{Engine, Now, Space};

/// Bytes of a proposal's row in the journal, besides its text.
const ROW: usize = 100;

impl Engine {
    /// The latest tournament of a room; none without a room, too.
    pub fn tournament(&self, code: RoomCode) -> Option<&Tournament> {
        self.rooms.get(&RoomId::Shared(code))?.room.tournament()
    }

    /// The protocol page of a room, and the names of those who propose something; none without a room,
    /// too.
    pub fn protocol(&self, code: RoomCode) -> Option<(Protocol, BTreeMap<PlayerId, String>)> {
        let room = &self.rooms.get(&RoomId::Shared(code))?.room;
        let protocol = room.protocol()?;
        let proposals = protocol.proposals.iter();
        let name = |it: &Proposal| Some((it.player, room.seat(it.player)?.name.to_string()));
        Some((protocol.clone(), proposals.filter_map(name).collect()))
    }

    /// Whether the disk has space for what programs do.
    pub fn has_space(&self) -> bool {
        self.space != Space::Nothing
    }

    /// Whether a pupil may have this proposal journaled. Counts its bytes as those of an answer.
    ///
    /// # Errors
    ///
    /// If the page is full until the teacher has put some proposals away, if the player, or all players of
    /// the address, have written too much, or if the disk is full.
    pub fn may_propose(
        &mut self,
        code: ResumeCode,
        proposal: &Proposal,
        source: Source,
        now: Now,
    ) -> Result<(), NotKept> {
        if !self.has_space() {
            return Err(NotKept::NoSpace);
        }
        let room = code.room_id();
        let protocol = self.rooms.get(&room).and_then(|it| it.room.protocol());
        let (player, topic) = (proposal.player, proposal.topic);
        if protocol.is_some_and(|it| it.is_full(player, topic)) {
            return Err(NotKept::PageFull);
        }
        let is_taken = protocol.is_none_or(|it| it.takes(player, topic));
        let bytes = u32::try_from(ROW + proposal.text.len()).unwrap_or(u32::MAX);
        if !is_taken || !self.may_write(room, player, bytes, source, now) {
            return Err(NotKept::WroteTooMuch);
        }
        Ok(())
    }

    /// Proposes what the programs of a room, or their authors, have done.
    pub(super) fn programs(&mut self, code: RoomCode, entries: Vec<Entry>, now: Now) {
        for entry in entries {
            self.propose(Record {
                room: RoomId::Shared(code),
                at: now.at,
                entry,
            });
        }
    }
}
