//! The room test, as requests: the teacher begins it and looks at it, pages report to it. What it
//! tells has no address: only how far a browser is, and which browsers share one.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::addresses::interfaces;
use super::super::teacher::Ask;
use super::super::trial::{Network, Outcome, Report, Tested};
use super::Page;
use super::connections::Caller;
use super::guard::is_relayed;
use super::refused::Refused;
use super::teacher::Teacher;
use game::address::Interface;
use game::engine::guest::Via;
use game::rules::{BrowserId, HALL, RoomCode};

/// A page's report.
#[derive(Deserialize)]
pub struct Reported {
    ticket: String,
    #[serde(flatten)]
    report: Report,
}

/// `POST /prof/rooms/CODE/trial`: asks the pages of a room, or of the public hall, to try what their
/// network lets them do.
pub async fn begin(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path(code): Path<String>,
) -> Result<StatusCode, Refused> {
    let room = page.room_or_hall(&code)?;
    let run = page.trials.begin(room);
    let workers = match room {
        Some(code) => {
            let worker = page.deal.worker_of(code);
            worker..worker + 1
        }
        None => 0..page.deal.workers(),
    };
    let port = page.text_port();
    for worker in workers {
        let ask = |asker| Ask::Trial(run, room, port, asker);
        page.ask(worker, ask).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /prof/rooms/CODE/trial`: what has come of it so far; null if there is none of this room.
pub async fn look(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path(code): Path<String>,
) -> Result<Json<Value>, Refused> {
    let room = page.room_or_hall(&code)?;
    let Some(look) = page.trials.look(room) else {
        return Ok(Json(Value::Null));
    };
    let interfaces = interfaces();
    let mut seen = Seen::default();
    let shown: Vec<Value> = (look.tested.iter())
        .map(|tested| seen.shown(tested, &interfaces))
        .collect();
    let here = |address: &std::net::SocketAddr| address.ip().is_loopback();
    Ok(Json(json!({
        "running": look.is_running,
        "left_out": look.left_out,
        "port": page.text_port(),
        "port_is_local": page.bound.text.iter().all(here),
        "pages": shown,
    })))
}

/// `POST /trial`: a page that was asked tells what came of it.
pub async fn report(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
    reported: Result<Json<Reported>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let Json(Reported { ticket, report }) = reported.map_err(|_| page.misread())?;
    let ticket = ticket.parse().map_err(|()| page.misread())?;
    let relayed = is_relayed(&headers);
    match page.trials.report(ticket, report, caller.peer, relayed) {
        true => Ok(StatusCode::NO_CONTENT),
        false => {
            let missing = StatusCode::NOT_FOUND;
            Err(Refused::new(missing, page.lang, "web-no-trial", &[]))
        }
    }
}

impl Page {
    /// The room of this code; none is the public hall.
    pub fn room_or_hall(&self, code: &str) -> Result<Option<RoomCode>, Refused> {
        match code.eq_ignore_ascii_case(HALL) {
            true => Ok(None),
            false => self.code(code).map(Some),
        }
    }
}

/// Addresses and browsers met so far: they are told apart by number.
#[derive(Default)]
struct Seen {
    addresses: Vec<IpAddr>,
    browsers: Vec<BrowserId>,
}

impl Seen {
    fn shown(&mut self, tested: &Tested, interfaces: &[Interface]) -> Value {
        let page = &tested.page;
        let peer = page.peer.to_canonical();
        let port = match (tested.reached, tested.report) {
            (true, _) => Some(Outcome::Open),
            (false, Some(report)) => Some(report.port),
            (false, None) => None,
        };
        json!({
            "player": page.player.map(|player| HEXLOWER.encode(&player.0)),
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

/// The place of what was met before, or of what is met for the first time.
fn number<T: PartialEq>(met: &mut Vec<T>, one: T) -> usize {
    let place = met.iter().position(|it| *it == one);
    place.unwrap_or_else(|| {
        met.push(one);
        met.len() - 1
    })
}
