//! `bot`: plays by itself, and reports how many guesses its games took.
//!
//! A server of this program is recognised by its greeting and played on here: a game is a round, from
//! the bot's first guess to its end, in any mode. Every other server is left to [`foreign`].

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use super::connection::{Connection, dial, first_words};
use super::foreign;
use super::game::{End, Game, Seat};
use super::results::Results;
use crate::cli::Bot;
use crate::tunnel;
use game::phrases::{Lang, say};
use game::wire::answer::{Read, is_own_greeting};
use lab::dialect::strategy::{Guesses, Strategy};
use os::console::{Failure, print, print_json, reason};
use os::endpoint::Target;

/// Time in which a server of this program greets.
const GREETING: Duration = Duration::from_millis(600);

/// Plays the games that were asked for, and prints the results, even if the games were cut short.
///
/// # Errors
/// The server cannot be reached, or a game could not be finished.
pub fn bot(mut args: Bot, lang: Lang) -> Result<(), Failure> {
    args.server = tunnel::through(&args.tls, args.server, lang)?;
    let unreachable = |error| {
        Failure::Run(sentence(
            &Interruption::unreachable(error),
            &args.server,
            lang,
        ))
    };
    let stream = dial(&args.server).map_err(unreachable)?;
    // Only this program's protocol has rooms.
    if args.room.is_some() {
        return play_own(stream, args, lang);
    }
    let words = first_words(&stream, GREETING).map_err(unreachable)?;
    match is_own_greeting(&words) {
        true => play_own(stream, args, lang),
        false => foreign::play(stream, words.is_empty(), &args, lang),
    }
}

/// Plays on a server of this program.
fn play_own(stream: TcpStream, args: Bot, lang: Lang) -> Result<(), Failure> {
    let seat = Seat {
        room: args.room,
        ..Seat::default()
    };
    let failed = |why| Failure::Run(sentence(&why, &args.server, lang));
    let mut game = Game::begin(Connection::over(stream), args.server.clone(), seat, lang)
        .map_err(|end| failed(Interruption::Ended(end)))?;
    let mut results = Results::default();
    let mut play = || -> Result<(), Interruption> {
        for _ in 0..args.games {
            results.add(one_game(&mut game, args.strategy)?);
        }
        Ok(())
    };
    let played = play();
    let mut document = results.document();
    let mut text = results.text(lang);
    if args.explain {
        document["dialect"] = "juste-prix".into();
        let server = ("server", args.server.to_string().into());
        text = format!("{text}\n{}", say(lang, "dialect-native", &[server]));
    }
    match args.json {
        true => print_json(&document, lang)?,
        false => print(&text, lang)?,
    }
    played.map_err(failed)?;
    game.leave();
    Ok(())
}

/// Why a game could not be finished.
#[derive(Debug)]
enum Interruption {
    /// The conversation ended, or did not begin.
    Ended(End),
    /// This guess was answered with this line, which is no verdict.
    NoVerdict(i32, String),
    /// The answers leave no possible number.
    Contradiction,
}

impl Interruption {
    fn unreachable(error: io::Error) -> Interruption {
        Interruption::Ended(End::Unreachable(error))
    }
}

/// Guesses until the round is over. Returns the number of guesses if the bot won.
fn one_game(game: &mut Game, strategy: Strategy) -> Result<Option<u32>, Interruption> {
    let mut guesses = Guesses::new(strategy);
    loop {
        let progress = game.progress();
        let (tries, possible) = (progress.tries, progress.possible);
        let range = progress.rules.map_or(possible, |rules| rules.range);
        if tries == 0 {
            // The game is new, perhaps because the server has lost the last one.
            guesses = Guesses::new(strategy);
        }
        let entropy = getrandom::u64().expect("the operating system gives random bytes");
        let guess = guesses.next(range, possible, entropy);
        let guess = guess.ok_or(Interruption::Contradiction)?;
        let answer = game.ask(guess.to_string().as_bytes());
        let answer = answer.map_err(Interruption::Ended)?;
        match answer.read {
            Read::TooSmall | Read::TooBig => {}
            Read::Found { tries } => return Ok(Some(tries)),
            Read::Lost => return Ok(None),
            Read::Over if tries > 0 => return Ok(None),
            // The round ended before the bot's first guess in it: the next one counts.
            Read::Over => {}
            _ => return Err(Interruption::NoVerdict(guess, answer.line)),
        }
    }
}

/// The sentence for an interruption: what happened, where, and what to do.
fn sentence(why: &Interruption, server: &Target, lang: Lang) -> String {
    let address = ("server", server.to_string().into());
    match why {
        Interruption::Ended(End::Server(_)) => say(lang, "bot-ended", &[address]),
        Interruption::Ended(End::Lost(error, _)) => {
            let reason = ("reason", reason(error, lang).into());
            say(lang, "bot-lost", &[address, reason])
        }
        Interruption::Ended(end) => end.sentence(server, lang),
        Interruption::NoVerdict(guess, line) => {
            let guess = ("guess", guess.to_string().into());
            say(
                lang,
                "bot-odd",
                &[address, guess, ("answer", line.as_str().into())],
            )
        }
        Interruption::Contradiction => say(lang, "bot-contradiction", &[address]),
    }
}
