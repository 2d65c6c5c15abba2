//! `net ping`: whether a machine is there, and how long its answer takes.
//!
//! Uses ICMP like `ping`, if the system allows it to every user, otherwise TCP. A TCP connection proves
//! as much, and so does a refused one, since a machine must be there to refuse it.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::num::NonZero;
use std::time::Duration;

use tokio::time::sleep;

use super::system::runtime;
use crate::cli::net::Ping;
use game::phrases::{Lang, decimal, say};
use os::console::{Failure, print, print_json, reason};
use os::endpoint::{LESSON_PORT, Target};
use server::ping::{Answer, Probe};

/// Pause between two pings.
const PAUSE: Duration = Duration::from_secs(1);

/// Pings the machine, and prints each answer as it arrives.
///
/// # Errors
/// The name has no address, or no answer arrived.
pub fn ping(args: &Ping, lang: Lang) -> Result<(), Failure> {
    let port = args.port.map_or(LESSON_PORT, NonZero::get);
    let host = args.host.clone();
    let target = Target::new(host, port);
    let address = target.resolve().and_then(|found| {
        let first = found.first().copied();
        first.ok_or_else(|| ErrorKind::NotFound.into())
    });
    let address = address.map_err(|error| not_found(&target, &error, lang))?;
    runtime(lang)?.block_on(async {
        let probe = Probe::open(address, args.port.is_some()).await;
        let run = Run {
            args,
            address,
            lang,
        };
        run.all(probe).await
    })
}

fn not_found(target: &Target, error: &io::Error, lang: Lang) -> Failure {
    let args = [
        ("host", target.host.as_str().into()),
        ("reason", reason(error, lang).into()),
    ];
    Failure::Run(say(lang, "ping-no-address", &args))
}

/// A run of `net ping`.
struct Run<'a> {
    args: &'a Ping,
    address: SocketAddr,
    lang: Lang,
}

impl Run<'_> {
    async fn all(&self, mut probe: Probe) -> Result<(), Failure> {
        let icmp = probe.is_icmp();
        self.tell(|| self.title(icmp))?;
        let mut times: Vec<Option<Duration>> = Vec::new();
        for number in 0..self.args.count {
            if number > 0 {
                sleep(PAUSE).await;
            }
            // ICMP's sequence number wraps after 65,536.
            let answer = probe.ping(self.address, number as u16).await;
            self.tell(|| self.line(number + 1, &answer))?;
            times.push(answer.ok().map(|(_, took)| took));
        }
        let results = Results::of(&times);
        match self.args.json {
            true => print_json(&self.document(icmp, &times, &results), self.lang)?,
            false => print(&results.sentence(times.len(), self.lang), self.lang)?,
        }
        if results.received > 0 {
            return Ok(());
        }
        let id = match icmp {
            true => "ping-nothing-icmp",
            false => "ping-nothing-tcp",
        };
        Err(Failure::Run(say(
            self.lang,
            id,
            &[("host", self.args.host.as_str().into())],
        )))
    }

    /// Prints a line for a person; with `--json` nothing but the document is printed.
    fn tell(&self, text: impl FnOnce() -> String) -> Result<(), Failure> {
        match self.args.json {
            true => Ok(()),
            false => print(&text(), self.lang),
        }
    }

    fn title(&self, icmp: bool) -> String {
        let id = match (icmp, self.args.port) {
            (true, _) => "ping-icmp",
            (false, Some(_)) => "ping-tcp",
            (false, None) => "ping-tcp-instead",
        };
        let args = [
            ("host", self.args.host.as_str().into()),
            ("address", self.address.ip().to_string().into()),
            ("port", self.address.port().to_string().into()),
        ];
        say(self.lang, id, &args)
    }

    fn line(&self, number: usize, answer: &io::Result<(Answer, Duration)>) -> String {
        let number = ("number", number.to_string().into());
        let (answer, took) = match answer {
            Ok(answered) => answered,
            Err(error) => {
                let reason = ("reason", reason(error, self.lang).into());
                return say(self.lang, "ping-lost", &[number, reason]);
            }
        };
        let id = match answer {
            Answer::Echo => "ping-echo",
            Answer::Open => "ping-open",
            Answer::Closed => "ping-closed",
        };
        say(
            self.lang,
            id,
            &[number, ("ms", ms(*took, self.lang).into())],
        )
    }

    fn document(
        &self,
        icmp: bool,
        times: &[Option<Duration>],
        results: &Results,
    ) -> serde_json::Value {
        let ms = |time: Option<Duration>| time.map(|time| time.as_secs_f64() * 1000.0);
        serde_json::json!({
            "host": self.args.host,
            "address": self.address.ip().to_string(),
            "method": if icmp { "icmp" } else { "tcp" },
            "port": (!icmp).then_some(self.address.port()),
            "sent": times.len(),
            "received": results.received,
            "min_ms": ms(results.shortest),
            "mean_ms": ms(results.mean),
            "max_ms": ms(results.longest),
            "times_ms": times.iter().map(|time| ms(*time)).collect::<Vec<_>>(),
        })
    }
}

/// All answers, summed up.
struct Results {
    received: usize,
    shortest: Option<Duration>,
    mean: Option<Duration>,
    longest: Option<Duration>,
}

impl Results {
    fn of(times: &[Option<Duration>]) -> Results {
        let answered: Vec<Duration> = times.iter().copied().flatten().collect();
        let sum: Duration = answered.iter().sum();
        let count = u32::try_from(answered.len()).unwrap_or(u32::MAX);
        Results {
            received: answered.len(),
            shortest: answered.iter().min().copied(),
            mean: sum.checked_div(count),
            longest: answered.iter().max().copied(),
        }
    }

    fn sentence(&self, sent: usize, lang: Lang) -> String {
        let counts = [("sent", sent.into()), ("received", self.received.into())];
        let counts = say(lang, "ping-counts", &counts);
        let (Some(shortest), Some(mean), Some(longest)) = (self.shortest, self.mean, self.longest)
        else {
            return counts;
        };
        let times = [
            ("min", ms(shortest, lang).into()),
            ("mean", ms(mean, lang).into()),
            ("max", ms(longest, lang).into()),
        ];
        format!("{counts} {}", say(lang, "ping-times", &times))
    }
}

/// A time in milliseconds, with two decimals, since machines nearby answer in less than one.
fn ms(time: Duration, lang: Lang) -> String {
    decimal(lang, time.as_secs_f64() * 1000.0, 2)
}
