//! Starts a process in a session of its own, on a terminal of its own, in bounds.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{CString, OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, PosixSpawnFlags, posix_spawnp};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use procfs::process::{Process, Task};
use rustix::fd::{AsRawFd, OwnedFd};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use rustix::thread::gettid;

use super::family::{MARK, Mark};
use super::{Bounds, tasks};

/// Tasks of a machine that does not tell how many it has.
const MANY: u64 = 4096;
/// Between two looks for the process that is being started.
const LOOK: Duration = Duration::from_micros(200);
/// How long a process is looked for: far longer than a start takes, on a system that tells of it.
const START: Duration = Duration::from_secs(2);

/// Starts a command in bounds that hold from its first instruction. `side` is the program's side of its terminal, which becomes its controlling
/// terminal: `/dev/tty` leads there, and to no other.
pub fn spawn(
    command: &[OsString],
    environment: &[(&str, &str)],
    bounds: &Bounds,
    mark: Mark,
    side: &OwnedFd,
) -> io::Result<Pid> {
    let arguments: Vec<CString> = strings(command.iter().cloned())?;
    let name = arguments.first().ok_or(io::ErrorKind::NotFound)?;
    let environment = variables(environment, mark)?;
    // Without a gate, or where the system does not tell of the process, the bounds come a moment late.
    let gate = gate(mark).ok();
    let mut files = PosixSpawnFileActions::init()?;
    if let Some(gate) = &gate {
        files.add_open(0, again(gate).as_str(), OFlag::O_RDONLY, Mode::empty())?;
    }
    // The leader of a session takes the first terminal that it opens for its own.
    let path = format!("/proc/self/fd/{}", side.as_raw_fd());
    files.add_open(0, path.as_str(), OFlag::O_RDWR, Mode::empty())?;
    files.add_dup2(0, 1)?;
    files.add_dup2(0, 2)?;
    let mut attributes = PosixSpawnAttr::init()?;
    attributes.set_flags(
        PosixSpawnFlags::POSIX_SPAWN_SETSIGDEF
            | PosixSpawnFlags::POSIX_SPAWN_SETSIGMASK
            | PosixSpawnFlags::from_bits_retain(libc::POSIX_SPAWN_SETSID.into()),
    )?;
    // Rust ignores broken pipes; a shell ignores Ctrl-C for what it runs in the background. A
    // learner's program is to behave as in a terminal.
    let default = [
        Signal::SIGPIPE,
        Signal::SIGINT,
        Signal::SIGTERM,
        Signal::SIGHUP,
    ];
    attributes.set_sigdefault(&SigSet::from_iter(default))?;
    attributes.set_sigmask(&SigSet::empty())?;
    let before = Process::myself()
        .and_then(|it| it.task_from_tid(gettid().as_raw_nonzero().get()))
        .and_then(|task| Ok((task.children()?, task)));
    let is_over = AtomicBool::new(false);
    let pid = thread::scope(|scope| {
        let bounded = scope.spawn(|| {
            let started = before.map(|(before, task)| being_started(&task, &before, &is_over));
            if let Ok(Some(pid)) = started {
                bound(pid, bounds, mark);
            }
            gate.as_ref().and_then(|gate| open(gate, &is_over))
        });
        let pid = posix_spawnp(name, &files, &attributes, &arguments, &environment);
        is_over.store(true, Ordering::Release);
        // Till here the gate was open, however late the process came to it.
        drop(bounded.join());
        pid
    })?;
    let pid = Pid::from_raw(pid.as_raw()).expect("a process that was started has a number");
    bound(pid, bounds, mark);
    Ok(pid)
}

/// The process that a thread is starting and that has not become the program yet, once there is one; `None`
/// if the start is over without, or the system does not tell.
fn being_started(task: &Task, before: &[u32], is_over: &AtomicBool) -> Option<Pid> {
    let own = Process::myself().and_then(|it| it.exe()).ok();
    let is_ours = |pid: &i32| Process::new(*pid).and_then(|it| it.exe()).ok() == own;
    let since = Instant::now();
    while !is_over.load(Ordering::Acquire) && since.elapsed() < START {
        let children = task.children().unwrap_or_default();
        let new = children.into_iter().filter(|pid| !before.contains(pid));
        // An orphan that this process has just adopted is new, too.
        let mut new = new
            .filter_map(|pid| i32::try_from(pid).ok())
            .filter(is_ours);
        if let Some(pid) = new.next().and_then(Pid::from_raw) {
            return Some(pid);
        }
        thread::sleep(LOOK);
    }
    None
}

/// A named pipe without a writer, whose name is removed already. A process that opens it for reading waits until
/// there is a writer.
fn gate(mark: Mark) -> io::Result<File> {
    let path = env::temp_dir().join(format!("juste-prix-{mark}"));
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let flags = OFlag::O_NONBLOCK.bits();
    let gate = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(&path);
    fs::remove_file(&path)?;
    gate
}

/// Lets the process through that waits at the gate, as long as what is returned lives. Short of descriptors it
/// tries until there is one.
fn open(gate: &File, is_over: &AtomicBool) -> Option<File> {
    while !is_over.load(Ordering::Acquire) {
        match OpenOptions::new().write(true).open(again(gate)) {
            Ok(writer) => return Some(writer),
            Err(_) => thread::sleep(LOOK),
        }
    }
    None
}

/// The path under which this process and its children open a file of theirs again.
fn again(file: &File) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

/// The variables of a program, as `NAME=value`.
fn variables(own: &[(&str, &str)], mark: Mark) -> io::Result<Vec<CString>> {
    let mut all: BTreeMap<OsString, OsString> = env::vars_os().collect();
    all.extend(own.iter().map(|(name, value)| (name.into(), value.into())));
    all.insert(MARK.into(), mark.to_string().into());
    strings(all.into_iter().map(|(mut name, value)| {
        name.push(OsStr::new("="));
        name.push(value);
        name
    }))
}

fn strings(all: impl Iterator<Item = OsString>) -> io::Result<Vec<CString>> {
    let strings = all.map(|text| CString::new(text.into_vec()));
    strings
        .collect::<Result<_, _>>()
        .map_err(|_| io::ErrorKind::InvalidInput.into())
}

/// Bounds that the system keeps for each process of a program, and the mark, which is one of them.
fn bound(leader: Pid, bounds: &Bounds, mark: Mark) {
    let all = [
        (Resource::Rttime, mark.0),
        (Resource::Cpu, bounds.cpu_seconds),
        (Resource::Data, bounds.memory),
        (Resource::Fsize, bounds.file),
        (Resource::Core, 0),
        // The system counts all of a user's tasks, and there are no more than the machine has.
        (Resource::Nproc, tasks().unwrap_or(MANY) + bounds.processes),
    ];
    for (resource, most) in all {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        // A stricter bound of the user's stays.
        let _ = prlimit(Some(leader), resource, limit);
    }
}
