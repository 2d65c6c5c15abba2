//! One connection: bytes in and out of its socket, and its deadline.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::io;
use std::net::Shutdown;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use socket2::SockRef;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{Instant, Sleep};

use super::listen::Place;
use super::worker::{Mail, Worker};
use crate::shard::ConnKey;
use crate::shard::talk::Interest;

/// Reads of one connection before its neighbours have their turn.
const READS_IN_A_ROW: usize = 4;

/// A connection's socket.
pub struct Socket {
    /// Whose it is.
    pub key: ConnKey,
    read: RefCell<OwnedReadHalf>,
    write: OwnedWriteHalf,
    /// What the keeper waits for; when that changes it must be woken.
    waits_for: Cell<Option<Interest>>,
    waker: RefCell<Option<Waker>>,
    shut: Cell<bool>,
    broken: Cell<bool>,
}

/// Why a keeper is done.
enum Done {
    /// The connection has ended.
    Over,
    /// It goes to another worker.
    Departed,
}

type Timer = Option<(u64, Pin<Box<Sleep>>)>;

/// Keeps a connection until it ends or leaves.
pub async fn keep(worker: Rc<Worker>, socket: Rc<Socket>, place: Place) {
    socket.transmit(&worker);
    let mut timer = None;
    let done = poll_fn(|context| socket.poll(&worker, &mut timer, context)).await;
    let key = socket.key;
    match done {
        Done::Over => {
            worker.shard.borrow_mut().lost(key, worker.now());
            worker.forget(key);
            drop(socket);
            worker.settle();
        }
        Done::Departed => {
            worker.forget(key);
            let Some(departure) = worker.departure(key) else {
                return;
            };
            if let Some(stream) = Rc::into_inner(socket).and_then(Socket::into_std) {
                let talk = departure.talk;
                let arrival = Mail::Arrival {
                    stream,
                    talk,
                    place,
                };
                // A peer that is gone is stopping; the connection closes with it.
                let _ = worker.peers[departure.shard].send(arrival);
            }
        }
    }
}

impl Socket {
    /// A socket for that connection.
    pub fn new(key: ConnKey, stream: TcpStream) -> Self {
        let (read, write) = stream.into_split();
        Socket {
            key,
            read: RefCell::new(read),
            write,
            waits_for: Cell::new(None),
            waker: RefCell::new(None),
            shut: Cell::new(false),
            broken: Cell::new(false),
        }
    }

    fn into_std(self) -> Option<std::net::TcpStream> {
        let stream = self.read.into_inner().reunite(self.write).ok()?;
        stream.into_std().ok()
    }

    /// Lets the keeper look again.
    pub fn wake(&self) {
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    /// Sends what there is, one write for each send that the client must see as one.
    pub fn transmit(&self, worker: &Worker) {
        let mut shard = worker.shard.borrow_mut();
        while let Some(talk) = shard.talk_mut(self.key) {
            let bytes = talk.transmit();
            if bytes.is_empty() {
                break;
            }
            match self.write.try_write(bytes) {
                Ok(count) => talk.sent(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    talk.blocked(worker.now());
                    break;
                }
                Err(_) => {
                    self.broken.set(true);
                    break;
                }
            }
        }
        let interest = shard.interest(self.key);
        drop(shard);
        if interest != self.waits_for.get() || self.broken.get() {
            self.wake();
        }
    }

    fn poll(&self, worker: &Worker, timer: &mut Timer, context: &mut Context) -> Poll<Done> {
        self.remember(context);
        for _ in 0..READS_IN_A_ROW {
            let now = worker.now();
            let Some(interest) = worker.shard.borrow().interest(self.key) else {
                return Poll::Ready(Done::Departed);
            };
            if self.broken.get() || worker.shard.borrow().is_over(self.key, now) {
                return Poll::Ready(Done::Over);
            }
            self.waits_for.set(Some(interest));
            if interest.blocked {
                if self.write.as_ref().poll_write_ready(context).is_pending() {
                    return self.wait(worker, timer, interest, context);
                }
                self.transmit(worker);
                worker.shard.borrow_mut().resume(self.key, now);
                worker.settle();
                continue;
            }
            if interest.shut && !self.shut.replace(true) {
                // Broken already, if this fails; reading will tell.
                let _ = SockRef::from(self.write.as_ref()).shutdown(Shutdown::Write);
            }
            if !interest.read || self.read(worker, context).is_pending() {
                return self.wait(worker, timer, interest, context);
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Reads once into the thread's buffer, and lets the shard treat it.
    fn read(&self, worker: &Worker, context: &mut Context) -> Poll<()> {
        let mut scratch = worker.scratch.borrow_mut();
        let mut buffer = ReadBuf::new(&mut scratch);
        let read = Pin::new(&mut *self.read.borrow_mut()).poll_read(context, &mut buffer);
        let Poll::Ready(result) = read else {
            return Poll::Pending;
        };
        let now = worker.now();
        let mut shard = worker.shard.borrow_mut();
        match result {
            Ok(()) if buffer.filled().is_empty() => shard.end_of_input(self.key, now),
            Ok(()) => shard.receive(self.key, buffer.filled(), now),
            Err(_) => self.broken.set(true),
        }
        drop(shard);
        worker.settle();
        Poll::Ready(())
    }

    /// Waits for the deadline, if there is one.
    fn wait(
        &self,
        worker: &Worker,
        timer: &mut Timer,
        interest: Interest,
        context: &mut Context,
    ) -> Poll<Done> {
        let Some(deadline) = interest.deadline else {
            *timer = None;
            return Poll::Pending;
        };
        if timer.as_ref().is_none_or(|(tick, _)| *tick != deadline) {
            let instant = Instant::from_std(worker.instant(deadline));
            *timer = Some((deadline, Box::pin(tokio::time::sleep_until(instant))));
        }
        if let Some((_, sleep)) = timer
            && sleep.as_mut().poll(context).is_pending()
        {
            return Poll::Pending;
        }
        *timer = None;
        worker.shard.borrow_mut().tick(self.key, worker.now());
        worker.settle();
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn remember(&self, context: &Context) {
        let mut waker = self.waker.borrow_mut();
        match &mut *waker {
            Some(known) => known.clone_from(context.waker()),
            None => *waker = Some(context.waker().clone()),
        }
    }
}
