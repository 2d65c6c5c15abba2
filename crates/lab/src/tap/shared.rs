//! What all connections of a relay share. It lives on the relay's thread.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use os::socket::{Kernel, SocketState};
use tokio::sync::watch;

use super::capture::{Capture, Frame, FrameKind};
use super::event::{Count, EventKind, TapEvent, Totals};
use super::queue::EventSender;
use super::trouble::Trouble;
use game::limits::TAP_READ;
use game::phrases::Lang;

/// The monotonic clock and the wall clock, read at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    wall: Duration,
}

impl Clock {
    /// Reads both clocks.
    pub fn start() -> Clock {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH);
        Clock {
            start: Instant::now(),
            // A wall clock before 1970 is wrong anyway: count from 1970.
            wall: wall.unwrap_or_default(),
        }
    }

    /// Time since [`Clock::start`].
    pub fn elapsed(self) -> Duration {
        self.start.elapsed()
    }

    /// Time since 1970 at `elapsed` after the start. It never goes back, whatever happens to the
    /// wall clock.
    pub fn wall(self, elapsed: Duration) -> Duration {
        self.wall + elapsed
    }
}

/// What all connections share.
#[derive(Debug)]
pub struct Shared {
    /// The target's addresses, in the order in which they are tried; at least one.
    pub targets: Vec<SocketAddr>,
    /// Carries events to the display.
    pub feed: EventSender,
    /// The simulated bad network.
    pub trouble: Option<Trouble>,
    /// The language of the capture's comments.
    pub lang: Lang,
    /// The buffer of every `recv`: a chunk is copied out of it before the next is read.
    pub scratch: RefCell<Box<[u8]>>,
    clock: Clock,
    capture: Option<Capture>,
    /// Whether the capture is still writable.
    captures: Cell<bool>,
    kernel: RefCell<Option<Kernel>>,
    stop: watch::Receiver<bool>,
    sums: Cell<Sums>,
}

/// The sums of all connections.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums {
    /// Connections accepted.
    pub connections: u32,
    /// What clients sent.
    pub client: Count,
    /// What servers sent.
    pub server: Count,
}

impl Shared {
    /// For a relay that stops when `stop` becomes true.
    pub fn new(
        targets: Vec<SocketAddr>,
        feed: EventSender,
        capture: Option<Capture>,
        trouble: Option<Trouble>,
        clock: Clock,
        lang: Lang,
        stop: watch::Receiver<bool>,
    ) -> Shared {
        Shared {
            targets,
            feed,
            trouble,
            lang,
            scratch: RefCell::new(vec![0; TAP_READ].into()),
            clock,
            captures: Cell::new(capture.is_some()),
            capture,
            kernel: RefCell::new(Kernel::open().ok()),
            stop,
            sums: Cell::default(),
        }
    }

    /// Reports an event of a connection.
    pub fn tell(&self, connection: u32, kind: EventKind) {
        let at = self.clock.elapsed();
        self.feed.tell(TapEvent {
            connection,
            at,
            kind,
        });
    }

    /// Whether there is a capture that can be written.
    pub fn captures(&self) -> bool {
        self.captures.get()
    }

    /// Writes a frame to the capture, if there is one, and waits until its queue has room. If the
    /// file cannot be written any more, reports that once; the relay goes on.
    pub async fn record(&self, connection: u32, kind: FrameKind, comment: Option<String>) {
        let Some(capture) = self.capture.as_ref().filter(|_| self.captures.get()) else {
            return;
        };
        let frame = Frame {
            connection,
            at: self.clock.wall(self.clock.elapsed()),
            kind,
            comment,
        };
        if !capture.write(frame).await && self.captures.replace(false) {
            self.tell(connection, EventKind::CaptureFailed);
        }
    }

    /// What the kernel knows of a socket; `None` if it is not one of this machine.
    pub fn look(&self, local: SocketAddr, remote: SocketAddr) -> Option<SocketState> {
        self.kernel.borrow_mut().as_mut()?.socket(local, remote)
    }

    /// Counts a new connection. Returns its number, from 1.
    pub fn number(&self) -> u32 {
        let mut sums = self.sums.get();
        sums.connections += 1;
        self.sums.set(sums);
        sums.connections
    }

    /// Adds a connection's totals to the sums, and reports its end.
    pub fn close(&self, number: u32, totals: Totals) {
        let mut sums = self.sums.get();
        sums.client += totals.client;
        sums.server += totals.server;
        self.sums.set(sums);
        self.tell(number, EventKind::Closed(totals));
    }

    /// Waits until the relay stops.
    pub async fn stopped(&self) {
        // An error means that the sender was dropped, which happens after the stop.
        let _ = self.stop.clone().wait_for(|stop| *stop).await;
    }

    /// Closes the capture. Returns the sums, and the number of packets in the capture.
    pub fn finish(self) -> (Sums, Option<io::Result<u64>>) {
        (self.sums.get(), self.capture.map(Capture::finish))
    }
}
