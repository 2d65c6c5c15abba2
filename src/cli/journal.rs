//! The arguments of `journal`: what is done to a journal as a whole.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::log::{Access, LogArgs, Servers, event, servers};
use super::values::Expected;

/// What can be done to a journal.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Copies it, and compares.
    Copy(Copy),
}

/// The arguments of `journal copy`.
#[derive(Debug, Args)]
pub struct Copy {
    /// The journal to copy.
    #[arg(value_name = "PLACE", value_parser = place)]
    pub from: Place,
    /// Where to: nothing may be there.
    #[arg(value_name = "PLACE", value_parser = place)]
    pub to: Place,
    /// The event's name, where either is shared.
    #[arg(long, value_name = "EVENT", value_parser = event)]
    pub event: Option<String>,
    /// How to be let in.
    #[command(flatten)]
    pub access: Access,
}

impl Copy {
    /// The same as `serve` is given it, for the log on these servers.
    pub fn log(&self, servers: &Servers) -> LogArgs {
        LogArgs {
            journal: Some(servers.clone()),
            event: self.event.clone(),
            access: self.access.clone(),
        }
    }
}

/// Where a journal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a folder.
    Folder(PathBuf),
    /// On these servers.
    Log(Servers),
}

/// A folder, or `nats://HOST,HOST`.
pub fn place(text: &str) -> Result<Place, Expected> {
    match text.contains("://") {
        true => servers(text).map(Place::Log),
        false => Ok(Place::Folder(text.into())),
    }
}
