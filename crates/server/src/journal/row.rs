//! A record as a row of the table, and back.
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
    Entry, HALL, Mode, Name, Order, OrderJson, PlayerId, Range, Record, RoomId, Rules, Score, Seed,
    Tally,
};

/// The statement of [`insert`].
pub const INSERT: &str =
    "INSERT INTO entries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

/// The columns of [`read`].
pub const COLUMNS: &str = "seq, at, room, kind, player, epoch, n, value, text, seed, sum";

/// The results' room, in the column of codes.
const RESULTS: &str = "*";

/// The end of the journal: its last sequence and checksum. Each checksum is chained to the previous
/// one, so that a row that was changed, removed or moved is detected.
#[derive(Default)]
pub struct Chain {
    /// The last record's sequence.
    pub sequence: u64,
    /// The last record's checksum.
    pub sum: u32,
    /// A buffer that is reused from record to record.
    scratch: Vec<u8>,
}

impl Chain {
    /// Appends the next record.
    pub fn link(&mut self, record: &Record) {
        self.sequence += 1;
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        bytes = postcard::to_extend(&(self.sequence, record), bytes)
            .expect("a record has no type that postcard refuses, and memory takes it");
        let mut hasher = crc32fast::Hasher::new_with_initial(self.sum);
        hasher.update(&bytes);
        self.sum = hasher.finalize();
        self.scratch = bytes;
    }
}

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
            Entry::Attach { player, epoch } | Entry::Quit { player, epoch } => Columns {
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
    }
}

/// Inserts a record, which is the chain's last.
pub fn insert(
    statement: &mut Statement<'_>,
    chain: &Chain,
    record: &Record,
) -> rusqlite::Result<()> {
    let columns = Columns::of(&record.entry);
    let room = ToSqlOutput::Borrowed(match &record.room {
        RoomId::Hall(player) => ValueRef::Blob(&player.0),
        RoomId::Shared(code) => ValueRef::Text(code.as_str().as_bytes()),
        RoomId::Results => ValueRef::Text(RESULTS.as_bytes()),
    });
    // Most entries of a hall room are about its host, whose id is the room's. An order keeps its
    // player: whether the column is empty tells whether it is about one.
    let implied = match (&record.room, &record.entry) {
        (RoomId::Hall(_), Entry::Order(_)) => None,
        (RoomId::Hall(host), _) => Some(host),
        (RoomId::Shared(_) | RoomId::Results, _) => None,
    };
    let player = columns.player.filter(|player| Some(*player) != implied);
    statement.execute(params![
        chain.sequence as i64,
        record.at as i64,
        room,
        columns.kind,
        player.map(|player| &player.0[..]),
        columns.epoch,
        columns.n,
        columns.value,
        columns.text,
        columns.seed.map(|seed| &seed.0[..]),
        chain.sum,
    ])?;
    Ok(())
}

/// Reads a row of [`COLUMNS`]: its sequence, record and checksum. `None` if [`insert`] has not written
/// it.
pub fn read(row: &Row<'_>) -> Option<(u64, Record, u32)> {
    let sequence = row.get::<_, i64>(0).ok()? as u64;
    let at = row.get::<_, i64>(1).ok()? as u64;
    let room = match row.get_ref(2).ok()? {
        ValueRef::Blob(bytes) => RoomId::Hall(PlayerId(bytes.try_into().ok()?)),
        ValueRef::Text(code) if code == RESULTS.as_bytes() => RoomId::Results,
        ValueRef::Text(code) => RoomId::Shared(std::str::from_utf8(code).ok()?.parse().ok()?),
        _ => return None,
    };
    let entry = read_entry(row, room)?;
    let sum = row.get(10).ok()?;
    Some((sequence, Record { room, at, entry }, sum))
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
        "leave" => Entry::Leave { player: player()? },
        "quit" => Entry::Quit {
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
