//! The room's protocol page over HTTP: pupils read it and propose rules; the teacher writes them. The
//! projector gets the rules and no proposal.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Page;
use super::http::connections::Caller;
use super::http::extract::{InRoom, JsonBody};
use super::http::refusal::Refusal;
use super::teacher::session::Teacher;
use super::workshop::seat;
use crate::listen::Gone;
use crate::worker::driver::Driver;
use crate::worker::inbox::Asker;
use game::room::protocol::Protocol;
use game::rules::rule::rule_text;
use game::rules::{PlayerId, Proposal, RoomCode, Topic};

/// What a pupil proposes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// The code of their seat.
    code: String,
    /// What the rule is about.
    topic: Topic,
    /// The rule.
    text: String,
}

/// `POST /workshop/propose`: proposes a rule; answered once it is in the journal.
pub async fn propose(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    JsonBody(proposed): JsonBody<Proposed>,
) -> Result<StatusCode, Refusal> {
    let (code, pupil) = page.pupil(&proposed.code).await?;
    seat(code, pupil)?;
    let text = rule_text(&proposed.text).filter(|text| !text.is_empty());
    let text = text.ok_or(Refusal::BadRule)?;
    let (worker, source) = (page.dispatcher.worker_with(code), caller.source());
    let order = move |driver: &mut Driver| driver.proposed(code, proposed.topic, text, source);
    let kept = page.dispatcher.order(worker, Asker::Pupil, order).await;
    kept.map_err(|Gone| Refusal::Stopping)??;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /prof/rooms/CODE/protocol`: the rules, and who proposes what.
pub async fn look(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
) -> Result<Json<Value>, Refusal> {
    let (protocol, names) = page.protocol(code, Asker::Teacher).await?;
    let one = |it: &Proposal| {
        json!({
            "player": it.player,
            "name": names.get(&it.player),
            "topic": it.topic,
            "text": it.text,
        })
    };
    Ok(Json(json!({
        "topics": topics(&protocol),
        "proposals": protocol.proposals.iter().map(one).collect::<Vec<_>>(),
    })))
}

/// `GET /prof/rooms/CODE/protocol/wall`: the rules, for the projector.
pub async fn wall(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
) -> Result<Json<Value>, Refusal> {
    let (protocol, _) = page.protocol(code, Asker::Teacher).await?;
    Ok(Json(json!({ "topics": topics(&protocol) })))
}

/// All topics in the page's order, each with its rule, if it has one.
pub fn topics(protocol: &Protocol) -> Value {
    let one = |topic: &Topic| json!({"topic": topic, "text": protocol.rules.get(topic)});
    Topic::ALL.iter().map(one).collect()
}

impl Page {
    /// The protocol page of a room, and the names of its players.
    pub async fn protocol(
        &self,
        code: RoomCode,
        asker: Asker,
    ) -> Result<(Protocol, BTreeMap<PlayerId, String>), Refusal> {
        let worker = self.dispatcher.worker_of(code);
        let question = move |driver: &mut Driver| driver.protocol(code);
        let found = self.dispatcher.ask(worker, asker, question).await;
        Ok(found.map_err(|Gone| Refusal::Stopping)?.unwrap_or_default())
    }
}
