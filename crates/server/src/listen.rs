//! Listening and accepting: connections are dealt to the workers in turn.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use os::listen::{is_no_ipv6, is_shortage, open, was_client_gone};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;

use super::log::Log;
use super::log::event::Often;
use super::metrics::Tally;
use super::proxy::{self, Trusted, Unknown};
use super::teacher::Ask;
use super::visitor::Visitor;
use super::worker::Mail;
use super::{Bound, Config, Door, PageConfig, RunError};
use game::engine::engine_of;
use game::limits::{ACCEPT_BACKOFF, EVICTED_AT_ONCE};
use game::phrases::words::error_prefix;
use game::phrases::{Lang, say};
use game::rules::{ResumeCode, RoomCode, RoomId};

/// Ports that the page tries where nobody chose one: its own, and those behind it.
const PAGE_PORTS: u16 = 10;

/// One text door.
pub struct Listener {
    socket: TcpListener,
    greeted: bool,
    lang: Lang,
}

/// Binds all text doors. An error names the address.
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

/// Binds the page's addresses, each at a port that is so much further.
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

/// How connections are dealt, and how many there are.
#[derive(Clone)]
pub struct Deal(Arc<Inner>);

struct Inner {
    workers: Vec<UnboundedSender<Mail>>,
    next: AtomicUsize,
    open: Arc<AtomicU64>,
    most: u64,
    tally: Tally,
    log: Log,
    trusted: Trusted,
}

impl Deal {
    /// Deals to these workers; `most` connections at once.
    pub fn new(workers: Vec<UnboundedSender<Mail>>, most: u64, log: Log, trusted: Trusted) -> Self {
        Deal(Arc::new(Inner {
            workers,
            next: AtomicUsize::new(0),
            open: Arc::default(),
            most,
            tally: Tally::default(),
            log,
            trusted,
        }))
    }

    fn give(&self, stream: TcpStream, greeted: bool, place: Place) {
        self.send(Mail::Connection {
            stream,
            greeted,
            place,
        });
    }

    /// Gives a connection of the page's port to a worker.
    pub fn visit(&self, visitor: Visitor) {
        self.send(Mail::Visitor(Box::new(visitor)));
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

    /// Asks a worker something.
    pub fn ask(&self, worker: usize, ask: Ask) {
        // One that is gone is stopping, and so is the asker.
        let _ = self.0.workers[worker].send(Mail::Ask(ask));
    }

    /// To the worker whose turn it is.
    fn send(&self, mail: Mail) {
        let Inner { workers, next, .. } = &*self.0;
        let worker = next.fetch_add(1, Ordering::Relaxed) % workers.len();
        // A worker that is gone is stopping; the connection closes with it.
        let _ = workers[worker].send(mail);
    }

    /// Counts one more open connection.
    pub fn place(&self) -> Place {
        Place::new(self.0.open.clone())
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

    /// Whether whoever connects from there must say for whom.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.0.trusted.includes(peer)
    }

    /// What is said of it.
    pub fn log(&self) -> &Log {
        &self.0.log
    }

    /// Somebody could not be accepted, for want of a descriptor or of memory.
    pub fn shortage(&self) {
        Tally::count(&self.0.tally.shortages);
        self.0.log.often(Often::Shortage, 1);
    }

    /// Asks the workers to let go of those who have been silent longest and have never played.
    pub fn make_room(&self) {
        let each = EVICTED_AT_ONCE.div_ceil(self.0.workers.len());
        for worker in &self.0.workers {
            let _ = worker.send(Mail::Evict(each));
        }
    }
}

/// One open connection in the count; gone when dropped.
pub struct Place(Arc<AtomicU64>);

impl Place {
    fn new(open: Arc<AtomicU64>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Place(open)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Accepts for ever. When descriptors run short it makes room and waits; games go on.
pub async fn accept(listener: Listener, deal: Deal) {
    loop {
        match listener.socket.accept().await {
            Ok((stream, peer)) => {
                // It has one of the descriptors that are kept. Nobody goes before somebody comes.
                if deal.is_full() {
                    deal.log().often(Often::Full, 1);
                }
                while deal.is_full() {
                    deal.make_room();
                    tokio::time::sleep(ACCEPT_BACKOFF).await;
                }
                let place = deal.place();
                if deal.trusts(peer.ip()) {
                    let (greeted, lang) = (listener.greeted, listener.lang);
                    tokio::spawn(relayed(stream, greeted, lang, place, deal.clone()));
                } else if let Ok(stream) = stream.into_std() {
                    deal.give(stream, listener.greeted, place);
                }
            }
            Err(error) => {
                if is_shortage(&error) {
                    deal.shortage();
                    deal.make_room();
                }
                wait_after(&error).await;
            }
        }
    }
}

/// A connection that a proxy makes for somebody. On the text door nobody needs to know for whom.
async fn relayed(
    mut stream: tokio::net::TcpStream,
    greeted: bool,
    lang: Lang,
    place: Place,
    deal: Deal,
) {
    match proxy::introduced(&mut stream).await {
        Ok(_) => {
            if let Ok(stream) = stream.into_std() {
                deal.give(stream, greeted, place);
            }
        }
        Err(Unknown::Gone) => {}
        Err(Unknown::NotSaid) => {
            deal.log().often(Often::NotIntroduced, 1);
            let sentence = say(lang, "proxy-expected", &[]);
            let text = format!("{}{sentence}\n", error_prefix(lang));
            // Who does not hear it is gone.
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
