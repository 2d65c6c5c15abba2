//! The HTTP connections and their bounds: how many, how slow, how large a head.
//!
//! Each holds a permit among all connections of the server, which a WebSocket takes along. When
//! there are too many, those that have been idle for longest are closed.

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

use crate::listen::{self, ConnectionPermit, Dispatcher};
use crate::log::event::Often;
use crate::metrics::Tally;
use crate::proxy::{self, Unknown};
use game::limits::{
    ACCEPT_BACKOFF, EVICTED_AT_ONCE, HEAD_BYTES, HEAD_DEADLINE, HTTP_CONNECTIONS, WRITE_DEADLINE,
};
use game::phrases::{Lang, say};

/// One HTTP connection. A request extension.
pub struct Caller {
    /// The client's address, as the socket or a trusted proxy tells it.
    pub peer: IpAddr,
    permit: Mutex<Option<ConnectionPermit>>,
    /// Requests in progress.
    busy: AtomicUsize,
    /// Since when no request is in progress.
    idle: Mutex<Instant>,
}

impl Caller {
    fn new(peer: IpAddr, permit: ConnectionPermit) -> Self {
        Caller {
            peer,
            permit: Mutex::new(Some(permit)),
            busy: AtomicUsize::new(0),
            idle: Mutex::new(Instant::now()),
        }
    }

    /// Takes the permit, for a socket that becomes a WebSocket.
    pub fn take_permit(&self) -> Option<ConnectionPermit> {
        lock(&self.permit).take()
    }
}

/// Counts a request in progress; dropping it ends the request, answered or not.
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

/// All HTTP connections.
pub struct Connections {
    dispatcher: Dispatcher,
    /// The language of the refusal that a proxy gets.
    lang: Lang,
    /// The deadline for all connections, once the server stops.
    ending: watch::Receiver<Option<Instant>>,
    open: Mutex<Slab<(Arc<Caller>, AbortHandle)>>,
    /// Notified when a connection ends.
    gone: Notify,
}

/// A connection's entry in the table; dropping it removes the entry.
struct Entry {
    connections: Arc<Connections>,
    key: usize,
}

impl Drop for Entry {
    fn drop(&mut self) {
        lock(&self.connections.open).remove(self.key);
        let http = &self.connections.dispatcher.tally().http;
        http.fetch_sub(1, Ordering::Relaxed);
        self.connections.gone.notify_one();
    }
}

impl Connections {
    /// No connections yet.
    pub fn new(
        dispatcher: Dispatcher,
        lang: Lang,
        ending: watch::Receiver<Option<Instant>>,
    ) -> Self {
        Connections {
            dispatcher,
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
            () = self.accept_all(listener, router) => {}
            _ = ending.wait_for(Option::is_some) => {}
        }
    }

    /// Accepts; makes room first where there is none. Never returns.
    async fn accept_all(self: &Arc<Self>, listener: TcpListener, router: Router) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    // It uses one of the spare descriptors. Room is made only once a connection
                    // has come.
                    self.room_for_one_more().await;
                    let (peer, router) = (peer.ip(), router.clone());
                    match self.dispatcher.trusts(peer) {
                        true => drop(tokio::spawn(self.clone().relayed(stream, peer, router))),
                        false => self.host(stream, peer, router, self.dispatcher.permit()),
                    }
                }
                Err(error) => {
                    if os::listen::is_shortage(&error) {
                        self.dispatcher.shortage();
                        self.make_room();
                    }
                    listen::wait_after(&error).await;
                }
            }
        }
    }

    async fn room_for_one_more(&self) {
        if self.is_full() {
            self.dispatcher.log().often(Often::Full, 1);
        }
        while self.is_full() {
            self.make_room();
            tokio::time::sleep(ACCEPT_BACKOFF).await;
        }
    }

    /// Serves a connection from a trusted proxy, for the client that its PROXY header names.
    async fn relayed(self: Arc<Self>, mut stream: TcpStream, proxy: IpAddr, router: Router) {
        let permit = self.dispatcher.permit();
        match proxy::introduced(&mut stream).await {
            Ok(client) => {
                self.room_for_one_more().await;
                self.host(stream, client.unwrap_or(proxy), router, permit);
            }
            Err(Unknown::Gone) => {}
            Err(Unknown::NotSaid) => {
                self.dispatcher.log().often(Often::NotIntroduced, 1);
                let sentence = say(self.lang, "proxy-expected", &[]) + "\n";
                let length = sentence.len();
                let text = format!(
                    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
                     Content-Length: {length}\r\nConnection: close\r\n\r\n{sentence}"
                );
                // The proxy may have closed it; ignore it.
                let _ = proxy::refuse(stream, &text).await;
            }
        }
    }

    fn host(
        self: &Arc<Self>,
        stream: TcpStream,
        peer: IpAddr,
        router: Router,
        permit: ConnectionPermit,
    ) {
        let caller = Arc::new(Caller::new(peer, permit));
        let tally = self.dispatcher.tally();
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
        self.dispatcher.is_full() || lock(&self.open).len() >= HTTP_CONNECTIONS
    }

    /// Closes the connections that have been idle for longest: a browser opens another when it needs
    /// one. If the server as a whole is full, the text protocol's connections make room too.
    fn make_room(&self) {
        if self.dispatcher.is_full() {
            self.dispatcher.make_room();
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
            Tally::count(&self.dispatcher.tally().http_evicted);
        }
    }

    /// Waits until the server stops, then until the last connection ends or the deadline passes.
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
        // After the deadline, the thread's end cuts off the rest.
        let _ = tokio::time::timeout_at(deadline.into(), gone).await;
    }
}

/// Answers the requests of one connection, until it ends or becomes a WebSocket.
async fn serve(
    stream: TcpStream,
    caller: Arc<Caller>,
    router: Router,
    mut ending: watch::Receiver<Option<Instant>>,
) {
    // Nagle's algorithm would hold a response back until the browser's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    // The system cuts off a client that has read nothing for this long.
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
        // hyper has answered a client's malformed HTTP, or can't.
        _ = connection.as_mut() => return,
        _ = ending.wait_for(Option::is_some) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic under this lock")
}
