//! `journal copy`: copies a journal between a folder and a shared log, in either direction.

use super::storage::event;
use crate::cli::journal::{Copy, JournalCommand, Place};
use game::phrases::{Lang, say};
use os::console::{Failure, print};
use server::journal::{Store, copy};

/// Copies a journal, and compares the copy.
///
/// # Errors
/// The arguments name a shared log without its event, or the copy failed.
pub fn journal(command: JournalCommand, lang: Lang) -> Result<(), Failure> {
    let JournalCommand::Copy(args) = command;
    let (from, to) = (
        store(&args, &args.from, lang)?,
        store(&args, &args.to, lang)?,
    );
    let copied = copy(&from, &to).map_err(|error| Failure::Run(error.sentence(lang)))?;
    print(&say(lang, "copy-done", &[("entries", copied.into())]), lang)
}

fn store(args: &Copy, place: &Place, lang: Lang) -> Result<Store, Failure> {
    match place {
        Place::Folder(folder) => Ok(Store::Local(folder.clone())),
        Place::Log(servers) => event(&args.log(servers))
            .map(|event| Store::Shared(Box::new(event)))
            .ok_or_else(|| Failure::Usage(say(lang, "copy-no-event", &[]))),
    }
}
