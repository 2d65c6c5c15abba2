//! Reads files and lines of standard input, up to a bound.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;

use game::limits::MESSAGE_BYTES;

/// Reads the first bytes of a file: at most `most`, however long the file is.
///
/// # Errors
/// The file cannot be opened or read.
pub fn read_file(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a line, without its end; `None` at the end of the input. Of a longer line only
/// `MESSAGE_BYTES + 1` bytes are kept, enough for a server to see that it is too long.
///
/// # Errors
/// The input cannot be read.
pub fn next_line(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut any = false;
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            return Ok(any.then_some(line));
        }
        any = true;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = &chunk[..end.unwrap_or(chunk.len())];
        let room = (MESSAGE_BYTES + 1).saturating_sub(line.len());
        line.extend_from_slice(&part[..part.len().min(room)]);
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            if line.ends_with(b"\r") {
                line.pop();
            }
            return Ok(Some(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_any_way_and_are_bounded() {
        let long = vec![b'9'; 5000];
        let mut input = Vec::from(b"50\r\n\n7 ".as_slice());
        input.extend_from_slice(b"\n");
        input.extend_from_slice(&long);
        input.extend_from_slice(b"\nlast");
        let mut input = io::BufReader::with_capacity(16, input.as_slice());
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut input).expect("memory does not fail") {
            lines.push(line);
        }
        assert_eq!(lines[..3], [b"50".as_slice(), b"", b"7 "].map(Vec::from));
        assert_eq!(lines[3].len(), MESSAGE_BYTES + 1);
        assert_eq!(lines[4..], [Vec::from(b"last")]);
    }
}
