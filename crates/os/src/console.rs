//! The terminal of a command: how it writes there, how it ends, and why the system refused it.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use game::phrases::{Lang, say};

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
    /// Whoever read the output closed it: they have enough, so this is success.
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

/// Writes a line on standard error; where that is closed nobody wants to know.
pub fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Why the system refused, in the user's language where it is a reason that one meets.
pub fn reason(error: &io::Error, lang: Lang) -> String {
    let id = match error.kind() {
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
        // The look-up of a name fails with a number of its own, not the system's.
        _ if error.raw_os_error().is_none() => "reason-name",
        _ => {
            let text = error.to_string();
            return say(lang, "reason-other", &[("text", text.into())]);
        }
    };
    say(lang, id, &[])
}
