//! What no bytes may do to juste-prix: one check for each reader of what others wrote.
//!
//! Each module has one `check`, which takes any bytes and panics where a promise is broken.
//! `fuzz_targets/` gives them to libFuzzer, which looks for bytes that reach new code;
//! `tests/fuzz.rs` of the main crate gives them the corpus, without any of that.
//! `docs/fuzzing.md` tells how to run them.

pub mod answers;
pub mod conversation;
pub mod entries;
pub mod frames;
pub mod framing;
mod input;
pub mod journal;
pub mod names;
pub mod objects;
pub mod requests;
pub mod rows;
pub mod telnet;
mod world;

/// A check, and what it is called.
pub type Check = (&'static str, fn(&[u8]));

/// All of them.
pub const CHECKS: [Check; 11] = [
    ("answers", answers::check),
    ("conversation", conversation::check),
    ("entries", entries::check),
    ("frames", frames::check),
    ("framing", framing::check),
    ("journal", journal::check),
    ("names", names::check),
    ("objects", objects::check),
    ("requests", requests::check),
    ("rows", rows::check),
    ("telnet", telnet::check),
];
