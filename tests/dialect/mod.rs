//! The learner of dialects against simulated servers, random ones, those of the sample, and real
//! programs in Python, C and Java.

mod campaign;
mod clock;
mod document;
mod programs;
mod random;
mod rows;
mod server;

use lab::dialect::Wish;
use server::Spec;

#[test]
fn the_lessons_words_are_understood() {
    let run = clock::play(&Spec::default(), 1, Wish::default());
    assert_eq!(run.won(), 1, "{}", run.told());
}
