//! The page of `/metrics`, in Prometheus' text format, version 0.0.4. The table of
//! `docs/operating.md` explains each metric; a test compares it with this page.

use std::fmt::{Display, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use super::Sources;
use super::counters::{Counted, Work};
use super::histogram::Histogram;
use game::engine::count::{DIALECTS, REASONS, WAYS};
use os::usage::Usage;

/// The media type of the page.
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A metric's type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A number that never decreases while the process lives.
    Counter,
    /// A number that increases and decreases.
    Gauge,
    /// Counts of values in buckets.
    Histogram,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        }
    }
}

/// The page being written. Names and labels are the program's own words and need no escaping.
struct Page(String);

impl Page {
    fn line(&mut self, name: &str, labels: &str, value: impl Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    /// The lines before a metric's values.
    fn head(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = kind.word();
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn one(&mut self, name: &str, kind: Kind, help: &str, value: impl Display) {
        self.head(name, kind, help);
        self.line(name, "", value);
    }

    /// A metric with one value, left out if the system does not tell it.
    fn known(&mut self, name: &str, kind: Kind, help: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.one(name, kind, help, value);
        }
    }

    /// A metric with a value for each word of a label.
    fn by<V: Display, W: Display>(
        &mut self,
        (name, kind, help): (&str, Kind, &str),
        label: &str,
        values: impl IntoIterator<Item = (W, V)>,
    ) {
        self.head(name, kind, help);
        for (word, value) in values {
            self.line(name, &format!("{{{label}=\"{word}\"}}"), value);
        }
    }

    /// A histogram. `unit` is how many of its values make one of the metric's unit.
    fn histogram<const N: usize>(
        &mut self,
        (name, help): (&str, &str),
        histogram: &Histogram<N>,
        unit: f64,
    ) {
        self.head(name, Kind::Histogram, help);
        let bucket = format!("{name}_bucket");
        for (bound, count) in histogram.cumulative() {
            let label = format!("{{le=\"{}\"}}", bound as f64 / unit);
            self.line(&bucket, &label, count);
        }
        self.line(&bucket, "{le=\"+Inf\"}", histogram.count());
        self.line(&format!("{name}_sum"), "", histogram.sum() as f64 / unit);
        self.line(&format!("{name}_count"), "", histogram.count());
    }
}

/// The whole page. A worker that did not answer has only its gauge `juste_prix_worker_up`, at 0.
pub fn page(sources: &Sources, counted: &[Option<Counted>]) -> String {
    let mut page = Page(String::new());
    let there: Vec<&Counted> = counted.iter().flatten().collect();
    let version = [(env!("CARGO_PKG_VERSION"), 1)];
    let head = (
        "juste_prix_build_info",
        Kind::Gauge,
        "The program's version.",
    );
    page.by(head, "version", version);
    connections(&mut page, sources, &there);
    game(&mut page, &there);
    journal(&mut page, sources, &there);
    workers(&mut page, counted);
    page.one(
        "juste_prix_log_lines_lost_total",
        Kind::Counter,
        "Lines of the log that were lost because nobody read them.",
        sources.dispatcher.log().lost(),
    );
    process(&mut page);
    page.0
}

fn sum(there: &[&Counted], of: impl Fn(&Counted) -> u64) -> u64 {
    there.iter().map(|counted| of(counted)).sum()
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

fn connections(page: &mut Page, sources: &Sources, there: &[&Counted]) {
    let tally = sources.dispatcher.accept_counters();
    let came = WAYS.iter().enumerate();
    let came = came.map(|(index, way)| (*way, sum(there, |it| it.counts.came[index])));
    let came = came.chain([("http", read(&tally.http_came))]);
    let head = (
        "juste_prix_connections_total",
        Kind::Counter,
        "Connections that came, by the door they came through.",
    );
    page.by(head, "door", came);
    let open = DIALECTS.iter().enumerate();
    let open = open.map(|(index, way)| (*way, sum(there, |it| it.census.connections[index])));
    let open = open.chain([("http", read(&tally.http))]);
    let head = (
        "juste_prix_open_connections",
        Kind::Gauge,
        "Connections that are open, by how they turned out to talk.",
    );
    page.by(head, "talk", open);
    page.one(
        "juste_prix_blocked_connections",
        Kind::Gauge,
        "Connections whose reader takes nothing at present.",
        sum(there, |it| it.census.blocked),
    );
    page.one(
        "juste_prix_places",
        Kind::Gauge,
        "Connections that the descriptors of this process allow at once.",
        sources.dispatcher.permits().most(),
    );
    page.one(
        "juste_prix_places_taken",
        Kind::Gauge,
        "Places among those that are taken.",
        sources.dispatcher.permits().open(),
    );
    let dropped = [
        ("evicted", sum(there, |it| it.work.evicted)),
        ("unread", sum(there, |it| it.counts.unread)),
        ("http", read(&tally.http_evicted)),
    ];
    let head = (
        "juste_prix_dropped_total",
        Kind::Counter,
        "Connections that the server ended to protect the others, by reason.",
    );
    page.by(head, "why", dropped);
    page.one(
        "juste_prix_accept_shortages_total",
        Kind::Counter,
        "How often nobody could be accepted, for want of a descriptor or of memory.",
        read(&tally.shortages),
    );
}

fn game(page: &mut Page, there: &[&Counted]) {
    let rooms = sum(there, |it| it.census.rooms);
    let help = "Shared rooms that are open.";
    page.one("juste_prix_rooms", Kind::Gauge, help, rooms);
    let seats = [
        ("hall", sum(there, |it| it.census.hall)),
        ("rooms", sum(there, |it| it.census.seats)),
    ];
    let head = (
        "juste_prix_seats",
        Kind::Gauge,
        "Players who are remembered, connected or not.",
    );
    page.by(head, "place", seats);
    let counters = [
        (
            "juste_prix_guesses_total",
            "Guesses that the journal has and that were answered.",
            sum(there, |it| it.counts.guesses),
        ),
        (
            "juste_prix_wins_total",
            "Rounds that somebody won.",
            sum(there, |it| it.counts.wins),
        ),
        (
            "juste_prix_joins_total",
            "Seats that were taken.",
            sum(there, |it| it.counts.joins),
        ),
        (
            "juste_prix_resumes_total",
            "Seats that another connection took over, by a code to resume.",
            sum(there, |it| it.counts.resumes),
        ),
    ];
    for (name, help, value) in counters {
        page.one(name, Kind::Counter, help, value);
    }
    let refused = REASONS.iter().enumerate();
    let refused = refused.map(|(index, why)| (*why, sum(there, |it| it.counts.refused[index])));
    let head = (
        "juste_prix_refusals_total",
        Kind::Counter,
        "Requests that were refused, by reason.",
    );
    page.by(head, "reason", refused);
}

fn journal(page: &mut Page, sources: &Sources, there: &[&Counted]) {
    page.one(
        "juste_prix_journal_up",
        Kind::Gauge,
        "1 while the journal takes entries; 0: nobody is answered any more.",
        u8::from(sources.journal.is_sound()),
    );
    let mut all = Work::default();
    for it in there {
        all.commit.merge(&it.work.commit);
        all.batch.merge(&it.work.batch);
    }
    let head = (
        "juste_prix_journal_commit_seconds",
        "How long a worker's batch waited for its commit.",
    );
    page.histogram(head, &all.commit, 1e6);
    let head = (
        "juste_prix_journal_batch_entries",
        "How many entries a worker's batch had.",
    );
    page.histogram(head, &all.batch, 1.0);
}

/// A gauge's name, its help, and its value for a worker.
type WorkersGauge = (&'static str, &'static str, fn(&Counted) -> u64);

fn workers(page: &mut Page, counted: &[Option<Counted>]) {
    let up = counted.iter().map(|it| u8::from(it.is_some())).enumerate();
    let head = (
        "juste_prix_worker_up",
        Kind::Gauge,
        "1 for a worker that answered in time when this page was made.",
    );
    page.by(head, "worker", up);
    let there = || {
        let there = counted.iter().enumerate();
        there.filter_map(|(worker, it)| Some((worker, it.as_ref()?)))
    };
    let head = (
        "juste_prix_worker_cpu_seconds_total",
        Kind::Counter,
        "Processor time of a worker's thread: its rate is the worker's load.",
    );
    let cpu = there().filter_map(|(worker, it)| Some((worker, it.cpu?.as_secs_f64())));
    page.by(head, "worker", cpu);
    let gauges: [WorkersGauge; 4] = [
        (
            "juste_prix_worker_connections",
            "Connections that a worker has.",
            |it| it.census.connections.iter().sum(),
        ),
        (
            "juste_prix_worker_mail",
            "Messages of other threads that wait for a worker.",
            |it| it.mail as u64,
        ),
        (
            "juste_prix_worker_busy_connections",
            "Connections that wait for another turn, because they have much to say.",
            |it| it.busy as u64,
        ),
        (
            "juste_prix_worker_proposals",
            "Entries that wait for a worker's next batch.",
            |it| it.census.proposals,
        ),
    ];
    for (name, help, of) in gauges {
        let values = there().map(|(worker, it)| (worker, of(it)));
        page.by((name, Kind::Gauge, help), "worker", values);
    }
}

fn process(page: &mut Page) {
    let process = Usage::of_this_process();
    page.known(
        "process_cpu_seconds_total",
        Kind::Counter,
        "Processor time of the whole process.",
        process.cpu,
    );
    page.known(
        "process_resident_memory_bytes",
        Kind::Gauge,
        "Memory of the process that is not swapped out.",
        process.resident,
    );
    page.known(
        "process_start_time_seconds",
        Kind::Gauge,
        "When the process started, in seconds since 1970.",
        process.start,
    );
    page.known(
        "process_open_fds",
        Kind::Gauge,
        "Descriptors that are open.",
        process.descriptors,
    );
    page.known(
        "process_max_fds",
        Kind::Gauge,
        "Descriptors that may be open.",
        os::descriptors::limit(),
    );
}
