//! The arguments of `load`.

use clap::Args;

use super::tls::TlsArgs;
use super::values::{self, Expected, PAGE_PORT};
use crate::load::Transport;
use game::rules::RoomCode;
use os::endpoint::{LESSON_PORT, Target};

/// The arguments of `load`.
#[derive(Debug, Args)]
pub struct Load {
    /// The server.
    #[arg(value_name = "HOST-PORT", value_parser = server)]
    pub server: Server,
    /// Number of players.
    #[arg(long, value_name = "N", value_parser = values::count, default_value = "100")]
    pub connections: usize,
    /// Guesses that a player sends before their answers arrive.
    #[arg(long, value_name = "P", value_parser = values::count, default_value = "1")]
    pub pipeline: usize,
    /// Seconds of play.
    #[arg(long, value_name = "S", default_value = "10", value_parser = values::seconds)]
    pub seconds: u64,
    /// The transport.
    #[arg(long, value_name = "DOOR", value_parser = values::transport, default_value = "text")]
    pub door: Transport,
    /// The shared room to enter.
    #[arg(long, value_name = "CODE", value_parser = values::room_code)]
    pub room: Option<RoomCode>,
    /// Milliseconds that a player waits before each guess, on average.
    #[arg(long, value_name = "MS", value_parser = values::pause, default_value = "0")]
    pub pause: u64,
    /// Whether players guess once and are silent afterwards.
    #[arg(long)]
    pub idle: bool,
    /// TLS.
    #[command(flatten)]
    pub tls: TlsArgs,
    /// Whether to print one JSON document.
    #[arg(long)]
    pub json: bool,
}

impl Load {
    /// The server; without a port, at the default port of the transport.
    pub fn target(&self) -> Target {
        let default = self.door.path().map_or(LESSON_PORT, |_| PAGE_PORT);
        Target::new(
            self.server.host.clone(),
            self.server.port.unwrap_or(default),
        )
    }
}

/// A server's name or address, and its port if one was typed.
#[derive(Clone, Debug)]
pub struct Server {
    host: String,
    port: Option<u16>,
}

fn server(text: &str) -> Result<Server, Expected> {
    let (host, port) = os::endpoint::split(text).ok_or(Expected("expect-target"))?;
    Ok(Server { host, port })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::cli::{Cli, Command};

    #[test]
    fn the_transport_decides_the_default_port() {
        let target = |arguments: &[&str]| {
            let line = ["juste-prix", "load"].iter().chain(arguments);
            match Cli::try_parse_from(line).expect("it is right").command {
                Command::Load(load) => load.target().to_string(),
                other => panic!("load, not {other:?}"),
            }
        };
        assert_eq!(target(&["prof"]), "prof:50000");
        assert_eq!(target(&["prof", "--door", "ws"]), "prof:8080");
        assert_eq!(target(&["::1", "--door", "ws-text"]), "[::1]:8080");
        assert_eq!(target(&["prof:80", "--door", "ws"]), "prof:80");
    }
}
