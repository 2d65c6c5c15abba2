//! The teacher's view of the lesson in a room.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::{Spoken, answer_json};
use crate::web::Page;
use crate::web::http::extract::InRoom;
use crate::web::http::refusal::Refusal;
use crate::web::teacher::session::Teacher;
use game::engine::lesson::Pupil;
use game::engine::survey::Find;

/// `GET /prof/lesson/CODE`: what the pupils of a room have answered.
pub async fn answers(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(code): InRoom,
    Query(spoken): Query<Spoken>,
) -> Result<Json<Value>, Refusal> {
    let worker = page.dispatcher.worker_of(code);
    let pupils = page.ask(worker, move |driver| driver.pupils(code)).await?;
    let survey = page.survey(code, Find::Everyone).await?;
    let pupil = |pupil: &Pupil| {
        json!({
            "player": pupil.player,
            "name": pupil.name,
            "answers": pupil.answers.iter().map(answer_json).collect::<Vec<_>>(),
        })
    };
    Ok(Json(json!({
        "models": survey.decided.models,
        "lesson": page.lesson(spoken.lang.as_deref()).view(),
        "pupils": pupils.iter().map(pupil).collect::<Vec<_>>(),
    })))
}
