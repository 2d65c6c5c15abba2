//! `--json`: one object a line, for programs. `docs/tap.md` describes each.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::event::{Chunk, Count, Disturbance, End, EventKind, Side, TapEvent, Totals};
use super::marks::{Mark, Why};
use super::queue::{EventReceiver, Next};
use super::shared::{Clock, Sums};
use game::visible;
use os::endpoint::Target;

/// The first line: where the relay listens, and for which server.
pub fn listening(
    addresses: &[SocketAddr],
    target: &Target,
    pcap: Option<&Path>,
    trouble: Option<u64>,
    clock: Clock,
) -> String {
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let pcap = pcap.map(|file| file.display().to_string());
    let line = json!({
        "event": "listening", "time": time(clock.wall(Duration::ZERO)), "addresses": addresses,
        "target": target.to_string(), "pcap": pcap, "trouble": trouble,
    });
    line.to_string()
}

/// The last line: the sums of all connections.
pub fn stopped(sums: &Sums, packets: Option<u64>, lost: u64, clock: Clock) -> String {
    let line = json!({
        "event": "stopped", "time": time(clock.wall(clock.elapsed())),
        "connections": sums.connections, "client": count(sums.client),
        "server": count(sums.server), "packets": packets, "lost": lost,
    });
    line.to_string()
}

/// Writes a line for each event until no more will come.
///
/// # Errors
///
/// Standard output could not be written.
pub fn show(events: &EventReceiver, clock: Clock) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    loop {
        let next = match events.next(Duration::ZERO) {
            Next::Quiet => {
                out.flush()?;
                // Nothing else to do meanwhile.
                events.next(Duration::from_secs(3600))
            }
            next => next,
        };
        match next {
            Next::Event(event) => {
                writeln!(out, "{}", visible::json(&object(&event, clock).to_string()))?
            }
            Next::Quiet => {}
            Next::Over => return out.flush(),
        }
    }
}

fn object(event: &TapEvent, clock: Clock) -> Value {
    let mut object = match &event.kind {
        EventKind::Opened { client, here } => json!({
            "event": "opened", "client": client.to_string(), "relay": here.to_string(),
        }),
        EventKind::Reached(ends) => json!({
            "event": "reached", "server": ends.server.to_string(),
            "relay": ends.facing_server.to_string(),
        }),
        EventKind::Unreached { server, reason } => {
            let error = io::Error::from(*reason);
            let refused = error.kind() == io::ErrorKind::ConnectionRefused;
            json!({
                "event": "unreached", "server": server.to_string(), "refused": refused,
                "reason": error.to_string(),
            })
        }
        EventKind::Chunk(it) => chunk(it),
        EventKind::Glued { from, unread } => json!({
            "event": "glued", "from": side(*from), "unread": unread,
        }),
        EventKind::Trouble { from, did } => trouble(*from, did),
        EventKind::Finished(from) => json!({"event": "finished", "from": side(*from)}),
        EventKind::Closed(totals) => closed(totals),
        EventKind::CaptureFailed => json!({"event": "capture-failed"}),
        EventKind::Full => json!({"event": "full"}),
    };
    object["connection"] = event.connection.into();
    object["time"] = time(clock.wall(event.at));
    object
}

/// Seconds since 1970, with microseconds.
fn time(wall: Duration) -> Value {
    let micros = wall.as_micros() as f64;
    json!(micros / 1e6)
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

fn count(count: Count) -> Value {
    json!({"chunks": count.chunks, "bytes": count.bytes})
}

fn chunk(chunk: &Chunk) -> Value {
    let mut hex = String::with_capacity(2 * chunk.bytes.len());
    for byte in &chunk.bytes {
        let _ = write!(hex, "{byte:02x}");
    }
    json!({
        "event": "chunk", "from": side(chunk.from), "number": chunk.number,
        "position": chunk.position, "size": chunk.size, "hex": hex,
        "text": std::str::from_utf8(&chunk.bytes).ok(),
        "previous": chunk.after.map(|(from, _)| side(from)),
        "after": chunk.after.map(|(_, gap)| gap.as_secs_f64()),
        "turn": side(chunk.from.other()),
        "marks": chunk.marks.iter().map(mark).collect::<Vec<_>>(),
        "skipped": count(chunk.skipped),
    })
}

fn mark(mark: &Mark) -> Value {
    let mut object = match mark {
        Mark::Sends { count, .. } => json!({"mark": "sends", "count": count}),
        Mark::Rest => json!({"mark": "rest"}),
        Mark::CutCharacter => json!({"mark": "cut-character"}),
        Mark::CharacterEnds(c) => json!({"mark": "character-ends", "character": c}),
        Mark::LooksGlued { first, why } => {
            let why = match why {
                Why::SeenAlone => "seen-alone",
                Why::Lines => "lines",
                Why::LongNumber => "long-number",
                Why::Capital => "capital",
            };
            json!({"mark": "looks-glued", "first": first, "why": why})
        }
        Mark::SoonAfter => json!({"mark": "soon-after"}),
        Mark::NoNewline => json!({"mark": "no-newline"}),
        Mark::OverLesson => json!({"mark": "over-1024"}),
    };
    object["sure"] = mark.is_sure().into();
    object
}

fn trouble(from: Side, did: &Disturbance) -> Value {
    let millis = |time: &Duration| time.as_millis() as u64;
    let mut object = match did {
        Disturbance::Split { pieces, pause } => {
            json!({"did": "split", "pieces": pieces, "pause_ms": millis(pause)})
        }
        Disturbance::Held { chunks, bytes } => {
            json!({"did": "held", "chunks": chunks, "bytes": bytes})
        }
        Disturbance::Late(delay) => json!({"did": "late", "delay_ms": millis(delay)}),
        Disturbance::Reset { after } => json!({"did": "reset", "after": after}),
    };
    object["event"] = "trouble".into();
    object["from"] = side(from).into();
    object
}

fn closed(totals: &Totals) -> Value {
    let (end, by) = match totals.end {
        End::Finished => ("finished", None),
        End::Reset(by) => ("reset", Some(by)),
        End::Lost(by, _) => ("lost", Some(by)),
        End::Trouble => ("trouble", None),
        End::Stopped => ("stopped", None),
    };
    json!({
        "event": "closed", "end": end, "by": by.map(side),
        "lasted": totals.lasted.as_secs_f64(), "client": count(totals.client),
        "server": count(totals.server), "skipped": count(totals.skipped),
    })
}
