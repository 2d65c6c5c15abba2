//! The server's addresses, for the page and the projector, and QR codes of the page's own address,
//! with a room's code or a seat's. No other text can be drawn.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use fast_qr::Module;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::addresses::{local_addresses, reachable};
use crate::web::Page;
use crate::web::http::connections::Caller;
use crate::web::http::extract::{JsonBody, room_code};
use crate::web::http::guard::Asked;
use crate::web::http::refusal::Refusal;

/// `GET /here`: every address for players, the best first, and the caller's own address.
pub async fn here(
    State(page): State<Arc<Page>>,
    Extension(asked): Extension<Asked>,
    Extension(caller): Extension<Arc<Caller>>,
) -> Json<Value> {
    let local = local_addresses();
    let texts = |doors: &[SocketAddr]| -> Vec<String> {
        let found = reachable(doors, &local);
        found.iter().map(SocketAddr::to_string).collect()
    };
    Json(json!({
        "page": page.link(&asked.host, &local),
        "pages": texts(&page.bound.page),
        "text": texts(&page.bound.text),
        "quiet": texts(&page.bound.quiet),
        "you": caller.peer,
        "lang": page.lang.tag(),
    }))
}

/// The query of `/qr.svg`.
#[derive(Deserialize)]
pub struct Wanted {
    /// The code of the room that the page opens in.
    room: Option<String>,
}

/// `GET /qr.svg?room=4821`: the page's address, as a picture.
pub async fn qr(
    State(page): State<Arc<Page>>,
    Extension(asked): Extension<Asked>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Refusal> {
    let mut link = page.link(&asked.host, &local_addresses());
    if let Some(code) = wanted.room.as_deref().map(room_code).transpose()? {
        link += &format!("#{code}");
    }
    let picture = QRBuilder::new(link).build();
    let picture = picture.expect("a name and a room's code are a few hundred bytes");
    let picture = SvgBuilder::default().to_str(&picture);
    Ok(([(CONTENT_TYPE, "image/svg+xml")], picture).into_response())
}

/// The body of `POST /card`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The code of a seat.
    code: String,
    to: Destination,
}

/// The page in which a seat is resumed.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Destination {
    Game,
    Lesson,
}

/// `POST /card`: the QR code of the link that resumes a seat, a text of 0 and 1 for each row. The
/// request has a body, since proxies log addresses.
pub async fn card(
    State(page): State<Arc<Page>>,
    Extension(asked): Extension<Asked>,
    JsonBody(card): JsonBody<Card>,
) -> Result<Json<Value>, Refusal> {
    let (code, _) = page.pupil(&card.code).await?;
    let base = page.link(&asked.host, &local_addresses());
    let path = match card.to {
        Destination::Game => "",
        Destination::Lesson => "lecon",
    };
    let picture = QRBuilder::new(format!("{base}{path}#{code}")).build();
    let picture = picture.expect("a name and a seat's code are a few hundred bytes");
    let dot = |dot: &Module| if dot.value() { '1' } else { '0' };
    let rows = (0..picture.size).map(|row| picture[row].iter().map(dot).collect::<String>());
    Ok(Json(json!({"rows": rows.collect::<Vec<_>>()})))
}

impl Page {
    /// The page's address as other machines open it: the one that this request used, unless that
    /// works on this machine only.
    fn link(&self, host: &str, local: &[IpAddr]) -> String {
        let name = host.rsplit_once(':').map_or(host, |(name, port)| {
            let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
            if is_port { name } else { host }
        });
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let is_loopback = bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        if name != "localhost" && !is_loopback {
            let scheme = if self.bound.is_secure {
                "https"
            } else {
                "http"
            };
            return format!("{scheme}://{host}/");
        }
        match reachable(&self.bound.page, local).first() {
            Some(address) => self.bound.page_link(*address, None),
            None => format!("http://{host}/"),
        }
    }
}
