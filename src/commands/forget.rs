//! `forget`: erases the journal, or rooms from it.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::storage::{data_folder, event};
use crate::cli::Forget;
use game::phrases::{Lang, say};
use game::rules::RoomCode;
use os::console::{Failure, print};
use server::journal::{self, Journal, JournalError, Store};

/// Erases the journal, or rooms from it. At a terminal the user is asked first, unless `--yes` was given.
///
/// # Errors
/// A server runs on the journal, or it cannot be erased.
pub fn forget(mut args: Forget, lang: Lang) -> Result<(), Failure> {
    let event = event(&args.shared);
    let (place, data) = match &event {
        Some(event) => (event.to_string(), PathBuf::new()),
        None => {
            let data = data_folder(args.data, lang)?;
            (data.display().to_string(), data)
        }
    };
    if let Some(class) = args.class {
        let found = journal::rooms_of_class(&data, class);
        args.room
            .extend(found.map_err(|error| Failure::Run(error.sentence(lang)))?);
        if args.room.is_empty() {
            let texts = [
                ("dir", place.into()),
                ("rooms", class.as_str().to_owned().into()),
            ];
            return print(&say(lang, "forget-rooms-nothing", &texts), lang);
        }
    }
    let codes: Vec<&str> = args.room.iter().map(RoomCode::as_str).collect();
    let name = args.player.clone().unwrap_or_default();
    let texts = [
        ("dir", place.into()),
        ("rooms", codes.join(", ").into()),
        ("name", name.into()),
    ];
    let ids = match (&args.player, args.room.is_empty()) {
        (Some(_), true) => [
            "forget-everywhere-ask",
            "forget-everywhere-done",
            "forget-everywhere-nothing",
        ],
        (Some(_), false) => [
            "forget-player-ask",
            "forget-player-done",
            "forget-player-nothing",
        ],
        (None, true) => ["forget-ask", "forget-done", "forget-nothing"],
        (None, false) => [
            "forget-rooms-ask",
            "forget-rooms-done",
            "forget-rooms-nothing",
        ],
    };
    let [ask, done, nothing] = ids.map(|id| say(lang, id, &texts));
    if !args.yes && io::stdin().is_terminal() && !agreed(&ask, lang)? {
        return print(&say(lang, "forget-kept", &[]), lang);
    }
    let erased = match &event {
        Some(event) => journal::erase_shared(event),
        None if args.room.is_empty() && args.player.is_none() => journal::erase(&data),
        None => erase_rooms(&data, &args.room, args.player.as_deref()),
    };
    match erased {
        Ok(true) => print(&done, lang),
        Ok(false) => print(&nothing, lang),
        Err(error) => Err(Failure::Run(error.sentence(lang))),
    }
}

/// Erases these rooms from a journal that no server uses, or the players who had this name there, or in
/// any room if no room is named. Returns whether one was there.
fn erase_rooms(data: &Path, rooms: &[RoomCode], name: Option<&str>) -> Result<bool, JournalError> {
    // Looking creates nothing.
    let mut players = Vec::new();
    match name {
        Some(name) if rooms.is_empty() => {
            players = journal::players_named_anywhere(data, name)?;
        }
        Some(name) => {
            for room in rooms {
                players.extend(journal::players_named(data, *room, name)?);
            }
        }
        None => journal::scores(data, &mut |_| Ok(()))?,
    }
    let (journal, replay) = Journal::resume(&Store::Local(data.to_owned()))?;
    let mut erased = players.len() as u64;
    for player in players {
        journal.order_and_erase(player, replay.latest)?;
    }
    if name.is_none() {
        for room in rooms {
            erased += journal.erase_room(*room)?.unwrap_or(0);
        }
    }
    journal.close()?;
    Ok(erased > 0)
}

/// Asks the user, and reads the answer.
fn agreed(question: &str, lang: Lang) -> Result<bool, Failure> {
    let mut out = io::stdout().lock();
    write!(out, "{question}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::output(&error, lang))?;
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    read.map_err(|error| Failure::input(&error, lang))?;
    let answer = answer.trim().to_lowercase();
    Ok([Lang::Fr, Lang::En]
        .iter()
        .any(|&lang| answer == say(lang, "forget-word", &[])))
}
