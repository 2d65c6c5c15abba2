//! `tap`: a relay between a client and a server, which shows each `send` and `recv` as the bytes
//! went. Anybody can run it: it needs no rights, for it is nothing but a program to which the client
//! connects in the place of the server.
//!
//! - [`door`] listens; [`relay`] has the listeners; [`connection`] is one client's way to the server and its end;
//!   [`flow`] is one of its two directions. These live on a thread of their own, and wait for
//!   nobody who shows.
//! - [`event`] is what they tell, through [`feed`], a queue with a bound. [`marks`] tells merges
//!   and splits, with what [`kernel`] knows; [`trouble`] makes some on purpose.
//! - [`story`] puts events into words and [`dump`] bytes beside their text; [`turn`] knows who is
//!   to speak. [`lines`] (on [`paper`]), [`screen`] and [`json`] show.
//! - [`capture`] writes the file for Wireshark, out of the [`packet`]s of one conversation.

mod capture;
mod connection;
mod door;
mod dump;
mod event;
mod feed;
mod flow;
mod json;
pub(crate) mod kernel;
mod lines;
pub(crate) mod marks;
mod packet;
mod paper;
mod relay;
mod screen;
mod story;
mod trouble;
mod turn;

use std::io::{self, IsTerminal};
use std::net::{IpAddr, SocketAddr};
use std::thread;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use std::path::PathBuf;

use capture::Capture;
use feed::{Events, queue};
use game::limits::TAP_CONNECTIONS;
use game::phrases::{Lang, Value, say};
use os::console::{Failure, print, reason};
use os::endpoint::{ListenAddress, Target};
use os::system;
use relay::{Clock, Outcome, Plan, Stage};
use trouble::Trouble;

/// What `tap` is asked for.
#[derive(Debug)]
pub struct Tap {
    /// Where to wait for clients.
    pub listen: ListenAddress,
    /// The server.
    pub target: Target,
    /// Lines, on a terminal too.
    pub lines: bool,
    /// The capture to write.
    pub pcap: Option<PathBuf>,
    /// The bad network, and the seed of its troubles.
    pub trouble: Option<u64>,
    /// One object a line.
    pub json: bool,
}

/// How events are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Json,
    Lines,
    Screen,
}

impl View {
    fn of(args: &Tap) -> View {
        let terminals = io::stdout().is_terminal() && io::stdin().is_terminal();
        match () {
            () if args.json => View::Json,
            () if args.lines || !terminals || !paper::can_more() => View::Lines,
            () => View::Screen,
        }
    }
}

/// What everything that is said needs.
struct Words<'a> {
    args: &'a Tap,
    addresses: Vec<SocketAddr>,
    lang: Lang,
}

/// Relays, and shows what goes by, until the person at the terminal has enough.
pub fn tap(args: Tap, lang: Lang) -> Result<(), Failure> {
    let stopped = |error: io::Error| {
        let reason = reason(&error, lang).into();
        Failure::Run(say(lang, "tap-system", &[("reason", reason)]))
    };
    // Each connection takes two descriptors.
    let descriptors = system::descriptors(1).map_err(stopped)?;
    let fitting = usize::try_from(descriptors / 2).unwrap_or(usize::MAX);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(stopped)?;
    let targets = args.target.resolve().map_err(|error| {
        let target = args.target.to_string().into();
        let args = [("target", target), ("reason", reason(&error, lang).into())];
        Failure::Run(say(lang, "tap-no-target", &args))
    })?;
    let (listeners, addresses) = {
        let _context = runtime.enter();
        system::survive_file_size_signal().map_err(stopped)?;
        door::open(&args.listen, &args.target, lang)?
    };
    door::refuse_itself(&addresses, &args.target, &targets, lang)?;
    let words = Words {
        args: &args,
        addresses,
        lang,
    };
    let capture = words.capture()?;
    let view = View::of(&args);
    let clock = Clock::start();
    words.open(view, clock)?;
    let (feed, events) = queue(args.json);
    let plan = Plan {
        targets,
        feed,
        capture,
        trouble: args.trouble.map(Trouble::new),
        places: fitting.clamp(1, TAP_CONNECTIONS),
        clock,
        lang,
    };
    let (shown, outcome) = relay_and_show(runtime, listeners, plan, |stage| {
        words.show(view, &events, clock, stage)
    });
    let outcome = outcome.map_err(stopped)?;
    shown.map_err(|error| Failure::output(&error, lang))?;
    words.end(view, &outcome, events.lost(), clock)
}

/// Relays on a thread of its own, shows on this one.
fn relay_and_show(
    runtime: Runtime,
    listeners: Vec<TcpListener>,
    plan: Plan,
    show: impl FnOnce(&watch::Sender<Stage>) -> io::Result<()>,
) -> (io::Result<()>, io::Result<Outcome>) {
    let (stage, ordered) = watch::channel(Stage::Showing);
    let relay = thread::spawn(move || relay::run(&runtime, listeners, plan, ordered));
    let shown = show(&stage);
    stage.send_replace(Stage::Done);
    match relay.join() {
        Ok(outcome) => (shown, outcome),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

impl Words<'_> {
    fn say(&self, id: &str, args: &[(&str, Value<'_>)]) -> String {
        say(self.lang, id, args)
    }

    fn target(&self) -> String {
        self.args.target.to_string()
    }

    /// Where a client of this machine connects: 0.0.0.0 is no address to connect to.
    fn address(&self) -> SocketAddr {
        let mut address = self.addresses[0];
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        address
    }

    fn file(&self) -> Option<String> {
        let file = self.args.pcap.as_ref()?;
        Some(file.display().to_string())
    }

    fn capture(&self) -> Result<Option<Capture>, Failure> {
        let Some(path) = &self.args.pcap else {
            return Ok(None);
        };
        let title = self.say("tap-pcap-title", &[]);
        let capture = Capture::create(path, &title);
        capture.map(Some).map_err(|error| {
            let file = path.display().to_string().into();
            let args = [("file", file), ("reason", reason(&error, self.lang).into())];
            Failure::Run(self.say("tap-no-capture", &args))
        })
    }

    /// Says that the relay is open.
    fn open(&self, view: View, clock: Clock) -> Result<(), Failure> {
        let (target, file) = (self.target(), self.file());
        if view == View::Json {
            let seed = self.args.trouble;
            let line = json::listening(&self.addresses, &target, file.as_deref(), seed, clock);
            return print(&line, self.lang);
        }
        if view == View::Screen {
            return Ok(());
        }
        for line in self.greeting() {
            print(&line, self.lang)?;
        }
        Ok(())
    }

    fn greeting(&self) -> Vec<String> {
        let addresses: Vec<String> = self.addresses.iter().map(ToString::to_string).collect();
        let target = || Value::from(self.target());
        let open = [
            ("addresses", addresses.join(", ").into()),
            ("target", target()),
        ];
        let how = [
            ("address", self.address().to_string().into()),
            ("target", target()),
        ];
        let mut lines = vec![self.say("tap-open", &open), self.say("tap-how", &how)];
        if let Some(file) = self.file() {
            lines.push(self.say("tap-capture", &[("file", file.into())]));
        }
        if let Some(seed) = self.args.trouble {
            lines.push(self.say("tap-trouble", &[("seed", seed.to_string().into())]));
        }
        lines
    }

    fn show(
        &self,
        view: View,
        events: &Events,
        clock: Clock,
        stage: &watch::Sender<Stage>,
    ) -> io::Result<()> {
        match view {
            View::Json => json::show(events, clock),
            View::Lines => lines::show(events, clock, self.lang),
            View::Screen => {
                let title = screen::Title {
                    target: self.target(),
                    address: self.address().to_string(),
                    more: self.greeting().split_off(2),
                    options: self.options(),
                };
                screen::show(events, clock, &title, stage, self.lang)
            }
        }
    }

    /// What was asked for besides, as it was typed.
    fn options(&self) -> String {
        let pcap = self.file().map(|file| format!("--pcap {file} "));
        let trouble = self.args.trouble.map(|seed| format!("--trouble {seed} "));
        pcap.into_iter().chain(trouble).collect()
    }

    /// The sums, and whether the capture is whole.
    fn end(&self, view: View, outcome: &Outcome, lost: u64, clock: Clock) -> Result<(), Failure> {
        let packets = match &outcome.captured {
            Some(Ok(packets)) => Some(*packets),
            _ => None,
        };
        if view == View::Json {
            print(&json::sums(&outcome.sums, packets, lost, clock), self.lang)?;
        } else {
            for line in self.sums(outcome, packets, lost) {
                print(&line, self.lang)?;
            }
        }
        match (&outcome.captured, self.file()) {
            (Some(Err(error)), Some(file)) => {
                let why = reason(error, self.lang).into();
                let args = [("file", file.into()), ("reason", why)];
                Err(Failure::Run(self.say("tap-capture-lost", &args)))
            }
            _ => Ok(()),
        }
    }

    fn sums(&self, outcome: &Outcome, packets: Option<u64>, lost: u64) -> Vec<String> {
        let bytes = |bytes| Value::from(story::bytes(bytes, self.lang));
        let args = [
            ("connections", outcome.sums.connections.into()),
            ("client", bytes(outcome.sums.client.bytes)),
            ("server", bytes(outcome.sums.server.bytes)),
        ];
        let mut lines = vec![self.say("tap-sums", &args)];
        if lost > 0 {
            lines.push(self.say("tap-lost-events", &[("events", lost.into())]));
        }
        if let Some((packets, file)) = packets.zip(self.file()) {
            let args = [("file", file.into()), ("packets", packets.into())];
            lines.push(self.say("tap-captured", &args));
        }
        lines
    }
}
