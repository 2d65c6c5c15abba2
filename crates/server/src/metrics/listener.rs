//! The listener of `/metrics` and `/healthz`, for the operator's own machines. It checks no `Host`:
//! nothing here is secret, and no request changes anything.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::super::listen;
use super::super::permits::{ConnectionPermit, Kind};
use super::exposition::MEDIA_TYPE;
use super::{Sources, health};
use game::limits::{HEAD_BYTES, METRICS_DEADLINE, WRITE_DEADLINE};
use game::shares::{Source, Standing};
use os::liveness::limit_unacknowledged;

/// Accepts and answers. Never returns. A connection that has asked nothing yields to the next.
pub async fn serve(listener: TcpListener, sources: Sources) {
    let permits = sources.dispatcher.permits();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let from = Source::from(peer.ip());
                let permit = permits.admit(Kind::Metrics, from, None).await;
                let place = permit.place();
                let task = tokio::spawn(converse(stream, permit, sources.clone()));
                permits.owned_by(place, task.abort_handle());
            }
            Err(error) => listen::wait_after(&error).await,
        }
    }
}

async fn converse(stream: TcpStream, permit: ConnectionPermit, sources: Sources) {
    // The system cuts off a client that has read nothing for this long.
    let _ = limit_unacknowledged(&stream, WRITE_DEADLINE);
    let service = service_fn(|request: Request<Incoming>| {
        permit.set(Standing::Present);
        let sources = &sources;
        async move { Ok::<_, Infallible>(answer(&request, sources).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(METRICS_DEADLINE)
        .max_header_size(HEAD_BYTES)
        .max_buf_size(HEAD_BYTES)
        // One request a connection: an idle client must not hold one of the few permits.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // hyper has answered a client's malformed HTTP, or can't.
    let _ = connection.await;
}

async fn answer(request: &Request<Incoming>, sources: &Sources) -> Response {
    let plain = "text/plain; charset=utf-8";
    let (status, kind, text) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/metrics") => {
            (StatusCode::OK, MEDIA_TYPE, sources.page().await)
        }
        (&Method::GET | &Method::HEAD, "/healthz") => match health(&sources.journal) {
            Ok(text) => (StatusCode::OK, plain, text.to_owned()),
            Err(text) => (StatusCode::SERVICE_UNAVAILABLE, plain, text.to_owned()),
        },
        (&Method::GET | &Method::HEAD, _) => {
            let text = "/metrics, /healthz\n".to_owned();
            (StatusCode::NOT_FOUND, plain, text)
        }
        _ => (StatusCode::METHOD_NOT_ALLOWED, plain, "GET\n".to_owned()),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
