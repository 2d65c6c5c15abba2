//! acknowledged ⊆ log ⊆ sent, one order, one winner a round, no answer twice.

use std::collections::{BTreeMap, HashSet};

use game::rules::{Mode, PlayerId, RoomId};

use crate::matching::{explain, is_arrival_only, seat_of, steps_of};
use crate::player::{Exchange, Identity};
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
        // Of two that asked for the seat and did nothing more, one of them given up, the log does not
        // tell which is which: their moments say nothing.
        let is_unclear = talks.contains(&None);
        for (turn, talk) in seat.turns.iter().zip(talks) {
            let Some(talk) = talk else { continue };
            if is_unclear && is_arrival_only(turn) {
                continue;
            }
            moments.extend(
                steps_of(&identity.conversations[talk], turn)
                    .map(|(exchange, sequence)| (exchange, sequence, place)),
            );
        }
    }
    one_order(&moments);
    counts.rounds = one_winner_a_round(replay);
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
fn one_order(moments: &[(&Exchange, u64, (RoomId, PlayerId))]) {
    let sent = moments
        .iter()
        .map(|moment| (moment.0.sent, false, moment.1, moment));
    let told = moments.iter().filter_map(|moment| {
        let (at, _) = moment.0.answer.as_ref()?;
        Some((*at, true, moment.1, moment))
    });
    let mut all: Vec<_> = sent.chain(told).collect();
    all.sort_unstable_by_key(|(at, was_told, sequence, _)| (*at, *was_told, *sequence));
    let mut latest = (0, None);
    for (_, was_told, sequence, moment) in all {
        assert!(
            was_told || sequence > latest.0,
            "expected: what was sent after entry {latest:?} was answered comes after it; \
             got: {moment:?}"
        );
        if was_told && sequence > latest.0 {
            latest = (sequence, Some(moment));
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
