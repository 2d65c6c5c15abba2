//! What `serve` is told by whoever operates it for many.

use clap::Args;

use super::values::{self, Address, Expected};

/// A port for the metrics, for examples; there is none unless one is asked for.
pub const METRICS_PORT: u16 = 9_090;

/// The arguments of `serve` for whoever operates it.
#[derive(Debug, Args)]
pub struct Operating {
    /// Where metrics are told.
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub metrics: Option<Address>,
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

/// `text` or `json`.
pub fn log_format(text: &str) -> Result<LogFormat, Expected> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Expected("expect-log-format")),
    }
}
