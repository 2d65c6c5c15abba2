//! `chat`: the lesson's two programs, which the game is built from. One side is a server and the other
//! a client; they take turns, without framing or newlines.
//!
//! [`conversation`] takes the turns, byte for byte as in the lesson, so that the other side may be
//! the lesson's own program. [`serve`](mod@serve) and [`join`](mod@join) differ in who waits and who speaks first.
//! [`keyboard`] reads what the user types, of which [`message`] decides what may be sent.

mod conversation;
mod join;
mod keyboard;
mod message;
mod serve;

use crate::cli::Chat;
use game::phrases::Lang;
use os::console::Failure;

/// Plays the side that was asked for.
///
/// # Errors
/// The conversation could not be held.
pub fn chat(side: Chat, lang: Lang) -> Result<(), Failure> {
    match side {
        Chat::Serve(args) => serve::serve(&args, lang),
        Chat::Join(args) => join::join(&args, lang),
    }
}
