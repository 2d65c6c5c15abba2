//! Files and folders that are for their owner only, and what makes their names durable.
//!
//! Unix keeps others out by a mode (0600, folders 0700). Elsewhere a file has the rights of its
//! folder, and a user's own folder is closed to others.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use same_file::Handle;

/// The modes of a file and of a folder that only their owner may use.
#[cfg(unix)]
const PRIVATE_FILE: u32 = 0o600;
#[cfg(unix)]
const PRIVATE_FOLDER: u32 = 0o700;

/// Options that open a file to write. A file that they create is for its owner only.
pub fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, PRIVATE_FILE);
    options
}

/// Creates a file, or empties the one that is there, so that only its owner may read and write it
/// where the system knows such rights (Unix: mode 0600). A pipe or a device keeps its rights.
///
/// # Errors
/// The system's, when the file can't be created or its rights not be set.
pub fn create_private(path: &Path) -> io::Result<File> {
    let file = private().create(true).truncate(true).open(path)?;
    #[cfg(unix)]
    if file.metadata()?.is_file() {
        file.set_permissions(private_file())?;
    }
    Ok(file)
}

/// Creates a folder for its owner only, and the folders above it that are missing. Succeeds if the
/// folder exists.
///
/// # Errors
/// The system's, when a folder can't be created.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, PRIVATE_FOLDER);
    builder.create(path)
}

/// Restricts a file to its owner where the system knows such rights.
///
/// # Errors
/// The system's, when the file is missing or the rights can't be set.
pub fn restrict(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(path, private_file())?;
    #[cfg(not(unix))]
    std::fs::metadata(path)?;
    Ok(())
}

/// Restricts a folder to its owner where the system knows such rights (Unix: no rights for the group
/// and others). A folder of another owner, or one that is shared on purpose, such as `/tmp` with its
/// sticky bit, stays as it is.
///
/// # Errors
/// The system's, when the folder is missing or the rights can't be set.
pub fn restrict_folder(path: &Path) -> io::Result<()> {
    let folder = std::fs::metadata(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        const STICKY: u32 = 0o1000;
        const OTHERS: u32 = 0o077;
        let mode = folder.mode() & 0o7777;
        let is_own = folder.uid() == rustix::process::geteuid().as_raw();
        if is_own && mode & STICKY == 0 && mode & OTHERS != 0 {
            let private = std::fs::Permissions::from_mode(mode & !OTHERS);
            std::fs::set_permissions(path, private)?;
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(unix)]
fn private_file() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(PRIVATE_FILE)
}

/// Syncs a file: what it holds is on the disk.
///
/// # Errors
/// The system's, when the file can't be opened or synced.
pub fn sync_file(path: &Path) -> io::Result<()> {
    // Windows syncs only for those who may write; the file is not changed.
    let opened = OpenOptions::new()
        .read(true)
        .write(cfg!(windows))
        .open(path);
    opened?.sync_all()
}

/// Syncs a folder: on Unix a file's new name is durable only once its folder is synced. Does nothing
/// elsewhere, where a program can't sync a folder.
///
/// # Errors
/// The system's, when the folder can't be opened or synced.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        // A relative path's parent is the empty one.
        let here = path.as_os_str().is_empty();
        let path = if here { Path::new(".") } else { path };
        File::open(path)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Whether this path leads to this open file.
///
/// # Errors
/// The system's, when the path leads nowhere or can't be read.
pub fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    Ok(Handle::from_file(file.try_clone()?)? == Handle::from_path(path)?)
}

/// The folder for the data of this user's programs; `None` if the user has no home. On Windows it is
/// the one that stays on this machine (`AppData\Local`): the other may be a share, on which SQLite
/// loses what it has written.
pub fn user_data() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(match cfg!(windows) {
        true => strategy.cache_dir(),
        false => strategy.data_dir(),
    })
}

/// Whether a path is known to be on another machine's disk: a share or a network drive of Windows.
pub fn is_network(path: &Path) -> bool {
    #[cfg(windows)]
    return win32::is_network_drive(path);
    #[cfg(not(windows))]
    {
        let _ = path;
        false
    }
}
