//! Dispatches a command, and makes its end an exit status.

use std::ffi::OsString;
use std::process::ExitCode;

use juste_prix::chat;
use juste_prix::cli::{self, Command};
use juste_prix::commands;
use juste_prix::load;
use juste_prix::net;
use juste_prix::player;

fn main() -> ExitCode {
    #[cfg(feature = "sabotage")]
    if let Ok(rule) = std::env::var("JUSTE_PRIX_SABOTAGE") {
        game::sabotage::leave_out(&rule);
    }
    let args: Vec<OsString> = std::env::args_os().collect();
    let lang = cli::terminal_lang(&args, |name| std::env::var(name).ok());
    let command_line = match cli::parse(&args, lang) {
        Ok(command_line) => command_line,
        Err(error) => return os::console::status(cli::usage::answer(&error, &args, lang)),
    };
    let done = match command_line.command {
        Command::Serve(args) => commands::serve::serve(args, command_line.lang, lang),
        Command::Play(args) => player::play(args, lang),
        Command::Bot(args) => player::bot::bot(args, lang),
        Command::Chat(side) => chat::chat(side, lang),
        Command::Net(command) => net::net(command, lang),
        Command::Check(side) => commands::check::check(side, lang),
        Command::Verify(args) => commands::verify::verify(args, lang),
        Command::Export(args) => commands::results::export(args, lang),
        Command::Forget(args) => commands::results::forget(args, lang),
        Command::Journal(command) => commands::journal::journal(command, lang),
        Command::Load(args) => load::load(args, lang),
        Command::Completions(args) => commands::completions::completions(&args, lang),
        Command::Man(args) => commands::man::man(&args, lang),
        Command::Tap(args) => commands::tap::tap(args, lang),
    };
    os::console::status(done)
}
