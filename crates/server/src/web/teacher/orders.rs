//! The teacher's orders to a room, and the end of a conversation that is stuck.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::session::Teacher;
use crate::journal::ErasedPlayer;
use crate::log::Event;
use crate::web::Page;
use crate::web::http::extract::{InRoom, JsonBody};
use crate::web::http::refusal::Refusal;
use game::engine::ConnectionId;
use game::engine::survey::{Find, Survey};
use game::lesson::Mark;
use game::limits::LESSON_ID_CHARS;
use game::rules::rule::rule_text;
use game::rules::{BrowserId, Name, Order, OrderJson, PlayerId, RoomCode, RoomId};

/// The body of `POST /prof/free`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stuck {
    /// The connection's id, as a survey shows it.
    line: String,
    /// Whether it is closed without a farewell.
    at_once: bool,
}

/// `POST /prof/rooms/CODE`: gives an order; answered once it is in the journal.
pub async fn give(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
    JsonBody(order): JsonBody<OrderJson>,
) -> Result<StatusCode, Refusal> {
    let order = Order::try_from(order).map_err(|_| Refusal::Misread)?;
    let whom = match &order {
        Order::Kick { player, .. } => Find::Player(*player),
        _ => Find::Everyone,
    };
    // An order to a room that does not exist is refused too.
    let survey = page.survey(code, whom).await?;
    page.give(code, checked(order, &survey)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The order, if its texts are acceptable. An order to kick also bars the player's browser.
fn checked(order: Order, survey: &Survey) -> Result<Order, Refusal> {
    match order {
        Order::Kick { player, bar, .. } => Ok(Order::Kick {
            player,
            bar,
            browser: browser_of(player, survey),
        }),
        Order::Rename { player, name } => Ok(Order::Rename {
            player,
            name: Name::parse(name.as_str()).map_err(|_| Refusal::BadName)?,
        }),
        Order::Mark { question, mark, .. }
            if mark.parse::<Mark>().is_err() || question.chars().count() > LESSON_ID_CHARS =>
        {
            Err(Refusal::Misread)
        }
        Order::Model { question, .. } if question.chars().count() > LESSON_ID_CHARS => {
            Err(Refusal::Misread)
        }
        Order::Rule { topic, text } => Ok(Order::Rule {
            topic,
            text: rule_text(&text).ok_or(Refusal::BadRule)?,
        }),
        // It needs the journal, too: see `forget`; and who inherits has asked: see `comeback`.
        Order::Erase { .. } | Order::Inherit { .. } | Order::UndoReturn { .. } => {
            Err(Refusal::Misread)
        }
        order => Ok(order),
    }
}

/// The body of `POST /prof/rooms/CODE/forget`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forget {
    /// The player to erase; without one, the room.
    player: Option<PlayerId>,
}

fn browser_of(player: PlayerId, survey: &Survey) -> Option<BrowserId> {
    let mut tiles = survey.tiles.iter();
    let tile = tiles.find(|tile| tile.player == Some(player))?;
    tile.contact.as_ref()?.browser
}

/// `POST /prof/rooms/CODE/forget`: erases a player, or ends the room and erases it.
pub async fn forget(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
    JsonBody(Forget { player }): JsonBody<Forget>,
) -> Result<StatusCode, Refusal> {
    // A room that does not exist is refused.
    let find = player.map_or(Find::Everyone, Find::Player);
    page.survey(code, find).await?;
    let worker = page.dispatcher.worker_of(code);
    let seats = match player {
        Some(player) => {
            page.ask(worker, move |it| it.seats_of(code, player))
                .await?
        }
        None => Vec::new(),
    };
    for (player, name) in &seats {
        page.workshop.forget(code, Some(*player));
        page.returns.forget(code, *player, name.as_ref());
    }
    if player.is_none() {
        page.workshop.forget(code, None);
        page.returns.forget_room(code);
    }
    let journal = page.journal.clone();
    if !journal.can_erase() {
        return Err(Refusal::NoFolder);
    }
    let erased = match player {
        Some(_) => {
            let erased = seats.into_iter();
            let erased = erased.map(|(seat, _)| ErasedPlayer::new(RoomId::Shared(code), seat));
            let erased: Vec<ErasedPlayer> = erased.collect();
            // Results that were on their way are committed before the second order.
            for one in erased.iter().chain(&erased) {
                page.give(code, one.order()).await?;
            }
            let erase = move || {
                let mut done = Ok(None);
                for one in erased {
                    done = journal.erase_player(one);
                    if !matches!(done, Ok(Some(_))) {
                        break;
                    }
                }
                done
            };
            tokio::task::spawn_blocking(erase).await
        }
        None => {
            page.give(code, Order::Close).await?;
            // The results of the last round are committed before this order.
            page.give(code, Order::Lock { on: true }).await?;
            tokio::task::spawn_blocking(move || journal.erase_room(code)).await
        }
    };
    match erased {
        Ok(Ok(Some(_))) => Ok(StatusCode::NO_CONTENT),
        Ok(Ok(None)) => Err(Refusal::NoFolder),
        Ok(Err(error)) => Err(Refusal::Journal(error)),
        Err(_) => Err(Refusal::Stopping),
    }
}

/// `POST /prof/free`: ends a conversation that is stuck.
pub async fn free(
    _: Teacher,
    State(page): State<Arc<Page>>,
    JsonBody(Stuck { line, at_once }): JsonBody<Stuck>,
) -> Result<StatusCode, Refusal> {
    let (worker, key) = connection(&line).ok_or(Refusal::Misread)?;
    if worker >= page.dispatcher.workers() {
        return Err(Refusal::Misread);
    }
    page.ask(worker, move |driver| driver.free(key, at_once))
        .await?;
    page.dispatcher.log().say(Event::Freed { at_once });
    Ok(StatusCode::NO_CONTENT)
}

/// The worker and the key in a connection's id, `WORKER-KEY`.
fn connection(id: &str) -> Option<(usize, ConnectionId)> {
    let (worker, key) = id.split_once('-')?;
    Some((
        worker.parse().ok()?,
        ConnectionId::from_number(key.parse().ok()?),
    ))
}

impl Page {
    /// Gives an order, and waits until it is in the journal.
    pub async fn give(&self, code: RoomCode, order: Order) -> Result<(), Refusal> {
        let worker = self.dispatcher.worker_of(code);
        let given = Event::Ordered {
            room: code,
            order: order.clone(),
        };
        self.propose(worker, move |driver| driver.order(code, order))
            .await?;
        self.dispatcher.log().say(given);
        Ok(())
    }
}
