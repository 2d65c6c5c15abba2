//! The learner of dialects against simulated servers, random ones, those of the sample, and real
//! programs in Python, C and Java.

mod campaign;
mod clock;
mod document;
mod packs;
mod programs;
mod random;
mod rows;
mod server;

use lab::dialect::text::Heard;
use lab::dialect::{Meaning, Wish, hint};
use packs::PACKS;
use server::Spec;

#[test]
fn the_lessons_words_are_understood() {
    let run = clock::play(&Spec::default(), 1, Wish::default());
    assert_eq!(run.won(), 1, "{}", run.told());
}

#[test]
fn every_pack_is_read_as_it_is_meant() {
    let meaning = |text: &str| hint::read(&Heard::new(text.as_bytes())).map(|it| it.meaning);
    for pack in PACKS.iter().filter(|pack| pack.lang != "codes") {
        assert_eq!(meaning(pack.too_small), Some(Meaning::TooSmall), "{pack:?}");
        assert_eq!(meaning(pack.too_big), Some(Meaning::TooBig), "{pack:?}");
        assert_eq!(meaning(pack.found), Some(Meaning::Found), "{pack:?}");
        assert_ne!(meaning(pack.prompt), Some(Meaning::Found), "{pack:?}");
    }
}
