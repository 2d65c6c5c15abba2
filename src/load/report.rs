//! What was measured: counts and latencies, of one process or of several added up.

use std::io;
use std::time::Duration;

use data_encoding::BASE64;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2Serializer};
use serde_json::{Value, json};

use super::Plan;
use game::phrases::{Lang, decimal, say};

/// The longest latency that is recorded, in microseconds: a minute. Longer ones count as this.
const LONGEST: u64 = 60_000_000;

/// The results of a plan.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// Connections that were greeted.
    pub(crate) connected: usize,
    /// Time until the last of them was greeted.
    pub(crate) connecting: Duration,
    /// Time during which guesses were sent; for idle players, until the last answer to their only guess.
    pub(crate) playing: Duration,
    /// Guesses that were answered.
    pub(crate) guesses: u64,
    /// Connections that failed, were closed early, or received what answers no guess.
    pub(crate) errors: u64,
    /// Time from sending a guess to its answer, in microseconds.
    pub(crate) latency: Histogram<u64>,
}

impl Default for Report {
    fn default() -> Self {
        Report {
            connected: 0,
            connecting: Duration::ZERO,
            playing: Duration::ZERO,
            guesses: 0,
            errors: 0,
            latency: Histogram::new_with_bounds(1, LONGEST, 3)
                .expect("1 to a minute with three digits is a range that it can have"),
        }
    }
}

impl Report {
    /// Records an answer that took this long.
    pub(crate) fn answered(&mut self, after: Duration) {
        self.guesses += 1;
        self.latency.saturating_record(after.as_micros() as u64);
    }

    /// Records that an idle player had its answer this long after the start.
    pub(crate) fn played(&mut self, after: Duration) {
        self.playing = self.playing.max(after);
    }

    /// Adds the report of another process that ran at the same time.
    pub(crate) fn add(&mut self, other: &Report) {
        self.connected += other.connected;
        self.connecting = self.connecting.max(other.connecting);
        self.playing = self.playing.max(other.playing);
        self.guesses += other.guesses;
        self.errors += other.errors;
        self.latency
            .add(&other.latency)
            .expect("all reports have the same bounds");
    }

    /// One line for the first process: the document of [`Report::json`] and what [`Report::add`] needs.
    pub(crate) fn encode(&self, plan: &Plan) -> io::Result<String> {
        let mut latency = Vec::new();
        V2Serializer::new()
            .serialize(&self.latency, &mut latency)
            .map_err(|error| io::Error::other(error.to_string()))?;
        let mut line = self.json(plan, &plan.target.to_string());
        line["connecting"] = (self.connecting.as_micros() as u64).into();
        line["playing"] = (self.playing.as_micros() as u64).into();
        line["latency"] = BASE64.encode(&latency).into();
        Ok(line.to_string())
    }

    /// Reads a line of [`Report::encode`].
    pub(crate) fn decode(line: &str) -> io::Result<Report> {
        let bad = || io::Error::new(io::ErrorKind::InvalidData, line.trim().to_owned());
        let value: Value = serde_json::from_str(line).map_err(|_| bad())?;
        let number = |key: &str| value[key].as_u64().ok_or_else(bad);
        let latency = value["latency"].as_str().ok_or_else(bad)?;
        let latency = BASE64.decode(latency.as_bytes()).map_err(|_| bad())?;
        Ok(Report {
            connected: number("connected")? as usize,
            connecting: Duration::from_micros(number("connecting")?),
            playing: Duration::from_micros(number("playing")?),
            guesses: number("guesses")?,
            errors: number("errors")?,
            latency: Deserializer::new()
                .deserialize(&mut &latency[..])
                .map_err(|_| bad())?,
        })
    }

    fn per_second(&self) -> f64 {
        let seconds = self.playing.as_secs_f64();
        if seconds > 0.0 {
            self.guesses as f64 / seconds
        } else {
            0.0
        }
    }

    /// The document of `--json`, about the server `target`.
    pub(crate) fn json(&self, plan: &Plan, target: &str) -> Value {
        let quantile = |q| self.latency.value_at_quantile(q);
        json!({
            "target": target,
            "door": plan.transport.word(),
            "connections": plan.connections,
            "connected": self.connected,
            "connect_seconds": self.connecting.as_secs_f64(),
            "pipeline": plan.pipeline,
            "seconds": self.playing.as_secs_f64(),
            "guesses": self.guesses,
            "guesses_per_second": self.per_second(),
            "latency_us": {
                "p50": quantile(0.5),
                "p99": quantile(0.99),
                "p99.9": quantile(0.999),
                "max": self.latency.max(),
            },
            "errors": self.errors,
        })
    }

    /// The report as text.
    pub(crate) fn text(&self, plan: &Plan, lang: Lang) -> String {
        let decimal = |number| decimal(lang, number, 2);
        let milliseconds = |q: f64| decimal(self.latency.value_at_quantile(q) as f64 / 1000.0);
        let connected = say(
            lang,
            "load-connected",
            &[
                ("connected", self.connected.to_string().into()),
                ("connections", plan.connections.to_string().into()),
                ("seconds", decimal(self.connecting.as_secs_f64()).into()),
            ],
        );
        let errors = say(
            lang,
            "load-errors",
            &[("errors", self.errors.to_string().into())],
        );
        let guesses = say(
            lang,
            "load-guesses",
            &[
                ("guesses", self.guesses.to_string().into()),
                ("rate", format!("{:.0}", self.per_second()).into()),
            ],
        );
        let latency = say(
            lang,
            "load-latency",
            &[
                ("p50", milliseconds(0.5).into()),
                ("p99", milliseconds(0.99).into()),
                ("p999", milliseconds(0.999).into()),
            ],
        );
        match self.guesses {
            0 => format!("{connected}\n{guesses}\n{errors}"),
            _ => format!("{connected}\n{guesses}\n{latency}\n{errors}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Transport;
    use super::*;

    #[test]
    fn a_report_goes_from_process_to_process_and_adds_up() {
        let mut report = Report {
            connected: 3,
            errors: 1,
            ..Report::default()
        };
        report.playing = Duration::from_secs(2);
        for milliseconds in [1, 2, 90_000] {
            report.answered(Duration::from_millis(milliseconds));
        }
        let plan = Plan {
            target: ([127, 0, 0, 1], 50_000).into(),
            connections: 3,
            first: 0,
            pipeline: 1,
            seconds: 2,
            idle: false,
            transport: Transport::Text,
            room: None,
            pause_ms: 0,
        };
        let line = report.encode(&plan).expect("encodes");
        let mut sum = Report::decode(&line).expect("reads back");
        sum.add(&report);
        assert_eq!((sum.connected, sum.guesses, sum.errors), (6, 6, 2));
        assert_eq!(
            sum.playing,
            Duration::from_secs(2),
            "at the same time, not one after the other"
        );
        assert_eq!(sum.latency.len(), 6);
        assert!(
            sum.latency.max() >= LONGEST,
            "what is longer than a minute counts as a minute"
        );
        assert!(Report::decode("{}").is_err());
    }
}
