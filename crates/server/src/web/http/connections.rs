//! The HTTP connections and their bounds: how many, how slow, how large a head.
//!
//! Each holds a permit among all connections of the server, which a WebSocket takes along. When
//! there are too many, those of the address that has most yield: first those that have sent no whole
//! request, then idle ones, for which a browser opens another when it needs one.

use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::http::header::HOST;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower::ServiceExt;

use crate::listen::{self, Dispatcher};
use crate::log::event::Often;
use crate::metrics::counters::AcceptCounters;
use crate::permits::{ConnectionPermit, Kind};
use crate::proxy::{self, Unknown};
use crate::tls::{Tls, is_tls};
use game::limits::{HANDSHAKE_DEADLINE, HEAD_BYTES, HEAD_DEADLINE, WRITE_DEADLINE};
use game::phrases::{Lang, say};
use game::rules::BrowserId;
use game::shares::{Source, Standing};
use os::liveness::limit_unacknowledged;

/// One HTTP connection. A request extension.
pub struct Caller {
    /// The client's address, as the socket or a trusted proxy tells it.
    pub peer: IpAddr,
    permit: Mutex<Option<ConnectionPermit>>,
}

impl Caller {
    /// Where it connects from, as shares count it.
    pub fn source(&self) -> Source {
        Source::from(self.peer)
    }

    /// Takes the permit, for a socket that becomes a WebSocket.
    pub fn take_permit(&self) -> Option<ConnectionPermit> {
        lock(&self.permit).take()
    }

    /// Whether the teacher's token or cookie came by it.
    pub fn is_teachers(&self) -> bool {
        lock(&self.permit)
            .as_ref()
            .is_some_and(ConnectionPermit::is_teachers)
    }

    /// Changes how much the connection matters.
    pub fn set(&self, standing: Standing) {
        if let Some(permit) = &*lock(&self.permit) {
            permit.set(standing);
        }
    }

    /// Takes note that a proxy has forwarded a request of the connection.
    pub fn comes_by_proxy(&self) {
        if let Some(permit) = &*lock(&self.permit) {
            permit.comes_by_proxy();
        }
    }

    /// Counts the connection as this browser's.
    pub fn identify(&self, browser: BrowserId) {
        if let Some(permit) = &*lock(&self.permit) {
            permit.identify(browser);
        }
    }
}

/// A request in progress; dropping it ends the request, answered or not.
struct InProgress(Arc<Caller>);

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.set(Standing::Idle);
    }
}

/// All HTTP connections.
pub struct Connections {
    dispatcher: Dispatcher,
    /// The language of the refusal that a proxy gets.
    lang: Lang,
    /// The deadline for all connections, once the server stops.
    ending: watch::Receiver<Option<Instant>>,
    /// The page's certificate, if it is served by TLS.
    tls: Option<Tls>,
    open: AtomicUsize,
    /// Notified when a connection ends.
    gone: Notify,
}

/// Counts a connection as long as it is open.
struct Entry(Arc<Connections>);

impl Entry {
    fn new(connections: &Arc<Connections>) -> Self {
        connections.open.fetch_add(1, Ordering::Relaxed);
        let accept_counters = connections.dispatcher.accept_counters();
        AcceptCounters::count(&accept_counters.http);
        AcceptCounters::count(&accept_counters.http_came);
        Entry(connections.clone())
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
        let http = &self.0.dispatcher.accept_counters().http;
        http.fetch_sub(1, Ordering::Relaxed);
        self.0.gone.notify_one();
    }
}

impl Connections {
    /// No connections yet.
    pub fn new(
        dispatcher: Dispatcher,
        lang: Lang,
        ending: watch::Receiver<Option<Instant>>,
        tls: Option<Tls>,
    ) -> Self {
        Connections {
            dispatcher,
            lang,
            ending,
            tls,
            open: AtomicUsize::new(0),
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

    /// Accepts; others yield first where there is no place. Never returns.
    async fn accept_all(self: &Arc<Self>, listener: TcpListener, router: Router) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    // It uses one of the spare descriptors. Nobody yields before somebody comes.
                    let (peer, router) = (peer.ip(), router.clone());
                    let permits = self.dispatcher.permits();
                    let permit = permits.admit(Kind::Http, Source::from(peer), None).await;
                    if self.dispatcher.trusts(peer) {
                        let place = permit.place();
                        let client = self.clone().relayed(stream, peer, router, permit);
                        permits.owned_by(place, tokio::spawn(client).abort_handle());
                    } else {
                        self.host(stream, peer, router, permit);
                    }
                }
                Err(error) => {
                    if os::listen::is_shortage(&error) {
                        self.dispatcher.shortage();
                    }
                    listen::wait_after(&error).await;
                }
            }
        }
    }

    /// Serves a connection from a trusted proxy, for the client that its PROXY header names.
    async fn relayed(
        self: Arc<Self>,
        mut stream: TcpStream,
        proxy: IpAddr,
        router: Router,
        permit: ConnectionPermit,
    ) {
        match proxy::introduced(&mut stream).await {
            Ok(client) => {
                let client = client.unwrap_or(proxy);
                permit.belongs_to(Source::from(client));
                self.host(stream, client, router, permit);
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
        let place = permit.place();
        let caller = Arc::new(Caller {
            peer,
            permit: Mutex::new(Some(permit)),
        });
        let entry = Entry::new(self);
        let (ending, tls) = (self.ending.clone(), self.tls.clone());
        let task = tokio::spawn(async move {
            let _entry = entry;
            // Nagle's algorithm would hold a response back until the browser's delayed acknowledgement.
            let _ = stream.set_nodelay(true);
            // The system cuts off a client that has read nothing for this long.
            let _ = limit_unacknowledged(&stream, WRITE_DEADLINE);
            let Some(tls) = tls else {
                return serve(stream, caller, router, ending).await;
            };
            match timeout(HANDSHAKE_DEADLINE, accept_tls(stream, &tls)).await {
                Ok(Ok(Begun::Tls(stream))) => serve(stream, caller, router, ending).await,
                Ok(Ok(Begun::Plain(stream))) => serve(stream, caller, to_https(), ending).await,
                // The client has gone, is silent, or trusts no such certificate.
                Ok(Err(_)) | Err(_) => {}
            }
        });
        let permits = self.dispatcher.permits();
        permits.owned_by(place, task.abort_handle());
    }

    /// Waits until the server stops, then until the last connection ends or the deadline passes.
    pub async fn ended(&self) {
        let mut ending = self.ending.clone();
        let Ok(Some(deadline)) = ending.wait_for(Option::is_some).await.map(|it| *it) else {
            return;
        };
        let gone = async {
            while self.open.load(Ordering::Relaxed) > 0 {
                self.gone.notified().await;
            }
        };
        // After the deadline, the thread's end cuts off the rest.
        let _ = tokio::time::timeout_at(deadline.into(), gone).await;
    }
}

/// A connection to a page by TLS.
enum Begun {
    /// It has shaken hands.
    Tls(Box<TlsStream<TcpStream>>),
    /// Its first byte is no TLS: somebody typed `http://`.
    Plain(TcpStream),
}

async fn accept_tls(stream: TcpStream, tls: &Tls) -> io::Result<Begun> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    if !is_tls(first[0]) {
        return Ok(Begun::Plain(stream));
    }
    let stream = TlsAcceptor::from(tls.config()).accept(stream).await?;
    Ok(Begun::Tls(Box::new(stream)))
}

/// Sends each request to the same address by `https`.
fn to_https() -> Router {
    Router::new().fallback(|headers: HeaderMap, uri: Uri| async move {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        match host {
            Some(host) => Redirect::temporary(&format!("https://{host}{path}")).into_response(),
            None => StatusCode::BAD_REQUEST.into_response(),
        }
    })
}

/// Answers the requests of one connection, until it ends or becomes a WebSocket.
async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    caller: Arc<Caller>,
    router: Router,
    mut ending: watch::Receiver<Option<Instant>>,
) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        if !request.body().is_end_stream() {
            // It is no whole request yet.
            caller.set(Standing::New);
        }
        let in_progress = InProgress(caller.clone());
        request.extensions_mut().insert(caller.clone());
        let answered = router.clone().oneshot(request.map(Body::new));
        async move {
            let _in_progress = in_progress;
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
