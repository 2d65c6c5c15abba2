//! The page's port: HTTP, on a thread of its own. The games stay on the workers.
//!
//! [`connections`] accepts and keeps HTTP connections within their bounds; [`guard`] looks at each
//! request before anything else does; [`routes`] says what is where. A WebSocket stays here for its
//! handshake only ([`upgrade`]): its socket then goes to a worker, as the text door's do.

mod assets;
mod checks;
mod connections;
mod guard;
mod headers;
mod here;
mod lesson;
mod poll;
mod practice;
mod refused;
mod results;
mod rooms;
pub mod routes;
mod survey;
mod talk;
mod teacher;
pub mod token;
mod trial;
mod upgrade;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use tokio::sync::watch;

use super::checks::Runs;
use super::listen::Deal;
use super::trial::Trials;
use super::{Bound, PageConfig};
use crate::journal::Journal;
use connections::Connections;
use game::lesson::Lesson;
use game::limits::DOWNLOADS;
use game::phrases::Lang;
use guard::Names;
use poll::Polls;
use practice::Practices;
use teacher::Keys;
use token::Token;

/// What all requests share.
pub struct Page {
    /// To the workers.
    deal: Deal,
    /// The language of what is said to those who have no page to say it.
    lang: Lang,
    names: Names,
    bound: Bound,
    teacher: Keys,
    polls: Polls,
    journal: Journal,
    /// The lesson that the teacher gives instead of the program's own.
    own_lesson: Option<Arc<Lesson>>,
    /// The name of the school's own server, in the lesson.
    local_name: Option<String>,
    practices: Practices,
    trials: Arc<Trials>,
    checks: Arc<Runs>,
}

impl Page {
    /// A page at these addresses, whose players go to these workers.
    pub fn new(
        config: &PageConfig,
        lang: Lang,
        deal: Deal,
        journal: Journal,
        bound: &Bound,
        token: Token,
        trials: Arc<Trials>,
    ) -> Self {
        let doors = [&bound.text, &bound.quiet, &bound.page, &bound.metrics];
        let own = doors.into_iter().flatten().map(|door| door.port());
        let port = bound.page.first().map_or(0, |address| address.port());
        Page {
            deal,
            lang,
            names: Names::new(&config.names, &config.origins),
            bound: bound.clone(),
            teacher: Keys::new(token, port),
            polls: Polls::default(),
            journal,
            own_lesson: config.lesson.clone(),
            local_name: config.local_name.clone(),
            practices: Practices::default(),
            trials,
            checks: Arc::new(Runs::new(own.collect())),
        }
    }
}

/// The thread, while it runs.
pub struct Running {
    end: watch::Sender<Option<Instant>>,
    checks: Arc<Runs>,
    thread: JoinHandle<()>,
}

/// Serves the page until [`Running::close`].
pub fn start(listeners: Vec<TcpListener>, page: Page) -> io::Result<Running> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(DOWNLOADS)
        .build()?;
    let (end, ending) = watch::channel(None);
    let checks = page.checks.clone();
    let life = async move {
        let connections = Arc::new(Connections::new(page.deal.clone(), page.lang, ending));
        let page = Arc::new(page);
        let router = routes::router(page.clone());
        tokio::spawn(async move { page.polls.sweep().await });
        for listener in listeners {
            let listener = tokio::net::TcpListener::from_std(listener)
                .expect("a socket that listens and does not block, within a runtime");
            let connections = connections.clone();
            tokio::spawn(connections.accept(listener, router.clone()));
        }
        connections.ended().await;
    };
    let thread = thread::Builder::new().name("page".to_owned());
    let thread = thread.spawn(move || {
        runtime.block_on(life);
        // Who reads a file's end at a snail's pace does not keep the server from ending.
        runtime.shutdown_background();
    })?;
    Ok(Running {
        end,
        checks,
        thread,
    })
}

impl Running {
    /// Accepts nobody any more; requests on their way are answered until then.
    pub fn close(&self, deadline: Instant) {
        self.checks.end();
        self.end.send_replace(Some(deadline));
    }

    /// Waits for the end.
    pub fn join(self) {
        if let Err(panic) = self.thread.join() {
            std::panic::resume_unwind(panic);
        }
    }
}
