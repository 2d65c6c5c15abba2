//! What the system knows of a connection, whatever system it is.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use os::socket::Kernel;

/// What was sent has reached the program's side of the connection in this time: the system itself
/// carries it, and on a busy machine that takes its turn too.
const CARRIED: Duration = Duration::from_secs(2);

/// The source of facts.
#[derive(Debug)]
pub(crate) enum Facts {
    /// Linux' socket diagnostics.
    Kernel(RefCell<Kernel>),
    /// A system that tells nothing.
    Unknown,
}

impl Facts {
    /// The best source that this system has.
    pub fn open() -> Facts {
        match Kernel::open() {
            Ok(kernel) => Facts::Kernel(RefCell::new(kernel)),
            Err(_) => Facts::Unknown,
        }
    }

    /// Segments that have arrived at `local` so far.
    pub fn segments(&self, local: SocketAddr, remote: SocketAddr) -> Option<u32> {
        let Facts::Kernel(kernel) = self else {
            return None;
        };
        let state = kernel.borrow_mut().socket(local, remote)?;
        Some(state.arrival.segments)
    }

    /// Waits until `sent` bytes have arrived at the program's end (`theirs`) of a connection: before
    /// that nobody can say that it takes no notice. Returns at once where nothing is known, and when
    /// `is_over`, which is told whether the system still knows that end. Of a guest's end
    /// (`is_passed_on`), what has arrived must also have been taken: it is on its way from there.
    pub fn carry(
        &self,
        (ours, theirs): (SocketAddr, SocketAddr),
        (sent, is_passed_on): (u64, bool),
        is_over: impl Fn(bool) -> bool,
    ) {
        let Facts::Kernel(kernel) = self else {
            return;
        };
        let until = Instant::now() + CARRIED;
        loop {
            let state = kernel.borrow_mut().socket(theirs, ours);
            let is_there = state.as_ref().is_some_and(|state| {
                state.arrival.bytes >= sent && !(is_passed_on && state.unread > 0)
            });
            if is_there || is_over(state.is_some()) || Instant::now() >= until {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}
