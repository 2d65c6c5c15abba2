//! acknowledged ⊆ recovered ⊆ sent, for one player.

use game::protocol::Reply;
use game::rules::{Entry, PlayerId, Record, ResumeCode, RoomId};

use super::player::{Player, Say};
use super::recovered::Recovered;
use crate::common::spoken::spoken;

/// Compares all that the player said and was told since the server's start, when the journal's
/// last entry was `since`, with what the journal holds. Tells who the player is in the journal,
/// if it knows them.
pub fn judge(player: &Player, recovered: &Recovered, since: u64) -> Option<PlayerId> {
    let Some(id) = identity(player, recovered, since) else {
        assert!(
            player.answers.is_empty(),
            "expected: a player who was told {:?} is in the journal; got: nobody called {:?}",
            player.answers,
            player.said.first(),
        );
        return None;
    };
    recovered_was_sent(player, id, recovered, since);
    told_is_recovered(player, id, recovered, since);
    Some(id)
}

/// Who the player is: proved by the code, else known by a name that only they can have asked for.
fn identity(player: &Player, recovered: &Recovered, since: u64) -> Option<PlayerId> {
    if let Some(key) = player.key {
        return Some(key.player());
    }
    let Say::Name(asked) = player.said.first()? else {
        return None;
    };
    let new = recovered.records.iter().skip(since as usize);
    new.filter_map(|record| match &record.entry {
        Entry::Rename { player, name, .. } if name.as_str() == asked => Some(*player),
        _ => None,
    })
    .next()
}

/// Each entry of the player is one of their messages, in order and without a gap.
fn recovered_was_sent(player: &Player, id: PlayerId, recovered: &Recovered, since: u64) {
    let was_new = is_new(player);
    let new = recovered.records.iter().skip(since as usize);
    let entries = new
        .filter(|record| record.entry.player() == Some(id))
        .filter(|record| !(record.entry.is_departure() || matches!(record.entry, Entry::Result(_))))
        // The first message of someone without a seat takes one.
        .skip(usize::from(was_new));
    let mut sent = player.said.iter().filter(|say| say.is_journaled());
    for entry in entries {
        let say = sent.next();
        assert!(
            say.is_some_and(|say| is_entry_of(say, entry)),
            "expected: the entry of {say:?}; got: {entry:?}; said: {:?}",
            player.said,
        );
    }
}

fn is_new(player: &Player) -> bool {
    matches!(player.said.first(), Some(Say::Name(_)))
}

fn is_entry_of(say: &Say, record: &Record) -> bool {
    match (say, &record.entry) {
        (Say::Guess(said), Entry::Guess { value, .. }) => said == value,
        (Say::Name(said), Entry::Rename { name, .. }) => said == name.as_str(),
        // Where a crash came between sitting down there and leaving here, the seat is there still.
        (Say::Enter(code), Entry::Join { .. } | Entry::Attach { .. }) => match record.room {
            RoomId::Shared(room) => *code == Some(room),
            RoomId::Hall(_) | RoomId::Results => code.is_none(),
        },
        (Say::Resume(code), Entry::Attach { .. }) => code.room_id() == record.room,
        _ => false,
    }
}

/// Each answer is what the journal answers.
fn told_is_recovered(player: &Player, id: PlayerId, recovered: &Recovered, since: u64) {
    let mut replies = recovered
        .told
        .iter()
        .filter(|(sequence, _, who, reply)| *sequence > since && *who == id && *reply != Reply::Bye)
        .skip(usize::from(is_new(player)));
    let mut room = player.said.first().and_then(|say| match say {
        Say::Resume(code) => code.room,
        _ => None,
    });
    for (index, (say, answer)) in player.said.iter().zip(&player.answers).enumerate() {
        if let Say::Enter(code) = say {
            room = *code;
        }
        let code = player.code(room);
        let journaled = say.is_journaled().then(|| match replies.next() {
            Some((_, _, _, Reply::Named(name, _))) => spoken(&Reply::Named(name.clone(), code)),
            Some((.., reply)) => spoken(reply),
            None => "nothing: the journal lacks it".to_owned(),
        });
        let problem = match journaled {
            // Nobody here asks for what must be refused.
            Some(_) if answer.starts_with("Erreur") => Some("no error".to_owned()),
            Some(expected) => (expected != *answer).then_some(expected),
            None => unlike(say, answer, id, code, recovered),
        };
        if let Some(expected) = problem {
            panic!(
                "message {index}, {say:?}: expected, by the journal: {expected}; got: {answer:?}; \
                 all that was said: {:?}; all answers: {:?}",
                player.said, player.answers
            );
        }
    }
}

/// What an answer that no entry belongs to should have been, if it is not that.
fn unlike(
    say: &Say,
    answer: &str,
    id: PlayerId,
    code: Option<ResumeCode>,
    recovered: &Recovered,
) -> Option<String> {
    let (is_good, expected) = match say {
        Say::Code => {
            let expected = spoken(&Reply::Code(code.expect("who asks has been told the key")));
            (expected == answer, expected)
        }
        Say::Proof => (
            recovered.proofs.contains(&(id, answer.to_owned())),
            "a proof that the journal gives".to_owned(),
        ),
        Say::Scores => return unwon(answer, recovered),
        Say::Wrong(_) => (answer.starts_with("Erreur"), "an error".to_owned()),
        Say::End => (
            answer.starts_with("Au revoir"),
            "Au revoir, and the end".to_owned(),
        ),
        Say::Guess(_) | Say::Name(_) | Say::Enter(_) | Say::Resume(_) => {
            unreachable!("{say} has an entry")
        }
    };
    (!is_good).then_some(expected)
}

/// The first win that an answer to `SCORES` tells and the journal does not.
fn unwon(answer: &str, recovered: &Recovered) -> Option<String> {
    let Some((_, best)) = answer.split_once("Les meilleurs\u{a0}: ") else {
        let nobody = answer.ends_with("Personne n'a encore gagné.");
        return (!nobody).then(|| "scores".to_owned());
    };
    for line in best.split(" · ") {
        // The name, then the wins; names here are letters and digits.
        let mut words = line.split(|c: char| !c.is_alphanumeric());
        let who = words.next().and_then(|name| recovered.names.get(name));
        let wins = words.find_map(|word| word.parse().ok());
        let is_won = recovered
            .scores
            .iter()
            .any(|score| score.won && Some(&score.player) == who && Some(score.tally.wins) == wins);
        if !is_won {
            return Some(format!("scores without {line:?}"));
        }
    }
    None
}
