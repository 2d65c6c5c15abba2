//! The command line: every command and every option.
//!
//! The text of `--help` is in the phrase catalogues, under an id made of the command's and the
//! argument's names ([`help`]). [`usage`] explains what is wrong with a command line.

pub(crate) mod check;
pub mod help;
pub(crate) mod journal;
pub(crate) mod load;
pub(crate) mod log;
pub(crate) mod net;
pub(crate) mod operating;
pub(crate) mod tap;
pub(crate) mod tls;
pub(crate) mod usage;
pub(crate) mod values;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

use game::phrases::Lang;
use game::protocol::Pack;
use game::rules::{Commitment, Opening, Pace, Range, ResumeCode, RoomCode};
use lab::dialect::strategy::Strategy;
use log::LogArgs;
use operating::Operating;
use os::endpoint::{ListenAddress, Target};
use tls::{ServeTls, TlsArgs};
use values::{ExportFormat, ExportTable, RateOption, RoomOption, Web};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "juste-prix", version)]
pub struct Cli {
    /// The language of this terminal; for `serve` also that of the wire.
    #[arg(long, global = true, value_name = "LANG", value_parser = values::lang)]
    pub lang: Option<Lang>,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The game server.
    Serve(Box<Serve>),
    /// Plays from a terminal or from standard input.
    Play(Play),
    /// Plays by itself.
    Bot(Bot),
    /// The lesson's turn-by-turn chat.
    #[command(subcommand)]
    Chat(Chat),
    /// Addresses and names.
    #[command(subcommand)]
    Net(net::Net),
    /// Examines a learner's program.
    #[command(subcommand)]
    Check(check::Check),
    /// Verifies that a round's number was not changed.
    Verify(Verify),
    /// Writes the results.
    Export(Export),
    /// Erases the results.
    Forget(Forget),
    /// Copies a journal.
    #[command(subcommand)]
    Journal(journal::JournalCommand),
    /// Measures a server with many players.
    Load(load::Load),
    /// Relays between a client and a server, and shows what passes.
    Tap(tap::Tap),
    /// Writes a shell's completion script.
    Completions(Completions),
    /// Writes the pages of the manual.
    Man(Man),
}

/// The arguments of `serve` about the page.
#[derive(Debug, Args)]
pub struct PageArgs {
    /// Where the page is served, if at all.
    #[arg(long, value_name = "ADDR-OR-OFF", value_parser = values::web)]
    pub web: Option<Web>,
    /// Further host names that browsers may use for this machine.
    #[arg(long, value_name = "HOST", value_parser = values::host)]
    pub name: Vec<String>,
    /// Origins of other pages whose scripts may play.
    #[arg(long, value_name = "ORIGIN", value_parser = values::origin)]
    pub origin: Vec<String>,
    /// Whether the teacher's screen stays closed until the private link is opened.
    #[arg(long)]
    pub no_browser: bool,
    /// Whether to make a new private link for the teacher.
    #[arg(long)]
    pub new_token: bool,
    /// The lesson's file; by default the lesson that is part of the program.
    #[arg(long, value_name = "FILE")]
    pub lesson: Option<PathBuf>,
    /// The name of the school's server, for the lesson.
    #[arg(long, value_name = "HOST", value_parser = values::host)]
    pub local_name: Option<String>,
}

/// The arguments of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where the text protocol is served.
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub listen: Vec<ListenAddress>,
    /// Where the text protocol is served without a greeting.
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub quiet_listen: Vec<ListenAddress>,
    /// The arguments about the page.
    #[command(flatten)]
    pub page: PageArgs,
    /// TLS.
    #[command(flatten)]
    pub tls: ServeTls,
    /// The journal's folder; `memory` keeps nothing.
    #[arg(long, value_name = "DIR-OR-MEMORY", conflicts_with = "journal")]
    pub data: Option<PathBuf>,
    /// Days for which games and results are kept.
    #[arg(long, value_name = "DAYS", value_parser = values::days, default_value = "400",
          conflicts_with = "journal")]
    pub keep: u32,
    /// The log that several machines share, instead of a folder.
    #[command(flatten)]
    pub shared: Box<LogArgs>,
    /// The range from which numbers are drawn.
    #[arg(long, value_name = "RANGE", value_parser = values::range, default_value = "1..100",
          allow_hyphen_values = true)]
    pub range: Range,
    /// The words of the answers.
    #[arg(long, value_name = "PACK", value_parser = values::pack)]
    pub words: Option<Pack>,
    /// Shared rooms to open.
    #[arg(long, value_name = "ROOM", value_parser = values::room)]
    pub room: Vec<RoomOption>,
    /// Guesses a second of each player of the public hall.
    #[arg(long, value_name = "GUESSES", value_parser = values::rate, default_value = "100")]
    pub rate: RateOption,
    /// How fast players of shared rooms may guess.
    #[arg(long, value_name = "PACE", value_parser = values::pace, default_value = "people")]
    pub pace: Pace,
    /// The pause between two rounds of a shared room.
    #[arg(long, value_name = "S", value_parser = values::intermission, default_value = "3")]
    pub pause: u32,
    /// Milliseconds of silence that end a message without a newline.
    #[arg(long, value_name = "MS", value_parser = values::quiet_time, default_value = "10")]
    pub quiet_time: u64,
    /// The arguments for operators.
    #[command(flatten)]
    pub operating: Operating,
    /// Whether to print a line of JSON when ready, for scripts.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `play`.
#[derive(Debug, Args)]
pub struct Play {
    /// The server.
    #[arg(value_name = "HOST-PORT", value_parser = values::target)]
    pub server: Option<Target>,
    /// The shared room to enter.
    #[arg(long, value_name = "CODE", value_parser = values::room_code)]
    pub room: Option<RoomCode>,
    /// The name to take.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The code to resume with.
    #[arg(long, value_name = "RESUME", value_parser = values::resume_code)]
    pub resume: Option<ResumeCode>,
    /// TLS.
    #[command(flatten)]
    pub tls: TlsArgs,
}

/// The arguments of `bot`.
#[derive(Debug, Args)]
pub struct Bot {
    /// The server.
    #[arg(value_name = "HOST-PORT", value_parser = values::target)]
    pub server: Target,
    /// The strategy by which guesses are chosen.
    #[arg(long, value_name = "STRATEGY", value_parser = values::strategy,
          default_value = "bisect")]
    pub strategy: Strategy,
    /// The number of games.
    #[arg(long, value_name = "GAMES", value_parser = values::games, default_value = "1")]
    pub games: u32,
    /// The shared room to enter.
    #[arg(long, value_name = "CODE", value_parser = values::room_code)]
    pub room: Option<RoomCode>,
    /// Whether to print what was learned of the server's dialect.
    #[arg(long)]
    pub explain: bool,
    /// TLS.
    #[command(flatten)]
    pub tls: TlsArgs,
    /// Whether to print one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// The two sides of `chat`.
#[derive(Debug, Subcommand)]
pub enum Chat {
    /// Waits for a client, and speaks first.
    Serve(ChatServe),
    /// Connects to a server, and listens first.
    Join(ChatJoin),
}

/// The arguments of `chat serve`.
#[derive(Debug, Args)]
pub struct ChatServe {
    /// Where to listen.
    #[arg(long, value_name = "ADDR", value_parser = values::address,
          default_value = "127.0.0.1:50000")]
    pub listen: ListenAddress,
}

/// The arguments of `chat join`.
#[derive(Debug, Args)]
pub struct ChatJoin {
    /// The server.
    #[arg(value_name = "HOST-PORT", value_parser = values::target, default_value = "127.0.0.1")]
    pub server: Target,
}

/// The arguments of `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// The commitment, published before the round.
    #[arg(value_name = "COMMITMENT", value_parser = values::commitment, requires = "opening")]
    pub commitment: Option<Commitment>,
    /// The opening, published after the round.
    #[arg(value_name = "OPENING", value_parser = values::opening)]
    pub opening: Option<Opening>,
    /// Whether to print one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The file format.
    #[arg(long, value_name = "FORMAT", value_parser = values::format, default_value = "csv")]
    pub format: ExportFormat,
    /// The table.
    #[arg(long, value_name = "TABLE", value_parser = values::table)]
    pub table: Option<ExportTable>,
    /// The journal's folder.
    #[arg(long, value_name = "DIR", conflicts_with = "journal")]
    pub data: Option<PathBuf>,
    /// The log that several machines share, instead of a folder.
    #[command(flatten)]
    pub shared: Box<LogArgs>,
    /// The room to which the export is restricted.
    #[arg(long, value_name = "CODE", value_parser = values::room_code)]
    pub room: Option<RoomCode>,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The arguments of `forget`.
#[derive(Debug, Args)]
pub struct Forget {
    /// The journal's folder.
    #[arg(long, value_name = "DIR", conflicts_with = "journal")]
    pub data: Option<PathBuf>,
    /// The log that several machines share, instead of a folder.
    #[command(flatten)]
    pub shared: Box<LogArgs>,
    /// The shared rooms to erase, instead of everything.
    #[arg(long, value_name = "CODE", value_parser = values::room_code, conflicts_with = "journal")]
    pub room: Vec<RoomCode>,
    /// The class whose rooms are erased: this code, and those that begin with it and `_`.
    #[arg(long, value_name = "CODE", value_parser = values::room_code, conflicts_with = "journal")]
    pub class: Option<RoomCode>,
    /// The name of a player to erase from these rooms, or from all and the public hall, instead of the
    /// rooms.
    #[arg(long, value_name = "NAME", conflicts_with = "journal")]
    pub player: Option<String>,
    /// Whether to erase without asking.
    #[arg(long)]
    pub yes: bool,
}

/// The arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL", value_parser = values::shell)]
    pub shell: Shell,
}

/// The arguments of `man`.
#[derive(Debug, Args)]
pub struct Man {
    /// The folder to write the pages to.
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
}

/// Parses a command line. Help and errors are in this language.
///
/// # Errors
/// The command line is wrong, or asks for help or the version; [`usage::answer`] handles both.
pub fn parse(args: &[OsString], lang: Lang) -> Result<Cli, clap::Error> {
    let matches = help::localized(Cli::command(), lang).try_get_matches_from(args)?;
    Cli::from_arg_matches(&matches)
}

/// The language of this terminal: that of `--lang`, or of the first of the locale's variables that is
/// set, or that of the system's settings, or French. It is needed before the arguments are parsed, for
/// errors about them.
pub fn terminal_lang(
    args: &[OsString],
    locale: impl Fn(&str) -> Option<String>,
    settings: impl FnOnce() -> Option<String>,
) -> Lang {
    asked_lang(args).unwrap_or_else(|| {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(locale)
            .find(|value| !value.is_empty())
            .or_else(settings)
            .map_or(Lang::Fr, |value| Lang::of_locale(&value))
    })
}

fn asked_lang(args: &[OsString]) -> Option<Lang> {
    let args: Vec<&str> = args.iter().map_while(|arg| arg.to_str()).collect();
    args.iter().enumerate().find_map(|(i, arg)| {
        let value = match *arg {
            "--lang" => args.get(i + 1).copied(),
            _ => arg.strip_prefix("--lang="),
        };
        value?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn lang_comes_from_the_option_then_the_locale_then_french() {
        let lang = |line: &str, set: &[(&str, &str)]| {
            let variable = |name: &str| {
                let found = set.iter().find(|(key, _)| *key == name)?;
                Some(found.1.to_owned())
            };
            terminal_lang(&args(line), variable, || None)
        };
        let settings = || Some("en-US".to_owned());
        let from_settings = terminal_lang(&args("juste-prix"), |_| None, settings);
        assert_eq!(from_settings, Lang::En);
        assert_eq!(lang("juste-prix", &[]), Lang::Fr);
        assert_eq!(lang("juste-prix", &[("LANG", "C")]), Lang::Fr);
        assert_eq!(lang("juste-prix", &[("LANG", "de_DE.UTF-8")]), Lang::Fr);
        assert_eq!(lang("juste-prix", &[("LANG", "en_GB.UTF-8")]), Lang::En);
        let both = [("LC_ALL", ""), ("LC_MESSAGES", "en_US"), ("LANG", "fr_FR")];
        assert_eq!(lang("juste-prix", &both), Lang::En);
        let overruled = [("LC_ALL", "C.UTF-8"), ("LANG", "en_US")];
        assert_eq!(lang("juste-prix", &overruled), Lang::Fr);
        assert_eq!(lang("juste-prix serve --lang en", &[]), Lang::En);
        assert_eq!(lang("juste-prix --lang=fr", &[("LANG", "en")]), Lang::Fr);
    }

    #[test]
    fn options_read_before_and_after_the_command() {
        for line in ["juste-prix --lang en play", "juste-prix play --lang en"] {
            let cli = parse(&args(line), Lang::En).expect(line);
            assert_eq!(cli.lang, Some(Lang::En), "{line}");
        }
        let line = "juste-prix serve --range -5..5 --listen 0 --room a=solo --room b=race";
        let Command::Serve(serve) = parse(&args(line), Lang::Fr).expect(line).command else {
            panic!("not serve");
        };
        assert_eq!(serve.range, Range { min: -5, max: 5 });
        assert_eq!((serve.listen.len(), serve.room.len()), (1, 2));
    }
}
