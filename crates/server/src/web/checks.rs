//! The teacher's check of the pupils' servers, as requests: a list is brought, looked at while it is
//! examined, and given up. The verdicts of all come at once, the sentences of one server when they
//! are asked for.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::checks::{Look, NotBegun, Row, State as Far};
use super::super::teacher::Ask;
use super::Page;
use super::refused::Refused;
use super::teacher::Teacher;
use game::limits::HOSTS;
use game::phrases::{Lang, say};
use lab::check::class::{self, Cell, Examined, Misread, sheet};

/// In which language something is told.
#[derive(Deserialize)]
pub struct Told {
    lang: Option<String>,
}

impl Told {
    /// The language that was asked for, else the server's.
    fn lang(&self, page: &Page) -> Lang {
        let asked = self.lang.as_deref().and_then(|text| text.parse().ok());
        asked.unwrap_or(page.lang)
    }
}

/// A list, as the teacher has written it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    list: String,
}

/// `POST /prof/checks`: begins to examine the servers of a list.
pub async fn begin(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Query(told): Query<Told>,
    wanted: Result<Json<Wanted>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let Json(Wanted { list }) = wanted.map_err(|_| page.misread())?;
    let lang = told.lang(&page);
    let read = class::read(&list);
    let list = read.map_err(|misread| misread_in(misread, lang))?;
    page.checks.begin(list).map_err(|error| match error {
        NotBegun::Busy => Refused::new(StatusCode::CONFLICT, lang, "checks-busy", &[]),
        NotBegun::System(_) => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Refused::new(status, lang, "checks-no-thread", &[])
        }
    })?;
    Ok(StatusCode::NO_CONTENT)
}

fn misread_in(misread: Misread, lang: Lang) -> Refused {
    let (code, number) = match misread {
        Misread::NoAddress(line) => ("checks-line", line),
        Misread::Twice(line) => ("checks-twice", line),
        Misread::TooMany => ("checks-many", HOSTS),
        Misread::Empty => ("checks-none", 0),
    };
    let number = ("number", number.to_string().into());
    Refused::new(StatusCode::BAD_REQUEST, lang, code, &[number])
}

/// `GET /prof/checks`: how the latest run is going; null if there was none.
pub async fn look(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Query(told): Query<Told>,
) -> Json<Value> {
    let Some(look) = page.checks.look() else {
        return Json(Value::Null);
    };
    let lang = told.lang(&page);
    let list = class::list();
    let checks = list.iter();
    let checks = checks.map(|(id, title)| json!({"id": id, "title": title.text(lang)}));
    let rows = look.rows.iter().map(|row| shown(row, lang));
    Json(json!({
        "running": look.is_running,
        "given_up": look.is_given_up,
        "checks": checks.collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
    }))
}

fn shown(row: &Row, lang: Lang) -> Value {
    let (state, made, said) = match &row.state {
        Far::Waits => ("waits", 0, None),
        Far::Runs(begun) => ("runs", *begun, None),
        Far::Done(examined) => {
            let summary = examined.summary.text(lang);
            ("done", examined.cells.len(), Some(summary.to_owned()))
        }
        Far::Refused(refusal) => ("refused", 0, Some(say(lang, refusal.phrase(), &[]))),
        Far::GivenUp => ("given-up", 0, None),
    };
    let examined = examined(row);
    json!({
        "name": row.asked.name,
        "address": row.asked.address,
        "state": state,
        "made": made,
        "said": said,
        "next": examined.and_then(|it| it.next),
        "verdicts": examined.map(|it| it.cells.iter().map(|cell| cell.verdict).collect::<Vec<_>>()),
    })
}

fn examined(row: &Row) -> Option<&Examined> {
    match &row.state {
        Far::Done(examined) => Some(examined),
        Far::Waits | Far::Runs(_) | Far::Refused(_) | Far::GivenUp => None,
    }
}

/// `GET /prof/checks/N`: what was found of the list's Nth server, counted from 0, in sentences.
pub async fn row(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path(number): Path<String>,
    Query(told): Query<Told>,
) -> Result<Json<Value>, Refused> {
    let lang = told.lang(&page);
    let rows = page.checks.look().map(|look| look.rows).unwrap_or_default();
    let number: Option<usize> = number.parse().ok();
    let row = number.and_then(|number| rows.get(number));
    let examined = row.and_then(examined);
    let missing = || Refused::new(StatusCode::NOT_FOUND, lang, "checks-no-row", &[]);
    let cells = &examined.ok_or_else(missing)?.cells;
    let cells = cells.iter().map(|cell| sentences(cell, lang));
    Ok(Json(cells.collect()))
}

fn sentences(cell: &Cell, lang: Lang) -> Value {
    let hint = cell.hint.as_ref();
    json!({
        "id": cell.check,
        "verdict": cell.verdict,
        "sentence": cell.said.text(lang),
        "hint": hint.map(|(said, python)| json!({"sentence": said.text(lang), "python": python})),
    })
}

/// `GET /prof/checks.csv`: the table of the latest run, as `--csv` writes it.
pub async fn download(_: Teacher, State(page): State<Arc<Page>>) -> Result<Response, Refused> {
    let missing = || Refused::new(StatusCode::NOT_FOUND, page.lang, "checks-no-row", &[]);
    let look = page.checks.look().ok_or_else(missing)?;
    let mut file = Vec::new();
    let list = class::list();
    let checks: Vec<&str> = list.iter().map(|(id, _)| *id).collect();
    write(&look, &checks, &mut file).expect("memory can be written to, and rows are as long");
    let named = "attachment; filename=\"juste-prix-checks.csv\"";
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, named),
    ];
    Ok((headers, file).into_response())
}

fn write(look: &Look, checks: &[&str], out: &mut Vec<u8>) -> std::io::Result<()> {
    let rows = look.rows.iter().map(|row| {
        let examined = examined(row);
        let verdicts = match examined {
            Some(examined) => examined.cells.iter().map(|cell| cell.verdict).collect(),
            None => vec![""; checks.len()],
        };
        let next = examined.and_then(|it| it.next).unwrap_or("");
        (&*row.asked.name, &*row.asked.address, next, verdicts)
    });
    sheet(out, checks, rows)
}

/// `DELETE /prof/checks`: gives the run up.
pub async fn give_up(_: Teacher, State(page): State<Arc<Page>>) -> StatusCode {
    page.checks.give_up();
    StatusCode::NO_CONTENT
}

/// `GET /prof/rooms/CODE/addresses`: where the players of a room are, each address once with its
/// players' names. What a list may be begun with; nothing else tells the teacher an address.
pub async fn addresses(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path(code): Path<String>,
) -> Result<Json<Value>, Refused> {
    let room = page.room_or_hall(&code)?;
    let workers = match room {
        Some(code) => page.deal.worker_of(code)..page.deal.worker_of(code) + 1,
        None => 0..page.deal.workers(),
    };
    let mut places: Vec<(IpAddr, Vec<String>)> = Vec::new();
    for worker in workers {
        let found = page.ask(worker, |asker| Ask::Whereabouts(room, asker));
        for (name, address) in found.await?.unwrap_or_default() {
            let address = address.to_canonical();
            // Behind a proxy that is trusted, the socket's other end is the proxy.
            if page.deal.trusts(address) || is_of_one_cable(address) {
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
        // A port is to be put behind it: brackets are where they belong.
        let host = match SocketAddr::new(address, 0) {
            SocketAddr::V4(it) => it.ip().to_string(),
            SocketAddr::V6(it) => format!("[{}]", it.ip()),
        };
        json!({"host": host, "name": names.join(", ")})
    };
    Ok(Json(places.into_iter().map(place).collect()))
}

/// An address that says nothing without the interface that it belongs to.
fn is_of_one_cable(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local())
}
