//! `tap`: what it says before and after it relays, and why it could not.

use std::io::{self, ErrorKind, IsTerminal};
use std::net::SocketAddr;
use std::path::PathBuf;

use game::phrases::{Lang, Value, say};
use lab::tap::{Config, Display, OpenError, RunError, Summary, Tap, Title, terminal_has_cursor};
use os::console::{Failure, print, print_json, reason};
use os::endpoint::LESSON_PORT;

use crate::cli;

/// Relays and shows what passes, until a signal arrives or the user quits.
///
/// # Errors
///
/// Why the relay could not be opened, or what was lost when it ended.
pub fn tap(args: cli::tap::Tap, lang: Lang) -> Result<(), Failure> {
    let words = Words {
        target: args.target.to_string(),
        port: args.target.port,
        listen: args.listen.to_string(),
        pcap: args.pcap.clone(),
        trouble: args.trouble,
        lang,
    };
    let view = View::of(&args);
    let config = Config {
        listen: args.listen,
        target: args.target,
        pcap: args.pcap,
        trouble: args.trouble,
        lang,
    };
    let tap = Tap::open(config).map_err(|error| words.not_opened(&error))?;
    let display = match view {
        View::Json => {
            print_json(&tap.json(), lang)?;
            Display::Json
        }
        View::Lines => {
            let greeting = words.opened(&tap).into_iter().chain(words.options());
            for line in greeting {
                print(&line, lang)?;
            }
            Display::Lines
        }
        View::Screen => Display::Screen(Title {
            target: words.target.clone(),
            address: tap.client_address().to_string(),
            more: words.options(),
            options: words.typed_options(),
        }),
    };
    let summary = tap.run(&display).map_err(|error| match error {
        RunError::System(error) => words.refused(&error),
        RunError::Output(error) => Failure::output(&error, lang),
    })?;
    if view == View::Json {
        print_json(&summary.json(), lang)?;
    } else {
        for line in words.sums(&summary) {
            print(&line, lang)?;
        }
    }
    match (&summary.captured, words.file()) {
        (Some(Err(error)), Some(file)) => Err(words.run(
            "tap-capture-lost",
            &[("file", file.into()), ("reason", words.reason(error))],
        )),
        _ => Ok(()),
    }
}

/// How events are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Json,
    Lines,
    Screen,
}

impl View {
    fn of(args: &cli::tap::Tap) -> View {
        let terminals = io::stdout().is_terminal() && io::stdin().is_terminal();
        if args.json {
            View::Json
        } else if args.lines || !terminals || !terminal_has_cursor() {
            View::Lines
        } else {
            View::Screen
        }
    }
}

/// The arguments, as sentences quote them.
struct Words {
    target: String,
    /// The target's port.
    port: u16,
    listen: String,
    pcap: Option<PathBuf>,
    trouble: Option<u64>,
    lang: Lang,
}

impl Words {
    fn say(&self, id: &str, args: &[(&str, Value<'_>)]) -> String {
        say(self.lang, id, args)
    }

    fn run(&self, id: &str, args: &[(&str, Value<'_>)]) -> Failure {
        Failure::Run(self.say(id, args))
    }

    fn reason(&self, error: &io::Error) -> Value<'static> {
        reason(error, self.lang).into()
    }

    fn refused(&self, error: &io::Error) -> Failure {
        self.run("tap-system", &[("reason", self.reason(error))])
    }

    fn target(&self) -> (&'static str, Value<'static>) {
        ("target", self.target.clone().into())
    }

    fn file(&self) -> Option<String> {
        let file = self.pcap.as_ref()?;
        Some(file.display().to_string())
    }

    fn not_opened(&self, error: &OpenError) -> Failure {
        match error {
            OpenError::System(error) => self.refused(error),
            OpenError::ResolveTarget(error) => self.run(
                "tap-no-target",
                &[self.target(), ("reason", self.reason(error))],
            ),
            OpenError::ResolveListen(error) => self.run(
                "tap-no-listen",
                &[
                    ("address", self.listen.clone().into()),
                    ("reason", self.reason(error)),
                ],
            ),
            OpenError::Bind(address, error) => self.not_bound(*address, error),
            OpenError::TargetIsItself => {
                let other = ("other", other_port(self.port).into());
                Failure::Usage(self.say("tap-itself", &[self.target(), other]))
            }
            OpenError::Capture(error) => {
                let file = self.file().unwrap_or_default().into();
                self.run(
                    "tap-no-capture",
                    &[("file", file), ("reason", self.reason(error))],
                )
            }
        }
    }

    fn not_bound(&self, address: SocketAddr, error: &io::Error) -> Failure {
        let place = ("address", address.to_string().into());
        let port = ("port", address.port().to_string().into());
        if error.kind() == ErrorKind::AddrInUse {
            let other = ("other", other_port(address.port()).into());
            return self.run("tap-bind-in-use", &[place, port, other, self.target()]);
        }
        let why = ("reason", self.reason(error));
        self.run("tap-bind-other", &[place, port, why])
    }

    /// Where the relay listens, and how to use it.
    fn opened(&self, tap: &Tap) -> [String; 2] {
        let addresses: Vec<String> = tap.addresses().iter().map(ToString::to_string).collect();
        let address = tap.client_address().to_string();
        [
            self.say(
                "tap-open",
                &[("addresses", addresses.join(", ").into()), self.target()],
            ),
            self.say("tap-how", &[("address", address.into()), self.target()]),
        ]
    }

    /// A sentence for each of `--pcap` and `--trouble` that was given.
    fn options(&self) -> Vec<String> {
        let capture = self
            .file()
            .map(|file| self.say("tap-capture", &[("file", file.into())]));
        let trouble = self
            .trouble
            .map(|seed| self.say("tap-trouble", &[("seed", seed.to_string().into())]));
        capture.into_iter().chain(trouble).collect()
    }

    /// `--pcap` and `--trouble` as they were typed.
    fn typed_options(&self) -> String {
        let pcap = self.file().map(|file| format!("--pcap {file} "));
        let trouble = self.trouble.map(|seed| format!("--trouble {seed} "));
        pcap.into_iter().chain(trouble).collect()
    }

    fn sums(&self, summary: &Summary) -> Vec<String> {
        let bytes = |bytes: u64| Value::from(self.say("tap-bytes", &[("bytes", bytes.into())]));
        let args = [
            ("connections", summary.sums.connections.into()),
            ("client", bytes(summary.sums.client.bytes)),
            ("server", bytes(summary.sums.server.bytes)),
        ];
        let mut lines = vec![self.say("tap-sums", &args)];
        if summary.lost > 0 {
            lines.push(self.say("tap-lost-events", &[("events", summary.lost.into())]));
        }
        if let Some((packets, file)) = summary.packets().zip(self.file()) {
            let args = [("file", file.into()), ("packets", packets.into())];
            lines.push(self.say("tap-captured", &args));
        }
        lines
    }
}

/// A port to suggest when `port` cannot be used.
fn other_port(port: u16) -> String {
    let next = port.checked_add(1).filter(|port| *port > 1024);
    next.unwrap_or(LESSON_PORT + 1).to_string()
}
