//! The arguments of `journal`: what is done to a journal as a whole.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::log::{LogArgs, Servers, event, monitors, servers};
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
    /// A file of NATS credentials.
    #[arg(long, value_name = "FILE")]
    pub nats_creds: Option<PathBuf>,
    /// Who signed the servers' certificates.
    #[arg(long, value_name = "FILE")]
    pub nats_ca: Option<PathBuf>,
    /// This machine's certificate.
    #[arg(long, value_name = "FILE", requires = "nats_key")]
    pub nats_cert: Option<PathBuf>,
    /// Its key.
    #[arg(long, value_name = "FILE", requires = "nats_cert")]
    pub nats_key: Option<PathBuf>,
    /// The servers' monitoring addresses.
    #[arg(long, value_name = "MONITORS", value_parser = monitors)]
    pub nats_monitor: Option<Servers>,
}

impl Copy {
    /// The same as `serve` is given it, for the log on these servers.
    pub fn log(&self, servers: &Servers) -> LogArgs {
        LogArgs {
            journal: Some(servers.clone()),
            event: self.event.clone(),
            nats_creds: self.nats_creds.clone(),
            nats_ca: self.nats_ca.clone(),
            nats_cert: self.nats_cert.clone(),
            nats_key: self.nats_key.clone(),
            nats_monitor: self.nats_monitor.clone(),
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
