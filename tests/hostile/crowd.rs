//! The bad sockets: each has a kind and a chance of its own, and lives again when it is closed.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use os::socket::come_from;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::LocalSet;
use tokio::time::sleep;

use crate::cores;

/// What a bad socket does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Says nothing.
    Silent,
    /// One byte every ten seconds.
    Dribble,
    /// Requests as fast as they are taken, answers read.
    Flood,
    /// Sends, says that it will send no more, and reads what comes.
    HalfClose,
    /// Breaks the connection in the middle of anything.
    Reset,
    /// Telnet's options and subnegotiations, without end.
    Telnet,
    /// A line without end.
    Endless,
    /// Requests, and no answer is ever read.
    NeverRead,
    /// Joins the known room and goes in one way or another: a thousand a second in all.
    Join,
}

/// Of 5,000 so many of each.
const CROWD: [(Kind, usize); 9] = [
    (Kind::Silent, 1_500),
    (Kind::Dribble, 1_000),
    (Kind::Flood, 300),
    (Kind::HalfClose, 300),
    (Kind::Reset, 300),
    (Kind::Telnet, 300),
    (Kind::Endless, 300),
    (Kind::NeverRead, 500),
    (Kind::Join, 500),
];
/// Of so many sockets how many are of each kind.
pub fn crowd(sockets: usize) -> impl Iterator<Item = (Kind, usize)> {
    let all: usize = CROWD.iter().map(|(_, count)| count).sum();
    CROWD
        .into_iter()
        .map(move |(kind, count)| (kind, count * sockets / all))
}

/// Joins of the known room a second.
const JOINS_PER_SECOND: usize = 1_000;
/// Bytes that the system keeps for each until they are taken. With its own choice, which grows to
/// megabytes, it would go on sending for minutes for who has gone, at the pace at which the server
/// throws bytes away.
const SENDING: u32 = 64 * 1024;
/// Connections that are made at once: less than a listener's queue takes.
const CONNECTING: usize = 256;
/// What floods ask, again and again. The code is a sound one, of nobody.
const REQUESTS: [&str; 6] = [
    "50\n",
    "50\n",
    "abc\n",
    "SCORES\n",
    "AIDE\n",
    "REPRENDRE HALL-A4DQOBYHA4DQOBYH\n",
];

/// A crowd at work in a thread of its own.
pub struct Crowd {
    stop: oneshot::Sender<()>,
    thread: thread::JoinHandle<()>,
    joins: Arc<AtomicU64>,
}

impl Crowd {
    /// So many at that door; `last` for a crowd that computes only while no other wants to. The same
    /// seed makes the same decisions.
    pub fn start(
        target: SocketAddr,
        sockets: usize,
        room: &'static str,
        seed: u64,
        last: bool,
    ) -> Crowd {
        let (stop, stopped) = oneshot::channel();
        let joins = Arc::new(AtomicU64::new(0));
        let counter = joins.clone();
        let thread = thread::spawn(move || {
            if last {
                cores::be_last();
            }
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            let tasks = LocalSet::new();
            let gate = Rc::new(Semaphore::new(CONNECTING));
            let options = options(seed);
            let kinds = crowd(sockets);
            let kinds = kinds.flat_map(|(kind, count)| std::iter::repeat_n(kind, count));
            let mut joiners = crowd(sockets).filter(|(kind, _)| *kind == Kind::Join);
            let joiners = joiners.next().map_or(0, |(_, count)| count);
            for (number, kind) in kinds.enumerate() {
                let bad = Bad {
                    kind,
                    number,
                    target,
                    room,
                    joiners,
                    chance: ChaCha8Rng::seed_from_u64(seed ^ (number as u64) << 32),
                    options: options.clone(),
                    gate: gate.clone(),
                    joins: counter.clone(),
                };
                tasks.spawn_local(bad.live());
            }
            let _ = tasks.block_on(&runtime, stopped);
        });
        Crowd {
            stop,
            thread,
            joins,
        }
    }

    /// Closes all sockets; returns how often the known room was joined.
    pub fn end(self) -> u64 {
        let _ = self.stop.send(());
        self.thread.join().expect("a crowd does not fail");
        self.joins.load(Ordering::Relaxed)
    }
}

struct Bad {
    kind: Kind,
    number: usize,
    target: SocketAddr,
    room: &'static str,
    /// How many of the crowd join the known room.
    joiners: usize,
    chance: ChaCha8Rng,
    /// What telnet's options are made of.
    options: Rc<[u8]>,
    gate: Rc<Semaphore>,
    joins: Arc<AtomicU64>,
}

impl Bad {
    async fn live(mut self) {
        loop {
            let pause = match self.kind {
                Kind::Join => {
                    Duration::from_secs(1) * self.joiners as u32 / JOINS_PER_SECOND as u32
                }
                Kind::HalfClose | Kind::Reset => self.milliseconds(300),
                _ => self.milliseconds(2_000),
            };
            let next = sleep(pause);
            // Whatever becomes of it, it comes again.
            let _ = self.once().await;
            next.await;
        }
    }

    fn below(&mut self, n: u64) -> u64 {
        self.chance.next_u64() % n
    }

    fn milliseconds(&mut self, most: u64) -> Duration {
        Duration::from_millis(self.below(most))
    }

    async fn once(&mut self) -> io::Result<()> {
        let mut stream = self.connect().await?;
        match self.kind {
            Kind::Silent => read_all(&mut stream).await,
            Kind::Dribble => self.dribble(&mut stream).await,
            Kind::Flood => {
                let request = REQUESTS[self.below(REQUESTS.len() as u64) as usize];
                pour(&mut stream, request.repeat(8192 / request.len()).as_bytes()).await
            }
            Kind::HalfClose => {
                stream
                    .write_all(&b"50\n51\nSCORES\n52"[..2 + self.below(13) as usize])
                    .await?;
                stream.shutdown().await?;
                read_all(&mut stream).await
            }
            Kind::Reset => self.reset(stream).await,
            Kind::Telnet => {
                let options = self.options.clone();
                let first = self.below(options.len() as u64) as usize;
                pour(&mut stream, &options[first..]).await
            }
            Kind::Endless => pour(&mut stream, &[b'7'; 8192]).await,
            Kind::NeverRead => {
                let request = REQUESTS[self.below(REQUESTS.len() as u64) as usize].repeat(200);
                loop {
                    stream.write_all(request.as_bytes()).await?;
                    tokio::task::yield_now().await;
                }
            }
            Kind::Join => self.join(stream).await,
        }
    }

    /// From one of many addresses: a port may be used again only a minute after it was closed.
    async fn connect(&mut self) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        let host = 2 + (self.number as u64 % 50 + 50 * self.below(4)) as u8;
        come_from((&socket).into(), Ipv4Addr::new(127, 0, 1, host))?;
        socket.set_send_buffer_size(SENDING)?;
        if self.kind == Kind::NeverRead {
            socket.set_recv_buffer_size(4096)?;
        }
        let gate = self.gate.clone();
        // Never closed, so always granted.
        let _place = gate.acquire().await;
        socket.connect(self.target).await
    }

    async fn dribble(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        let first = self.milliseconds(10_000);
        sleep(first).await;
        for byte in b"SALLE 4821 50 \xff\xfa NOM".iter().cycle() {
            stream.write_all(&[*byte]).await?;
            sleep(Duration::from_secs(10)).await;
        }
        Ok(())
    }

    async fn reset(&mut self, mut stream: TcpStream) -> io::Result<()> {
        let begun = [&b""[..], b"5", b"50\n", b"SALLE 4821\n50\n", b"\xff\xfa"];
        stream.write_all(begun[self.below(5) as usize]).await?;
        let wait = self.milliseconds(300);
        sleep(wait).await;
        stream.set_zero_linger()
    }

    async fn join(&mut self, mut stream: TcpStream) -> io::Result<()> {
        let mut lines = BufReader::new(&mut stream);
        let mut answer = String::new();
        lines.read_line(&mut answer).await?;
        let enter = format!("SALLE {}\n", self.room);
        lines.write_all(enter.as_bytes()).await?;
        answer.clear();
        lines.read_line(&mut answer).await?;
        if answer.starts_with("Salle") {
            self.joins.fetch_add(1, Ordering::Relaxed);
        }
        // Not all of them guess, or no round would last long enough for an honest player's.
        if self.below(20) == 0 {
            let guess = format!("{}\n", 1 + self.below(100));
            stream.write_all(guess.as_bytes()).await?;
        }
        match self.below(3) {
            0 => stream.set_zero_linger(),
            1 => Ok(()),
            _ => {
                stream.write_all(b"FIN\n").await?;
                read_all(&mut stream).await
            }
        }
    }
}

/// Some bytes of negotiation, ends of subnegotiations seldom among them.
fn options(seed: u64) -> Rc<[u8]> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut options = Vec::new();
    while options.len() < 16 * 1024 {
        let [verb, option, ..] = chance.next_u64().to_be_bytes();
        match verb % 6 {
            0 => options.extend_from_slice(&[255, 250, option]),
            1 => options.extend_from_slice(&[255, 240]),
            verb => options.extend_from_slice(&[255, 249 + verb, option]),
        }
    }
    options.into()
}

async fn read_all(stream: &mut TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}

/// Sends the same again and again, as fast as it is taken, and reads what comes.
async fn pour(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    let (mut read, mut write) = stream.split();
    let sending = async {
        loop {
            write.write_all(bytes).await?;
            // The others of the crowd have their turn.
            tokio::task::yield_now().await;
        }
    };
    let reading = async {
        let mut buffer = [0; 16 * 1024];
        while read.read(&mut buffer).await? > 0 {}
        Ok(())
    };
    tokio::select! {
        end = sending => end,
        end = reading => end,
    }
}
