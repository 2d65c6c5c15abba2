//! The arguments: every command and every option, once.
//!
//! What `--help` says about each is in the phrase files, under an id made of the command's and the
//! argument's names ([`help`]); what is wrong with a command line is said by [`usage`].

pub mod check;
pub mod help;
pub mod journal;
pub mod load;
pub mod log;
pub mod net;
pub mod operating;
pub mod tap;
pub mod usage;
pub mod values;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

use game::phrases::Lang;
use game::protocol::Pack;
use game::rules::{Commitment, Opening, Range, ResumeCode, RoomCode};
use lab::dialect::strategy::Strategy;
use log::LogArgs;
use operating::Operating;
use os::endpoint::{ListenAddress, Target};
use values::{ExportFormat, ExportTable, RoomOption, Web};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "juste-prix", version)]
pub struct Cli {
    /// The language of this terminal; for `serve` also that of the wire.
    #[arg(long, global = true, value_name = "LANG", value_parser = values::lang)]
    pub lang: Option<Lang>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The game server.
    Serve(Serve),
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
    /// Measures a server with many players at once.
    Load(load::Load),
    /// Shows what goes between a client and a server.
    Tap(tap::Tap),
    /// Writes what a shell needs to complete command lines.
    Completions(Completions),
    /// Writes the pages of the manual.
    Man(Man),
}

/// The arguments of `serve` about the page.
#[derive(Debug, Args)]
pub struct PageArgs {
    /// The page.
    #[arg(long, value_name = "ADDR-OR-OFF", value_parser = values::web)]
    pub web: Option<Web>,
    /// Another name by which browsers may call this machine.
    #[arg(long, value_name = "HOST", value_parser = values::host)]
    pub name: Vec<String>,
    /// The origin of another page whose programs may play.
    #[arg(long, value_name = "ORIGIN", value_parser = values::origin)]
    pub origin: Vec<String>,
    /// Another private link for the teacher than last time.
    #[arg(long)]
    pub new_token: bool,
    /// The lesson instead of the one that comes with the program.
    #[arg(long, value_name = "FILE")]
    pub lesson: Option<PathBuf>,
    /// The name of the school's own server, in the lesson.
    #[arg(long, value_name = "HOST", value_parser = values::host)]
    pub local_name: Option<String>,
}

/// The arguments of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The text door.
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub listen: Vec<ListenAddress>,
    /// The door without a greeting.
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub quiet_listen: Vec<ListenAddress>,
    /// What is about the page.
    #[command(flatten)]
    pub page: PageArgs,
    /// Where the journal lies; `memory` keeps nothing.
    #[arg(long, value_name = "DIR-OR-MEMORY", conflicts_with = "journal")]
    pub data: Option<PathBuf>,
    /// A log that several machines share instead.
    #[command(flatten)]
    pub shared: Box<LogArgs>,
    /// The numbers that are drawn.
    #[arg(long, value_name = "RANGE", value_parser = values::range, default_value = "1..100",
          allow_hyphen_values = true)]
    pub range: Range,
    /// The words of the answers.
    #[arg(long, value_name = "PACK", value_parser = values::pack)]
    pub words: Option<Pack>,
    /// A shared room.
    #[arg(long, value_name = "ROOM", value_parser = values::room)]
    pub room: Vec<RoomOption>,
    /// How long the line is quiet after an unframed message.
    #[arg(long, value_name = "MS", value_parser = values::quiet_time, default_value = "10")]
    pub quiet_time: u64,
    /// What is about running it for many.
    #[command(flatten)]
    pub operating: Operating,
    /// One line of JSON for scripts.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `play`.
#[derive(Debug, Args)]
pub struct Play {
    /// The server.
    #[arg(value_name = "HOST-PORT", value_parser = values::target)]
    pub server: Option<Target>,
    /// A shared room to enter.
    #[arg(long, value_name = "CODE", value_parser = values::room_code)]
    pub room: Option<RoomCode>,
    /// The name to take.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The code of a game to go on with.
    #[arg(long, value_name = "RESUME", value_parser = values::resume_code)]
    pub resume: Option<ResumeCode>,
}

/// The arguments of `bot`.
#[derive(Debug, Args)]
pub struct Bot {
    /// The server.
    #[arg(value_name = "HOST-PORT", value_parser = values::target)]
    pub server: Target,
    /// How to choose guesses.
    #[arg(long, value_name = "STRATEGY", value_parser = values::strategy,
          default_value = "bisect")]
    pub strategy: Strategy,
    /// How many games.
    #[arg(long, value_name = "GAMES", value_parser = values::games, default_value = "1")]
    pub games: u32,
    /// A shared room to enter.
    #[arg(long, value_name = "CODE", value_parser = values::room_code)]
    pub room: Option<RoomCode>,
    /// What was inferred of the server's dialect.
    #[arg(long)]
    pub explain: bool,
    /// One JSON document.
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
    /// Where to wait.
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
    /// What was published before the round.
    #[arg(value_name = "COMMITMENT", value_parser = values::commitment, requires = "opening")]
    pub commitment: Option<Commitment>,
    /// What was published after it.
    #[arg(value_name = "OPENING", value_parser = values::opening)]
    pub opening: Option<Opening>,
    /// One JSON document.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// CSV, JSON or XLSX.
    #[arg(long, value_name = "FORMAT", value_parser = values::format, default_value = "csv")]
    pub format: ExportFormat,
    /// Rounds, tries or answers.
    #[arg(long, value_name = "TABLE", value_parser = values::table)]
    pub table: Option<ExportTable>,
    /// Where the journal lies.
    #[arg(long, value_name = "DIR", conflicts_with = "journal")]
    pub data: Option<PathBuf>,
    /// A log that several machines share instead.
    #[command(flatten)]
    pub shared: Box<LogArgs>,
    /// Only this room.
    #[arg(long, value_name = "CODE", value_parser = values::room_code)]
    pub room: Option<RoomCode>,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The arguments of `forget`.
#[derive(Debug, Args)]
pub struct Forget {
    /// Where the journal lies.
    #[arg(long, value_name = "DIR", conflicts_with = "journal")]
    pub data: Option<PathBuf>,
    /// A log that several machines share instead.
    #[command(flatten)]
    pub shared: Box<LogArgs>,
    /// Without asking.
    #[arg(long)]
    pub yes: bool,
}

/// The arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// For which shell.
    #[arg(value_name = "SHELL", value_parser = values::shell)]
    pub shell: Shell,
}

/// The arguments of `man`.
#[derive(Debug, Args)]
pub struct Man {
    /// Where to write the pages.
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
}

/// Reads a command line whose messages are in this language.
pub fn parse(args: &[OsString], lang: Lang) -> Result<Cli, clap::Error> {
    let matches = help::localized(Cli::command(), lang).try_get_matches_from(args)?;
    Cli::from_arg_matches(&matches)
}

/// The language of this terminal: `--lang`, else the first of the locale's variables that says
/// something, else French. Needed before the arguments can be read, for what is said about them.
pub fn terminal_lang(args: &[OsString], locale: impl Fn(&str) -> Option<String>) -> Lang {
    asked_lang(args).unwrap_or_else(|| {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(locale)
            .find(|value| !value.is_empty())
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
            terminal_lang(&args(line), |name| {
                let found = set.iter().find(|(key, _)| *key == name)?;
                Some(found.1.to_owned())
            })
        };
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
