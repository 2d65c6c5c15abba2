//! A player's connection: opening it, sending guesses, and counting answers.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Instant;

use data_encoding::BASE64;
use os::socket::come_from;
use tokio::net::{TcpSocket, TcpStream};
use tungstenite::handshake::derive_accept_key;

use super::Plan;
use super::transport::Transport;

/// Connections from one source address. The kernel takes a hundred times longer to find a free port
/// from about 14,000 on.
const PER_SOURCE: usize = 5_000;
/// Bytes of a handshake's response at most.
const HEAD_BYTES: usize = 4096;

/// A player's connection, greeted and in its room.
pub(crate) struct Connection {
    stream: TcpStream,
    transport: Transport,
    /// The beginning of an unfinished answer.
    unread: Vec<u8>,
    /// State of a linear congruential generator, for guesses and masks.
    random: u32,
}

impl Connection {
    /// Connects the player with this index, and enters the plan's room.
    ///
    /// # Errors
    /// The connection failed, or the server refused the room.
    pub(crate) async fn open(plan: &Plan, number: usize) -> io::Result<Connection> {
        let stream = connect(plan.target, number).await?;
        let random = stream
            .local_addr()
            .map_or(1, |address| u32::from(address.port()));
        let mut connection = Connection {
            stream,
            transport: plan.transport,
            unread: Vec::new(),
            random,
        };
        if let Some(path) = plan.transport.path() {
            connection.shake_hands(path, plan.target, number).await?;
        }
        if plan.transport.is_greeted() {
            connection.heard().await?;
        }
        if let Some(room) = plan.room {
            let mut request = Vec::new();
            let mask = connection.draw().to_be_bytes();
            plan.transport.enter(room.as_str(), mask, &mut request);
            connection.send(&request).await?;
            connection.entered().await?;
        }
        Ok(connection)
    }

    /// Asks the page's port for a WebSocket (RFC 6455, section 4.1).
    async fn shake_hands(
        &mut self,
        path: &str,
        target: SocketAddr,
        number: usize,
    ) -> io::Result<()> {
        let key = BASE64.encode(&(number as u128).to_be_bytes());
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {target}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
        );
        self.send(request.as_bytes()).await?;
        let mut head = Vec::new();
        let end = loop {
            if let Some(end) = memchr::memmem::find(&head, b"\r\n\r\n") {
                break end + 4;
            }
            // A refusal, or the greeting of the text protocol, would never end with an empty line.
            let begin = b"HTTP/1.1 101".iter();
            if head.len() > HEAD_BYTES || begin.zip(&head).any(|(wanted, it)| wanted != it) {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.read(&mut head).await?;
        };
        let accepted = derive_accept_key(key.as_bytes());
        memchr::memmem::find(&head[..end], accepted.as_bytes())
            .ok_or(io::ErrorKind::InvalidData)?;
        self.unread = head.split_off(end);
        Ok(())
    }

    /// Waits for the answer to the request to enter a room; an error if it is a refusal.
    async fn entered(&mut self) -> io::Result<()> {
        let mut answer = std::mem::take(&mut self.unread);
        let taken = loop {
            match self.transport.answers(&answer)? {
                (0, _) => self.read(&mut answer).await?,
                (_, taken) => break taken,
            }
        };
        self.unread = answer.split_off(taken);
        if self.transport.is_refusal(&answer) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(())
    }

    /// Sends `times` guesses at once.
    pub(crate) async fn guess(&mut self, times: usize) -> io::Result<()> {
        let mut guesses = Vec::with_capacity(4 * times);
        for _ in 0..times {
            let random = self.draw();
            let number = NUMBERS[(random >> 16) as usize % NUMBERS.len()];
            self.transport
                .guess(number, random.to_be_bytes(), &mut guesses);
        }
        self.send(&guesses).await
    }

    /// The next pseudo-random number.
    pub(crate) fn draw(&mut self) -> u32 {
        self.random = self
            .random
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        self.random
    }

    /// Waits for answers. Returns how many arrived at once.
    pub(crate) async fn heard(&mut self) -> io::Result<usize> {
        loop {
            let mut unread = std::mem::take(&mut self.unread);
            let (answers, taken) = self.transport.answers(&unread)?;
            unread.drain(..taken);
            self.unread = unread;
            if answers > 0 {
                return Ok(answers);
            }
            self.stream.readable().await?;
            let mut buffer = [0; 4096];
            match self.stream.try_read(&mut buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) if self.unread.is_empty() => {
                    let read = &buffer[..count];
                    let (answers, taken) = self.transport.answers(read)?;
                    self.unread.extend_from_slice(&read[taken..]);
                    if answers > 0 {
                        return Ok(answers);
                    }
                }
                Ok(count) => self.unread.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Like [`Connection::heard`], but returns 0 if nothing arrives before `end`.
    pub(crate) async fn heard_until(&mut self, end: Instant) -> io::Result<usize> {
        // Cancelling loses nothing: what was read is in `unread` before the next await.
        match tokio::time::timeout_at(end.into(), self.heard()).await {
            Ok(heard) => heard,
            Err(_) => Ok(0),
        }
    }

    async fn read(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        loop {
            self.stream.readable().await?;
            let mut buffer = [0; 1024];
            match self.stream.try_read(&mut buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    into.extend_from_slice(&buffer[..count]);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.stream.try_write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.stream.writable().await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The guesses among which players draw.
const NUMBERS: [&str; 8] = ["50", "25", "75", "12", "37", "62", "87", "99"];

async fn connect(target: SocketAddr, number: usize) -> io::Result<TcpStream> {
    let socket = match target {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    if let Some(source) = source(target, number) {
        come_from((&socket).into(), source)?;
    }
    socket.set_nodelay(true)?;
    // Ends with a reset, since a port in TIME_WAIT for a minute after each connection would leave none
    // for the next run.
    socket.set_zero_linger()?;
    socket.connect(target).await
}

/// The source address of the connection with this index; `None` lets the system choose.
fn source(target: SocketAddr, number: usize) -> Option<Ipv4Addr> {
    let IpAddr::V4(ip) = target.ip() else {
        return None;
    };
    let host = u32::try_from(number / PER_SOURCE).ok()?;
    ip.is_loopback()
        .then(|| Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_come_from_many_addresses() {
        let target = ([127, 0, 0, 1], 50_000).into();
        let from = |number| source(target, number).map(|ip| ip.to_string());
        assert_eq!(from(0).as_deref(), Some("127.0.0.1"));
        assert_eq!(from(4_999).as_deref(), Some("127.0.0.1"));
        assert_eq!(from(14_000).as_deref(), Some("127.0.0.3"));
        assert_eq!(from(1_000_000).as_deref(), Some("127.0.0.201"));
        assert_eq!(source(([192, 0, 2, 1], 50_000).into(), 14_000), None);
    }
}
