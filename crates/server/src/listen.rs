//! Listening and accepting: connections go to the workers in turn.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use os::listen::{is_no_ipv6, is_shortage, open, was_client_gone};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::log::Log;
use super::log::event::Often;
use super::metrics::Tally;
use super::proxy::{self, Trusted, Unknown};
use super::stream::Stream;
use super::worker::driver::Driver;
use super::worker::inbox::{Arrival, Command, Entrance, Handle, Question};
use super::{Bound, Config, Door, PageConfig, RunError};
use game::engine::engine_of;
use game::limits::{ACCEPT_BACKOFF, EVICTED_AT_ONCE};
use game::phrases::words::error_prefix;
use game::phrases::{Lang, say};
use game::rules::{ResumeCode, RoomCode, RoomId};

/// Ports that the page tries where nobody chose one: its own, and those behind it.
const PAGE_PORTS: u16 = 10;

/// One listener of the text protocol.
pub struct Listener {
    socket: TcpListener,
    greeted: bool,
    lang: Lang,
}

/// Binds all listeners of the text protocol. An error names the address.
pub fn bind(config: &Config, bound: &mut Bound) -> Result<Vec<Listener>, RunError> {
    let mut listeners = Vec::new();
    let text = config.listen.iter().map(|address| (*address, Door::Text));
    let quiet = config.quiet_listen.iter();
    let quiet = quiet.map(|address| (*address, Door::Quiet));
    for (address, door) in text.chain(quiet) {
        let socket = match open(address) {
            Ok(socket) => socket,
            // A machine without IPv6 still has its IPv4 door.
            Err(error) if config.listen_is_default && is_no_ipv6(address, &error) => continue,
            Err(source) => {
                return Err(RunError::Bind {
                    door,
                    address,
                    source,
                });
            }
        };
        let greeted = door == Door::Text;
        let address = socket.local_addr()?;
        match greeted {
            true => bound.text.push(address),
            false => bound.quiet.push(address),
        }
        let socket = TcpListener::from_std(socket)?;
        let lang = config.lang;
        listeners.push(Listener {
            socket,
            greeted,
            lang,
        });
    }
    Ok(listeners)
}

/// Binds the page's port. Where nobody chose it the class must not wait for it: another program's
/// port gives way to the next ones, and if all are taken there is no page.
pub fn bind_page(
    config: &PageConfig,
    bound: &mut Bound,
) -> Result<Vec<std::net::TcpListener>, RunError> {
    let tried = if config.any_port { PAGE_PORTS } else { 1 };
    let mut listeners = Vec::new();
    for further in 0..tried {
        match bind_all(config, further) {
            Ok(found) => {
                listeners = found;
                break;
            }
            Err(RunError::Bind { source, .. })
                if config.any_port && source.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    for listener in &listeners {
        bound.page.push(listener.local_addr()?);
    }
    Ok(listeners)
}

/// Binds the addresses of the metrics.
pub fn bind_metrics(
    addresses: &[SocketAddr],
    any_family: bool,
    bound: &mut Bound,
) -> Result<Vec<TcpListener>, RunError> {
    let mut listeners = Vec::new();
    for address in addresses.iter().copied() {
        let door = Door::Metrics;
        match open(address) {
            Ok(listener) => {
                bound.metrics.push(listener.local_addr()?);
                listeners.push(TcpListener::from_std(listener)?);
            }
            Err(error) if any_family && is_no_ipv6(address, &error) => {}
            Err(source) => {
                return Err(RunError::Bind {
                    door,
                    address,
                    source,
                });
            }
        }
    }
    Ok(listeners)
}

/// Binds the page's addresses, each at `port + further`.
fn bind_all(config: &PageConfig, further: u16) -> Result<Vec<std::net::TcpListener>, RunError> {
    let mut listeners = Vec::new();
    for mut address in config.listen.iter().copied() {
        address.set_port(address.port().saturating_add(further));
        match open(address) {
            Ok(listener) => listeners.push(listener),
            Err(error) if config.any_family && is_no_ipv6(address, &error) => {}
            Err(source) => {
                return Err(RunError::Bind {
                    door: Door::Page,
                    address,
                    source,
                });
            }
        }
    }
    Ok(listeners)
}

/// Hands connections and questions to the workers, and counts the connections.
#[derive(Clone)]
pub struct Dispatcher(Arc<Inner>);

struct Inner {
    workers: Vec<Handle>,
    next: AtomicUsize,
    open: Arc<AtomicU64>,
    most: u64,
    tally: Tally,
    log: Log,
    trusted: Trusted,
}

/// The worker that was asked has ended: the server is stopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

impl Dispatcher {
    /// Dispatches to these workers, up to `most` connections at once.
    pub fn new(workers: Vec<Handle>, most: u64, log: Log, trusted: Trusted) -> Self {
        Dispatcher(Arc::new(Inner {
            workers,
            next: AtomicUsize::new(0),
            open: Arc::default(),
            most,
            tally: Tally::default(),
            log,
            trusted,
        }))
    }

    /// Hands a connection to the worker whose turn it is. Waits while its inbox is full.
    pub async fn host(&self, arrival: Arrival) {
        let Inner { workers, next, .. } = &*self.0;
        let worker = next.fetch_add(1, Ordering::Relaxed) % workers.len();
        // A worker that has ended is stopping; the connection closes with it.
        workers[worker]
            .enter(Command::Host(Box::new(arrival)))
            .await;
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.0.workers.len()
    }

    /// The worker where a room lives.
    pub fn worker_of(&self, code: RoomCode) -> usize {
        engine_of(RoomId::Shared(code), self.workers())
    }

    /// The worker where a seat is.
    pub fn worker_with(&self, code: ResumeCode) -> usize {
        engine_of(code.room_id(), self.workers())
    }

    /// Runs a closure on a worker, and waits for what it returns.
    pub async fn ask<T: Send + 'static>(
        &self,
        worker: usize,
        question: impl FnOnce(&mut Driver) -> T + Send + 'static,
    ) -> Result<T, Gone> {
        self.run(worker, |asker| {
            Box::new(move |driver| {
                // The asker may have gone; its answer then goes nowhere.
                let _ = asker.send(question(driver));
                None
            })
        })
        .await
    }

    /// Runs a closure on a worker, and waits until the journal has what it has proposed.
    pub async fn order<E: Send + 'static>(
        &self,
        worker: usize,
        order: impl FnOnce(&mut Driver) -> Result<(), E> + Send + 'static,
    ) -> Result<Result<(), E>, Gone> {
        self.run(worker, |asker| {
            Box::new(move |driver| match order(driver) {
                Ok(()) => Some(Box::new(move || drop(asker.send(Ok(()))))),
                Err(refused) => {
                    let _ = asker.send(Err(refused));
                    None
                }
            })
        })
        .await
    }

    async fn run<T>(
        &self,
        worker: usize,
        question: impl FnOnce(oneshot::Sender<T>) -> Question,
    ) -> Result<T, Gone> {
        let (asker, answer) = oneshot::channel();
        let command = Command::Run(question(asker));
        self.0.workers[worker].enter(command).await;
        answer.await.map_err(|_| Gone)
    }

    /// Counts one more open connection.
    pub fn permit(&self) -> ConnectionPermit {
        ConnectionPermit::new(self.0.open.clone())
    }

    /// How many connections are open.
    pub fn open(&self) -> u64 {
        self.0.open.load(Ordering::Relaxed)
    }

    /// How many there may be.
    pub fn most(&self) -> u64 {
        self.0.most
    }

    /// Whether there are as many connections as there may be.
    pub fn is_full(&self) -> bool {
        self.open() >= self.most()
    }

    /// What the accepting sides count.
    pub fn tally(&self) -> &Tally {
        &self.0.tally
    }

    /// Whether this peer is a trusted proxy, which must send a PROXY header.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.0.trusted.includes(peer)
    }

    /// The log of whoever operates the server.
    pub fn log(&self) -> &Log {
        &self.0.log
    }

    /// Counts and logs a connection that could not be accepted, for want of a descriptor or of
    /// memory.
    pub fn shortage(&self) {
        Tally::count(&self.0.tally.shortages);
        self.0.log.often(Often::Shortage, 1);
    }

    /// Asks the workers to end connections that have been silent longest and have never played. A
    /// worker whose inbox is full is not asked: callers ask again as long as there is no room.
    pub fn make_room(&self) {
        let each = EVICTED_AT_ONCE.div_ceil(self.0.workers.len());
        for worker in &self.0.workers {
            worker.offer(Command::Evict(each));
        }
    }
}

/// A permit to be one of the open connections, given back when dropped.
pub struct ConnectionPermit(Arc<AtomicU64>);

impl ConnectionPermit {
    fn new(open: Arc<AtomicU64>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        ConnectionPermit(open)
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Accepts connections of a text listener. Never returns. When descriptors run short it makes room
/// and waits; games go on.
pub async fn accept(listener: Listener, dispatcher: Dispatcher) {
    loop {
        match listener.socket.accept().await {
            Ok((stream, peer)) => {
                // It has one of the descriptors that are kept. Nobody is evicted before somebody
                // comes.
                if dispatcher.is_full() {
                    dispatcher.log().often(Often::Full, 1);
                }
                while dispatcher.is_full() {
                    dispatcher.make_room();
                    tokio::time::sleep(ACCEPT_BACKOFF).await;
                }
                let permit = dispatcher.permit();
                let (greeted, lang) = (listener.greeted, listener.lang);
                if dispatcher.trusts(peer.ip()) {
                    tokio::spawn(relayed(stream, greeted, lang, permit, dispatcher.clone()));
                } else {
                    host(stream, greeted, permit, &dispatcher).await;
                }
            }
            Err(error) => {
                if is_shortage(&error) {
                    dispatcher.shortage();
                    dispatcher.make_room();
                }
                wait_after(&error).await;
            }
        }
    }
}

async fn host(stream: TcpStream, greeted: bool, permit: ConnectionPermit, dispatcher: &Dispatcher) {
    if let Ok(stream) = stream.into_std() {
        let arrival = Arrival {
            stream: Stream::tcp(stream),
            permit,
            entrance: Entrance::Text { greeted },
            early: Vec::new(),
        };
        dispatcher.host(arrival).await;
    }
}

/// A connection that a proxy makes for somebody. The text listener need not know for whom.
async fn relayed(
    mut stream: TcpStream,
    greeted: bool,
    lang: Lang,
    permit: ConnectionPermit,
    dispatcher: Dispatcher,
) {
    match proxy::introduced(&mut stream).await {
        Ok(_) => host(stream, greeted, permit, &dispatcher).await,
        Err(Unknown::Gone) => {}
        Err(Unknown::NotSaid) => {
            dispatcher.log().often(Often::NotIntroduced, 1);
            let sentence = say(lang, "proxy-expected", &[]);
            let text = format!("{}{sentence}\n", error_prefix(lang));
            // A proxy that does not read it is gone.
            let _ = proxy::refuse(stream, &text).await;
        }
    }
}

/// The wait before accepting again after this error.
pub async fn wait_after(error: &io::Error) {
    // The client was gone before it was accepted: not our trouble. Whatever else it is, asking
    // again at once would spin while it lasts.
    if !was_client_gone(error) {
        tokio::time::sleep(ACCEPT_BACKOFF).await;
    }
}
