//! The lesson for pupils: its content, their answers, judged by what is true here and now, and their
//! practice ports. [`room`] is the teacher's view.
//!
//! A pupil is identified by the code of their seat. What is kept of an answer is in the journal
//! before the judgement is sent.

pub mod lookups;
pub mod room;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Page;
use super::http::connections::Caller;
use super::http::extract::{Browser, IsRelayed, JsonBody};
use super::http::refusal::Refusal;
use crate::addresses::interfaces;
use crate::listen::Gone;
use crate::names::{Found, Question, Source, look_up};
use crate::worker::driver::Driver;
use crate::worker::inbox::Asker;
use crate::workshop::practice::Opening;
use game::address::are_local;
use game::engine::lesson::{Judged, Pupil};
use game::lesson::practice::{PracticeLog, PracticeServer};
use game::lesson::{Chapter, Facts, Keep, Lesson, NameSource, Neighbour, Resolved};
use game::phrases::Lang;
use game::room::answers::Answered;
use game::rules::{ResumeCode, RoomCode};

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
}

/// The practice port that a pupil asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The code of their seat.
    code: String,
    lang: Option<String>,
    /// Their clock's offset behind UTC, in minutes.
    #[serde(default)]
    offset: i32,
    /// What it is to speak: turns, if nothing is said.
    server: Option<String>,
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
        "local_name": page.local_name(spoken.lang.as_deref()),
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
    let (code, pupil) = page.pupil(&who.code).await?;
    let facts = page.facts(&pupil, &caller, relayed);
    let mut state = page.state_json(lesson, &pupil, &facts);
    if let Some(room) = code.room.filter(|_| pupil.answers.is_empty()) {
        state["class"] = json!(page.class_at(room, lesson).await?);
    }
    Ok(Json(state))
}

/// `POST /lesson/practice`: opens the pupil's practice port, without its earlier events.
pub async fn practice(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    Browser(browser): Browser,
    JsonBody(wanted): JsonBody<Wanted>,
) -> Result<Json<Value>, Refusal> {
    let lesson = page.lesson(wanted.lang.as_deref());
    let server = match wanted.server.as_deref() {
        None => PracticeServer::default(),
        Some(word) => PracticeServer::of(word).ok_or(Refusal::Misread)?,
    };
    let (_, pupil) = page.pupil(&wanted.code).await?;
    let bound = page.bound.page.first().ok_or(Refusal::NoPracticePort)?;
    let opening = Opening {
        owner: (caller.peer, browser),
        ip: bound.ip(),
        server,
        offset: wanted.offset,
        lang: lesson.lang,
    };
    let opened = page.workshop.practise(pupil.player, opening);
    let look = opened.await.ok().flatten();
    let look = look.ok_or(Refusal::NoPracticePort)?;
    Ok(Json(
        json!({"port": look.port, "closed_port": look.closed_port}),
    ))
}

/// `POST /lesson/answer`: judges an answer, and journals what may be kept of it. The response has the
/// pupil's state as well.
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
        let source = caller.source();
        let order = move |driver: &mut Driver| driver.answered(code, judged, source);
        let answered = page.dispatcher.order(worker, Asker::Pupil, order).await;
        answered.map_err(|Gone| Refusal::Stopping)??;
    }
    // The state as the answer has left it: the page asks once.
    let (_, pupil) = page.pupil(&given.code).await?;
    facts = page.facts(&pupil, &caller, relayed);
    Ok(Json(json!({
        "judgement": judgement,
        "done": judgement.verdict.is_done(),
        "state": page.state_json(lesson, &pupil, &facts),
    })))
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

    /// The pupil whose code this is, and the code.
    pub async fn pupil(&self, code: &str) -> Result<(ResumeCode, Pupil), Refusal> {
        let code: ResumeCode = code.parse().map_err(|()| Refusal::Misread)?;
        let worker = self.dispatcher.worker_with(code);
        let question = move |driver: &mut Driver| driver.pupil(code);
        let pupil = self.dispatcher.ask(worker, Asker::Pupil, question).await;
        let pupil = pupil.map_err(|Gone| Refusal::Stopping)?;
        Ok((code, pupil.ok_or(Refusal::NoSeat)?))
    }

    /// The id of the chapter where the class is, for a pupil who begins: the last one that half of
    /// those who have answered anything have begun; `None` before.
    async fn class_at(&self, room: RoomCode, lesson: &Lesson) -> Result<Option<Box<str>>, Refusal> {
        let worker = self.dispatcher.worker_of(room);
        let question = move |driver: &mut Driver| driver.answered_by(room);
        let answered = self.dispatcher.ask(worker, Asker::Pupil, question).await;
        let (pupils, counts) = answered.map_err(|Gone| Refusal::Stopping)?;
        let is_begun = |chapter: &&Chapter| {
            let questions = chapter.questions.iter();
            let begun = questions.filter_map(|question| counts.get(&*question.id));
            begun.max().is_some_and(|most| 2 * most >= pupils)
        };
        let chapter = lesson.chapters.iter().rfind(is_begun);
        Ok(chapter.map(|chapter| chapter.id.as_str().into()))
    }

    /// The answer to `POST /lesson/state`.
    fn state_json(&self, lesson: &Lesson, pupil: &Pupil, facts: &Facts) -> Value {
        let look = self.practices.look(pupil.player);
        let pairs: BTreeMap<&str, _> = (lesson.questions())
            .filter_map(|question| Some((&*question.id, lesson.pair(&question.id, facts)?)))
            .collect();
        let answered = pupil.answers.iter();
        let models: BTreeMap<&str, _> = answered
            .filter_map(|it| Some((&*it.question, lesson.open_model(&it.question, facts)?)))
            .collect();
        json!({
            "name": pupil.name,
            "wins": pupil.wins,
            "models": models,
            "neighbour": facts.neighbours.first().map(|it| &it.name),
            "pairs": pairs,
            "answers": pupil.answers.iter().map(answer_json).collect::<Vec<_>>(),
            "practice": look.map(|look| json!({
                "port": look.port,
                "closed_port": look.closed_port,
                "server": look.observed.server.word(),
                "seen": look.observed.sentences(lesson.lang),
            })),
        })
    }

    /// What is true for this pupil now. Names are resolved apart: see `names_of`.
    fn facts(&self, pupil: &Pupil, caller: &Caller, IsRelayed(proxied): IsRelayed) -> Facts {
        let server = interfaces();
        // A pupil is told the addresses of their own network only, never a stranger's public one.
        let is_near = |(_, seen): &&(String, IpAddr)| are_local(caller.peer, *seen, &server);
        let neighbour = |(name, seen): &(String, _)| Neighbour {
            name: name.clone(),
            seen: *seen,
        };
        let near = pupil.others.iter().filter(is_near);
        Facts {
            seen: Some(caller.peer),
            proxied,
            neighbours: near.map(neighbour).collect(),
            server,
            local_name: self.local_name.clone(),
            names: BTreeMap::new(),
            practice: self.practice_of(pupil),
            wins: pupil.wins,
            models: pupil.models.clone(),
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
            && let Some(resolved) = self.resolve(name, lesson.lang).await
        {
            names.insert(name.to_owned(), resolved);
        }
        names
    }

    /// The addresses of a name; `None` if it is not one.
    pub async fn resolve(&self, name: &str, lang: Lang) -> Option<Resolved> {
        let question = Question::addresses(&name.parse().ok()?);
        let asked = async || {
            let began = Instant::now();
            match look_up(&question, None).await {
                Ok(found) => resolved(&found, began.elapsed().as_secs_f64() * 1000.0),
                Err(trouble) => Resolved::Failed(trouble.sentence(&question, lang)),
            }
        };
        Some(self.lookups.get((name.to_owned(), lang), asked).await)
    }

    /// The name of the school's server, in this lesson.
    pub fn local_name(&self, lang: Option<&str>) -> &str {
        let own = self.local_name.as_deref();
        own.unwrap_or(&self.lesson(lang).local_name)
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
