//! Parses the values of arguments. The error is the id of the phrase that says what to type instead.

use std::error::Error;
use std::fmt;

use clap_complete::Shell;

use os::endpoint::{ListenAddress, Target, split};

use crate::load::Transport;
use game::limits::{HALL_BURST_SECONDS, INTERMISSION_SECONDS, MOST_RATE};
use game::phrases::Lang;
use game::protocol::Pack;
use game::rules::{Commitment, Mode, Opening, Pace, Range, Rate, ResumeCode, RoomCode, Rules};
use lab::dialect::strategy::Strategy;
use server::results::{Format, Table};

/// The port of the page.
pub const PAGE_PORT: u16 = 8080;
/// Days that `--keep` accepts.
pub const DAYS: std::ops::RangeInclusive<u32> = 1..=36_500;
/// Milliseconds that `--quiet-time` accepts; beyond a few seconds a game is unplayable.
pub const QUIET_TIME_MS: std::ops::RangeInclusive<u64> = 1..=5_000;

/// Numbers that `--games` accepts.
pub const GAMES: std::ops::RangeInclusive<u32> = 1..=1_000_000;

/// A value that could not be parsed. Holds the id of the phrase that says what to type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected(pub &'static str);

impl Expected {
    /// The value holds a secret. Its phrase is a whole sentence, which does not repeat the value.
    pub const SECRET: Expected = Expected("usage-secret");
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Expected {}

/// The format of an export, as the command line names it.
pub type ExportFormat = Format;
/// The table of an export, as the command line names it.
pub type ExportTable = Table;

/// Where the page is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Web {
    /// Nowhere.
    Off,
    /// On this address.
    At(ListenAddress),
}

/// A shared room to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomOption {
    /// The room's code, which players type after `SALLE`.
    pub code: RoomCode,
    /// The mode.
    pub mode: Mode,
    /// The range from which numbers are drawn; `None` is the server's.
    pub range: Option<Range>,
    /// The round's time limit in seconds, from its first guess.
    pub limit: Option<u32>,
}

impl RoomOption {
    /// The room's rules; `range` is the server's. `None` if the options contradict each other.
    pub fn rules(&self, range: Range) -> Option<Rules> {
        Rules::new(self.mode, self.range.unwrap_or(range), self.limit)
    }
}

/// `fr` or `en`.
pub fn lang(text: &str) -> Result<Lang, Expected> {
    text.parse().map_err(|()| Expected("expect-lang"))
}

/// `HOST:PORT`, `[v6]:PORT` or a bare port.
pub fn address(text: &str) -> Result<ListenAddress, Expected> {
    text.parse().map_err(|_| Expected("expect-address"))
}

/// `HOST`, `HOST:PORT`, an IPv6 address, or one in brackets with a port.
pub fn target(text: &str) -> Result<Target, Expected> {
    text.parse().map_err(|_| Expected("expect-target"))
}

/// An address, or `off`.
pub fn web(text: &str) -> Result<Web, Expected> {
    if text == "off" {
        return Ok(Web::Off);
    }
    let address = address(text).map_err(|_| Expected("expect-web"))?;
    Ok(Web::At(address))
}

/// A machine's name, without a port.
pub fn host(text: &str) -> Result<String, Expected> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_name = !text.is_empty() && text.chars().all(plain);
    is_name
        .then(|| text.to_owned())
        .ok_or(Expected("expect-host-name"))
}

/// `http://HOST[:PORT]` or `https://HOST[:PORT]`.
pub fn origin(text: &str) -> Result<String, Expected> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let host = ["http://", "https://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let is_host = host.is_some_and(|host| split(host).is_some());
    is_host
        .then(|| text.to_owned())
        .ok_or(Expected("expect-origin"))
}

/// `MIN..MAX`.
pub fn range(text: &str) -> Result<Range, Expected> {
    text.parse().map_err(|()| Expected("expect-range"))
}

/// A word pack.
pub fn pack(text: &str) -> Result<Pack, Expected> {
    Pack::named(text).ok_or(Expected("expect-pack"))
}

/// `CODE=MODE[,MIN..MAX[,SECONDS]]`.
pub fn room(text: &str) -> Result<RoomOption, Expected> {
    let (code, rest) = text.split_once('=').ok_or(Expected("expect-room"))?;
    let parts: Vec<&str> = rest.split(',').collect();
    let (mode, range, seconds) = match parts[..] {
        [mode] => (mode, None, None),
        [mode, range] => (mode, Some(range), None),
        [mode, range, seconds] => (mode, Some(range), Some(seconds)),
        _ => return Err(Expected("expect-room")),
    };
    let limit = seconds.map(str::parse).transpose();
    let option = RoomOption {
        code: room_code(code)?,
        mode: mode.parse().map_err(|()| Expected("expect-mode"))?,
        range: range.map(self::range).transpose()?,
        limit: limit.map_err(|_| Expected("expect-seconds"))?,
    };
    match (option.rules(Range::LESSON), option.mode, option.limit) {
        (Some(_), _, _) => Ok(option),
        (None, Mode::Solo, _) => Err(Expected("expect-no-seconds")),
        (None, Mode::Closest, None) => Err(Expected("expect-some-seconds")),
        (None, _, _) => Err(Expected("expect-seconds")),
    }
}

/// A shared room's code.
pub fn room_code(text: &str) -> Result<RoomCode, Expected> {
    text.parse().map_err(|()| Expected("expect-room-code"))
}

/// A code to resume.
pub fn resume_code(text: &str) -> Result<ResumeCode, Expected> {
    text.parse().map_err(|()| Expected("expect-resume"))
}

/// The rate of `serve --rate`; `None` without one.
pub type RateOption = Option<Rate>;

/// Guesses a second, or `none`.
pub fn rate(text: &str) -> Result<RateOption, Expected> {
    if text == "none" {
        return Ok(None);
    }
    let per_second = text.parse().ok().filter(|it| (1..=MOST_RATE).contains(it));
    let per_second = per_second.ok_or(Expected("expect-rate"))?;
    Ok(Some(Rate {
        per_second,
        burst: per_second.saturating_mul(HALL_BURST_SECONDS),
    }))
}

/// The pace of shared rooms.
pub fn pace(text: &str) -> Result<Pace, Expected> {
    text.parse().map_err(|()| Expected("expect-pace"))
}

/// Seconds between two rounds.
pub fn intermission(text: &str) -> Result<u32, Expected> {
    let seconds = text.parse().ok();
    let seconds = seconds.filter(|seconds| *seconds <= INTERMISSION_SECONDS);
    seconds.ok_or(Expected("expect-intermission"))
}

/// Milliseconds.
pub fn quiet_time(text: &str) -> Result<u64, Expected> {
    let ms = text.parse().ok().filter(|ms| QUIET_TIME_MS.contains(ms));
    ms.ok_or(Expected("expect-quiet-time"))
}

/// A number of days.
pub fn days(text: &str) -> Result<u32, Expected> {
    let days = text.parse().ok().filter(|days| DAYS.contains(days));
    days.ok_or(Expected("expect-days"))
}

/// A number of games.
pub fn games(text: &str) -> Result<u32, Expected> {
    let games = text.parse().ok().filter(|games| GAMES.contains(games));
    games.ok_or(Expected("expect-games"))
}

/// `bisect`, `linear` or `random`.
pub fn strategy(text: &str) -> Result<Strategy, Expected> {
    text.parse().map_err(|()| Expected("expect-strategy"))
}

/// A number of at least 1.
pub fn count(text: &str) -> Result<usize, Expected> {
    let count = text.parse().ok().filter(|count| *count > 0);
    count.ok_or(Expected("expect-count"))
}

/// Seconds, from 1 to a day.
pub fn seconds(text: &str) -> Result<u64, Expected> {
    let seconds = text
        .parse()
        .ok()
        .filter(|seconds| (1..=86_400).contains(seconds));
    seconds.ok_or(Expected("expect-duration"))
}

/// The transport of a load's players.
pub fn transport(text: &str) -> Result<Transport, Expected> {
    text.parse().map_err(|()| Expected("expect-door"))
}

/// A player's pause in milliseconds, up to a minute.
pub fn pause(text: &str) -> Result<u64, Expected> {
    let pause = text.parse().ok().filter(|ms| *ms <= 60_000);
    pause.ok_or(Expected("expect-pause"))
}

/// A commitment: 64 hexadecimal digits.
pub fn commitment(text: &str) -> Result<Commitment, Expected> {
    text.parse().map_err(|()| Expected("expect-commitment"))
}

/// An opening: `jp1:…`.
pub fn opening(text: &str) -> Result<Opening, Expected> {
    text.parse().map_err(|()| Expected("expect-opening"))
}

/// `csv`, `json` or `xlsx`.
pub fn format(text: &str) -> Result<ExportFormat, Expected> {
    Format::named(text).ok_or(Expected("expect-format"))
}

/// `rounds`, `tries`, `answers` or `tournament`.
pub fn table(text: &str) -> Result<ExportTable, Expected> {
    Table::named(text).ok_or(Expected("expect-table"))
}

/// A shell whose completions the tests cover.
pub fn shell(text: &str) -> Result<Shell, Expected> {
    match text {
        "bash" => Ok(Shell::Bash),
        "zsh" => Ok(Shell::Zsh),
        "fish" => Ok(Shell::Fish),
        "powershell" => Ok(Shell::PowerShell),
        _ => Err(Expected("expect-shell")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_in_every_spelling() {
        let host = |host: &str, port| {
            let host = host.to_owned();
            Ok(ListenAddress::Host(Target::new(host, port)))
        };
        assert_eq!(address("50000"), Ok(ListenAddress::Everywhere(50_000)));
        assert_eq!(address("127.0.0.1:0"), host("127.0.0.1", 0));
        assert_eq!(address("[::1]:8080"), host("::1", 8080));
        assert_eq!(address("prof.local:1"), host("prof.local", 1));
        for text in [
            "", ":", ":5", "a", "a:", "a:b", "a:70000", "::1", "[::1]", "[a]:1", "a b:1", "1:2:3",
        ] {
            assert_eq!(address(text), Err(Expected("expect-address")), "{text:?}");
        }
    }

    #[test]
    fn a_target_needs_no_port_and_shows_as_it_is_typed() {
        let shown = |text: &str| target(text).map(|target| target.to_string());
        assert_eq!(shown("prof"), Ok("prof:50000".to_owned()));
        assert_eq!(shown("10.0.0.1:7"), Ok("10.0.0.1:7".to_owned()));
        for text in ["::1", "[::1]", "[::1]:50000"] {
            assert_eq!(shown(text), Ok("[::1]:50000".to_owned()), "{text}");
        }
        for text in ["", "http://x", "a:b", "[::1", "[::1]x", "a:1:2"] {
            assert_eq!(shown(text), Err(Expected("expect-target")), "{text:?}");
        }
    }

    #[test]
    fn names_and_origins_have_no_path() {
        assert_eq!(host("prof.lycee.fr"), Ok("prof.lycee.fr".to_owned()));
        for text in ["", "prof:8080", "http://prof", "prof/x", "é"] {
            assert_eq!(host(text), Err(Expected("expect-host-name")), "{text:?}");
        }
        let shown = origin("https://notebook.example/");
        assert_eq!(shown, Ok("https://notebook.example".to_owned()));
        assert!(origin("http://[::1]:8888").is_ok());
        for text in [
            "",
            "null",
            "*",
            "notebook.example",
            "https://",
            "ftp://x",
            "http://x/y",
        ] {
            assert_eq!(origin(text), Err(Expected("expect-origin")), "{text:?}");
        }
    }

    #[test]
    fn a_room_says_which_part_is_wrong() {
        let sound = room("ce1=sans-depasser,1..50,60").expect("sound");
        assert_eq!((sound.code.as_str(), sound.limit), ("CE1", Some(60)));
        assert!(room("4821=course").is_ok_and(|room| room.range.is_none()));
        assert!(room("a=course,-5..5,9").is_ok());
        let wrong = [
            ("4821", "expect-room"),
            ("a=course,1..9,5,6", "expect-room"),
            ("a b=solo", "expect-room-code"),
            ("hall=solo", "expect-room-code"),
            ("a=chess", "expect-mode"),
            ("a=course,9..1", "expect-range"),
            ("a=course,1..9,x", "expect-seconds"),
            ("a=course,1..9,0", "expect-seconds"),
            ("a=solo,1..9,5", "expect-no-seconds"),
            ("a=sans-depasser", "expect-some-seconds"),
            ("a=sans-depasser,1..9", "expect-some-seconds"),
        ];
        for (text, id) in wrong {
            assert_eq!(room(text), Err(Expected(id)), "{text}");
        }
    }
}
