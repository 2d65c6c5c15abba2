//! The programs of a room's pupils: what came of their checks, where they are stuck, and the check of all.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::checks::Spoken;
use super::session::Teacher;
use crate::web::Page;
use crate::web::http::extract::{InRoom, JsonBody, room_code};
use crate::web::http::refusal::{Refusal, Refused};
use crate::workshop::exam::Going;
use crate::workshop::exam::Progress;
use crate::workshop::programs::{Cause, Outcome, Pupil, Round, Stuck};
use game::phrases::Lang;
use lab::check::class::Cell;
use lab::check::report::Verdict;

/// `GET /prof/rooms/CODE/programs`: the pupils of the room who have a page in the workshop, or a program
/// that was checked.
pub async fn look(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
    Query(spoken): Query<Spoken>,
) -> Json<Value> {
    let lang = spoken.lang(&page);
    let pupils = page.workshop.pupils(code);
    Json(pupils.iter().map(|it| pupil_json(it, lang)).collect())
}

fn pupil_json(pupil: &Pupil, lang: Lang) -> Value {
    let outcomes = pupil.outcomes.iter();
    let stuck = pupil.stuck.iter();
    json!({
        "player": pupil.seat.player,
        "name": pupil.seat.name,
        "here": pupil.is_here,
        "asked": pupil.round == Round::Asked,
        "nothing": pupil.round == Round::Nothing,
        "going": pupil.going.as_ref().map(going_json),
        "outcomes": outcomes.map(|it| outcome_json(it, lang)).collect::<Vec<_>>(),
        "stuck": stuck.map(|it| stuck_json(it, lang)).collect::<Vec<_>>(),
    })
}

fn going_json(going: &Going) -> Value {
    let (made, all) = match going.progress {
        Progress::Waits => (0, 0),
        Progress::Runs { made, all } => (made, all),
    };
    json!({ "side": going.side.id(), "own": going.is_own, "made": made, "all": all })
}

fn outcome_json(outcome: &Outcome, lang: Lang) -> Value {
    let cells = &outcome.examined.cells;
    let count = |verdict| cells.iter().filter(|it| it.verdict == verdict).count();
    json!({
        "id": outcome.id,
        "side": outcome.side.id(),
        "own": outcome.is_own,
        "at": outcome.at,
        "passed": count(Verdict::Passed),
        "failed": count(Verdict::Failed),
        "said": outcome.examined.summary.text(lang),
        "first": first(outcome).map(|cell| cell_json(cell, lang)),
    })
}

/// The check to mend first.
fn first(outcome: &Outcome) -> Option<&Cell> {
    let next = outcome.examined.next?;
    outcome.examined.cells.iter().find(|it| it.check == next)
}

fn stuck_json(stuck: &Stuck, lang: Lang) -> Value {
    let mut told = match &stuck.cause {
        Cause::Error(fault) => json!({
            "cause": "error",
            "error": fault.error,
            "file": fault.place.as_ref().map(|it| &it.file),
            "at": fault.place.as_ref().map(|it| (it.line, &it.text)),
        }),
        Cause::Waits {
            call,
            peer,
            who,
            is_mutual,
            file,
            at,
        } => json!({
            "cause": "waits",
            "call": call,
            "peer": peer,
            "who": who,
            "mutual": is_mutual,
            "file": file,
            "at": at,
        }),
        Cause::Check(outcome) => json!({
            "cause": "check",
            "side": outcome.side.id(),
            "check": first(outcome).map(|cell| cell_json(cell, lang)),
        }),
    };
    told["ms"] = json!(stuck.time.as_millis() as u64);
    told
}

fn cell_json(cell: &Cell, lang: Lang) -> Value {
    let hint = cell.hint.as_ref();
    json!({
        "title": cell.title.text(lang),
        "verdict": cell.verdict.id(),
        "essential": cell.is_essential,
        "sentence": cell.said.text(lang),
        "place": cell.place.as_ref().map(|it| it.text(lang)),
        "hint": hint.map(|(said, code)| json!({"sentence": said.text(lang), "python": code})),
    })
}

/// `GET /prof/rooms/CODE/programs/N`: all checks of a program, by the number of its outcome.
pub async fn report(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path((code, number)): Path<(String, String)>,
    Query(spoken): Query<Spoken>,
) -> Result<Json<Value>, Refused> {
    let lang = spoken.lang(&page);
    let code = room_code(&code)?;
    let number = number.parse().ok();
    let outcome = number.and_then(|number| page.workshop.outcome(code, number));
    // A newer check, or one of too many others, has taken its place.
    let outcome = outcome.ok_or_else(|| Refusal::NoCheckedProgram.in_language(lang))?;
    let cells = outcome.examined.cells.iter();
    Ok(Json(cells.map(|cell| cell_json(cell, lang)).collect()))
}

/// The teacher's order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Whether all pages are to check their programs, or to stop it.
    check: bool,
}

/// `POST /prof/rooms/CODE/programs`: begins or ends the check of all.
pub async fn check(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
    JsonBody(Wanted { check }): JsonBody<Wanted>,
) -> Result<StatusCode, Refusal> {
    if !check {
        page.workshop.check_none(code);
    } else if !*page.workshop.is_open().borrow() {
        return Err(Refusal::WorkshopClosed);
    } else if page.workshop.check_all(code) == 0 {
        return Err(Refusal::NobodyInWorkshop);
    }
    Ok(StatusCode::NO_CONTENT)
}
