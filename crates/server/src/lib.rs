//! The game server: sockets around the engines, one thread a core.
//!
//! [`run`] is the whole life: bind, replay the journal, serve, end. [`listen`] accepts connections
//! and hands them to the [`worker`]s, each of which has one engine and its sockets.

mod addresses;
mod config;
mod follow;
pub mod journal;
mod listen;
pub mod log;
mod mdns;
mod metrics;
pub mod names;
mod permits;
pub mod ping;
mod pipe;
mod proxy;
pub mod results;
mod settle;
mod space;
mod stream;
mod tls;
mod trial;
mod web;
mod worker;
mod workshop;

use std::io;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use tokio::sync::mpsc;

use crate::journal::{Journal, JournalError, Store};
pub use addresses::{local_addresses, reachable};
pub use config::{Bound, Config, ListenerKind, PageConfig, RunError};
use game::engine::{Settings, engine_of};
use game::limits::STOP;
use game::room::Room;
use game::room::fold::Replay;
use game::rules::RoomId;
use game::wire::text::Phrasebook;
use log::Event;
use log::event::Why;
pub use mdns::Announced;
use metrics::Sources;
use os::signals::{EndRequests, survive_file_size_limit};
use os::system::Clock;
use permits::Capacity;
pub use proxy::Trusted;
pub use tls::{Tls, TlsError, TlsFiles};
use trial::Trials;
pub use web::routes::teachers as teacher_routes;
pub use web::teacher::token::Token;
use worker::Start;
use worker::inbox::{Command, Handle, Inbox};

/// Serves until SIGINT or SIGTERM, or until the journal fails. `ready` is called once players can
/// connect.
pub fn run(config: Config, ready: impl FnOnce(&Bound)) -> Result<(), RunError> {
    let engines = thread::available_parallelism().map_or(1, usize::from);
    let descriptors = os::descriptors::connections_beside(engines)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let _context = runtime.enter();
    survive_file_size_limit()?;
    let mut end_requests = EndRequests::new()?;

    let mut bound = Bound {
        is_secure: config.tls.is_some(),
        name: config
            .page
            .as_ref()
            .and_then(|page| page.names.first().cloned()),
        ..Bound::default()
    };
    let listeners = listen::bind(&config, &mut bound)?;
    let page_listeners = match &config.page {
        Some(page) => listen::bind_page(page, &mut bound)?,
        None => Vec::new(),
    };
    let metrics_listeners =
        listen::bind_metrics(&config.metrics, config.metrics_any_family, &mut bound)?;
    let (journal, mut replay) = Journal::resume(&config.store)?;
    let clock = Clock::start(replay.latest);
    let mut followed = journal.follow();
    let settled = settle::journal(&config, &journal, &mut followed, &mut replay, clock);
    runtime.block_on(settled)?;
    journal.keep(config.keep);
    runtime.spawn(space::watch(
        journal.clone(),
        config.log.clone(),
        config.space_left,
    ));

    if let Some(tls) = config.tls.clone() {
        runtime.spawn(tls.follow_files(config.log.clone()));
    }

    let (failed, mut failure) = mpsc::channel(1);
    let trials = Arc::new(Trials::default());
    let shared = (&journal, clock, &failed, &trials);
    let workers = start_workers(&config, engines, replay, shared)?;
    if let Some(log) = followed {
        runtime.spawn(follow::watch(
            journal.clone(),
            config.log.clone(),
            config.log_lost,
        ));
        journal.beside(follow::distribute(log, workers.handles.clone(), failed));
    }
    let dispatcher = listen::Dispatcher::new(
        workers.handles.clone(),
        Capacity::new(descriptors, !page_listeners.is_empty()),
        config.log.clone(),
        config.trusted.clone(),
    );
    for listener in listeners {
        runtime.spawn(listen::accept(listener, dispatcher.clone()));
    }
    let sources = Sources {
        dispatcher: dispatcher.clone(),
        journal: journal.clone(),
    };
    for listener in metrics_listeners {
        runtime.spawn(metrics::serve(listener, sources.clone()));
    }
    let page = match &config.page {
        Some(asked) if !page_listeners.is_empty() => {
            let token = match journal.secret() {
                Some(secret) => Token::from_secret(&secret),
                None => token(&config.store, asked.new_token)?,
            };
            bound.teacher = Some(token);
            bound.once = Some(Token::random());
            let page = web::Page::new(
                asked,
                config.lang,
                dispatcher,
                journal.clone(),
                &bound,
                token,
                trials,
            );
            Some(web::start(page_listeners, page, config.tls.clone())?)
        }
        _ => None,
    };
    let mut announcer = None;
    if config.mdns {
        (bound.announced, announcer) = mdns::announce(&bound.text);
    }
    bound.notes = journal.notes().to_vec();
    config.log.say(started(&config.store, &bound));
    ready(&bound);
    let failed = runtime.block_on(async {
        tokio::select! {
            _ = end_requests.next() => false,
            _ = failure.recv() => true,
        }
    });
    config.log.say(Event::Stopping(match failed {
        true => Why::Failure,
        false => Why::Signal,
    }));
    if let Some(announcer) = announcer {
        announcer.end();
    }
    // The listeners close first: nobody comes in while the others go.
    runtime.shutdown_background();
    let deadline = Instant::now() + STOP;
    if let Some(page) = &page {
        page.close(deadline);
    }
    workers.stop(deadline);
    if let Some(page) = page {
        page.join();
    }
    journal.close()?;
    match failed {
        // The journal's thread is gone and could not even say why.
        true => Err(closed()),
        false => {
            config.log.say(Event::Stopped);
            Ok(())
        }
    }
}

fn started(store: &Store, bound: &Bound) -> Event {
    Event::Started {
        bound: Box::new(bound.clone()),
        journal: store.word(),
    }
}

/// The teacher's token, which stays in the journal's folder.
fn token(store: &Store, new: bool) -> Result<Token, JournalError> {
    let Store::Local(folder) = store else {
        return Ok(Token::random());
    };
    Token::load(folder, new).map_err(|error| JournalError::Io {
        path: folder.clone(),
        source: Arc::new(error),
    })
}

fn failure_of(journal: &Journal) -> RunError {
    journal.failure().map_or_else(closed, RunError::Journal)
}

fn closed() -> RunError {
    RunError::System(io::Error::other("the journal was closed"))
}

/// The worker threads.
struct Workers {
    handles: Vec<Handle>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Workers {
    /// Ends all conversations before the deadline, and waits for it.
    fn stop(self, deadline: Instant) {
        for worker in &self.handles {
            // A worker that has ended has no conversation to end.
            worker.send(Command::Stop(deadline));
        }
        for thread in self.threads {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}

fn start_workers(
    config: &Config,
    engines: usize,
    replay: Replay,
    (journal, clock, failed, trials): (&Journal, Clock, &mpsc::Sender<()>, &Arc<Trials>),
) -> Result<Workers, RunError> {
    let hall = Arc::new(Mutex::new(replay.hall));
    let mut rooms: Vec<Vec<(RoomId, Room)>> = (0..engines).map(|_| Vec::new()).collect();
    for (id, room) in replay.rooms {
        rooms[engine_of(id, engines)].push((id, room));
    }
    let inboxes = (0..engines).map(|_| Inbox::open());
    let inboxes: Vec<(Handle, Inbox)> = inboxes.collect::<Result<_, _>>()?;
    let (handles, inboxes): (Vec<Handle>, Vec<Inbox>) = inboxes.into_iter().unzip();
    let mut threads = Vec::with_capacity(engines);
    for (index, (rooms, inbox)) in rooms.into_iter().zip(inboxes).enumerate() {
        let start = Start {
            settings: Settings {
                index,
                engines,
                range: config.range,
                phrasebook: Phrasebook {
                    lang: config.lang,
                    pack: config.pack,
                },
                quiet: config.quiet_time.as_millis() as u64,
                rate: config.rate,
                pace: config.pace,
                intermission: config.intermission,
            },
            rooms,
            hall: hall.clone(),
            journal: journal.clone(),
            clock,
            inbox,
            peers: handles.clone(),
            failed: failed.clone(),
            trials: trials.clone(),
            log: config.log.clone(),
        };
        let thread = thread::Builder::new().name(format!("worker {index}"));
        threads.push(thread.spawn(move || worker::run(start))?);
    }
    Ok(Workers { handles, threads })
}
