//! The terminal of a program: a pseudo-terminal, so that its prompts, its buffers and its `input()`
//! behave as they do for its author. What is typed is not echoed.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{
    LocalModes, OptionalActions, OutputModes, Winsize, tcgetattr, tcsetattr, tcsetwinsize,
};

/// The side of the person who sits at the terminal.
#[derive(Debug)]
pub struct Terminal(File);

impl Terminal {
    /// A terminal of 24 rows and 80 columns, and the program's side of it.
    pub(super) fn open() -> io::Result<(Terminal, OwnedFd)> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let seat = openpt(flags)?;
        grantpt(&seat)?;
        unlockpt(&seat)?;
        let program = ioctl_tiocgptpeer(&seat, flags)?;
        let mut modes = tcgetattr(&program)?;
        modes.local_modes.remove(LocalModes::ECHO);
        // A newline stays one byte.
        modes.output_modes.remove(OutputModes::ONLCR);
        tcsetattr(&program, OptionalActions::Now, &modes)?;
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&program, size)?;
        Ok((Terminal(File::from(seat)), program))
    }

    /// Whether the program has printed what was not read yet.
    pub fn has_output(&self) -> bool {
        let mut events = [PollFd::new(self, PollFlags::IN)];
        let now = Timespec::default();
        poll(&mut events, Some(&now)).is_ok() && events[0].revents().contains(PollFlags::IN)
    }

    /// Reads what the program has printed; waits if there is nothing. Returns 0 when its side is
    /// closed.
    ///
    /// # Errors
    /// The system's, when the program has closed its side.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match (&self.0).read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Types a line. A terminal takes 4,096 bytes that nobody has read yet; a line that finds no
    /// room any more is lost, as it would be for its author.
    ///
    /// # Errors
    /// The system's, when the program has closed its side.
    pub fn type_line(&self, line: &str) -> io::Result<()> {
        (&self.0).write_all(format!("{line}\n").as_bytes())
    }
}

impl AsFd for Terminal {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
