//! The learner of dialects against simulated servers, random ones, those of the sample, and real
//! programs in Python, C and Java.

mod clock;
mod random;
mod rows;
mod server;

use juste_prix::game::Range;
use juste_prix::lab::dialect::Wish;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use server::Spec;

#[test]
fn the_lessons_words_are_understood() {
    let run = clock::play(&Spec::default(), 1, Wish::default());
    assert_eq!(run.won(), 1, "{}", run.told());
}

/// The dialects of one campaign: always the same.
fn dialects(count: usize) -> impl Iterator<Item = Spec> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let specs = random::spec();
    (0..count).map(move |_| {
        specs
            .new_tree(&mut runner)
            .expect("no filter fails for ever")
            .current()
    })
}

#[test]
fn random_dialects_are_won() {
    let count = std::env::var("DIALECTS")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(300);
    let (mut won, mut within, mut excess) = (0, 0, std::collections::BTreeMap::<i64, u32>::new());
    let mut shown = 0;
    let only: Option<usize> = std::env::var("ONLY").ok().and_then(|it| it.parse().ok());
    for (index, spec) in dialects(count).enumerate() {
        if only.is_some_and(|only| only != index) {
            continue;
        }
        let run = clock::play(&spec, index as u64, Wish::default());
        if only.is_some() {
            println!("== {index} {spec:?}\n{}", run.told());
        }
        let played = run.learner.played();
        let game = played.first().filter(|game| game.won);
        let optimum = Range {
            min: spec.range.0 as i32,
            max: spec.range.1 as i32,
        }
        .optimum();
        if let Some(game) = game {
            won += 1;
            let over = i64::from(game.tries) - i64::from(optimum);
            *excess.entry(over.max(0)).or_default() += 1;
            within += u32::from(over <= 2);
        }
        if game.is_none_or(|game| game.tries > optimum + 2) {
            shown += 1;
            if shown
                <= std::env::var("SHOW")
                    .ok()
                    .and_then(|it| it.parse().ok())
                    .unwrap_or(0)
            {
                println!("== {index} {spec:#?}\n{}", run.told());
            } else {
                println!(
                    "== {index} {:?} {:?}",
                    run.outcome,
                    game.map(|game| game.tries)
                );
            }
        }
    }
    println!(
        "{count} dialects: {won} won, {within} within the optimum and two; over the optimum: {excess:?}"
    );
}
