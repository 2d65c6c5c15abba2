//! The errors of a journal, and their sentences.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::nats::Unfit;
use game::phrases::{Lang, say};

/// An error of a journal. The sources are in `Arc`s so that every worker can have the error.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JournalError {
    /// A file or the folder can't be opened, created, read or deleted.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: Arc<io::Error>,
    },
    /// SQLite can't open or read the file, which is not known to be damaged.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// SQLite's error.
        source: Arc<rusqlite::Error>,
    },
    /// There is no journal.
    #[error("{}: no journal", path.display())]
    Missing {
        /// The file that does not exist.
        path: PathBuf,
    },
    /// The file is not a journal.
    #[error("{}: not a journal of juste-prix", path.display())]
    NotAJournal {
        /// The file or folder.
        path: PathBuf,
    },
    /// The journal was written by a later version of the program.
    #[error("{}: format {found}, known up to {known}", path.display())]
    NewerVersion {
        /// The file or folder.
        path: PathBuf,
        /// The file's format.
        found: i64,
        /// The latest format that this program reads.
        known: i64,
    },
    /// The file does not hold what was written.
    #[error("{}: damaged at entry {sequence}", path.display())]
    Damaged {
        /// The file or folder.
        path: PathBuf,
        /// The sequence of the first entry that is missing or damaged.
        sequence: u64,
    },
    /// The server has let go of old entries while they were read.
    #[error("{}: old entries are gone", path.display())]
    Trimmed {
        /// The file or folder.
        path: PathBuf,
    },
    /// Old entries are gone, so the journal can't be copied to a log.
    #[error("{}: has a base", path.display())]
    HasBase {
        /// The file or folder.
        path: PathBuf,
    },
    /// Another process uses the journal.
    #[error("{}: in use", path.display())]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// The disk is full: the journal has stopped.
    #[error("{}: {source}", path.display())]
    Full {
        /// The file or folder.
        path: PathBuf,
        /// SQLite's error.
        source: Arc<rusqlite::Error>,
    },
    /// A write or a sync failed: the journal has stopped.
    #[error("{}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// SQLite's error.
        source: Arc<rusqlite::Error>,
    },
    /// A log that several machines share can't be used.
    #[error("{log}: {why:?}")]
    Log {
        /// The log's name and servers.
        log: String,
        /// The reason.
        why: Unfit,
    },
    /// The destination of a copy exists.
    #[error("{place}: not new")]
    NotNew {
        /// The destination.
        place: String,
    },
    /// A copy differs from its source.
    #[error("{place}: not the same")]
    Differs {
        /// The copy.
        place: String,
    },
    /// The output of an export can't be written.
    #[error("output: {source}")]
    Output {
        /// The system's error.
        source: Arc<io::Error>,
    },
}

impl JournalError {
    /// The system's error about a path.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        JournalError::Io {
            path: path.to_owned(),
            source: Arc::new(source),
        }
    }

    /// SQLite's error while reading the entry of this sequence.
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

    /// SQLite's error while writing.
    pub(super) fn write(path: &Path, source: rusqlite::Error) -> Self {
        let full = source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull);
        let (path, source) = (path.to_owned(), Arc::new(source));
        match full {
            true => JournalError::Full { path, source },
            false => JournalError::Write { path, source },
        }
    }

    /// The system's error about the output of an export.
    pub fn output(source: io::Error) -> Self {
        JournalError::Output {
            source: Arc::new(source),
        }
    }

    /// One sentence for the person at the terminal: what happened, on which file, and what to do.
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
            JournalError::Trimmed { path } => say(lang, "journal-trimmed", &[shown(path)]),
            JournalError::HasBase { path } => say(lang, "journal-has-base", &[shown(path)]),
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

/// The reason of a system's error: in the person's language if it is a usual one, else as the system
/// says it.
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
            JournalError::Trimmed { path: path.clone() },
            JournalError::HasBase { path: path.clone() },
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
