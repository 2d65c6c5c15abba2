//! Detects damage in SQLite's write-ahead log (`-wal`) that SQLite takes for the trace of a crash.
//!
//! SQLite reads the log up to the first frame with a wrong checksum and discards the rest, which is
//! right after a crash: the last commit may be half written. But this program syncs each commit before
//! the next begins, so a crash leaves at most one commit's end after a wrong frame. If there are two,
//! SQLite would discard commits that were answered.
//!
//! The format is described at <https://sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

const FRAME_HEADER: usize = 24;
/// The page size if the log's header is damaged: SQLite's default, which the journal uses.
const PAGE: usize = 4096;

/// Whether the log has lost commits that were on the disk.
pub fn is_damaged(path: &Path) -> io::Result<bool> {
    match File::open(path) {
        Ok(file) => lost_commits(BufReader::new(file)).map(|lost| lost > 1),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Counts the commits of the log's current generation after its first wrong frame.
fn lost_commits(mut log: impl Read) -> io::Result<u32> {
    let mut header = [0; 32];
    if !fill(&mut log, &mut header)? {
        return Ok(0);
    }
    // The lowest bit of the magic number is the byte order of the checksums.
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
        // The last frame of a commit has the main file's size after it; other frames have 0.
        if !right && present && word(&frame, 1) != 0 {
            lost += 1;
        }
    }
    Ok(lost)
}

/// Fills the buffer. Returns `false` at the log's end; a partial frame was never committed.
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

/// The format's checksum, chained to the previous one.
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
