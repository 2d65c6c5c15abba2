//! `play`: a person plays at a terminal, or a program by standard input and output.

use std::io::{self, IsTerminal};

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::find::{self, Found};
use super::game::{End, Game, Seat, resume_command};
use super::screen::{self, Style, USUAL_WIDTH};
use crate::cli::Play;
use crate::input::next_line;
use crate::tunnel;
use game::phrases::{Lang, say};
use game::protocol::Request;
use game::wire::text::parse;
use os::console::{Failure, complain, print};
use os::endpoint::{LESSON_PORT, Target};

/// Plays until the player or the server ends the game.
///
/// # Errors
/// There is no server, it refused the seat, or the connection was lost for good.
pub fn play(args: Play, lang: Lang) -> Result<(), Failure> {
    let seat = Seat {
        room: args.room,
        name: args.name,
        code: args.resume,
    };
    let Some(server) = server(args.server, lang)? else {
        return Ok(());
    };
    let server = tunnel::through(&args.tls, server, lang)?;
    let failed = |end: End| Failure::Run(end.sentence(&server, lang));
    let game = Game::open(server.clone(), seat, lang).map_err(failed)?;
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        at_terminal(game, &server, lang)
    } else {
        line_by_line(game, &server, lang)
    }
}

/// The server's host if none was typed and none is announced.
const THIS_MACHINE: &str = "127.0.0.1";

/// The server to play on: the one that was typed, or one announced on the local network, or this
/// machine's. `None` if the player chose none of several.
fn server(named: Option<Target>, lang: Lang) -> Result<Option<Target>, Failure> {
    if named.is_some() {
        return Ok(named);
    }
    let found = find::servers();
    match &found[..] {
        [] => {
            let here = Target::new(THIS_MACHINE.to_owned(), LESSON_PORT);
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

/// Lets the player choose a server. A program cannot choose, which is an error.
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

/// Plays for a program: one line out for each line in, and nothing else on standard output.
fn line_by_line(mut game: Game, server: &Target, lang: Lang) -> Result<(), Failure> {
    let mut input = io::stdin().lock();
    while let Some(line) = next_line(&mut input).map_err(|error| Failure::input(&error, lang))? {
        if parse(&line) == Ok(Request::Quit) {
            let farewell = game.leave();
            return farewell.map_or(Ok(()), |line| print(&line, lang));
        }
        let answer = game.ask(&line);
        let answer = answer.map_err(|end| Failure::Run(end.sentence(server, lang)))?;
        print(&answer.line, lang)?;
    }
    game.leave();
    Ok(())
}

/// Plays with a person: a prompt with editing and history, and a drawing of the game.
fn at_terminal(mut game: Game, server: &Target, lang: Lang) -> Result<(), Failure> {
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
        // A full history drops its oldest line.
        let _ = editor.add_history_entry(line);
        if parse(line.as_bytes()) == Ok(Request::Quit) {
            break;
        }
        let guess = matches!(parse(line.as_bytes()), Ok(Request::Guess(_)));
        if guess && game.progress().is_held_back() {
            print(&say(lang, "play-waits", &[]), lang)?;
        }
        let answer = game.ask(line.as_bytes());
        let answer = answer.map_err(|end| Failure::Run(end.sentence(server, lang)))?;
        let drawn = screen::answer(&answer, game.progress(), lang, style(&mut editor));
        print(&drawn, lang)?;
    }
    let farewell = game.leave();
    farewell.map_or(Ok(()), |line| print(&line, lang))
}

/// Leaves without `FIN`, so that the server keeps the seat, and says how to resume.
fn pause(game: &Game, server: &Target, lang: Lang) -> Result<(), Failure> {
    let Some(code) = game.code() else {
        return Ok(());
    };
    let command = ("command", resume_command(server, code).into());
    // Ctrl-D leaves the cursor behind the prompt.
    print(&format!("\n{}", say(lang, "play-paused", &[command])), lang)
}

/// The first text: the server, what to do, and the code to resume with.
fn welcome(game: &Game, server: &Target, lang: Lang) -> String {
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

fn no_editor(error: ReadlineError, lang: Lang) -> Failure {
    match error {
        ReadlineError::Io(error) => Failure::input(&error, lang),
        other => Failure::input(&io::Error::other(other), lang),
    }
}
