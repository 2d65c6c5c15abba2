//! The arguments about TLS.

use std::path::PathBuf;

use clap::Args;

use super::values;
use os::endpoint::ListenAddress;

/// The arguments of commands that connect to a server.
#[derive(Clone, Debug, Default, Args)]
pub struct TlsArgs {
    /// Whether to connect by TLS.
    #[arg(long)]
    pub tls: bool,
    /// A certificate authority to trust besides the system's.
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub tls_ca: Option<PathBuf>,
}

/// The arguments of `serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeTls {
    /// The certificate, with those between it and its authority.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Where the text protocol is served by TLS.
    #[arg(long, value_name = "ADDR", value_parser = values::address, requires = "tls_cert")]
    pub tls_listen: Vec<ListenAddress>,
}
