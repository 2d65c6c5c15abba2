//! The kill campaign.

use std::str::FromStr;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::table::{Counts, Table};

/// Kills without `JUSTE_PRIX_KILLS`.
const KILLS: u32 = 60;
/// Kills that one folder goes through: enough for seats to survive many, few enough for replays
/// to stay short.
const KILLS_PER_FOLDER: u32 = 20;
/// One kill of each folder waits until everyone has said so much and has had every answer: what
/// earlier kills left behind keeps nobody from playing on.
const UNHURT: u32 = KILLS_PER_FOLDER / 2;
const BURSTS: u32 = 40;
/// Of so many kills one is followed by requests that the journal takes a second time.
const REPEATED: u32 = 5;
/// The latest moment of a kill after play begins, in microseconds.
const LATEST: u32 = 60_000;

/// Protects the first promise: nothing that was answered is lost by `kill -9` at any moment, and
/// nothing is made up.
#[test]
fn what_was_answered_survives_a_kill_at_any_moment() {
    let kills = variable("JUSTE_PRIX_KILLS").unwrap_or(KILLS);
    let seed = variable("JUSTE_PRIX_SEED").unwrap_or_else(chosen_seed);
    let mut replay = Replay { seed, round: 0 };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut table = Table::new(rng.next_u64());
    let mut total = Counts::default();
    for round in 0..kills {
        replay.round = round;
        if round > 0 && round % KILLS_PER_FOLDER == 0 {
            table = Table::new(rng.next_u64());
        }
        let mut server = table.serve();
        table.sit_down(&server);
        if round % KILLS_PER_FOLDER == UNHURT {
            table.play_unhurt_and_kill(&mut server, BURSTS);
        } else {
            let after = Duration::from_micros((rng.next_u32() % LATEST).into());
            table.play_and_kill(&mut server, after);
        }
        let counts = table.check();
        total.entries += counts.entries;
        total.answers += counts.answers;
        total.unanswered += counts.unanswered;
        if round % REPEATED == 0 {
            table.repeat_requests();
        }
    }
    println!("{kills} kills: {total:?}");
    assert!(
        total.answers > kills as usize && total.unanswered > kills as usize,
        "expected: kills in the midst of play; got: {total:?}"
    );
}

/// Tells how to do a failed campaign again.
struct Replay {
    seed: u64,
    round: u32,
}

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Replay { seed, round } = self;
            eprintln!(
                "kill {round} of seed {seed} failed; the same moves, at nearly the same moments: \
                 JUSTE_PRIX_SEED={seed} JUSTE_PRIX_KILLS={} cargo test --test program crash::campaign",
                *round + 1
            );
        }
    }
}

fn variable<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    let Ok(value) = text.parse() else {
        panic!("{name} must be a number; it is {text:?}");
    };
    Some(value)
}

fn chosen_seed() -> u64 {
    getrandom::u64().expect("the system has randomness")
}
