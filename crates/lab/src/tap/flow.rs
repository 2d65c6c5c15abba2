//! One direction of a relayed connection: from one side to the other.
//!
//! A flow reads, reports, and writes before it reads again. If the receiver does not read, the flow
//! does not read the sender either, whose kernel then blocks it. No byte is changed or dropped.

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::capture::FrameKind;
use super::dump::unfinished;
use super::event::{Chunk, Count, Disturbance, End, Endpoints, EventKind, Side};
use super::marks::{Habits, Mark, Segments};
use super::shared::Shared;
use super::trouble::{Fate, HOLD};
use super::wording;
use game::limits::{TAP_MESSAGE, TAP_READ};

/// Two chunks that are sent on within this time may be read by one `recv`.
const SOON: Duration = Duration::from_millis(10);

/// What both directions of a connection share.
#[derive(Debug)]
pub struct Duplex {
    /// The connection's number, from 1.
    pub number: u32,
    /// The addresses of both of its TCP connections.
    pub ends: Endpoints,
    /// The side that sent last, and when.
    last: Cell<Option<(Side, Instant)>>,
}

impl Duplex {
    /// A connection on which nothing was sent yet.
    pub fn new(number: u32, ends: Endpoints) -> Duplex {
        Duplex {
            number,
            ends,
            last: Cell::new(None),
        }
    }
}

/// One direction of a connection.
pub struct Flow<'a> {
    shared: &'a Shared,
    duplex: &'a Duplex,
    from: Side,
    source: &'a TcpStream,
    sink: &'a TcpStream,
    /// Whether the sender and the receiver run on this machine.
    here: [bool; 2],
    /// What was read so far.
    pub read: Count,
    /// What was read and not reported, since the last chunk that was.
    pub skipped: Count,
    sent: u64,
    /// The byte after which the simulated bad network resets the connection.
    reset_after: Option<u64>,
    segments: Segments,
    habits: Habits,
    begun: Bytes,
    full: bool,
    glued: bool,
    /// The capture's comment on the next piece.
    comment: Option<String>,
}

impl<'a> Flow<'a> {
    /// The direction from the side `from`, whose socket is `source`, to `sink`.
    pub fn new(
        shared: &'a Shared,
        duplex: &'a Duplex,
        from: Side,
        source: &'a TcpStream,
        sink: &'a TcpStream,
    ) -> Flow<'a> {
        let here = [from, from.other()].map(|side| {
            let (own, ours) = duplex.ends.socket(side);
            shared.look(own, ours).is_some()
        });
        let resets = shared.trouble.filter(|_| from == Side::Server);
        Flow {
            shared,
            duplex,
            from,
            source,
            sink,
            here,
            read: Count::default(),
            skipped: Count::default(),
            sent: 0,
            reset_after: resets.and_then(|trouble| trouble.reset_after(duplex.number)),
            segments: Segments::new(),
            habits: Habits::default(),
            begun: Bytes::new(),
            full: false,
            glued: false,
            comment: None,
        }
    }

    /// Passes on everything that the side sends, then its FIN.
    ///
    /// # Errors
    ///
    /// How the connection ended, if not by a FIN.
    pub async fn run(&mut self) -> Result<(), End> {
        loop {
            let position = self.read.bytes;
            let Some(bytes) = self.receive().await? else {
                break;
            };
            let fate = match self.shared.trouble {
                None => Fate::Spared,
                Some(trouble) => trouble.fate(self.duplex.number, self.from, position, bytes.len()),
            };
            if self.meet(fate, bytes).await? {
                break;
            }
        }
        self.finish().await
    }

    /// Passes a chunk on as its fate demands. Returns true if the side's FIN was read meanwhile.
    async fn meet(&mut self, fate: Fate, bytes: Bytes) -> Result<bool, End> {
        match fate {
            Fate::Spared => self.pass(bytes).await?,
            Fate::Late(delay) => {
                self.trouble(Disturbance::Late(delay));
                sleep(delay).await;
                self.pass(bytes).await?;
            }
            Fate::Split(pieces, pause) => {
                self.trouble(Disturbance::Split {
                    pieces: pieces.clone(),
                    pause,
                });
                let mut rest = bytes;
                for size in pieces {
                    self.pass(rest.split_to(size)).await?;
                    if !rest.is_empty() {
                        sleep(pause).await;
                    }
                }
            }
            Fate::Held => return self.hold(bytes).await,
        }
        Ok(false)
    }

    async fn hold(&mut self, bytes: Bytes) -> Result<bool, End> {
        let next = match timeout(HOLD, self.receive()).await {
            Ok(next) => Some(next?),
            Err(_) => None,
        };
        let ended = matches!(next, Some(None));
        let (bytes, chunks) = match next.flatten() {
            None => (bytes, 1),
            Some(more) => {
                let mut both = BytesMut::from(bytes);
                both.extend_from_slice(&more);
                (both.freeze(), 2)
            }
        };
        self.trouble(Disturbance::Held {
            chunks,
            bytes: bytes.len(),
        });
        self.pass(bytes).await?;
        Ok(ended)
    }

    fn trouble(&mut self, did: Disturbance) {
        let from = self.from;
        if self.shared.captures() {
            self.comment = Some(wording::trouble(&did, self.shared.lang));
        }
        self.shared
            .tell(self.duplex.number, EventKind::Trouble { from, did });
    }

    /// Reads the next chunk; `None` at the FIN. Cancel safe.
    async fn receive(&mut self) -> Result<Option<Bytes>, End> {
        loop {
            let waited = self.source.readable().await;
            waited.map_err(|error| broken(self.from, &error))?;
            let read = {
                let mut scratch = self.shared.scratch.borrow_mut();
                let count = self.source.try_read(&mut scratch[..]);
                count.map(|count| Bytes::copy_from_slice(&scratch[..count]))
            };
            match read {
                Ok(bytes) if bytes.is_empty() => return Ok(None),
                Ok(bytes) => {
                    self.tell(&bytes);
                    return Ok(Some(bytes));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(broken(self.from, &error)),
            }
        }
    }

    /// Reports a chunk, unless the display is behind.
    fn tell(&mut self, bytes: &Bytes) {
        let position = self.read.bytes;
        self.read.add(bytes.len());
        let now = Instant::now();
        let after = self.duplex.last.replace(Some((self.from, now)));
        let after = after.map(|(side, then)| (side, now - then));
        let begun = std::mem::replace(&mut self.begun, Bytes::new());
        self.begun = rest_of_character(&begun, bytes);
        if !self.shared.feed.keeps_up() {
            self.skipped.add(bytes.len());
            self.segments.skip();
            self.full = bytes.len() == TAP_READ;
            return;
        }
        let marks = self.marks(bytes, &begun, after);
        if self.shared.captures() && !marks.is_empty() {
            self.comment = Some(wording::comment(&marks, bytes, self.from, self.shared.lang));
        }
        let shown = self.shared.feed.keep(bytes.len());
        let chunk = Chunk {
            from: self.from,
            number: self.read.chunks,
            position,
            bytes: if shown == bytes.len() {
                bytes.clone()
            } else {
                // A slice would keep the whole chunk in memory.
                Bytes::copy_from_slice(&bytes[..shown])
            },
            size: bytes.len(),
            begun,
            after,
            marks,
            skipped: std::mem::take(&mut self.skipped),
        };
        self.shared
            .tell(self.duplex.number, EventKind::Chunk(chunk));
    }

    fn marks(&mut self, bytes: &[u8], begun: &[u8], after: Option<(Side, Duration)>) -> Vec<Mark> {
        let mut marks = Vec::new();
        if std::mem::replace(&mut self.full, bytes.len() == TAP_READ) {
            marks.push(Mark::Rest);
        }
        if bytes.len() > TAP_MESSAGE {
            self.segments.skip();
            return marks;
        }
        let (own, ours) = self.duplex.ends.socket(self.from);
        let arrival = self.shared.look(ours, own).map(|look| look.arrival);
        let [here, receiver_here] = self.here;
        let size = bytes.len();
        marks.extend(self.segments.chunk(arrival, size, self.read.bytes, here));
        let soon = after.is_some_and(|(side, gap)| side == self.from && gap < SOON);
        if soon && !receiver_here {
            marks.push(Mark::SoonAfter);
        }
        marks.extend(ended_character(begun, bytes).map(Mark::CharacterEnds));
        marks.extend(self.habits.chunk(bytes, !self.begun.is_empty()));
        marks
    }

    /// Records a piece in the capture and sends it on.
    async fn pass(&mut self, mut bytes: Bytes) -> Result<(), End> {
        let left = self
            .reset_after
            .map(|limit| limit.saturating_sub(self.sent));
        let reset = left.filter(|left| *left < bytes.len() as u64);
        if let Some(left) = reset {
            bytes.truncate(left as usize);
        }
        self.sent += bytes.len() as u64;
        if !bytes.is_empty() {
            let piece = FrameKind::Data(self.from, bytes.clone());
            let comment = self.comment.take();
            self.shared.record(self.duplex.number, piece, comment).await;
            self.write(&bytes).await?;
            self.look_for_glue(bytes.len());
        }
        match reset {
            None => Ok(()),
            Some(_) => {
                let after = self.sent;
                self.trouble(Disturbance::Reset { after });
                Err(End::Trouble)
            }
        }
    }

    async fn write(&mut self, mut bytes: &[u8]) -> Result<(), End> {
        let to = self.from.other();
        while !bytes.is_empty() {
            match self.sink.try_write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    // Meanwhile the receive buffer may fill, and segments be sent again.
                    self.segments.skip();
                    let waited = self.sink.writable().await;
                    waited.map_err(|error| broken(to, &error))?;
                }
                Err(error) => return Err(broken(to, &error)),
            }
        }
        Ok(())
    }

    /// Reports, once until the receiver has read everything, that a chunk arrived while earlier
    /// bytes were still unread.
    fn look_for_glue(&mut self, size: usize) {
        let [_, receiver_here] = self.here;
        if !receiver_here || size > TAP_MESSAGE || !self.shared.feed.keeps_up() {
            return;
        }
        let (own, ours) = self.duplex.ends.socket(self.from.other());
        let Some(look) = self.shared.look(own, ours) else {
            return;
        };
        let (from, unread) = (self.from, look.unread);
        let glued = unread as usize > size;
        if glued && !self.glued {
            self.shared
                .tell(self.duplex.number, EventKind::Glued { from, unread });
        }
        self.glued = glued;
    }

    async fn finish(&self) -> Result<(), End> {
        let number = self.duplex.number;
        self.shared.tell(number, EventKind::Finished(self.from));
        let finished = FrameKind::Finished(self.from);
        self.shared.record(number, finished, None).await;
        let ended = SockRef::from(self.sink).shutdown(Shutdown::Write);
        ended.map_err(|error| broken(self.from.other(), &error))
    }
}

/// How a connection ended whose socket on that side gave this error.
pub fn broken(side: Side, error: &io::Error) -> End {
    match error.kind() {
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected => End::Reset(side),
        _ => End::Lost(side, error.into()),
    }
}

/// The bytes of a character that is incomplete at the end of `bytes`, after `begun` from the chunk
/// before.
fn rest_of_character(begun: &[u8], bytes: &[u8]) -> Bytes {
    let tail = [begun, &bytes[bytes.len().saturating_sub(4)..]].concat();
    let tail = if bytes.len() < 4 { &tail[..] } else { bytes };
    Bytes::copy_from_slice(&tail[tail.len() - unfinished(tail)..])
}

/// The character that `begun` started and `bytes` completes.
fn ended_character(begun: &[u8], bytes: &[u8]) -> Option<char> {
    if begun.is_empty() {
        return None;
    }
    let start = [begun, &bytes[..bytes.len().min(3)]].concat();
    let first = start.utf8_chunks().next()?.valid().chars().next()?;
    (first.len_utf8() > begun.len()).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_put_together_again() {
        let bytes = "né👋".as_bytes();
        let mut begun = Bytes::new();
        let mut ended = Vec::new();
        for byte in bytes.chunks(1) {
            ended.extend(ended_character(&begun, byte));
            begun = rest_of_character(&begun, byte);
        }
        assert_eq!((ended, begun.len()), (vec!['é', '👋'], 0));
        assert_eq!(rest_of_character(b"", b"Gagn\xc3"), &b"\xc3"[..]);
        assert_eq!(rest_of_character(b"\xc3", b"\xa9!"), &b""[..]);
        assert_eq!(ended_character(b"\xc3", b"!"), None);
    }
}
