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
use super::server::{Kind, Spec};

/// What may happen with no dialect at all.
const NEVER: [&str; 2] = [
    "a game that was not played so",
    "not played to the end, and nothing said",
];
/// Of a thousand dialects of a longer campaign, how many may be given up with a word, or take more tries.
const SHORT: usize = 6;

/// Dialects of the test; `DIALECTS=20000` asks for a longer campaign, `SEED=3` for others, and
/// `ONLY=17` for one of them, told whole.
const DIALECTS: usize = 300;
/// Guesses at an end of the range that may be spent on learning the direction.
const CALIBRATIONS: u32 = 2;

fn setting(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

/// The dialects of one campaign: always the same for one seed.
fn dialects(
    specs: impl Strategy<Value = Spec>,
    seed: usize,
    count: usize,
) -> impl Iterator<Item = Spec> {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&(seed as u64).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(move |_| {
        let tree = specs.new_tree(&mut runner);
        tree.expect("no filter fails for ever").current()
    })
}

/// Whether chance hid a win: with words that nobody knows it came with the first guesses, before any
/// hint could be told from it. Such a game may be given up, or cost more tries; docs/dialects.md names
/// that limit.
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
        return Some(NEVER[0]);
    }
    if run.outcome.is_ok() && played.len() != games as usize {
        return Some(NEVER[1]);
    }
    if run.outcome.is_err() {
        return Some("not played to the end");
    }
    if spec.tries.is_none() && played.iter().any(|game| !game.won) {
        return Some("not won");
    }
    let (min, max) = (spec.range.0 as i32, spec.range.1 as i32);
    let optimum = Range { min, max }.optimum();
    // A game whose win nothing proves is played again, from the guess that was made to prove it.
    let again = u32::from(run.truth.len() > played.len());
    let most = optimum + CALIBRATIONS + again;
    let first = &played[0];
    let judged = run.truth.first().map_or(0, |(_, tries)| *tries);
    match () {
        () if first.calibrations > CALIBRATIONS => Some("more calibrations than there are ends"),
        () if first.tries > most => Some("more tries than optimum and calibration"),
        () if first.won && again == 0 && judged > most => Some("more tries than are told"),
        () => None,
    }
}

/// Protects learners whose programs are of a kind that few are: no game is claimed that was not won, no
/// win goes uncounted in silence, and what is not understood is said.
#[test]
fn random_kinds_claim_no_win_that_was_none() {
    let (seed, only) = (setting("SEED").unwrap_or(0), setting("ONLY"));
    // One that gives no hints takes a hundred guesses.
    let count = setting("DIALECTS").unwrap_or(DIALECTS) / 3;
    let mut faults: Vec<(usize, &str)> = Vec::new();
    let mut won: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut first = None;
    let all = dialects(random::of_a_kind(), seed, count).enumerate();
    for (index, spec) in all.filter(|(index, _)| only.is_none_or(|only| only == *index)) {
        let games = 1 + (index % 3) as u32;
        let wish = Wish {
            games,
            ..Wish::default()
        };
        let run = clock::play(&spec, index as u64, wish);
        let mut truth = run.truth.iter();
        let mut real = |number| truth.any(|(it, _)| *it == number);
        let played = run.learner.played();
        let is_true = played.iter().filter(|it| it.won).all(|it| real(it.number));
        let counted = won.entry(format!("{:?}", spec.kind)).or_default();
        // A second player who never guesses lets nobody win.
        counted.1 += u32::from(spec.kind != Kind::Alternates);
        counted.0 += u32::from(run.won() == games as usize);
        let fault = match &run.outcome {
            _ if !is_true => Some("a win that was none"),
            Ok(()) if played.len() < games as usize => Some("too few games, and nothing said"),
            _ => None,
        };
        if fault.is_some() || only.is_some() {
            first.get_or_insert_with(|| format!("{index}: {spec:#?}\n{}", run.told()));
        }
        faults.extend(fault.map(|fault| (index, fault)));
    }
    println!("won, of each kind: {won:?}");
    let told = first.unwrap_or_default();
    assert!(
        faults.is_empty() && only.is_none(),
        "seed {seed}: {faults:?}\n{told}"
    );
    let (wins, all) = won
        .values()
        .fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    assert!(
        wins * 10 >= all * 8,
        "{wins} of {all} were understood: {won:?}"
    );
}

/// Protects what the bot and the checker stand on: whatever the words, the learner finds the number
/// within the optimum and the calibration, never takes a hint for a win, and ends. In a longer campaign a few
/// dialects may be given up, with a word.
#[test]
fn random_dialects_are_won_and_every_game_told_is_true() {
    let seed = setting("SEED").unwrap_or(0);
    let only = setting("ONLY");
    let count = setting("DIALECTS").unwrap_or(DIALECTS);
    let mut faults: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut first = None;
    for (index, spec) in dialects(random::spec(), seed, count).enumerate() {
        if only.is_some_and(|only| only != index) {
            continue;
        }
        let games = 1 + (index % 3) as u32;
        let wish = Wish {
            games,
            ..Wish::default()
        };
        let run = clock::play(&spec, index as u64, wish);
        let fault = fault(&spec, games, &run)
            .filter(|fault| NEVER.contains(fault) || !is_hidden(&spec, &run));
        if fault.is_some() || only.is_some() {
            first.get_or_insert_with(|| format!("{index}: {spec:#?}\n{}", run.told()));
        }
        if let Some(fault) = fault {
            faults.entry(fault).or_default().push(index);
        }
    }
    let told = first.unwrap_or_default();
    let never = faults.keys().any(|fault| NEVER.contains(fault));
    let short: usize = faults.values().map(Vec::len).sum();
    let allowed = if count > DIALECTS {
        count * SHORT / 1000
    } else {
        0
    };
    assert!(
        !never && short <= allowed && only.is_none(),
        "seed {seed}: {faults:?}\n{told}"
    );
    println!("{faults:?}");
}
