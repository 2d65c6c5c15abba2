//! The terminal of a learner's program: a pseudo-terminal, so that its prompts, its buffers and
//! its `input()` behave as they do for the learner. What is typed is not echoed.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::sync::Mutex;

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{
    LocalModes, OptionalActions, OutputModes, Winsize, tcgetattr, tcsetattr, tcsetwinsize,
};

/// The side of whoever sits at the terminal.
#[derive(Debug)]
pub struct Terminal {
    /// Gives what the program prints, takes what is typed.
    pub seat: File,
    /// Held while what was printed is taken and written down.
    pub reading: Mutex<()>,
}

impl Terminal {
    /// A terminal, and the side that a program takes for its standard input and outputs.
    pub fn open() -> io::Result<(Terminal, OwnedFd)> {
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
        let terminal = Terminal {
            seat: File::from(seat),
            reading: Mutex::new(()),
        };
        Ok((terminal, program))
    }

    /// Types a line. A terminal takes 4,096 bytes that nobody has read yet; a line that finds no
    /// room any more is lost, as it would be for the learner.
    pub fn type_line(&self, line: &str) -> io::Result<()> {
        (&self.seat).write_all(format!("{line}\n").as_bytes())
    }
}
