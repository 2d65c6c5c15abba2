//! `chat`: the lesson's two programs, from which the game is made. One side is a server, the other
//! a client, and each speaks in its turn; there is no framing, and no newline.
//!
//! [`conversation`] is one turn after the other, byte for byte as in the lesson, so that either
//! side works with the lesson's own program on the other. [`serve`] and [`join`] differ in who
//! waits for whom and who speaks first. [`keyboard`] sees to it that a message can be sent.

pub mod conversation;
pub mod join;
pub mod keyboard;
pub mod serve;

use crate::cli::Chat;
use game::phrases::Lang;
use os::console::Failure;

/// Plays the side that was asked for.
pub fn chat(side: Chat, lang: Lang) -> Result<(), Failure> {
    match side {
        Chat::Serve(args) => serve::serve(&args, lang),
        Chat::Join(args) => join::join(&args, lang),
    }
}
