//! Files that hold the state of all rooms at one entry of the journal: the snapshot and the base.
//!
//! A file has, with its numbers in little-endian order: its magic, the version of its state, the entry's
//! sequence and chained checksum, the length of the state, the CRC-32 of all other bytes, the state.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use os::files;

const HEADER: usize = 8 + 4 + 8 + 4 + 8 + 4;

/// What a file says.
pub struct Contents {
    /// The version of the state's form.
    pub version: u32,
    /// The entry's sequence and checksum.
    pub at: (u64, u32),
    /// The state.
    pub state: Vec<u8>,
}

/// Reads a file. `None` if it does not begin with the magic, or is damaged.
///
/// # Errors
///
/// If it can't be read.
pub fn read(path: &Path, magic: [u8; 8]) -> io::Result<Option<Contents>> {
    let bytes = fs::read(path)?;
    Ok(parse(bytes, magic))
}

fn parse(mut bytes: Vec<u8>, magic: [u8; 8]) -> Option<Contents> {
    let (header, state) = bytes.split_at_checked(HEADER)?;
    let (covered, crc) = header.split_at(HEADER - 4);
    let word = |at: usize| Some(u32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?));
    let long = |at: usize| Some(u64::from_le_bytes(header.get(at..at + 8)?.try_into().ok()?));
    let (version, at) = (word(8)?, (long(12)?, word(20)?));
    let is_sound = header.starts_with(&magic)
        && long(24)? == state.len() as u64
        && crc == checksum(covered, state);
    bytes.drain(..HEADER);
    is_sound.then_some(Contents {
        version,
        at,
        state: bytes,
    })
}

fn checksum(covered: &[u8], state: &[u8]) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(covered);
    hasher.update(state);
    hasher.finalize().to_le_bytes()
}

/// Writes a file beside `path` and moves it there. It is durable when this returns.
///
/// # Errors
///
/// If a step fails; what was at `path` then stays, unless the last sync failed.
pub fn write(path: &Path, magic: [u8; 8], contents: &Contents) -> io::Result<()> {
    let mut header = Vec::with_capacity(HEADER);
    header.extend(magic);
    header.extend(contents.version.to_le_bytes());
    header.extend(contents.at.0.to_le_bytes());
    header.extend(contents.at.1.to_le_bytes());
    header.extend((contents.state.len() as u64).to_le_bytes());
    let crc = checksum(&header, &contents.state);
    header.extend(crc);
    replace(path, &[&header, &contents.state])
}

/// Puts a file with these bytes in the place of what is at `path`, as [`write`] does.
///
/// # Errors
///
/// As of [`write`].
pub fn replace(path: &Path, bytes: &[&[u8]]) -> io::Result<()> {
    let part = part(path);
    let mut out = files::private().create(true).truncate(true).open(&part)?;
    for bytes in bytes {
        out.write_all(bytes)?;
    }
    out.sync_all()?;
    fs::rename(&part, path)?;
    files::sync_folder(path.parent().unwrap_or(Path::new("")))
}

/// The file that is written in place of this one, and then renamed.
pub fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}
