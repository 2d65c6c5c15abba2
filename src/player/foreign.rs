//! `bot` on a server that speaks another dialect, such as one that a learner wrote.

use std::net::TcpStream;

use super::results::Results;
use crate::cli::Bot;
use game::phrases::{Lang, say};
use lab::dialect::{Dialect, Learner, Wish, explain};
use lab::encounter;
use os::console::{Failure, print, print_json, reason};

/// Plays the games that were asked for over `stream`, of which nothing has been read, and over further
/// connections as the server closes them. `silent` tells that the server has not greeted.
///
/// # Errors
/// The server's dialect could not be learned, or a game could not be finished.
pub fn play(stream: TcpStream, silent: bool, args: &Bot, lang: Lang) -> Result<(), Failure> {
    let wish = Wish {
        games: args.games,
        strategy: args.strategy,
        seed: getrandom::u64().expect("the operating system gives random bytes"),
        ..Wish::default()
    };
    let addresses = args.server.resolve().map_err(|error| {
        let server = ("server", args.server.to_string().into());
        let reason = ("reason", reason(&error, lang).into());
        Failure::Run(say(lang, "play-unreachable", &[server, reason]))
    })?;
    let prior = Dialect::starting(silent.then_some(false));
    let mut learner = Learner::new(prior, wish);
    let (outcome, _) = encounter::play_over(Some(stream), &mut learner, &addresses);
    let mut results = Results::default();
    for game in learner.played() {
        results.add(game.won.then_some(game.tries));
    }
    let server = args.server.to_string();
    let mut document = results.document();
    let mut text = results.text(lang);
    document["played"] = explain::played(learner.played());
    if args.explain {
        document["dialect"] = explain::document(learner.dialect());
        text = format!(
            "{text}\n{}",
            explain::text(learner.dialect(), &server, lang)
        );
    }
    match args.json {
        true => print_json(&document, lang)?,
        false => print(&text, lang)?,
    }
    outcome.map_err(|error| Failure::Run(explain::error(&error, &server, lang)))
}
