//! The user's language, drives, pipes, the console, and what this process uses.

use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsHandle, AsRawHandle};
use std::path::{Component, Path, Prefix};
use std::ptr::null_mut;
use std::time::Duration;

use windows_sys::Win32::Foundation::{FILETIME, HANDLE};
use windows_sys::Win32::Globalization::GetUserDefaultLocaleName;
use windows_sys::Win32::Storage::FileSystem::GetDriveTypeW;
use windows_sys::Win32::System::Console::GetConsoleProcessList;
use windows_sys::Win32::System::Pipes::PeekNamedPipe;
use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetCurrentThread, GetProcessHandleCount, GetProcessTimes, GetThreadTimes,
    SetThreadPriority, THREAD_PRIORITY_LOWEST,
};

use crate::{check, size};

/// The longest name of a locale, with its final zero (LOCALE_NAME_MAX_LENGTH).
const LOCALE_NAME: usize = 85;
/// What `GetDriveTypeW` answers for a share of another machine (DRIVE_REMOTE).
const REMOTE: u32 = 4;

/// The locale that the user chose in the settings, such as `fr-FR`.
pub fn user_locale() -> Option<String> {
    let mut name = [0_u16; LOCALE_NAME];
    // SAFETY: the buffer is as long as the call is told.
    let length = unsafe { GetUserDefaultLocaleName(name.as_mut_ptr(), LOCALE_NAME as i32) };
    // The length counts the final zero.
    let length = usize::try_from(length).ok()?.checked_sub(1)?;
    String::from_utf16(name.get(..length)?).ok()
}

/// Whether a path, made absolute, is on another machine.
pub fn is_network_drive(path: &Path) -> bool {
    let Ok(path) = std::path::absolute(path) else {
        return false;
    };
    let Some(Component::Prefix(prefix)) = path.components().next() else {
        return false;
    };
    match prefix.kind() {
        Prefix::UNC(..) | Prefix::VerbatimUNC(..) => true,
        Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => {
            let root = format!("{}:\\", char::from(letter));
            let root: Vec<u16> = std::ffi::OsStr::new(&root)
                .encode_wide()
                .chain([0])
                .collect();
            // SAFETY: the path ends with a zero.
            unsafe { GetDriveTypeW(root.as_ptr()) == REMOTE }
        }
        _ => false,
    }
}

/// How many bytes can be read from a pipe without waiting.
///
/// # Errors
/// The pipe's other side is closed and it is empty, or the handle is no pipe.
pub fn pipe_bytes(pipe: &impl AsHandle) -> io::Result<usize> {
    let mut available = 0;
    let handle = pipe.as_handle().as_raw_handle();
    // SAFETY: the handle is open while it is borrowed; no buffer is given, so none is written.
    check(unsafe {
        PeekNamedPipe(
            handle,
            null_mut(),
            0,
            null_mut(),
            &mut available,
            null_mut(),
        )
    })?;
    Ok(available as usize)
}

/// How many processes share this process's console; 0 without one. A double click, or a shortcut, opens
/// a console for its program alone.
pub fn console_processes() -> usize {
    let mut ids = [0_u32; 2];
    // SAFETY: the buffer has as many places as the call is told. It is told all the same how many it
    // would need.
    let count = unsafe { GetConsoleProcessList(ids.as_mut_ptr(), ids.len() as u32) };
    count as usize
}

/// What this process uses.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Processor time of all threads.
    pub cpu: Duration,
    /// When it started, since 1970.
    pub start: Duration,
    /// Memory in the machine's, in bytes.
    pub resident: u64,
    /// Open handles.
    pub handles: u32,
}

/// Asks what this process uses.
///
/// # Errors
/// The system's.
pub fn own() -> io::Result<Own> {
    // SAFETY: the call has no condition. The handle stands for this process and needs no closing.
    let process = unsafe { GetCurrentProcess() };
    let [start, _, kernel, user] = process_times(process)?;
    let mut memory = PROCESS_MEMORY_COUNTERS::default();
    let mut handles = 0;
    // SAFETY: the structure is as long as the call is told, and the handle stands for this process.
    check(unsafe {
        K32GetProcessMemoryInfo(process, &mut memory, size::<PROCESS_MEMORY_COUNTERS>())
    })?;
    // SAFETY: the handle stands for this process.
    check(unsafe { GetProcessHandleCount(process, &mut handles) })?;
    Ok(Own {
        cpu: duration(kernel) + duration(user),
        start: duration(start).saturating_sub(SINCE_1601),
        resident: memory.WorkingSetSize as u64,
        handles,
    })
}

/// From 1601, where the system's time begins, to 1970.
const SINCE_1601: Duration = Duration::from_secs(11_644_473_600);

/// Creation, exit, kernel and user time of a process.
fn process_times(process: HANDLE) -> io::Result<[FILETIME; 4]> {
    let [mut start, mut exit, mut kernel, mut user] = [FILETIME::default(); 4];
    // SAFETY: the caller's handle is open, and the four structures live through the call.
    check(unsafe { GetProcessTimes(process, &mut start, &mut exit, &mut kernel, &mut user) })?;
    Ok([start, exit, kernel, user])
}

/// The processor time that this thread has taken.
///
/// # Errors
/// The system's.
pub fn thread_time() -> io::Result<Duration> {
    let [mut start, mut exit, mut kernel, mut user] = [FILETIME::default(); 4];
    // SAFETY: the handle stands for this thread, and the four structures live through the call.
    check(unsafe {
        let thread = GetCurrentThread();
        GetThreadTimes(thread, &mut start, &mut exit, &mut kernel, &mut user)
    })?;
    Ok(duration(kernel) + duration(user))
}

/// Gives this thread a low priority.
///
/// # Errors
/// The system's.
pub fn lower_thread_priority() -> io::Result<()> {
    // SAFETY: the handle stands for this thread.
    check(unsafe { SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_LOWEST) })
}

/// A number of tenths of a microsecond.
fn duration(time: FILETIME) -> Duration {
    let tenths = u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
    Duration::from_micros(tenths / 10) + Duration::from_nanos(tenths % 10 * 100)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_user_s_locale_has_a_language() {
        let locale = user_locale().expect("a locale");
        assert!(locale.len() >= 2, "{locale}");
    }

    #[test]
    fn a_share_is_on_another_machine_and_the_own_disk_is_not() {
        assert!(is_network_drive(Path::new(r"\\serveur\classe\données")));
        assert!(!is_network_drive(&std::env::temp_dir()));
    }

    #[test]
    fn a_pipe_tells_how_much_waits_in_it() {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        assert_eq!(pipe_bytes(&reader).expect("open"), 0);
        writer.write_all(b"12345").expect("open");
        assert_eq!(pipe_bytes(&reader).expect("open"), 5);
    }

    #[test]
    fn this_process_uses_something() {
        let own = own().expect("this process");
        // Wine does not count handles.
        assert!(own.resident > 100_000, "{own:?}");
        assert!(own.start > Duration::from_secs(1_000_000_000), "{own:?}");
        assert!(thread_time().expect("this thread") <= own.cpu + Duration::from_secs(1));
        lower_thread_priority().expect("this thread");
    }
}
