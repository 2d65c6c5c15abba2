//! What `serve` says to whoever operates it, once `--log` asks for it.

use super::{Failure, reason};
use crate::cli::operating::LogFormat;
use crate::phrases::{Lang, say};
use crate::server::log::{Event, Format, Log};

/// The log that was asked for.
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

/// A failure that is told once: in the log, where there is one, else as any command's.
pub fn failed(log: &Log, reason: String) -> Failure {
    match log.is_on() {
        true => {
            log.say(Event::Failed { reason });
            Failure::FellShort
        }
        false => Failure::Run(reason),
    }
}
