//! The log that `serve` writes about itself, and what goes to its terminal instead.

use crate::cli::operating::LogFormat;
use game::engine::Space;
use game::phrases::{Lang, say};
use os::console::{Failure, complain, reason};
use server::log::{Event, Format, Log};

/// Starts the log in the format asked for; without a format nothing is logged.
///
/// # Errors
/// The log's thread cannot be started.
pub fn log(format: Option<LogFormat>, lang: Lang) -> Result<Log, Failure> {
    let Some(format) = format else {
        return Ok(Log::default());
    };
    let format = match format {
        LogFormat::Text => Format::Text,
        LogFormat::Json => Format::Json,
    };
    let log = Log::start(format).map_err(|error| {
        let reason = reason(&error, lang).into();
        Failure::Run(say(lang, "serve-system", &[("reason", reason)]))
    })?;
    log.tell_panics();
    Ok(log)
}

/// Reports a failure once: in the log if there is one, otherwise on the terminal.
pub fn failed(log: &Log, reason: String) -> Failure {
    if log.is_on() {
        log.say(Event::Failed { reason });
        Failure::FellShort
    } else {
        Failure::Run(reason)
    }
}

/// Says on the server's terminal that the shared log accepts no entries (with the reason), or
/// accepts them again (`None`).
pub fn log_lost(reason: Option<&str>, lang: Lang) {
    complain(&match reason {
        Some(reason) => say(
            lang,
            "serve-log-lost",
            &[("reason", reason.to_owned().into())],
        ),
        None => say(lang, "serve-log-back", &[]),
    });
}

/// Says on the server's terminal that the space on the journal's disk has become less, or more again.
pub fn space_left(space: Space, lang: Lang) {
    let id = match space {
        Space::Enough => "serve-space-enough",
        Space::Low => "serve-space-low",
        Space::Nothing => "serve-space-nothing",
    };
    complain(&say(lang, id, &[]));
}
