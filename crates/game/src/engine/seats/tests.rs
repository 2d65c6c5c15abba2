//! Seats taken and left in one batch: what happens at the worst moment.

use std::sync::{Arc, Mutex};

use super::*;
use crate::engine::Settings;
use crate::phrases::Lang;
use crate::protocol::Pack;
use crate::room::board::Board;
use crate::rules::{Pace, Range};
use crate::wire::text::Phrasebook;

const NOW: Now = Now { tick: 0, at: 0 };

fn engine() -> Engine {
    let settings = Settings {
        index: 0,
        engines: 1,
        range: Range::LESSON,
        phrasebook: Phrasebook {
            lang: Lang::En,
            pack: Pack::English,
        },
        quiet: 10,
        rate: None,
        pace: Pace::Free,
        intermission: 0,
    };
    let mut count = 0;
    let entropy = Box::new(move |buffer: &mut [u8]| {
        count += 1;
        buffer.fill(count);
    });
    Engine::new(settings, entropy, Arc::new(Mutex::new(Board::default())))
}

/// Commits all that waits, as one batch after the other; returns the last sequence.
fn commit(engine: &mut Engine, mut sequence: u64) -> u64 {
    while engine.waiting() > 0 {
        let batch = engine.take_proposals();
        engine.follow((sequence + 1..).zip(&batch), Origin::Here, NOW);
        sequence += batch.len() as u64;
    }
    sequence
}

fn said(engine: &mut Engine, key: ConnectionId) -> String {
    let connection = engine.connection_mut(key).expect("a connection");
    let text = String::from_utf8(connection.transmit().to_vec()).expect("UTF-8");
    connection.sent(text.len(), NOW);
    text
}

/// Someone with a seat and a name: their connection, their code, and the last sequence.
fn seated(engine: &mut Engine) -> (ConnectionId, String, u64) {
    let key = engine.connect(false, None, NOW);
    engine.receive(key, b"NAME Ann\n", NOW);
    let sequence = commit(engine, 0);
    let named = said(engine, key);
    let code = named.trim_end().rsplit(' ').next().expect("a code");
    (key, code.to_owned(), sequence)
}

/// Someone else who comes back with that code.
fn coming_back(engine: &mut Engine, code: &str) -> ConnectionId {
    let key = engine.connect(false, None, NOW);
    engine.receive(key, format!("RESUME {code}\n").as_bytes(), NOW);
    key
}

/// Protects who comes back at the very moment at which the seat goes: they are answered, and
/// nothing is kept of a room that is over.
#[test]
fn a_seat_that_goes_while_someone_comes_back_to_it_is_told_to_be_gone() {
    let mut engine = engine();
    let (_, code, sequence) = seated(&mut engine);
    let comes = coming_back(&mut engine, &code);
    let mut batch = engine.take_proposals();
    let Record { room, at, .. } = batch[0];
    let player = batch[0].entry.player().expect("a player comes");
    let entry = Entry::Leave { player };
    // Another machine's, say: proposed later, and in the journal before.
    engine.propose(Record { room, at, entry });
    batch.splice(0..0, engine.take_proposals());
    engine.follow((sequence + 1..).zip(&batch), Origin::Here, NOW);
    let answer = said(&mut engine, comes);
    assert!(answer.starts_with("Error: "), "{answer:?} to RESUME {code}");
    assert!(engine.rooms.is_empty(), "a room is kept for nobody");

    engine.receive(comes, b"50\n", NOW);
    commit(&mut engine, sequence + batch.len() as u64);
    let answer = said(&mut engine, comes);
    assert!(answer.starts_with("Too "), "{answer:?} to a guess");
}

/// Protects who knows that they have left: a seat on its way out is not offered to anyone.
#[test]
fn a_seat_that_is_being_left_is_refused_at_once() {
    let mut engine = engine();
    let (leaves, code, sequence) = seated(&mut engine);
    engine.receive(leaves, b"QUIT\n", NOW);
    let comes = coming_back(&mut engine, &code);
    assert!(said(&mut engine, comes).starts_with("Error: "));
    commit(&mut engine, sequence);
    assert!(engine.pending.is_empty() && engine.rooms.is_empty());
}

/// Protects who takes a seat over while its old connection leaves it: the leaving comes too late, its
/// conversation ends, and the seat stays.
#[test]
fn who_leaves_a_seat_that_is_taken_over_leaves_it_to_the_newer_connection() {
    let mut engine = engine();
    let (leaves, code, sequence) = seated(&mut engine);
    let comes = coming_back(&mut engine, &code);
    engine.receive(leaves, b"QUIT\n", NOW);
    let sequence = commit(&mut engine, sequence);
    let last = said(&mut engine, leaves);
    assert!(last.contains("Goodbye"), "expected the end; got {last:?}");
    let answer = said(&mut engine, comes);
    assert!(answer.starts_with("Resumed"), "{answer:?} to RESUME {code}");
    engine.receive(comes, b"50\n", NOW);
    commit(&mut engine, sequence);
    let answer = said(&mut engine, comes);
    assert!(answer.starts_with("Too "), "{answer:?} to a guess");
}

/// Protects who comes back at a node that is behind the log: what the log has decides whether there
/// is a seat, not what the node has read of it.
#[test]
fn the_log_decides_whether_there_is_a_seat() {
    let mut other = engine();
    let key = other.connect(false, None, NOW);
    other.receive(key, b"NAME Ann\n", NOW);
    let mut theirs = Vec::new();
    while other.waiting() > 0 {
        let batch = other.take_proposals();
        other.follow((theirs.len() as u64 + 1..).zip(&batch), Origin::Here, NOW);
        theirs.extend(batch);
    }
    let named = said(&mut other, key);
    let code = named.trim_end().rsplit(' ').next().expect("a code");

    let mut engine = engine();
    engine.share_journal();
    let comes = coming_back(&mut engine, code);
    let asked = engine.take_proposals();
    let count = theirs.len() as u64;
    engine.follow((1..).zip(&theirs), Origin::Elsewhere, NOW);
    assert_eq!(said(&mut engine, comes), "", "the log has not told yet");
    engine.follow((count + 1..).zip(&asked), Origin::Here, NOW);
    assert_eq!(said(&mut engine, comes), "", "the seat is not theirs yet");
    let sequence = commit(&mut engine, count + asked.len() as u64);
    let answer = said(&mut engine, comes);
    let is_one = answer.lines().count() == 1 && !answer.starts_with("Error");
    assert!(is_one, "{answer:?} to RESUME {code}");

    let wrong = coming_back(&mut engine, "HALL-AAAAAAAAAAAAAAAA");
    commit(&mut engine, sequence);
    let answer = said(&mut engine, wrong);
    assert!(answer.starts_with("Error: "), "{answer:?} to a wrong code");
    assert_eq!((engine.rooms.len(), engine.pending.is_empty()), (1, true));
}
