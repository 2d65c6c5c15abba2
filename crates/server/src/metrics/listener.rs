//! The listener of `/metrics` and `/healthz`, for the operator's own machines. It checks no `Host`:
//! nothing here is secret, and no request changes anything.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::super::listen;
use super::exposition::MEDIA_TYPE;
use super::{Sources, health};
use game::limits::{HEAD_BYTES, METRICS_CONNECTIONS, METRICS_DEADLINE, WRITE_DEADLINE};

/// Accepts and answers. Never returns.
pub async fn serve(listener: TcpListener, sources: Sources) {
    let permits = Arc::new(Semaphore::new(METRICS_CONNECTIONS));
    loop {
        // Further connections wait in the system's queue.
        let permit = permits.clone().acquire_owned().await;
        match listener.accept().await {
            Ok((stream, _)) => {
                let sources = sources.clone();
                tokio::spawn(async move {
                    let _permit = permit;
                    converse(stream, sources).await;
                });
            }
            Err(error) => listen::wait_after(&error).await,
        }
    }
}

async fn converse(stream: TcpStream, sources: Sources) {
    // The system cuts off a client that has read nothing for this long.
    let _ = SockRef::from(&stream).set_tcp_user_timeout(Some(WRITE_DEADLINE));
    let service = service_fn(move |request: Request<Incoming>| {
        let sources = sources.clone();
        async move { Ok::<_, Infallible>(answer(&request, &sources).await) }
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
