//! `play` and `bot`: the client side. [`link`] is one connection, [`connection`] a game that
//! outlives them, [`find`] looks for a server on the local network, [`progress`] is what the player
//! knows, [`screen`] how it looks. Here the two ways to play: a person at a terminal, and a program
//! that writes lines. [`bot`] is the third: it plays by itself, also with a [`stranger`]'s server,
//! which talks in its own way.

pub mod bot;
pub mod connection;
pub mod find;
pub mod link;
pub mod progress;
pub mod screen;
pub mod stranger;

use std::io::{self, IsTerminal};

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::cli::Play;
use crate::commands::input::next_line;
use connection::{Connection, End, Seat};
use find::Found;
use game::phrases::{Lang, say};
use game::protocol::Request;
use game::rules::ResumeCode;
use game::wire::text::parse;
use os::console::{Failure, complain, print, reason};
use os::endpoint::{LESSON_PORT, Target};
use screen::{Style, USUAL_WIDTH};

/// Plays until the player or the server ends it.
pub fn play(args: Play, lang: Lang) -> Result<(), Failure> {
    let seat = Seat {
        room: args.room,
        name: args.name,
        code: args.resume,
    };
    let Some(server) = server(args.server, lang)? else {
        return Ok(());
    };
    let failed = |end: End| Failure::Run(sentence(&end, &server, lang));
    let game = Connection::open(server.clone(), seat, lang).map_err(failed)?;
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        at_terminal(game, &server, lang)
    } else {
        line_by_line(game, &server, lang)
    }
}

/// Where nothing else is said.
const THIS_MACHINE: &str = "127.0.0.1";

/// The server to play at: the one that was named, else one of the local network, else this
/// machine's. None: the player did not want to choose.
fn server(named: Option<Target>, lang: Lang) -> Result<Option<Target>, Failure> {
    if named.is_some() {
        return Ok(named);
    }
    let found = find::servers();
    match &found[..] {
        [] => {
            let here = Target {
                host: THIS_MACHINE.to_owned(),
                port: LESSON_PORT,
            };
            let args = [("server", here.to_string().into())];
            complain(&say(lang, "play-found-none", &args));
            Ok(Some(here))
        }
        [one] => {
            let args = [
                ("name", one.name.as_str().into()),
                ("server", one.server.to_string().into()),
            ];
            complain(&say(lang, "play-found-one", &args));
            Ok(Some(one.server.clone()))
        }
        several => choose(several, lang),
    }
}

/// Lets the player choose; a program can't.
fn choose(several: &[Found], lang: Lang) -> Result<Option<Target>, Failure> {
    let mut lines = vec![say(lang, "play-found-several", &[])];
    for (number, Found { name, server }) in (1..).zip(several) {
        lines.push(format!("  {number}  {name}  {server}"));
    }
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        let args = [("server", several[0].server.to_string().into())];
        lines.push(say(lang, "play-give-address", &args));
        return Err(Failure::Usage(lines.join("\n")));
    }
    print(&lines.join("\n"), lang)?;
    let mut editor = DefaultEditor::new().map_err(|error| no_editor(error, lang))?;
    let count = several.len().to_string();
    let question = say(lang, "play-which", &[("count", count.into())]);
    loop {
        let line = match editor.readline(&format!("{question} ")) {
            Ok(line) => line,
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(None),
            Err(error) => return Err(no_editor(error, lang)),
        };
        let number = line.trim().parse::<usize>().ok();
        if let Some(chosen) = number.and_then(|number| several.get(number.checked_sub(1)?)) {
            return Ok(Some(chosen.server.clone()));
        }
    }
}

/// A program: a line in, a line out, and nothing else on standard output.
fn line_by_line(mut game: Connection, server: &Target, lang: Lang) -> Result<(), Failure> {
    let mut input = io::stdin().lock();
    while let Some(line) = next_line(&mut input).map_err(|error| Failure::input(&error, lang))? {
        if parse(&line) == Ok(Request::Quit) {
            let farewell = game.leave();
            return farewell.map_or(Ok(()), |line| print(&line, lang));
        }
        let answer = game.ask(&line);
        let answer = answer.map_err(|end| Failure::Run(sentence(&end, server, lang)))?;
        print(&answer.line, lang)?;
    }
    game.leave();
    Ok(())
}

/// A person: a prompt with editing and history, and the game drawn.
fn at_terminal(mut game: Connection, server: &Target, lang: Lang) -> Result<(), Failure> {
    let mut editor = DefaultEditor::new().map_err(|error| no_editor(error, lang))?;
    print(&welcome(&game, server, lang), lang)?;
    if let Some(drawn) = screen::remaining(game.progress(), style(&mut editor)) {
        print(&drawn, lang)?;
    }
    loop {
        let line = match editor.readline(&screen::prompt(game.progress(), lang)) {
            Ok(line) => line,
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => {
                return pause(&game, server, lang);
            }
            Err(error) => return Err(no_editor(error, lang)),
        };
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        // A history that is full forgets its oldest line: nothing to say.
        let _ = editor.add_history_entry(line);
        if parse(line.as_bytes()) == Ok(Request::Quit) {
            break;
        }
        let guess = matches!(parse(line.as_bytes()), Ok(Request::Guess(_)));
        if guess && game.progress().is_held_back() {
            print(&say(lang, "play-waits", &[]), lang)?;
        }
        let answer = game.ask(line.as_bytes());
        let answer = answer.map_err(|end| Failure::Run(sentence(&end, server, lang)))?;
        let drawn = screen::answer(&answer, game.progress(), lang, style(&mut editor));
        print(&drawn, lang)?;
    }
    let farewell = game.leave();
    farewell.map_or(Ok(()), |line| print(&line, lang))
}

/// Goes without a farewell, so that the seat waits for whoever has its code.
fn pause(game: &Connection, server: &Target, lang: Lang) -> Result<(), Failure> {
    let Some(code) = game.code() else {
        return Ok(());
    };
    let command = ("command", go_on(server, code).into());
    // Ctrl-D leaves the cursor behind the prompt.
    print(&format!("\n{}", say(lang, "play-paused", &[command])), lang)
}

/// What the person reads first: where they are, what to do, and their code.
fn welcome(game: &Connection, server: &Target, lang: Lang) -> String {
    let server = ("server", server.to_string().into());
    let mut lines = vec![say(lang, "play-connected", &[server])];
    lines.extend_from_slice(game.said());
    if let Some(rules) = game.progress().rules {
        let args = [
            ("min", rules.range.min.to_string().into()),
            ("max", rules.range.max.to_string().into()),
        ];
        lines.push(say(lang, "play-guess", &args));
    }
    if let Some(code) = game.code() {
        let code = code.to_string().into();
        lines.push(say(lang, "play-code", &[("code", code)]));
    }
    lines.join("\n")
}

fn style(editor: &mut DefaultEditor) -> Style {
    let variable = |name| std::env::var(name).ok();
    // The window may have changed since the last line.
    let width = editor.dimensions().map(|(columns, _)| usize::from(columns));
    Style::new(
        variable("NO_COLOR").as_deref(),
        variable("TERM").as_deref(),
        width.filter(|width| *width > 0).unwrap_or(USUAL_WIDTH),
    )
}

/// Why the game ended before the player did: what happened, where, and what to do.
fn sentence(end: &End, server: &Target, lang: Lang) -> String {
    let address = ("server", server.to_string().into());
    let why = |error| ("reason", reason(error, lang).into());
    match end {
        End::Unreachable(error) => say(lang, "play-unreachable", &[address, why(error)]),
        End::Stranger => say(lang, "play-stranger", &[address]),
        End::Refused(line) => line.clone(),
        End::Server(None) => say(lang, "play-ended", &[address]),
        End::Server(Some(code)) => {
            let command = ("command", go_on(server, *code).into());
            say(lang, "play-ended-code", &[address, command])
        }
        End::Lost(error, None) => say(lang, "play-lost", &[address, why(error)]),
        End::Lost(error, Some(code)) => {
            let command = ("command", go_on(server, *code).into());
            say(lang, "play-lost-code", &[address, why(error), command])
        }
    }
}

/// What to type to go on.
fn go_on(server: &Target, code: ResumeCode) -> String {
    format!("juste-prix play {server} --resume {code}")
}

fn no_editor(error: ReadlineError, lang: Lang) -> Failure {
    match error {
        ReadlineError::Io(error) => Failure::input(&error, lang),
        other => Failure::input(&io::Error::other(other), lang),
    }
}
