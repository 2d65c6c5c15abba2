//! A record as a row of the table, and back. Of a crowd's guesses many share a row: see [`pack`](super::pack).
//!
//! Columns are typed so that plain SQL reads them; rules, scores, orders and answers are JSON in
//! `text`. A row that does not read back as it was written is damaged, which its checksum shows. The
//! checksum covers the record's postcard encoding, so the order of the variants of [`Entry`],
//! [`Order`], [`RoomId`] and [`Mode`], and of their fields, is a part of the format: a new one goes to
//! the end.

use std::borrow::Cow;

use data_encoding::HEXLOWER;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Row, Statement, params};
use serde::{Deserialize, Serialize};

use game::rules::{
    Entry, HALL, Met, Millis, Mode, Name, Order, OrderJson, Party, PlayerId, Proposal, Range,
    Record, RoomId, Rules, Score, Seed, Tally, Topic,
};

/// The statement of [`insert`].
pub const INSERT: &str =
    "INSERT INTO entries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

/// The statement of [`update`].
pub const UPDATE: &str =
    "UPDATE entries SET at = ?2, room = ?3, kind = ?4, player = ?5, epoch = ?6,
    n = ?7, value = ?8, text = ?9, seed = ?10, sum = ?11 WHERE seq = ?1";

/// The columns of a row, in the order in which they are read.
pub const COLUMNS: &str = "seq, at, room, kind, player, epoch, n, value, text, seed, sum";

/// The results' room, in the column of codes.
pub const RESULTS: &str = "*";

/// The columns that depend on the kind of entry.
#[derive(Default)]
struct Columns<'a> {
    kind: &'static str,
    player: Option<&'a PlayerId>,
    epoch: Option<u32>,
    n: Option<u32>,
    value: Option<i32>,
    text: Option<Cow<'a, str>>,
    seed: Option<&'a Seed>,
}

impl<'a> Columns<'a> {
    fn of(entry: &'a Entry) -> Self {
        let (kind, none) = (kind(entry), Columns::default());
        match entry {
            Entry::Open { rules, seed } => Columns {
                kind,
                text: Some(json(&RulesText::from(*rules)).into()),
                seed: Some(seed),
                ..none
            },
            Entry::Join { player, name, seed } => Columns {
                kind,
                player: Some(player),
                text: Some(name.as_str().into()),
                seed: Some(seed),
                ..none
            },
            Entry::Attach { player, epoch }
            | Entry::Quit { player, epoch }
            | Entry::Away { player, epoch } => Columns {
                kind,
                player: Some(player),
                epoch: Some(*epoch),
                ..none
            },
            Entry::Guess {
                player,
                epoch,
                n,
                value,
            } => Columns {
                kind,
                player: Some(player),
                epoch: Some(*epoch),
                n: Some(*n),
                value: Some(*value),
                ..none
            },
            Entry::Rename {
                player,
                epoch,
                n,
                name,
            } => Columns {
                kind,
                player: Some(player),
                epoch: Some(*epoch),
                n: Some(*n),
                text: Some(name.as_str().into()),
                ..none
            },
            Entry::Erased => Columns { kind, ..none },
            Entry::Close { round } => Columns {
                kind,
                n: Some(*round),
                ..none
            },
            Entry::Leave { player } => Columns {
                kind,
                player: Some(player),
                ..none
            },
            Entry::Answer {
                player,
                question,
                verdict,
                text,
            } => Columns {
                kind,
                player: Some(player),
                text: Some(json(&AnswerText::of(question, verdict, text.as_deref())).into()),
                ..none
            },
            Entry::Tournament { number, pairs } => Columns {
                kind,
                n: Some(*number),
                text: Some(json(&TournamentText { pairs: *pairs }).into()),
                ..none
            },
            Entry::Entered {
                player,
                number,
                party,
                alias,
                name,
            } => Columns {
                kind,
                player: Some(player),
                n: Some(*number),
                text: Some(json(&EnteredText::of(*party, *alias, name)).into()),
                ..none
            },
            Entry::Met { number, met } => Columns {
                kind,
                n: Some(*number),
                text: Some(json(met).into()),
                ..none
            },
            Entry::Proposal(proposal) => Columns {
                kind,
                player: Some(&proposal.player),
                text: Some(json(&ProposalText::of(proposal)).into()),
                ..none
            },
            Entry::Order(order) => Columns {
                kind,
                player: order.player(),
                text: Some(json(&order_text(order)).into()),
                ..none
            },
            Entry::Result(score) => Columns {
                kind,
                player: Some(&score.player),
                text: Some(json(&ScoreText::from(&**score)).into()),
                ..none
            },
        }
    }
}

/// An order as JSON without its player, who has their column.
fn order_text(order: &Order) -> OrderJson {
    let mut text = OrderJson::from(order);
    text.fields.remove("player");
    text
}

fn kind(entry: &Entry) -> &'static str {
    match entry {
        Entry::Open { .. } => "open",
        Entry::Join { .. } => "join",
        Entry::Attach { .. } => "attach",
        Entry::Guess { .. } => "guess",
        Entry::Rename { .. } => "rename",
        Entry::Close { .. } => "close",
        Entry::Leave { .. } => "leave",
        Entry::Result(_) => "result",
        Entry::Order(_) => "order",
        Entry::Answer { .. } => "answer",
        Entry::Quit { .. } => "quit",
        Entry::Away { .. } => "away",
        Entry::Erased => "erased",
        Entry::Tournament { .. } => "tournament",
        Entry::Entered { .. } => "entered",
        Entry::Met { .. } => "met",
        Entry::Proposal(_) => "proposal",
    }
}

/// Whether only programs that know the [latest format](super::folder::VERSION) read this record.
pub fn is_latest(record: &Record) -> bool {
    matches!(
        &record.entry,
        Entry::Tournament { .. }
            | Entry::Entered { .. }
            | Entry::Met { .. }
            | Entry::Proposal(_)
            | Entry::Order(
                Order::Inherit { .. }
                    | Order::UndoReturn { .. }
                    | Order::Return { .. }
                    | Order::Rule { .. }
                    | Order::Dismiss { .. },
            )
    )
}

/// A room, as the column `room` has it.
pub fn room(room: &RoomId) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match room {
        RoomId::Hall(player) => ValueRef::Blob(&player.0),
        RoomId::Shared(code) => ValueRef::Text(code.as_str().as_bytes()),
        RoomId::Results => ValueRef::Text(RESULTS.as_bytes()),
    })
}

/// Puts a record into a row, with its sequence and its chained checksum: with the statement [`INSERT`] into a
/// new one, with [`UPDATE`] into one that keeps both.
pub fn write(
    statement: &mut Statement<'_>,
    (sequence, sum): (u64, u32),
    record: &Record,
) -> rusqlite::Result<()> {
    let columns = Columns::of(&record.entry);
    let room = room(&record.room);
    // Most entries of a hall room are about its host, whose id is the room's. An order keeps its
    // player: whether the column is empty tells whether it is about one.
    let implied = match (&record.room, &record.entry) {
        (RoomId::Hall(_), Entry::Order(_)) => None,
        (RoomId::Hall(host), _) => Some(host),
        (RoomId::Shared(_) | RoomId::Results, _) => None,
    };
    let player = columns.player.filter(|player| Some(*player) != implied);
    statement.execute(params![
        sequence as i64,
        record.at as i64,
        room,
        columns.kind,
        player.map(|player| &player.0[..]),
        columns.epoch,
        columns.n,
        columns.value,
        columns.text,
        columns.seed.map(|seed| &seed.0[..]),
        sum,
    ])?;
    Ok(())
}

/// The record of a row of [`COLUMNS`] with this time. `None` if no program has written it.
pub fn read(row: &Row<'_>, at: Millis) -> Option<Record> {
    let room = match row.get_ref(2).ok()? {
        ValueRef::Blob(bytes) => RoomId::Hall(PlayerId(bytes.try_into().ok()?)),
        ValueRef::Text(code) if code == RESULTS.as_bytes() => RoomId::Results,
        ValueRef::Text(code) => RoomId::Shared(std::str::from_utf8(code).ok()?.parse().ok()?),
        _ => return None,
    };
    let entry = read_entry(row, room)?;
    Some(Record { room, at, entry })
}

fn read_entry(row: &Row<'_>, room: RoomId) -> Option<Entry> {
    let player = || match (row.get_ref(4).ok()?, room) {
        (ValueRef::Null, RoomId::Hall(player)) => Some(player),
        (ValueRef::Blob(bytes), _) => Some(PlayerId(bytes.try_into().ok()?)),
        _ => None,
    };
    let count = |column| row.get::<_, u32>(column).ok();
    let text = || row.get_ref(8).ok()?.as_str().ok();
    let seed = || Some(Seed(row.get_ref(9).ok()?.as_blob().ok()?.try_into().ok()?));
    Some(match row.get_ref(3).ok()?.as_str().ok()? {
        "open" => Entry::Open {
            rules: serde_json::from_str::<RulesText>(text()?).ok()?.read()?,
            seed: seed()?,
        },
        "join" => Entry::Join {
            player: player()?,
            name: Name::kept(text()?),
            seed: seed()?,
        },
        "attach" => Entry::Attach {
            player: player()?,
            epoch: count(5)?,
        },
        "guess" => Entry::Guess {
            player: player()?,
            epoch: count(5)?,
            n: count(6)?,
            value: row.get(7).ok()?,
        },
        "rename" => Entry::Rename {
            player: player()?,
            epoch: count(5)?,
            n: count(6)?,
            name: Name::kept(text()?),
        },
        "close" => Entry::Close { round: count(6)? },
        "erased" => Entry::Erased,
        "leave" => Entry::Leave { player: player()? },
        "quit" => Entry::Quit {
            player: player()?,
            epoch: count(5)?,
        },
        "away" => Entry::Away {
            player: player()?,
            epoch: count(5)?,
        },
        "result" => {
            let score = serde_json::from_str::<ScoreText>(text()?).ok()?;
            Entry::Result(Box::new(score.read(player()?)?))
        }
        "answer" => serde_json::from_str::<AnswerText>(text()?)
            .ok()?
            .read(player()?),
        "tournament" => Entry::Tournament {
            number: count(6)?,
            pairs: serde_json::from_str::<TournamentText>(text()?).ok()?.pairs,
        },
        "entered" => serde_json::from_str::<EnteredText>(text()?)
            .ok()?
            .read(player()?, count(6)?),
        "met" => Entry::Met {
            number: count(6)?,
            met: serde_json::from_str::<Met>(text()?).ok()?,
        },
        "proposal" => {
            let read = serde_json::from_str::<ProposalText>(text()?).ok()?;
            Entry::Proposal(Proposal {
                player: player()?,
                topic: read.topic,
                text: read.text.into(),
            })
        }
        "order" => {
            let mut order = serde_json::from_str::<OrderJson>(text()?).ok()?;
            if let ValueRef::Blob(_) = row.get_ref(4).ok()? {
                let player = serde_json::to_value(player()?).ok()?;
                order.fields.insert("player".to_owned(), player);
            }
            Entry::Order(order.try_into().ok()?)
        }
        _ => return None,
    })
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain fields with text for keys always make JSON")
}

/// [`Rules`] as JSON.
#[derive(Serialize, Deserialize)]
struct RulesText<'a> {
    mode: Cow<'a, str>,
    min: i32,
    max: i32,
    limit: Option<u32>,
}

impl From<Rules> for RulesText<'_> {
    fn from(rules: Rules) -> Self {
        RulesText {
            mode: rules.mode.word().into(),
            min: rules.range.min,
            max: rules.range.max,
            limit: rules.limit,
        }
    }
}

impl RulesText<'_> {
    fn read(&self) -> Option<Rules> {
        read_rules(&self.mode, self.min, self.max, self.limit)
    }
}

fn read_rules(mode: &str, min: i32, max: i32, limit: Option<u32>) -> Option<Rules> {
    let mode = Mode::ALL.into_iter().find(|known| known.word() == mode)?;
    let range = Range { min, max };
    Some(Rules { mode, range, limit })
}

/// An [`Entry::Answer`] as JSON. The player has their column.
#[derive(Serialize, Deserialize)]
struct AnswerText<'a> {
    question: Cow<'a, str>,
    verdict: Cow<'a, str>,
    text: Option<Cow<'a, str>>,
}

impl<'a> AnswerText<'a> {
    fn of(question: &'a str, verdict: &'a str, text: Option<&'a str>) -> Self {
        AnswerText {
            question: question.into(),
            verdict: verdict.into(),
            text: text.map(Cow::from),
        }
    }

    fn read(self, player: PlayerId) -> Entry {
        Entry::Answer {
            player,
            question: self.question.into(),
            verdict: self.verdict.into(),
            text: self.text.map(Box::from),
        }
    }
}

/// An [`Entry::Tournament`] as JSON. Its number has its column.
#[derive(Serialize, Deserialize)]
struct TournamentText {
    pairs: u32,
}

/// An [`Entry::Entered`] as JSON. The player and the number have their columns.
#[derive(Serialize, Deserialize)]
struct EnteredText<'a> {
    party: Party,
    alias: u32,
    name: Cow<'a, str>,
}

impl<'a> EnteredText<'a> {
    fn of(party: Party, alias: u32, name: &'a Name) -> Self {
        EnteredText {
            party,
            alias,
            name: name.as_str().into(),
        }
    }

    fn read(self, player: PlayerId, number: u32) -> Entry {
        Entry::Entered {
            player,
            number,
            party: self.party,
            alias: self.alias,
            name: Name::kept(&self.name),
        }
    }
}

/// A [`Proposal`] as JSON. The player has their column.
#[derive(Serialize, Deserialize)]
struct ProposalText<'a> {
    topic: Topic,
    text: Cow<'a, str>,
}

impl<'a> ProposalText<'a> {
    fn of(proposal: &'a Proposal) -> Self {
        ProposalText {
            topic: proposal.topic,
            text: (&*proposal.text).into(),
        }
    }
}

/// [`Score`] as JSON. The player has their column.
#[derive(Serialize, Deserialize)]
struct ScoreText<'a> {
    room: Cow<'a, str>,
    /// The hall room's host, if it is another player.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    cause: u64,
    mode: Cow<'a, str>,
    min: i32,
    max: i32,
    limit: Option<u32>,
    round: u32,
    name: Cow<'a, str>,
    tries: u32,
    guess: i32,
    number: i32,
    won: bool,
    wins: u32,
    best: u32,
    total: u64,
}

impl<'a> From<&'a Score> for ScoreText<'a> {
    fn from(score: &'a Score) -> Self {
        let (room, host) = match &score.room {
            RoomId::Hall(host) => (HALL, (*host != score.player).then_some(host)),
            RoomId::Shared(code) => (code.as_str(), None),
            RoomId::Results => (RESULTS, None),
        };
        ScoreText {
            room: room.into(),
            host: host.map(PlayerId::to_string),
            cause: score.cause,
            mode: score.rules.mode.word().into(),
            min: score.rules.range.min,
            max: score.rules.range.max,
            limit: score.rules.limit,
            round: score.round,
            name: score.name.as_str().into(),
            tries: score.tries,
            guess: score.guess,
            number: score.number,
            won: score.won,
            wins: score.tally.wins,
            best: score.tally.best,
            total: score.tally.tries,
        }
    }
}

impl ScoreText<'_> {
    fn read(&self, player: PlayerId) -> Option<Score> {
        let room = match (&*self.room, &self.host) {
            (HALL, None) => RoomId::Hall(player),
            (HALL, Some(host)) => {
                let bytes = HEXLOWER.decode(host.as_bytes()).ok()?;
                RoomId::Hall(PlayerId(bytes.try_into().ok()?))
            }
            (RESULTS, _) => RoomId::Results,
            (code, _) => RoomId::Shared(code.parse().ok()?),
        };
        Some(Score {
            room,
            cause: self.cause,
            rules: read_rules(&self.mode, self.min, self.max, self.limit)?,
            round: self.round,
            player,
            name: Name::kept(&self.name),
            tries: self.tries,
            guess: self.guess,
            number: self.number,
            won: self.won,
            tally: Tally {
                wins: self.wins,
                best: self.best,
                tries: self.total,
            },
        })
    }
}
