//! Two folders that differ in their seeds alone.
//!
//! The seeds are chosen so that round 1 has the same number in both and round 2 has not, but one
//! that deserves the same answers to all that is said.

use std::ops::RangeInclusive;
use std::time::SystemTime;

use game::rules::secret::draw;
use game::rules::{Entry, Key, Mode, Name, Range, Record, ResumeCode, Rules, Seed};
use server::journal::{Journal, Store};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Numbers of round 2: bigger than all that is guessed before it is won.
const SECRETS: RangeInclusive<i32> = 60..=100;
/// The players' proofs. Their codes are the same in both twins.
pub const KEYS: [Key; 2] = [Key([0x41; 10]), Key([0x53; 10])];
const NAMES: [&str; 2] = ["Léa", "Zoé"];

/// The number of a round.
pub fn number(seed: &Seed, round: u32) -> i32 {
    draw(seed, round, Range::LESSON).number()
}

/// Two seeds with the same number in round 1 and different ones of [`SECRETS`] in round 2.
pub fn twin_seeds() -> [Seed; 2] {
    let seeds = (0u32..).map(|count| Seed(Sha256::digest(count.to_be_bytes()).into()));
    let mut known: Vec<Seed> = Vec::new();
    for seed in seeds.filter(|seed| SECRETS.contains(&number(seed, 2))) {
        let is_twin = |other: &&Seed| {
            number(other, 1) == number(&seed, 1) && number(other, 2) != number(&seed, 2)
        };
        if let Some(twin) = known.iter().find(is_twin) {
            return [*twin, seed];
        }
        known.push(seed);
    }
    unreachable!("a hundred numbers of round 1 repeat soon")
}

/// A folder with two players seated in a room of that mode, all numbers drawn from one seed.
/// Solo is played in the public hall, by the first of them; the other sits in their own.
pub fn folder(mode: Mode, seed: Seed) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::Local(folder.path().to_owned());
    let journal = Journal::open(&store, &mut |_, _| {}).expect("a new journal");
    let limit = (mode == Mode::Closest).then_some(3600);
    let rules = Rules::new(mode, Range::LESSON, limit).expect("rules that fit");
    // Now: nobody comes back to a seat that has been idle for long.
    let since = SystemTime::UNIX_EPOCH
        .elapsed()
        .expect("a clock that is set");
    let at = since.as_millis() as u64;
    let mut records = Vec::new();
    for (key, name) in KEYS.into_iter().zip(NAMES) {
        let (room, player) = (code(mode, key).room_id(), key.player());
        let name = Name::parse(name).expect("a name");
        for entry in [
            Entry::Open { rules, seed },
            Entry::Join { player, name, seed },
        ] {
            records.push(Record { room, at, entry });
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let appended = runtime
        .expect("a runtime")
        .block_on(journal.append(records));
    appended.expect("committed");
    journal.close().expect("committed");
    folder
}

/// What brings a player back to their seat.
pub fn code(mode: Mode, key: Key) -> ResumeCode {
    let room = match mode {
        Mode::Solo => None,
        Mode::Race | Mode::Closest => "TWIN".parse().ok(),
    };
    ResumeCode { room, key }
}
