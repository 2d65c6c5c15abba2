//! The relay: listeners, connections and what they share. All of it lives on one thread; showing
//! and writing to the file have threads of their own.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Semaphore, watch};
use tokio::task::LocalSet;

use super::capture::{Capture, Frame, Happened};
use super::connection;
use super::event::{Count, Event, Totals, What};
use super::feed::Feed;
use super::kernel::{Kernel, Look};
use super::trouble::Trouble;
use game::limits::{ACCEPT_BACKOFF, STOP, TAP_READ};
use game::phrases::Lang;

/// What to relay, and how.
#[derive(Debug)]
pub struct Plan {
    /// The target's addresses, in the order in which they are tried.
    pub targets: Vec<SocketAddr>,
    /// Whom to tell.
    pub feed: Feed,
    /// Where to write it all.
    pub capture: Option<Capture>,
    /// The bad network, if it is wanted.
    pub trouble: Option<Trouble>,
    /// How many connections at once.
    pub places: usize,
    /// The clocks at the beginning.
    pub clock: Clock,
    /// The language of what the capture says.
    pub lang: Lang,
}

/// Both clocks at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    wall: Duration,
}

impl Clock {
    /// Now.
    pub fn start() -> Clock {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH);
        Clock {
            start: Instant::now(),
            // A clock that is set before 1970 knows no time worth telling.
            wall: wall.unwrap_or_default(),
        }
    }

    /// Since the start.
    pub fn elapsed(self) -> Duration {
        self.start.elapsed()
    }

    /// The time since 1970 that is `elapsed` after the start. It never goes back.
    pub fn wall(self, elapsed: Duration) -> Duration {
        self.wall + elapsed
    }
}

/// What all connections share.
#[derive(Debug)]
pub struct Relay {
    /// The target's addresses.
    pub targets: Vec<SocketAddr>,
    /// Whom to tell.
    pub feed: Feed,
    /// The bad network.
    pub trouble: Option<Trouble>,
    /// The language of what the capture says.
    pub lang: Lang,
    /// Where every connection reads: a chunk is copied out before the next is read.
    pub scratch: RefCell<Box<[u8]>>,
    clock: Clock,
    capture: Option<Capture>,
    /// Whether the capture still takes what is written.
    captures: Cell<bool>,
    kernel: RefCell<Option<Kernel>>,
    stop: watch::Receiver<bool>,
    sums: Cell<Sums>,
}

/// The sums of all connections.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums {
    /// How many there were.
    pub connections: u32,
    /// What clients sent.
    pub client: Count,
    /// What servers sent.
    pub server: Count,
}

/// How it all went.
#[derive(Debug)]
pub struct Outcome {
    /// The sums.
    pub sums: Sums,
    /// The packets that the capture has, if one was wanted.
    pub captured: Option<io::Result<u64>>,
}

impl Relay {
    /// Tells an event.
    pub fn tell(&self, connection: u32, what: What) {
        let at = self.clock.elapsed();
        self.feed.tell(Event {
            connection,
            at,
            what,
        });
    }

    /// Whether there is a capture to write to.
    pub fn captures(&self) -> bool {
        self.captures.get()
    }

    /// Writes it to the capture, if there is one, and waits until that has room. Where the file
    /// can't be written any more this is told, once, and the relay goes on.
    pub async fn record(&self, connection: u32, what: Happened, comment: Option<String>) {
        let Some(capture) = self.capture.as_ref().filter(|_| self.captures.get()) else {
            return;
        };
        let frame = Frame {
            connection,
            at: self.clock.wall(self.clock.elapsed()),
            what,
            comment,
        };
        if !capture.write(frame).await && self.captures.replace(false) {
            self.tell(connection, What::CaptureFailed);
        }
    }

    /// What the kernel knows of a socket of this machine.
    pub fn look(&self, local: SocketAddr, remote: SocketAddr) -> Option<Look> {
        self.kernel.borrow_mut().as_mut()?.look(local, remote)
    }

    /// Adds up a connection, and tells its end.
    pub fn close(&self, number: u32, totals: Totals) {
        let mut sums = self.sums.get();
        for (sum, more) in [
            (&mut sums.client, totals.client),
            (&mut sums.server, totals.server),
        ] {
            sum.chunks += more.chunks;
            sum.bytes += more.bytes;
        }
        self.sums.set(sums);
        self.tell(number, What::Closed(totals));
    }

    /// Waits until the relay stops.
    pub async fn stopped(&self) {
        // The sender is gone only when all is over.
        let _ = self.stop.clone().wait_for(|stop| *stop).await;
    }

    fn number(&self) -> u32 {
        let mut sums = self.sums.get();
        sums.connections += 1;
        self.sums.set(sums);
        sums.connections
    }
}

/// How far whoever shows is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It shows.
    Showing,
    /// It wants the relay to stop.
    Enough,
    /// It has shown all, or can't any more.
    Done,
}

/// Relays until SIGINT, SIGTERM, or until whoever shows has enough.
pub fn run(
    runtime: &Runtime,
    listeners: Vec<TcpListener>,
    plan: Plan,
    mut stage: watch::Receiver<Stage>,
) -> io::Result<Outcome> {
    let (order, ordered) = watch::channel(false);
    let captures = plan.capture.is_some();
    let relay = Rc::new(Relay {
        targets: plan.targets,
        feed: plan.feed,
        trouble: plan.trouble,
        lang: plan.lang,
        scratch: RefCell::new(vec![0; TAP_READ].into()),
        clock: plan.clock,
        capture: plan.capture,
        captures: Cell::new(captures),
        kernel: RefCell::new(Kernel::open().ok()),
        stop: ordered,
        sums: Cell::default(),
    });
    let tasks = LocalSet::new();
    let places = Arc::new(Semaphore::new(plan.places));
    let mut signals = tasks.block_on(runtime, async {
        let mut signals = Signals::new()?;
        for listener in listeners {
            tokio::task::spawn_local(accept(listener, relay.clone(), places.clone()));
        }
        tokio::select! {
            _ = stage.wait_for(|stage| *stage >= Stage::Enough) => {}
            () = signals.next() => {}
        }
        order.send_replace(true);
        // Every connection ends at once, but for one that waits for the disk.
        let all = u32::try_from(plan.places).expect("bounded by `TAP_CONNECTIONS`");
        let _ = tokio::time::timeout(STOP, places.acquire_many(all)).await;
        io::Result::Ok(signals)
    })?;
    drop(tasks);
    let relay = Rc::into_inner(relay).expect("all tasks have ended with the set");
    let outcome = Outcome {
        sums: relay.sums.get(),
        captured: relay.capture.map(Capture::finish),
    };
    drop(relay.feed);
    // What is left is to show the rest. A terminal or a pipe that takes nothing holds nobody: the
    // next signal ends the process.
    runtime.block_on(async {
        tokio::select! {
            _ = stage.wait_for(|stage| *stage == Stage::Done) => {}
            () = signals.next() => std::process::exit(1),
        }
    });
    Ok(outcome)
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> io::Result<Signals> {
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Accepts until the relay stops, as long as there are places.
async fn accept(listener: TcpListener, relay: Rc<Relay>, places: Arc<Semaphore>) {
    loop {
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place.expect("never closed"),
            () = relay.stopped() => return,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = relay.stopped() => return,
        };
        match accepted {
            Ok((client, address)) => {
                let number = relay.number();
                let relay = relay.clone();
                let full = places.available_permits() == 0;
                tokio::task::spawn_local(async move {
                    if full {
                        relay.tell(number, What::Full);
                    }
                    connection::relay(&relay, number, client, address).await;
                    drop(place);
                });
            }
            // The client was gone before it was accepted, or descriptors are short for a while:
            // asking again at once would spin.
            Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
        }
    }
}
