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

/// Whether commits that were once on the disk can't be read any more.
pub fn is_damaged(path: &Path) -> io::Result<bool> {
    match File::open(path) {
        Ok(file) => lost_commits(BufReader::new(file)).map(|lost| lost > 1),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Counts the commits of the log's present generation behind its first wrong frame.
fn lost_commits(mut log: impl Read) -> io::Result<u32> {
    let mut header = [0; 32];
    if !fill(&mut log, &mut header)? {
        return Ok(0);
    }
    let page = word(&header, 2) as usize;
    if !(512..=65_536).contains(&page) {
        return Ok(0);
    }
    // The lowest bit of the magic number tells in which order checksums read bytes.
    let big_endian = header[3] & 1 == 1;
    let salts = header[16..24].to_owned();
    let mut sum = checksum((0, 0), &header[..24], big_endian);
    let mut right = sum == (word(&header, 6), word(&header, 7));
    let mut frame = vec![0; FRAME_HEADER + page];
    let mut lost = 0;
    while fill(&mut log, &mut frame)? {
        // Frames of an older generation are in the main file already.
        if frame[8..16] != salts {
            break;
        }
        if right {
            sum = checksum(sum, &frame[..8], big_endian);
            sum = checksum(sum, &frame[FRAME_HEADER..], big_endian);
            right = sum == (word(&frame, 4), word(&frame, 5));
        }
        // The last frame of a commit tells the file's size then, others 0.
        if !right && word(&frame, 1) != 0 {
            lost += 1;
        }
    }
    Ok(lost)
}
