//! The lesson, as requests: its content, a pupil's answers judged by what is true here and now,
//! their practice port, and the teacher's view of a room.
//!
//! A pupil is the seat whose code they have. What is kept of an answer goes to the journal before
//! the judgement is told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::addresses::interfaces;
use super::super::teacher::Ask;
use super::Page;
use super::connections::Caller;
use super::guard::is_relayed;
use super::refused::Refused;
use super::teacher::Teacher;
use crate::names::{Found, Question, Source, look_up};
use game::engine::lesson::{Judged, Pupil};
use game::lesson::{Facts, Keep, Lesson, NameSource, Neighbour, PracticeLog, Resolved};
use game::phrases::Lang;
use game::room::answers::Answered;
use game::rules::ResumeCode;

/// In which language.
#[derive(Deserialize)]
pub struct Spoken {
    lang: Option<String>,
}

/// Who asks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    code: String,
    lang: Option<String>,
    /// Their clock behind UTC, in minutes.
    #[serde(default)]
    offset: i32,
}

/// An answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    code: String,
    lang: Option<String>,
    question: String,
    answer: String,
}

/// `GET /lesson`: the lesson without its answers, and what fills its places.
pub async fn lesson(State(page): State<Arc<Page>>, Query(spoken): Query<Spoken>) -> Json<Value> {
    let lesson = page.lesson(spoken.lang.as_deref());
    Json(json!({
        "lesson": lesson.view(),
        "local_name": page.local_name.as_deref().unwrap_or(&lesson.local_name),
        "game_port": page.text_port(),
    }))
}

/// `POST /lesson/state`: what a pupil has answered, and what their practice port has seen.
pub async fn state(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
    who: Result<Json<Who>, JsonRejection>,
) -> Result<Json<Value>, Refused> {
    let Json(who) = who.map_err(|_| page.misread())?;
    let lesson = page.lesson(who.lang.as_deref());
    let (_, pupil) = page.pupil(&who.code).await?;
    let facts = page.facts(&pupil, &caller, &headers);
    let look = page.practices.look(pupil.player);
    let pairs: BTreeMap<&str, _> = (lesson.questions())
        .filter_map(|question| Some((&*question.id, lesson.pair(&question.id, &facts)?)))
        .collect();
    Ok(Json(json!({
        "name": pupil.name,
        "wins": pupil.wins,
        "neighbour": pupil.others.first().map(|(name, _)| name),
        "pairs": pairs,
        "answers": pupil.answers.iter().map(shown).collect::<Vec<_>>(),
        "practice": look.map(|look| json!({
            "port": look.port,
            "closed_port": look.closed_port,
            "seen": look.observed.sentences(lesson.lang),
        })),
    })))
}

/// `POST /lesson/practice`: opens the pupil's practice port; what it had seen is forgotten.
pub async fn practice(
    State(page): State<Arc<Page>>,
    who: Result<Json<Who>, JsonRejection>,
) -> Result<Json<Value>, Refused> {
    let Json(who) = who.map_err(|_| page.misread())?;
    let lesson = page.lesson(who.lang.as_deref());
    let (_, pupil) = page.pupil(&who.code).await?;
    let busy = |_| {
        Refused::new(
            StatusCode::SERVICE_UNAVAILABLE,
            page.lang,
            "web-no-practice",
            &[],
        )
    };
    let ip = page.bound.page.first().ok_or(()).map_err(busy)?.ip();
    let opened = page
        .practices
        .open(pupil.player, ip, who.offset, lesson.lang);
    let look = opened.await.ok().flatten().ok_or(()).map_err(busy)?;
    Ok(Json(
        json!({"port": look.port, "closed_port": look.closed_port}),
    ))
}

/// `POST /lesson/answer`: judges an answer, and keeps what may be kept of it.
pub async fn answer(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
    given: Result<Json<Given>, JsonRejection>,
) -> Result<Json<Value>, Refused> {
    let Json(given) = given.map_err(|_| page.misread())?;
    let lesson = page.lesson(given.lang.as_deref());
    let (code, pupil) = page.pupil(&given.code).await?;
    let mut facts = page.facts(&pupil, &caller, &headers);
    facts.names = page.names_of(lesson, &given.question).await;
    let question = lesson.question(&given.question);
    let judgement = lesson.judge(&given.question, &given.answer, &facts);
    let (question, judgement) = question.zip(judgement).ok_or_else(|| page.misread())?;
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
        let worker = page.deal.worker_with(code);
        page.ask(worker, |asker| Ask::Answered(code, judged, asker))
            .await?;
    }
    Ok(Json(
        json!({"judgement": judgement, "done": judgement.verdict.is_done()}),
    ))
}

/// `GET /prof/lesson/CODE`: what the pupils of a room have answered.
pub async fn room(
    _: Teacher,
    State(page): State<Arc<Page>>,
    Path(code): Path<String>,
    Query(spoken): Query<Spoken>,
) -> Result<Json<Value>, Refused> {
    let code = page.code(&code)?;
    let worker = page.deal.worker_of(code);
    let pupils = page.ask(worker, |asker| Ask::Pupils(code, asker)).await?;
    let pupil = |pupil: &Pupil| {
        json!({
            "player": HEXLOWER.encode(&pupil.player.0),
            "name": pupil.name,
            "answers": pupil.answers.iter().map(shown).collect::<Vec<_>>(),
        })
    };
    Ok(Json(json!({
        "lesson": page.lesson(spoken.lang.as_deref()).view(),
        "pupils": pupils.iter().map(pupil).collect::<Vec<_>>(),
    })))
}

fn shown(answer: &Answered) -> Value {
    json!({
        "question": answer.question,
        "verdict": answer.verdict,
        "text": answer.text,
        "attempts": answer.attempts,
        "mark": answer.mark,
    })
}

impl Page {
    /// The teacher's own lesson, else the one that comes with the program in this language.
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

    async fn pupil(&self, code: &str) -> Result<(ResumeCode, Pupil), Refused> {
        let code: ResumeCode = code.parse().map_err(|()| self.misread())?;
        let worker = self.deal.worker_with(code);
        let pupil = self.ask(worker, |asker| Ask::Pupil(code, asker)).await?;
        let gone = || Refused::new(StatusCode::NOT_FOUND, self.lang, "web-no-seat", &[]);
        Ok((code, pupil.ok_or_else(gone)?))
    }

    /// What is true for this pupil now, names apart.
    fn facts(&self, pupil: &Pupil, caller: &Caller, headers: &HeaderMap) -> Facts {
        let neighbour = |(name, seen): &(String, _)| Neighbour {
            name: name.clone(),
            seen: *seen,
        };
        Facts {
            seen: Some(caller.peer),
            proxied: is_relayed(headers),
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

    /// The name that a question is about, resolved now, and who knew it.
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
