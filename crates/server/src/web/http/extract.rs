//! What handlers take from a request, as axum extractors: each refuses by itself what is malformed.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::HeaderMap;
use axum::http::header::{FORWARDED, VIA};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::assets::browser_of;
use super::refusal::Refusal;
use game::rules::{BrowserId, HALL, RoomCode};

/// A JSON body. Anything else is [`Refusal::Misread`].
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let read = Json::from_request(request, state).await;
        read.map(|Json(body)| JsonBody(body))
            .map_err(|_| Refusal::Misread)
    }
}

/// The shared room whose code is the path's one parameter.
pub struct InRoom(pub RoomCode);

impl<S: Send + Sync> FromRequestParts<S> for InRoom {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match InRoomOrHall::from_request_parts(parts, state).await? {
            InRoomOrHall(Some(code)) => Ok(InRoom(code)),
            InRoomOrHall(None) => Err(Refusal::NotARoomCode),
        }
    }
}

/// The room whose code is the path's one parameter; `None` for the public hall.
pub struct InRoomOrHall(pub Option<RoomCode>);

impl<S: Send + Sync> FromRequestParts<S> for InRoomOrHall {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(code) = path.map_err(|_| Refusal::NotARoomCode)?;
        if code.eq_ignore_ascii_case(HALL) {
            return Ok(InRoomOrHall(None));
        }
        room_code(&code).map(|code| InRoomOrHall(Some(code)))
    }
}

/// A room's code, as somebody typed it.
pub fn room_code(text: &str) -> Result<RoomCode, Refusal> {
    text.parse().map_err(|()| Refusal::NotARoomCode)
}

/// The browser that asks, if it has loaded a page before.
pub struct Browser(pub Option<BrowserId>);

impl<S: Send + Sync> FromRequestParts<S> for Browser {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(Browser(browser_of(&parts.headers)))
    }
}

/// Whether these headers say that a proxy has forwarded their request.
pub fn is_relayed(headers: &HeaderMap) -> bool {
    let names = [VIA.as_str(), FORWARDED.as_str(), "x-forwarded-for"];
    names.iter().any(|name| headers.contains_key(*name))
}

/// Whether [`is_relayed`] is true of the request.
#[derive(Clone, Copy)]
pub struct IsRelayed(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for IsRelayed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(IsRelayed(is_relayed(&parts.headers)))
    }
}
