//! Which conversation got which turn into the log.
//!
//! Both are in order, but for `REPRENDRE` that a silent node was asked and nobody waited for: it may
//! come to the log any time later, or never. A turn is a conversation's if its entries are the first
//! of the messages, and if each answer is what the log answers. Each turn must have its
//! conversation, and each conversation with an answer its turn.

use game::protocol::Reply;
use game::rules::{Entry, RoomId};

use crate::player::{Conversation, Exchange, Identity, Say};
use crate::replay::{Seat, Turn};
use crate::spoken::spoken;

/// For each turn, its conversation, or none where it was asked for and given up; nothing where there
/// is no way to explain all.
pub fn explain(identity: &Identity, seat: &Seat) -> Option<Vec<Option<usize>>> {
    let (turns, talks) = (&seat.turns, &identity.conversations);
    let given_up = talks.iter().filter(|talk| is_given_up(talk)).count();
    let is_its = |turn: usize, talk: usize| {
        let both = turns.get(turn).zip(talks.get(talk));
        both.is_some_and(|(turn, talk)| is_turn_of(talk, turn, identity))
    };
    // How many of the turns from here must be of those given up, to explain the conversations from
    // there: worked out from the end, so that it is known which choice leads on.
    let mut late = vec![vec![None::<usize>; talks.len() + 1]; turns.len() + 1];
    late[turns.len()][talks.len()] = Some(0);
    for turn in (0..=turns.len()).rev() {
        for talk in (0..=talks.len()).rev() {
            let mut best = late[turn][talk];
            if is_its(turn, talk) && !is_given_up(&talks[talk]) {
                best = fewer(best, late[turn + 1][talk + 1]);
            }
            if talks.get(talk).is_some_and(|talk| !is_answered(talk)) {
                best = fewer(best, late[turn][talk + 1]);
            }
            if turns.get(turn).is_some_and(is_arrival_only) {
                best = fewer(best, late[turn + 1][talk].map(|few| few + 1));
            }
            late[turn][talk] = best;
        }
    }
    late[0][0].filter(|few| *few <= given_up)?;
    let (mut explained, mut turn, mut talk) = (Vec::new(), 0, 0);
    while turn < turns.len() {
        let here = late[turn][talk];
        if is_its(turn, talk) && !is_given_up(&talks[talk]) && late[turn + 1][talk + 1] == here {
            explained.push(Some(talk));
            (turn, talk) = (turn + 1, talk + 1);
        } else if talks.get(talk).is_some_and(|talk| !is_answered(talk))
            && late[turn][talk + 1] == here
        {
            talk += 1;
        } else {
            explained.push(None);
            turn += 1;
        }
    }
    Some(explained)
}

fn fewer(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    one.into_iter().chain(other).min()
}

/// A seat was asked for that the player has, and no answer was waited for.
fn is_given_up(conversation: &Conversation) -> bool {
    let first = conversation.exchanges.first();
    first.is_some_and(|first| matches!(first.say, Say::Resume(_)) && first.answer.is_none())
}

/// Whether all that the connection did was to come back.
pub fn is_arrival_only(turn: &Turn) -> bool {
    matches!(&turn.steps[..], [step] if matches!(step.entry, Entry::Attach { .. }))
}

fn is_answered(conversation: &Conversation) -> bool {
    conversation
        .exchanges
        .iter()
        .any(|exchange| exchange.answer.is_some())
}

fn is_turn_of(conversation: &Conversation, turn: &Turn, identity: &Identity) -> bool {
    let mut steps = turn.steps.iter().peekable();
    for exchange in &conversation.exchanges {
        // Who names themself first takes a seat with that.
        if matches!(exchange.say, Say::Name(_))
            && steps
                .next_if(|step| matches!(step.entry, Entry::Join { .. }))
                .is_some()
            && steps.peek().is_none()
            && exchange.answer.is_none()
        {
            return true;
        }
        let Some(step) = steps.next() else {
            // What has no entry has no answer.
            return exchange.answer.is_none();
        };
        if !is_entry_of(&exchange.say, &step.entry) || !is_answer(exchange, &step.reply, identity) {
            return false;
        }
    }
    steps.next().is_none()
}

fn is_entry_of(say: &Say, entry: &Entry) -> bool {
    match (say, entry) {
        (Say::Guess(said), Entry::Guess { value, .. }) => said == value,
        (Say::Name(said), Entry::Rename { name, .. }) => said == name.as_str(),
        (Say::Enter(_), Entry::Join { .. }) => true,
        (Say::Resume(_), Entry::Attach { .. }) => true,
        _ => false,
    }
}

fn is_answer(exchange: &Exchange, reply: &Reply, identity: &Identity) -> bool {
    let Some((_, answer)) = &exchange.answer else {
        return true;
    };
    match reply {
        Reply::Named(name, _) => {
            let (key, room) = (identity.key, identity.room);
            let code = key.map(|key| game::rules::ResumeCode { room, key });
            *answer == spoken(&Reply::Named(name.clone(), code))
        }
        reply => *answer == spoken(reply),
    }
}

/// The last step of a turn that each exchange of its conversation has, in order.
pub fn steps_of<'a>(
    conversation: &'a Conversation,
    turn: &'a Turn,
) -> impl Iterator<Item = (&'a Exchange, u64)> {
    let is_hidden = |index: usize| {
        let first = conversation.exchanges.first();
        index == 0
            && matches!(turn.steps[0].entry, Entry::Join { .. })
            && first.is_some_and(|first| matches!(first.say, Say::Name(_)))
    };
    let steps = turn.steps.iter().enumerate();
    let shown = steps.filter(move |(index, _)| !is_hidden(*index));
    let sequences = shown.map(|(_, step)| step.sequence);
    conversation.exchanges.iter().zip(sequences)
}

/// Where the identity sits: the fold, and who they are there; by what they were told if they never
/// heard their code.
pub fn seat_of<'a>(
    identity: &Identity,
    mut seats: impl Iterator<Item = (&'a (RoomId, game::rules::PlayerId), &'a Seat)>,
) -> Option<(RoomId, game::rules::PlayerId)> {
    if let Some(key) = identity.key {
        let code = game::rules::ResumeCode {
            room: identity.room,
            key,
        };
        return Some((code.room_id(), key.player()));
    }
    let [conversation] = &identity.conversations[..] else {
        return None;
    };
    let is_theirs = |seat: &Seat| {
        let turn = seat.turns.first();
        let knows = |say: &Say, entry: &Entry| match (say, entry) {
            (Say::Name(said), Entry::Rename { name, .. }) => said == name.as_str(),
            _ => false,
        };
        turn.is_some_and(|turn| {
            let named = conversation.exchanges.iter().any(|exchange| {
                turn.steps
                    .iter()
                    .any(|step| knows(&exchange.say, &step.entry))
            });
            let entered = conversation.exchanges.first().is_some_and(|first| {
                let told = first.answer.as_ref().map(|(_, answer)| answer);
                told.is_some()
                    && turn.steps.first().map(|step| spoken(&step.reply)).as_ref() == told
            });
            named || entered
        })
    };
    let shared = identity.room.map(RoomId::Shared);
    seats
        .find(|((room, _), seat)| shared.is_none_or(|shared| shared == *room) && is_theirs(seat))
        .map(|(place, _)| *place)
}
