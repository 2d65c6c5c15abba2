//! The teacher's orders to a room, and what the room remembers of them.
//!
//! An order is one variant of [`Order`]: the page's request, the journal's row and the log's line are
//! all made of its serde form ([`OrderJson`]). What it does is in [`crate::room`]'s `orders.rs`.

use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BrowserId, Millis, Name, PlayerId};

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
}

impl Order {
    /// The player that the order is about.
    pub fn player(&self) -> Option<&PlayerId> {
        match self {
            Order::Kick { player, .. }
            | Order::Rename { player, .. }
            | Order::Hide { player, .. }
            | Order::Mark { player, .. } => Some(player),
            Order::Words { .. }
            | Order::Lock { .. }
            | Order::Pause { .. }
            | Order::Next { .. }
            | Order::Close => None,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Barred {
    /// The player's id.
    pub player: PlayerId,
    /// Their browser, if it is barred too.
    pub browser: Option<BrowserId>,
}

/// The effect of the teacher's orders so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
}

impl Decided {
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

    pub(crate) fn hide(&mut self, player: PlayerId, hidden: bool) {
        match (self.hidden.binary_search(&player), hidden) {
            (Err(place), true) => self.hidden.insert(place, player),
            (Ok(place), false) => drop(self.hidden.remove(place)),
            _ => {}
        }
    }
}
