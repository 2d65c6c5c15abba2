//! Learns how an unknown server of the game talks. Performs no I/O and reads no clock.
//!
//! [`Learner`] is given what arrives and returns what to do next. Words ([`lexicon`], [`hint`]) are
//! only a prior; [`infer`] weighs every way to understand the answers by how well it explains the
//! game. [`question`] recognises what is asked before a game, [`range`] which numbers are
//! announced, [`way`] how a message can be sent. What was learned is a [`Dialect`], which the next
//! conversation with the same server may start from; [`explain`] puts it into words.
//!
//! Times are durations since a moment of the caller's choice.

mod deduction;
pub mod explain;
pub mod hint;
mod inbox;
mod infer;
mod learned;
mod learner;
mod lexicon;
mod meaning;
mod memory;
mod observation;
pub mod profile;
pub(crate) mod question;
pub(crate) mod range;
pub mod strategy;
pub mod text;
mod token;
pub mod way;

pub use learned::{AfterWin, Basis, Belief, Dialect, Grounds, WinSign};
pub use learner::{Action, LearnError, Learner, Played, Wish};
pub use meaning::Meaning;

/// What a text means in a game, by its words alone, in any language that the lexicon has. `None` if
/// they say nothing, or no more than a sign does.
pub fn meaning_of(bytes: &[u8]) -> Option<Meaning> {
    hint::read(&text::Heard::new(bytes)).map(|reading| reading.meaning)
}
