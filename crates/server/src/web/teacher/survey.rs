//! A room as a JSON object, for the teacher's screen and the projector.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use game::engine::guest::Via;
use game::engine::survey::{Contact, Mood, Transport, Turn};
use game::engine::survey::{Survey, Tile};
use game::limits::TILES;
use game::rules::{Decided, Ended, Tally};
use game::wire::json::{ended_of, guess_of, pair, rules_of};

/// A room's survey, or the surveys of the public hall by each worker, as one object. Each survey
/// stands beside its worker's number.
pub fn survey_json(parts: &[(usize, Survey)]) -> Value {
    let Some((_, first)) = parts.first() else {
        return Value::Null;
    };
    let mut tiles: Vec<(usize, &Tile)> = parts
        .iter()
        .flat_map(|(worker, survey)| survey.tiles.iter().map(|tile| (*worker, tile)))
        .collect();
    tiles.sort_by_key(|(_, tile)| tile.order());
    tiles.truncate(TILES);
    let tiles = tiles.iter();
    let tiles = tiles.map(|(worker, tile)| tile_json(tile, *worker));
    let decided = &first.decided;
    // Of several seats whose name and score a player has, the one that gets them back.
    let heirs = decided.heirs.iter();
    let heirs = heirs.filter(|it| decided.forerunner(it.to) == Some(it.from));
    let heirs = heirs.map(|it| json!({"from": it.from, "to": it.to}));
    json!({
        "room": first.room.as_ref().map(|code| code.as_str()),
        "rules": first.rules.map(rules_of),
        "round": first.round,
        "ended": first.ended.as_ref().map(|ended| ended_json(ended, decided)),
        "closes_in": first.closes_in,
        "opens_in": first.opens_in,
        "pace": decided.pace,
        "intermission": decided.intermission,
        "locked": decided.locked,
        "paused": decided.paused.is_some(),
        "closed": decided.closed,
        "pack": decided.pack.map(|pack| pack.word()),
        "barred": decided.barred.len(),
        "returns": decided.returns,
        "heirs": heirs.collect::<Vec<_>>(),
        "players": parts.iter().map(|(_, survey)| survey.players).sum::<usize>(),
        "found": parts.iter().map(|(_, survey)| survey.found).sum::<usize>(),
        "moods": moods(parts),
        "tiles": tiles.collect::<Vec<_>>(),
        "finishes": finishes(parts),
    })
}

/// The previous round, and whether its winner's name is hidden.
fn ended_json(ended: &Ended, decided: &Decided) -> Value {
    let mut shown = ended_of(ended);
    if let Some(winner) = &ended.winner {
        shown["winner"]["hidden"] = decided.hides(winner.player).into();
    }
    shown
}

/// How many players have each mood, including those without a tile.
fn moods(parts: &[(usize, Survey)]) -> Value {
    let mut counts = BTreeMap::new();
    for (mood, count) in parts.iter().flat_map(|(_, survey)| &survey.moods) {
        *counts.entry(mood_word(*mood)).or_insert(0usize) += count;
    }
    json!(counts)
}

fn mood_word(mood: Mood) -> &'static str {
    match mood {
        Mood::Gone => "gone",
        Mood::Elsewhere => "elsewhere",
        Mood::Ending => "ending",
        Mood::Plays => "plays",
        Mood::Waits => "waits",
        Mood::Long => "long",
        Mood::Silent => "silent",
        Mood::Stuck => "stuck",
    }
}

/// The number of wins for each number of tries, by page, by program, or by an unknown client.
fn finishes(parts: &[(usize, Survey)]) -> Value {
    let all = parts.iter().flat_map(|(_, survey)| &survey.finishes);
    let mut counts = BTreeMap::new();
    for (tries, by_page) in all {
        let by = match by_page {
            Some(true) => "page",
            Some(false) => "program",
            None => "unknown",
        };
        *counts.entry((*tries, by)).or_insert(0u32) += 1;
    }
    let count = |((tries, by), count)| json!({"tries": tries, "by": by, "count": count});
    counts.into_iter().map(count).collect()
}

fn tile_json(tile: &Tile, worker: usize) -> Value {
    let Tally { wins, best, tries } = tile.tally;
    json!({
        "player": tile.player,
        "name": tile.name,
        "round": tile.round,
        "tries": tile.tries,
        "possible": tile.possible.map(pair),
        "last": tile.last.map(guess_of),
        "wins": wins,
        "best": best,
        "total": tries,
        "hidden": tile.hidden,
        "elsewhere_ms": tile.elsewhere,
        "line": tile.contact.as_ref().map(|contact| connection_json(contact, worker)),
    })
}

fn connection_json(contact: &Contact, worker: usize) -> Value {
    let bytes = |bytes: &[u8]| HEXLOWER.encode(bytes);
    json!({
        "id": format!("{worker}-{}", contact.key.number()),
        "door": transport_word(contact.transport),
        "turn": turn(contact.turn),
        "silent_ms": contact.silent_for,
        "heard": bytes(&contact.heard),
        "said": bytes(&contact.said),
    })
}

fn transport_word(transport: Transport) -> &'static str {
    match transport {
        Transport::Guest(Via::WebSocketJson) => "page",
        Transport::Guest(Via::PollJson) => "page-http",
        Transport::Guest(Via::WebSocketText) => "text-websocket",
        Transport::Guest(Via::PollText) => "text-http",
        Transport::Silent => "silent",
        Transport::Lines => "lines",
        Transport::Unframed => "unframed",
        Transport::Telnet => "telnet",
    }
}

fn turn(turn: Turn) -> &'static str {
    match turn {
        Turn::Theirs => "theirs",
        Turn::Begun => "begun",
        Turn::Ours => "ours",
        Turn::Unread => "unread",
        Turn::Ending => "ending",
    }
}
