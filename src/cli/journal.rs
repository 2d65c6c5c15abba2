//! The arguments of `journal`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::log::{Access, LogArgs, Servers, event, servers};
use super::values::Expected;

/// The commands about a journal as a whole.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Copies a journal, and compares the copy.
    Copy(Copy),
}

/// The arguments of `journal copy`.
#[derive(Debug, Args)]
pub struct Copy {
    /// The journal to copy.
    #[arg(value_name = "PLACE", value_parser = place)]
    pub from: Place,
    /// The copy; it must not exist.
    #[arg(value_name = "PLACE", value_parser = place)]
    pub to: Place,
    /// The event's name; needed if either place is a shared log.
    #[arg(long, value_name = "EVENT", value_parser = event)]
    pub event: Option<String>,
    /// The arguments about access to a shared log.
    #[command(flatten)]
    pub access: Access,
}

impl Copy {
    /// The arguments of a shared log on these servers, as `serve` has them.
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
    /// A folder.
    Folder(PathBuf),
    /// A shared log on these servers.
    Log(Servers),
}

/// Parses a folder, or `nats://HOST,HOST`.
pub fn place(text: &str) -> Result<Place, Expected> {
    match text.contains("://") {
        true => servers(text).map(Place::Log),
        false => Ok(Place::Folder(text.into())),
    }
}
