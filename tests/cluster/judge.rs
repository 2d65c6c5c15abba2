//! acknowledged ⊆ log ⊆ sent, one order, one winner a round, no answer twice.

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use juste_prix::game::{Mode, PlayerId, RoomId};

use crate::matching::{explain, seat_of, steps_of};
use crate::player::Identity;
use crate::replay::Replay;

/// What a check has compared.
#[derive(Debug, Default)]
#[expect(dead_code, reason = "the report shows them")]
pub struct Counts {
    pub entries: u64,
    pub answers: usize,
    pub unanswered: usize,
    pub conversations: usize,
    pub rounds: usize,
    pub repeats: u64,
}

/// Compares every transcript with the log.
pub fn judge(identities: &[Identity], replay: &Replay) -> Counts {
    let mut counts = Counts {
        entries: replay.entries,
        repeats: replay.repeats,
        rounds: one_winner_a_round(replay),
        ..Counts::default()
    };
    let mut known: HashSet<(RoomId, PlayerId)> = HashSet::new();
    let mut moments = Vec::new();
    let mut nobodys = 0;
    for identity in identities {
        nothing_unasked(identity, &mut counts);
        let Some(place) = seat_of(identity, replay.seats.iter()) else {
            let answers = identity
                .conversations
                .iter()
                .flat_map(|talk| &talk.exchanges);
            let answered = answers.filter(|exchange| exchange.answer.is_some()).count();
            assert_eq!(
                answered, 0,
                "the log lacks who was told something: {identity:#?}"
            );
            nobodys += 1;
            continue;
        };
        known.insert(place);
        let Some(seat) = replay.seats.get(&place) else {
            panic!("acknowledged and lost: the log has nothing of {identity:#?}");
        };
        let Some(talks) = explain(identity, seat) else {
            panic!("the log does not explain {place:?}: {identity:#?}\nthe log: {seat:#?}");
        };
        for (turn, talk) in seat.turns.iter().zip(talks) {
            let Some(talk) = talk else { continue };
            moments.extend(steps_of(&identity.conversations[talk], turn).map(
                |(exchange, sequence)| {
                    let told = exchange.answer.as_ref().map(|(at, _)| *at);
                    (exchange.sent, told, sequence)
                },
            ));
        }
    }
    one_order(&moments);
    let strange = replay
        .seats
        .iter()
        .filter(|(place, seat)| !seat.left && !known.contains(place));
    let unknown = strange.count();
    assert!(
        unknown <= nobodys,
        "expected: entries of those who play; got: {unknown} seats of nobody, where {nobodys} \
         players may have sat down without hearing of it"
    );
    counts
}

/// No answer twice: everything that came was asked for.
fn nothing_unasked(identity: &Identity, counts: &mut Counts) {
    for talk in &identity.conversations {
        assert_eq!(
            talk.extra, None,
            "an answer that nobody had asked for, out of turn: {identity:#?}"
        );
        counts.conversations += 1;
        for exchange in &talk.exchanges {
            match exchange.answer {
                Some(_) => counts.answers += 1,
                None => counts.unanswered += 1,
            }
        }
    }
}

/// What was answered before a message was sent comes before it in the log, whoever said either,
/// and on whichever nodes.
fn one_order(moments: &[(Instant, Option<Instant>, u64)]) {
    let sent = moments
        .iter()
        .map(|(sent, _, sequence)| (*sent, false, *sequence));
    let told = moments
        .iter()
        .filter_map(|(_, told, sequence)| Some(((*told)?, true, *sequence)));
    let mut all: Vec<_> = sent.chain(told).collect();
    all.sort_unstable();
    let mut latest = 0;
    for (_, was_told, sequence) in all {
        assert!(
            was_told || sequence > latest,
            "expected: what was sent after entry {latest} was answered comes after it; got: {sequence}"
        );
        if was_told {
            latest = latest.max(sequence);
        }
    }
}

/// Each race has one winner a round, and all nodes tell the same: what they have told the results
/// is what the log gives, whole. Gives the rounds of races.
fn one_winner_a_round(replay: &Replay) -> usize {
    let mut told: BTreeMap<(u64, PlayerId), _> = BTreeMap::new();
    let mut wins: BTreeMap<(RoomId, u32), HashSet<PlayerId>> = BTreeMap::new();
    for score in &replay.results {
        let before = told.insert((score.cause, score.player), score);
        assert!(
            before.is_none_or(|before| before == score),
            "expected: one result of a round; got: {before:?} and {score:?}"
        );
        if score.won && score.rules.mode == Mode::Race {
            wins.entry((score.room, score.round))
                .or_default()
                .insert(score.player);
        }
    }
    for (round, winners) in &wins {
        assert_eq!(winners.len(), 1, "winners of {round:?}: {winners:?}");
    }
    for score in &replay.scores {
        let told = told.remove(&(score.cause, score.player));
        assert_eq!(told, Some(score), "the result that nodes have told");
    }
    assert!(
        told.is_empty(),
        "results that the log does not explain: {told:?}"
    );
    wins.len()
}
