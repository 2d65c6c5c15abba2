//! The workshop over HTTP: the page's WebSocket, the requests of its programs, and the programs that
//! pupils keep under their seats.
//!
//! A program asks by `POST`, and waits for the answer as it waits in `recv`. What its pupil types, and
//! the order to stop, come by the page's WebSocket, so that several pages of one browser do not use up
//! its six connections.

use std::net::{IpAddr, Ipv4Addr};
use std::str;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, Request, State};
use axum::http::header::{CONNECTION, CONTENT_TYPE, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use futures_util::stream::FuturesUnordered;
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tungstenite::Message;
use tungstenite::protocol::{Role, WebSocketConfig};

use super::Page;
use super::http::assets::python_version;
use super::http::connections::Caller;
use super::http::extract::{Browser, IsRelayed, JsonBody};
use super::http::guard::Asked as AskedOf;
use super::http::refusal::{Refusal, Refused};
use super::player::websocket::handshake;
use super::teacher::session::Teacher;
use crate::addresses::interfaces;
use crate::listen::Gone;
use crate::permits::Kind;
use crate::worker::driver::Driver;
use crate::worker::inbox::Asker;
use crate::workshop::call::{Answer, Asked};
use crate::workshop::directory::Seat;
use crate::workshop::exam::{Examination, Subject, Told};
use crate::workshop::relay::{Event, ProgramId};
use crate::workshop::{NotChecked, OpenPage, PageKey, Talk, Usage, Workshop, probed};
use game::engine::lesson::{Judged, Pupil};
use game::engine::rate_limiter::RateLimiter;
use game::limits::{
    ADMISSION_WAIT, LESSON_ID_CHARS, POLL_WAIT, PROGRAM_BYTES, REQUEST_COST, WORKSHOP_CALLS,
    WORKSHOP_EVENTS, WORKSHOP_LOAD_TIME, WORKSHOP_LOAD_WAIT, WORKSHOP_MESSAGE, WRITE_DEADLINE,
};
use game::rules::{BrowserId, ResumeCode};
use game::shares::Standing;
use lab::check::report::Side;
use lab::program::Ended;

/// What marks a program of the workshop among a pupil's answers.
const PROGRAM: char = '@';

/// The IPv4 addresses of this machine.
pub fn own_addresses() -> Vec<Ipv4Addr> {
    let interfaces = interfaces().into_iter();
    let v4 = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => Some(ip),
        IpAddr::V6(_) => None,
    };
    interfaces.filter_map(|it| v4(it.address)).collect()
}

/// `GET /workshop/python`: the version of Python that this build brings, if any.
pub async fn python() -> Json<Value> {
    Json(json!({ "version": python_version() }))
}

/// `POST /workshop/ahead`: the version of Python, if a browser outside the workshop may load it now, so that
/// it is there when it is needed.
pub async fn ahead(State(page): State<Arc<Page>>) -> Json<Value> {
    let version = python_version();
    let is_given = version.is_some() && page.workshop.load_ahead();
    Json(json!({ "version": version, "turn": is_given }))
}

/// `GET /prof/workshop`: how the workshop is used.
pub async fn usage(_: Teacher, State(page): State<Arc<Page>>) -> Json<Usage> {
    Json(page.workshop.usage())
}

/// What the teacher wants of the workshop.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Wanted {
    /// Opens or closes it. Closing ends all programs.
    Open(bool),
    /// Lets programs of different pupils talk, or not.
    Quiet(bool),
    /// Lets programs connect to real programs on the machines of players, or not.
    Outside(bool),
    /// Ends the programs of a pupil and their talk with others, or lets them talk again.
    Mute {
        /// The pupil's page.
        page: u64,
        on: bool,
    },
    /// A report is seen, and no longer kept.
    Seen(u64),
}

/// `POST /prof/workshop`: an order of the teacher.
pub async fn order(
    _: Teacher,
    State(page): State<Arc<Page>>,
    JsonBody(wanted): JsonBody<Wanted>,
) -> Json<Usage> {
    let workshop = &page.workshop;
    match wanted {
        Wanted::Open(is_open) => workshop.set_open(is_open),
        Wanted::Quiet(is_quiet) => workshop.set_quiet(is_quiet),
        Wanted::Outside(is_outside) => workshop.set_outside(is_outside),
        Wanted::Mute { page, on } => workshop.set_mute(page, on),
        Wanted::Seen(report) => workshop.put_away(report),
    }
    Json(workshop.usage())
}

/// `GET /prof/workshop/talk`: who is in the workshop, and what pupils have reported.
pub async fn talk(_: Teacher, State(page): State<Arc<Page>>) -> Json<Talk> {
    Json(page.workshop.talk())
}

/// `POST /workshop/call/PROGRAM`: a call of a program.
pub async fn call(
    State(page): State<Arc<Page>>,
    Path(program): Path<String>,
    body: axum::body::Bytes,
) -> Result<Response, Refusal> {
    let asked = Asked::read(&body).ok_or(Refusal::Misread)?;
    let answer = match program.parse() {
        Ok(program) => page.workshop.ask(program, asked).await,
        Err(()) => Answer::Gone,
    };
    let media = [(CONTENT_TYPE, "application/octet-stream")];
    Ok((media, answer.encode()).into_response())
}

/// The pupil who asks, and who gives nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// The code of their seat.
    pub code: String,
}

/// The seat of a code. The public hall has no class.
pub fn seat(code: ResumeCode, pupil: Pupil) -> Result<Seat, Refusal> {
    Ok(Seat {
        room: code.room.ok_or(Refusal::NotARoomCode)?,
        player: pupil.player,
        name: pupil.name,
    })
}

/// A program to keep.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// The code of the pupil's seat.
    code: String,
    /// The program's file name.
    name: String,
    text: String,
}

/// `POST /workshop/programs`: the programs that a pupil keeps.
pub async fn programs(
    State(page): State<Arc<Page>>,
    JsonBody(who): JsonBody<Who>,
) -> Result<Json<Value>, Refusal> {
    let (_, pupil) = page.pupil(&who.code).await?;
    let program = |name: &str, text: &str| json!({"name": name, "text": text});
    let programs = pupil.answers.iter().filter_map(|it| {
        let name = it.question.strip_prefix(PROGRAM)?;
        Some(program(name, it.text.as_deref()?))
    });
    let programs: Vec<Value> = programs.collect();
    Ok(Json(json!({"name": pupil.name, "programs": programs})))
}

/// `POST /workshop/save`: keeps a program under the pupil's seat, in the journal before the answer.
pub async fn save(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    JsonBody(program): JsonBody<Program>,
) -> Result<StatusCode, Refusal> {
    if !is_program(&program.name, &program.text) {
        return Err(Refusal::Misread);
    }
    let (code, _) = page.pupil(&program.code).await?;
    let judged = Judged {
        question: format!("{PROGRAM}{}", program.name).into(),
        verdict: "kept".into(),
        text: Some(program.text.into()),
    };
    let worker = page.dispatcher.worker_with(code);
    let source = caller.source();
    let order = move |driver: &mut Driver| driver.answered(code, judged, source);
    let kept = page.dispatcher.order(worker, Asker::Pupil, order).await;
    kept.map_err(|Gone| Refusal::Stopping)??;
    Ok(StatusCode::NO_CONTENT)
}

/// An examination that a page asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The key of the page.
    key: String,
    side: CheckedSide,
    lang: Option<String>,
    subject: Checked,
}

/// Which kind of program is examined.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CheckedSide {
    Client,
    Server,
}

/// Which program is examined.
#[derive(Deserialize)]
#[serde(tag = "where", rename_all = "kebab-case", deny_unknown_fields)]
enum Checked {
    /// That of a pane of the page.
    Page {
        pane: u32,
        name: String,
        text: String,
    },
    /// One on the machine from which the page comes; of a server its port.
    Own {
        #[serde(default)]
        port: u16,
    },
}

/// `POST /workshop/check`: begins an examination. What comes of it, the page's WebSocket tells.
pub async fn check(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    relayed: IsRelayed,
    JsonBody(check): JsonBody<Check>,
) -> Result<StatusCode, Refused> {
    let lang = check.lang.as_deref().and_then(|lang| lang.parse().ok());
    let lang = lang.unwrap_or(page.lang);
    let key = PageKey::from_str_radix(&check.key, 16);
    let begun = key.map_err(|_| Refusal::Misread).and_then(|key| {
        let side = match check.side {
            CheckedSide::Client => Side::Client,
            CheckedSide::Server => Side::Server,
        };
        let subject = match check.subject {
            Checked::Page { pane, name, text } => {
                if !is_program(&name, &text) {
                    return Err(Refusal::Misread);
                }
                Subject::Page { pane, name, text }
            }
            Checked::Own { port } => Subject::Own {
                address: page.own_machine(&caller, relayed, side, port)?,
                port,
            },
        };
        let wanted = Examination {
            side,
            subject,
            lang,
        };
        page.workshop
            .check(key, wanted)
            .map_err(|error| match error {
                NotChecked::NoSuchPage => Refusal::NoWorkshopPage,
                NotChecked::Closed => Refusal::WorkshopClosed,
                NotChecked::Running => Refusal::CheckRunning,
                NotChecked::NoPort => Refusal::NoThread,
            })
    });
    begun.map_err(|refusal| refusal.in_language(lang))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether a program may have this name and this text.
fn is_program(name: &str, text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | ' ');
    let is_name = name.ends_with(".py") && name.chars().count() < LESSON_ID_CHARS;
    is_name && name.chars().all(plain) && text.len() <= PROGRAM_BYTES
}

/// The query of a line.
#[derive(Deserialize)]
pub struct Resumed {
    /// The key of the page, if it had a line before.
    key: Option<String>,
}

/// Who opens a line.
struct Hello {
    peer: IpAddr,
    browser: Option<BrowserId>,
    /// The name by which the page was opened.
    host: String,
    key: Option<PageKey>,
}

/// `GET /workshop/socket`: the page's WebSocket.
pub async fn socket(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    Extension(asked): Extension<AskedOf>,
    Browser(browser): Browser,
    Query(resumed): Query<Resumed>,
    mut request: Request,
) -> Result<Response, Refusal> {
    let accept = handshake(&request)?;
    let permits = page.dispatcher.permits().clone();
    let permit = permits.admit(Kind::Workshop, caller.source(), browser);
    let permit = timeout(ADMISSION_WAIT, permit).await;
    let permit = permit.map_err(|_| Refusal::Full)?;
    let key = resumed.key.as_deref();
    let hello = Hello {
        peer: caller.peer,
        browser,
        host: asked.host,
        key: key.and_then(|key| PageKey::from_str_radix(key, 16).ok()),
    };
    // The connection's own permit is given back with the connection.
    let of_http = caller.take_permit();
    let place = permit.place();
    let upgrade = hyper::upgrade::on(&mut request);
    let task = tokio::spawn(async move {
        drop(of_http);
        permit.set(Standing::Seated);
        converse(page, hello, upgrade).await;
        drop(permit);
    });
    permits.owned_by(place, task.abort_handle());
    let headers = [
        (UPGRADE, HeaderValue::from_static("websocket")),
        (CONNECTION, HeaderValue::from_static("upgrade")),
        (SEC_WEBSOCKET_ACCEPT, accept),
    ];
    Ok((StatusCode::SWITCHING_PROTOCOLS, headers).into_response())
}

/// What a page says.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
enum Said {
    /// Starts a program in one of its panes.
    Start {
        pane: u32,
        /// Its file name.
        #[serde(default)]
        name: String,
        /// The meeting that it is started for.
        #[serde(default)]
        meeting: Option<u32>,
    },
    /// A line was typed.
    Line { program: String, text: String },
    /// The program is to stop.
    Stop { program: String },
    /// The program was ended.
    End { program: String },
    /// It wants to load Python, in its turn.
    Load,
    /// Its Python is loaded.
    Ready,
    /// It works under this code's seat.
    Sit { code: String },
    /// Its pupil reports the latest messages of others to the teacher.
    Report,
    /// It is still there.
    Here,
    /// Its programs get a rough network of this seed, or none.
    Rough { seed: Option<u64> },
    /// It measures the way to a page of the machine at this address, or without one to this server.
    Probe { to: Option<Ipv4Addr>, number: u32 },
    /// It answers to a page that measures the way.
    Probed { from: u64, number: u32 },
    /// It runs a program for an examination.
    ExamRuns { program: String },
    /// That program has printed this.
    ExamPrinted { program: String, text: String },
    /// All that it had printed is told.
    ExamSynced { program: String, number: u64 },
    /// That program has ended: its exit status, none if Ctrl-C has ended it.
    ExamEnded {
        program: String,
        status: Option<i32>,
    },
    /// The examination is to end.
    StopCheck,
    /// It has made its checks for the teacher's check of all, or has no program to check.
    Checked { programs: bool },
}

/// How a line ended.
enum End {
    /// The page was closed.
    Closed,
    /// It may come back.
    Lost,
}

/// Serves a page's line, and keeps its programs for a while if the line breaks.
async fn converse(page: Arc<Page>, hello: Hello, upgrade: OnUpgrade) {
    // An error means that the client has gone.
    let Ok(upgraded) = upgrade.await else { return };
    let config = WebSocketConfig::default()
        .read_buffer_size(4 * 1024)
        .write_buffer_size(0)
        .max_message_size(Some(WORKSHOP_MESSAGE))
        .max_frame_size(Some(WORKSHOP_MESSAGE));
    let stream = TokioIo::new(upgraded);
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    let workshop = &page.workshop;
    let resumed = match hello.key {
        Some(key) => workshop.resume(key).await,
        None => None,
    };
    let is_resumed = resumed.is_some();
    let mut opened = resumed.unwrap_or_else(|| workshop.open((hello.peer, hello.browser)));
    let told = page.hello(&hello, &opened, is_resumed);
    let end = match say(&mut socket, &told).await {
        Ok(()) => serve(&page, &mut opened, &mut socket).await,
        Err(()) => End::Lost,
    };
    match end {
        End::Closed => drop(opened),
        End::Lost => workshop.lost(opened),
    }
}

async fn serve(page: &Page, opened: &mut OpenPage, socket: &mut Socket) -> End {
    let workshop = &page.workshop;
    let mut is_open = workshop.is_open();
    let mut talk_changes = workshop.talk_changes();
    talk_changes.mark_changed();
    // Calls of programs that have threads: each thread waits in one of its own.
    let mut calls = FuturesUnordered::new();
    let superseded = opened.superseded.clone();
    let mut events = Vec::new();
    // Until when it waits for its turn to load; and the turn.
    let (mut wants_load, mut load) = (None, None);
    // What it may say, as players may; and until when it is not heard.
    let began = Instant::now();
    let mut limiter = RateLimiter::new(0);
    let mut deaf_until = None;
    loop {
        let reply = tokio::select! {
            said = timeout(2 * POLL_WAIT, socket.next()), if deaf_until.is_none() => {
                // Calls are bounded by their number, as those by `POST` are.
                if !matches!(said, Ok(Some(Ok(Message::Binary(_))))) {
                    limiter.spend(REQUEST_COST, began.elapsed().as_millis() as u64);
                }
                deaf_until = limiter.wait_until().map(|tick| began + Duration::from_millis(tick));
                let message = match said {
                    Ok(Some(Ok(message))) => message,
                    Ok(_) | Err(_) => return End::Lost,
                };
                let said = match message {
                    Message::Binary(bytes) => {
                        if calls.len() >= WORKSHOP_CALLS { return End::Closed }
                        let Some((program, asked)) = read_call(&bytes) else { return End::Closed };
                        calls.push(answer(workshop, program, asked));
                        continue;
                    }
                    Message::Text(text) => serde_json::from_str(&text),
                    Message::Close(_) => return End::Closed,
                    _ => continue,
                };
                let Ok(said) = said else { return End::Closed };
                match said {
                    Said::Load => {
                        wants_load.get_or_insert_with(|| Instant::now() + WORKSHOP_LOAD_WAIT);
                    }
                    Said::Ready => {
                        load = None;
                        opened.is_ready();
                    }
                    Said::Sit { ref code } => {
                        if let Ok((code, pupil)) = page.pupil(code).await {
                            opened.is_of(pupil.name.clone(), seat(code, pupil).ok());
                        }
                    }
                    _ => {}
                }
                obey(opened, said, *is_open.borrow())
            }
            _ = opened.events.recv_many(&mut events, WORKSHOP_EVENTS) => {
                let told: Vec<Event> = std::mem::take(&mut events);
                Some(json!({"event": "wire", "events": told, "skipped": opened.skipped()}))
            }
            order = opened.orders.recv() => order,
            Some(answer) = calls.next() => {
                let sent = timeout(WRITE_DEADLINE, socket.send(Message::binary(answer))).await;
                if !matches!(sent, Ok(Ok(()))) { return End::Lost }
                None
            }
            _ = talk_changes.changed() => {
                let outside = opened.is_outside();
                Some(json!({"event": "talk", "silence": opened.silence(), "outside": outside}))
            }
            changed = is_open.changed() => {
                if changed.is_err() { return End::Closed }
                Some(json!({"event": "workshop", "open": *is_open.borrow_and_update()}))
            }
            turn = timeout_at(
                wants_load.unwrap_or_else(Instant::now),
                workshop.loads.clone().acquire_owned(),
            ), if wants_load.is_some() => {
                wants_load = None;
                // Without a turn it loads beside the others.
                let turn = turn.ok().and_then(Result::ok);
                load = turn.map(|turn| (turn, Instant::now() + WORKSHOP_LOAD_TIME));
                Some(json!({"event": "load"}))
            }
            () = until(load.as_ref().map(|(_, end)| *end)) => {
                load = None;
                None
            }
            () = until(deaf_until) => {
                limiter.refill(began.elapsed().as_millis() as u64);
                deaf_until = None;
                None
            }
            () = superseded.notified() => return End::Lost,
        };
        if let Some(reply) = reply
            && say(socket, &reply).await.is_err()
        {
            return End::Lost;
        }
    }
}

/// A call of a program on the page's line: the program, a newline, and the request as by `POST`.
fn read_call(bytes: &[u8]) -> Option<(ProgramId, Asked)> {
    let (program, body) = bytes.split_at_checked(32)?;
    let program = str::from_utf8(program).ok()?.parse().ok()?;
    Some((program, Asked::read(body.strip_prefix(b"\n")?)?))
}

/// The answer to such a call: the program, the thread and the number, a newline, and the answer as to a
/// `POST`.
async fn answer(workshop: &Arc<Workshop>, program: ProgramId, asked: Asked) -> Vec<u8> {
    let head = format!("{program} {} {}\n", asked.lane, asked.seq);
    let answer = workshop.ask(program, asked).await;
    [head.as_bytes(), &answer.encode()].concat()
}

/// Waits until a time; without one, never returns.
async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

impl Page {
    /// The address of the machine from which a page comes, if it may be connected to at this port: never
    /// this server's own listeners, and nothing that a proxy hides.
    fn own_machine(
        &self,
        caller: &Caller,
        IsRelayed(is_relayed): IsRelayed,
        side: Side,
        port: u16,
    ) -> Result<IpAddr, Refusal> {
        let address = caller.peer.to_canonical();
        let is_vague = match address {
            IpAddr::V4(_) => address.is_unspecified(),
            // Without its interface it leads nowhere.
            IpAddr::V6(v6) => v6.is_unicast_link_local() || address.is_unspecified(),
        };
        if is_relayed || is_vague || self.dispatcher.trusts(address) {
            return Err(Refusal::NotYourAddress);
        }
        match side {
            Side::Server => Ok(self.outside(address, IsRelayed(false), port)?.ip()),
            Side::Client => Ok(address),
        }
    }

    /// What a page is told first.
    fn hello(&self, hello: &Hello, opened: &OpenPage, is_resumed: bool) -> Value {
        let (address, is_real) = opened.address();
        let own = own_addresses().into_iter().find(|ip| !ip.is_loopback());
        let real = match is_real {
            true => IpAddr::V4(address),
            false => hello.peer.to_canonical(),
        };
        json!({
            "event": "hello",
            "key": format!("{:032x}", opened.key),
            "resumed": is_resumed,
            "address": address,
            "real": real,
            "server": own.unwrap_or(Ipv4Addr::LOCALHOST),
            "host": hello.host,
            "game": self.text_port(),
            "open": *self.workshop.is_open().borrow(),
        })
    }
}

/// Does what a page says; returns the reply, if there is one.
fn obey(opened: &OpenPage, said: Said, is_open: bool) -> Option<Value> {
    let on = |program: &str, what: &dyn Fn(ProgramId)| {
        if let Ok(program) = program.parse() {
            what(program);
        }
        None
    };
    match said {
        Said::Start {
            pane,
            name,
            meeting,
        } if is_open => {
            let file = name.chars().take(LESSON_ID_CHARS).collect();
            Some(match opened.start(pane, file, meeting) {
                Some(program) => json!({"event": "started", "pane": pane, "program": program}),
                None => json!({"event": "too-late", "pane": pane}),
            })
        }
        Said::Start { .. } => Some(json!({"event": "workshop", "open": false})),
        Said::Line { program, text } => on(&program, &|program| opened.line(program, &text)),
        Said::Stop { program } => on(&program, &|program| opened.stop(program)),
        Said::End { program } => on(&program, &|program| opened.end(program)),
        Said::ExamRuns { program } => on(&program, &|program| opened.told(program, Told::Runs)),
        Said::ExamPrinted { program, text } => on(&program, &|program| {
            opened.told(program, Told::Printed(text.clone()));
        }),
        Said::ExamSynced { program, number } => on(&program, &|program| {
            opened.told(program, Told::Synced(number));
        }),
        Said::ExamEnded { program, status } => on(&program, &|program| {
            let ended = status.map_or(Ended::Signal(INTERRUPT), Ended::Status);
            opened.told(program, Told::Ended(ended));
        }),
        Said::StopCheck => {
            opened.stop_check();
            None
        }
        Said::Checked { programs } => {
            opened.has_checked(programs);
            None
        }
        Said::Report => {
            let is_reported = opened.report();
            Some(json!({"event": "reported", "done": is_reported}))
        }
        Said::Rough { seed } => {
            opened.set_rough(seed);
            None
        }
        Said::Probe { to: None, number } => Some(probed(number)),
        Said::Probe {
            to: Some(to),
            number,
        } => {
            opened.probe(to, number);
            None
        }
        Said::Probed { from, number } => {
            opened.probed(from, number);
            None
        }
        Said::Here => {
            opened.is_here();
            None
        }
        Said::Load | Said::Ready | Said::Sit { .. } => None,
    }
}

/// The signal of Ctrl-C.
const INTERRUPT: i32 = 2;

type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

/// Sends an object to the page.
///
/// # Errors
///
/// If the page has gone, or does not read.
async fn say(socket: &mut Socket, object: &Value) -> Result<(), ()> {
    let text = Message::text(object.to_string());
    let sent = timeout(WRITE_DEADLINE, socket.send(text)).await;
    match sent {
        Ok(Ok(())) => Ok(()),
        _ => Err(()),
    }
}
