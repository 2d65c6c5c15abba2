//! The arguments of `tap`.

use std::path::PathBuf;

use clap::Args;

use super::values::{self, Expected};
use os::endpoint::{ListenAddress, Target};

/// The arguments of `tap`.
#[derive(Debug, Args)]
pub struct Tap {
    /// The address to listen on.
    #[arg(value_name = "LISTEN", value_parser = values::address)]
    pub listen: ListenAddress,
    /// The server to relay to.
    #[arg(value_name = "HOST-PORT", value_parser = values::target)]
    pub target: Target,
    /// Whether to show lines even on a terminal.
    #[arg(long)]
    pub lines: bool,
    /// The capture file to write.
    #[arg(long, value_name = "FILE")]
    pub pcap: Option<PathBuf>,
    /// Seed of a simulated bad network.
    #[arg(long, value_name = "SEED", value_parser = seed)]
    pub trouble: Option<u64>,
    /// Whether to show one JSON object in each line.
    #[arg(long)]
    pub json: bool,
}

fn seed(text: &str) -> Result<u64, Expected> {
    text.parse().map_err(|_| Expected("expect-seed"))
}
