//! `chat join`: connects to a server, which speaks first.

use std::io;

use super::conversation::{Broken, Conversation, Peer};
use super::keyboard::Keyboard;
use crate::cli::ChatJoin;
use crate::player::connection::dial;
use game::phrases::{Lang, say};
use os::console::{Failure, print, reason};

/// Connects and holds a conversation until `FIN`.
///
/// # Errors
/// The server cannot be reached, or the conversation broke.
pub fn join(args: &ChatJoin, lang: Lang) -> Result<(), Failure> {
    let failed = |id: &str, error: &io::Error| {
        let server = args.server.to_string().into();
        let why = reason(error, lang).into();
        Failure::Run(say(lang, id, &[("server", server), ("reason", why)]))
    };
    let stream = dial(&args.server).map_err(|error| failed("chat-failed", &error))?;
    let mut keyboard = Keyboard::new(lang);
    let mut conversation = Conversation::new(stream, Peer::Server, &mut keyboard, lang);
    let mut turns = || -> Result<(), Broken> {
        while !conversation.hear()? && !conversation.speak()? {}
        Ok(())
    };
    match turns() {
        Ok(()) => print(&say(lang, "chat-ended", &[]), lang),
        Err(Broken::Lost(error)) => Err(failed("chat-server-gone", &error)),
        Err(Broken::Local(failure)) => Err(failure),
    }
}
