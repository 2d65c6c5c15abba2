//! Random dialects, many of them: what the learner says of a game is held against what the server
//! knows of it.

use std::collections::BTreeMap;

use game::rules::Range;
use lab::dialect::text::Heard;
use lab::dialect::{Wish, hint};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::clock::{self, Run};
use super::random;
use super::server::Spec;

/// Dialects of the test; `DIALECTS=20000` asks for a longer campaign, `SEED=3` for others, and
/// `ONLY=17` for one of them, told whole.
const DIALECTS: usize = 300;
/// Guesses at an end of the range that may be spent on learning the direction.
const CALIBRATIONS: u32 = 2;

fn setting(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

/// The dialects of one campaign: always the same for one seed.
fn dialects(seed: usize, count: usize) -> impl Iterator<Item = Spec> {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&(seed as u64).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let specs = random::spec();
    (0..count).map(move |_| {
        let tree = specs.new_tree(&mut runner);
        tree.expect("no filter fails for ever").current()
    })
}

/// Whether chance hid a win: with words that nobody knows it came with the first guesses, before any
/// hint could be told from it. docs/dialects.md names that limit.
fn is_hidden(spec: &Spec, run: &Run) -> bool {
    let words = Heard::new(spec.found.as_bytes());
    let early = run
        .truth
        .iter()
        .any(|(number, tries)| number.is_some() && *tries <= 2);
    hint::read(&words).is_none() && early
}

/// What is wrong with a run, by what the server knows.
fn fault(spec: &Spec, games: u32, run: &Run) -> Option<&'static str> {
    let played = run.learner.played();
    let told = |game: &lab::dialect::Played| game.number.filter(|_| game.won);
    // Each game that is told is one of the server's, in the server's order.
    let mut truth = run.truth.iter();
    let real = |number| truth.any(|(it, _)| *it == number);
    let mut told = played.iter().map(told);
    if !told.all(real) {
        return Some("a game that was not played so");
    }
    if run.outcome.is_err() || played.len() != games as usize {
        return Some("not played to the end");
    }
    if spec.tries.is_none() && played.iter().any(|game| !game.won) {
        return Some("not won");
    }
    let (min, max) = (spec.range.0 as i32, spec.range.1 as i32);
    let optimum = Range { min, max }.optimum();
    let first = &played[0];
    let judged = run.truth.first().map_or(0, |(_, tries)| *tries);
    match () {
        () if first.calibrations > CALIBRATIONS => Some("more calibrations than there are ends"),
        () if first.tries > optimum + CALIBRATIONS => {
            Some("more tries than optimum and calibration")
        }
        () if first.won && judged > optimum + CALIBRATIONS => Some("more tries than are told"),
        () => None,
    }
}

/// Protects what the bot and the checker stand on: whatever the words, the learner finds the number
/// within the optimum and the calibration, never takes a hint for a win, and ends.
#[test]
fn random_dialects_are_won_and_every_game_told_is_true() {
    let seed = setting("SEED").unwrap_or(0);
    let only = setting("ONLY");
    let count = setting("DIALECTS").unwrap_or(DIALECTS);
    let mut faults: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut first = None;
    for (index, spec) in dialects(seed, count).enumerate() {
        if only.is_some_and(|only| only != index) {
            continue;
        }
        let games = 1 + (index % 3) as u32;
        let wish = Wish {
            games,
            ..Wish::default()
        };
        let run = clock::play(&spec, index as u64, wish);
        let fault = fault(&spec, games, &run).filter(|_| !is_hidden(&spec, &run));
        if fault.is_some() || only.is_some() {
            first.get_or_insert_with(|| format!("{index}: {spec:#?}\n{}", run.told()));
        }
        if let Some(fault) = fault {
            faults.entry(fault).or_default().push(index);
        }
    }
    let told = first.unwrap_or_default();
    assert!(
        faults.is_empty() && only.is_none(),
        "seed {seed}: {faults:?}\n{told}"
    );
}
