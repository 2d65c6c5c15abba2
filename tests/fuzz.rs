//! What fuzzing has found stays found: each check of `fuzz/` on its corpus, and on that corpus with
//! bytes changed by chance. It needs nothing but cargo; `scripts/fuzz` looks for more.
//!
//! `JUSTE_PRIX_SEED=n` changes other bytes.

#[path = "../fuzz/src/lib.rs"]
mod checks;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use checks::{CHECKS, Check};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// How long each check has for what chance makes of its corpus.
const CHANCE: Duration = Duration::from_millis(1500);
/// Bytes of one target's corpus at most: it is for tests, and a fuzzer's own is elsewhere.
const CORPUS_BYTES: usize = 64 * 1024;

/// The files of a corpus, with their names, in an order that is always the same.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let folder = folder.join(target);
    let files = fs::read_dir(&folder).unwrap_or_else(|_| panic!("{}", folder.display()));
    let file = |path: &Path| {
        let name = path.display().to_string();
        (name, fs::read(path).expect("a file"))
    };
    let mut files: Vec<_> = files
        .map(|entry| file(&entry.expect("an entry").path()))
        .collect();
    files.sort();
    files
}

fn judge((target, check): Check, what: &str, bytes: &[u8]) {
    let held = catch_unwind(AssertUnwindSafe(|| check(bytes)));
    assert!(held.is_ok(), "{target} breaks a promise: {what}: {bytes:?}");
}

/// Protects what was mended: whatever a fuzzer has found interesting once is tried each time.
#[test]
fn the_corpus_breaks_no_promise() {
    for check in CHECKS {
        let files = corpus(check.0);
        assert!(files.len() > 2, "{}: {} files", check.0, files.len());
        let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(bytes <= CORPUS_BYTES, "{}: {bytes} bytes", check.0);
        for (name, bytes) in files {
            judge(check, &name, &bytes);
        }
    }
}

/// Protects those without a fuzzer: near what is interesting there is more.
#[test]
fn nor_does_what_chance_makes_of_it() {
    let seed = std::env::var("JUSTE_PRIX_SEED").ok();
    let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |n: usize| (chance.next_u64() % n as u64) as usize;
    for check in CHECKS {
        let files = corpus(check.0);
        let begun = Instant::now();
        let mut number = 0;
        while begun.elapsed() < CHANCE {
            let (name, mut bytes) = files[below(files.len())].clone();
            for _ in 0..=below(4) {
                let at = below(bytes.len() + 1);
                match below(4) {
                    0 => bytes.insert(at, below(256) as u8),
                    1 => bytes.truncate(at),
                    2 => bytes.extend_from_slice(&files[below(files.len())].1),
                    _ => bytes
                        .iter_mut()
                        .skip(at)
                        .take(1)
                        .for_each(|byte| *byte = below(256) as u8),
                }
            }
            judge(check, &format!("{name}, seed {seed}, {number}"), &bytes);
            number += 1;
        }
    }
}
