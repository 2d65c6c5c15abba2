//! Listening and accepting: connections go to the workers in turn.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use os::listen::{is_no_ipv6, is_reserved, is_shortage, open, was_client_gone};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::log::Log;
use super::log::event::Often;
use super::metrics::counters::AcceptCounters;
use super::permits::{Capacity, ConnectionPermit, Kind, Permits};
use super::proxy::{self, Trusted, Unknown};
use super::stream::Stream;
use super::tls::Tls;
use super::worker::driver::Driver;
use super::worker::inbox::{Answer, Arrival, Asker, Command, Entrance, Handle, Question};
use super::{Bound, Config, ListenerKind, PageConfig, RunError};
use game::engine::engine_of;
use game::limits::ACCEPT_BACKOFF;
use game::phrases::words::error_prefix;
use game::phrases::{Lang, say};
use game::rules::{ResumeCode, RoomCode, RoomId};
use game::shares::Source;

/// Ports that the page tries where nobody chose one: its own, and those behind it.
const PAGE_PORTS: u16 = 10;

/// One listener of the text protocol.
pub struct Listener {
    socket: TcpListener,
    greeted: bool,
    tls: Option<Tls>,
    lang: Lang,
}

/// Binds all listeners of the text protocol. An error names the address.
pub fn bind(config: &Config, bound: &mut Bound) -> Result<Vec<Listener>, RunError> {
    let mut listeners = Vec::new();
    let text = config
        .listen
        .iter()
        .map(|address| (*address, ListenerKind::Text));
    let quiet = config.quiet_listen.iter();
    let quiet = quiet.map(|address| (*address, ListenerKind::Quiet));
    let tls = config.tls_listen.iter();
    let tls = tls.map(|address| (*address, ListenerKind::Tls));
    for (address, listener) in text.chain(quiet).chain(tls) {
        let socket = match open(address) {
            Ok(socket) => socket,
            // A machine without IPv6 still has its IPv4 door.
            Err(error) if config.listen_is_default && is_no_ipv6(address, &error) => continue,
            Err(source) => {
                return Err(RunError::Bind {
                    listener,
                    address,
                    source,
                });
            }
        };
        let address = socket.local_addr()?;
        let (same_kind, tls) = match listener {
            ListenerKind::Quiet => (&mut bound.quiet, None),
            ListenerKind::Tls => (&mut bound.tls, config.tls.clone()),
            _ => (&mut bound.text, None),
        };
        same_kind.push(address);
        let greeted = listener != ListenerKind::Quiet;
        let socket = TcpListener::from_std(socket)?;
        let lang = config.lang;
        listeners.push(Listener {
            socket,
            greeted,
            tls,
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
                if config.any_port
                    && (source.kind() == io::ErrorKind::AddrInUse || is_reserved(&source)) => {}
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
        let listener = ListenerKind::Metrics;
        match open(address) {
            Ok(listener) => {
                bound.metrics.push(listener.local_addr()?);
                listeners.push(TcpListener::from_std(listener)?);
            }
            Err(error) if any_family && is_no_ipv6(address, &error) => {}
            Err(source) => {
                return Err(RunError::Bind {
                    listener,
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
                    listener: ListenerKind::Page,
                    address,
                    source,
                });
            }
        }
    }
    Ok(listeners)
}

/// Hands connections and questions to the workers.
#[derive(Clone)]
pub struct Dispatcher(Arc<Inner>);

struct Inner {
    workers: Vec<Handle>,
    next: AtomicUsize,
    permits: Permits,
    accept_counters: Arc<AcceptCounters>,
    log: Log,
    trusted: Trusted,
}

/// The worker that was asked has ended: the server is stopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

impl Dispatcher {
    /// Dispatches to these workers.
    pub fn new(workers: Vec<Handle>, capacity: Capacity, log: Log, trusted: Trusted) -> Self {
        let accept_counters = Arc::<AcceptCounters>::default();
        let evicting = workers.clone();
        let evict = move |worker: usize, key| {
            // A worker that has ended has closed its connections.
            evicting[worker].send(Command::Evict(key));
        };
        Dispatcher(Arc::new(Inner {
            permits: Permits::new(
                Box::new(evict),
                capacity,
                accept_counters.clone(),
                log.clone(),
            ),
            workers,
            next: AtomicUsize::new(0),
            accept_counters,
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

    /// Runs a closure on a worker, and waits for what it returns. Nothing runs once nobody waits.
    pub async fn ask<T: Send + 'static>(
        &self,
        worker: usize,
        asker: Asker,
        question: impl FnOnce(&mut Driver) -> T + Send + 'static,
    ) -> Result<T, Gone> {
        let (answers, answer) = oneshot::channel();
        let ask = |driver: &mut Driver, answers: oneshot::Sender<T>| {
            // The asker may have gone; its answer then goes nowhere.
            let _ = answers.send(question(driver));
            None
        };
        self.run(worker, asker, Asked { answers, ask }).await;
        answer.await.map_err(|_| Gone)
    }

    /// Runs a closure on a worker, and waits until the journal has what it has proposed.
    pub async fn order<E: Send + 'static>(
        &self,
        worker: usize,
        asker: Asker,
        order: impl FnOnce(&mut Driver) -> Result<(), E> + Send + 'static,
    ) -> Result<Result<(), E>, Gone> {
        let (answers, answer) = oneshot::channel();
        let ask = |driver: &mut Driver, answers: oneshot::Sender<Result<(), E>>| -> Answer {
            match order(driver) {
                Ok(()) => Some(Box::new(move || drop(answers.send(Ok(()))))),
                Err(refused) => {
                    let _ = answers.send(Err(refused));
                    None
                }
            }
        };
        self.run(worker, asker, Asked { answers, ask }).await;
        answer.await.map_err(|_| Gone)
    }

    async fn run(&self, worker: usize, asker: Asker, question: impl Question + 'static) {
        let command = Command::Run(asker, Box::new(question));
        self.0.workers[worker].enter(command).await;
    }

    /// The places of the server.
    pub fn permits(&self) -> &Permits {
        &self.0.permits
    }

    /// What the accepting sides count.
    pub fn accept_counters(&self) -> &AcceptCounters {
        &self.0.accept_counters
    }

    /// Whether this peer is a trusted proxy, which must send a PROXY header.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.0.trusted.includes(peer)
    }

    /// The operator's log.
    pub fn log(&self) -> &Log {
        &self.0.log
    }

    /// Counts and logs a connection that could not be accepted, for want of a descriptor or of
    /// memory, and has those yield who hold most.
    pub fn shortage(&self) {
        AcceptCounters::count(&self.0.accept_counters.shortages);
        self.0.log.often(Often::Shortage, 1);
        self.0.permits.shortage();
    }
}

/// A closure, and where its answer goes.
struct Asked<T, F> {
    answers: oneshot::Sender<T>,
    ask: F,
}

impl<T: Send, F: FnOnce(&mut Driver, oneshot::Sender<T>) -> Answer + Send> Question
    for Asked<T, F>
{
    fn is_wanted(&self) -> bool {
        !self.answers.is_closed()
    }

    fn ask(self: Box<Self>, driver: &mut Driver) -> Answer {
        (self.ask)(driver, self.answers)
    }
}

/// Accepts connections of a text listener. Never returns. When places or descriptors run short,
/// those yield who hold most; games go on.
pub async fn accept(listener: Listener, dispatcher: Dispatcher) {
    loop {
        match listener.socket.accept().await {
            Ok((stream, peer)) => {
                // It has one of the descriptors that are kept. Nobody yields before somebody comes.
                let from = Source::from(peer.ip());
                let permits = dispatcher.permits();
                let permit = permits.admit(Kind::Game, from, None).await;
                let kind = (listener.greeted, listener.tls.clone());
                if dispatcher.trusts(peer.ip()) {
                    let place = permit.place();
                    let lang = listener.lang;
                    let client = relayed(stream, kind, lang, from, permit, dispatcher.clone());
                    let task = tokio::spawn(client).abort_handle();
                    permits.owned_by(place, task);
                } else {
                    host(stream, kind, from, permit, &dispatcher).await;
                }
            }
            Err(error) => {
                if is_shortage(&error) {
                    dispatcher.shortage();
                }
                wait_after(&error).await;
            }
        }
    }
}

async fn host(
    stream: TcpStream,
    (greeted, tls): (bool, Option<Tls>),
    from: Source,
    permit: ConnectionPermit,
    dispatcher: &Dispatcher,
) {
    let stream = stream.into_std().and_then(|stream| match tls {
        Some(tls) => Ok(Stream::tls(stream, tls.session()?)),
        None => Ok(Stream::tcp(stream)),
    });
    if let Ok(stream) = stream {
        let arrival = Arrival {
            stream,
            permit,
            entrance: Entrance::Text { greeted, from },
            early: Vec::new(),
        };
        dispatcher.host(arrival).await;
    }
}

/// A connection that a proxy makes for somebody, who counts as its source.
async fn relayed(
    mut stream: TcpStream,
    kind: (bool, Option<Tls>),
    lang: Lang,
    proxy: Source,
    permit: ConnectionPermit,
    dispatcher: Dispatcher,
) {
    match proxy::introduced(&mut stream).await {
        Ok(client) => {
            let from = client.map_or(proxy, Source::from);
            permit.belongs_to(from);
            permit.on_its_way();
            host(stream, kind, from, permit, &dispatcher).await;
        }
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
