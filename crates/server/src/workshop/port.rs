//! Real TCP: the ports by which real programs reach a page's server, and the way from a page to the
//! game, to a practice port, or to a real program on a player's own machine. The game and practice ports
//! are not dialled: they count the connection as one from the page's own address, as shares and bars do.
//! Of other machines only those are dialled from which a pupil has published, at the port that was given,
//! and where the teacher allows it, those of players who are present: see [`Workshop::is_player`].

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::Workshop;
use super::call::errno;
use super::relay::{Far, Input, ListenerId, Published, Taken, TcpId, class_number};
use super::tournament::own;
use crate::addresses::interfaces;
use crate::permits::{ConnectionPermit, Kind};
use crate::stream::Stream;
use crate::worker::inbox::{Arrival, Entrance};
use game::limits::{
    ACCEPT_BACKOFF, ADMISSION_WAIT, PRACTICE_IDLE, WORKSHOP_DIAL, WORKSHOP_WINDOW, WRITE_DEADLINE,
};
use game::shares::{Source, Standing};
use game::wire::answer::{Read, read};

/// Opens a port for a page's listener, the same if it is free, and passes on who connects. Ends with
/// its task.
pub async fn serve(workshop: Arc<Workshop>, id: ListenerId, port: u16, from: Source) {
    let permit = workshop.permits().admit(Kind::Port, from, None);
    let Ok(permit) = timeout(ADMISSION_WAIT, permit).await else {
        return workshop.act(Input::Opened(id, None));
    };
    let ip = workshop.place.listen;
    let listener = match TcpListener::bind(SocketAddr::new(ip, port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(SocketAddr::new(ip, 0)).await,
    };
    let bound = listener.and_then(|it| Ok((it.local_addr()?.port(), it)));
    let Ok((port, listener)) = bound else {
        return workshop.act(Input::Opened(id, None));
    };
    workshop.act(Input::Opened(id, Some(port)));
    permit.set(Standing::Seated);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let from = Source::from(peer.ip());
                let permit = workshop.permits().admit(Kind::Talk, from, None).await;
                let place = permit.place();
                let workshop = workshop.clone();
                let permits = workshop.permits().clone();
                // A program that closes its listener keeps its conversations.
                let task = tokio::spawn(async move {
                    permit.set(Standing::Played);
                    let (tcp, wake) = workshop.connection();
                    let peer = SocketAddrV4::new(v4(peer.ip()), peer.port());
                    workshop.act(Input::Came(id, tcp, peer));
                    converse(&workshop, tcp, &wake, stream, None).await;
                    workshop.over(tcp);
                });
                permits.owned_by(place, task.abort_handle());
            }
            Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
        }
    }
}

/// Passes on who connects to a port that leads to a listener which is examined. Ends with its task, and
/// conversations with their own.
pub async fn admit(workshop: Arc<Workshop>, id: ListenerId, listener: std::net::TcpListener) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let workshop = workshop.clone();
                tokio::spawn(async move {
                    let (tcp, wake) = workshop.connection();
                    let peer = SocketAddrV4::new(v4(peer.ip()), peer.port());
                    workshop.act(Input::Came(id, tcp, peer));
                    converse(&workshop, tcp, &wake, stream, None).await;
                    workshop.over(tcp);
                });
            }
            Err(_) => tokio::time::sleep(ACCEPT_BACKOFF).await,
        }
    }
}

/// A real program's address, as Python's AF_INET has it.
fn v4(ip: IpAddr) -> Ipv4Addr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip,
        // It came by IPv6: no address of this family tells where from.
        IpAddr::V6(_) => Ipv4Addr::new(192, 0, 0, 8),
    }
}

/// Connects to the game, to a published program or to the examiner of a client, for a page at this source,
/// and passes bytes on.
pub async fn dial(workshop: Arc<Workshop>, tcp: TcpId, far: Far, wake: Arc<Notify>, from: Source) {
    match far {
        Far::Game => match timeout(WRITE_DEADLINE, enter(&workshop, from)).await {
            Ok(Ok(stream)) => carry(&workshop, tcp, &wake, stream).await,
            _ => workshop.act(refused(tcp)),
        },
        Far::Here(port) => match pair().await {
            Ok((ours, theirs)) => match workshop.practices(tcp, port, theirs) {
                Ok(()) => carry(&workshop, tcp, &wake, ours).await,
                Err(number) => workshop.act(Input::Dialled(tcp, Err(number))),
            },
            Err(_) => workshop.act(refused(tcp)),
        },
        Far::Player(at) => match timeout(WORKSHOP_DIAL, meet(&workshop, at, from)).await {
            Ok(Ok((stream, permit))) => {
                converse_with(&workshop, tcp, wake, stream, permit, None).await;
            }
            Ok(Err(number)) => workshop.act(Input::Dialled(tcp, Err(number))),
            Err(_) => workshop.act(Input::Dialled(tcp, Err(errno::ETIMEDOUT))),
        },
        Far::Own => match pair().await {
            Ok((ours, theirs)) => {
                tokio::spawn(own::serve(theirs, workshop.place.lang));
                carry(&workshop, tcp, &wake, ours).await;
            }
            Err(_) => workshop.act(refused(tcp)),
        },
        Far::Examiner(program) => {
            let dialled = async {
                let examiner = workshop.examiner_of(program);
                TcpStream::connect(examiner.ok_or(io::ErrorKind::NotConnected)?).await
            };
            match timeout(WRITE_DEADLINE, dialled).await {
                Ok(Ok(stream)) => carry(&workshop, tcp, &wake, stream).await,
                _ => workshop.act(refused(tcp)),
            }
        }
        Far::Outside(address, at) => {
            let witness = Witness::of(&workshop, class_number(address), at.ip());
            match timeout(WORKSHOP_DIAL, TcpStream::connect(at)).await {
                Ok(Ok(stream)) => {
                    let permit = workshop.permits().admit(Kind::Talk, from, None).await;
                    converse_with(&workshop, tcp, wake, stream, permit, witness).await;
                }
                Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    // Nobody listens there any more.
                    workshop.take_out(class_number(address));
                    workshop.act(refused(tcp));
                }
                _ => workshop.act(refused(tcp)),
            }
        }
    }
    workshop.over(tcp);
}

/// That nobody listens there.
fn refused(tcp: TcpId) -> Input<'static> {
    Input::Dialled(tcp, Err(errno::ECONNREFUSED))
}

/// Passes bytes on until both sides have ended, or the permit's place yields.
async fn converse_with(
    workshop: &Arc<Workshop>,
    tcp: TcpId,
    wake: Arc<Notify>,
    stream: TcpStream,
    permit: ConnectionPermit,
    witness: Option<Witness>,
) {
    let (place, workshop) = (permit.place(), workshop.clone());
    let permits = workshop.permits().clone();
    let task = tokio::spawn(async move {
        permit.set(Standing::Played);
        workshop.act(Input::Dialled(tcp, Ok(())));
        converse(&workshop, tcp, &wake, stream, witness).await;
    });
    permits.owned_by(place, task.abort_handle());
    // It is cancelled when its place yields.
    let _ = task.await;
}

/// Connects to a real program on the machine of a player who is present, and never to this server: see
/// also [`Relay::route`](super::relay::Relay).
///
/// # Errors
///
/// The number of the error for the program.
async fn meet(
    workshop: &Workshop,
    at: SocketAddrV4,
    from: Source,
) -> Result<(TcpStream, ConnectionPermit), u16> {
    let address = IpAddr::V4(*at.ip());
    let is_here = interfaces().iter().any(|it| it.address == address);
    if is_here || !workshop.is_player(address) {
        return Err(errno::ENETUNREACH);
    }
    let permit = workshop.permits().admit(Kind::Talk, from, None).await;
    let connected = TcpStream::connect(at).await;
    let stream = connected.map_err(|error| match error.kind() {
        io::ErrorKind::ConnectionRefused => errno::ECONNREFUSED,
        io::ErrorKind::TimedOut => errno::ETIMEDOUT,
        _ => errno::EHOSTUNREACH,
    })?;
    Ok((stream, permit))
}

/// A connection of this program to the server at an address of the class.
pub async fn reach(workshop: &Arc<Workshop>, address: Ipv4Addr) -> Option<TcpStream> {
    let published = workshop.inner().relay.published(address);
    match published? {
        Published::Listener(id) => {
            let (ours, theirs) = pair().await.ok()?;
            let peer = match ours.local_addr().ok()? {
                SocketAddr::V4(peer) => peer,
                SocketAddr::V6(_) => return None,
            };
            let (tcp, wake) = workshop.connection();
            let workshop = workshop.clone();
            tokio::spawn(async move {
                workshop.act(Input::Came(id, tcp, peer));
                converse(&workshop, tcp, &wake, theirs, None).await;
                workshop.over(tcp);
            });
            Some(ours)
        }
        Published::Outside(at) => timeout(WORKSHOP_DIAL, TcpStream::connect(at))
            .await
            .ok()?
            .ok(),
        Published::Own => None,
    }
}

async fn carry(workshop: &Arc<Workshop>, tcp: TcpId, wake: &Notify, stream: TcpStream) {
    workshop.act(Input::Dialled(tcp, Ok(())));
    converse(workshop, tcp, wake, stream, None).await;
}

/// A conversation with a published program on a pupil's own machine, of which it is seen whether it forwards to
/// the game: the game's greeting comes, just when that machine has connected to the game once more.
struct Witness {
    /// The number of the published server.
    number: u16,
    machine: Source,
    /// Connections to the game that the machine had before.
    games: usize,
}

impl Witness {
    /// `None` where the machine is not told from its neighbours: the addresses of an IPv6 network count as one.
    fn of(workshop: &Workshop, number: u16, machine: IpAddr) -> Option<Witness> {
        let machine = machine.to_canonical();
        let source = Source::from(machine);
        machine.is_ipv4().then(|| Witness {
            number,
            machine: source,
            games: workshop.permits().games_of(source),
        })
    }

    /// The program's first message has come.
    fn hears(self, workshop: &Workshop, message: &[u8]) {
        let is_greeting = matches!(read(message.trim_ascii()), Read::Greeting(_));
        let has_come = workshop.permits().games_of(self.machine) > self.games;
        let mut inner = workshop.inner();
        (inner.directory).greeted(self.number, is_greeting && has_come);
    }
}

/// A connection to the game, as its text port accepts one.
async fn enter(workshop: &Workshop, from: Source) -> io::Result<TcpStream> {
    let (ours, theirs) = pair().await?;
    let permit = workshop.permits().admit(Kind::Game, from, None).await;
    let arrival = Arrival {
        stream: Stream::tcp(theirs.into_std()?),
        permit,
        entrance: Entrance::Text {
            greeted: true,
            from,
        },
        early: Vec::new(),
    };
    workshop.dispatcher.host(arrival).await;
    Ok(ours)
}

/// Both ends of a connection within this machine.
async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let ours = TcpStream::connect(listener.local_addr()?).await?;
    let own = ours.local_addr()?;
    loop {
        let (theirs, peer) = listener.accept().await?;
        // Another program of this machine may have been quicker.
        if peer == own {
            return Ok((ours, theirs));
        }
    }
}

impl Workshop {
    /// Lets a program into the practice port of this number.
    ///
    /// # Errors
    ///
    /// The number of the error for the program, if there is no such port or it may not talk to its pupil.
    fn practices(&self, tcp: TcpId, port: u16, stream: TcpStream) -> Result<(), u16> {
        let owner = self.practices.owner(port).ok_or(errno::ECONNREFUSED)?;
        let (browser, near) = {
            let mut inner = self.inner();
            if !inner.relay.practises(tcp, owner) {
                return Err(errno::EPERM);
            }
            let page = inner.relay.page_that_dials(tcp);
            let browser = page.and_then(|page| inner.relay.browser(page));
            let near = inner.relay.near_side(tcp);
            browser.zip(near).ok_or(errno::ECONNREFUSED)?
        };
        let entered = self.practices.enter(port, stream, browser, near.port());
        entered.then_some(()).ok_or(errno::ECONNREFUSED)
    }

    /// The number of a new real connection, and what wakes its task.
    fn connection(&self) -> (TcpId, Arc<Notify>) {
        let mut inner = self.inner();
        let tcp = inner.relay.connection();
        let wake = Arc::new(Notify::new());
        inner.tcp.insert(tcp, wake.clone());
        (tcp, wake)
    }

    fn over(self: &Arc<Self>, tcp: TcpId) {
        self.act(Input::Broke(tcp));
        self.inner().tcp.remove(&tcp);
    }

    fn taken(self: &Arc<Self>, tcp: TcpId) -> Taken {
        let mut inner = self.inner();
        let taken = inner.relay.take(tcp);
        self.follow(&mut inner);
        taken
    }

    fn put(self: &Arc<Self>, tcp: TcpId, bytes: &[u8]) -> Option<usize> {
        let mut inner = self.inner();
        let put = inner.relay.put(tcp, bytes);
        self.follow(&mut inner);
        put
    }
}

/// Passes bytes on in both directions, until both have ended or one is broken off.
async fn converse(
    workshop: &Arc<Workshop>,
    tcp: TcpId,
    wake: &Notify,
    mut stream: TcpStream,
    mut witness: Option<Witness>,
) {
    // Each send of a program goes at once, as it does from Python.
    let _ = stream.set_nodelay(true);
    let (mut reader, mut writer) = stream.split();
    let mut buffer = vec![0; WORKSHOP_WINDOW];
    // Bytes of the buffer that the relay has not taken yet.
    let mut unread = 0..0;
    let (mut reads, mut writes) = (true, true);
    while reads || writes {
        if writes {
            match workshop.taken(tcp) {
                Taken::Bytes(bytes) => {
                    let written = timeout(WRITE_DEADLINE, writer.write_all(&bytes)).await;
                    if !matches!(written, Ok(Ok(()))) {
                        return;
                    }
                    continue;
                }
                Taken::End => {
                    writes = false;
                    // It may have gone; reading tells.
                    let _ = writer.shutdown().await;
                    continue;
                }
                Taken::Broken => return,
                Taken::Nothing => {}
            }
        }
        if !unread.is_empty() {
            match workshop.put(tcp, &buffer[unread.clone()]) {
                Some(count) => unread.start += count,
                None => return,
            }
        }
        let can_read = reads && unread.is_empty();
        tokio::select! {
            () = wake.notified() => {}
            read = reader.read(&mut buffer), if can_read => match read {
                Ok(0) => {
                    reads = false;
                    workshop.act(Input::Finished(tcp));
                }
                Ok(count) => {
                    unread = 0..count;
                    if let Some(witness) = witness.take() {
                        witness.hears(workshop, &buffer[unread.clone()]);
                    }
                }
                Err(_) => return,
            },
            () = tokio::time::sleep(PRACTICE_IDLE) => return,
        }
    }
}
