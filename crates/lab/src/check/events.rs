//! The evidence in words: one line a moment, with its time.

use crate::escape::escape;
use crate::program::{Bound, Ended};
use crate::sentence::Sentence;
use crate::trace::{Closing, Event, Moment, Trace};
use game::phrases::{Lang, decimal};

/// Moments that a report shows of one finding: the last ones tell where it went wrong.
const SHOWN: usize = 14;

/// A moment in words.
#[derive(Debug)]
pub struct Line {
    /// Seconds since the beginning, to the millisecond.
    pub time: String,
    /// What happened.
    pub text: String,
}

/// The last moments of a trace, and how many came before them.
pub fn lines(trace: &Trace, lang: Lang) -> (usize, Vec<Line>) {
    let moments = joined(trace);
    let before = moments.len().saturating_sub(SHOWN);
    let shown = moments.iter().skip(before).map(|moment| Line {
        time: decimal(lang, moment.at.as_secs_f64(), 3),
        text: sentence(&moment.event).say(lang),
    });
    (before, shown.collect())
}

/// The moments, with what was printed in several writes as one.
pub fn joined(trace: &Trace) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    for moment in &trace.moments {
        if let Event::Printed(more) = &moment.event
            && let Some(Event::Printed(text)) = moments.last_mut().map(|last| &mut last.event)
        {
            text.extend_from_slice(more);
            continue;
        }
        moments.push(moment.clone());
    }
    moments
}

/// What happened, as a sentence.
fn sentence(event: &Event) -> Sentence {
    let bytes = |id, link: &usize, bytes: &[u8]| {
        let link = Sentence::new(id).text("link", link.to_string());
        link.text("bytes", escape(bytes))
    };
    let link = |id, link: &usize| Sentence::new(id).text("link", link.to_string());
    match event {
        Event::Started => Sentence::new("event-started"),
        Event::Typed(line) => Sentence::new("event-typed").bytes("line", line.as_bytes()),
        Event::Printed(text) => Sentence::new("event-printed").bytes("bytes", text),
        Event::Looked(waits) => Sentence::new("event-looked").said("waits", waits.sentence()),
        Event::Interrupted => Sentence::new("event-interrupted"),
        Event::Ended(ended) => Sentence::new("event-ended").said("how", self::ended(*ended)),
        Event::Stopped => Sentence::new("event-stopped"),
        Event::Connected(it) => link("event-connected", it),
        Event::Sent(it, sent) => bytes("event-sent", it, sent),
        Event::Received(it, received) => bytes("event-received", it, received),
        Event::ClosedHere(it) => link("event-closed-here", it),
        Event::Finished(it) => link("event-finished-here", it),
        Event::Cut(it) => link("event-cut-here", it),
        Event::ClosedThere(it, Closing::Closed) => link("event-closed-there", it),
        Event::ClosedThere(it, Closing::Reset) => link("event-reset-there", it),
    }
}

/// How a program ended, behind « ton programme ».
pub fn ended(ended: Ended) -> Sentence {
    match ended {
        Ended::Status(status) => Sentence::new("ended-status").text("status", status.to_string()),
        Ended::Signal(11) => Sentence::new("ended-segfault"),
        Ended::Signal(signal) => Sentence::new("ended-signal").text("signal", signal.to_string()),
        Ended::Beyond(Bound::Output) => Sentence::new("ended-output"),
        Ended::Beyond(Bound::Memory) => Sentence::new("ended-memory"),
        Ended::Beyond(Bound::Processes) => Sentence::new("ended-processes"),
    }
}
