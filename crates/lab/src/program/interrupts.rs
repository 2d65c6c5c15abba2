//! Ctrl-C, and whatever else asks the checker to end: the programs that it started end with it.

use std::io;
use std::process::Child;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::kill;
use super::proc::Family;

/// What runs at this moment.
static RUNNING: Mutex<Vec<Family>> = Mutex::new(Vec::new());
static WATCH: Once = Once::new();

/// Starts a program. No signal is heeded between its start and its place in the list.
pub fn start(start: impl FnOnce() -> io::Result<(Child, Family)>) -> io::Result<(Child, Family)> {
    WATCH.call_once(watch);
    let mut running = running();
    let (child, family) = start()?;
    running.push(family.clone());
    Ok((child, family))
}

/// It runs no more.
pub fn stopped(family: &Family) {
    running().retain(|it| it.mark != family.mark);
}

fn running() -> MutexGuard<'static, Vec<Family>> {
    // A list of numbers is whole whatever panicked.
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A thread that waits for the signals. Where it can't be had, Ctrl-C ends the checker alone, and
/// its programs find their terminal closed.
fn watch() {
    let Ok(runtime) = Builder::new_current_thread().enable_io().build() else {
        return;
    };
    let signals = {
        let _inside = runtime.enter();
        [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ]
        .map(signal)
    };
    let [Ok(interrupt), Ok(terminate), Ok(hangup)] = signals else {
        return;
    };
    thread::spawn(move || {
        let number = runtime.block_on(first(interrupt, terminate, hangup));
        // Held to the end: nothing more is started.
        let running = running();
        for family in running.iter() {
            kill(family);
        }
        std::process::exit(128 + number);
    });
}

/// The number of the signal that comes first.
async fn first(mut interrupt: Signal, mut terminate: Signal, mut hangup: Signal) -> i32 {
    tokio::select! {
        _ = interrupt.recv() => SignalKind::interrupt().as_raw_value(),
        _ = terminate.recv() => SignalKind::terminate().as_raw_value(),
        _ = hangup.recv() => SignalKind::hangup().as_raw_value(),
    }
}
