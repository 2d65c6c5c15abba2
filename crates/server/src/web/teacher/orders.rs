//! The teacher's orders to a room, and the end of a conversation that is stuck.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::session::Teacher;
use crate::log::Event;
use crate::web::Page;
use crate::web::http::extract::{InRoom, JsonBody};
use crate::web::http::refusal::Refusal;
use game::engine::ConnKey;
use game::engine::survey::{Find, Survey};
use game::lesson::Mark;
use game::limits::LESSON_ID_CHARS;
use game::rules::{BrowserId, Name, Order, OrderJson, PlayerId, RoomCode};

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
        order => Ok(order),
    }
}

fn browser_of(player: PlayerId, survey: &Survey) -> Option<BrowserId> {
    let mut tiles = survey.tiles.iter();
    let tile = tiles.find(|tile| tile.player == Some(player))?;
    tile.contact.as_ref()?.browser
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
fn connection(id: &str) -> Option<(usize, ConnKey)> {
    let (worker, key) = id.split_once('-')?;
    Some((
        worker.parse().ok()?,
        ConnKey::from_number(key.parse().ok()?),
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
