//! `bot`: plays by itself, game after game, and tells how many tries it took. Here with a server of
//! this program, known by its greeting: a game is a round from the bot's first guess to its end, in
//! whatever mode the room is. All other servers are [`stranger`]'s.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use super::connection::{Connection, End, Seat};
use super::link::{Link, dial, first_words};
use super::{sentence, stranger};
use crate::cli::Bot;
use game::phrases::{Lang, decimal, say};
use game::wire::answer::{Read, is_own_greeting};
use lab::dialect::strategy::{Guesses, Strategy};
use os::console::{Failure, print, reason};
use os::endpoint::Target;

/// A server of this program greets in this time.
const GREETING: Duration = Duration::from_millis(600);

/// Plays the games that were asked for; what was played is told even if they were cut short.
pub fn bot(args: Bot, lang: Lang) -> Result<(), Failure> {
    let unreachable = |error| Failure::Run(told(&Stop::unreachable(error), &args.server, lang));
    let stream = dial(&args.server).map_err(unreachable)?;
    // Rooms are our own protocol's.
    if args.room.is_some() {
        return play_own(stream, args, lang);
    }
    let words = first_words(&stream, GREETING).map_err(unreachable)?;
    match is_own_greeting(&words) {
        true => play_own(stream, args, lang),
        false => stranger::play(stream, words.is_empty(), &args, lang),
    }
}

/// Games with a server of this program, by its own protocol.
fn play_own(stream: TcpStream, args: Bot, lang: Lang) -> Result<(), Failure> {
    let seat = Seat {
        room: args.room,
        ..Seat::default()
    };
    let failed = |stop| Failure::Run(told(&stop, &args.server, lang));
    let mut game = Connection::begin(Link::over(stream), args.server.clone(), seat, lang)
        .map_err(|end| failed(Stop::Ended(end)))?;
    let mut results = Results::default();
    let mut play = || -> Result<(), Stop> {
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
        true => print(&document.to_string(), lang)?,
        false => print(&text, lang)?,
    }
    played.map_err(failed)?;
    game.leave();
    Ok(())
}

/// Why a game was not played to its end.
#[derive(Debug)]
enum Stop {
    /// The conversation did not begin, or has ended.
    Ended(End),
    /// This guess was not answered by a verdict.
    Odd(i32, String),
    /// By its answers no number is possible.
    Contradiction,
}

impl Stop {
    fn unreachable(error: io::Error) -> Stop {
        Stop::Ended(End::Unreachable(error))
    }
}

/// Guesses until the round is over: the tries, if it was won.
fn one_game(game: &mut Connection, strategy: Strategy) -> Result<Option<u32>, Stop> {
    let mut guesses = Guesses::new(strategy);
    loop {
        let progress = game.progress();
        let (tries, possible) = (progress.tries, progress.possible);
        let range = progress.rules.map_or(possible, |rules| rules.range);
        if tries == 0 {
            // A server that forgot the game has begun it anew.
            guesses = Guesses::new(strategy);
        }
        let entropy = getrandom::u64().expect("the operating system gives random bytes");
        let guess = guesses.next(range, possible, entropy);
        let guess = guess.ok_or(Stop::Contradiction)?;
        let answer = game.ask(guess.to_string().as_bytes());
        let answer = answer.map_err(Stop::Ended)?;
        match answer.read {
            Read::TooSmall | Read::TooBig => {}
            Read::Found { tries } => return Ok(Some(tries)),
            Read::Lost => return Ok(None),
            Read::Over if tries > 0 => return Ok(None),
            // Others have ended a round in which the bot had not guessed.
            Read::Over => {}
            _ => return Err(Stop::Odd(guess, answer.line)),
        }
    }
}

/// What became of the games.
#[derive(Debug, Default)]
pub struct Results {
    games: u32,
    won: u32,
    /// The tries of all games that were won.
    tries: u64,
    fewest: Option<u32>,
    most: Option<u32>,
}

impl Results {
    /// Counts a game: its tries, if it was won.
    pub fn add(&mut self, game: Option<u32>) {
        self.games += 1;
        if let Some(tries) = game {
            self.won += 1;
            self.tries += u64::from(tries);
            self.fewest = Some(self.fewest.map_or(tries, |fewest| fewest.min(tries)));
            self.most = self.most.max(Some(tries));
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.won > 0).then(|| self.tries as f64 / f64::from(self.won))
    }

    /// For programs.
    pub fn document(&self) -> serde_json::Value {
        serde_json::json!({
            "games": self.games,
            "won": self.won,
            "mean": self.mean(),
            "fewest": self.fewest,
            "most": self.most,
        })
    }

    /// For people.
    pub fn text(&self, lang: Lang) -> String {
        let games = [("games", self.games.into()), ("won", self.won.into())];
        let games = say(lang, "bot-games", &games);
        let (Some(mean), Some(fewest), Some(most)) = (self.mean(), self.fewest, self.most) else {
            return games;
        };
        let mean = decimal(lang, mean, 1);
        let tries = [
            ("mean", mean.into()),
            ("fewest", fewest.into()),
            ("most", most.into()),
        ];
        format!("{games}\n{}", say(lang, "bot-tries", &tries))
    }
}

/// Why the games were cut short: what happened, where, and what to do.
fn told(stop: &Stop, server: &Target, lang: Lang) -> String {
    let address = ("server", server.to_string().into());
    match stop {
        Stop::Ended(End::Server(_)) => say(lang, "bot-ended", &[address]),
        Stop::Ended(End::Lost(error, _)) => {
            let reason = ("reason", reason(error, lang).into());
            say(lang, "bot-lost", &[address, reason])
        }
        Stop::Ended(end) => sentence(end, server, lang),
        Stop::Odd(guess, line) => {
            let guess = ("guess", guess.to_string().into());
            say(
                lang,
                "bot-odd",
                &[address, guess, ("answer", line.as_str().into())],
            )
        }
        Stop::Contradiction => say(lang, "bot-contradiction", &[address]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_count_the_tries_of_what_was_won() {
        let mut results = Results::default();
        let none = results.document();
        assert!(none["mean"].is_null() && none["won"] == 0, "{none}");
        for game in [Some(7), None, Some(3), Some(4)] {
            results.add(game);
        }
        let read = results.document();
        assert_eq!((&read["games"], &read["won"]), (&4.into(), &3.into()));
        assert_eq!((&read["fewest"], &read["most"]), (&3.into(), &7.into()));
        let text = results.text(Lang::Fr).replace('\u{a0}', " ");
        assert!(text.contains("4 parties") && text.contains("4,7"), "{text}");
        assert!(results.text(Lang::En).contains("4.7"));
    }
}
