//! A program's keyboard and screen, which are pipes.

use std::io::{self, PipeReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// Lines that wait to be read by the program; further ones are lost.
const TYPED: usize = 64;

/// The side of the person who sits at the program.
#[derive(Debug)]
pub struct Terminal {
    screen: PipeReader,
    /// To the thread that types, since a pipe whose reader is slow holds its writer up.
    keyboard: SyncSender<String>,
}

impl Terminal {
    /// Starts a command with its keyboard and screen here. What it writes to standard output and to
    /// standard error comes in the order in which it wrote.
    pub(super) fn start(command: &mut Command) -> io::Result<(Child, Terminal)> {
        let (screen, output) = io::pipe()?;
        let (input, mut typed) = io::pipe()?;
        command
            .stdin(Stdio::from(input))
            .stdout(Stdio::from(output.try_clone()?))
            .stderr(Stdio::from(output));
        let child = command.spawn();
        // The program has the only handles of its sides: its end is the end of what it prints.
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = child?;
        let (keyboard, lines) = sync_channel::<String>(TYPED);
        thread::spawn(move || {
            // Ends with the terminal, or when the program has closed its side.
            for line in lines {
                if typed.write_all(line.as_bytes()).is_err() {
                    break;
                }
            }
        });
        Ok((child, Terminal { screen, keyboard }))
    }

    /// Whether the program has printed what was not read yet.
    pub fn has_output(&self) -> bool {
        win32::pipe_bytes(&self.screen).is_ok_and(|bytes| bytes > 0)
    }

    /// Reads what the program has printed; waits if there is nothing. Returns 0 when its side is
    /// closed. The end of a line is `\n`, also where the program's library writes `\r\n`.
    ///
    /// # Errors
    /// The system's, when the program has closed its side.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = (&self.screen).read(buffer)?;
            let kept = unix_lines(&mut buffer[..count]);
            if kept > 0 || count == 0 {
                return Ok(kept);
            }
        }
    }

    /// Types a line. One for which no room is left is lost, as it would be at a keyboard.
    ///
    /// # Errors
    /// None: what the program does not read is lost.
    pub fn type_line(&self, line: &str) -> io::Result<()> {
        let _ = self.keyboard.try_send(format!("{line}\r\n"));
        Ok(())
    }
}

/// Takes the `\r` of each end of a line away. One that ends the bytes counts as such. Returns how many
/// bytes are left, at the beginning.
fn unix_lines(bytes: &mut [u8]) -> usize {
    let mut kept = 0;
    for at in 0..bytes.len() {
        let ends = matches!(bytes.get(at + 1), Some(b'\n') | None);
        if bytes[at] == b'\r' && ends {
            continue;
        }
        bytes[kept] = bytes[at];
        kept += 1;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_lines_lose_their_return_and_other_returns_stay() {
        for (printed, expected) in [
            ("un\r\ndeux\r\n", "un\ndeux\n"),
            ("10 %\r20 %\r\n", "10 %\r20 %\n"),
            ("\r", ""),
            ("prêt ? ", "prêt ? "),
        ] {
            let mut bytes = printed.as_bytes().to_vec();
            let kept = unix_lines(&mut bytes);
            assert_eq!(&bytes[..kept], expected.as_bytes(), "{printed:?}");
        }
    }
}
