//! What the teacher decides about a room, and what the room remembers of it.

use serde::{Deserialize, Serialize};

use super::{BrowserId, Millis, Name, PlayerId};

/// Words of an answer: see [`crate::phrases::words`].
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

/// One decision. Ignored where it changes nothing, so each is idempotent. Who may decide is known
/// before: the journal has no orders of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Whoever enters the room from now on is spoken to with these words.
    Words(Pack),
    /// Whether nobody new may sit down. Who has a seat keeps it.
    Lock(bool),
    /// Whether guesses are refused. Meanwhile the round's clock stands still.
    Pause(bool),
    /// Ends this round now, as if its time were over. Nothing in a room where each has their own.
    Next {
        /// The round that ends; ignored for any other.
        round: u32,
    },
    /// Ends the room: all leave, nobody comes back.
    Close,
    /// Takes the player's seat.
    Kick {
        /// Whose.
        player: PlayerId,
        /// Whether they may not come back.
        bar: bool,
        /// The browser that may not come back either.
        browser: Option<BrowserId>,
    },
    /// Gives the player another name.
    Rename {
        /// Whose.
        player: PlayerId,
        /// One that is taken gets a suffix.
        name: Name,
    },
    /// Whether the projector shows something else than the player's name.
    Hide {
        /// Whose.
        player: PlayerId,
        /// Whether it is hidden.
        hidden: bool,
    },
    /// Marks the player's answer to a question of the lesson.
    Mark {
        /// Whose.
        player: PlayerId,
        /// The question's name.
        question: Box<str>,
        /// The mark's word.
        mark: Box<str>,
    },
}

/// Who may not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Barred {
    /// Their player.
    pub player: PlayerId,
    /// Their browser.
    pub browser: Option<BrowserId>,
}

/// What the teacher has decided about a room so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// The words for players who come.
    pub pack: Option<Pack>,
    /// Whether nobody new may sit down.
    pub locked: bool,
    /// Since when guesses are refused.
    pub paused: Option<Millis>,
    /// Whether the room has ended.
    pub closed: bool,
    /// Who may not come back.
    pub barred: Vec<Barred>,
    /// Players whose names the projector does not show. Sorted.
    pub hidden: Vec<PlayerId>,
}

impl Decided {
    /// Whether this player may not come back.
    pub fn bars(&self, player: PlayerId) -> bool {
        self.barred.iter().any(|barred| barred.player == player)
    }

    /// Whether nobody in this browser may come back.
    pub fn bars_browser(&self, browser: Option<BrowserId>) -> bool {
        let is_meant = |barred: &Barred| barred.browser == browser;
        browser.is_some() && self.barred.iter().any(is_meant)
    }

    /// Whether the projector shows something else than this player's name.
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
