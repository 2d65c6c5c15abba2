//! A learner's program under the checker: where it waits is told from facts, its bounds hold, and
//! at the end nothing of it is left.

use std::ffi::OsString;
use std::net::TcpListener;
use std::ops::Deref;
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use game::limits::{PROGRAM_CPU_SECONDS, PROGRAM_FILE};
use lab::program::{Bound, Ended, Program, Waits};
use lab::trace::Log;

/// Longer than anything takes on a loaded machine: only a failure waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Held alone by the test whose program hides from its own checker: at the end of any other program of this
/// process it would be killed as one that hides.
static TOGETHER: RwLock<()> = RwLock::new(());

/// A program that runs beside those of other tests.
struct Beside {
    program: Program,
    _together: RwLockReadGuard<'static, ()>,
}

impl Deref for Beside {
    type Target = Program;

    fn deref(&self) -> &Program {
        &self.program
    }
}

fn start(command: [&str; 3]) -> (Program, Log) {
    let log = Log::default();
    let command = command.map(OsString::from);
    let program = Program::start(&command, &log).expect("the program starts");
    (program, log)
}

fn python(source: &str) -> (Beside, Log) {
    let together = TOGETHER.read().unwrap_or_else(PoisonError::into_inner);
    let (program, log) = start(["python3", "-c", source]);
    let program = Beside {
        program,
        _together: together,
    };
    (program, log)
}

fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

/// Waits until the program has printed a text that ends so.
fn printed(log: &Log, end: &str) -> String {
    let shown = |trace: &lab::trace::Trace| {
        let text = trace.printed_since(0);
        text.ends_with(end).then_some(text)
    };
    let text = log.wait(deadline(), shown);
    text.unwrap_or_else(|| panic!("no {end:?} in {:?}", log.trace()))
}

fn ended(log: &Log) -> Ended {
    let ended = log.wait(deadline(), |trace| trace.ended());
    ended.unwrap_or_else(|| panic!("no end in {:?}", log.trace()))
}

/// Where Python waits, for each way of waiting that a learner's program has.
#[test]
fn the_wait_is_told_from_facts() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let connected = format!(
        "import select, socket, sys, threading, time\n\
         s = socket.create_connection(('127.0.0.1', {port}))\n"
    );
    let listening = "import socket\nl = socket.create_server(('127.0.0.1', 0))\n";
    let cases = [
        ("input('n > ')", Waits::Keyboard),
        ("import readline\ninput('n > ')", Waits::Keyboard),
        ("import sys\nsys.stdin.readline()", Waits::Keyboard),
        (&format!("{connected}s.recv(1024)"), Waits::Receive),
        (
            &format!("{connected}s.settimeout(60)\ns.recv(1024)"),
            Waits::Receive,
        ),
        (
            &format!("{connected}s.makefile().readline()"),
            Waits::Receive,
        ),
        (
            &format!("{connected}select.select([s], [], [])"),
            Waits::Receive,
        ),
        (
            &format!("{connected}select.select([s, sys.stdin], [], [])"),
            Waits::KeyboardOrReceive,
        ),
        (
            &format!(
                "{connected}p = select.epoll()\np.register(s, 1)\np.register(0, 1)\np.poll(60)"
            ),
            Waits::KeyboardOrReceive,
        ),
        (
            &format!("{connected}s.sendall(b'9' * 100_000_000)"),
            Waits::Send,
        ),
        (&format!("{listening}l.accept()"), Waits::Accept),
        (
            &format!("{listening}l.settimeout(60)\nl.accept()"),
            Waits::Accept,
        ),
        ("import time\ntime.sleep(60)", Waits::Sleep),
        ("while True: pass", Waits::Runs),
    ];
    for (source, expected) in cases {
        let (program, log) = python(source);
        let mut kept = Vec::new();
        let deadline = deadline();
        loop {
            listener.set_nonblocking(true).expect("a listener");
            kept.extend(listener.accept());
            let activity = program.settle(None, Duration::from_millis(100));
            if activity.telling() == Some(expected) && program.ended().is_none() {
                let computes = matches!(expected, Waits::Sleep | Waits::Runs);
                assert_eq!(activity.is_settled(), !computes, "{source}");
                break;
            }
            let trace = log.trace();
            assert!(
                Instant::now() < deadline,
                "{source}: {activity:?} {trace:?}"
            );
        }
    }
}

/// A program that waits for both in two threads, as a chat does.
#[test]
fn two_threads_wait_for_two_things() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let (program, _log) = python(&format!(
        "import socket, threading\ns = socket.create_connection(('127.0.0.1', {port}))\n\
         threading.Thread(target=lambda: s.recv(1024)).start()\ninput('moi > ')"
    ));
    let _kept = listener.accept().expect("it connects");
    let deadline = deadline();
    loop {
        let activity = program.settle(None, PATIENCE);
        if activity.at_keyboard() && activity.receives() {
            break;
        }
        assert!(Instant::now() < deadline, "{activity:?}");
    }
}

#[test]
fn what_is_typed_is_read_as_in_a_terminal() {
    let (program, log) = python("n = input('moi > ')\nprint('lu', repr(n))\nraise SystemExit(3)");
    printed(&log, "moi > ");
    assert!(program.settle(None, PATIENCE).at_keyboard());
    program.type_line("5é");
    assert_eq!(ended(&log), Ended::Status(3));
    assert_eq!(printed(&log, "\n"), "moi > lu '5é'\n");
}

#[test]
fn ctrl_c_makes_python_say_its_line() {
    let (program, log) = python("import time\nprint('ready')\ntime.sleep(60)");
    printed(&log, "ready\n");
    program.settle(None, Duration::from_millis(200));
    let told = program.interrupt();
    assert!(
        told.contains("line 3") && told.contains("KeyboardInterrupt"),
        "{told}"
    );
}

#[test]
fn a_program_beyond_its_bounds_is_stopped() {
    let cases = [
        ("while True: print('9' * 1000)", Bound::Output),
        (
            "import os, time\nfor _ in range(80):\n    if os.fork() == 0:\n        time.sleep(60)\ntime.sleep(60)",
            Bound::Processes,
        ),
        (
            "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        b = bytearray(400 << 20)\n        time.sleep(60)\ntime.sleep(60)",
            Bound::Memory,
        ),
    ];
    for (source, bound) in cases {
        let (program, log) = python(source);
        assert_eq!(ended(&log), Ended::Beyond(bound), "{source}");
        program.program.stop();
        let trace = log.trace();
        assert!(trace.moments.len() <= 4097, "{}", trace.moments.len());
    }
    let (_program, log) = python("b = bytearray(3 << 30)");
    assert_eq!(ended(&log), Ended::Status(1), "the system's own bound");
    printed(&log, "MemoryError\n");
}

/// Protects the machine from what a program leaves behind when it ends: that has the same bounds.
#[test]
fn children_without_their_parent_are_stopped_beyond_a_bound_too() {
    let (program, log) = python(
        "import os, signal, time\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\nleader = os.getpid()\n\
         print(leader, 'here')\nif os.fork(): os._exit(0)\n\
         while os.getppid() == leader: time.sleep(0.01)\n\
         for _ in range(80):\n    if os.fork() == 0: time.sleep(300)\ntime.sleep(300)",
    );
    let text = printed(&log, "here\n");
    let group = text.split(' ').next().expect("its number").to_owned();
    assert_eq!(ended(&log), Ended::Status(0));
    let until = deadline();
    while let left @ 1.. = living(&group) {
        assert!(
            Instant::now() < until,
            "{left} processes of the group {group} are left"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(program);
}

/// How many processes of a group there are that have not ended.
fn living(group: &str) -> usize {
    let processes = std::fs::read_dir("/proc").expect("Linux").flatten();
    let stats = processes.filter_map(|it| std::fs::read_to_string(it.path().join("stat")).ok());
    let lives = |stat: &String| {
        let behind_name = stat.rsplit(") ").next().unwrap_or_default();
        let mut fields = behind_name.split(' ');
        fields.next() != Some("Z") && fields.nth(1) == Some(group)
    };
    stats.filter(lives).count()
}

/// Protects the machine from a program that outlives its checker: the system bounds each process.
#[test]
fn a_program_has_the_system_s_own_bounds_too() {
    let (_program, log) = python(&format!(
        "f = open('/dev/shm/juste-prix-bound-{}', 'w+b', buffering=0)\nimport os; os.unlink(f.name)\n\
         f.truncate({PROGRAM_FILE})\ntry: f.truncate({PROGRAM_FILE} + 1)\n\
         except OSError as error: print(error.strerror)\n\
         import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[1])",
        std::process::id()
    ));
    assert_eq!(ended(&log), Ended::Status(0));
    printed(&log, &format!("File too large\n{PROGRAM_CPU_SECONDS}\n"));
    // One that is over at once has had them, too.
    for _ in 0..20 {
        let (_program, log) = start(["sh", "-c", "ulimit -t"]);
        printed(&log, &format!("{PROGRAM_CPU_SECONDS}\n"));
    }
}

/// Protects the machine: what hides in a session of its own is found by its mark; whoever does not
/// carry it is left alone.
#[test]
fn nothing_is_left_and_nothing_else_is_touched() {
    let bystander = std::process::Command::new("sleep").arg("60").spawn();
    let mut bystander = bystander.expect("sleep starts");
    let (program, log) = python(
        "import os, signal, sys, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n\
         signal.signal(signal.SIGTERM, signal.SIG_IGN)\n\
         if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n\
         \x20       print('hidden', os.getpid(), 'here')\n        time.sleep(60)\n    os._exit(0)\n\
         time.sleep(60)",
    );
    let text = printed(&log, "here\n");
    let hidden = text.split(' ').nth(1).expect("its number").to_owned();
    let hidden = Path::new("/proc").join(hidden);
    assert!(hidden.exists());
    let started = Instant::now();
    drop(program);
    assert!(started.elapsed() < PATIENCE / 4);
    let state = std::fs::read_to_string(hidden.join("stat")).unwrap_or_default();
    assert!(state.is_empty() || state.contains(") Z "), "{state}");
    assert_eq!(bystander.try_wait().expect("our child"), None);
    bystander.kill().expect("our child");
    bystander.wait().expect("our child");
}

/// Protects the machine: a program that has forked twice, left its session, cleared its environment and
/// lowered its limits is still found, since the system hands orphans to the checker; its exit status is
/// taken, too.
#[test]
fn what_hides_without_its_mark_is_killed_and_reaped() {
    let _alone = TOGETHER.write().unwrap_or_else(PoisonError::into_inner);
    let lowered = "import resource; resource.setrlimit(resource.RLIMIT_RTTIME, (9, 9))";
    for before in ["pass", lowered] {
        let source = format!(
            "import os, sys, time\n{before}\n\
             if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n\
             \x20       code = 'import os, time; print(os.getpid(), \\'here\\', flush=True); time.sleep(60)'\n\
             \x20       os.execve(sys.executable, [sys.executable, '-c', code], {{}})\n\
             \x20   os._exit(0)\ntime.sleep(60)"
        );
        let (program, log) = start(["python3", "-c", &source]);
        let text = printed(&log, "here\n");
        let hidden = Path::new("/proc").join(text.split(' ').next().expect("its number"));
        assert!(hidden.exists(), "{before}");
        drop(program);
        assert!(!hidden.exists(), "{before}");
    }
}

/// Protects the checker's terminal: a program's session and its `/dev/tty` are its own.
#[test]
fn a_program_s_terminal_is_its_own() {
    let (_program, log) = python(
        "import os\nwith open('/dev/tty', 'w') as tty: tty.write('told\\n')\n\
         print(os.getsid(0) == os.getpid(), os.tcgetpgrp(0) == os.getpgrp(), 'here')",
    );
    assert_eq!(printed(&log, "here\n"), "told\nTrue True here\n");
}

#[test]
fn a_panic_of_the_checker_stops_the_program() {
    let pid = std::sync::Mutex::new(String::new());
    let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let (_program, log) = python("import os, time\nprint(os.getpid(), 'here')\ntime.sleep(60)");
        let text = printed(&log, "here\n");
        *pid.lock().expect("one thread") = text.split(' ').next().expect("its number").to_owned();
        panic!("on purpose");
    }));
    assert!(unwound.is_err());
    let pid = pid.into_inner().expect("one thread");
    assert!(!Path::new("/proc").join(pid).exists());
}

#[test]
fn a_command_that_does_not_exist_is_told() {
    let command = [OsString::from("./no-such-program")];
    let error = Program::start(&command, &Log::default()).expect_err("nothing to start");
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
}
