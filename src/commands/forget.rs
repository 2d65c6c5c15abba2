//! A placeholder until the real one is merged.

use std::path::Path;

use crate::journal::JournalError;

/// Erases the journal; tells whether there was one.
pub fn forget(_data: &Path) -> Result<bool, JournalError> {
    Ok(false)
}
