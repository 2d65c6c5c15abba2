//! One connection to a server: a line out, a line in. It knows nothing of the game.

use std::io::{self, BufRead, BufReader, ErrorKind, Read as _, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};

use game::limits::MESSAGE_BYTES;
use game::wire::answer::{Read, read};
use os::endpoint::Target;

/// A machine that does not answer in this time is taken for absent.
const CONNECT: Duration = Duration::from_secs(5);
/// What a server says without waiting for anyone comes in this time.
pub const PROMPT: Duration = Duration::from_secs(10);
/// Silence on a line that should live, before asking the other machine whether it does.
const KEEPALIVE: Duration = Duration::from_secs(15);
/// Bytes that nobody confirms in this time were sent into the void.
#[cfg(target_os = "linux")]
const CONFIRMED: Duration = Duration::from_secs(20);

/// How often one looks whether a line goes on.
const PEEK: Duration = Duration::from_millis(5);

/// The longest pause between two tries to connect again.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// All pauses of one broken request together: a machine restarts in this time.
const PATIENCE: Duration = Duration::from_secs(120);

/// An answer: one line, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The line, with nothing in it that a terminal would obey.
    pub line: String,
    /// What it means.
    pub read: Read,
}

/// The connection.
#[derive(Debug)]
pub struct Link {
    stream: BufReader<TcpStream>,
}

impl Link {
    /// Connects to the server.
    pub fn connect(server: &Target) -> io::Result<Link> {
        Ok(Link::over(dial(server)?))
    }

    /// A link over a connection that is there.
    pub fn over(stream: TcpStream) -> Link {
        let stream = BufReader::with_capacity(2 * MESSAGE_BYTES, stream);
        Link { stream }
    }

    /// Sends a line and reads its answer, within a time if one is given.
    pub fn exchange(&mut self, line: &[u8], within: Option<Duration>) -> io::Result<Answer> {
        let message = [line, b"\n"].concat();
        let sent = self.stream.get_mut().write_all(&message);
        // A server that has closed may have said farewell before: what was sent into the void
        // fails, and the farewell is still to be read.
        self.answer(within)
            .map_err(|error| sent.err().unwrap_or(error))
    }

    /// Reads one line, within a time if one is given.
    pub fn answer(&mut self, within: Option<Duration>) -> io::Result<Answer> {
        self.stream.get_ref().set_read_timeout(within)?;
        // An answer has at most `MESSAGE_BYTES`, and then its newline.
        let most = MESSAGE_BYTES as u64 + 2;
        let mut line = Vec::new();
        (&mut self.stream).take(most).read_until(b'\n', &mut line)?;
        let read = read(&line);
        // Half an answer is none: `Trop` may have been either. `FIN` alone has no newline.
        if !line.ends_with(b"\n") && read != Read::Fin {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let line = clean(&line);
        Ok(Answer { line, read })
    }
}

/// The first bytes that a server says to whoever has just connected, up to the first line's end:
/// nothing, if it says nothing for a while. They stay on the connection, for whoever reads it.
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
                // What was there is there: wait for more.
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
pub fn dial(server: &Target) -> io::Result<TcpStream> {
    let mut failed = ErrorKind::NotFound.into();
    for address in server.resolve()? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => {
                keep_watch(&stream)?;
                return Ok(stream);
            }
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// Sends at once, and finds out when the other machine has vanished without a word.
pub fn keep_watch(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(
        &TcpKeepalive::new()
            .with_time(KEEPALIVE)
            .with_interval(KEEPALIVE / 3),
    )?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(CONFIRMED))?;
    Ok(())
}

/// A line as text, without the control characters by which a server could command a terminal.
fn clean(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches(['\r', '\n']);
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

/// The pauses before each try to connect again: none, then twice as long each time up to
/// [`LONGEST_PAUSE`], [`PATIENCE`] in all.
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
        let mut link = Link::connect(&Target { host, port }).expect("connected");
        let answer = link.answer(Some(PROMPT));
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
        assert_eq!(answer.line, "\u{fffd}[2Jhello\u{fffd}");
    }

    #[test]
    fn patience_ends() {
        let all: Vec<Duration> = pauses().collect();
        assert_eq!(all[..3], [0, 250, 500].map(Duration::from_millis));
        let sum: Duration = all.iter().sum();
        assert!(sum <= PATIENCE && sum + LONGEST_PAUSE > PATIENCE, "{sum:?}");
    }
}
