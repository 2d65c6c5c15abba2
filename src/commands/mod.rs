//! The commands: one file each.

pub mod announce;
pub mod check;
pub mod completions;
pub mod forget;
pub mod input;
pub mod journal;
mod log;
pub mod man;
mod qr;
pub mod results;
pub mod serve;
pub mod tap;
pub mod verify;

use std::path::PathBuf;

use etcetera::BaseStrategy;

use game::phrases::{Lang, say};
use os::console::Failure;

/// The folder that was asked for, else the user's own.
fn data_folder(asked: Option<PathBuf>, lang: Lang) -> Result<PathBuf, Failure> {
    if let Some(folder) = asked {
        return Ok(folder);
    }
    match etcetera::choose_base_strategy() {
        Ok(strategy) => Ok(strategy.data_dir().join("juste-prix")),
        Err(_) => Err(Failure::Run(say(lang, "no-home", &[]))),
    }
}
