//! Nobody sees a number before its round is over, and everybody can verify it afterwards.
//!
//! Two folders differ in their seeds alone ([`twins`]). The real program is run on each, the same
//! is said to it ([`game`]), and every byte that comes out of it anywhere ([`seen`]) must be the
//! same, commitments aside.

mod game;
mod seen;
mod twins;

use std::fs;
use std::path::Path;

use ::game::rules::{Mode, Seed};
use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER, HEXUPPER};
use sha2::{Digest, Sha256};

use crate::common::{program, run};
use game::Game;
use seen::is_digest;
use twins::{KEYS, number, twin_seeds};

/// What an answer to `PREUVE` says: the commitment, and the round before's commitment and opening.
fn proof(answer: &str) -> (String, Option<(String, String)>) {
    let words = answer.split(|c: char| c.is_whitespace() || c == ',');
    let words = words.map(|word| word.trim_end_matches('.'));
    let digests: Vec<&str> = words.clone().filter(|word| is_digest(word)).collect();
    let opening = words.clone().find(|word| word.starts_with("jp1:"));
    let previous = opening.map(|opening| (digests[1].to_owned(), opening.to_owned()));
    (digests[0].to_owned(), previous)
}

/// The round is opened as it was committed to, for this program and for any other.
fn assert_opens(committed: &str, answer: &str, round: u32, number: i32) {
    let (_, previous) = proof(answer);
    let (kept, opening) = previous.unwrap_or_else(|| panic!("expected an opening; got {answer}"));
    assert_eq!(kept, committed, "the commitment before the first guess");
    let digest = HEXLOWER.encode(&Sha256::digest(&opening));
    assert_eq!(digest, committed, "SHA-256 of {opening:?}");
    let fields: Vec<&str> = opening.split(':').collect();
    let expected = [&*round.to_string(), "1..100", &*number.to_string()];
    assert_eq!(
        fields[2..5],
        expected,
        "round, range and number of {opening:?}"
    );
    let done = run(program().args(["verify", committed, &opening]));
    assert!(done.status.success(), "verify; got {done:?}");
}

/// No seed comes out, in any way to write it down.
fn assert_no_seed(seed: &Seed, seen: &str) {
    let written = [
        HEXLOWER.encode(&seed.0),
        HEXUPPER.encode(&seed.0),
        BASE32_NOPAD.encode(&seed.0),
        BASE64.encode(&seed.0),
        format!("{:?}", seed.0),
    ];
    for seed in written {
        // The beginning is enough to tell.
        let seed = &seed[..20];
        assert!(
            !seen.contains(seed),
            "expected: no seed; got {seed} in {seen}"
        );
    }
}

/// Two numbers that deserve the same answers look the same until the round is over; then the
/// number is told, and it is the one that was committed to.
fn assert_fair(mode: Mode) {
    let seeds = twin_seeds();
    let mut games = seeds.map(|seed| Game::start(mode, seed));
    let mut commitments = Vec::new();
    for game in &mut games {
        let (first, none) = proof(&game.ask(0, "PREUVE"));
        assert_eq!(none, None, "nothing is opened before the first round ends");
        game.win_first();
        // Readable before round 2's first guess.
        let answer = game.ask(0, "PREUVE");
        assert_opens(&first, &answer, 1, number(&game.seed, 1));
        commitments.push(proof(&answer).0);
        game.play();
        game.outside();
    }
    let [one, other] = [0, 1].map(|index: usize| games[index].comparable());
    for (line, (one, other)) in one.lines().zip(other.lines()).enumerate() {
        assert_eq!(
            one, other,
            "line {line} tells two numbers apart: {mode:?}, {seeds:?}"
        );
    }
    assert_eq!(one.len(), other.len(), "what two numbers show: {mode:?}");
    assert_ne!(commitments[0], commitments[1], "the numbers are two");

    for (game, committed) in games.iter_mut().zip(commitments) {
        let before = proof(&game.ask(0, "PREUVE")).0;
        assert_eq!(
            before, committed,
            "the commitment while the round is played"
        );
        let won = game.ask(0, &number(&game.seed, 2).to_string());
        assert!(won.starts_with("Gagné"), "expected a win; got {won:?}");
        let answer = game.ask(0, "PREUVE");
        assert_opens(&committed, &answer, 2, number(&game.seed, 2));
        game.outside();
        assert!(game.server.stop().success(), "the server stops");
        game.seen += &game.server.errors();
        assert_no_seed(&game.seed, &game.seen);
        assert_no_key(game.folder.path());
    }
}

/// Who reads the journal can't take a seat over: it holds the keys' hashes.
fn assert_no_key(folder: &Path) {
    for name in ["journal.sqlite", "journal.sqlite-wal"] {
        let bytes = fs::read(folder.join(name)).unwrap_or_default();
        for key in KEYS {
            let is_there = |written: &[u8]| bytes.windows(written.len()).any(|w| w == written);
            let text = BASE32_NOPAD.encode(&key.0);
            let found = is_there(&key.0) || is_there(text.as_bytes());
            assert!(!found, "expected: no key in {name}; got {key:?}, {text}");
        }
    }
}

/// Protects a player alone: nothing tells the number before it is found.
#[test]
fn a_solo_number_shows_nowhere_before_it_is_found() {
    assert_fair(Mode::Solo);
}

/// Protects a race: nothing tells one player what another could use.
#[test]
fn a_races_number_shows_nowhere_before_it_is_found() {
    assert_fair(Mode::Race);
}

/// Protects *sans dépasser*: a guess that waits tells nothing, nor does the number.
#[test]
fn a_number_not_to_go_over_shows_nowhere_before_the_round_closes() {
    assert_fair(Mode::Closest);
}
