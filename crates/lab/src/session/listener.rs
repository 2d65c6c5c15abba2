//! Where the learner's program is awaited: one address, or all that it may mean.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};

use socket2::{Domain, Socket, Type};

/// The listeners.
#[derive(Debug)]
pub struct Listener {
    /// Empty once it is closed.
    listeners: RefCell<Vec<TcpListener>>,
    addresses: Vec<SocketAddr>,
    /// Who may connect, unless everybody may.
    only: Option<IpAddr>,
}

impl Listener {
    /// Listens on those of the addresses that are free, and on the same ports of `::1`, to which
    /// `localhost` may lead. The first error, if none is free.
    pub fn open(addresses: &[SocketAddr]) -> io::Result<Listener> {
        let mut opened = Listener {
            listeners: RefCell::default(),
            addresses: Vec::new(),
            only: None,
        };
        let mut failed = ErrorKind::InvalidInput.into();
        for address in addresses {
            match listen(*address) {
                Ok(listener) => opened.add(listener)?,
                Err(error) => {
                    failed = error;
                    continue;
                }
            }
            let here = address.ip().is_loopback() && address.is_ipv4();
            let port = opened.addresses.last().map_or(0, SocketAddr::port);
            // A machine without IPv6 has no `::1`, and needs none.
            if here && let Ok(twin) = listen((Ipv6Addr::LOCALHOST, port).into()) {
                twin.set_nonblocking(true)?;
                opened.listeners.get_mut().push(twin);
            }
        }
        match opened.addresses.is_empty() {
            true => Err(failed),
            false => Ok(opened),
        }
    }

    /// The same, for one machine only: connections from others are cut off.
    #[must_use]
    pub fn only(self, from: IpAddr) -> Listener {
        Listener {
            only: Some(from.to_canonical()),
            ..self
        }
    }

    /// The same, of which reports say that it is reached at this address.
    #[must_use]
    pub fn reached_at(mut self, ip: IpAddr) -> Listener {
        self.addresses.iter_mut().for_each(|it| it.set_ip(ip));
        self
    }

    fn add(&mut self, listener: TcpListener) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        self.addresses.push(listener.local_addr()?);
        self.listeners.get_mut().push(listener);
        Ok(())
    }

    /// Listens at one more address, if it is free.
    pub fn also(&self, address: SocketAddr) -> io::Result<()> {
        let listener = listen(address)?;
        listener.set_nonblocking(true)?;
        self.listeners.borrow_mut().push(listener);
        Ok(())
    }

    /// Whether it listens there.
    pub fn is_at(&self, address: SocketAddr) -> bool {
        let listeners = self.listeners.borrow();
        let mut here = listeners.iter().filter_map(|it| it.local_addr().ok());
        here.any(|it| it == address)
    }

    /// The address for a program that asks for one.
    pub fn first(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// Where it is reached.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// A client that waits, and the address at which it does.
    pub fn accept(&self) -> Option<(TcpStream, SocketAddr)> {
        self.listeners.borrow().iter().find_map(|listener| {
            let (stream, peer) = listener.accept().ok()?;
            if self.only.is_some_and(|it| it != peer.ip().to_canonical()) {
                return None;
            }
            // A connection that the client has already cut off has no addresses.
            let address = stream.local_addr().ok()?;
            stream.set_nonblocking(true).ok()?;
            // A hint leaves at once.
            stream.set_nodelay(true).ok()?;
            Some((stream, address))
        })
    }

    /// Lets go of those who wait: they belong to an earlier run.
    pub fn forget(&self) {
        while self.accept().is_some() {}
    }

    /// Closes for good, and keeps everybody else from listening there while the places
    /// are held: who connects is refused.
    pub fn close(&self) -> io::Result<Vec<Socket>> {
        let listeners = self.listeners.take();
        let places = listeners.iter().map(TcpListener::local_addr);
        let places: Vec<SocketAddr> = places.collect::<io::Result<_>>()?;
        drop(listeners);
        places.into_iter().map(bind).collect()
    }
}

/// Python's `listen` sets the same: the port of a server that has just ended is free at once.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = bind(address)?;
    socket.listen(16)?;
    Ok(socket.into())
}

fn bind(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.bind(&address.into())?;
    Ok(socket)
}
