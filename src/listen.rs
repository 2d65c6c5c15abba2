//! The addresses to listen on, and what to say when the system refuses one.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use crate::cli::operating::METRICS_PORT;
use crate::cli::values::PAGE_PORT;
use game::phrases::{Lang, say};
use os::console::{Failure, reason};
use os::endpoint::{LESSON_PORT, ListenAddress};
use os::listen::is_reserved;
use server::ListenerKind;

/// Resolves the addresses that the user typed for a listener.
///
/// # Errors
/// A name has no address.
pub fn resolve(
    listener: ListenerKind,
    addresses: &[ListenAddress],
    lang: Lang,
) -> Result<Vec<SocketAddr>, Failure> {
    let mut found = Vec::new();
    for address in addresses {
        let resolved = address.resolve().map_err(|error| {
            let (option, lesson) = option(listener);
            let args = [
                ("address", address.to_string().into()),
                ("reason", reason(&error, lang).into()),
                ("option", option.into()),
                ("lesson", lesson.to_string().into()),
            ];
            Failure::Run(say(lang, "serve-no-name", &args))
        })?;
        found.extend(resolved);
    }
    Ok(found)
}

/// A port below those of which Windows keeps ranges for itself.
const UNRESERVED_PORT: u16 = 5000;

/// The sentence for an address that could not be bound: what happened, and what to do.
pub fn not_bound(
    listener: ListenerKind,
    address: SocketAddr,
    error: &io::Error,
    lang: Lang,
) -> String {
    let id = match error.kind() {
        _ if is_reserved(error) => "serve-bind-reserved",
        ErrorKind::AddrInUse => "serve-bind-in-use",
        ErrorKind::AddrNotAvailable => "serve-bind-not-here",
        ErrorKind::PermissionDenied => "serve-bind-permission",
        _ => "serve-bind-other",
    };
    // A port to suggest: the next one, if it needs no privilege.
    let other = address.port().checked_add(1).filter(|port| *port > 1024);
    let (option, lesson) = option(listener);
    let args = [
        ("address", address.to_string().into()),
        ("port", address.port().to_string().into()),
        ("other", other.unwrap_or(lesson).to_string().into()),
        ("option", option.into()),
        ("lesson", lesson.to_string().into()),
        ("low", UNRESERVED_PORT.to_string().into()),
        ("reason", reason(error, lang).into()),
    ];
    say(lang, id, &args)
}

/// The option that sets the listener's address, and its default port.
fn option(listener: ListenerKind) -> (&'static str, u16) {
    match listener {
        ListenerKind::Text => ("--listen", LESSON_PORT),
        ListenerKind::Quiet => ("--quiet-listen", LESSON_PORT + 1),
        ListenerKind::Tls => ("--tls-listen", LESSON_PORT + 2),
        ListenerKind::Page => ("--web", PAGE_PORT),
        ListenerKind::Metrics => ("--metrics", METRICS_PORT),
    }
}
