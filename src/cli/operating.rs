//! What `serve` is told by whoever operates it for many.

use clap::Args;

use game::address::prefix::{Prefix, width};

use super::values::{self, Expected};
use os::endpoint::ListenAddress;

/// A port for the metrics, for examples; there is none unless one is asked for.
pub const METRICS_PORT: u16 = 9_090;

/// The arguments of `serve` for whoever operates it.
#[derive(Debug, Args)]
pub struct Operating {
    /// Where metrics are told.
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub metrics: Option<ListenAddress>,
    /// Who may say for whom they connect.
    #[arg(long, value_name = "PREFIX", value_parser = prefix)]
    pub trust_proxy: Vec<Prefix>,
    /// Does not tell the local network.
    #[arg(long)]
    pub no_mdns: bool,
    /// What happens, a line each.
    #[arg(long, value_name = "LOG-FORMAT", value_parser = log_format)]
    pub log: Option<LogFormat>,
}

/// How the log's lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Words.
    Text,
    /// JSON objects.
    Json,
}

/// `ADDRESS` or `ADDRESS/LENGTH`.
pub fn prefix(text: &str) -> Result<Prefix, Expected> {
    let one = || {
        let address = text.parse().ok()?;
        Prefix::new(address, width(address))
    };
    let network = text.parse().ok().or_else(one);
    network.ok_or(Expected("expect-prefix"))
}

/// `text` or `json`.
pub fn log_format(text: &str) -> Result<LogFormat, Expected> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Expected("expect-log-format")),
    }
}
