//! Puts events into words, for the lines and for the screen.

use std::io::{self, ErrorKind};
use std::time::Duration;

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use super::dump;
use super::event::{Chunk, Count, Disturbance, End, EventKind, Reason, Side, TapEvent, Totals};
use super::marks::{Mark, Why};
use super::trouble::HOLD;
use game::phrases::{Lang, Value, decimal, say};
use os::console::reason;

/// Characters of a message that a sentence quotes.
const QUOTED: usize = 24;
/// The indentation of the lines below an event's first.
const INDENT: &str = "      ";

const DIM: Style = Style::new().add_modifier(Modifier::DIM);
const SURE: Style = Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD);
const SUSPECTED: Style = Style::new().fg(Color::Yellow);
const ON_PURPOSE: Style = Style::new().fg(Color::Blue).add_modifier(Modifier::BOLD);
const BAD: Style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);

/// An event in words.
#[derive(Clone, Debug, Default)]
pub struct Description {
    /// The first line, behind the time; `None` if the event belongs to the one before.
    pub head: Option<Line<'static>>,
    /// The lines below the first.
    pub below: Vec<Line<'static>>,
}

impl Description {
    fn head(text: String, style: Style) -> Description {
        Description {
            head: Some(Line::styled(text, style)),
            below: Vec::new(),
        }
    }

    fn below(line: Line<'static>) -> Description {
        Description {
            head: None,
            below: vec![line],
        }
    }
}

/// All lines of an event, the first behind its time and, if given, its connection's number.
pub fn lines(
    event: &TapEvent,
    connection: Option<u32>,
    told: Description,
    lang: Lang,
) -> Vec<Line<'static>> {
    let mut lines = Vec::with_capacity(1 + told.below.len());
    if let Some(head) = told.head {
        lines.push(behind_time(connection, event.at, head, lang));
    }
    lines.extend(told.below);
    lines
}

/// A line behind its time and, if given, its connection's number.
pub fn behind_time(
    connection: Option<u32>,
    at: Duration,
    line: Line<'static>,
    lang: Lang,
) -> Line<'static> {
    let mut spans = Vec::with_capacity(line.spans.len() + 2);
    spans.extend(connection.map(|number| Span::raw(format!("#{number:<3}"))));
    let time = decimal(lang, at.as_secs_f64(), 3);
    spans.push(Span::styled(format!("{time:>8} s  "), DIM));
    let style = line.style;
    spans.extend(line.spans.into_iter().map(|span| span.patch_style(style)));
    Line::from(spans)
}

/// The colour of a side wherever it is named.
pub fn colour(side: Side) -> Style {
    match side {
        Side::Client => Style::new().fg(Color::Cyan),
        Side::Server => Style::new().fg(Color::Magenta),
    }
}

/// Puts an event into words, with `row` bytes in a row of a dump.
pub fn describe(kind: &EventKind, row: usize, lang: Lang) -> Description {
    let say = |id: &str, args: &[(&str, Value<'_>)]| say(lang, id, args);
    let plain = Style::new();
    match kind {
        EventKind::Opened { client, .. } => {
            let client = client.to_string().into();
            Description::head(say("tap-opened", &[("client", client)]), plain)
        }
        EventKind::Reached(ends) => {
            let server = ends.server.to_string().into();
            Description::head(say("tap-reached", &[("server", server)]), plain)
        }
        EventKind::Unreached { server, reason } => {
            let id = match io::Error::from(*reason).kind() {
                ErrorKind::ConnectionRefused => "tap-refused",
                _ => "tap-unreached",
            };
            let server = server.to_string().into();
            let args = [("server", server), ("reason", why(*reason, lang).into())];
            Description::head(say(id, &args), BAD)
        }
        EventKind::Chunk(chunk) => Description {
            head: Some(heading(chunk, lang)),
            below: below(chunk, row, lang),
        },
        EventKind::Glued { from, unread } => {
            let id = match from {
                Side::Client => "tap-glued-server",
                Side::Server => "tap-glued-client",
            };
            let text = say(id, &[("bytes", (*unread).into())]);
            Description::below(note(true, &text, lang))
        }
        EventKind::Trouble { did, .. } => {
            let text = format!("{INDENT}✂ {}", trouble(did, lang));
            Description::below(Line::styled(text, ON_PURPOSE))
        }
        EventKind::Finished(Side::Client) => {
            Description::head(say("tap-finished-client", &[]), DIM)
        }
        EventKind::Finished(Side::Server) => {
            Description::head(say("tap-finished-server", &[]), DIM)
        }
        EventKind::Closed(totals) => closed(totals, lang),
        EventKind::CaptureFailed => Description::head(say("tap-capture-failed", &[]), BAD),
        EventKind::Full => Description::head(say("tap-full", &[]), BAD),
    }
}

/// A time in seconds with `places` decimals.
pub fn seconds(time: Duration, places: usize, lang: Lang) -> String {
    format!("{} s", decimal(lang, time.as_secs_f64(), places))
}

/// Joins sentences into one.
pub fn list(first: String, more: Vec<String>, lang: Lang) -> String {
    more.into_iter().fold(first, |first, next| {
        let args = [("first", first.into()), ("next", next.into())];
        say(lang, "tap-and", &args)
    })
}

/// A number of bytes: `3 octets`.
pub fn bytes(count: u64, lang: Lang) -> String {
    say(lang, "tap-bytes", &[("bytes", count.into())])
}

/// The two parts of `21 octets en 7 morceaux`.
fn counted(count: Count, lang: Lang) -> [Value<'static>; 2] {
    let chunks = say(lang, "tap-chunks", &[("chunks", count.chunks.into())]);
    [bytes(count.bytes, lang).into(), chunks.into()]
}

fn why(error: Reason, lang: Lang) -> String {
    reason(&error.into(), lang)
}

/// A side's name.
pub fn name(side: Side, lang: Lang) -> String {
    match side {
        Side::Client => say(lang, "tap-client", &[]),
        Side::Server => say(lang, "tap-server", &[]),
    }
}

fn heading(chunk: &Chunk, lang: Lang) -> Line<'static> {
    let way = match chunk.from {
        Side::Client => "tap-from-client",
        Side::Server => "tap-from-server",
    };
    let size = bytes(chunk.size as u64, lang);
    let mut spans = vec![
        Span::styled(say(lang, way, &[]), colour(chunk.from)),
        Span::raw(format!("  {size}")),
    ];
    if let Some((side, gap)) = chunk.after {
        let id = if side == chunk.from {
            "tap-after-own"
        } else {
            "tap-after-wait"
        };
        let time = seconds(gap, 3, lang).into();
        let after = say(lang, id, &[("time", time)]);
        spans.push(Span::styled(format!(", {after}"), DIM));
    }
    Line::from(spans)
}

fn below(chunk: &Chunk, row: usize, lang: Lang) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    lines.extend(skipped(chunk.skipped, lang));
    lines.extend(dump::rows(&chunk.begun, &chunk.bytes, row));
    let more = chunk.size - chunk.bytes.len();
    if more > 0 {
        let more = say(lang, "tap-more", &[("bytes", more.into())]);
        lines.push(Line::styled(format!("{INDENT}{more}"), DIM));
    }
    for mark in &chunk.marks {
        let text = sentence(mark, &chunk.bytes, chunk.from, lang);
        lines.push(note(mark.is_sure(), &text, lang));
    }
    lines
}

fn skipped(count: Count, lang: Lang) -> Option<Line<'static>> {
    let [bytes, chunks] = counted(count, lang);
    let text = say(lang, "tap-skipped", &[("bytes", bytes), ("chunks", chunks)]);
    (count.chunks > 0).then(|| Line::styled(format!("{INDENT}{text}"), SURE))
}

/// A line about a merge or a split.
fn note(sure: bool, text: &str, lang: Lang) -> Line<'static> {
    let (id, sign, style) = if sure {
        ("tap-sure", '▲', SURE)
    } else {
        ("tap-suspected", '?', SUSPECTED)
    };
    let text = say(lang, id, &[("text", text.into())]);
    Line::styled(format!("{INDENT}{sign} {text}"), style)
}

/// The capture's comment on a chunk with these marks.
pub fn comment(marks: &[Mark], bytes: &[u8], from: Side, lang: Lang) -> String {
    let sentences = marks.iter().map(|mark| {
        let id = if mark.is_sure() {
            "tap-sure"
        } else {
            "tap-suspected"
        };
        let text = sentence(mark, bytes, from, lang);
        say(lang, id, &[("text", text.into())])
    });
    sentences.collect::<Vec<_>>().join("\n")
}

fn sentence(mark: &Mark, bytes: &[u8], from: Side, lang: Lang) -> String {
    let say = |id: &str, args: &[(&str, Value<'_>)]| say(lang, id, args);
    match mark {
        Mark::Sends { count, .. } => {
            let side = name(from, lang).into();
            say(
                "tap-mark-sends",
                &[("count", (*count).into()), ("side", side)],
            )
        }
        Mark::Rest => say("tap-mark-rest", &[]),
        Mark::CutCharacter => say("tap-mark-cut-character", &[]),
        Mark::CharacterEnds(c) => {
            let character = c.to_string().into();
            say("tap-mark-character-ends", &[("character", character)])
        }
        Mark::LooksGlued { first, why } => {
            let id = match why {
                Why::SeenAlone => "tap-mark-seen-alone",
                Why::Lines => "tap-mark-lines",
                Why::LongNumber => "tap-mark-long-number",
                Why::Capital => "tap-mark-capital",
            };
            let (first, rest) = bytes.split_at((*first).min(bytes.len()));
            let [first, rest] = [first, rest].map(|part| dump::text(part, QUOTED));
            say(id, &[("first", first.into()), ("rest", rest.into())])
        }
        Mark::SoonAfter => say("tap-mark-soon-after", &[]),
        Mark::NoNewline => say("tap-mark-no-newline", &[]),
        Mark::OverLesson => say("tap-mark-over-lesson", &[]),
    }
}

/// What the simulated bad network did.
pub fn trouble(did: &Disturbance, lang: Lang) -> String {
    let millis = |time: Duration| Value::from(time.as_millis() as u64);
    let text = match did {
        Disturbance::Split { pieces, pause } => {
            let args = [
                ("count", pieces.len().into()),
                ("pieces", sizes(pieces).into()),
                ("pause", millis(*pause)),
            ];
            say(lang, "tap-did-split", &args)
        }
        Disturbance::Held { chunks: 1, .. } => {
            say(lang, "tap-did-held-alone", &[("pause", millis(HOLD))])
        }
        Disturbance::Held { bytes, .. } => say(lang, "tap-did-held", &[("bytes", (*bytes).into())]),
        Disturbance::Late(delay) => say(lang, "tap-did-late", &[("pause", millis(*delay))]),
        Disturbance::Reset { after } => say(lang, "tap-did-reset", &[("bytes", (*after).into())]),
    };
    say(lang, "tap-on-purpose", &[("text", text.into())])
}

/// Sizes as a sum: `3 + 7`, or `16 × 1 + 117` for many of one size.
fn sizes(pieces: &[usize]) -> String {
    let same = pieces.chunk_by(|a, b| a == b);
    let sizes = same.map(|run| match run.len() {
        1 => run[0].to_string(),
        count => format!("{count} × {}", run[0]),
    });
    sizes.collect::<Vec<_>>().join(" + ")
}

fn closed(totals: &Totals, lang: Lang) -> Description {
    let (id, lost, style) = match totals.end {
        End::Finished => ("tap-closed", None, Style::new()),
        End::Reset(Side::Client) => ("tap-reset-client", None, BAD),
        End::Reset(Side::Server) => ("tap-reset-server", None, BAD),
        End::Lost(Side::Client, why) => ("tap-lost-client", Some(why), BAD),
        End::Lost(Side::Server, why) => ("tap-lost-server", Some(why), BAD),
        End::Trouble => ("tap-reset-on-purpose", None, ON_PURPOSE),
        End::Stopped => ("tap-stopped", None, Style::new()),
    };
    let mut args = vec![("time", seconds(totals.lasted, 1, lang).into())];
    args.extend(lost.map(|lost| ("reason", why(lost, lang).into())));
    let mut told = Description::head(say(lang, id, &args), style);
    told.below.extend(skipped(totals.skipped, lang));
    let text = format!("{INDENT}{}", sums(totals.client, totals.server, lang));
    told.below.push(Line::styled(text, DIM));
    told
}

fn sums(client: Count, server: Count, lang: Lang) -> String {
    let [client_bytes, client_chunks] = counted(client, lang);
    let [server_bytes, server_chunks] = counted(server, lang);
    let args = [
        ("client-bytes", client_bytes),
        ("client-chunks", client_chunks),
        ("server-bytes", server_bytes),
        ("server-chunks", server_chunks),
    ];
    say(lang, "tap-totals", &args)
}
