//! The base: the state of all rooms at the last entry that the journal no longer has, in a file beside
//! it. Entries older than the teacher keeps are let go of, and everything else goes on from there.
//!
//! Unlike a snapshot, the base can't be made again, and later releases must read it: its state is JSON,
//! in which each field has its name. It is durable before the first of its entries is deleted.

use std::io;
use std::path::Path;

use super::JournalError;
use super::folder;
use super::state::{self, Contents};
use game::room::fold::Replay;
use game::rules::{Name, PlayerId, RoomCode, RoomId};

const MAGIC: [u8; 8] = *b"jprxbase";
/// The version of the base's form: one more for each change that an older program would misread.
const VERSION: u32 = 1;

/// The place after which the journal's entries begin, and the state there: the base, or the beginning.
///
/// # Errors
///
/// If the base can't be read, is damaged, or is of a later release.
pub fn start(dir: &Path) -> Result<((u64, u32), Replay), JournalError> {
    let path = folder::base(dir);
    let Some(found) = contents(&path)? else {
        return Ok(((0, 0), Replay::default()));
    };
    let replay = serde_json::from_slice(&found.state);
    let replay = replay.map_err(|_| JournalError::Damaged { path, sequence: 1 })?;
    Ok((found.at, replay))
}

/// The place after which the journal's entries begin.
///
/// # Errors
///
/// As [`start`].
pub fn place(dir: &Path) -> Result<(u64, u32), JournalError> {
    Ok(contents(&folder::base(dir))?.map_or((0, 0), |found| found.at))
}

/// Erases a room from the base, if there is one.
///
/// # Errors
///
/// As [`start`], and if the base can't be written.
pub fn erase_room(dir: &Path, code: RoomCode) -> Result<(), JournalError> {
    let (at, mut replay) = start(dir)?;
    if at == (0, 0) {
        return Ok(());
    }
    replay.forget_room(RoomId::Shared(code));
    write(dir, at, &replay)
}

/// The base without a player of a room, who has this name from now on, if there is a base that knows them.
///
/// # Errors
///
/// As [`start`].
pub fn without(
    dir: &Path,
    room: RoomId,
    player: PlayerId,
    name: &Name,
) -> Result<Option<Base>, JournalError> {
    let (at, mut replay) = start(dir)?;
    let before = replay.to_bytes();
    replay.erase_player(room, player, name);
    Ok((replay.to_bytes() != before).then_some(Base { at, replay }))
}

/// A base that is to be written.
pub struct Base {
    at: (u64, u32),
    replay: Replay,
}

impl Base {
    /// Writes it in the place of the one before.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn write(&self, dir: &Path) -> Result<(), JournalError> {
        write(dir, self.at, &self.replay)
    }
}

/// Makes this state, at this entry, the base.
///
/// # Errors
///
/// If it can't be written; the one before then stays.
pub fn write(dir: &Path, at: (u64, u32), replay: &Replay) -> Result<(), JournalError> {
    let contents = Contents {
        version: VERSION,
        at,
        state: serde_json::to_vec(replay)
            .expect("a replay has no type that JSON can't write: its keys are texts"),
    };
    let written = state::write(&folder::base(dir), MAGIC, &contents);
    written.map_err(|error| JournalError::io(&folder::base(dir), error))
}

fn contents(path: &Path) -> Result<Option<Contents>, JournalError> {
    match state::read(path, MAGIC) {
        Ok(Some(found)) if found.version > VERSION => Err(JournalError::NewerVersion {
            path: path.to_owned(),
            found: found.version.into(),
            known: VERSION.into(),
        }),
        Ok(Some(found)) => Ok(Some(found)),
        Ok(None) => Err(JournalError::Damaged {
            path: path.to_owned(),
            sequence: 1,
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(JournalError::io(path, error)),
    }
}
