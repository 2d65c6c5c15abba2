//! A connection to a server: sends a line, and receives a line. The game's meaning is elsewhere.

use std::io::{self, BufRead, BufReader, ErrorKind, Read as _, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};

use game::limits::MESSAGE_BYTES;
use game::visible::visible_bytes;
use game::wire::answer::{Read, read};
use os::endpoint::Target;
use os::liveness::limit_unacknowledged;

/// Time-out for connecting to one address.
const CONNECT: Duration = Duration::from_secs(5);
/// Time-out for an answer that waits for no other player.
pub const PROMPT: Duration = Duration::from_secs(10);
/// Silence after which the kernel probes whether the other machine is still there.
const KEEPALIVE: Duration = Duration::from_secs(15);
/// Time after which unacknowledged bytes break the connection.
const ACKNOWLEDGED: Duration = Duration::from_secs(20);

/// Interval between two looks at an unfinished line.
const PEEK: Duration = Duration::from_millis(5);

/// The longest pause between two attempts to reconnect.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// Sum of all pauses of a broken request. A machine restarts in this time.
const PATIENCE: Duration = Duration::from_secs(120);

/// An answer: a line, and its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The line, safe to show on a terminal.
    pub line: String,
    /// Its meaning.
    pub read: Read,
}

/// A connection to a server.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects to the server.
    pub fn connect(server: &Target) -> io::Result<Connection> {
        Ok(Connection::over(dial(server)?))
    }

    /// A connection over an open stream.
    pub fn over(stream: TcpStream) -> Connection {
        let stream = BufReader::with_capacity(2 * MESSAGE_BYTES, stream);
        Connection { stream }
    }

    /// Sends a line and reads its answer, within a time if one is given.
    ///
    /// # Errors
    /// The connection is broken, or the time is over.
    pub fn exchange(&mut self, line: &[u8], within: Option<Duration>) -> io::Result<Answer> {
        let message = [line, b"\n"].concat();
        let sent = self.stream.get_mut().write_all(&message);
        // Even if sending failed, a server that closed may have sent its farewell before.
        self.answer(within)
            .map_err(|error| sent.err().unwrap_or(error))
    }

    /// Reads a line, within a time if one is given.
    ///
    /// # Errors
    /// The connection is broken, the time is over, or the line is unfinished.
    pub fn answer(&mut self, within: Option<Duration>) -> io::Result<Answer> {
        self.stream.get_ref().set_read_timeout(within)?;
        // An answer has at most `MESSAGE_BYTES`, and then its newline.
        let most = MESSAGE_BYTES as u64 + 2;
        let mut line = Vec::new();
        (&mut self.stream).take(most).read_until(b'\n', &mut line)?;
        let read = read(&line);
        // An unfinished line is no answer: `Trop` may have been either. Only `FIN` has no newline.
        if !line.ends_with(b"\n") && read != Read::Fin {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_ascii_end();
        Ok(Answer {
            line: visible_bytes(line),
            read,
        })
    }
}

/// Peeks at the first bytes that the server sends, up to the end of the first line. Returns no bytes
/// if the server is silent until the time-out. The bytes stay in the stream.
///
/// # Errors
/// The connection is broken.
pub fn first_words(stream: &TcpStream, within: Duration) -> io::Result<Vec<u8>> {
    let end = Instant::now() + within;
    let mut words = vec![0; 2 * MESSAGE_BYTES];
    let mut known = 0;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        stream.set_read_timeout(Some(left))?;
        match stream.peek(&mut words) {
            Ok(count) if count == known || words[..count].contains(&b'\n') => {
                let over = words[..count].contains(&b'\n') || count == 0 || count == words.len();
                known = count;
                if over {
                    break;
                }
                // `peek` returns at once while there are bytes: wait for more.
                std::thread::sleep(PEEK.min(left));
            }
            Ok(count) => known = count,
            Err(error) if is_timeout(&error) => break,
            Err(error) => return Err(error),
        }
    }
    words.truncate(known);
    Ok(words)
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Connects to the first of the server's addresses that answers.
///
/// # Errors
/// The name has no address, or none of them answers.
pub fn dial(server: &Target) -> io::Result<TcpStream> {
    let mut failed = ErrorKind::NotFound.into();
    for address in server.resolve()? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => {
                set_options(&stream)?;
                return Ok(stream);
            }
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// Sends segments at once (no Nagle), and detects a machine that vanishes without closing.
///
/// # Errors
/// The system refuses an option.
pub fn set_options(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(
        &TcpKeepalive::new()
            .with_time(KEEPALIVE)
            .with_interval(KEEPALIVE / 3),
    )?;
    limit_unacknowledged(stream, ACKNOWLEDGED)
}

/// The pauses before each attempt to reconnect: none, then doubling up to [`LONGEST_PAUSE`], and
/// [`PATIENCE`] in all.
pub fn pauses() -> impl Iterator<Item = Duration> {
    let first = Duration::from_millis(250);
    let longer = |pause: &Duration| Some((*pause * 2).min(LONGEST_PAUSE));
    let mut left = PATIENCE;
    std::iter::once(Duration::ZERO)
        .chain(std::iter::successors(Some(first), longer))
        .map_while(move |pause| {
            left = left.checked_sub(pause)?;
            Some(pause)
        })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn said(bytes: &'static [u8]) -> io::Result<Answer> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            stream.write_all(bytes).expect("sent");
        });
        let host = "127.0.0.1".to_owned();
        let mut connection = Connection::connect(&Target::new(host, port)).expect("connected");
        let answer = connection.answer(Some(PROMPT));
        server.join().expect("the server has said it all");
        answer
    }

    #[test]
    fn an_answer_is_a_whole_line() {
        let read = |bytes| said(bytes).map(|answer| answer.read).map_err(|e| e.kind());
        assert_eq!(read(b"Trop petit\n"), Ok(Read::TooSmall));
        assert_eq!(read(b"Trop petit"), Err(ErrorKind::UnexpectedEof));
        assert_eq!(read(b"FIN"), Ok(Read::Fin));
        assert_eq!(read(b""), Err(ErrorKind::UnexpectedEof));
        assert_eq!(read(&[b'x'; 5000]), Err(ErrorKind::UnexpectedEof));
    }

    #[test]
    fn a_server_does_not_command_the_terminal() {
        let answer = said(b"\x1b[2Jhello\x07\r\n").expect("a line");
        assert_eq!(answer.line, "\\x1b[2Jhello\\x07");
    }

    #[test]
    fn patience_ends() {
        let all: Vec<Duration> = pauses().collect();
        assert_eq!(all[..3], [0, 250, 500].map(Duration::from_millis));
        let sum: Duration = all.iter().sum();
        assert!(sum <= PATIENCE && sum + LONGEST_PAUSE > PATIENCE, "{sum:?}");
    }
}
