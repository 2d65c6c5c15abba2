//! What is where on the page's port, and which of it is the teacher's.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{from_extractor_with_state, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodFilter, get, on, post};

use super::super::metrics::health;
use super::refused::Refused;
use super::teacher::Teacher;
use super::{
    Page, assets, checks, guard, here, lesson, results, rooms, talk, teacher, trial, upgrade,
};
use game::engine::guest::Via;

/// The method and the path of a request.
pub type Named = (&'static str, &'static str);

/// Requests that only the teacher may make: all are refused to others before anything else, and all
/// are in a list, by which a test tries each.
#[derive(Default)]
struct Teachers {
    router: Router<Arc<Page>>,
    list: Vec<Named>,
}

impl Teachers {
    fn all() -> Self {
        Teachers::default()
            .with("GET", "/prof/session", teacher::is_open)
            .with("DELETE", "/prof/session", teacher::end)
            .with("GET", "/prof/{file}", results::download)
            .with("GET", "/prof/rooms", rooms::list)
            .with("POST", "/prof/rooms", rooms::open)
            .with("GET", "/prof/rooms/{code}", rooms::look)
            .with("POST", "/prof/rooms/{code}", rooms::order)
            .with("GET", "/prof/rooms/{code}/trial", trial::look)
            .with("POST", "/prof/rooms/{code}/trial", trial::begin)
            .with("GET", "/prof/rooms/{code}/addresses", checks::addresses)
            .with("GET", "/prof/checks", checks::look)
            .with("POST", "/prof/checks", checks::begin)
            .with("DELETE", "/prof/checks", checks::give_up)
            .with("GET", "/prof/checks.csv", checks::download)
            .with("GET", "/prof/checks/{row}", checks::row)
            .with("GET", "/prof/lesson/{code}", lesson::room)
            .with("POST", "/prof/free", rooms::free)
    }

    fn with<H, T>(mut self, method: &'static str, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<Page>>,
        T: 'static,
    {
        let filter = match method {
            "GET" => MethodFilter::GET,
            "DELETE" => MethodFilter::DELETE,
            _ => MethodFilter::POST,
        };
        self.list.push((method, path));
        self.router = self.router.route(path, on(filter, handler));
        self
    }
}

/// Every request that is the teacher's alone; `{…}` stands for a part of the path.
pub fn teachers() -> Vec<Named> {
    Teachers::all().list
}

/// All routes.
pub fn router(page: Arc<Page>) -> Router {
    let only_teacher = from_extractor_with_state::<Teacher, _>(page.clone());
    let teachers = Teachers::all().router.route_layer(only_teacher);
    Router::new()
        .merge(teachers)
        .route("/prof/session", post(teacher::begin))
        .merge(everybodys())
        .fallback(file)
        .layer(from_fn_with_state(page.clone(), guard::guard))
        .with_state(page)
}

fn everybodys() -> Router<Arc<Page>> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/here", get(here::here))
        .route("/qr.svg", get(here::qr))
        .route("/text", talk::sessions(Via::PollText))
        .route("/text/{id}", talk::session(Via::PollText))
        .route("/json", talk::sessions(Via::PollJson))
        .route("/json/{id}", talk::session(Via::PollJson))
        .route("/trial", post(trial::report))
        .route("/lesson", get(lesson::lesson))
        .route("/lesson/state", post(lesson::state))
        .route("/lesson/answer", post(lesson::answer))
        .route("/lesson/practice", post(lesson::practice))
        .route("/ws", get(upgrade::json))
        .route("/ws/text", get(upgrade::text))
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

#[cfg(test)]
mod tests {
    /// Protects the list that the test of roles goes through: what is below `/prof` stands in it,
    /// but for the one request by which somebody becomes the teacher.
    #[test]
    fn what_is_the_teacher_s_is_in_the_list() {
        let source = include_str!("routes.rs");
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let routes = code.lines().filter(|line| line.contains(".route(\"/prof"));
        let begin = r#".route("/prof/session", post(teacher::begin))"#;
        assert_eq!(routes.map(str::trim).collect::<Vec<_>>(), [begin]);
        let listed = super::teachers();
        assert!(listed.len() > 8 && listed.iter().all(|(_, path)| path.starts_with("/prof/")));
    }
}
