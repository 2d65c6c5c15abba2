//! The relay: accepts clients until it is told to stop. All of it runs on one thread; the display
//! and the capture's writer have threads of their own.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use os::signals::EndRequests;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};
use tokio::task::LocalSet;

use super::capture::Capture;
use super::connection;
use super::event::EventKind;
use super::queue::EventSender;
use super::shared::{Clock, Shared, Sums};
use super::trouble::Trouble;
use game::limits::{ACCEPT_BACKOFF, STOP};
use game::phrases::Lang;

/// What to relay, and how.
#[derive(Debug)]
pub struct RelayConfig {
    /// The target's addresses, in the order in which they are tried.
    pub targets: Vec<SocketAddr>,
    /// Carries events to the display.
    pub feed: EventSender,
    /// The capture to write.
    pub capture: Option<Capture>,
    /// The simulated bad network.
    pub trouble: Option<Trouble>,
    /// Connections relayed at once, at most `TAP_CONNECTIONS`.
    pub max_connections: usize,
    /// The clock of all events.
    pub clock: Clock,
    /// The language of the capture's comments.
    pub lang: Lang,
}

/// What was relayed.
#[derive(Debug)]
pub struct Relayed {
    /// The sums of all connections.
    pub sums: Sums,
    /// Packets in the capture, or why it is incomplete; `None` without a capture.
    pub captured: Option<io::Result<u64>>,
}

/// How far the display is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DisplayState {
    /// It shows events.
    Showing,
    /// Its user asked the relay to stop.
    StopRequested,
    /// It has shown everything, or cannot write any more.
    Done,
}

/// Relays until SIGINT, SIGTERM or [`DisplayState::StopRequested`]; then waits for the display to
/// be done. A second signal meanwhile exits the process.
///
/// # Errors
///
/// The signal handlers could not be installed.
pub fn run(
    runtime: &Runtime,
    listeners: Vec<TcpListener>,
    config: RelayConfig,
    mut display: watch::Receiver<DisplayState>,
) -> io::Result<Relayed> {
    let (order, ordered) = watch::channel(false);
    let max_connections = config.max_connections;
    let shared = Rc::new(Shared::new(
        config.targets,
        config.feed,
        config.capture,
        config.trouble,
        config.clock,
        config.lang,
        ordered,
    ));
    let tasks = LocalSet::new();
    let permits = Arc::new(Semaphore::new(max_connections));
    let mut requests = tasks.block_on(runtime, async {
        let mut requests = EndRequests::new()?;
        for listener in listeners {
            tokio::task::spawn_local(accept(listener, shared.clone(), permits.clone()));
        }
        tokio::select! {
            _ = display.wait_for(|state| *state >= DisplayState::StopRequested) => {}
            _ = requests.next() => {}
        }
        order.send_replace(true);
        // Every connection ends at once, unless it waits for the capture's disk.
        let all = u32::try_from(max_connections).expect("bounded by `TAP_CONNECTIONS`");
        let _ = tokio::time::timeout(STOP, permits.acquire_many(all)).await;
        io::Result::Ok(requests)
    })?;
    drop(tasks);
    let shared = Rc::into_inner(shared).expect("all tasks have ended with the set");
    // This drops the feed too, which ends the display.
    let (sums, captured) = shared.finish();
    // A terminal or a pipe that takes nothing must not block the exit.
    runtime.block_on(async {
        tokio::select! {
            _ = display.wait_for(|state| *state == DisplayState::Done) => {}
            _ = requests.next() => std::process::exit(1),
        }
    });
    Ok(Relayed { sums, captured })
}

/// Accepts until the relay stops; while no permit is free, clients wait in the backlog.
async fn accept(listener: TcpListener, shared: Rc<Shared>, permits: Arc<Semaphore>) {
    loop {
        let permit = tokio::select! {
            permit = permits.clone().acquire_owned() => permit.expect("never closed"),
            () = shared.stopped() => return,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shared.stopped() => return,
        };
        match accepted {
            Ok((client, address)) => {
                let number = shared.number();
                let shared = shared.clone();
                let full = permits.available_permits() == 0;
                tokio::task::spawn_local(async move {
                    if full {
                        shared.tell(number, EventKind::Full);
                    }
                    connection::relay(&shared, number, client, address).await;
                    drop(permit);
                });
            }
            // The client left before it was accepted, or descriptors are short: retrying at once
            // would spin.
            Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
        }
    }
}
