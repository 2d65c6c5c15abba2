//! What can be wrong with a journal, and the sentence that tells it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::nats::Unfit;
use game::phrases::{Lang, say};

/// What is wrong with a journal. The sources are shared so that every worker can have the error.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JournalError {
    /// A file or the folder can't be opened, made, read or deleted.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// SQLite can't open or read the file, which is not known to be damaged.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: Arc<rusqlite::Error>,
    },
    /// There is no journal.
    #[error("{}: no journal", path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{}: not a journal of juste-prix", path.display())]
    NotAJournal {
        /// Which.
        path: PathBuf,
    },
    /// The journal was written by a later version of the program.
    #[error("{}: format {found}, known up to {known}", path.display())]
    NewerVersion {
        /// Which.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The latest that this program knows.
        known: i64,
    },
    /// What the file holds is not what was written.
    #[error("{}: damaged at entry {sequence}", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// The first entry that is missing or not as it was written.
        sequence: u64,
    },
    /// Another process has the journal.
    #[error("{}: in use", path.display())]
    InUse {
        /// The lock.
        path: PathBuf,
    },
    /// The disk is full: the journal has stopped.
    #[error("{}: {source}", path.display())]
    Full {
        /// Which.
        path: PathBuf,
        /// As SQLite tells it.
        source: Arc<rusqlite::Error>,
    },
    /// A write or a sync failed: the journal has stopped.
    #[error("{}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// As SQLite tells it.
        source: Arc<rusqlite::Error>,
    },
    /// A log that several machines share can't be used.
    #[error("{log}: {why:?}")]
    Log {
        /// Which.
        log: String,
        /// Why.
        why: Unfit,
    },
    /// Something is kept where a copy should go.
    #[error("{place}: not new")]
    NotNew {
        /// Where.
        place: String,
    },
    /// A copy is not what was copied.
    #[error("{place}: not the same")]
    Differs {
        /// Where the copy is.
        place: String,
    },
    /// What was read could not be written where it should go.
    #[error("output: {source}")]
    Output {
        /// Why.
        source: Arc<io::Error>,
    },
}

impl JournalError {
    /// An error of the system about this path.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        JournalError::Io {
            path: path.to_owned(),
            source: Arc::new(source),
        }
    }

    /// An error while reading the journal, when the entry of this sequence was to come.
    pub(super) fn read(path: &Path, sequence: u64, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => JournalError::Damaged { path, sequence },
            _ => JournalError::Read {
                path,
                source: Arc::new(source),
            },
        }
    }

    /// An error while writing the journal.
    pub(super) fn write(path: &Path, source: rusqlite::Error) -> Self {
        let full = source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull);
        let (path, source) = (path.to_owned(), Arc::new(source));
        match full {
            true => JournalError::Full { path, source },
            false => JournalError::Write { path, source },
        }
    }

    /// An error of the place where something read should go.
    pub fn output(source: io::Error) -> Self {
        JournalError::Output {
            source: Arc::new(source),
        }
    }

    /// One sentence for the person at the terminal: what happened, to which file, what to do.
    pub fn sentence(&self, lang: Lang) -> String {
        let shown = |path: &Path| ("path", path.display().to_string().into());
        match self {
            JournalError::Io { path, source } => {
                let reason = ("reason", reason(lang, source).into());
                say(lang, "journal-io", &[shown(path), reason])
            }
            JournalError::Read { path, source } => {
                let reason = ("reason", source.to_string().into());
                say(lang, "journal-read", &[shown(path), reason])
            }
            JournalError::Missing { path } => say(lang, "journal-missing", &[shown(path)]),
            JournalError::NotAJournal { path } => say(lang, "journal-foreign", &[shown(path)]),
            JournalError::NewerVersion { path, found, known } => {
                let found = ("found", (*found).into());
                let known = ("known", (*known).into());
                say(lang, "journal-newer", &[shown(path), found, known])
            }
            JournalError::Damaged { path, sequence } => {
                let sequence = ("sequence", sequence.to_string().into());
                say(lang, "journal-damaged", &[shown(path), sequence])
            }
            JournalError::InUse { path } => say(lang, "journal-in-use", &[shown(path)]),
            JournalError::Full { path, .. } => say(lang, "journal-full", &[shown(path)]),
            JournalError::Write { path, source } => {
                let reason = ("reason", source.to_string().into());
                say(lang, "journal-write", &[shown(path), reason])
            }
            JournalError::Log { log, why } => why.sentence(log, lang),
            JournalError::NotNew { place } => {
                say(lang, "journal-not-new", &[("place", place.clone().into())])
            }
            JournalError::Differs { place } => {
                say(lang, "journal-differs", &[("place", place.clone().into())])
            }
            JournalError::Output { source } => {
                let reason = ("reason", reason(lang, source).into());
                say(lang, "journal-output", &[reason])
            }
        }
    }
}

/// The system's usual reasons in the person's language; the rare ones as the system tells them.
fn reason(lang: Lang, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => say(lang, "journal-reason-denied", &[]),
        io::ErrorKind::ReadOnlyFilesystem => say(lang, "journal-reason-read-only", &[]),
        io::ErrorKind::StorageFull => say(lang, "journal-reason-full", &[]),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            say(lang, "journal-reason-no-folder", &[])
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_is_one_sentence_that_names_the_file() {
        let path = PathBuf::from("/srv/jeu/journal.sqlite");
        let locked = || rusqlite::Error::InvalidQuery;
        let errors = [
            JournalError::io(&path, io::ErrorKind::PermissionDenied.into()),
            JournalError::io(&path, io::ErrorKind::ReadOnlyFilesystem.into()),
            JournalError::io(&path, io::ErrorKind::StorageFull.into()),
            JournalError::io(&path, io::ErrorKind::NotADirectory.into()),
            JournalError::io(&path, io::ErrorKind::Interrupted.into()),
            JournalError::read(&path, 1, locked()),
            JournalError::write(&path, locked()),
            JournalError::Missing { path: path.clone() },
            JournalError::NotAJournal { path: path.clone() },
            JournalError::NewerVersion {
                path: path.clone(),
                found: 2,
                known: 1,
            },
            JournalError::Damaged {
                path: path.clone(),
                sequence: 12,
            },
            JournalError::InUse { path: path.clone() },
            JournalError::Full {
                path: path.clone(),
                source: Arc::new(locked()),
            },
        ];
        for error in errors {
            for lang in [Lang::Fr, Lang::En] {
                let text = error.sentence(lang);
                assert!(text.contains("/srv/jeu/journal.sqlite"), "{text}");
                assert!(text.ends_with('.') && !text.contains('\n'), "{text}");
            }
        }
        let output = JournalError::output(io::ErrorKind::StorageFull.into());
        assert!(output.sentence(Lang::Fr).contains("disque plein"));
    }
}
