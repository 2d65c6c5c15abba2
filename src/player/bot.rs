//! `bot`: plays by itself, game after game, and tells how many tries it took. A game is a round
//! from the bot's first guess to its end, in whatever mode the room is.

use super::connection::{Connection, End, Seat};
use super::sentence;
use crate::cli::Bot;
use crate::cli::values::Target;
use crate::commands::{Failure, print, reason};
use crate::lab::dialect::strategy::{Guesses, Strategy};
use crate::phrases::{Lang, decimal, say};
use crate::wire::answer::Read;

/// Plays the games that were asked for; what was played is told even if they were cut short.
pub fn bot(args: Bot, lang: Lang) -> Result<(), Failure> {
    let seat = Seat {
        room: args.room,
        ..Seat::default()
    };
    let failed = |stop| Failure::Run(told(&stop, &args.server, lang));
    let mut game = Connection::open(args.server.clone(), seat, lang)
        .map_err(|end| failed(Stop::Ended(end)))?;
    let mut results = Results::default();
    let mut play = || -> Result<(), Stop> {
        for _ in 0..args.games {
            results.add(one_game(&mut game, args.strategy)?);
        }
        Ok(())
    };
    let played = play();
    print(&results.text(args.json, lang), lang)?;
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
struct Results {
    games: u32,
    won: u32,
    /// The tries of all games that were won.
    tries: u64,
    fewest: Option<u32>,
    most: Option<u32>,
}

impl Results {
    fn add(&mut self, game: Option<u32>) {
        self.games += 1;
        if let Some(tries) = game {
            self.won += 1;
            self.tries += u64::from(tries);
            self.fewest = Some(self.fewest.map_or(tries, |fewest| fewest.min(tries)));
            self.most = self.most.max(Some(tries));
        }
    }

    fn text(&self, json: bool, lang: Lang) -> String {
        let mean = (self.won > 0).then(|| self.tries as f64 / f64::from(self.won));
        if json {
            let document = serde_json::json!({
                "games": self.games,
                "won": self.won,
                "mean": mean,
                "fewest": self.fewest,
                "most": self.most,
            });
            return document.to_string();
        }
        let games = [("games", self.games.into()), ("won", self.won.into())];
        let games = say(lang, "bot-games", &games);
        let (Some(mean), Some(fewest), Some(most)) = (mean, self.fewest, self.most) else {
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
        let none = results.text(true, Lang::Fr);
        assert!(
            none.contains(r#""mean":null"#) && none.contains(r#""won":0"#),
            "{none}"
        );
        for game in [Some(7), None, Some(3), Some(4)] {
            results.add(game);
        }
        let document = results.text(true, Lang::Fr);
        let read: serde_json::Value = serde_json::from_str(&document).expect("JSON");
        assert_eq!((&read["games"], &read["won"]), (&4.into(), &3.into()));
        assert_eq!((&read["fewest"], &read["most"]), (&3.into(), &7.into()));
        let text = results.text(false, Lang::Fr).replace('\u{a0}', " ");
        assert!(text.contains("4 parties") && text.contains("4,7"), "{text}");
        assert!(results.text(false, Lang::En).contains("4.7"));
    }
}
