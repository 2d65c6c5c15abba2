//! The class's servers over HTTP: pupils publish, withdraw and find them; the teacher takes one out.
//!
//! A program on a pupil's own machine is reached at the address from which the pupil asks, and at no
//! other.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Page;
use super::http::connections::Caller;
use super::http::extract::{InRoom, IsRelayed, JsonBody};
use super::http::refusal::Refusal;
use super::protocol::topics;
use super::teacher::session::Teacher;
use super::workshop::{Who, seat};
use crate::addresses::interfaces;
use crate::worker::inbox::Asker;
use crate::workshop::relay::class_address;
use crate::workshop::{NotPublished, Offer, PageKey};

/// Ports below this one are an administrator's: no pupil's program listens there.
const LEAST_PORT: u16 = 1024;

/// A server to publish.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offered {
    /// The code of the pupil's seat.
    code: String,
    /// The key of their page.
    key: String,
    /// A program of the page, by its number.
    program: Option<String>,
    /// The port of a program on the pupil's own machine.
    port: Option<u16>,
}

/// `POST /workshop/publish`: puts a server into the room's directory.
pub async fn publish(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    relayed: IsRelayed,
    JsonBody(offered): JsonBody<Offered>,
) -> Result<StatusCode, Refusal> {
    let (code, pupil) = page.pupil(&offered.code).await?;
    let seat = seat(code, pupil)?;
    let key = PageKey::from_str_radix(&offered.key, 16).map_err(|_| Refusal::Misread)?;
    let offer = match (&offered.program, offered.port) {
        (Some(program), None) => Offer::Program(program.parse().map_err(|()| Refusal::Misread)?),
        (None, Some(port)) => Offer::Outside(page.outside(caller.peer, relayed, port)?),
        _ => return Err(Refusal::Misread),
    };
    let published = page.workshop.publish(key, seat, offer);
    published.map_err(|error| match error {
        NotPublished::NoSuchPage => Refusal::NoWorkshopPage,
        NotPublished::Closed => Refusal::WorkshopClosed,
        NotPublished::NotListening => Refusal::NotListening,
        NotPublished::OnlyHere => Refusal::ListensOnlyHere,
        NotPublished::Full => Refusal::TooManyPublished,
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /workshop/withdraw`: takes the pupil's server out of the directory and the tournament.
pub async fn withdraw(
    State(page): State<Arc<Page>>,
    JsonBody(who): JsonBody<Who>,
) -> Result<StatusCode, Refusal> {
    let (code, pupil) = page.pupil(&who.code).await?;
    let seat = seat(code, pupil)?;
    page.workshop.withdraw_server(seat.room, seat.player);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /workshop/class`: the published servers and the protocol page of the pupil's room.
pub async fn class(
    State(page): State<Arc<Page>>,
    JsonBody(who): JsonBody<Who>,
) -> Result<Json<Value>, Refusal> {
    let (code, pupil) = page.pupil(&who.code).await?;
    let seat = seat(code, pupil)?;
    let servers = page.workshop.published(seat.room).into_iter();
    let servers = servers.map(|(number, entry)| {
        json!({
            "name": entry.seat.name,
            "address": class_address(number),
            "port": entry.port,
            "own": entry.seat.is_same(&seat),
            "outside": entry.outside.is_some() && entry.seat.is_same(&seat),
        })
    });
    let (protocol, _) = page.protocol(seat.room, Asker::Pupil).await?;
    let mine = protocol.proposals.iter();
    let mine = mine.filter(|it| it.player == seat.player);
    let mine = mine.map(|it| json!({"topic": it.topic, "text": it.text}));
    Ok(Json(json!({
        "servers": servers.collect::<Vec<_>>(),
        "topics": topics(&protocol),
        "proposed": mine.collect::<Vec<_>>(),
    })))
}

/// `GET /prof/rooms/CODE/servers`: the published servers of a room.
pub async fn list(_: Teacher, State(page): State<Arc<Page>>, InRoom(code): InRoom) -> Json<Value> {
    let servers = page.workshop.published(code).into_iter();
    let servers = servers.map(|(number, entry)| {
        json!({
            "number": number,
            "name": entry.seat.name,
            "outside": entry.outside.is_some(),
            "forwards": page.workshop.forwards(number),
        })
    });
    Json(servers.collect())
}

/// The server that the teacher takes out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakenOut {
    number: u16,
}

/// `POST /prof/rooms/CODE/servers`: takes a server out of the directory.
pub async fn take_out(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
    JsonBody(TakenOut { number }): JsonBody<TakenOut>,
) -> StatusCode {
    let published = page.workshop.published(code);
    if published.iter().any(|(known, _)| *known == number) {
        page.workshop.take_out(number);
    }
    StatusCode::NO_CONTENT
}

impl Page {
    /// The address of a program at this port of the machine from which a pupil asks.
    pub fn outside(
        &self,
        peer: IpAddr,
        IsRelayed(is_relayed): IsRelayed,
        port: u16,
    ) -> Result<SocketAddr, Refusal> {
        let peer = peer.to_canonical();
        let mut here = interfaces().into_iter();
        let is_here = peer.is_loopback() || here.any(|it| it.address == peer);
        let bound = &self.bound;
        let mut own = [&bound.text, &bound.quiet, &bound.page, &bound.metrics]
            .into_iter()
            .flatten();
        let is_own = is_here && own.any(|it| it.port() == port);
        // A proxy's address is not its client's.
        if is_relayed || port < LEAST_PORT || is_own || self.dispatcher.trusts(peer) {
            return Err(Refusal::NoSuchPort);
        }
        Ok(SocketAddr::new(peer, port))
    }
}
