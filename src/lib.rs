//! The program's commands, around the crates that do the work.
//!
//! [`cli`] reads the command line. [`run`] dispatches the command to the module that carries it
//! out, and turns the result into an exit status.

mod chat;
pub mod cli;
mod commands;
mod input;
mod listen;
pub mod load;
mod net;
mod player;
mod tunnel;

use std::ffi::OsString;
use std::process::ExitCode;

use cli::Command;
use game::phrases::{Lang, say};
use os::console::Failure;

/// Runs the command line of this process. In a window of its own, which a double click has opened, the
/// program serves, and after an error the window waits for a key.
pub fn run() -> ExitCode {
    #[cfg(feature = "sabotage")]
    if let Ok(rule) = std::env::var("JUSTE_PRIX_SABOTAGE") {
        game::sabotage::leave_out(&rule);
    }
    let mut args: Vec<OsString> = std::env::args_os().collect();
    let variable = |name: &str| std::env::var(name).ok();
    let lang = cli::terminal_lang(&args, variable, os::system::user_locale);
    if !os::console::is_own_window() {
        return os::console::status(carry_out(&args, lang));
    }
    if args.len() <= 1 {
        args.push("serve".into());
        os::console::complain(&say(lang, "window-serves", &[]));
    }
    let done = carry_out(&args, lang);
    let failed = !matches!(done, Ok(()) | Err(Failure::OutputClosed));
    let status = os::console::status(done);
    if failed {
        os::console::complain(&say(lang, "window-key", &[]));
        os::console::wait_for_key();
    }
    status
}

fn carry_out(args: &[OsString], lang: Lang) -> Result<(), Failure> {
    let command_line = match cli::parse(args, lang) {
        Ok(command_line) => command_line,
        Err(error) => return cli::usage::answer(&error, args, lang),
    };
    match command_line.command {
        Command::Serve(args) => commands::serve::serve(*args, command_line.lang, lang),
        Command::Play(args) => player::play::play(args, lang),
        Command::Bot(args) => player::bot::bot(args, lang),
        Command::Chat(side) => chat::chat(side, lang),
        Command::Net(command) => net::net(command, lang),
        Command::Check(side) => commands::check::check(side, lang),
        Command::Verify(args) => commands::verify::verify(args, lang),
        Command::Export(args) => commands::export::export(args, lang),
        Command::Forget(args) => commands::forget::forget(args, lang),
        Command::Journal(command) => commands::journal::journal(command, lang),
        Command::Load(args) => commands::load::load(args, lang),
        Command::Completions(args) => commands::completions::completions(&args, lang),
        Command::Man(args) => commands::man::man(&args, lang),
        Command::Tap(args) => commands::tap::tap(args, lang),
    }
}
