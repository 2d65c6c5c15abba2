//! The server's addresses, for the page and the projector, and a QR code of the page's own address.
//! No other text can be drawn.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::addresses::{local_addresses, reachable};
use crate::web::Page;
use crate::web::http::connections::Caller;
use crate::web::http::extract::room_code;
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
            return format!("http://{host}/");
        }
        match reachable(&self.bound.page, local).first() {
            Some(address) => format!("http://{address}/"),
            None => format!("http://{host}/"),
        }
    }
}
