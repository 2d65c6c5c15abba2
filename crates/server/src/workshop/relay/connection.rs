//! Connections: each has two sides, and bytes go from one to the other.
//!
//! What a closed side has not been given makes a reset, as with TCP; what it was given is not asked for
//! again. Nothing here knows of pages, meetings or talk: a method that changes something for the other
//! side returns [`Between`] which owners it was, and the relay does what follows.

use std::collections::VecDeque;
use std::net::SocketAddrV4;

use slab::Slab;

use super::{Browser, ListenerId, ProgramId, TcpId};
use crate::workshop::call::{Fd, errno};
use game::limits::WORKSHOP_WINDOW;

/// One side of a connection, which exists until both sides are released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SideId(usize);

/// Who has a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Program(ProgramId, Fd),
    /// It waits in the listener's backlog.
    Listener(ListenerId),
    Tcp(TcpId),
    /// Its owner has closed it.
    Nobody,
}

/// The owners of a side that did something and of the side that is to notice, at that time.
#[must_use]
#[derive(Clone, Copy, Debug)]
pub(super) struct Between {
    pub(super) from: Owner,
    pub(super) to: Owner,
}

/// What became of bytes that a side has sent.
pub(super) enum Written {
    /// This many are in the other side's buffer; none if there was no room.
    Arrived(usize, Between),
    /// Nobody will read them.
    Lost,
}

/// A rough network: what is sent is cut into pieces, or kept until more is sent, as the seed decides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rough(u64);

impl Rough {
    /// Bytes of a piece at most.
    const PIECE: u64 = 7;

    /// The rough network of this seed.
    pub(super) fn new(seed: u64) -> Self {
        Rough(seed)
    }

    /// A number below `most` (Knuth's MMIX).
    fn below(&mut self, most: u64) -> u64 {
        let Rough(state) = self;
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % most
    }
}

#[derive(Debug)]
struct Side {
    owner: Owner,
    peer: SideId,
    ours: SocketAddrV4,
    /// Bytes that came and were not given to the owner yet.
    inbound: VecDeque<u8>,
    /// The owner sends no more.
    is_shut: bool,
    /// The owner reads no more.
    is_deaf: bool,
    /// The connection was broken off.
    is_broken: bool,
    /// An error that the owner has not been told.
    error: Option<u16>,
    /// Of a real connection's side that leads to a practice port: the browser of its pupil.
    host: Option<Browser>,
    /// A rough network keeps the last of its inbound bytes, this many.
    kept: usize,
}

/// The sides of all connections.
#[derive(Debug, Default)]
pub(super) struct Sides(Slab<Side>);

impl Sides {
    /// A new connection between two owners at their addresses; returns the side of the first.
    pub(super) fn pair(
        &mut self,
        near: (Owner, SocketAddrV4),
        far: (Owner, SocketAddrV4),
    ) -> SideId {
        let mut add = |(owner, ours), peer| {
            SideId(self.0.insert(Side {
                owner,
                peer,
                ours,
                inbound: VecDeque::new(),
                is_shut: false,
                is_deaf: false,
                is_broken: false,
                error: None,
                host: None,
                kept: 0,
            }))
        };
        // The first is told of its peer once there is one.
        let one = add(near, SideId(0));
        let other = add(far, one);
        self.side_mut(one).peer = other;
        one
    }

    /// Forgets a connection, without a word to its owners.
    pub(super) fn remove(&mut self, side: SideId) {
        let SideId(peer) = self.peer(side);
        self.0.remove(side.0);
        self.0.remove(peer);
    }

    fn side(&self, side: SideId) -> &Side {
        &self.0[side.0]
    }

    fn side_mut(&mut self, side: SideId) -> &mut Side {
        &mut self.0[side.0]
    }

    /// All sides.
    pub(super) fn ids(&self) -> impl Iterator<Item = SideId> {
        self.0.iter().map(|(side, _)| SideId(side))
    }

    /// The other side of the connection.
    pub(super) fn peer(&self, side: SideId) -> SideId {
        self.side(side).peer
    }

    /// The owners of a side and of its peer.
    pub(super) fn between(&self, side: SideId) -> Between {
        let it = self.side(side);
        Between {
            from: it.owner,
            to: self.side(it.peer).owner,
        }
    }

    /// The address of a side.
    pub(super) fn ours(&self, side: SideId) -> SocketAddrV4 {
        self.side(side).ours
    }

    /// The address of a side's peer.
    pub(super) fn theirs(&self, side: SideId) -> SocketAddrV4 {
        self.ours(self.peer(side))
    }

    /// The browser of the pupil whose practice port has this side.
    pub(super) fn host(&self, side: SideId) -> Option<Browser> {
        self.side(side).host
    }

    /// Takes note that a side leads to the practice port of this browser's pupil.
    pub(super) fn set_host(&mut self, side: SideId, host: Browser) {
        self.side_mut(side).host = Some(host);
    }

    /// Gives a side to another owner.
    pub(super) fn give(&mut self, side: SideId, owner: Owner) {
        self.side_mut(side).owner = owner;
    }

    /// Up to `max` bytes, none of them at the end of the stream; `None` while there is nothing to read.
    ///
    /// # Errors
    ///
    /// The number of the error, once, after the connection was broken off.
    pub(super) fn read(
        &mut self,
        side: SideId,
        max: usize,
        peek: bool,
        rough: Option<&mut Rough>,
    ) -> Result<Option<Vec<u8>>, u16> {
        let has_ended = self.has_ended(side);
        let it = self.side_mut(side);
        let has_some = it.has_some();
        let piece = match rough {
            Some(rough) if has_some && !peek => rough.below(Rough::PIECE) as usize + 1,
            _ => usize::MAX,
        };
        if max == 0 || it.is_deaf {
            return Ok(Some(Vec::new()));
        }
        if has_some {
            let count = max.min(it.inbound.len() - it.kept).min(piece);
            let bytes = if peek {
                it.inbound.iter().take(count).copied().collect()
            } else {
                it.inbound.drain(..count).collect()
            };
            return Ok(Some(bytes));
        }
        if has_ended {
            return Ok(Some(Vec::new()));
        }
        match (it.error.take(), it.is_broken) {
            (Some(number), _) => Err(number),
            (None, true) => Ok(Some(Vec::new())),
            (None, false) => Ok(None),
        }
    }

    /// Sends bytes, as many as there is room for.
    ///
    /// # Errors
    ///
    /// The number of the error, if the connection was broken off or this side has ended its sending.
    pub(super) fn write(
        &mut self,
        side: SideId,
        bytes: &[u8],
        rough: Option<&mut Rough>,
    ) -> Result<Written, u16> {
        let between = self.between(side);
        let it = self.side_mut(side);
        if let Some(number) = it.error.take() {
            return Err(number);
        }
        if it.is_shut || it.is_broken {
            return Err(errno::EPIPE);
        }
        if between.to == Owner::Nobody {
            // The peer has closed: its machine answers with a reset, of which the next call hears.
            it.is_broken = true;
            it.error = Some(errno::EPIPE);
            return Ok(Written::Lost);
        }
        let peer = it.peer;
        let far = self.side_mut(peer);
        if far.is_deaf {
            return Ok(Written::Lost);
        }
        let count = bytes.len().min(WORKSHOP_WINDOW - far.inbound.len());
        far.inbound.extend(&bytes[..count]);
        let is_kept = rough.is_some_and(|it| it.below(2) == 0);
        far.kept = if is_kept { far.kept + count } else { 0 };
        Ok(Written::Arrived(count, between))
    }

    /// Lets arrive what a rough network has kept of a side's sending, if anything.
    pub(super) fn deliver(&mut self, side: SideId) -> Option<Between> {
        let peer = self.peer(side);
        let kept = std::mem::take(&mut self.side_mut(peer).kept);
        (kept > 0).then(|| self.between(side))
    }

    /// Ends the reading of a side.
    pub(super) fn deafen(&mut self, side: SideId) {
        self.side_mut(side).is_deaf = true;
    }

    /// Ends the sending of a side, unless it has ended.
    pub(super) fn shut(&mut self, side: SideId) -> Option<Between> {
        if std::mem::replace(&mut self.side_mut(side).is_shut, true) {
            return None;
        }
        let peer = self.peer(side);
        self.side_mut(peer).kept = 0;
        Some(self.between(side))
    }

    /// Breaks a connection off: its other side is told so.
    pub(super) fn break_off(&mut self, side: SideId) -> Between {
        let peer = self.peer(side);
        let far = self.side_mut(peer);
        far.kept = 0;
        far.is_broken = true;
        far.error = Some(errno::ECONNRESET);
        self.between(side)
    }

    /// Breaks a connection off, and releases the side.
    pub(super) fn reset(&mut self, side: SideId) -> Between {
        let between = self.break_off(side);
        self.release(side);
        between
    }

    /// Closes a side for its owner: ends its sending, or breaks the connection off if bytes were not read.
    pub(super) fn hang_up(&mut self, side: SideId) -> Option<Between> {
        let it = self.side_mut(side);
        let is_unread = !it.inbound.is_empty();
        it.inbound.clear();
        if is_unread && !it.is_shut {
            return Some(self.reset(side));
        }
        let between = self.shut(side);
        self.release(side);
        between
    }

    /// The owner of a side is done with it. A connection without owners is forgotten.
    fn release(&mut self, side: SideId) {
        self.give(side, Owner::Nobody);
        if self.between(side).to == Owner::Nobody {
            self.remove(side);
        }
    }

    /// Whether a side's peer has ended its sending.
    pub(super) fn has_ended(&self, side: SideId) -> bool {
        self.side(self.peer(side)).is_shut
    }

    /// Whether bytes came to a side that its owner was not given.
    pub(super) fn has_unread(&self, side: SideId) -> bool {
        !self.side(side).inbound.is_empty()
    }

    /// Whether a side has something to read: bytes, their end or an error.
    pub(super) fn is_readable(&self, side: SideId) -> bool {
        let it = self.side(side);
        it.has_some() || it.is_deaf || it.is_broken || self.has_ended(side)
    }

    /// Whether sending would not wait: there is room, or an error to tell.
    pub(super) fn is_writable(&self, side: SideId) -> bool {
        let it = self.side(side);
        let far = self.side(it.peer);
        it.is_broken
            || it.is_shut
            || far.owner == Owner::Nobody
            || far.inbound.len() < WORKSHOP_WINDOW
    }
}

impl Side {
    /// Whether there are bytes that a rough network does not keep.
    fn has_some(&self) -> bool {
        self.inbound.len() > self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::*;
    use super::super::{Input, PageId};
    use super::*;
    use crate::workshop::call::{Answer, Call};

    #[test]
    fn bytes_are_a_stream_and_its_end_is_read_last() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        let waits = bench.waits(server, recv(4));
        assert_eq!(bench.call(client, send(4, b"ab")), Answer::text(2));
        assert_eq!(bench.answer(waits), Some(done(b"ab")), "a waiting recv");
        bench.call(client, send(4, b"cd"));
        bench.call(client, send(4, b"ef"));
        bench.call(client, Call::Close { fd: 4 });
        let part = Call::Recv {
            fd: 4,
            max: 3,
            peek: true,
        };
        assert_eq!(
            bench.call(server, part),
            done(b"cde"),
            "a look takes nothing"
        );
        assert_eq!(
            bench.call(server, recv(4)),
            done(b"cdef"),
            "two sends in one"
        );
        assert_eq!(bench.call(server, recv(4)), done(b""));
        assert_eq!(bench.call(server, recv(4)), done(b""), "the end stays");
        // The peer has closed: its machine answers with a reset, of which the next call hears.
        assert_eq!(bench.call(server, send(4, b"x")), Answer::text(1));
        let broken = Answer::Failed(errno::EPIPE);
        assert_eq!(bench.call(server, send(4, b"x")), broken);
        assert_eq!(bench.call(server, recv(4)), done(b""));
    }

    /// A program that takes each `recv` for one `send` is seen to be wrong on a rough network, which a seed
    /// repeats; nothing is lost, and what was kept arrives once the sender waits.
    #[test]
    fn a_rough_network_cuts_and_merges_what_is_sent_and_loses_nothing() {
        let pieces = |seed| {
            let mut bench = Bench::new();
            let (server, client) = bench.connected();
            bench.handle(Input::Rough(PageId(1), Some(seed)));
            bench.handle(Input::Rough(PageId(2), Some(seed)));
            for message in ["Trop grand", "Trop petit", "Bravo"] {
                bench.call(server, send(4, message.as_bytes()));
            }
            // The sender waits: what was kept arrives.
            bench.waits(server, recv(4));
            let mut pieces = Vec::new();
            let mut length = 0;
            while length < 25 {
                match bench.call(client, recv(4)) {
                    Answer::Done(bytes) => {
                        length += bytes.len();
                        pieces.push(String::from_utf8(bytes).expect("ASCII"));
                    }
                    other => panic!("{other:?}"),
                }
            }
            pieces
        };
        let seen = pieces(7);
        assert_eq!(seen.concat(), "Trop grandTrop petitBravo");
        assert!(seen.len() > 3, "{seen:?}");
        assert_eq!(seen, pieces(7), "the same seed");
        assert_ne!(seen, pieces(8), "another seed");

        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        bench.handle(Input::Rough(PageId(1), Some(1)));
        let mut is_merged = false;
        for _ in 0..20 {
            let waits = bench.begin(client, recv(4));
            bench.call(server, send(4, b"un"));
            let is_kept = bench.answer(waits).is_none();
            bench.call(server, send(4, b"deux"));
            bench.waits(server, recv(4));
            let mut heard = match bench.answer(waits) {
                Some(Answer::Done(bytes)) => bytes,
                other => panic!("{other:?}"),
            };
            is_merged |= is_kept && heard == b"undeux";
            while heard.len() < 6 {
                match bench.call(client, recv(4)) {
                    Answer::Done(bytes) => heard.extend(bytes),
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(heard, b"undeux");
            bench.call(client, send(4, b"!"));
        }
        assert!(is_merged, "two sends in one recv");
    }

    #[test]
    fn what_was_not_read_before_a_close_makes_a_reset() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        bench.call(server, send(4, b"unread"));
        bench.call(client, send(4, b"read first"));
        bench.call(client, Call::Close { fd: 4 });
        assert_eq!(bench.call(server, recv(4)), done(b"read first"));
        let reset = Answer::Failed(errno::ECONNRESET);
        assert_eq!(bench.call(server, recv(4)), reset);
        assert_eq!(
            bench.call(server, recv(4)),
            done(b""),
            "an error is told once"
        );
        let broken = Answer::Failed(errno::EPIPE);
        assert_eq!(bench.call(server, send(4, b"x")), broken);
        bench.call(server, Call::Close { fd: 4 });
        assert!(bench.relay.sides.0.is_empty(), "{:?}", bench.relay.sides);
    }

    /// Whatever is sent arrives once, in order and whole, however sends and receives are cut, asked
    /// again or given up; and when all have ended nothing is left.
    #[test]
    fn streams_arrive_whole_whatever_is_repeated() {
        for seed in 0..60 {
            let mut dice = Rough(seed);
            let mut bench = Bench::new();
            let (server, client) = bench.connected();
            let sides = [server, client];
            let (mut sent, mut got) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
            for step in 0..300_u32 {
                let side = dice.below(2) as usize;
                let program = sides[side];
                let call = if dice.below(2) == 0 {
                    let length = 1 + dice.below(6000) as usize;
                    let bytes: Vec<u8> = (0..length).map(|at| (at as u32 ^ step) as u8).collect();
                    send(4, &bytes)
                } else {
                    let max = 1 + dice.below(9000) as usize;
                    Call::Recv {
                        fd: 4,
                        max,
                        peek: false,
                    }
                };
                let seq = bench.begin(program, call.clone());
                // The request is lost on its way back, and comes again.
                for _ in 0..dice.below(3) {
                    bench.handle(Input::Call(program, 0, seq, &call));
                }
                if bench.answer(seq).is_none() {
                    bench.handle(Input::Expire(program, 0, seq));
                }
                match (bench.answer(seq), &call) {
                    (Some(Answer::Done(count)), Call::Send { bytes, .. }) => {
                        let count = String::from_utf8(count).expect("digits");
                        let count: usize = count.parse().expect("a number");
                        sent[side].extend(&bytes[..count]);
                    }
                    (Some(Answer::Done(bytes)), _) => got[side].extend(bytes),
                    (answer, _) => assert_eq!(answer, Some(Answer::Again), "seed {seed}"),
                }
                bench.outputs.clear();
                assert!(
                    sent[1 - side].starts_with(&got[side]),
                    "seed {seed}, step {step}"
                );
            }
            bench.call(client, Call::Shutdown { fd: 4, how: 1 });
            loop {
                match bench.call(server, recv(4)) {
                    Answer::Done(bytes) if bytes.is_empty() => break,
                    Answer::Done(bytes) => got[0].extend(bytes),
                    other => panic!("seed {seed}: {other:?}"),
                }
            }
            assert_eq!(got[0], sent[1], "seed {seed}");
            for page in [1, 2] {
                bench.handle(Input::Leave(PageId(page)));
            }
            let relay = &bench.relay;
            let left = (
                relay.sides.0.len(),
                relay.listeners.len(),
                relay.programs.len(),
            );
            assert_eq!(left, (0, 0, 0), "seed {seed}");
        }
    }
}
