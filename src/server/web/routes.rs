//! What is where on the page's port.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};

use super::super::metrics::health;
use super::refused::Refused;
use super::{Page, assets, guard, here, lesson, results, rooms, talk, teacher, upgrade};
use crate::shard::guest::Via;

/// All routes.
pub fn router(page: Arc<Page>) -> Router {
    let session = post(teacher::begin)
        .get(teacher::is_open)
        .delete(teacher::end);
    Router::new()
        .route("/healthz", get(healthz))
        .route("/here", get(here::here))
        .route("/qr.svg", get(here::qr))
        .route("/prof/session", session)
        .route("/prof/{file}", get(results::download))
        .route("/text", talk::sessions(Via::PollText))
        .route("/text/{id}", talk::session(Via::PollText))
        .route("/json", talk::sessions(Via::PollJson))
        .route("/json/{id}", talk::session(Via::PollJson))
        .route("/prof/rooms", get(rooms::list).post(rooms::open))
        .route("/prof/rooms/{code}", get(rooms::look).post(rooms::order))
        .route("/prof/lesson/{code}", get(lesson::room))
        .route("/lesson", get(lesson::lesson))
        .route("/lesson/state", post(lesson::state))
        .route("/lesson/answer", post(lesson::answer))
        .route("/lesson/practice", post(lesson::practice))
        .route("/prof/free", post(rooms::free))
        .route("/ws", get(upgrade::json))
        .route("/ws/text", get(upgrade::text))
        .fallback(file)
        .layer(from_fn_with_state(page.clone(), guard::guard))
        .with_state(page)
}

/// Whether this server is to be sent players.
async fn healthz(State(page): State<Arc<Page>>) -> (StatusCode, &'static str) {
    match health(&page.journal) {
        Ok(text) => (StatusCode::OK, text),
        Err(text) => (StatusCode::SERVICE_UNAVAILABLE, text),
    }
}

/// A file, where there is one.
async fn file(State(page): State<Arc<Page>>, request: Request) -> Response {
    let refuse = |status, code| Refused::new(status, page.lang, code, &[]).text();
    let Some((name, file)) = assets::find(request.uri().path()) else {
        return refuse(StatusCode::NOT_FOUND, "web-nothing-here");
    };
    match *request.method() {
        Method::GET | Method::HEAD => assets::answer(&request, &name, file),
        _ => refuse(StatusCode::METHOD_NOT_ALLOWED, "web-not-this-way"),
    }
}
