//! Listening and accepting: connections are dealt to the workers in turn.

use std::io;
use std::net::{Ipv6Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use rustix::io::Errno;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;

use super::worker::Mail;
use super::{Bound, Config, RunError};
use crate::limits::{ACCEPT_BACKOFF, EVICTED_AT_ONCE};

/// Connections that the kernel keeps for us: a class that joins in the same second.
const BACKLOG: i32 = 4096;

/// One text door.
pub struct Listener {
    socket: TcpListener,
    greeted: bool,
}

/// Binds all doors. An error names the address.
pub fn bind(config: &Config) -> Result<(Vec<Listener>, Bound), RunError> {
    let mut listeners = Vec::new();
    let mut bound = Bound::default();
    let greeted = config.listen.iter().map(|address| (*address, true));
    let quiet = config.quiet_listen.iter().map(|address| (*address, false));
    for (address, greeted) in greeted.chain(quiet) {
        let socket = match open(address) {
            Ok(socket) => socket,
            // A machine without IPv6 still has its IPv4 door.
            Err(error) if config.listen_is_default && is_no_ipv6(address, &error) => continue,
            Err(source) => return Err(RunError::Bind { address, source }),
        };
        let address = socket.local_addr()?;
        match greeted {
            true => bound.text.push(address),
            false => bound.quiet.push(address),
        }
        listeners.push(Listener { socket, greeted });
    }
    Ok((listeners, bound))
}

/// Listens at that address, whatever connections of it still linger. An IPv6 address takes no
/// IPv4.
pub fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // After a stop the port is free at once, whatever connections still linger.
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        // 0.0.0.0 has a socket of its own.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Whether `[::]` could not be bound because the machine has no IPv6.
pub fn is_no_ipv6(address: SocketAddr, error: &io::Error) -> bool {
    let codes = [Errno::AFNOSUPPORT, Errno::ADDRNOTAVAIL];
    address.ip() == Ipv6Addr::UNSPECIFIED && is_one_of(error, &codes)
}

/// How connections are dealt, and how many there are.
#[derive(Clone)]
pub struct Deal(Arc<Inner>);

struct Inner {
    workers: Vec<UnboundedSender<Mail>>,
    next: AtomicUsize,
    open: Arc<AtomicU64>,
    most: u64,
}

impl Deal {
    /// Deals to these workers; `most` connections at once.
    pub fn new(workers: Vec<UnboundedSender<Mail>>, most: u64) -> Self {
        Deal(Arc::new(Inner {
            workers,
            next: AtomicUsize::new(0),
            open: Arc::default(),
            most,
        }))
    }

    fn give(&self, stream: TcpStream, greeted: bool) {
        let Inner {
            workers,
            next,
            open,
            ..
        } = &*self.0;
        let place = Place::new(open.clone());
        let worker = next.fetch_add(1, Ordering::Relaxed) % workers.len();
        // A worker that is gone is stopping; the connection closes with it.
        let _ = workers[worker].send(Mail::Connection {
            stream,
            greeted,
            place,
        });
    }

    fn is_full(&self) -> bool {
        self.0.open.load(Ordering::Relaxed) >= self.0.most
    }

    /// Asks the workers to let go of those who have been silent longest and have never played.
    fn make_room(&self) {
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
        if deal.is_full() {
            deal.make_room();
            tokio::time::sleep(ACCEPT_BACKOFF).await;
            if deal.is_full() {
                continue;
            }
        }
        match listener.socket.accept().await {
            Ok((stream, _)) => {
                if let Ok(stream) = stream.into_std() {
                    deal.give(stream, listener.greeted);
                }
            }
            Err(error) if is_shortage(&error) => {
                deal.make_room();
                tokio::time::sleep(ACCEPT_BACKOFF).await;
            }
            // The client was gone before it was accepted: not our trouble.
            Err(error) if is_one_of(&error, &[Errno::CONNABORTED, Errno::PROTO]) => {}
            // Whatever else it is, asking again at once would spin while it lasts.
            Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
        }
    }
}

fn is_shortage(error: &io::Error) -> bool {
    is_one_of(
        error,
        &[Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM],
    )
}

fn is_one_of(error: &io::Error, codes: &[Errno]) -> bool {
    let code = error.raw_os_error();
    codes.iter().any(|known| code == Some(known.raw_os_error()))
}
