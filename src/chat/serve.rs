//! `chat serve`: one client at a time, and the server speaks first.

use std::io;
use std::net::TcpListener;

use super::conversation::{Broken, Conversation, Peer};
use super::keyboard::Keyboard;
use crate::cli::ChatServe;
use crate::commands::serve::{Door, not_bound, resolve};
use crate::player::link::keep_watch;
use game::phrases::{Lang, say};
use os::console::{Failure, complain, print, reason};
use os::endpoint::ListenAddress;

/// Serves one client after the other, until the person at this terminal has enough.
pub fn serve(args: &ChatServe, lang: Lang) -> Result<(), Failure> {
    let stopped = |error: io::Error| {
        let reason = reason(&error, lang).into();
        Failure::Run(say(lang, "chat-stopped", &[("reason", reason)]))
    };
    let listener = listen(&args.listen, lang)?;
    let address = listener.local_addr().map_err(stopped)?.to_string().into();
    print(&say(lang, "chat-how", &[("address", address)]), lang)?;
    let mut keyboard = Keyboard::new(lang);
    loop {
        print(&say(lang, "chat-ready", &[]), lang)?;
        let (stream, client) = listener.accept().map_err(stopped)?;
        keep_watch(&stream).map_err(stopped)?;
        let client = client.ip().to_string().into();
        print(&say(lang, "chat-connected", &[("address", client)]), lang)?;
        converse(
            Conversation::new(stream, Peer::Client, &mut keyboard, lang),
            lang,
        )?;
        if !again(&mut keyboard, lang)? {
            return Ok(());
        }
    }
}

/// On the first of the addresses. Outside Windows std sets `SO_REUSEADDR`: the port of a server
/// that has just ended is free at once.
fn listen(address: &ListenAddress, lang: Lang) -> Result<TcpListener, Failure> {
    let addresses = resolve(Door::Text, std::slice::from_ref(address), lang)?;
    let first = *addresses
        .first()
        .expect("a name that resolves has an address");
    TcpListener::bind(first)
        .map_err(|error| Failure::Run(not_bound(Door::Text, first, &error, lang)))
}

/// One whole conversation. A client that vanishes ends no more than that.
fn converse(mut conversation: Conversation<'_>, lang: Lang) -> Result<(), Failure> {
    let mut turns = || -> Result<(), Broken> {
        while !conversation.speak()? && !conversation.hear()? {}
        Ok(())
    };
    match turns() {
        Err(Broken::Here(failure)) => Err(failure),
        Err(Broken::Gone(error)) => {
            let reason = reason(&error, lang).into();
            complain(&say(lang, "chat-client-gone", &[("reason", reason)]));
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Whether to wait for another client: as in the lesson, whatever does not begin with a T.
fn again(keyboard: &mut Keyboard, lang: Lang) -> Result<bool, Failure> {
    let prompt = say(lang, "chat-again", &[]);
    while let Some(answer) = keyboard.ask(&prompt)? {
        if let Some(first) = answer.first() {
            return Ok(!first.eq_ignore_ascii_case(&b'T'));
        }
    }
    Ok(false)
}
