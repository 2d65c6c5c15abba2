//! The mode *solo*: each player has their own number, and a new one after each win.

use super::{Answer, Outcome, Play, Rules, Seed, Table, Verdict, secret};

/// The state of a player who sits down: round 1, with a number of their own.
pub fn join(rules: Rules, seed: &Seed) -> Play {
    Play::new(1, rules.range, Some(secret::draw(seed, 1, rules.range)))
}

/// Judges a guess; a win opens the player's next round.
pub fn guess(index: usize, value: i32, table: &mut Table) {
    let seat = &mut table.seats[index];
    let secret = seat
        .play
        .secret
        .expect("a solo seat always has its number: join draws it");
    let answer = match seat.play.judge(value, secret) {
        Verdict::TooSmall => Answer::TooSmall,
        Verdict::TooBig => Answer::TooBig,
        _ => return win(index, table),
    };
    table.answer(index, answer);
}

fn win(index: usize, table: &mut Table) {
    let play = table.seats[index].play;
    let (guess, _) = play.last.expect("a win has a last guess");
    let outcome = Outcome {
        round: play.round,
        guess,
        number: guess,
        won: true,
    };
    table.score(index, &outcome);
    table.answer(index, Answer::Found { tries: play.tries });
    let seat = &mut table.seats[index];
    let round = play.round + 1;
    let next = secret::draw(&seat.seed, round, table.rules.range);
    seat.play.renew(round, table.rules.range, Some(next));
}
