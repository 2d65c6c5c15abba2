//! The snapshot: the state of all rooms at one entry of the journal, in a file beside it, so that a
//! start reads the snapshot and the entries after it.
//!
//! A snapshot holds nothing that the entries do not: one that is missing, damaged, of another journal
//! or of another layout is ignored, and the journal is replayed from its beginning. Its state is that
//! of [`Replay::to_bytes`], its version the [`layout`] of the rooms.

use std::io;
use std::path::Path;
use std::sync::LazyLock;

use super::chain::Chain;
use super::replay::Reader;
use super::state::{self, Contents};
use super::{JournalError, base, folder, replay};
use game::room::fold::Replay;
use game::room::snapshot::layout;

const MAGIC: [u8; 8] = *b"jprxsnap";

static LAYOUT: LazyLock<u32> = LazyLock::new(layout);

/// The state at an entry.
pub struct Snapshot {
    /// The entry's sequence and checksum.
    pub at: (u64, u32),
    /// The rooms and the scores.
    pub replay: Replay,
    /// The length of the file's state, in bytes.
    pub bytes: usize,
}

/// Reads the snapshot. `None` if there is none that this program and this journal can use.
pub fn read(dir: &Path) -> Option<Snapshot> {
    let found = state::read(&folder::snapshot(dir), MAGIC).ok()??;
    if found.version != *LAYOUT || !replay::has(dir, found.at) {
        return None;
    }
    Some(Snapshot {
        at: found.at,
        replay: Replay::from_bytes(&found.state)?,
        bytes: found.state.len(),
    })
}

/// Writes the state at this entry as the journal's snapshot, which is durable when this returns.
/// Returns the length of the state in bytes.
pub fn write(dir: &Path, at: (u64, u32), replay: &Replay) -> io::Result<usize> {
    let contents = Contents {
        version: *LAYOUT,
        at,
        state: replay.to_bytes(),
    };
    state::write(&folder::snapshot(dir), MAGIC, &contents)?;
    Ok(contents.state.len())
}

/// Makes the next snapshot from the one before and the entries after it, up to the journal's end or a
/// little less. Reads the file beside the writer. Stops where `goes_on` says so. Returns the
/// snapshot's sequence and its length in bytes.
///
/// # Errors
///
/// If the journal can't be read, or the snapshot can't be written. The one before then stays.
pub fn make(dir: &Path, goes_on: &dyn Fn() -> bool) -> Result<Option<(u64, usize)>, JournalError> {
    let (from, mut replay) = match read(dir) {
        Some(snapshot) => (snapshot.at, snapshot.replay),
        None => base::start(dir)?,
    };
    let Some(mut reader) = Reader::open(dir, Chain::at(from))? else {
        return Ok(None);
    };
    loop {
        let page = reader.page()?;
        if !goes_on() {
            return Ok(None);
        }
        if page.is_empty() {
            break;
        }
        for (sequence, record) in &page {
            replay.apply(*sequence, record);
        }
    }
    let at = reader.chain.end();
    if at == from {
        return Ok(None);
    }
    let written = write(dir, at, &replay);
    let bytes = written.map_err(|error| JournalError::io(&folder::snapshot(dir), error))?;
    Ok(Some((at.0, bytes)))
}
