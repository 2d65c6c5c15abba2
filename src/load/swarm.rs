//! One process's connections: connect all, wait, then guess for a while.
//!
//! One thread, one task a connection, one buffer for all: the generator must cost less than what
//! it measures. Guesses are random numbers; what the answers say does not matter, only that each
//! guess has one.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::LocalSet;

use super::{Plan, Report, Stage};

/// Connections that are being made at once: what a listener's queue takes.
const AT_ONCE: usize = 512;
/// Connections from one source address. From 14,000 on, finding a free port is a hundred times
/// slower.
const PER_SOURCE: usize = 5_000;
/// How long a connection and its greeting may take, and how long the last answers are waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the plan; `tell` is called as it goes, and may wait at [`Stage::Ready`].
pub fn run(plan: Plan, mut tell: impl FnMut(Stage)) -> io::Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let tasks = LocalSet::new();
    let report = Rc::new(RefCell::new(Report::default()));
    let started = Instant::now();
    tasks.block_on(&runtime, async {
        let gate = Rc::new(Semaphore::new(AT_ONCE));
        let (go, wait) = watch::channel(None);
        let (done, mut finished) = tokio::sync::mpsc::unbounded_channel();
        for number in 0..plan.connections {
            let (gate, wait, done) = (gate.clone(), wait.clone(), done.clone());
            let report = report.clone();
            tokio::task::spawn_local(async move {
                let opened = {
                    // Never closed, so always granted.
                    let _place = gate.acquire().await;
                    tokio::time::timeout(PATIENCE, open(&plan, plan.first + number)).await
                };
                let opened = opened.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
                let _ = done.send(opened.is_ok());
                let Ok(stream) = opened else {
                    return;
                };
                if play(&plan, stream, wait, &report).await.is_err() {
                    report.borrow_mut().errors += 1;
                }
                let _ = done.send(true);
            });
        }
        let mut connected = 0;
        for _ in 0..plan.connections {
            if finished.recv().await == Some(true) {
                connected += 1;
                tell(Stage::Connected(connected));
            }
        }
        {
            let mut report = report.borrow_mut();
            report.connected = connected;
            report.errors += (plan.connections - connected) as u64;
            report.connecting = started.elapsed();
        }
        tell(Stage::Ready);
        let begin = Instant::now();
        let _ = go.send(Some(begin + plan.time));
        for _ in 0..connected {
            finished.recv().await;
        }
        if !plan.idle {
            report.borrow_mut().playing = begin.elapsed().min(plan.time);
        }
    });
    drop(tasks);
    let report = Rc::into_inner(report).map(RefCell::into_inner);
    Ok(report.expect("all tasks have ended with the set"))
}

/// Where the connection of that number comes from, if that can be chosen.
fn source(target: SocketAddr, number: usize) -> Option<Ipv4Addr> {
    let IpAddr::V4(ip) = target.ip() else {
        return None;
    };
    let host = u32::try_from(number / PER_SOURCE).ok()?;
    ip.is_loopback()
        .then(|| Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + host))
}

async fn open(plan: &Plan, number: usize) -> io::Result<TcpStream> {
    let socket = match plan.target {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    if let Some(source) = source(plan.target, number) {
        socket.bind((source, 0).into())?;
    }
    socket.set_nodelay(true)?;
    // It ends by a reset: else each connection would hold its port for a minute after its end, and
    // the next run would find none.
    socket.set_zero_linger()?;
    let stream = socket.connect(plan.target).await?;
    if plan.redis {
        return Ok(stream);
    }
    let mut greeting = [0; 1024];
    let mut length = 0;
    while !greeting[..length].contains(&b'\n') {
        stream.readable().await?;
        match stream.try_read(&mut greeting[length..]) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(stream)
}

/// Guesses until the time is over, then waits for the last answers.
async fn play(
    plan: &Plan,
    stream: TcpStream,
    mut wait: watch::Receiver<Option<Instant>>,
    report: &RefCell<Report>,
) -> io::Result<()> {
    let Ok(end) = wait.wait_for(Option::is_some).await.map(|end| *end) else {
        return Ok(());
    };
    let end = end.expect("waited for");
    let play = async {
        match plan.idle {
            true => sit(plan, &stream, end, report).await,
            false => guess(plan, &stream, end, report).await,
        }
    };
    let played = tokio::time::timeout_at((end + PATIENCE).into(), play).await;
    played.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Guesses once, so that the server has a seat to keep, and says nothing more.
async fn sit(
    plan: &Plan,
    stream: &TcpStream,
    end: Instant,
    report: &RefCell<Report>,
) -> io::Result<()> {
    let asked = Instant::now();
    send(stream, NUMBERS[0]).await?;
    answers(stream, &mut VecDeque::from([asked]), report).await?;
    let since = (end - plan.time).elapsed();
    report.borrow_mut().played(since);
    tokio::time::sleep_until(end.into()).await;
    // The server has said nothing; or it has closed, which is an error.
    match stream.try_read(&mut [0]) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

async fn guess(
    plan: &Plan,
    stream: &TcpStream,
    end: Instant,
    report: &RefCell<Report>,
) -> io::Result<()> {
    let mut chance = stream
        .local_addr()
        .map_or(1, |address| u32::from(address.port()));
    let mut asked: VecDeque<Instant> = VecDeque::with_capacity(plan.pipeline);
    let mut free = plan.pipeline;
    loop {
        let now = Instant::now();
        if now < end && free > 0 {
            let mut lines = Vec::with_capacity(4 * free);
            for _ in 0..free {
                chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let number = NUMBERS[(chance >> 16) as usize % NUMBERS.len()];
                lines.extend_from_slice(if plan.redis { b"PING\n" } else { number });
                asked.push_back(now);
            }
            send(stream, &lines).await?;
        } else if asked.is_empty() {
            return Ok(());
        }
        free = answers(stream, &mut asked, report).await?;
    }
}

/// A few guesses, ready to send.
const NUMBERS: [&[u8]; 8] = [
    b"50\n", b"25\n", b"75\n", b"12\n", b"37\n", b"62\n", b"87\n", b"99\n",
];

async fn send(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads what there is; each newline ends one answer.
async fn answers(
    stream: &TcpStream,
    asked: &mut VecDeque<Instant>,
    report: &RefCell<Report>,
) -> io::Result<usize> {
    loop {
        stream.readable().await?;
        let mut buffer = [0; 4096];
        match stream.try_read(&mut buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                let now = Instant::now();
                let lines = memchr::memchr_iter(b'\n', &buffer[..count]).count();
                let mut report = report.borrow_mut();
                for _ in 0..lines {
                    let begin = asked.pop_front().ok_or(io::ErrorKind::InvalidData)?;
                    report.answered(now - begin);
                }
                if lines > 0 {
                    return Ok(lines);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}
