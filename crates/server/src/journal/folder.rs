//! The journal's folder: its files, their modes, and the lock.
//!
//! A reader of the journal can compute secret numbers to come, so only the owner may read its files.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use os::files;

use super::{JournalError, state};

/// `jprx`: marks an SQLite file as a journal of this program.
pub const APPLICATION: i64 = 0x6A70_7278;
/// The version of the format that `schema.sql` defines, and that a new journal has.
const FIRST_VERSION: i64 = 1;
/// The version since which the first entries may be gone, with a base in their place, and entries may be
/// erased, with a table of what is left of them.
pub const ERASED_VERSION: i64 = 2;
/// The latest version of the format: guesses of one commit may share a row, and there are entries about
/// tournaments, the protocol page and returns by name. A journal gets a version with the first thing that
/// needs it.
pub const VERSION: i64 = 3;

/// The view of guesses, which earlier versions made without the rows that several share.
pub const TRIES: &str = include_str!("tries.sql");

/// The journal's main file.
pub fn file(dir: &Path) -> PathBuf {
    dir.join("journal.sqlite")
}

fn beside(dir: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file(dir));
    name.push(suffix);
    name.into()
}

/// SQLite's write-ahead log, which has the commits that are not in the main file yet.
pub fn log(dir: &Path) -> PathBuf {
    beside(dir, "-wal")
}

/// Creates the folder and an empty file if there is none, for their owner only.
pub fn prepare(dir: &Path) -> Result<(), JournalError> {
    let new: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.exists()).collect();
    files::create_private_folder(dir).map_err(|error| JournalError::io(dir, error))?;
    for parent in new.iter().filter_map(|dir| dir.parent()) {
        sync(parent)?;
    }
    let path = file(dir);
    // Created here rather than by SQLite, so that nobody else can ever read it. SQLite creates its
    // other files with the same mode.
    match files::private().create_new(true).open(&path) {
        Ok(_) => sync(dir),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(JournalError::io(&path, error)),
    }
}

/// Puts a journal without entries in the place of an empty file. The caller holds the lock.
///
/// SQLite writes its first page in place, and of a new file it keeps no copy to go back to: a power cut
/// could leave half of it, which no start would take for a journal. So the whole file is made in memory,
/// and comes to its name at once.
pub fn create(dir: &Path) -> Result<(), JournalError> {
    let path = file(dir);
    for suffix in ["-wal", "-shm", "-journal"] {
        match fs::remove_file(beside(dir, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(JournalError::io(&path, error));
            }
            _ => {}
        }
    }
    let mut bytes = empty().map_err(|error| JournalError::write(&path, error))?;
    // Its readers and writers use a write-ahead log: https://sqlite.org/fileformat2.html, bytes 18 and 19.
    bytes[18..20].fill(2);
    state::replace(&path, &[&bytes]).map_err(|error| JournalError::io(&path, error))
}

/// The file of a journal without entries.
fn empty() -> rusqlite::Result<Vec<u8>> {
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch(include_str!("schema.sql"))?;
    connection.execute_batch(TRIES)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", FIRST_VERSION)?;
    Ok(connection.serialize("main")?.to_vec())
}

/// The [snapshot](super::snapshot)'s file.
pub fn snapshot(dir: &Path) -> PathBuf {
    dir.join("journal.snapshot")
}

/// The [base](super::base)'s file.
pub fn base(dir: &Path) -> PathBuf {
    dir.join("journal.base")
}

/// The file whose lock excludes other servers.
fn lock_file(dir: &Path) -> PathBuf {
    dir.join("journal.lock")
}

/// Restricts the modes of the folder and of the files to their owner, since they may have been copied
/// here.
pub fn restrict(dir: &Path) -> Result<(), JournalError> {
    files::restrict_folder(dir).map_err(|error| JournalError::io(dir, error))?;
    let all = [
        file(dir),
        log(dir),
        beside(dir, "-shm"),
        lock_file(dir),
        snapshot(dir),
        base(dir),
    ];
    for path in all {
        match files::restrict(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(JournalError::io(&path, error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Syncs a folder: a new file's name is durable only once its folder is.
fn sync(dir: &Path) -> Result<(), JournalError> {
    files::sync_folder(dir).map_err(|error| JournalError::io(dir, error))
}

/// The lock on the journal, which excludes other servers and `forget` until it is dropped.
pub struct Lock(#[expect(dead_code, reason = "held, never read: closing it unlocks")] File);

/// Takes the lock.
///
/// # Errors
///
/// If another process holds it, or the lock file can't be opened.
pub fn lock(dir: &Path) -> Result<Lock, JournalError> {
    let path = lock_file(dir);
    let failed = |error| JournalError::io(&path, error);
    let file = files::private()
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(JournalError::InUse { path }),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    // `forget` may have deleted the file between opening and locking; the lock is then void.
    if files::is_at(&file, &path).unwrap_or(false) {
        Ok(Lock(file))
    } else {
        Err(JournalError::InUse { path })
    }
}

/// Erases the journal. Returns whether there was one.
///
/// # Errors
///
/// If a server uses it, the file is not a journal, or a file can't be deleted.
pub fn erase(dir: &Path) -> Result<bool, JournalError> {
    if !dir.is_dir() {
        return Ok(false);
    }
    let existed = file(dir).exists();
    let lock_file = lock_file(dir);
    if !existed && !lock_file.exists() {
        return Ok(false);
    }
    let _lock = lock(dir)?;
    if existed {
        refuse_foreign(dir)?;
    }
    // The main file goes first, so that a crash leaves no journal behind. The lock goes last.
    let rest = ["", "-wal", "-shm", "-journal"].map(|suffix| beside(dir, suffix));
    let states = [snapshot(dir), base(dir)];
    let parts = [&states[0], &states[1], &rest[0]].map(|path| state::part(path));
    let all = rest.iter().chain(&states).chain(&parts);
    for path in all.chain([&lock_file]) {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(JournalError::io(path, error));
            }
            _ => {}
        }
    }
    sync(dir)?;
    Ok(existed)
}

/// Refuses to erase a file of another program. A damaged journal may be erased.
fn refuse_foreign(dir: &Path) -> Result<(), JournalError> {
    match connect(dir).and_then(|connection| identify(&file(dir), &connection).map(drop)) {
        Err(error @ JournalError::NotAJournal { .. }) => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Opens the main file, which exists, to read and write.
pub fn connect(dir: &Path) -> Result<Connection, JournalError> {
    let path = file(dir);
    let connection = Connection::open_with_flags(
        &path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    );
    quiet(&path, connection)
}

/// Opens the main file to read only, beside a server or without one. Makes no file.
pub fn connect_read_only(dir: &Path) -> Result<Connection, JournalError> {
    let path = file(dir);
    if !path.exists() {
        return Err(JournalError::Missing { path });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // A server leaves its log behind. Where there is none, no server has run since the file was
    // put there, and SQLite must be told so, or it makes one.
    let connection = match log(dir).exists() {
        true => Connection::open_with_flags(&path, flags),
        false => {
            let uri = format!("file:{}?immutable=1", escaped(&path));
            Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
        }
    };
    quiet(&path, connection)
}

fn quiet(
    path: &Path,
    connection: rusqlite::Result<Connection>,
) -> Result<Connection, JournalError> {
    let prepare = |connection: Connection| {
        // The log is moved to the main file when we say so, not because somebody stops reading.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        // Damaged pages are noticed when they are read, not when they are believed.
        connection.pragma_update(None, "cell_size_check", true)?;
        Ok(connection)
    };
    connection
        .and_then(prepare)
        .map_err(|error| foreign(path, error))
}

/// A path for an SQLite URI.
fn escaped(path: &Path) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                text.push(byte.into());
            }
            _ => write!(text, "%{byte:02x}").expect("a string takes any text"),
        }
    }
    text
}

/// Whether a journal is in the file already.
pub enum Found {
    /// An empty file: its creation did not come to its end.
    Nothing,
    /// A journal that this program knows.
    Journal,
}

/// Looks at the marks that the format leaves, and refuses what is not a journal of ours.
pub fn identify(path: &Path, connection: &Connection) -> Result<Found, JournalError> {
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let marks = || -> rusqlite::Result<(i64, i64, bool)> {
        let application = number("PRAGMA application_id")?;
        let version = number("PRAGMA user_version")?;
        Ok((application, version, is_empty(connection)?))
    };
    match marks().map_err(|error| foreign(path, error))? {
        (0, 0, true) => Ok(Found::Nothing),
        (APPLICATION, FIRST_VERSION..=VERSION, false) => Ok(Found::Journal),
        (APPLICATION, found, _) if found > VERSION => Err(JournalError::NewerVersion {
            path: path.to_owned(),
            found,
            known: VERSION,
        }),
        _ => Err(JournalError::NotAJournal {
            path: path.to_owned(),
        }),
    }
}

/// Raises the format's version to this one, unless it is that already.
pub fn raise(connection: &Connection, version: i64) -> rusqlite::Result<()> {
    let found = connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))?;
    if found >= version {
        return Ok(());
    }
    if version == VERSION {
        connection.execute_batch(&format!("DROP VIEW IF EXISTS essais; {TRIES}"))?;
    }
    connection.pragma_update(None, "user_version", version)
}

/// Whether there is no table in it yet.
fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let any = "SELECT EXISTS (SELECT 1 FROM sqlite_schema)";
    connection
        .query_row(any, [], |row| row.get::<_, bool>(0))
        .map(|any| !any)
}

/// An error before the file is known to be a journal.
fn foreign(path: &Path, error: rusqlite::Error) -> JournalError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => JournalError::NotAJournal {
            path: path.to_owned(),
        },
        _ => JournalError::read(path, 1, error),
    }
}
