//! The least that a server can do: one thread, one epoll, six bytes for each line. What `serve` is
//! measured against by `scripts/bench`: `cargo run --release --example bare_loop PORT`.
//!
//! No game, no journal, no framing, no deadline, no bound: what is left is the kernel's cost of
//! reading a line and of writing an answer.

use std::collections::HashMap;
use std::io;
use std::net::TcpListener;
use std::os::fd::OwnedFd;

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::AsFd;
use rustix::io::{Errno, read, write};
use rustix::net::sockopt::set_tcp_nodelay;
use rustix::net::{SocketFlags, accept_with};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

const LISTENER: u64 = u64::MAX;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).ok_or("which port?")?.parse()?;
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: maximum,
            maximum,
        },
    )?;
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    // The standard library's queue is 128 long: listening again makes it longer.
    rustix::net::listen(&listener, 4096)?;
    listener.set_nonblocking(true)?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    add(&epoll, &listener, LISTENER)?;
    let mut clients: HashMap<u64, OwnedFd> = HashMap::new();
    let mut next = 0;
    let mut events: Vec<Event> = Vec::with_capacity(1024);
    let mut buffer = vec![0; 16 * 1024];
    loop {
        events.clear();
        epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), None)?;
        for event in &events {
            let number = event.data.u64();
            if number == LISTENER {
                while let Ok(client) = accept_with(&listener, SocketFlags::NONBLOCK) {
                    set_tcp_nodelay(&client, true)?;
                    write(&client, b"50?\n")?;
                    add(&epoll, &client, next)?;
                    clients.insert(next, client);
                    next += 1;
                }
            } else if let Some(client) = clients.get(&number)
                && !answer(client, &mut buffer)
            {
                clients.remove(&number);
            }
        }
    }
}

fn add(epoll: &OwnedFd, socket: impl AsFd, number: u64) -> io::Result<()> {
    let flags = EventFlags::IN | EventFlags::ET;
    Ok(epoll::add(
        epoll,
        socket,
        EventData::new_u64(number),
        flags,
    )?)
}

/// One read, and one write for all its lines. False when the client is gone.
fn answer(client: &OwnedFd, buffer: &mut [u8]) -> bool {
    match read(client, &mut *buffer) {
        Ok(0) => false,
        Ok(count) => {
            let lines = memchr::memchr_iter(b'\n', &buffer[..count]).count();
            write(client, &b"Grand\n".repeat(lines)).is_ok()
        }
        Err(error) => error == Errno::AGAIN,
    }
}
