//! The routes of the page's port, and which of them only the teacher may use.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{from_extractor_with_state, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodFilter, get, on, post};

use super::http::refusal::{Refusal, Refused};
use super::http::{assets, guard};
use super::player::{here, long_poll, network_test, websocket};
use super::teacher::session::{self, Teacher};
use super::teacher::{checks, orders, programs, results, rooms, trial};
use super::{Page, class_servers, comeback, console, lesson, protocol, tournament, workshop};
use crate::metrics::health;
use game::engine::guest::Via;

/// The method and the path of a route.
pub type Route = (&'static str, &'static str);

/// The routes that only the teacher may use. Each is refused to others before its handler runs, and
/// is in a list, from which a test tries each.
#[derive(Default)]
struct Teachers {
    router: Router<Arc<Page>>,
    list: Vec<Route>,
}

impl Teachers {
    fn all() -> Self {
        Teachers::default()
            .with("GET", "/prof/session", session::is_open)
            .with("DELETE", "/prof/session", session::end)
            .with("GET", "/prof/{file}", results::download)
            .with("GET", "/prof/rooms", rooms::list)
            .with("POST", "/prof/rooms", rooms::open)
            .with("GET", "/prof/rooms/{code}", rooms::look)
            .with("POST", "/prof/rooms/{code}", orders::give)
            .with("GET", "/prof/rooms/{code}/trial", trial::look)
            .with("POST", "/prof/rooms/{code}/trial", trial::begin)
            .with("GET", "/prof/rooms/{code}/servers", class_servers::list)
            .with(
                "POST",
                "/prof/rooms/{code}/servers",
                class_servers::take_out,
            )
            .with("GET", "/prof/rooms/{code}/programs", programs::look)
            .with("POST", "/prof/rooms/{code}/programs", programs::check)
            .with("GET", "/prof/rooms/{code}/programs/{row}", programs::report)
            .with("GET", "/prof/rooms/{code}/tournament", tournament::look)
            .with("POST", "/prof/rooms/{code}/tournament", tournament::set)
            .with(
                "GET",
                "/prof/rooms/{code}/tournament/wall",
                tournament::wall,
            )
            .with("GET", "/prof/rooms/{code}/protocol", protocol::look)
            .with("GET", "/prof/rooms/{code}/protocol/wall", protocol::wall)
            .with("GET", "/prof/rooms/{code}/addresses", checks::addresses)
            .with("GET", "/prof/checks", checks::look)
            .with("POST", "/prof/checks", checks::begin)
            .with("DELETE", "/prof/checks", checks::cancel)
            .with("GET", "/prof/checks.csv", checks::download)
            .with("GET", "/prof/checks/{row}", checks::row)
            .with("GET", "/prof/lesson/{code}", lesson::room::answers)
            .with("POST", "/prof/rooms/{code}/back", comeback::answer)
            .with("POST", "/prof/rooms/{code}/forget", orders::forget)
            .with("POST", "/prof/free", orders::free)
            .with("GET", "/prof/workshop", workshop::usage)
            .with("POST", "/prof/workshop", workshop::order)
            .with("GET", "/prof/workshop/talk", workshop::talk)
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

/// The routes that only the teacher may use; `{…}` stands for a part of the path.
pub fn teachers() -> Vec<Route> {
    Teachers::all().list
}

/// All routes.
pub fn router(page: Arc<Page>) -> Router {
    let only_teacher = from_extractor_with_state::<Teacher, _>(page.clone());
    let teachers = Teachers::all().router.route_layer(only_teacher);
    Router::new()
        .merge(teachers)
        .route("/prof/session", post(session::begin))
        .merge(for_everyone())
        .fallback(file)
        .layer(from_fn_with_state(page.clone(), guard::guard))
        .with_state(page)
}

fn for_everyone() -> Router<Arc<Page>> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/here", get(here::here))
        .route("/qr.svg", get(here::qr))
        .route("/card", post(here::card))
        .route("/text", long_poll::sessions(Via::PollText))
        .route("/text/{id}", long_poll::session(Via::PollText))
        .route("/json", long_poll::sessions(Via::PollJson))
        .route("/json/{id}", long_poll::session(Via::PollJson))
        .route("/trial", post(network_test::report))
        .route("/back", post(comeback::claim))
        .route("/lesson", get(lesson::lesson))
        .route("/lesson/state", post(lesson::state))
        .route("/lesson/answer", post(lesson::answer))
        .route("/lesson/practice", post(lesson::practice))
        .route("/workshop/python", get(workshop::python))
        .route("/workshop/ahead", post(workshop::ahead))
        .route("/workshop/socket", get(workshop::socket))
        .route("/workshop/call/{program}", post(workshop::call))
        .route("/workshop/programs", post(workshop::programs))
        .route("/workshop/save", post(workshop::save))
        .route("/workshop/publish", post(class_servers::publish))
        .route("/workshop/withdraw", post(class_servers::withdraw))
        .route("/workshop/enter", post(tournament::enter))
        .route("/workshop/propose", post(protocol::propose))
        .route("/workshop/class", post(class_servers::class))
        .route("/workshop/check", post(workshop::check))
        .route("/workshop/console", post(console::command))
        .route("/ws", get(websocket::json).fallback(not_this_way))
        .route("/ws/text", get(websocket::text).fallback(not_this_way))
}

/// Whether a load balancer may send players to this server.
async fn healthz(State(page): State<Arc<Page>>) -> (StatusCode, &'static str) {
    match health(&page.journal) {
        Ok(text) => (StatusCode::OK, text),
        Err(text) => (StatusCode::SERVICE_UNAVAILABLE, text),
    }
}

/// A method that a path does not have.
async fn not_this_way() -> Refused {
    Refusal::NotThisWay.into_text()
}

/// One of the page's files.
async fn file(request: Request) -> Result<Response, Refused> {
    if request.method().is_safe()
        && let Some(python) = assets::python(request.uri().path())
    {
        return Ok(python);
    }
    let found = assets::find(request.uri().path());
    let (name, file) = found.ok_or(Refusal::NoFile.into_text())?;
    match *request.method() {
        Method::GET | Method::HEAD => Ok(assets::answer(&request, &name, file)),
        _ => Err(Refusal::NotThisWay.into_text()),
    }
}

#[cfg(test)]
mod tests {
    /// Protects the list that the test of roles reads: it has every route below `/prof` except the
    /// one that begins the teacher's session.
    #[test]
    fn what_is_the_teacher_s_is_in_the_list() {
        let source = include_str!("routes.rs");
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let routes = code.lines().filter(|line| line.contains(".route(\"/prof"));
        let begin = r#".route("/prof/session", post(session::begin))"#;
        assert_eq!(routes.map(str::trim).collect::<Vec<_>>(), [begin]);
        let listed = super::teachers();
        assert!(listed.len() > 8 && listed.iter().all(|(_, path)| path.starts_with("/prof/")));
    }
}
