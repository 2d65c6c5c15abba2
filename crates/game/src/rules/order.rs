//! The teacher's orders to a room, and what the room remembers of them.
//!
//! An order is one variant of [`Order`]: the page's request, the journal's row and the log's line are
//! all made of its serde form ([`OrderJson`]). What it does is in [`crate::room`]'s `orders.rs`.

use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::limits::{LESSON_QUESTIONS, RETURNS};

use super::{BrowserId, Millis, Name, Pace, PlayerId, Tally, Topic};

/// The words of an answer: see [`crate::phrases::words`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pack {
    /// `Trop petit`, `Trop grand`, `Gagné`.
    French,
    /// `Too small`, `Too big`, `Found`; the sentences are English too.
    English,
    /// `C'est plus`, `C'est moins`, `Gagné`.
    Plus,
    /// `+`, `-`, `=`.
    Signs,
}

/// One order. It is ignored where it changes nothing, so each is idempotent. Only the teacher's
/// orders are ever journaled.
///
/// The order of the variants and of their fields is a part of the journal's format (postcard): a new
/// one goes to the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Order {
    /// Players who enter the room from now on are answered with these words.
    Words {
        /// The words.
        #[serde(with = "pack_by_word")]
        pack: Pack,
    },
    /// Locks the room: nobody new may take a seat. Players keep theirs.
    Lock {
        /// Whether it is locked.
        on: bool,
    },
    /// Pauses the room: guesses are refused, and the round's clock stands still.
    Pause {
        /// Whether it is paused.
        on: bool,
    },
    /// Ends this round now, as if its time were over. Ignored in a room where each player has rounds
    /// of their own.
    Next {
        /// The round that ends; the order is ignored during any other.
        round: u32,
    },
    /// Ends the room: all players leave, and nobody can come back.
    Close,
    /// Removes a player.
    Kick {
        /// The player who loses their seat.
        player: PlayerId,
        /// Whether they are barred from coming back.
        bar: bool,
        /// The browser that is barred with them.
        #[serde(default)]
        browser: Option<BrowserId>,
    },
    /// Renames a player.
    Rename {
        /// The player.
        player: PlayerId,
        /// The new name; it gets a suffix if it is taken.
        name: Name,
    },
    /// Hides the player's name on the projector.
    Hide {
        /// The player.
        player: PlayerId,
        /// Whether the name is hidden.
        #[serde(rename = "on")]
        hidden: bool,
    },
    /// Marks a player's answer to a question of the lesson.
    Mark {
        /// The player.
        player: PlayerId,
        /// The question's id.
        question: Box<str>,
        /// The mark's word: see [`crate::lesson::Mark`].
        mark: Box<str>,
    },
    /// Gives the room a pace: the rate of each seat's guesses.
    Pace {
        /// The pace.
        pace: Pace,
    },
    /// Sets the time from the end of a round to the next one's first guess, in which the winner is
    /// told. Each player's own rounds have none.
    Intermission {
        /// Seconds, at most [`INTERMISSION_SECONDS`](crate::limits::INTERMISSION_SECONDS).
        seconds: u32,
    },
    /// Removes a player and all that tells who they were: their name becomes this one wherever the room
    /// remembers it, and their answers are gone. The journal that commits the order rewrites the
    /// entries before it in the same way, so that a replay gives the same room.
    Erase {
        /// The player.
        player: PlayerId,
        /// The name that they have from then on: [`Name::of_erased`].
        name: Name,
    },
    /// Opens or closes the model answer of a question of the lesson that asks for a program.
    Model {
        /// The question's id.
        question: Box<str>,
        /// Whether pupils who have handed in their own may read it.
        on: bool,
    },
    /// Gives the score of a player to another, who has come back under the first one's name without
    /// the code of that seat. Ignored where somebody has come back under that name already.
    Inherit {
        /// Whose score it was.
        player: PlayerId,
        /// Whose score it is from then on.
        to: PlayerId,
    },
    /// Lets players come back to their name and score without asking the teacher.
    Return {
        /// Whether they may.
        on: bool,
    },
    /// Writes a rule of the room's protocol page. Those who proposed the same text have been heard.
    Rule {
        /// What the rule is about.
        topic: Topic,
        /// The rule; an empty one removes it.
        text: Box<str>,
    },
    /// Puts a pupil's proposal for the protocol page away.
    Dismiss {
        /// The pupil.
        player: PlayerId,
        /// What the proposal is about.
        topic: Topic,
    },
    /// Undoes a return by name: the score goes back to the seat that had it, and the other keeps what
    /// they had won before they came back. Ignored where there is no such return.
    UndoReturn {
        /// The player who came back.
        player: PlayerId,
        /// The player of the seat that had the score.
        to: PlayerId,
    },
}

impl Order {
    /// The orders that give a new room its pace, and its seconds between two rounds, where these are
    /// not those of a room without orders.
    pub fn of_new_room(pace: Pace, seconds: u32) -> impl Iterator<Item = Order> {
        let paced = (pace != Pace::Free).then_some(Order::Pace { pace });
        let pauses = (seconds > 0).then_some(Order::Intermission { seconds });
        paced.into_iter().chain(pauses)
    }

    /// The player that the order is about.
    pub fn player(&self) -> Option<&PlayerId> {
        match self {
            Order::Kick { player, .. }
            | Order::Rename { player, .. }
            | Order::Hide { player, .. }
            | Order::Mark { player, .. }
            | Order::Inherit { player, .. }
            | Order::UndoReturn { player, .. }
            | Order::Erase { player, .. }
            | Order::Dismiss { player, .. } => Some(player),
            Order::Words { .. }
            | Order::Lock { .. }
            | Order::Pause { .. }
            | Order::Next { .. }
            | Order::Close
            | Order::Pace { .. }
            | Order::Intermission { .. }
            | Order::Return { .. }
            | Order::Model { .. }
            | Order::Rule { .. } => None,
        }
    }
}

/// An order as a JSON object, `{"order": "lock", "on": true}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderJson {
    /// The order's word.
    pub order: String,
    /// Its fields.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

impl From<&Order> for OrderJson {
    fn from(order: &Order) -> Self {
        // serde writes an enum's variant as its name, or as an object with one member.
        match serde_json::to_value(order) {
            Ok(Value::String(order)) => OrderJson {
                order,
                fields: Map::new(),
            },
            Ok(Value::Object(variant)) => {
                let (order, fields) = variant.into_iter().next().unwrap_or_default();
                let fields = match fields {
                    Value::Object(fields) => fields,
                    _ => Map::new(),
                };
                OrderJson { order, fields }
            }
            _ => unreachable!("an order's variants are units or have named fields"),
        }
    }
}

impl TryFrom<OrderJson> for Order {
    type Error = serde_json::Error;

    fn try_from(OrderJson { order, fields }: OrderJson) -> Result<Self, serde_json::Error> {
        serde_json::from_value(if fields.is_empty() {
            Value::String(order)
        } else {
            Map::from_iter([(order, Value::Object(fields))]).into()
        })
    }
}

/// A pack is its word in JSON, and its variant in the journal's encoding.
mod pack_by_word {
    use super::*;
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(pack: &Pack, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            pack.word().serialize(serializer)
        } else {
            pack.serialize(serializer)
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pack, D::Error> {
        if !deserializer.is_human_readable() {
            return Pack::deserialize(deserializer);
        }
        let word = String::deserialize(deserializer)?;
        Pack::named(&word).ok_or_else(|| D::Error::custom("not a pack's word"))
    }
}

/// A player who may not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barred {
    /// The player's id.
    pub player: PlayerId,
    /// Their browser, if it is barred too.
    pub browser: Option<BrowserId>,
}

/// The effect of the teacher's orders so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The words for players who enter.
    pub pack: Option<Pack>,
    /// Whether nobody new may take a seat.
    pub locked: bool,
    /// When the pause began, if the room is paused.
    pub paused: Option<Millis>,
    /// Whether the room was closed.
    pub closed: bool,
    /// The players who may not come back.
    pub barred: Vec<Barred>,
    /// The players whose names the projector does not show, sorted.
    pub hidden: Vec<PlayerId>,
    /// The rate of each seat's guesses.
    pub pace: Pace,
    /// Seconds from the end of a round to the next one's first guess.
    pub intermission: u32,
    /// The ids of the lesson's questions whose model answers are open, in the order of their opening.
    #[serde(default)]
    pub models: Vec<Box<str>>,
    /// Whether players may come back to their name and score without asking the teacher.
    #[serde(default)]
    pub returns: bool,
    /// Who came back without the code of their seat, the latest return last: at most [`RETURNS`].
    #[serde(default)]
    pub heirs: Vec<Heir>,
}

/// A player who came back under the name of a seat without its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heir {
    /// The player of that seat.
    pub from: PlayerId,
    /// The player who has its name and score.
    pub to: PlayerId,
    /// What that player had won themselves before: theirs again once the return is undone.
    #[serde(default)]
    pub own: Tally,
}

impl Decided {
    /// What holds in a room without orders.
    pub const NOTHING: Decided = Decided {
        pack: None,
        locked: false,
        paused: None,
        closed: false,
        barred: Vec::new(),
        hidden: Vec::new(),
        pace: Pace::Free,
        intermission: 0,
        models: Vec::new(),
        returns: false,
        heirs: Vec::new(),
    };

    /// Whether this player is barred.
    pub fn bars(&self, player: PlayerId) -> bool {
        self.barred.iter().any(|barred| barred.player == player)
    }

    /// Whether players in this browser may not come back.
    pub fn bars_browser(&self, browser: Option<BrowserId>) -> bool {
        let is_meant = |barred: &Barred| barred.browser == browser;
        browser.is_some() && self.barred.iter().any(is_meant)
    }

    /// Whether the projector hides this player's name.
    pub fn hides(&self, player: PlayerId) -> bool {
        self.hidden.binary_search(&player).is_ok()
    }

    /// Opens or closes a model answer. A lesson has at most [`LESSON_QUESTIONS`].
    pub(crate) fn open_model(&mut self, question: &str, on: bool) {
        self.models.retain(|it| &**it != question);
        if on && self.models.len() < LESSON_QUESTIONS {
            self.models.push(question.into());
        }
    }

    /// Who has the name and the score of this player's seat.
    pub fn heir(&self, from: PlayerId) -> Option<PlayerId> {
        let heir = self.heirs.iter().find(|heir| heir.from == from);
        heir.map(|heir| heir.to)
    }

    /// Whose name and score this player has: of several seats the one that came first.
    pub fn forerunner(&self, to: PlayerId) -> Option<PlayerId> {
        let heir = self.heirs.iter().find(|heir| heir.to == to);
        heir.map(|heir| heir.from)
    }

    /// The seats of the person who has this one: those whose name and score it has, and the one that has
    /// its own.
    pub fn seats_of(&self, player: PlayerId) -> Vec<PlayerId> {
        let mut seats = vec![player];
        let mut next = 0;
        while let Some(seat) = seats.get(next).copied() {
            for heir in &self.heirs {
                for (one, other) in [(heir.from, heir.to), (heir.to, heir.from)] {
                    if one == seat && !seats.contains(&other) {
                        seats.push(other);
                    }
                }
            }
            next += 1;
        }
        seats
    }

    /// The return of `to` under the name of `from`, if it holds.
    pub(crate) fn returned(&self, from: PlayerId, to: PlayerId) -> Option<&Heir> {
        let mut heirs = self.heirs.iter();
        heirs.find(|heir| (heir.from, heir.to) == (from, to))
    }

    /// Remembers that `to`, who had won `own`, has the name and the score of `from`. A player who had come
    /// back as `from` finds them at `to`.
    pub(crate) fn inherit(&mut self, from: PlayerId, to: PlayerId, own: Tally) {
        self.pass_on(from, to, own);
        if self.heirs.len() >= RETURNS {
            self.heirs.remove(0);
        }
        self.heirs.push(Heir { from, to, own });
    }

    /// Forgets that `from` came back under the name of `to`, who has it again and had won `own`
    /// meanwhile.
    pub(crate) fn undo_return(&mut self, from: PlayerId, to: PlayerId, own: Tally) {
        self.heirs.retain(|heir| (heir.from, heir.to) != (to, from));
        self.pass_on(from, to, own);
    }

    /// The names and scores that `from` has are those of `to`.
    fn pass_on(&mut self, from: PlayerId, to: PlayerId, own: Tally) {
        for heir in self.heirs.iter_mut().filter(|heir| heir.to == from) {
            (heir.to, heir.own) = (to, own);
        }
    }

    pub(crate) fn hide(&mut self, player: PlayerId, hidden: bool) {
        match (self.hidden.binary_search(&player), hidden) {
            (Err(place), true) => self.hidden.insert(place, player),
            (Ok(place), false) => drop(self.hidden.remove(place)),
            _ => {}
        }
    }
}
