//! The tournament over HTTP: pupils enter programs; the teacher begins, stops and reads; the projector
//! reads what has no names.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Page;
use super::http::extract::{InRoom, JsonBody};
use super::http::refusal::Refusal;
use super::teacher::checks::Spoken;
use super::teacher::session::Teacher;
use super::workshop::seat;
use crate::workshop::PageKey;
use crate::workshop::tournament::podium::{self, tally};
use crate::workshop::tournament::schedule::Pair;
use crate::workshop::tournament::{Held, Named, NotEntered, Shown};
use game::limits::PROGRAM_BYTES;
use game::phrases::Lang;
use game::rules::{CellKind, Detail, Party, RoomCode};
use lab::check::pair::meeting::Outcome;
use lab::check::pair::text;
use lab::sentence::Sentence;

/// Places on the projector's podium.
const SHOWN: usize = 3;

/// A program that a pupil enters.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entered {
    /// The code of the pupil's seat.
    code: String,
    /// The key of their page.
    key: String,
    /// What it is; nothing takes the pupil's programs out.
    party: Option<Party>,
    /// The text of a program of the page, as it was examined; only a sketch of it is kept.
    text: Option<String>,
}

/// `POST /workshop/enter`: enters a program whose essential checks pass into the room's tournament, or takes
/// the pupil's out.
pub async fn enter(
    State(page): State<Arc<Page>>,
    JsonBody(entered): JsonBody<Entered>,
) -> Result<StatusCode, Refusal> {
    let (code, pupil) = page.pupil(&entered.code).await?;
    let key = PageKey::from_str_radix(&entered.key, 16).map_err(|_| Refusal::Misread)?;
    let seat = seat(code, pupil)?;
    let text = entered.text.as_deref();
    if text.is_some_and(|text| text.len() > PROGRAM_BYTES) {
        return Err(Refusal::Misread);
    }
    let entered = match entered.party {
        Some(party) => page.workshop.enter(key, seat, party, text),
        None => page.workshop.leave(key, &seat),
    };
    entered.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

fn refusal(error: NotEntered) -> Refusal {
    match error {
        NotEntered::NoSuchPage => Refusal::NoWorkshopPage,
        NotEntered::Closed => Refusal::WorkshopClosed,
        NotEntered::Full => Refusal::TooManyPublished,
        NotEntered::NotFit => Refusal::NotFit,
        NotEntered::NotPublished => Refusal::NotListening,
        NotEntered::Nobody => Refusal::NobodyEntered,
        NotEntered::Running => Refusal::TournamentRunning,
        NotEntered::NotKept => Refusal::NoSpace,
    }
}

/// The teacher's order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    on: bool,
}

/// `POST /prof/rooms/CODE/tournament`: begins or ends the room's tournament.
pub async fn set(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
    JsonBody(Wanted { on }): JsonBody<Wanted>,
) -> Result<StatusCode, Refusal> {
    if on {
        page.workshop.begin(code).await.map_err(refusal)?;
    } else if let Some(tournament) = page.workshop.tournament(code) {
        tournament.stop();
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /prof/rooms/CODE/tournament`: who is entered, and the tournament with names.
pub async fn look(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
    Query(spoken): Query<Spoken>,
) -> Result<Json<Value>, Refusal> {
    let lang = spoken.lang(&page);
    let entrants = page.workshop.entrants(code);
    let entered = |party| entrants.iter().filter(|it| it.party == party).count();
    let alike = |party| {
        let found = page.workshop.alike(code, party).into_iter();
        found.map(move |(one, other, percent)| {
            json!({"party": party, "names": [one, other], "percent": percent})
        })
    };
    let alike: Vec<Value> = alike(Party::Server).chain(alike(Party::Client)).collect();
    let held = page.held(code).await?;
    Ok(Json(json!({
        "servers": entered(Party::Server),
        "clients": entered(Party::Client),
        "alike": alike,
        "held": held.map(|held| matrix(&held, lang)),
    })))
}

/// `GET /prof/rooms/CODE/tournament/wall`: the tournament without names, for the projector.
pub async fn wall(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
) -> Result<Json<Value>, Refusal> {
    let Some(held) = page.held(code).await? else {
        return Ok(Json(Value::Null));
    };
    let first = |ranks: Vec<usize>, all: &[Named], party| {
        let row = |place: usize| {
            let tally = tally(&held.cells, party, place);
            json!({"alias": all[place].alias, "tally": tally})
        };
        ranks.into_iter().take(SHOWN).map(row).collect::<Vec<_>>()
    };
    let servers = podium::servers(&held.cells, held.servers.len());
    let clients = podium::clients(&held.cells, held.clients.len());
    Ok(Json(json!({
        "over": held.is_over,
        "pairs": held.pairs,
        "met": held.cells.len(),
        "understood": understood(&held),
        "servers": first(servers, &held.servers, Party::Server),
        "clients": first(clients, &held.clients, Party::Client),
    })))
}

fn understood(held: &Held) -> usize {
    let cells = held.cells.values();
    cells
        .filter(|cell| cell.kind.is_understood() == Some(true))
        .count()
}

/// The kind of a cell, which a page shows by a sign.
fn kind(cell: &Shown) -> &'static str {
    match cell.kind.absent() {
        Some(_) => "absent",
        None => cell.kind.word(),
    }
}

/// What became of a pair, in words. After a restart it is said that what the programs said is not known.
fn said(cell: &Shown, lang: Lang) -> String {
    if let Some(outcome) = &cell.outcome {
        return text::sentence(outcome).say(lang);
    }
    if cell.kind == CellKind::Won {
        let tries = usize::try_from(cell.tries).unwrap_or(usize::MAX);
        return text::sentence(&Outcome::Won { tries }).say(lang);
    }
    let known = cell.detail.and_then(|detail| match detail {
        Detail::About(_) => None,
        Detail::Waits { server, client } => Some(
            Sentence::new("tournament-kept-waits")
                .said("server", text::waits(server))
                .said("client", text::waits(client)),
        ),
        Detail::Failed(Party::Server) => Some(Sentence::new("tournament-kept-server-failed")),
        Detail::Failed(Party::Client) => Some(Sentence::new("tournament-kept-client-failed")),
    });
    let sentences = known.into_iter().chain([Sentence::new("tournament-kept")]);
    let sentences: Vec<String> = sentences.map(|it| it.say(lang)).collect();
    sentences.join(" ")
}

fn matrix(held: &Held, lang: Lang) -> Value {
    let one = |party| {
        move |(place, it): (usize, &Named)| {
            json!({
                "name": it.name,
                "alias": it.alias,
                "tally": tally(&held.cells, party, place),
            })
        }
    };
    let cell = |(pair, cell): (&Pair, &Shown)| {
        json!({
            "client": pair.client,
            "server": pair.server,
            "kind": kind(cell),
            "tries": (cell.kind == CellKind::Won).then_some(cell.tries),
            "typed": cell.typed,
            "said": said(cell, lang),
            "topic": cell.detail.and_then(Detail::topic),
        })
    };
    let clients = held.clients.iter().enumerate();
    let servers = held.servers.iter().enumerate();
    json!({
        "over": held.is_over,
        "pairs": held.pairs,
        "understood": understood(held),
        "clients": clients.map(one(Party::Client)).collect::<Vec<_>>(),
        "servers": servers.map(one(Party::Server)).collect::<Vec<_>>(),
        "cells": held.cells.iter().map(cell).collect::<Vec<_>>(),
        "podium": {
            "clients": podium::clients(&held.cells, held.clients.len()),
            "servers": podium::servers(&held.cells, held.servers.len()),
        },
    })
}

impl Page {
    /// The latest tournament of a room: the one in memory, or else what the journal has of it.
    async fn held(&self, code: RoomCode) -> Result<Option<Held>, Refusal> {
        if let Some(tournament) = self.workshop.tournament(code) {
            return Ok(Some(tournament.state().into()));
        }
        let worker = self.dispatcher.worker_of(code);
        let kept = self.ask(worker, move |driver| driver.tournament(code));
        Ok(kept.await?.map(Held::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game::rules::{Topic, Waiting};

    /// Protects the teacher's table after a restart: no cell is empty, each says what is kept of it and that
    /// the rest is not, and what is kept lets the cell refer to the protocol page.
    #[test]
    fn a_cell_says_what_was_not_kept() {
        let cell = |kind, detail| Shown {
            kind,
            tries: 7,
            typed: false,
            detail,
            outcome: None,
        };
        let waits = Detail::Waits {
            server: Waiting::Message,
            client: Waiting::Keyboard,
        };
        let failed = |party| Some(Detail::Failed(party));
        for (kind, detail, fr, en) in [
            (CellKind::Won, None, "trouvé le nombre, en 7", "number in 7"),
            (
                CellKind::Misunderstood,
                Some(Detail::About(Topic::Small)),
                "n'a pas été gardé",
                "was not kept",
            ),
            (CellKind::Blocked, Some(waits), "recv()", "recv()"),
            (
                CellKind::Broken,
                failed(Party::Server),
                "Le serveur",
                "The server",
            ),
            (
                CellKind::Broken,
                failed(Party::Client),
                "Le client",
                "The client",
            ),
        ] {
            let cell = cell(kind, detail);
            for (lang, part, kept) in [
                (Lang::Fr, fr, "n'a pas été gardé"),
                (Lang::En, en, "was not kept"),
            ] {
                let said = said(&cell, lang);
                assert!(said.contains(part), "{part}: {said}");
                assert_eq!(said.contains(kept), kind != CellKind::Won, "{said}");
            }
        }
        let topic = |detail: Detail| detail.topic();
        assert_eq!(topic(waits), Some(Topic::Turns));
        assert_eq!(topic(Detail::About(Topic::Small)), Some(Topic::Small));
    }
}
