//! The teacher's side of the room test: it is begun, and its results are read. They contain no
//! address, only how far away a browser is, which browsers share an address, and which machine
//! reaches which.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::session::Teacher;
use crate::addresses::interfaces;
use crate::trial::{Look, Network, Outcome, Tested};
use crate::web::Page;
use crate::web::http::extract::InRoomOrHall;
use crate::web::http::refusal::Refusal;
use game::address::Interface;
use game::address::prefix::Prefix;
use game::engine::guest::Via;
use game::limits::{TRIAL_DIAL, TRIAL_MACHINES};
use game::rules::BrowserId;
use os::system;

/// The port at which machines of the room test try to reach each other: nobody should listen there. The
/// pages have it in `reach-worker.js`, and its policy in [`crate::web::http::assets`].
const TRIAL_PORT: u16 = 50_099;

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
    let interfaces = interfaces();
    let machines = page.trials.machines(run).into_iter();
    // The server connects to machines of its own networks only.
    let near = machines.filter(|it| Network::of(*it, &interfaces) == Network::Same);
    for machine in near.take(TRIAL_MACHINES) {
        let page = page.clone();
        tokio::spawn(async move { page.trials.dialled(run, machine, dial(machine).await) });
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Tries to reach a machine at a port where nobody should listen: one that is reached refuses.
async fn dial(machine: IpAddr) -> Outcome {
    let connecting = TcpStream::connect((machine, TRIAL_PORT));
    match timeout(TRIAL_DIAL, connecting).await {
        Ok(Ok(_)) => Outcome::Open,
        Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => Outcome::Refused,
        Ok(Err(_)) | Err(_) => Outcome::Silent,
    }
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
    let dialled = look.dialled.iter();
    let dialled: Vec<Value> = dialled
        .map(|(machine, outcome)| json!([number(&mut seen.addresses, *machine), outcome]))
        .collect();
    let hotspot = hotspot(&look, &interfaces);
    let here = |address: &std::net::SocketAddr| address.ip().is_loopback();
    Ok(Json(json!({
        "running": look.is_running,
        "left_out": look.left_out,
        "port": page.text_port(),
        "port_is_local": page.bound.text.iter().all(here),
        "pages": pages,
        "dialled": dialled,
        "hotspot": hotspot,
        "wsl": system::is_wsl(),
    })))
}

/// The networks that phones and Windows give to the devices that share their connection: the devices
/// that one takes, and its name. Newer Androids choose any private network.
const HOTSPOTS: [(&str, &str); 3] = [
    ("172.20.10.0/28", "iphone"),
    ("192.168.43.0/24", "android"),
    ("192.168.137.0/24", "windows"),
];

/// The kind of hotspot in whose network pages are, if it is known by its addresses.
fn hotspot(look: &Look, interfaces: &[Interface]) -> Option<&'static str> {
    let peers = look.tested.iter().map(|it| it.page.peer.to_canonical());
    let own = interfaces.iter().map(|it| it.address);
    let addresses: Vec<IpAddr> = peers.chain(own).collect();
    let (_, kind) = HOTSPOTS.into_iter().find(|(network, _)| {
        let network: Prefix = network.parse().expect("the table has prefixes");
        addresses.iter().any(|address| network.contains(*address))
    })?;
    Some(kind)
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
        let report = tested.report.as_ref();
        let port = match tested.reached {
            true => Some(Outcome::Open),
            false => report.map(|report| report.port),
        };
        let address = number(&mut self.addresses, peer);
        let outcomes = report.map_or(&[][..], |report| &report.machines);
        let machines = page.machines.iter().zip(outcomes);
        let machines: Vec<Value> = machines
            .map(|(machine, outcome)| json!([number(&mut self.addresses, *machine), outcome]))
            .collect();
        json!({
            "player": page.player,
            "line": format!("{}-{}", tested.worker, page.key.number()),
            "name": page.name,
            "by": if page.via == Via::PollJson { "http" } else { "websocket" },
            "network": Network::of(peer, interfaces),
            "ipv6": peer.is_ipv6(),
            "address": address,
            "machines": machines,
            "browser": page.browser.map(|browser| number(&mut self.browsers, browser)),
            "relayed": tested.relayed,
            "reported": report.is_some(),
            "websocket": report.map(|report| report.websocket),
            "poll": report.map(|report| report.poll),
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
