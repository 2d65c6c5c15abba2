//! The connections that speak HTTP, within their bounds: how many, how slow, how large a head.
//!
//! Each has a place among all connections of the server, which a WebSocket takes along. When there
//! are too many, those that have asked for nothing for longest make room.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use slab::Slab;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tower::ServiceExt;

use super::super::listen::{self, Deal, Place};
use super::super::log::event::Often;
use super::super::metrics::Tally;
use super::super::proxy::{self, Unknown};
use game::limits::{
    ACCEPT_BACKOFF, EVICTED_AT_ONCE, HEAD_BYTES, HEAD_DEADLINE, HTTP_CONNECTIONS, WRITE_DEADLINE,
};
use game::phrases::{Lang, say};

/// Who asks: one connection, while it speaks HTTP.
pub struct Caller {
    /// Where it comes from.
    pub peer: IpAddr,
    place: Mutex<Option<Place>>,
    /// Requests that are being answered: one, or a long poll and nothing else.
    busy: AtomicUsize,
    /// Since when it has asked for nothing.
    idle: Mutex<Instant>,
}

impl Caller {
    fn new(peer: IpAddr, place: Place) -> Self {
        Caller {
            peer,
            place: Mutex::new(Some(place)),
            busy: AtomicUsize::new(0),
            idle: Mutex::new(Instant::now()),
        }
    }

    /// Its place among all connections, for the socket that leaves HTTP behind.
    pub fn take_place(&self) -> Option<Place> {
        lock(&self.place).take()
    }
}

/// One request being answered; over when dropped, answered or not.
struct Busy(Arc<Caller>);

impl Busy {
    fn new(caller: Arc<Caller>) -> Self {
        caller.busy.fetch_add(1, Ordering::Relaxed);
        Busy(caller)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
        *lock(&self.0.idle) = Instant::now();
    }
}

/// All connections that speak HTTP.
pub struct Connections {
    deal: Deal,
    /// The language of what is said to proxies.
    lang: Lang,
    /// By when all must have ended, once the server stops.
    ending: watch::Receiver<Option<Instant>>,
    open: Mutex<Slab<(Arc<Caller>, AbortHandle)>>,
    /// One has ended.
    gone: Notify,
}

/// A connection's entry in the table; gone when dropped.
struct Entry {
    connections: Arc<Connections>,
    key: usize,
}

impl Drop for Entry {
    fn drop(&mut self) {
        lock(&self.connections.open).remove(self.key);
        let http = &self.connections.deal.tally().http;
        http.fetch_sub(1, Ordering::Relaxed);
        self.connections.gone.notify_one();
    }
}

impl Connections {
    /// None yet.
    pub fn new(deal: Deal, lang: Lang, ending: watch::Receiver<Option<Instant>>) -> Self {
        Connections {
            deal,
            lang,
            ending,
            open: Mutex::default(),
            gone: Notify::new(),
        }
    }

    /// Accepts until the server stops.
    pub async fn accept(self: Arc<Self>, listener: TcpListener, router: Router) {
        let mut ending = self.ending.clone();
        tokio::select! {
            () = self.accept_for_ever(listener, router) => {}
            _ = ending.wait_for(Option::is_some) => {}
        }
    }

    /// When there is no room it makes some, and waits.
    async fn accept_for_ever(self: &Arc<Self>, listener: TcpListener, router: Router) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    // It has one of the descriptors that are kept. Nobody goes before somebody
                    // comes.
                    self.room_for_one_more().await;
                    let (peer, router) = (peer.ip(), router.clone());
                    match self.deal.trusts(peer) {
                        true => drop(tokio::spawn(self.clone().relayed(stream, peer, router))),
                        false => self.host(stream, peer, router, self.deal.place()),
                    }
                }
                Err(error) => {
                    if os::listen::is_shortage(&error) {
                        self.deal.shortage();
                        self.make_room();
                    }
                    listen::wait_after(&error).await;
                }
            }
        }
    }

    async fn room_for_one_more(&self) {
        if self.is_full() {
            self.deal.log().often(Often::Full, 1);
        }
        while self.is_full() {
            self.make_room();
            tokio::time::sleep(ACCEPT_BACKOFF).await;
        }
    }

    /// A connection that a proxy makes for somebody, who is then the caller.
    async fn relayed(self: Arc<Self>, mut stream: TcpStream, proxy: IpAddr, router: Router) {
        let place = self.deal.place();
        match proxy::introduced(&mut stream).await {
            Ok(client) => {
                self.room_for_one_more().await;
                self.host(stream, client.unwrap_or(proxy), router, place);
            }
            Err(Unknown::Gone) => {}
            Err(Unknown::NotSaid) => {
                self.deal.log().often(Often::NotIntroduced, 1);
                let sentence = say(self.lang, "proxy-expected", &[]) + "\n";
                let length = sentence.len();
                let text = format!(
                    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
                     Content-Length: {length}\r\nConnection: close\r\n\r\n{sentence}"
                );
                // Who does not hear it is gone.
                let _ = proxy::refuse(stream, &text).await;
            }
        }
    }

    fn host(self: &Arc<Self>, stream: TcpStream, peer: IpAddr, router: Router, place: Place) {
        let caller = Arc::new(Caller::new(peer, place));
        let tally = self.deal.tally();
        Tally::count(&tally.http);
        Tally::count(&tally.http_came);
        let mut open = lock(&self.open);
        let vacant = open.vacant_entry();
        let entry = Entry {
            connections: self.clone(),
            key: vacant.key(),
        };
        let (ending, to_serve) = (self.ending.clone(), caller.clone());
        let task = tokio::spawn(async move {
            let _entry = entry;
            serve(stream, to_serve, router, ending).await;
        });
        vacant.insert((caller, task.abort_handle()));
    }

    fn is_full(&self) -> bool {
        self.deal.is_full() || lock(&self.open).len() >= HTTP_CONNECTIONS
    }

    /// Closes those that have asked for nothing for longest: a browser opens another one when it
    /// needs it. Where the text door is what takes the room, it makes some too.
    fn make_room(&self) {
        if self.deal.is_full() {
            self.deal.make_room();
        }
        let open = lock(&self.open);
        let is_idle = |caller: &Caller| caller.busy.load(Ordering::Relaxed) == 0;
        let idle = open.iter().filter(|(_, (caller, _))| is_idle(caller));
        let mut idle: Vec<_> = idle
            .map(|(_, (caller, task))| (*lock(&caller.idle), task))
            .collect();
        idle.sort_unstable_by_key(|(since, _)| *since);
        for (_, task) in idle.into_iter().take(EVICTED_AT_ONCE) {
            task.abort();
            Tally::count(&self.deal.tally().http_evicted);
        }
    }

    /// Waits for the order to stop, then for the last connection's end, until the deadline.
    pub async fn ended(&self) {
        let mut ending = self.ending.clone();
        let Ok(Some(deadline)) = ending.wait_for(Option::is_some).await.map(|it| *it) else {
            return;
        };
        let gone = async {
            while !lock(&self.open).is_empty() {
                self.gone.notified().await;
            }
        };
        // Out of time: what is left is cut off with the thread.
        let _ = tokio::time::timeout_at(deadline.into(), gone).await;
    }
}

/// Answers the requests of one connection, until it ends or leaves HTTP.
async fn serve(
    stream: TcpStream,
    caller: Arc<Caller>,
    router: Router,
    mut ending: watch::Receiver<Option<Instant>>,
) {
    // Without it an answer may wait 40 ms for the browser's acknowledgement.
    let _ = stream.set_nodelay(true);
    // A reader that takes nothing for so long is cut off by the system, whatever it acknowledges.
    let _ = SockRef::from(&stream).set_tcp_user_timeout(Some(WRITE_DEADLINE));
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let busy = Busy::new(caller.clone());
        request.extensions_mut().insert(caller.clone());
        let answered = router.clone().oneshot(request.map(Body::new));
        async move {
            let _busy = busy;
            answered.await
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // From the connection, or from the last answer, to the end of the next request's head.
        .header_read_timeout(HEAD_DEADLINE)
        .max_header_size(HEAD_BYTES)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        // What went wrong with a client's HTTP has been answered, or can't be.
        _ = connection.as_mut() => return,
        _ = ending.wait_for(Option::is_some) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Nobody panics while holding one of these locks: they are held for a line or two.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic under this lock")
}
