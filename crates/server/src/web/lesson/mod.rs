//! The lesson for pupils: its content, their answers, judged by what is true here and now, and their
//! practice ports. [`room`] is the teacher's view.
//!
//! A pupil is identified by the code of their seat. What is kept of an answer is in the journal
//! before the judgement is sent.

pub mod practice;
pub mod room;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Page;
use super::http::connections::Caller;
use super::http::extract::{IsRelayed, JsonBody};
use super::http::refusal::Refusal;
use crate::addresses::interfaces;
use crate::names::{Found, Question, Source, look_up};
use game::engine::lesson::{Judged, Pupil};
use game::lesson::{Facts, Keep, Lesson, NameSource, Neighbour, PracticeLog, Resolved};
use game::phrases::Lang;
use game::room::answers::Answered;
use game::rules::ResumeCode;

/// The query of a request whose response has sentences.
#[derive(Deserialize)]
pub struct Spoken {
    lang: Option<String>,
}

/// The pupil who sends a request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// The code of their seat.
    code: String,
    lang: Option<String>,
    /// Their clock's offset behind UTC, in minutes.
    #[serde(default)]
    offset: i32,
}

/// A pupil's answer to a question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The code of their seat.
    code: String,
    lang: Option<String>,
    /// The question's id.
    question: String,
    answer: String,
}

/// `GET /lesson`: the lesson without its answers, and the values of its placeholders.
pub async fn lesson(State(page): State<Arc<Page>>, Query(spoken): Query<Spoken>) -> Json<Value> {
    let lesson = page.lesson(spoken.lang.as_deref());
    Json(json!({
        "lesson": lesson.view(),
        "local_name": page.local_name.as_deref().unwrap_or(&lesson.local_name),
        "game_port": page.text_port(),
    }))
}

/// `POST /lesson/state`: a pupil's answers, and the events of their practice port.
pub async fn state(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    relayed: IsRelayed,
    JsonBody(who): JsonBody<Who>,
) -> Result<Json<Value>, Refusal> {
    let lesson = page.lesson(who.lang.as_deref());
    let (_, pupil) = page.pupil(&who.code).await?;
    let facts = page.facts(&pupil, &caller, relayed);
    let look = page.practices.look(pupil.player);
    let pairs: BTreeMap<&str, _> = (lesson.questions())
        .filter_map(|question| Some((&*question.id, lesson.pair(&question.id, &facts)?)))
        .collect();
    Ok(Json(json!({
        "name": pupil.name,
        "wins": pupil.wins,
        "neighbour": pupil.others.first().map(|(name, _)| name),
        "pairs": pairs,
        "answers": pupil.answers.iter().map(answer_json).collect::<Vec<_>>(),
        "practice": look.map(|look| json!({
            "port": look.port,
            "closed_port": look.closed_port,
            "seen": look.observed.sentences(lesson.lang),
        })),
    })))
}

/// `POST /lesson/practice`: opens the pupil's practice port, without its earlier events.
pub async fn practice(
    State(page): State<Arc<Page>>,
    JsonBody(who): JsonBody<Who>,
) -> Result<Json<Value>, Refusal> {
    let lesson = page.lesson(who.lang.as_deref());
    let (_, pupil) = page.pupil(&who.code).await?;
    let bound = page.bound.page.first().ok_or(Refusal::NoPracticePort)?;
    let opened = page
        .practices
        .open(pupil.player, bound.ip(), who.offset, lesson.lang);
    let look = opened.await.ok().flatten();
    let look = look.ok_or(Refusal::NoPracticePort)?;
    Ok(Json(
        json!({"port": look.port, "closed_port": look.closed_port}),
    ))
}

/// `POST /lesson/answer`: judges an answer, and journals what may be kept of it.
pub async fn answer(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    relayed: IsRelayed,
    JsonBody(given): JsonBody<Given>,
) -> Result<Json<Value>, Refusal> {
    let lesson = page.lesson(given.lang.as_deref());
    let (code, pupil) = page.pupil(&given.code).await?;
    let mut facts = page.facts(&pupil, &caller, relayed);
    facts.names = page.names_of(lesson, &given.question).await;
    let question = lesson.question(&given.question);
    let judgement = lesson.judge(&given.question, &given.answer, &facts);
    let (question, judgement) = question.zip(judgement).ok_or(Refusal::Misread)?;
    if judgement.verdict.counts() {
        let text = match question.keep(&given.answer) {
            Keep::Verdict => None,
            Keep::Text(text) => Some(text.into()),
        };
        let judged = Judged {
            question: given.question.into(),
            verdict: judgement.verdict.word().into(),
            text,
        };
        let worker = page.dispatcher.worker_with(code);
        page.propose(worker, move |driver| driver.answered(code, judged))
            .await?;
    }
    Ok(Json(
        json!({"judgement": judgement, "done": judgement.verdict.is_done()}),
    ))
}

fn answer_json(answer: &Answered) -> Value {
    json!({
        "question": answer.question,
        "verdict": answer.verdict,
        "text": answer.text,
        "attempts": answer.attempts,
        "mark": answer.mark,
    })
}

impl Page {
    /// The teacher's own lesson, else the built-in one in this language.
    fn lesson(&self, lang: Option<&str>) -> &Lesson {
        let lang = match lang {
            Some("en") => Lang::En,
            Some(_) => Lang::Fr,
            None => self.lang,
        };
        self.own_lesson
            .as_deref()
            .unwrap_or_else(|| Lesson::built_in(lang))
    }

    async fn pupil(&self, code: &str) -> Result<(ResumeCode, Pupil), Refusal> {
        let code: ResumeCode = code.parse().map_err(|()| Refusal::Misread)?;
        let worker = self.dispatcher.worker_with(code);
        let pupil = self.ask(worker, move |driver| driver.pupil(code)).await?;
        Ok((code, pupil.ok_or(Refusal::NoSeat)?))
    }

    /// What is true for this pupil now. Names are resolved apart: see `names_of`.
    fn facts(&self, pupil: &Pupil, caller: &Caller, IsRelayed(proxied): IsRelayed) -> Facts {
        let neighbour = |(name, seen): &(String, _)| Neighbour {
            name: name.clone(),
            seen: *seen,
        };
        Facts {
            seen: Some(caller.peer),
            proxied,
            server: interfaces(),
            neighbours: pupil.others.iter().map(neighbour).collect(),
            local_name: self.local_name.clone(),
            names: BTreeMap::new(),
            practice: self.practice_of(pupil),
            wins: pupil.wins,
        }
    }

    fn practice_of(&self, pupil: &Pupil) -> Option<PracticeLog> {
        Some(self.practices.look(pupil.player)?.observed)
    }

    /// The name that a question is about, if any, resolved now.
    async fn names_of(&self, lesson: &Lesson, question: &str) -> BTreeMap<String, Resolved> {
        let local = self.local_name.as_deref();
        let mut names = BTreeMap::new();
        if let Some(name) = lesson.name_of(question, local)
            && let Ok(parsed) = name.parse()
        {
            let question = Question::addresses(&parsed);
            let began = Instant::now();
            let resolved = match look_up(&question, None).await {
                Ok(found) => resolved(&found, began.elapsed().as_secs_f64() * 1000.0),
                Err(trouble) => Resolved::Failed(trouble.sentence(&question, lesson.lang)),
            };
            names.insert(name.to_owned(), resolved);
        }
        names
    }
}

fn resolved(found: &Found, ms: f64) -> Resolved {
    Resolved::Found {
        addresses: found
            .answers
            .iter()
            .filter_map(|it| it.parse().ok())
            .collect(),
        how: match found.source {
            Source::Hosts => NameSource::Hosts,
            Source::Standard => NameSource::Standard,
            Source::Server(server) => NameSource::Server(server),
        },
        ms,
    }
}
