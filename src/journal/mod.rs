//! The journal: a placeholder until the real one is merged.

use std::path::PathBuf;

use crate::phrases::Lang;

/// Where the journal lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// Nowhere: nothing is kept.
    Memory,
    /// In this folder.
    Local(PathBuf),
}

/// What went wrong with the journal.
#[derive(Debug)]
pub struct JournalError;

impl JournalError {
    /// What happened, and what to do.
    pub fn sentence(&self, _lang: Lang) -> String {
        "journal".to_owned()
    }
}
