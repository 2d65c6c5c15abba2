//! `juste-prix forget`: erases what the server has kept.

use std::path::Path;

use server::journal::{JournalError, erase};

/// Erases the journal in this folder. Refused while a server runs on it. Tells whether there was
/// anything.
pub fn forget(data_dir: &Path) -> Result<bool, JournalError> {
    erase(data_dir)
}
