//! The signals that a program heeds: requests to end (Ctrl-C and what else a system has for it), and
//! the one that must not end it.

use std::io;

#[cfg(unix)]
pub use unix::EndRequests;
#[cfg(windows)]
pub use windows::EndRequests;

#[cfg(unix)]
mod unix {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// SIGINT and SIGTERM, and SIGHUP if it was asked for. While there is a value, they do not end the
    /// process by themselves, nor ever after.
    #[derive(Debug)]
    pub struct EndRequests {
        interrupt: Signal,
        terminate: Signal,
        hangup: Option<Signal>,
    }

    impl EndRequests {
        pub(super) fn open(hangup: bool) -> io::Result<EndRequests> {
            Ok(EndRequests {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup: match hangup {
                    true => Some(signal(SignalKind::hangup())?),
                    false => None,
                },
            })
        }

        /// Waits for the next request. Returns the exit status of a process that it ends: 128 and the
        /// signal's number.
        pub async fn next(&mut self) -> i32 {
            let hangup = async {
                match &mut self.hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            let kind = tokio::select! {
                _ = self.interrupt.recv() => SignalKind::interrupt(),
                _ = self.terminate.recv() => SignalKind::terminate(),
                _ = hangup => SignalKind::hangup(),
            };
            128 + kind.as_raw_value()
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::io;

    use tokio::signal::windows::{
        CtrlBreak, CtrlC, CtrlClose, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown,
    };

    /// What a shell tells of a program that Ctrl-C ended: 128 and the signal's number, as on Unix.
    const INTERRUPTED: i32 = 130;
    /// The same for a request to terminate.
    const TERMINATED: i32 = 143;

    /// Ctrl-C and Ctrl-Break, the end of the console's window if it was asked for, and of the system.
    /// While there is a value, they do not end the process by themselves, nor ever after; the system
    /// ends it a few seconds after the window is closed.
    #[derive(Debug)]
    pub struct EndRequests {
        interrupt: CtrlC,
        stop: CtrlBreak,
        close: Option<CtrlClose>,
        shutdown: CtrlShutdown,
    }

    impl EndRequests {
        pub(super) fn open(hangup: bool) -> io::Result<EndRequests> {
            Ok(EndRequests {
                interrupt: ctrl_c()?,
                stop: ctrl_break()?,
                close: if hangup { Some(ctrl_close()?) } else { None },
                shutdown: ctrl_shutdown()?,
            })
        }

        /// Waits for the next request. Returns the exit status of a process that it ends.
        pub async fn next(&mut self) -> i32 {
            let close = async {
                match &mut self.close {
                    Some(close) => close.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = self.interrupt.recv() => INTERRUPTED,
                _ = self.stop.recv() => INTERRUPTED,
                _ = close => TERMINATED,
                _ = self.shutdown.recv() => TERMINATED,
            }
        }
    }
}

impl EndRequests {
    /// Ctrl-C, and a request to terminate where there is one. Needs a tokio runtime with I/O.
    ///
    /// # Errors
    /// The system's, when the handlers can't be installed.
    pub fn new() -> io::Result<EndRequests> {
        EndRequests::open(false)
    }

    /// The same, and the end of the terminal or session.
    ///
    /// # Errors
    /// The system's, when the handlers can't be installed.
    pub fn with_hangup() -> io::Result<EndRequests> {
        EndRequests::open(true)
    }
}

/// Lets a write past the limit on a file's size fail, so that the journal can say so, where the
/// system would kill the process (SIGXFSZ). Needs a tokio runtime with I/O; holds for the process's
/// life.
///
/// # Errors
/// The system's, when the handler can't be installed.
pub fn survive_file_size_limit() -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::Signal;
        use tokio::signal::unix::{SignalKind, signal};
        drop(signal(SignalKind::from_raw(Signal::XFSZ.as_raw()))?);
    }
    Ok(())
}
