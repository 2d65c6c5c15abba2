//! The page's port: HTTP, on a thread of its own. The games stay on the workers.
//!
//! - [`http`] accepts connections and keeps them within their bounds, examines each request before
//!   a handler sees it, and writes every refusal.
//! - [`player`] carries the game over WebSockets and the long poll.
//! - [`teacher`] is the private link, the teacher's rooms, orders, checks and downloads.
//! - [`lesson`] judges the pupils' answers and opens their practice ports.
//! - [`workshop`] carries the pupils' programs and their network; [`class_servers`] is the directory of
//!   those that they publish, [`tournament`] lets them meet, [`protocol`] is the page
//!   on which a class agrees how they speak, and [`console`] has the commands of a
//!   terminal for pupils without one.
//! - [`comeback`] lets a player come back by their name.
//!
//! [`routes`] lists what is served where, and to whom.

mod class_servers;
mod comeback;
mod console;
mod http;
mod lesson;
mod player;
mod protocol;
pub mod routes;
pub mod teacher;
mod tournament;
mod workshop;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use tokio::sync::watch;

use crate::journal::Journal;
use crate::listen::{Dispatcher, Gone};
use crate::tls::Tls;
use crate::trial::Trials;
use crate::worker::driver::Driver;
use crate::worker::inbox::Asker;
use crate::workshop::practice::Practices;
use crate::workshop::{Place, Workshop};
use crate::{Bound, PageConfig};
use game::lesson::Lesson;
use game::limits::{DOWNLOADS, POLL_SWEEP};
use game::phrases::Lang;
use http::connections::Connections;
use http::guard::Names;
use http::refusal::Refusal;
use lesson::lookups::Lookups;
use player::session::Sessions;
use teacher::check_runs::Runs;
use teacher::session::Keys;
use teacher::token::Token;

/// What all requests share.
pub struct Page {
    /// Access to the workers.
    dispatcher: Dispatcher,
    /// The language of refusals and of the lesson, unless a request asks for another.
    lang: Lang,
    names: Names,
    bound: Bound,
    keys: Keys,
    sessions: Sessions,
    journal: Journal,
    /// The lesson that the teacher gives instead of the built-in one.
    own_lesson: Option<Arc<Lesson>>,
    /// The name of the school's own server, in the lesson.
    local_name: Option<String>,
    practices: Arc<Practices>,
    lookups: Lookups,
    trials: Arc<Trials>,
    checks: Arc<Runs>,
    workshop: Arc<Workshop>,
    returns: comeback::Returns,
}

impl Page {
    /// A page at these addresses, whose players go to these workers.
    pub fn new(
        config: &PageConfig,
        lang: Lang,
        dispatcher: Dispatcher,
        journal: Journal,
        bound: &Bound,
        token: Token,
        trials: Arc<Trials>,
    ) -> Self {
        let doors = [&bound.text, &bound.quiet, &bound.page, &bound.metrics];
        let own = doors.into_iter().flatten().map(|door| door.port());
        let port = bound.page.first().map_or(0, |address| address.port());
        let place = Place {
            addresses: workshop::own_addresses(),
            game: bound.text.first().map(SocketAddr::port),
            listen: bound
                .page
                .first()
                .map_or(Ipv4Addr::LOCALHOST.into(), SocketAddr::ip),
            lang,
        };
        let practices = Arc::new(Practices::new(dispatcher.permits().clone()));
        let workshop = Workshop::new(place, dispatcher.clone(), practices.clone());
        Page {
            lang,
            names: Names::new(&config.names, &config.origins),
            bound: bound.clone(),
            keys: Keys::new(token, bound.once, port),
            sessions: Sessions::default(),
            journal,
            own_lesson: config.lesson.clone(),
            local_name: config.local_name.clone(),
            practices,
            lookups: Lookups::default(),
            trials,
            checks: Arc::new(Runs::new(own.collect())),
            dispatcher,
            workshop,
            returns: comeback::Returns::default(),
        }
    }

    /// The port of the text protocol, if it is served.
    fn text_port(&self) -> Option<u16> {
        Some(self.bound.text.first()?.port())
    }

    /// Runs a closure on a worker for the teacher, and waits for what it returns.
    async fn ask<T: Send + 'static>(
        &self,
        worker: usize,
        question: impl FnOnce(&mut Driver) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let answer = self.dispatcher.ask(worker, Asker::Teacher, question).await;
        answer.map_err(|Gone| Refusal::Stopping)
    }

    /// Runs a closure on a worker for the teacher, and waits until the journal has what it has
    /// proposed.
    async fn propose<E: Send + 'static>(
        &self,
        worker: usize,
        order: impl FnOnce(&mut Driver) -> Result<(), E> + Send + 'static,
    ) -> Result<Result<(), E>, Refusal> {
        let answer = self.dispatcher.order(worker, Asker::Teacher, order).await;
        answer.map_err(|Gone| Refusal::Stopping)
    }
}

/// The page's thread.
pub struct Running {
    end: watch::Sender<Option<Instant>>,
    checks: Arc<Runs>,
    thread: JoinHandle<()>,
}

/// Serves the page until [`Running::close`].
///
/// # Errors
///
/// If the system gives no thread, or no descriptor for the runtime.
pub fn start(listeners: Vec<TcpListener>, page: Page, tls: Option<Tls>) -> io::Result<Running> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(DOWNLOADS)
        .build()?;
    let (end, ending) = watch::channel(None);
    let checks = page.checks.clone();
    let life = async move {
        let connections = Arc::new(Connections::new(
            page.dispatcher.clone(),
            page.lang,
            ending,
            tls,
        ));
        let page = Arc::new(page);
        let router = routes::router(page.clone());
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(POLL_SWEEP).await;
                page.sessions.sweep();
                page.practices.sweep();
            }
        });
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
        // A browser that reads a download slowly does not delay the server's end.
        runtime.shutdown_background();
    })?;
    Ok(Running {
        end,
        checks,
        thread,
    })
}

impl Running {
    /// Accepts no connection from now on; requests in progress are answered until `deadline`.
    pub fn close(&self, deadline: Instant) {
        self.checks.end();
        self.end.send_replace(Some(deadline));
    }

    /// Waits for the thread to end.
    pub fn join(self) {
        if let Err(panic) = self.thread.join() {
            std::panic::resume_unwind(panic);
        }
    }
}
