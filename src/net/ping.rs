//! `net ping`: whether a machine is there, and how long its answer takes.
//!
//! By ICMP, as `ping` does it, where the system lets everybody; else by TCP. A TCP connection
//! proves as much, and so does one that is refused: somebody must be there to refuse it.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;
use std::time::{Duration, Instant};

use surge_ping::{Client, Config, ICMP, PingIdentifier, PingSequence, Pinger, SurgeError};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::runtime;
use crate::cli::net::Ping;
use game::phrases::{Lang, decimal, say};
use os::console::{Failure, print, reason};
use os::endpoint::{LESSON_PORT, Target};

/// A machine that does not answer in this time is taken for absent.
const PATIENCE: Duration = Duration::from_secs(2);
/// From one ping to the next.
const PAUSE: Duration = Duration::from_secs(1);
/// What an ICMP ping carries, to come back.
const PAYLOAD: [u8; 56] = [0; 56];

/// Pings the machine that many times, and tells each answer as it comes.
pub fn ping(args: &Ping, lang: Lang) -> Result<(), Failure> {
    let port = args.port.map_or(LESSON_PORT, NonZero::get);
    let host = args.host.clone();
    let target = Target { host, port };
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

/// A way to ping.
enum Probe {
    Icmp {
        pinger: Box<Pinger>,
        /// Must live as long: it receives the answers.
        _client: Client,
    },
    Tcp,
}

/// An answer.
enum Answer {
    Echo,
    /// A connection was made.
    Open,
    /// A connection was refused.
    Closed,
}

impl Probe {
    /// ICMP, unless the system forbids it or a port was asked for.
    async fn open(address: SocketAddr, tcp: bool) -> Probe {
        let kind = match address.ip() {
            IpAddr::V4(_) => ICMP::V4,
            IpAddr::V6(_) => ICMP::V6,
        };
        if !tcp && let Ok(client) = Client::new(&Config::builder().kind(kind).build()) {
            let identifier = PingIdentifier(std::process::id() as u16);
            let mut pinger = client.pinger(address.ip(), identifier).await;
            pinger.timeout(PATIENCE);
            if let SocketAddr::V6(v6) = address {
                pinger.scope_id(v6.scope_id());
            }
            return Probe::Icmp {
                pinger: Box::new(pinger),
                _client: client,
            };
        }
        Probe::Tcp
    }

    async fn ping(&mut self, address: SocketAddr, number: u16) -> io::Result<(Answer, Duration)> {
        let Probe::Icmp { pinger, .. } = self else {
            return ping_by_tcp(address).await;
        };
        match pinger.ping(PingSequence(number), &PAYLOAD).await {
            Ok((_, took)) => Ok((Answer::Echo, took)),
            Err(SurgeError::IOError(error)) => Err(error),
            Err(_) => Err(ErrorKind::TimedOut.into()),
        }
    }
}

async fn ping_by_tcp(address: SocketAddr) -> io::Result<(Answer, Duration)> {
    let started = Instant::now();
    let connected = timeout(PATIENCE, TcpStream::connect(address)).await;
    let took = started.elapsed();
    match connected {
        Ok(Ok(_)) => Ok((Answer::Open, took)),
        Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => {
            Ok((Answer::Closed, took))
        }
        Ok(Err(error)) => Err(error),
        Err(_) => Err(ErrorKind::TimedOut.into()),
    }
}

/// One run of `net ping`.
struct Run<'a> {
    args: &'a Ping,
    address: SocketAddr,
    lang: Lang,
}

impl Run<'_> {
    async fn all(&self, mut probe: Probe) -> Result<(), Failure> {
        let icmp = matches!(probe, Probe::Icmp { .. });
        self.tell(|| self.title(icmp))?;
        let mut times: Vec<Option<Duration>> = Vec::new();
        for number in 0..self.args.count {
            if number > 0 {
                sleep(PAUSE).await;
            }
            // The sequence of ICMP goes round after 65,536.
            let answer = probe.ping(self.address, number as u16).await;
            self.tell(|| self.line(number + 1, &answer))?;
            times.push(answer.ok().map(|(_, took)| took));
        }
        let results = Results::of(&times);
        match self.args.json {
            true => print(
                &self.document(icmp, &times, &results).to_string(),
                self.lang,
            )?,
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

    /// To a person: in JSON there is nothing but the document.
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

/// All answers together.
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

/// Milliseconds: to the hundredth, for a machine may be very near.
fn ms(time: Duration, lang: Lang) -> String {
    decimal(lang, time.as_secs_f64() * 1000.0, 2)
}
