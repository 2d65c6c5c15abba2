//! The arguments of `load`.

use clap::Args;

use super::values::{self, Expected, PAGE_PORT};
use crate::load::door::Door;
use game::rules::RoomCode;
use os::endpoint::{LESSON_PORT, Target};

/// The arguments of `load`.
#[derive(Debug, Args)]
pub struct Load {
    /// The server.
    #[arg(value_name = "HOST-PORT", value_parser = place)]
    pub server: Place,
    /// How many players.
    #[arg(long, value_name = "N", value_parser = values::count, default_value = "100")]
    pub connections: usize,
    /// Guesses of one player that are on their way at once.
    #[arg(long, value_name = "P", value_parser = values::count, default_value = "1")]
    pub pipeline: usize,
    /// How long to play.
    #[arg(long, value_name = "S", default_value = "10", value_parser = values::seconds)]
    pub seconds: u64,
    /// By which door.
    #[arg(long, value_name = "DOOR", value_parser = values::door, default_value = "text")]
    pub door: Door,
    /// A shared room to enter.
    #[arg(long, value_name = "CODE", value_parser = values::room_code)]
    pub room: Option<RoomCode>,
    /// Milliseconds that a player thinks before each guess, about.
    #[arg(long, value_name = "MS", value_parser = values::pause, default_value = "0")]
    pub pause: u64,
    /// Guess once and say nothing more.
    #[arg(long)]
    pub idle: bool,
    /// The server is a Redis, for comparison.
    #[arg(long, hide = true)]
    pub redis: bool,
    /// One JSON document.
    #[arg(long)]
    pub json: bool,
    /// One process's part of the connections: the number of its first.
    #[arg(long, value_name = "N", hide = true, value_parser = values::number)]
    pub part: Option<usize>,
}

impl Load {
    /// The server, at the port that its door usually has if none was given.
    pub fn target(&self) -> Target {
        let usual = self.door.path().map_or(LESSON_PORT, |_| PAGE_PORT);
        Target {
            host: self.server.host.clone(),
            port: self.server.port.unwrap_or(usual),
        }
    }
}

/// A machine, by name or by address, and a port if one was given.
#[derive(Clone, Debug)]
pub struct Place {
    host: String,
    port: Option<u16>,
}

fn place(text: &str) -> Result<Place, Expected> {
    let (host, port) = os::endpoint::split(text).ok_or(Expected("expect-target"))?;
    Ok(Place { host, port })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::cli::{Cli, Command};

    #[test]
    fn the_door_says_which_port_is_meant() {
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
