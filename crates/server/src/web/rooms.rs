//! The teacher's rooms, as requests: looked at, opened, ordered about. Everybody but the teacher is
//! refused: see [`super::teacher::Teacher`].

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::super::log::Event;
use super::super::teacher::Ask;
use super::Page;
use super::refused::Refused;
use super::survey::shown;
use super::teacher::Teacher;
use game::engine::ConnKey;
use game::engine::survey::{Find, Survey};
use game::engine::teacher::NotOpened;
use game::lesson::Mark;
use game::limits::LESSON_ID_CHARS;
use game::rules::{HALL, Mode, Name, Order, Pack, PlayerId, Range, RoomCode, Rules};
use game::wire::json::rules_of;
use os::system;

/// What a room is opened with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Its code; four digits by chance if there is none.
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

/// An order, as the teacher's screen gives it.
#[derive(Deserialize)]
#[serde(tag = "order", rename_all = "lowercase", deny_unknown_fields)]
pub enum Given {
    /// [`Order::Lock`].
    Lock { on: bool },
    /// [`Order::Pause`].
    Pause { on: bool },
    /// [`Order::Next`].
    Next { round: u32 },
    /// [`Order::Close`].
    Close,
    /// [`Order::Kick`].
    Kick { player: String, bar: bool },
    /// [`Order::Rename`].
    Rename { player: String, name: String },
    /// [`Order::Hide`].
    Hide { player: String, on: bool },
    /// [`Order::Words`].
    Words { pack: String },
    /// [`Order::Mark`].
    Mark {
        player: String,
        question: String,
        mark: String,
    },
}

/// Who is looked for.
#[derive(Deserialize)]
pub struct Search {
    /// A part of a name; nothing is everybody.
    #[serde(default)]
    find: String,
}

/// A connection to free.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stuck {
    /// As a survey names it.
    line: String,
    /// Whether to close it without a word.
    at_once: bool,
}

/// `GET /prof/rooms`: the rooms that are open.
pub async fn list(_: Teacher, State(page): State<Arc<Page>>) -> Result<Json<Value>, Refused> {
    let mut rooms = Vec::new();
    for worker in 0..page.deal.workers() {
        rooms.extend(page.ask(worker, Ask::Rooms).await?);
    }
    rooms.sort_by_key(|(code, ..)| *code);
    let room = |(code, rules, players): &(RoomCode, Rules, usize)| json!({"code": code.as_str(), "rules": rules_of(*rules), "players": players});
    Ok(Json(rooms.iter().map(room).collect()))
}

/// `POST /prof/rooms`: opens a room, and answers with its code.
pub async fn open(
    _: Teacher,
    State(page): State<Arc<Page>>,
    wanted: Result<Json<Wanted>, JsonRejection>,
) -> Result<Json<Value>, Refused> {
    let Json(wanted) = wanted.map_err(|_| page.misread())?;
    let rules = rules(&wanted).ok_or_else(|| page.refuse("web-bad-rules"))?;
    let pack = wanted.pack.as_deref().map(Pack::named);
    let pack = pack.map(|pack| pack.ok_or_else(|| page.misread()));
    let pack = pack.transpose()?;
    let code = page.open(&wanted.code, rules).await?;
    if let Some(pack) = pack {
        page.give(code, Order::Words(pack)).await?;
    }
    if wanted.paused {
        page.give(code, Order::Pause(true)).await?;
    }
    Ok(Json(json!({"code": code.as_str()})))
}

fn rules(wanted: &Wanted) -> Option<Rules> {
    let mode: Mode = wanted.mode.parse().ok()?;
    let range: Range = format!("{}..{}", wanted.min, wanted.max).parse().ok()?;
    Rules::new(mode, range, wanted.limit)
}

/// `GET /prof/rooms/CODE`: how a room looks now; of the public hall, for its name.
pub async fn look(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path(code): Path<String>,
    Query(search): Query<Search>,
) -> Result<Json<Value>, Refused> {
    let find = Find::typed(&search.find);
    if code.eq_ignore_ascii_case(HALL) {
        let mut parts = Vec::new();
        for worker in 0..page.deal.workers() {
            let survey = page.ask(worker, |asker| Ask::Survey(None, find.clone(), asker));
            let survey = survey.await?;
            parts.extend(survey.map(|survey| (worker, survey)));
        }
        return Ok(Json(shown(&parts)));
    }
    let code = page.code(&code)?;
    let survey = page.survey(code, find).await?;
    Ok(Json(shown(&[(page.deal.worker_of(code), survey)])))
}

/// `POST /prof/rooms/CODE`: gives an order; answered once it is in the journal.
pub async fn order(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path(code): Path<String>,
    given: Result<Json<Given>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let Json(given) = given.map_err(|_| page.misread())?;
    let code = page.code(&code)?;
    // So a room that does not exist is refused as well.
    let whom = page.about(&given)?.map_or(Find::Everyone, Find::Player);
    let survey = page.survey(code, whom).await?;
    let order = page.meant(given, &survey)?;
    page.give(code, order).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /prof/free`: ends a conversation that is stuck.
pub async fn free(
    _: Teacher,
    State(page): State<Arc<Page>>,
    stuck: Result<Json<Stuck>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let Json(stuck) = stuck.map_err(|_| page.misread())?;
    let (worker, key) = stuck.line.split_once('-').ok_or_else(|| page.misread())?;
    let worker: usize = worker.parse().map_err(|_| page.misread())?;
    let key = key.parse().map_err(|_| page.misread())?;
    if worker >= page.deal.workers() {
        return Err(page.misread());
    }
    let ask = Ask::Free(ConnKey::from_number(key), stuck.at_once);
    page.deal.ask(worker, ask);
    let at_once = stuck.at_once;
    page.deal.log().say(Event::Freed { at_once });
    Ok(StatusCode::NO_CONTENT)
}

impl Page {
    fn refuse(&self, code: &'static str) -> Refused {
        Refused::new(StatusCode::BAD_REQUEST, self.lang, code, &[])
    }

    /// A request that is none of ours.
    pub fn misread(&self) -> Refused {
        self.refuse("web-misread")
    }

    /// A room's code.
    pub fn code(&self, text: &str) -> Result<RoomCode, Refused> {
        text.parse().map_err(|()| self.refuse("web-no-room-code"))
    }

    /// Asks a worker, and waits for its answer.
    pub async fn ask<T>(
        &self,
        worker: usize,
        question: impl FnOnce(oneshot::Sender<T>) -> Ask,
    ) -> Result<T, Refused> {
        let (asker, answer) = oneshot::channel();
        self.deal.ask(worker, question(asker));
        let gone = StatusCode::SERVICE_UNAVAILABLE;
        let stopping = |_| Refused::new(gone, self.lang, "web-stopping", &[]);
        answer.await.map_err(stopping)
    }

    async fn survey(&self, code: RoomCode, find: Find) -> Result<Survey, Refused> {
        let worker = self.deal.worker_of(code);
        let survey = self.ask(worker, |asker| Ask::Survey(Some(code), find, asker));
        let missing = || {
            let args = [("room", code.as_str().into())];
            Refused::new(StatusCode::NOT_FOUND, self.lang, "web-no-room", &args)
        };
        survey.await?.ok_or_else(missing)
    }

    async fn give(&self, code: RoomCode, order: Order) -> Result<(), Refused> {
        let worker = self.deal.worker_of(code);
        let said = Event::Ordered {
            room: code,
            order: order.clone(),
        };
        self.ask(worker, |asker| Ask::Order(code, order, asker))
            .await?;
        self.deal.log().say(said);
        Ok(())
    }

    /// Opens a room with that code, or with one that is free.
    async fn open(&self, wanted: &str, rules: Rules) -> Result<RoomCode, Refused> {
        loop {
            let code = match wanted {
                "" => four_digits(),
                text => self.code(text)?,
            };
            let worker = self.deal.worker_of(code);
            let opened = self.ask(worker, |asker| Ask::Open(code, rules, asker));
            match opened.await? {
                Ok(()) => {
                    self.deal.log().say(Event::RoomOpened {
                        room: code,
                        rules,
                        at_start: false,
                    });
                    return Ok(code);
                }
                Err(NotOpened::Taken) if wanted.is_empty() => {}
                Err(NotOpened::Taken) => {
                    let args = [("room", code.as_str().into())];
                    let status = StatusCode::CONFLICT;
                    return Err(Refused::new(status, self.lang, "web-room-taken", &args));
                }
                Err(NotOpened::TooMany) => return Err(self.refuse("web-too-many-rooms")),
            }
        }
    }

    fn player(&self, hex: &str) -> Result<PlayerId, Refused> {
        let bytes = HEXLOWER.decode(hex.as_bytes()).ok();
        let bytes: Option<[u8; 16]> = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(PlayerId).ok_or_else(|| self.misread())
    }

    /// Whose connection must be known to carry an order out.
    fn about(&self, given: &Given) -> Result<Option<PlayerId>, Refused> {
        match given {
            Given::Kick { player, .. } => self.player(player).map(Some),
            _ => Ok(None),
        }
    }

    /// The order that was meant, about a player whom the survey shows.
    fn meant(&self, given: Given, survey: &Survey) -> Result<Order, Refused> {
        let player = |hex: &str| self.player(hex);
        Ok(match given {
            Given::Lock { on } => Order::Lock(on),
            Given::Pause { on } => Order::Pause(on),
            Given::Next { round } => Order::Next { round },
            Given::Close => Order::Close,
            Given::Words { pack } => {
                Order::Words(Pack::named(&pack).ok_or_else(|| self.misread())?)
            }
            Given::Kick { player: hex, bar } => {
                let player = player(&hex)?;
                let tile = survey.tiles.iter().find(|tile| tile.player == Some(player));
                let contact = tile.and_then(|tile| tile.contact.as_ref());
                let browser = contact.and_then(|contact| contact.browser);
                Order::Kick {
                    player,
                    bar,
                    browser,
                }
            }
            Given::Rename { player: hex, name } => Order::Rename {
                player: player(&hex)?,
                name: Name::parse(&name).map_err(|_| self.refuse("web-bad-name"))?,
            },
            Given::Mark {
                player: hex,
                question,
                mark,
            } => {
                let mark: Mark = mark.parse().map_err(|()| self.misread())?;
                if question.chars().count() > LESSON_ID_CHARS {
                    return Err(self.misread());
                }
                Order::Mark {
                    player: player(&hex)?,
                    question: question.into(),
                    mark: mark.word().into(),
                }
            }
            Given::Hide { player: hex, on } => Order::Hide {
                player: player(&hex)?,
                hidden: on,
            },
        })
    }
}

fn four_digits() -> RoomCode {
    let mut random = [0; 4];
    system::entropy()(&mut random);
    let number = 1000 + u32::from_le_bytes(random) % 9000;
    let code = number.to_string().parse();
    code.expect("four digits are a code")
}
