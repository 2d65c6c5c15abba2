//! In which of the system's functions a thread of another process is.

use std::ffi::c_char;
use std::io;
use std::mem::offset_of;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

use windows_sys::Win32::System::Diagnostics::Debug::{
    AddrModeFlat, CONTEXT, CONTEXT_FULL_AMD64, GetThreadContext, STACKFRAME64, SYMBOL_INFO,
    SYMOPT_DEFERRED_LOADS, StackWalk64, SymCleanup, SymFromAddr, SymFunctionTableAccess64,
    SymGetModuleBase64, SymInitialize, SymRefreshModuleList, SymSetOptions,
};
use windows_sys::Win32::System::SystemInformation::IMAGE_FILE_MACHINE_AMD64;
use windows_sys::Win32::System::Threading::{
    OpenProcess, PROCESS_QUERY_INFORMATION, PROCESS_VM_READ, ResumeThread, SuspendThread,
    THREAD_GET_CONTEXT, THREAD_QUERY_INFORMATION, THREAD_SUSPEND_RESUME,
};

use crate::process::thread;
use crate::{check, size};

/// How many callers are named.
const FRAMES: usize = 16;
/// How many bytes of a name are read.
const NAME: usize = 64;

/// The library that reads stacks is not for two threads at once.
static LIBRARY: Mutex<()> = Mutex::new(());

fn library() -> MutexGuard<'static, ()> {
    LIBRARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The names of the functions in a process: those that its libraries export.
#[derive(Debug)]
pub struct Symbols(OwnedHandle);

impl Symbols {
    /// Reads which libraries the process with this number has loaded. Fails while it has none, just
    /// after its start.
    ///
    /// # Errors
    /// The system's.
    pub fn of(process: u32) -> io::Result<Symbols> {
        // SAFETY: the call has no condition.
        let handle =
            unsafe { OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, 0, process) };
        if handle.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call has just given this handle, and nothing else owns it.
        let process = unsafe { OwnedHandle::from_raw_handle(handle) };
        let _library = library();
        // An empty path: names are looked for nowhere else, on no network.
        let nowhere: *const c_char = c"".as_ptr();
        // SAFETY: the library has one caller at a time; the handle is open and this value's own, which
        // the library is told to forget before it closes; the path ends with a zero.
        check(unsafe {
            SymSetOptions(SYMOPT_DEFERRED_LOADS);
            SymInitialize(process.as_raw_handle(), nowhere.cast(), 1)
        })?;
        Ok(Symbols(process))
    }

    /// The functions in which a thread of the process is: the innermost first, each that called it
    /// next, up to the first that `is_enough`. One without a name is an empty one. The thread is held
    /// for the look.
    ///
    /// # Errors
    /// The system's: the thread has ended.
    pub fn functions(&self, id: u32, is_enough: impl Fn(&str) -> bool) -> io::Result<Vec<String>> {
        let rights = THREAD_GET_CONTEXT | THREAD_QUERY_INFORMATION | THREAD_SUSPEND_RESUME;
        let thread = thread(id, rights)?;
        let _library = library();
        let _held = Held::new(&thread)?;
        let names = self.names(&thread, &is_enough)?;
        if names.iter().any(|name| !name.is_empty()) {
            return Ok(names);
        }
        // It may have loaded a library since.
        // SAFETY: the library has one caller at a time, and knows this handle.
        unsafe { SymRefreshModuleList(self.0.as_raw_handle()) };
        self.names(&thread, &is_enough)
    }

    /// The functions of a thread. The caller holds thread and library.
    fn names(
        &self,
        thread: &OwnedHandle,
        is_enough: &impl Fn(&str) -> bool,
    ) -> io::Result<Vec<String>> {
        let mut context = Context(CONTEXT::default());
        context.0.ContextFlags = CONTEXT_FULL_AMD64;
        // SAFETY: the handle is open, the thread stands still, and the structure is aligned to 16 bytes.
        check(unsafe { GetThreadContext(thread.as_raw_handle(), &mut context.0) })?;
        let mut frame = STACKFRAME64::default();
        for (place, offset) in [
            (&mut frame.AddrPC, context.0.Rip),
            (&mut frame.AddrStack, context.0.Rsp),
            (&mut frame.AddrFrame, context.0.Rbp),
        ] {
            place.Offset = offset;
            place.Mode = AddrModeFlat;
        }
        let mut names = Vec::new();
        while names.len() < FRAMES {
            // SAFETY: the library has one caller at a time and knows the process; both handles are open,
            // both structures live through the call, and the two functions are the library's own.
            let more = unsafe {
                StackWalk64(
                    u32::from(IMAGE_FILE_MACHINE_AMD64),
                    self.0.as_raw_handle(),
                    thread.as_raw_handle(),
                    &mut frame,
                    (&raw mut context.0).cast(),
                    None,
                    Some(SymFunctionTableAccess64),
                    Some(SymGetModuleBase64),
                    None,
                )
            };
            if more == 0 || frame.AddrPC.Offset == 0 {
                break;
            }
            let name = self.name(frame.AddrPC.Offset);
            let ends = is_enough(&name);
            names.push(name);
            if ends {
                break;
            }
        }
        Ok(names)
    }

    /// The name of the function at an address. The caller holds the library.
    fn name(&self, address: u64) -> String {
        /// The system's structure, with room for the rest of the name.
        #[repr(C)]
        struct Symbol {
            head: SYMBOL_INFO,
            more: [u8; NAME],
        }
        let mut symbol = Symbol {
            head: SYMBOL_INFO::default(),
            more: [0; NAME],
        };
        symbol.head.SizeOfStruct = size::<SYMBOL_INFO>();
        symbol.head.MaxNameLen = NAME as u32;
        // SAFETY: the library has one caller at a time and knows the process; the structure has room for
        // a name of the length that it tells.
        let found = unsafe {
            let head = (&raw mut symbol).cast::<SYMBOL_INFO>();
            SymFromAddr(self.0.as_raw_handle(), address, null_mut(), head)
        };
        if found == 0 {
            return String::new();
        }
        // SAFETY: the name begins in the head's last field and goes on in the room behind it, which was
        // zero before; both are in this structure.
        let bytes = unsafe {
            let start = (&raw const symbol).cast::<u8>();
            std::slice::from_raw_parts(start.add(offset_of!(SYMBOL_INFO, Name)), NAME)
        };
        let length = bytes.iter().position(|byte| *byte == 0).unwrap_or(NAME);
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }
}

impl Drop for Symbols {
    fn drop(&mut self) {
        let _library = library();
        // SAFETY: the library has one caller at a time, and knows this handle, which is still open.
        unsafe { SymCleanup(self.0.as_raw_handle()) };
    }
}

/// What a processor holds of a thread. The system wants it aligned so.
#[repr(align(16))]
struct Context(CONTEXT);

/// A thread that stands still.
struct Held<'a>(&'a OwnedHandle);

impl Held<'_> {
    fn new(thread: &OwnedHandle) -> io::Result<Held<'_>> {
        // SAFETY: the handle is open.
        if unsafe { SuspendThread(thread.as_raw_handle()) } == u32::MAX {
            return Err(io::Error::last_os_error());
        }
        Ok(Held(thread))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is open. A thread that was killed meanwhile has nothing to resume.
        unsafe { ResumeThread(self.0.as_raw_handle()) };
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::process::processes;

    /// A program that waits for its keyboard is in a function that reads.
    #[test]
    fn a_thread_that_reads_is_seen_to_read() {
        let mut command = Command::new("cmd");
        command.args(["/c", "set /p line="]);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().expect("cmd is everywhere");
        let until = Instant::now() + Duration::from_secs(20);
        let mut seen = Vec::new();
        let reads = |names: &[String]| names.iter().any(|it| it.contains("ReadFile"));
        while !reads(&seen) && Instant::now() < until {
            let states = processes(&[child.id()]).expect("a list");
            let thread = states.first().and_then(|it| it.threads.first());
            if let (Some(thread), Ok(symbols)) = (thread, Symbols::of(child.id())) {
                seen = symbols.functions(thread.id, |_| false).unwrap_or_default();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        child.kill().expect("it waits");
        child.wait().expect("it was killed");
        assert!(reads(&seen), "{seen:?}");
    }
}
