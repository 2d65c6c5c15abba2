//! `chat serve`: serves one client at a time, and speaks first.

use std::io;
use std::net::TcpListener;

use super::conversation::{Broken, Conversation, Peer};
use super::keyboard::Keyboard;
use crate::cli::ChatServe;
use crate::listen::{not_bound, resolve};
use crate::player::connection::set_options;
use game::phrases::{Lang, say};
use os::console::{Failure, complain, print, reason};
use os::endpoint::ListenAddress;
use server::ListenerKind;

/// Serves one client after another, until the user answers that it is enough.
///
/// # Errors
/// The address cannot be bound, or standard input or output fails.
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
        set_options(&stream).map_err(stopped)?;
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

/// Listens on the first of the addresses. Outside Windows std sets `SO_REUSEADDR`, so the port of a
/// server that has just ended is free at once.
fn listen(address: &ListenAddress, lang: Lang) -> Result<TcpListener, Failure> {
    let addresses = resolve(ListenerKind::Text, std::slice::from_ref(address), lang)?;
    let first = *addresses
        .first()
        .expect("a name that resolves has an address");
    TcpListener::bind(first)
        .map_err(|error| Failure::Run(not_bound(ListenerKind::Text, first, &error, lang)))
}

/// Holds a conversation. Losing the client ends the conversation only, and is no error.
fn converse(mut conversation: Conversation<'_>, lang: Lang) -> Result<(), Failure> {
    let mut turns = || -> Result<(), Broken> {
        while !conversation.speak()? && !conversation.hear()? {}
        Ok(())
    };
    match turns() {
        Err(Broken::Local(failure)) => Err(failure),
        Err(Broken::Lost(error)) => {
            let reason = reason(&error, lang).into();
            complain(&say(lang, "chat-client-gone", &[("reason", reason)]));
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Asks whether to wait for another client. As in the lesson, every answer but one that begins with T
/// means yes.
fn again(keyboard: &mut Keyboard, lang: Lang) -> Result<bool, Failure> {
    let prompt = say(lang, "chat-again", &[]);
    while let Some(answer) = keyboard.ask(&prompt)? {
        if let Some(first) = answer.first() {
            return Ok(!first.eq_ignore_ascii_case(&b'T'));
        }
    }
    Ok(false)
}
