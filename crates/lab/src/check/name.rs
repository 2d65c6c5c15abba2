//! The names of a check.

/// A check, by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Check {
    id: &'static str,
    title: &'static str,
    is_essential: bool,
}

impl Check {
    /// A check with a name, and the phrase of what a sound program does.
    pub(crate) const fn new(id: &'static str, title: &'static str) -> Check {
        Check {
            id,
            title,
            is_essential: false,
        }
    }

    /// One without which a program can't play at all.
    #[must_use]
    pub(crate) const fn essential(self) -> Check {
        Check {
            is_essential: true,
            ..self
        }
    }

    /// Whether a program that fails it can't play at all.
    pub fn is_essential(self) -> bool {
        self.is_essential
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
