//! The arguments of `serve` for operators.

use clap::Args;

use game::address::prefix::{Prefix, width};

use super::values::{self, Expected};
use os::endpoint::ListenAddress;

/// The port of the metrics in examples. There is no default: without the option there are none.
pub const METRICS_PORT: u16 = 9_090;

/// The arguments of `serve` for operators.
#[derive(Debug, Args)]
pub struct Operating {
    /// Where the metrics are served.
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub metrics: Option<ListenAddress>,
    /// Networks of trusted proxies, which tell for whom they connect.
    #[arg(long, value_name = "PREFIX", value_parser = prefix)]
    pub trust_proxy: Vec<Prefix>,
    /// Whether to keep silent on the local network.
    #[arg(long)]
    pub no_mdns: bool,
    /// The format of the log; without it nothing is logged.
    #[arg(long, value_name = "LOG-FORMAT", value_parser = log_format)]
    pub log: Option<LogFormat>,
}

/// The format of the log's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text.
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
