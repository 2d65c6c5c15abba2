//! From the arguments about a shared log to the log; and what `serve` writes about itself.

use crate::cli::log::LogArgs;
use crate::cli::operating::LogFormat;
use game::phrases::{Lang, say};
use os::console::{Failure, complain, reason};
use server::journal;
use server::log::{Event, Format, Log};

/// The event that was named, if one was.
pub fn event(args: &LogArgs) -> Option<journal::Event> {
    let (servers, name) = args.journal.as_ref().zip(args.event.as_ref())?;
    let access = &args.access;
    Some(journal::Event {
        servers: servers.0.clone(),
        name: name.clone(),
        credentials: access.nats_creds.clone(),
        authority: access.nats_ca.clone(),
        certificate: access.nats_cert.clone().zip(access.nats_key.clone()),
        monitors: access
            .nats_monitor
            .as_ref()
            .map_or(Vec::new(), |all| all.0.clone()),
    })
}

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

/// Says that the log takes no entries, or does again, to whoever has the server's terminal.
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
