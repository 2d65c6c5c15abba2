//! Notices damage in SQLite's log (`-wal`) that SQLite itself can't tell from a crash.
//!
//! SQLite reads the log up to the first frame whose checksum is wrong and forgets the rest: right
//! after a crash, where the last commit may be half written. But each commit is on the disk before
//! the next one begins, so behind a wrong frame of ours there may be the end of one commit, never
//! of two. Where there are two, commits that were answered are about to be forgotten.
//!
//! The format is told at <https://sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

const FRAME_HEADER: usize = 24;
/// A page where the log's header can't tell: SQLite's default, with which the journal is made.
const PAGE: usize = 4096;

/// Whether commits that were once on the disk can't be read any more.
pub fn is_damaged(path: &Path) -> io::Result<bool> {
    match File::open(path) {
        Ok(file) => lost_commits(BufReader::new(file)).map(|lost| lost > 1),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Counts the commits of the log's present generation behind its first wrong byte.
fn lost_commits(mut log: impl Read) -> io::Result<u32> {
    let mut header = [0; 32];
    if !fill(&mut log, &mut header)? {
        return Ok(0);
    }
    // The lowest bit of the magic number tells in which order checksums read bytes.
    let big_endian = header[3] & 1 == 1;
    let mut sum = checksum((0, 0), &header[..24], big_endian);
    let mut right = sum == (word(&header, 6), word(&header, 7));
    let page = if right {
        word(&header, 2) as usize
    } else {
        PAGE
    };
    // Frames of an older generation have other salts, and are in the main file already.
    let mut salts = right.then(|| (word(&header, 4), word(&header, 5)));
    let mut frame = vec![0; FRAME_HEADER + page];
    let mut lost = 0;
    while fill(&mut log, &mut frame)? {
        let found = (word(&frame, 2), word(&frame, 3));
        let present = *salts.get_or_insert(found) == found;
        if right && present {
            sum = checksum(sum, &frame[..8], big_endian);
            sum = checksum(sum, &frame[FRAME_HEADER..], big_endian);
        }
        right = right && present && sum == (word(&frame, 4), word(&frame, 5));
        // The last frame of a commit tells how big the main file is then; the others tell 0.
        if !right && present && word(&frame, 1) != 0 {
            lost += 1;
        }
    }
    Ok(lost)
}

/// Fills the buffer. False at the log's end; what is no whole frame was never committed.
fn fill(log: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match log.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn word(bytes: &[u8], index: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[index * 4..][..4]);
    u32::from_be_bytes(word)
}

/// The format's checksum, chained to the one before.
fn checksum((mut a, mut b): (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    let order = |word: u32| if big_endian { word } else { word.swap_bytes() };
    for index in (0..bytes.len() / 4).step_by(2) {
        a = a.wrapping_add(order(word(bytes, index))).wrapping_add(b);
        b = b
            .wrapping_add(order(word(bytes, index + 1)))
            .wrapping_add(a);
    }
    (a, b)
}
