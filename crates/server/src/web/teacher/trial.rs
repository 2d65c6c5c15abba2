//! The teacher's side of the room test: it is begun, and its results are read. They contain no
//! address, only how far away a browser is, and which browsers share an address.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::session::Teacher;
use crate::addresses::interfaces;
use crate::trial::{Network, Outcome, Tested};
use crate::web::Page;
use crate::web::http::extract::InRoomOrHall;
use crate::web::http::refusal::Refusal;
use game::address::Interface;
use game::engine::guest::Via;
use game::rules::BrowserId;

/// `POST /prof/rooms/CODE/trial`: asks the pages of a room, or of the public hall, to try what their
/// network lets them do.
pub async fn begin(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoomOrHall(room): InRoomOrHall,
) -> Result<StatusCode, Refusal> {
    let run = page.trials.begin(room);
    let port = page.text_port();
    for worker in page.workers(room) {
        page.ask(worker, move |driver| driver.ask_pages(run, room, port))
            .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /prof/rooms/CODE/trial`: the results so far; null if the latest test was another room's.
pub async fn look(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoomOrHall(room): InRoomOrHall,
) -> Result<Json<Value>, Refusal> {
    let Some(look) = page.trials.look(room) else {
        return Ok(Json(Value::Null));
    };
    let interfaces = interfaces();
    let mut seen = Seen::default();
    let pages: Vec<Value> = (look.tested.iter())
        .map(|tested| seen.page(tested, &interfaces))
        .collect();
    let here = |address: &std::net::SocketAddr| address.ip().is_loopback();
    Ok(Json(json!({
        "running": look.is_running,
        "left_out": look.left_out,
        "port": page.text_port(),
        "port_is_local": page.bound.text.iter().all(here),
        "pages": pages,
    })))
}

/// The addresses and browsers seen so far. Each is shown as its index.
#[derive(Default)]
struct Seen {
    addresses: Vec<IpAddr>,
    browsers: Vec<BrowserId>,
}

impl Seen {
    fn page(&mut self, tested: &Tested, interfaces: &[Interface]) -> Value {
        let page = &tested.page;
        let peer = page.peer.to_canonical();
        let port = match (tested.reached, tested.report) {
            (true, _) => Some(Outcome::Open),
            (false, Some(report)) => Some(report.port),
            (false, None) => None,
        };
        json!({
            "player": page.player,
            "line": format!("{}-{}", tested.worker, page.key.number()),
            "name": page.name,
            "by": if page.via == Via::PollJson { "http" } else { "websocket" },
            "network": Network::of(peer, interfaces),
            "ipv6": peer.is_ipv6(),
            "address": number(&mut self.addresses, peer),
            "browser": page.browser.map(|browser| number(&mut self.browsers, browser)),
            "relayed": tested.relayed,
            "reported": tested.report.is_some(),
            "websocket": tested.report.map(|report| report.websocket),
            "poll": tested.report.map(|report| report.poll),
            "port": port,
        })
    }
}

/// The index of `one` in `met`; adds it if it is new.
fn number<T: PartialEq>(met: &mut Vec<T>, one: T) -> usize {
    let place = met.iter().position(|it| *it == one);
    place.unwrap_or_else(|| {
        met.push(one);
        met.len() - 1
    })
}
