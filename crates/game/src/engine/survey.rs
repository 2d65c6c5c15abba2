//! What the teacher sees of a room and of its connections. A small room is shown whole. Of a large one: the players who may
//! need help first, the number of players in each state, and the players whose names match a search.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::fold::fold;
use crate::limits::{NAME_CHARS, TILES};
use crate::room::Room;
use crate::rules::{
    BrowserId, Decided, Ended, Mode, PlayerId, Range, RoomCode, RoomId, Rules, Seat, Tally, Verdict,
};
use crate::wire::framing::Unfinished;

use super::connection::{Connection, Phase};
use super::guest::Via;
use super::{ConnectionId, Engine, Hosted, Now};

/// Milliseconds of silence after which a program whose turn it is may be stuck.
const LONG: u64 = 30_000;

/// The transport of a connection, and how it turned out to talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// By the page's port.
    Guest(Via),
    /// By the text listener: nothing was heard yet.
    Silent,
    /// By the text listener, in lines.
    Lines,
    /// By the text listener, without newlines.
    Unframed,
    /// By the text listener, with telnet's negotiations.
    Telnet,
}

/// Whose turn it is, as far as the server can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The player's: nothing is owed to them.
    Theirs,
    /// The player's: a message has begun and has no end yet.
    Begun,
    /// The server's: an answer is on its way, or is held until the round closes.
    Ours,
    /// The player does not read what was sent.
    Unread,
    /// The conversation is being ended.
    Ending,
}

/// One connection, as the teacher sees it.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The connection, for [`Input::Free`](super::drive::Input::Free).
    pub key: ConnectionId,
    /// Its transport.
    pub transport: Transport,
    /// Whose turn.
    pub turn: Turn,
    /// Milliseconds since something was last received.
    pub silent_for: u64,
    /// The address, of one that came by the page's port.
    pub peer: Option<IpAddr>,
    /// The browser, of one that came by the page's port.
    pub browser: Option<BrowserId>,
    /// The beginning of the last message received, since the teacher has been watching.
    pub heard: Box<[u8]>,
    /// The beginning of the last message sent.
    pub said: Box<[u8]>,
}

/// How a player is: the later, the more they may need help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// Not connected.
    Gone,
    /// Not connected here: at another node that shares the journal, or gone.
    Elsewhere,
    /// The conversation is being ended.
    Ending,
    /// Has played lately.
    Plays,
    /// Is owed an answer: their round is not over.
    Waits,
    /// Their turn, and nothing came for long.
    Long,
    /// Connected, and nothing was ever heard.
    Silent,
    /// A message has begun and does not end, or nothing is read.
    Stuck,
}

impl Mood {
    pub(super) fn of(connection: &Connection, now: Now) -> Mood {
        match turn(connection) {
            Turn::Ending => Mood::Ending,
            Turn::Begun | Turn::Unread => Mood::Stuck,
            Turn::Ours => Mood::Waits,
            Turn::Theirs if transport(connection) == Transport::Silent => Mood::Silent,
            Turn::Theirs if silence(connection, now) > LONG => Mood::Long,
            Turn::Theirs => Mood::Plays,
        }
    }
}

pub(super) fn silence(connection: &Connection, now: Now) -> u64 {
    now.tick.saturating_sub(connection.heard_at())
}

pub(super) fn contact(connection: &Connection, key: ConnectionId, now: Now) -> Contact {
    let guest = connection.guest.as_deref();
    let watched = connection.watched();
    let copy = |bytes: Option<&[u8]>| bytes.unwrap_or_default().into();
    Contact {
        key,
        transport: transport(connection),
        turn: turn(connection),
        silent_for: silence(connection, now),
        peer: guest.map(|guest| guest.peer),
        browser: guest.and_then(|guest| guest.browser),
        heard: copy(watched.map(|watched| &*watched.heard)),
        said: copy(watched.map(|watched| &*watched.said)),
    }
}

/// The transport of a connection.
pub(super) fn transport(connection: &Connection) -> Transport {
    match &connection.guest {
        Some(guest) => Transport::Guest(guest.via),
        None if connection.negotiates_telnet() => Transport::Telnet,
        None if connection.framing.is_lines() => Transport::Lines,
        None if connection.fresh => Transport::Silent,
        None => Transport::Unframed,
    }
}

pub(super) fn turn(connection: &Connection) -> Turn {
    if connection.phase != Phase::Talking {
        Turn::Ending
    } else if connection.is_blocked() {
        Turn::Unread
    } else if (connection.owed > 0 && !connection.seating.is_opening()) || connection.is_stalled() {
        Turn::Ours
    } else if connection.framing.unfinished() != Unfinished::Nothing {
        Turn::Begun
    } else {
        Turn::Theirs
    }
}

/// Who is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Find {
    /// Everybody.
    Everyone,
    /// Those in whose name this is, without regard to accents and capitals.
    Named(String),
    /// This player.
    Player(PlayerId),
}

impl Find {
    /// What a teacher has typed; nothing is everybody.
    pub fn typed(text: &str) -> Find {
        let text: String = text.trim().chars().take(NAME_CHARS).collect();
        match fold(&text) {
            text if text.is_empty() => Find::Everyone,
            text => Find::Named(text),
        }
    }

    fn finds(&self, player: Option<PlayerId>, name: &str) -> bool {
        match self {
            Find::Everyone => true,
            Find::Named(text) => fold(name).contains(text.as_str()),
            Find::Player(wanted) => player == Some(*wanted),
        }
    }
}

/// See [`Tile::order`]. Of players who need no help the order is their seats', so that they stay
/// where they are.
fn order(mood: Mood, silent_for: u64) -> (Reverse<Mood>, Reverse<u64>) {
    let waited = if mood >= Mood::Long { silent_for } else { 0 };
    (Reverse(mood), Reverse(waited))
}

/// One player, as the teacher sees them.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Who; none for a connection that has not played yet.
    pub player: Option<PlayerId>,
    /// Their name.
    pub name: String,
    /// Their round.
    pub round: u32,
    /// Their tries in it.
    pub tries: u32,
    /// The numbers still possible for them.
    pub possible: Option<Range>,
    /// Their last guess and its verdict.
    pub last: Option<(i32, Verdict)>,
    /// What they won.
    pub tally: Tally,
    /// Whether the projector hides their name.
    pub hidden: bool,
    /// Their connection; none when they are gone.
    pub contact: Option<Contact>,
    /// Milliseconds since their last entry, where they may play at another node.
    pub elsewhere: Option<u64>,
    /// How they are.
    pub mood: Mood,
}

impl Tile {
    /// The order in which players are shown, and by which they are chosen where a room has more:
    /// those first who may need help, and of them who has waited longest.
    pub fn order(&self) -> impl Ord + use<> {
        order(
            self.mood,
            self.contact.as_ref().map_or(0, |it| it.silent_for),
        )
    }
}

/// A room, as the teacher sees it.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Which; none is the public hall's part in this engine.
    pub room: Option<RoomCode>,
    /// Its rules.
    pub rules: Option<Rules>,
    /// What was decided.
    pub decided: Decided,
    /// The round that all play.
    pub round: Option<u32>,
    /// The round before.
    pub ended: Option<Ended>,
    /// Milliseconds until the round closes.
    pub closes_in: Option<u64>,
    /// Milliseconds until the round opens; `None` once it is open.
    pub opens_in: Option<u64>,
    /// Players, those who are not shown included.
    pub players: usize,
    /// How many of them are how.
    pub moods: BTreeMap<Mood, usize>,
    /// How many of them were asked for.
    pub found: usize,
    /// Of those asked for the first [`TILES`], in [`Tile::order`].
    pub tiles: Vec<Tile>,
    /// The tries of the latest wins, and whether each was by the page, where that is known.
    pub finishes: Vec<(u32, Option<bool>)>,
}

/// Somebody who may be shown.
struct Candidate<T> {
    who: T,
    key: Option<ConnectionId>,
    mood: Mood,
    silent_for: u64,
}

/// Everybody of a room, counted, and those of them who are shown.
struct Choice<T> {
    moods: BTreeMap<Mood, usize>,
    players: usize,
    found: Vec<Candidate<T>>,
}

impl<T> Choice<T> {
    fn new() -> Self {
        Choice {
            moods: BTreeMap::new(),
            players: 0,
            found: Vec::new(),
        }
    }

    /// Counts somebody, and takes them as a candidate if they were asked for.
    fn add(&mut self, candidate: Candidate<T>, found: bool) {
        self.players += 1;
        *self.moods.entry(candidate.mood).or_default() += 1;
        if found {
            self.found.push(candidate);
        }
    }

    /// Keeps the first [`TILES`]; how many there were.
    fn thin(&mut self) -> usize {
        let found = self.found.len();
        // A stable sort of two numbers each: a millisecond for a room of ten thousand.
        self.found
            .sort_by_cached_key(|it| order(it.mood, it.silent_for));
        self.found.truncate(TILES);
        found
    }

    fn keys(&self) -> Vec<ConnectionId> {
        self.found.iter().filter_map(|it| it.key).collect()
    }
}

/// Milliseconds until the room's round opens; `None` once it is open.
pub(super) fn opens_in(room: &Room, now: Now) -> Option<u64> {
    room.opens().checked_sub(now.at).filter(|wait| *wait > 0)
}

impl Engine {
    /// How a shared room of this engine looks now; the last messages of those who are shown are
    /// remembered from now on.
    pub fn survey(&mut self, code: RoomCode, find: &Find, now: Now) -> Option<Survey> {
        let hosted = self.rooms.get(&RoomId::Shared(code))?;
        let rules = hosted.room.rules()?;
        let mut choice = Choice::new();
        for seat in hosted.room.seats() {
            let key = hosted.newest(seat.player);
            let connection = key.and_then(|key| self.connection(key));
            let candidate = Candidate {
                who: seat.player,
                key,
                mood: connection.map_or(self.absent(), |connection| Mood::of(connection, now)),
                silent_for: connection.map_or(0, |connection| silence(connection, now)),
            };
            let found = find.finds(Some(seat.player), seat.name.as_str());
            choice.add(candidate, found);
        }
        let found = choice.thin();
        self.watch(&choice.keys());
        let hosted = self.rooms.get(&RoomId::Shared(code))?;
        let (round, ended) = hosted.room.round();
        let tile = |it: &Candidate<PlayerId>| {
            let seat = hosted.room.seat(it.who)?;
            Some(self.tile(hosted, seat, it.key, now))
        };
        Some(Survey {
            room: Some(code),
            rules: Some(rules),
            decided: hosted.room.decided().clone(),
            round,
            ended: ended.cloned(),
            opens_in: opens_in(&hosted.room, now),
            closes_in: (hosted.room.deadline()).map(|(_, at)| at.saturating_sub(now.at)),
            players: choice.players,
            found,
            tiles: choice.found.iter().filter_map(tile).collect(),
            moods: choice.moods,
            finishes: (hosted.room.finishes().iter())
                .map(|finish| (finish.tries, self.by_page.get(&finish.player).copied()))
                .collect(),
        })
    }

    /// How this engine's part of the public hall looks now: its connections, those included that
    /// have not played.
    pub fn survey_hall(&mut self, find: &Find, now: Now) -> Survey {
        let mut choice = Choice::new();
        for (index, connection) in self.connections.iter() {
            if matches!(connection.seat().map(|it| it.room), Some(RoomId::Shared(_))) {
                continue;
            }
            let candidate = Candidate {
                who: (),
                key: Some(ConnectionId {
                    index,
                    generation: connection.generation,
                }),
                mood: Mood::of(connection, now),
                silent_for: silence(connection, now),
            };
            let found = *find == Find::Everyone || {
                let seat = self.hall_seat(connection).map(|(_, seat)| seat);
                seat.is_some_and(|seat| find.finds(Some(seat.player), seat.name.as_str()))
            };
            choice.add(candidate, found);
        }
        let found = choice.thin();
        self.watch(&choice.keys());
        let keys = choice.found.iter().filter_map(|it| it.key);
        Survey {
            room: None,
            rules: Rules::new(Mode::Solo, self.settings.range, None),
            decided: Decided::default(),
            round: None,
            ended: None,
            closes_in: None,
            opens_in: None,
            players: choice.players,
            found,
            tiles: keys.filter_map(|key| self.hall_tile(key, now)).collect(),
            moods: choice.moods,
            finishes: Vec::new(),
        }
    }

    /// A player of the hall sits alone in a room.
    fn hall_seat(&self, connection: &Connection) -> Option<(&Hosted, &Seat)> {
        let hosted = self.rooms.get(&connection.seat()?.room)?;
        Some((hosted, hosted.room.seats().iter().next()?))
    }

    fn hall_tile(&self, key: ConnectionId, now: Now) -> Option<Tile> {
        let connection = self.connection(key)?;
        let tile = self.hall_seat(connection);
        let tile = tile.map(|(hosted, seat)| self.tile(hosted, seat, Some(key), now));
        Some(tile.unwrap_or_else(|| Tile {
            player: None,
            name: String::new(),
            round: 0,
            tries: 0,
            possible: None,
            last: None,
            tally: Tally::default(),
            hidden: false,
            contact: Some(contact(connection, key, now)),
            elsewhere: None,
            mood: Mood::of(connection, now),
        }))
    }

    /// Remembers the last messages of these connections from now on.
    fn watch(&mut self, keys: &[ConnectionId]) {
        for key in keys {
            if let Some(connection) = self.connection_mut(*key) {
                connection.watch();
            }
        }
    }

    fn tile(&self, hosted: &Hosted, seat: &Seat, key: Option<ConnectionId>, now: Now) -> Tile {
        let connection = key.and_then(|key| Some((key, self.connection(key)?)));
        Tile {
            player: Some(seat.player),
            name: seat.name.as_str().to_owned(),
            round: seat.play.round,
            tries: seat.play.tries,
            possible: Some(seat.play.possible),
            last: seat.play.last,
            tally: seat.tally,
            hidden: hosted.room.decided().hides(seat.player),
            contact: connection.map(|(key, connection)| contact(connection, key, now)),
            elsewhere: (connection.is_none() && self.is_shared)
                .then(|| now.at.saturating_sub(seat.seen)),
            mood: connection.map_or(self.absent(), |(_, connection)| Mood::of(connection, now)),
        }
    }

    /// How someone is who has no connection here: where others share the journal only they know.
    fn absent(&self) -> Mood {
        match self.is_shared {
            true => Mood::Elsewhere,
            false => Mood::Gone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_accents_and_capitals() {
        let find = Find::typed("  eLO ");
        assert!(find.finds(None, "Éloïse") && find.finds(None, "Angelo"));
        assert!(!find.finds(None, "Léo"));
        assert_eq!(Find::typed(" "), Find::Everyone);
    }

    #[test]
    fn who_may_need_help_is_first_and_others_stay_where_they_are() {
        let mut choice = Choice::new();
        let people = [
            ("gone", Mood::Gone, 0),
            ("plays", Mood::Plays, 9_000),
            ("plays too", Mood::Plays, 10),
            ("stuck", Mood::Stuck, 1_000),
            ("long", Mood::Long, 31_000),
            ("longer", Mood::Long, 90_000),
            ("silent", Mood::Silent, 5),
        ];
        for (who, mood, silent_for) in people {
            let candidate = Candidate {
                who,
                key: None,
                mood,
                silent_for,
            };
            choice.add(candidate, true);
        }
        assert_eq!(choice.thin(), people.len());
        let names: Vec<&str> = choice.found.iter().map(|it| it.who).collect();
        let expected = [
            "stuck",
            "silent",
            "longer",
            "long",
            "plays",
            "plays too",
            "gone",
        ];
        assert_eq!(names, expected);
    }
}
