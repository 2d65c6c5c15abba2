//! Processes and their threads, as the system lists them.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::time::Duration;

use windows_sys::Wdk::System::SystemInformation::{
    NtQuerySystemInformation, SystemProcessInformation,
};
use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, GenerateConsoleCtrlEvent};
use windows_sys::Win32::System::Threading::{
    OpenThread, ResumeThread, THREAD_ACCESS_RIGHTS, THREAD_SUSPEND_RESUME,
};
use windows_sys::Win32::System::WindowsProgramming::{
    SYSTEM_PROCESS_INFORMATION, SYSTEM_THREAD_INFORMATION,
};

use crate::check;

/// The buffer is too short (STATUS_INFO_LENGTH_MISMATCH).
const TOO_SHORT: i32 = 0xC000_0004_u32 as i32;
/// `KTHREAD_STATE`: the thread waits.
const WAITS: u32 = 5;

/// A process and its threads, at one moment.
#[derive(Clone, Debug)]
pub struct ProcessState {
    /// Its number.
    pub id: u32,
    /// Memory in the machine's, in bytes.
    pub memory: u64,
    /// Processor time since its start.
    pub cpu: Duration,
    /// Its threads.
    pub threads: Vec<ThreadState>,
}

/// A thread at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadState {
    /// Its number.
    pub id: u32,
    /// How often it has been put aside.
    pub switches: u32,
    /// Whether it waits, for anything.
    pub waits: bool,
    /// Its processor time, in tenths of a microsecond.
    pub cpu: u64,
}

/// What the system tells of the living ones of these processes.
///
/// # Errors
/// The system's.
pub fn processes(ids: &[u32]) -> io::Result<Vec<ProcessState>> {
    let list = list()?;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(process) = read::<SYSTEM_PROCESS_INFORMATION>(&list, at) {
        // Numbers of processes have 32 bits.
        let id = process.UniqueProcessId as usize as u32;
        if ids.contains(&id) {
            let first = at + size_of::<SYSTEM_PROCESS_INFORMATION>();
            let place = |index| first + index * size_of::<SYSTEM_THREAD_INFORMATION>();
            let threads = (0..process.NumberOfThreads as usize)
                .map_while(|index| read(&list, place(index)))
                .map(|thread| state(&thread))
                .collect();
            let [user, kernel] = times(&process.Reserved1);
            found.push(ProcessState {
                id,
                memory: process.WorkingSetSize as u64,
                cpu: Duration::from_micros((user + kernel) / 10),
                threads,
            });
        }
        match process.NextEntryOffset {
            0 => break,
            next => at += next as usize,
        }
    }
    Ok(found)
}

/// User and kernel time, in tenths of a microsecond: the last two of six numbers.
fn times(numbers: &[u8; 48]) -> [u64; 2] {
    [32, 40].map(|at| {
        let number = numbers[at..]
            .first_chunk()
            .expect("48 bytes are six numbers");
        u64::from_ne_bytes(*number)
    })
}

fn state(thread: &SYSTEM_THREAD_INFORMATION) -> ThreadState {
    let [kernel, user, _] = thread.Reserved1;
    ThreadState {
        id: thread.ClientId.UniqueThread as usize as u32,
        switches: thread.Reserved3,
        waits: thread.ThreadState == WAITS,
        cpu: (kernel + user) as u64,
    }
}

/// A structure of the list of processes, in which any bytes are a value of each.
trait Listed: Copy {}
impl Listed for SYSTEM_PROCESS_INFORMATION {}
impl Listed for SYSTEM_THREAD_INFORMATION {}

fn read<T: Listed>(list: &[u8], at: usize) -> Option<T> {
    let bytes = list.get(at..at + size_of::<T>())?;
    // SAFETY: the bytes are as many as the structure has, and any are a value of it.
    Some(unsafe { bytes.as_ptr().cast::<T>().read_unaligned() })
}

/// The system's list of all processes.
fn list() -> io::Result<Vec<u8>> {
    let mut buffer: Vec<u8> = vec![0; 256 * 1024];
    loop {
        let mut length = 0;
        // SAFETY: the buffer is as long as the call is told.
        let status = unsafe {
            let bytes = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
            let start = buffer.as_mut_ptr().cast();
            NtQuerySystemInformation(SystemProcessInformation, start, bytes, &mut length)
        };
        match status {
            TOO_SHORT => buffer.resize(2 * buffer.len().max(length as usize), 0),
            status if status < 0 => return Err(io::ErrorKind::Unsupported.into()),
            _ => {
                buffer.truncate(length as usize);
                return Ok(buffer);
            }
        }
    }
}

/// Opens a thread.
pub(crate) fn thread(id: u32, rights: THREAD_ACCESS_RIGHTS) -> io::Result<OwnedHandle> {
    // SAFETY: the call has no condition.
    let handle = unsafe { OpenThread(rights, 0, id) };
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has just given this handle, and nothing else owns it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// Lets a process run that was started suspended.
///
/// # Errors
/// The system's.
pub fn resume(process: u32) -> io::Result<()> {
    let threads = processes(&[process])?.into_iter().flat_map(|it| it.threads);
    for state in threads {
        let handle = thread(state.id, THREAD_SUSPEND_RESUME)?;
        // SAFETY: the handle is open.
        if unsafe { ResumeThread(handle.as_raw_handle()) } == u32::MAX {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Sends Ctrl-Break to a process that was started as the first of its group, and to that group.
///
/// # Errors
/// The system's: this process has no console.
pub fn interrupt(process: u32) -> io::Result<()> {
    // SAFETY: the call has no condition.
    check(unsafe { GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, process) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_listed_with_its_threads() {
        let own = std::process::id();
        let found = processes(&[own]).expect("a list");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].id, own);
        assert!(
            !found[0].threads.is_empty() && found[0].memory > 0,
            "{found:?}"
        );
    }
}
