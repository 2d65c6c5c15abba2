//! `juste-prix journal copy`: from one laptop to several machines, and back.

use super::log::event;
use super::{Failure, print};
use crate::cli::journal::{Copy, JournalCommand, Place};
use crate::journal::{Store, copy};
use crate::phrases::{Lang, say};

/// Does to a journal what was asked.
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
