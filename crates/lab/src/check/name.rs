//! The names of a check.

/// A check, by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Check {
    id: &'static str,
    title: &'static str,
}

impl Check {
    /// A check with a name, and the phrase of what a sound program does.
    pub(crate) const fn new(id: &'static str, title: &'static str) -> Check {
        Check { id, title }
    }

    /// Its name for `--only` and in JSON. It never changes.
    pub fn id(self) -> &'static str {
        self.id
    }

    /// The phrase of what a sound program does.
    pub fn title(self) -> &'static str {
        self.title
    }
}
