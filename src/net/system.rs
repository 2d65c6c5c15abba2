//! What the commands need of the system: this machine's addresses, and a runtime for libraries.

use std::io;

use tokio::runtime::{Builder, Runtime};

use game::address::Interface;
use game::phrases::{Lang, say};
use os::console::{Failure, reason};

/// This machine's addresses, by interface, IPv4 first.
///
/// # Errors
/// The system does not list them.
pub fn interfaces(lang: Lang) -> Result<Vec<Interface>, Failure> {
    let mut all = os::interfaces::interfaces().map_err(|error| refused(&error, lang))?;
    all.sort_by(|a, b| (&a.name, a.address).cmp(&(&b.name, b.address)));
    Ok(all)
}

/// The runtime of the libraries for names and for pings.
///
/// # Errors
/// The system refuses what the runtime needs.
pub fn runtime(lang: Lang) -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| refused(&error, lang))
}

fn refused(error: &io::Error, lang: Lang) -> Failure {
    let reason = reason(error, lang).into();
    Failure::Run(say(lang, "net-system", &[("reason", reason)]))
}
