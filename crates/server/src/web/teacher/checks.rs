//! The teacher's check of the pupils' servers: a run is begun with a list, read while it goes on, and
//! cancelled. The verdicts of all servers come in one response, the sentences about one server in
//! another.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::check_runs::{Look, NotBegun, Row, State as RowState};
use super::session::Teacher;
use crate::web::Page;
use crate::web::http::extract::{InRoomOrHall, JsonBody};
use crate::web::http::refusal::{Refusal, Refused};
use game::limits::HOSTS;
use game::phrases::{Lang, say};
use lab::check::class::{self, Cell, Examined, sheet};

/// The query of a request whose response has sentences.
#[derive(Deserialize)]
pub struct Spoken {
    lang: Option<String>,
}

impl Spoken {
    /// The language of the query, else the server's.
    pub fn lang(&self, page: &Page) -> Lang {
        let asked = self.lang.as_deref().and_then(|text| text.parse().ok());
        asked.unwrap_or(page.lang)
    }
}

/// The body of `POST /prof/checks`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRun {
    /// An address a line, and a pupil's name after it.
    list: String,
}

/// `POST /prof/checks`: begins to examine the servers of a list.
pub async fn begin(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Query(spoken): Query<Spoken>,
    JsonBody(NewRun { list }): JsonBody<NewRun>,
) -> Result<StatusCode, Refused> {
    let begun = class::read(&list)
        .map_err(Refusal::HostList)
        .and_then(|list| {
            page.checks.begin(list).map_err(|error| match error {
                NotBegun::Running => Refusal::ChecksRunning,
                NotBegun::NoThread => Refusal::NoThread,
            })
        });
    begun.map_err(|refusal| refusal.in_language(spoken.lang(&page)))?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /prof/checks`: the latest run as it is now; null if there was none.
pub async fn look(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Query(spoken): Query<Spoken>,
) -> Json<Value> {
    let Some(look) = page.checks.look() else {
        return Json(Value::Null);
    };
    let lang = spoken.lang(&page);
    let list = class::list();
    let checks = list.iter();
    let checks = checks.map(|(id, title)| json!({"id": id, "title": title.text(lang)}));
    let rows = look.rows.iter().map(|row| row_json(row, lang));
    Json(json!({
        "running": look.is_running,
        "given_up": look.is_cancelled,
        "checks": checks.collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
    }))
}

fn row_json(row: &Row, lang: Lang) -> Value {
    let (state, made, said) = match &row.state {
        RowState::Waits => ("waits", 0, None),
        RowState::Runs(begun) => ("runs", *begun, None),
        RowState::Done(examined) => {
            let summary = examined.summary.text(lang);
            ("done", examined.cells.len(), Some(summary.to_owned()))
        }
        RowState::Skipped(reason) => ("refused", 0, Some(say(lang, reason.phrase(), &[]))),
        RowState::Cancelled => ("given-up", 0, None),
    };
    let examined = examined(row);
    json!({
        "name": row.asked.name,
        "address": row.asked.address,
        "state": state,
        "made": made,
        "said": said,
        "next": examined.and_then(|it| it.next),
        "verdicts": examined.map(|it| it.cells.iter().map(|cell| cell.verdict.id()).collect::<Vec<_>>()),
    })
}

fn examined(row: &Row) -> Option<&Examined> {
    match &row.state {
        RowState::Done(examined) => Some(examined),
        RowState::Waits | RowState::Runs(_) | RowState::Skipped(_) | RowState::Cancelled => None,
    }
}

/// `GET /prof/checks/N`: the sentences about the list's Nth server, counted from 0.
pub async fn row(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path(number): Path<String>,
    Query(spoken): Query<Spoken>,
) -> Result<Json<Value>, Refused> {
    let lang = spoken.lang(&page);
    let rows = page.checks.look().map(|look| look.rows).unwrap_or_default();
    let number: Option<usize> = number.parse().ok();
    let row = number.and_then(|number| rows.get(number));
    let examined = row.and_then(examined);
    let missing = || Refusal::NoCheckedServer.in_language(lang);
    let cells = &examined.ok_or_else(missing)?.cells;
    let cells = cells.iter().map(|cell| cell_json(cell, lang));
    Ok(Json(cells.collect()))
}

fn cell_json(cell: &Cell, lang: Lang) -> Value {
    let hint = cell.hint.as_ref();
    json!({
        "id": cell.check,
        "verdict": cell.verdict.id(),
        "sentence": cell.said.text(lang),
        "hint": hint.map(|(said, python)| json!({"sentence": said.text(lang), "python": python})),
    })
}

/// `GET /prof/checks.csv`: the table of the latest run, as `--csv` writes it.
pub async fn download(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Query(spoken): Query<Spoken>,
) -> Result<Response, Refusal> {
    let look = page.checks.look().ok_or(Refusal::NoCheckedServer)?;
    let mut file = Vec::new();
    write(&look, spoken.lang(&page), &mut file)
        .expect("writing to memory does not fail, and all rows have as many cells");
    let disposition = "attachment; filename=\"juste-prix-checks.csv\"";
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, file).into_response())
}

fn write(look: &Look, lang: Lang, out: &mut Vec<u8>) -> std::io::Result<()> {
    let list = class::list();
    let checks = list.iter().map(|(_, title)| title.text(lang).to_owned());
    let checks: Vec<String> = checks.collect();
    let title = |id: &str| {
        let found = list.iter().find(|(known, _)| *known == id);
        found.map_or(String::new(), |(_, title)| title.text(lang).to_owned())
    };
    let rows = look.rows.iter().map(|row| {
        let examined = examined(row);
        let verdicts = match examined {
            Some(examined) => {
                let cells = examined.cells.iter();
                cells.map(|cell| class::word(cell.verdict, lang)).collect()
            }
            None => vec![String::new(); checks.len()],
        };
        let next = examined.and_then(|it| it.next).map(title);
        (
            &*row.asked.name,
            &*row.asked.address,
            next.unwrap_or_default(),
            verdicts,
        )
    });
    sheet(out, &checks, rows)
}

/// `DELETE /prof/checks`: cancels the run.
pub async fn cancel(_: Teacher, State(page): State<Arc<Page>>) -> StatusCode {
    page.checks.cancel();
    StatusCode::NO_CONTENT
}

/// `GET /prof/rooms/CODE/addresses`: the addresses of a room's players, each once, with their names,
/// to start a list from. No other response shows a player's address.
pub async fn addresses(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoomOrHall(room): InRoomOrHall,
) -> Result<Json<Value>, Refusal> {
    let mut places: Vec<(IpAddr, Vec<String>)> = Vec::new();
    for worker in page.workers(room) {
        let found = page.ask(worker, move |driver| driver.whereabouts(room));
        for (name, address) in found.await?.unwrap_or_default() {
            let address = address.to_canonical();
            // A trusted proxy's address is not its client's.
            if page.dispatcher.trusts(address) || is_link_local(address) {
                continue;
            }
            let known = places.iter().position(|(known, _)| *known == address);
            match known {
                Some(known) => places[known].1.push(name),
                None if places.len() < HOSTS => places.push((address, vec![name])),
                None => {}
            }
        }
    }
    places.sort_by(|a, b| a.1.cmp(&b.1));
    let place = |(address, mut names): (IpAddr, Vec<String>)| {
        names.retain(|name| !name.is_empty());
        // The teacher appends a port, so an IPv6 address needs its brackets.
        let host = match SocketAddr::new(address, 0) {
            SocketAddr::V4(it) => it.ip().to_string(),
            SocketAddr::V6(it) => format!("[{}]", it.ip()),
        };
        json!({"host": host, "name": names.join(", ")})
    };
    Ok(Json(places.into_iter().map(place).collect()))
}

/// Whether an address is meaningless without its interface.
fn is_link_local(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local())
}
