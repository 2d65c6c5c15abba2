//! Where the journal is, from the arguments that say so.

use std::path::PathBuf;

use crate::cli::log::LogArgs;
use game::phrases::{Lang, say};
use os::console::Failure;
use os::files::user_data;
use server::journal::{Event, Login};

/// The folder that the user asked for, or the default one in the user's home.
///
/// # Errors
/// No folder was asked for, and the user has no home.
pub fn data_folder(asked: Option<PathBuf>, lang: Lang) -> Result<PathBuf, Failure> {
    if let Some(folder) = asked {
        return Ok(folder);
    }
    match user_data() {
        Some(folder) => Ok(folder.join("juste-prix")),
        None => Err(Failure::Run(say(lang, "no-home", &[]))),
    }
}

/// The event's shared log; `None` if the arguments name none.
pub fn event(args: &LogArgs) -> Option<Event> {
    let (servers, name) = args.journal.as_ref().zip(args.event.as_ref())?;
    let access = &args.access;
    Some(Event {
        servers: servers.0.clone(),
        name: name.clone(),
        login: login(|name| std::env::var(name).ok()),
        credentials: access.nats_creds.clone(),
        authority: access.nats_ca.clone(),
        certificate: access.nats_cert.clone().zip(access.nats_key.clone()),
        monitors: access
            .nats_monitor
            .as_ref()
            .map_or(Vec::new(), |all| all.0.clone()),
    })
}

/// The login in the environment, which unlike the command line only its owner can read. The variables
/// are those of NATS' own tools.
fn login(variable: impl Fn(&str) -> Option<String>) -> Option<Login> {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    match (set("NATS_USER"), set("NATS_PASSWORD")) {
        (Some(user), Some(password)) => Some(Login::Password { user, password }),
        _ => set("NATS_TOKEN").map(Login::Token),
    }
}
