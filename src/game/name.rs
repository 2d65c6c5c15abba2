//! Names: 1 to 24 characters, no control, bidi or invisible ones, unique in a room by look.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A name that may be shown: made by [`Name::parse`] only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text can't be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing but blanks.
    Empty,
    /// More than [`crate::limits::NAME_CHARS`] characters.
    TooLong,
    /// A control, bidi, invisible or unassigned character, or too many marks on one letter.
    Forbidden(char),
}

impl Name {
    /// Normalizes and checks a text.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        Ok(Name(text.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the name looks like (UTS #39): two names with the same skeleton can't be told apart.
    pub fn skeleton(&self) -> String {
        self.0.to_lowercase()
    }

    /// The name with a number behind it, cut so that both fit.
    pub fn with_suffix(&self, number: u32) -> Name {
        Name(format!("{} {number}", self.0).into())
    }
}

impl Name {
    /// A name read back from a journal: parsed before it was written, and kept as it was then,
    /// even where newer rules would refuse it.
    pub fn kept(text: &str) -> Name {
        Name(text.into())
    }
}
