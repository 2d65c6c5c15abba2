//! A replay's state in a serialised form: the content of a journal's snapshot.
//!
//! The form depends on the data alone: two replays of the same entries are the same bytes. In postcard
//! it also depends on the exact fields of the rooms; [`layout`] tells two such layouts apart. In JSON
//! each field has its name, so that a field that a later release adds can have a default.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::board::Board;
use super::fold::Replay;
use super::{Applied, Room};
use crate::rules::{
    BrowserId, CellKind, Detail, Entry, Met, Millis, Mode, Name, Order, Pack, Party, PlayerId,
    Proposal, Range, RoomId, Rules, Score, Seed, Topic, Waiting,
};

/// What is written, in an order that the data alone decides.
#[derive(Serialize)]
struct Written<'a> {
    latest: Millis,
    hall: &'a Board,
    /// By cause and player.
    unrecorded: Vec<&'a Score>,
    /// By id.
    rooms: Vec<&'a Room>,
}

#[derive(Deserialize)]
struct Read {
    latest: Millis,
    hall: Board,
    unrecorded: Vec<Score>,
    rooms: Vec<Room>,
}

impl Serialize for Replay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut unrecorded: Vec<&Score> = self.unrecorded.values().collect();
        unrecorded.sort_by_key(|score| (score.cause, score.player));
        let mut rooms: Vec<&Room> = self.rooms.values().collect();
        rooms.sort_by_key(|room| room.id);
        let written = Written {
            latest: self.latest,
            hall: &self.hall,
            unrecorded,
            rooms,
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Replay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        let ended = |score: Score| ((score.room, score.player, score.cause), score);
        Ok(Replay {
            rooms: read.rooms.into_iter().map(|room| (room.id, room)).collect(),
            hall: read.hall,
            latest: read.latest,
            unrecorded: read.unrecorded.into_iter().map(ended).collect(),
            applied: Applied::default(),
        })
    }
}

impl Replay {
    /// The state as postcard. Only a program with the same [`layout`] reads it.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("a replay has no type that postcard can't write")
    }

    /// The state of these bytes; `None` if they are not exactly what [`Replay::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Replay> {
        let (replay, rest) = postcard::take_from_bytes(bytes).ok()?;
        rest.is_empty().then_some(replay)
    }
}

/// A fingerprint of the rooms' fields: the checksum of sample rooms in JSON, which names each field.
/// A snapshot in postcard has it, so that a program whose rooms have other fields ignores the snapshot
/// instead of misreading it.
pub fn layout() -> u32 {
    let json = serde_json::to_vec(&sample()).expect("a replay has no type that JSON can't write");
    crc32fast::hash(&json)
}

/// Rooms of each mode in which something has happened of every kind that a room remembers.
fn sample() -> Replay {
    let player = |n: u8| PlayerId([n; 16]);
    let seed = Seed([7; 32]);
    let range = Range { min: 1, max: 2 };
    let join = |n| Entry::Join {
        player: player(n),
        name: Name::kept("Ada"),
        seed,
    };
    let guess = |player, n, value| Entry::Guess {
        player,
        epoch: 1,
        n,
        value,
    };
    let mut replay = Replay::default();
    let mut sequence = 0;
    let rooms = [(RoomId::Hall(player(1)), Mode::Solo, None)];
    let shared = [
        ("R", Mode::Race, Some(60)),
        ("T", Mode::Race, Some(60)),
        ("C", Mode::Closest, Some(60)),
    ];
    let shared = shared.into_iter().filter_map(|(code, mode, limit)| {
        let code = code.parse().ok()?;
        Some((RoomId::Shared(code), mode, limit))
    });
    for (room, mode, limit) in rooms.into_iter().chain(shared) {
        let rules = Rules { mode, range, limit };
        let mut entries = vec![Entry::Open { rules, seed }, join(1)];
        if room != RoomId::Hall(player(1)) {
            entries.push(join(2));
        }
        // Both numbers of the range: one of them ends a round, and leaves a result to be recorded.
        entries.extend([guess(player(1), 1, 1), guess(player(1), 2, 2)]);
        entries.extend([
            guess(player(2), 1, 2),
            Entry::Answer {
                player: player(1),
                question: "q".into(),
                verdict: "right".into(),
                text: Some("text".into()),
            },
        ]);
        let entered = |n, party| Entry::Entered {
            player: player(n),
            number: 1,
            party,
            alias: 1,
            name: Name::kept("Ada"),
        };
        let propose = |n, topic| {
            Entry::Proposal(Proposal {
                player: player(n),
                topic,
                text: "text".into(),
            })
        };
        entries.extend([
            propose(1, Topic::Big),
            Entry::Order(Order::Rule {
                topic: Topic::Small,
                text: "text".into(),
            }),
            Entry::Tournament {
                number: 1,
                pairs: 1,
            },
            entered(1, Party::Client),
            entered(4, Party::Server),
            Entry::Met {
                number: 1,
                met: Met {
                    client: Some(player(1)),
                    server: Some(player(4)),
                    kind: CellKind::Won,
                    tries: 7,
                    typed: true,
                    detail: Some(Detail::Waits {
                        server: Waiting::Message,
                        client: Waiting::Message,
                    }),
                },
            },
        ]);
        let orders = [
            Order::Mark {
                player: player(1),
                question: "q".into(),
                mark: "good".into(),
            },
            Order::Words { pack: Pack::Signs },
            Order::Hide {
                player: player(1),
                hidden: true,
            },
            Order::Kick {
                player: player(3),
                bar: true,
                browser: Some(BrowserId([1; 16])),
            },
            Order::Pause { on: true },
            Order::Model {
                question: "q".into(),
                on: true,
            },
            Order::Inherit {
                player: player(4),
                to: player(1),
            },
            Order::Return { on: true },
            Order::Erase {
                player: player(2),
                name: Name::of_erased(player(2)),
            },
        ];
        entries.extend(orders.map(Entry::Order));
        for entry in entries {
            sequence += 1;
            let at = sequence * 1000;
            replay.apply(sequence, &crate::rules::Record { room, at, entry });
        }
    }
    replay
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample covers what a room can hold, else a change of its fields could pass unnoticed.
    #[test]
    fn the_sample_has_every_part_of_a_room() {
        let json = serde_json::to_value(sample()).expect("JSON");
        let rooms = json["rooms"].as_array().expect("rooms");
        let some = |path: &str| {
            rooms
                .iter()
                .any(|room| room.pointer(path).is_some_and(|it| !it.is_null()))
        };
        for path in [
            "/open/game/Race/ended/winner/name",
            "/open/game/Race/began",
            "/open/game/Closest/ended/number",
            "/open/seats/0/play/last/0",
            "/open/seats/0/play/secret",
            "/open/crowd/looks/0",
            "/open/crowd/board/lines/0/tally/wins",
            "/open/crowd/finishes/0/tries",
            "/open/decided/barred/0/browser",
            "/open/decided/hidden/0",
            "/open/decided/paused",
            "/open/decided/models/0",
            "/open/protocol/rules/small",
            "/open/protocol/proposals/0/text",
            "/open/protocol/made/01010101010101010101010101010101",
            "/open/tournament/entrants/1/name",
            "/open/tournament/met/0/client",
            "/open/decided/heirs/0/from",
            "/open/answers/players/01010101010101010101010101010101/answers/0/mark",
        ] {
            assert!(some(path), "no room of the sample has {path}: {json:#}");
        }
        for path in ["/hall/lines/0/cause", "/unrecorded/0/tally/best", "/latest"] {
            assert!(json.pointer(path).is_some(), "the sample lacks {path}");
        }
    }

    #[test]
    fn a_replay_reads_back_from_both_forms() {
        let replay = sample();
        let bytes = replay.to_bytes();
        let read = Replay::from_bytes(&bytes).expect("it was written so");
        assert_eq!(read.to_bytes(), bytes);
        let json = serde_json::to_vec(&replay).expect("JSON");
        let read: Replay = serde_json::from_slice(&json).expect("it was written so");
        assert_eq!(read.to_bytes(), bytes);
        assert!(Replay::from_bytes(&bytes[..bytes.len() - 1]).is_none());
        let longer = [&bytes[..], &[0]].concat();
        assert!(Replay::from_bytes(&longer).is_none());
    }

    #[test]
    fn the_layout_is_the_same_each_time() {
        assert_eq!(layout(), layout());
    }
}
