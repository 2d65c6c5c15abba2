//! The teacher's rooms: the list, opening one, and how one looks now.

use std::ops::Range as Workers;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::session::Teacher;
use super::survey::survey_json;
use crate::log::Event;
use crate::web::Page;
use crate::web::http::extract::{InRoomOrHall, JsonBody, room_code};
use crate::web::http::refusal::Refusal;
use game::engine::Space;
use game::engine::survey::{Find, Survey};
use game::engine::teacher::NotOpened;
use game::rules::{Millis, Mode, Order, Pack, Range, RoomCode, Rules};
use game::wire::json::rules_of;
use os::system;

/// The room that `POST /prof/rooms` opens.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRoom {
    /// Its code; if empty, four random digits.
    #[serde(default)]
    code: String,
    mode: String,
    min: i32,
    max: i32,
    limit: Option<u32>,
    pack: Option<String>,
    /// Whether it waits for the teacher to start it.
    #[serde(default)]
    paused: bool,
}

/// The query of `GET /prof/rooms/CODE`.
#[derive(Deserialize)]
pub struct Search {
    /// A part of the names to show; if empty, all are.
    #[serde(default)]
    find: String,
}

/// `GET /prof/rooms`: the rooms that are open; `last` is when something last happened in each.
pub async fn list(_: Teacher, State(page): State<Arc<Page>>) -> Result<Json<Value>, Refusal> {
    let mut rooms = Vec::new();
    for worker in page.workers(None) {
        rooms.extend(page.ask(worker, |driver| driver.shared_rooms()).await?);
    }
    rooms.sort_by_key(|(code, ..)| *code);
    let room = |(code, rules, players, last): &(RoomCode, Rules, usize, Millis)| {
        let rules = rules_of(*rules);
        json!({"code": code.as_str(), "rules": rules, "players": players, "last": last})
    };
    Ok(Json(rooms.iter().map(room).collect()))
}

/// `POST /prof/rooms`: opens a room, and answers with its code.
pub async fn open(
    _: Teacher,
    State(page): State<Arc<Page>>,
    JsonBody(new): JsonBody<NewRoom>,
) -> Result<Json<Value>, Refusal> {
    let rules = new.rules().ok_or(Refusal::BadRules)?;
    let pack = match &new.pack {
        Some(word) => Some(Pack::named(word).ok_or(Refusal::Misread)?),
        None => None,
    };
    let code = page.open(&new.code, rules).await?;
    if let Some(pack) = pack {
        page.give(code, Order::Words { pack }).await?;
    }
    if new.paused {
        page.give(code, Order::Pause { on: true }).await?;
    }
    Ok(Json(json!({"code": code.as_str()})))
}

impl NewRoom {
    fn rules(&self) -> Option<Rules> {
        let mode: Mode = self.mode.parse().ok()?;
        let range: Range = format!("{}..{}", self.min, self.max).parse().ok()?;
        Rules::new(mode, range, self.limit)
    }
}

/// `GET /prof/rooms/CODE`: how a room looks now, or the public hall.
pub async fn look(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoomOrHall(room): InRoomOrHall,
    Query(search): Query<Search>,
) -> Result<Json<Value>, Refusal> {
    let find = Find::typed(&search.find);
    let mut parts = Vec::new();
    for worker in page.workers(room) {
        let find = find.clone();
        let survey = page.ask(worker, move |driver| driver.survey(room, &find));
        parts.extend(survey.await?.map(|survey| (worker, survey)));
    }
    match room {
        Some(code) if parts.is_empty() => Err(Refusal::NoRoom(code)),
        _ => {
            let mut shown = survey_json(&parts);
            if let Some(code) = room {
                page.drop_gone_askers(code).await?;
                shown["asking"] = page.returns.waiting(code);
            }
            shown["disk"] = match page.journal.space() {
                Space::Enough => Value::Null,
                Space::Low => "low".into(),
                Space::Nothing => "nothing".into(),
            };
            Ok(Json(shown))
        }
    }
}

impl Page {
    /// The workers that host a room, or all, which share the public hall.
    pub fn workers(&self, room: Option<RoomCode>) -> Workers<usize> {
        match room {
            Some(code) => {
                let worker = self.dispatcher.worker_of(code);
                worker..worker + 1
            }
            None => 0..self.dispatcher.workers(),
        }
    }

    /// A room as it is now, with the players of `find`.
    pub async fn survey(&self, code: RoomCode, find: Find) -> Result<Survey, Refusal> {
        let worker = self.dispatcher.worker_of(code);
        let survey = self.ask(worker, move |driver| driver.survey(Some(code), &find));
        survey.await?.ok_or(Refusal::NoRoom(code))
    }

    /// Opens a room with that code, or with a free one if it is empty.
    async fn open(&self, wanted: &str, rules: Rules) -> Result<RoomCode, Refusal> {
        loop {
            let code = match wanted {
                "" => four_digits(),
                text => room_code(text)?,
            };
            let worker = self.dispatcher.worker_of(code);
            let opened = self.propose(worker, move |driver| driver.open_room(code, rules));
            match opened.await? {
                Ok(()) => {
                    self.dispatcher.log().say(Event::RoomOpened {
                        room: code,
                        rules,
                        at_start: false,
                    });
                    return Ok(code);
                }
                Err(NotOpened::Taken) if wanted.is_empty() => {}
                Err(NotOpened::Taken) => return Err(Refusal::RoomTaken(code)),
                Err(NotOpened::TooMany) => return Err(Refusal::TooManyRooms),
                Err(NotOpened::NoSpace) => return Err(Refusal::NoSpace),
            }
        }
    }
}

fn four_digits() -> RoomCode {
    let mut random = [0; 4];
    system::entropy()(&mut random);
    let number = 1000 + u32::from_le_bytes(random) % 9000;
    let code = number.to_string().parse();
    code.expect("four digits are a code")
}
