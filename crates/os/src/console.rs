//! The terminal of a command: how it writes there, how it ends, and why the system refused it.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use ::console::Term;

use game::phrases::{Lang, say};
use game::visible;

use crate::listen::is_reserved;

/// Why a command did not do all that it was asked.
#[derive(Debug)]
pub enum Failure {
    /// The command line makes no sense: what to type instead. Exit status 2.
    Usage(String),
    /// The run failed: what happened, to what, and what to do. Exit status 1.
    Run(String),
    /// What was examined fell short; this has been said. Exit status 1.
    FellShort,
    /// What was to be examined could not be; this has been said. Exit status 2.
    NotExamined,
    /// The reader of the output has closed it: they have enough, so this is success.
    OutputClosed,
}

impl Failure {
    /// Standard output can't be written.
    pub fn output(error: &io::Error, lang: Lang) -> Failure {
        if error.kind() == ErrorKind::BrokenPipe {
            return Failure::OutputClosed;
        }
        let reason = reason(error, lang).into();
        Failure::Run(say(lang, "stdout-failed", &[("reason", reason)]))
    }

    /// Standard input can't be read.
    pub fn input(error: &io::Error, lang: Lang) -> Failure {
        let reason = reason(error, lang).into();
        Failure::Run(say(lang, "input-failed", &[("reason", reason)]))
    }
}

/// The exit status of a command that ended so; says what went wrong.
pub fn status(done: Result<(), Failure>) -> ExitCode {
    match done {
        Ok(()) | Err(Failure::OutputClosed) => ExitCode::SUCCESS,
        Err(Failure::FellShort) => ExitCode::from(1),
        Err(Failure::NotExamined) => ExitCode::from(2),
        Err(Failure::Run(sentence)) => {
            complain(&sentence);
            ExitCode::from(1)
        }
        Err(Failure::Usage(sentence)) => {
            complain(&sentence);
            ExitCode::from(2)
        }
    }
}

/// Writes a line on standard output, at once.
pub fn print(line: &str, lang: Lang) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::output(&error, lang))
}

/// Writes a JSON document on standard output, at once, with hidden characters escaped.
///
/// # Errors
/// Standard output cannot be written.
pub fn print_json(document: &dyn Display, lang: Lang) -> Result<(), Failure> {
    print(&visible::json(&document.to_string()), lang)
}

/// Writes a line on standard error; where that is closed nobody wants to know.
pub fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Standard error as the log writes to it. On Unix it is a descriptor of its own: a write that blocks
/// then does not hold the lock of the process's standard error. Elsewhere it is the process's
/// standard error, which alone converts UTF-8 for a console.
///
/// # Errors
/// The system's, when it gives no descriptor.
pub fn log_output() -> io::Result<Box<dyn Write + Send>> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let own = io::stderr().as_fd().try_clone_to_owned()?;
        Ok(Box::new(std::fs::File::from(own)))
    }
    #[cfg(not(unix))]
    Ok(Box::new(io::stderr()))
}

/// Whether a person reads standard output at a terminal.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether the terminal was opened for this process alone and closes with it: a double click on Windows.
/// A terminal of other systems belongs to a shell.
pub fn is_own_window() -> bool {
    #[cfg(windows)]
    return io::stdin().is_terminal() && is_terminal() && win32::console_processes() == 1;
    #[cfg(not(windows))]
    false
}

/// Waits for a key: a window that closes with its process would hide what was said last.
pub fn wait_for_key() {
    // Without a key the window closes at once.
    let _ = Term::stdout().read_key();
}

/// The width, in columns, of the terminal that standard output goes to; `None` if it is no terminal.
pub fn columns() -> Option<usize> {
    let (_, columns) = Term::stdout().size_checked()?;
    Some(columns.into())
}

/// Why the system refused, in the user's language where it is a reason that one meets.
pub fn reason(error: &io::Error, lang: Lang) -> String {
    let id = match error.kind() {
        _ if is_reserved(error) => "reason-reserved",
        ErrorKind::AddrInUse => "reason-in-use",
        ErrorKind::AddrNotAvailable => "reason-not-here",
        ErrorKind::PermissionDenied => "reason-permission",
        ErrorKind::ConnectionRefused => "reason-refused",
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "reason-timed-out",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => "reason-unreachable",
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => "reason-reset",
        ErrorKind::NotFound => "reason-not-found",
        ErrorKind::StorageFull => "reason-full",
        ErrorKind::Unsupported => "reason-unsupported",
        ErrorKind::FileTooLarge => "reason-too-large",
        ErrorKind::InvalidData => "reason-not-text",
        // The look-up of a name fails with a number of its own, not the system's.
        _ if error.raw_os_error().is_none() => "reason-name",
        _ => {
            let text = error.to_string();
            return say(lang, "reason-other", &[("text", text.into())]);
        }
    };
    say(lang, id, &[])
}
