//! A report as one JSON document. Names only ever get added; `docs/check.md` has them all.

use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::events;
use super::report::{Finding, Report, Verdict};
use super::text;
use crate::escape::escape;
use crate::program::Ended;
use crate::trace::{Closing, Event, Moment};
use game::phrases::{Lang, say};

/// The document.
pub fn document(report: &Report, lang: Lang) -> Value {
    let count = |verdict| report.with(verdict).count();
    json!({
        "version": 1,
        "side": report.side.id(),
        "kind": report.kind,
        "subject": report.subject,
        "lang": lang.tag(),
        "summary": text::summary(report, lang),
        "next": report.next().map(|finding| finding.check.id()),
        "passed": count(Verdict::Passed),
        "failed": count(Verdict::Failed),
        "not_examined": count(Verdict::NotExamined),
        "seconds": report.took.as_secs_f64(),
        "facts": report.facts.iter().map(|fact| fact.say(lang)).collect::<Vec<_>>(),
        "profile": report.profile,
        "rests_on": report.rests_on,
        "checks": report.findings.iter().map(|it| finding(it, lang)).collect::<Vec<_>>(),
    })
}

/// A report as a page shows it: in the words, the order and the detail of the text.
pub fn view(report: &Report, lang: Lang) -> Value {
    json!({
        "title": text::title(report, lang),
        "summary": text::summary(report, lang),
        "sound": report.is_sound(),
        "facts": report.facts.iter().map(|fact| fact.say(lang)).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(|it| shown(it, lang)).collect::<Vec<_>>(),
    })
}

/// What one check found, as a page shows it.
pub fn shown(finding: &Finding, lang: Lang) -> Value {
    let hint = finding.hint().map(|hint| {
        let said = ("hint", hint.said.say(lang).into());
        json!({ "sentence": say(lang, "check-hint", &[said]), "code": hint.code })
    });
    let trace = finding.trace.as_deref();
    let trace = trace.filter(|_| finding.verdict() == Verdict::Failed);
    let (before, moments) = trace.map_or((0, Vec::new()), |trace| events::lines(trace, lang));
    let before = (before > 0).then(|| say(lang, "check-before", &[("count", before.into())]));
    let moments = moments.into_iter().map(|moment| {
        let (time, text) = (moment.time, moment.text);
        json!([time, text])
    });
    json!({
        "id": finding.check.id(),
        "title": say(lang, finding.check.title(), &[]),
        "in_the_way": finding.is_in_the_way(),
        "verdict": finding.verdict().id(),
        "word": text::word(finding.verdict(), lang),
        "sentence": finding.said().say(lang),
        "place": finding.place.as_ref().map(|place| text::place(place).say(lang)),
        "line": finding.place.as_ref().map(|place| place.line),
        "hint": hint,
        "before": before,
        "moments": moments.collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding, lang: Lang) -> Value {
    let trace = finding.trace.as_deref();
    let moments = trace.map(events::joined).unwrap_or_default();
    json!({
        "id": finding.check.id(),
        "title": say(lang, finding.check.title(), &[]),
        "verdict": finding.verdict().id(),
        "found": finding.said().id,
        "sentence": finding.said().say(lang),
        "hint": finding.hint().map(|hint| json!({
            "sentence": hint.said.say(lang),
            "python": hint.python,
            "code": hint.code,
        })),
        "place": finding.place.as_ref().map(|place| json!({
            "file": place.file,
            "line": place.line,
            "text": place.text,
        })),
        "evidence": moments.iter().map(|it| moment(it, lang)).collect::<Vec<_>>(),
    })
}

/// One moment: when, what, and what goes with it.
fn moment(moment: &Moment, lang: Lang) -> Value {
    let mut value = match &moment.event {
        Event::Started => json!({ "event": "started" }),
        Event::Typed(line) => json!({ "event": "typed", "text": line }),
        Event::Printed(bytes) => with_bytes("printed", bytes),
        Event::Looked(waits) => json!({ "event": "looked", "text": waits.sentence().say(lang) }),
        Event::Interrupted => json!({ "event": "interrupted" }),
        Event::Ended(ended) => {
            let text = events::ended(*ended).say(lang);
            match ended {
                Ended::Status(status) => {
                    json!({ "event": "ended", "text": text, "status": status })
                }
                Ended::Signal(signal) => {
                    json!({ "event": "ended", "text": text, "signal": signal })
                }
                Ended::Beyond(_) => json!({ "event": "ended", "text": text }),
            }
        }
        Event::Stopped => json!({ "event": "stopped" }),
        Event::Connected(link) => json!({ "event": "connected", "link": link }),
        Event::Sent(link, bytes) => with_link(*link, with_bytes("sent", bytes)),
        Event::Received(link, bytes) => with_link(*link, with_bytes("received", bytes)),
        Event::ClosedHere(link) => json!({ "event": "closed_here", "link": link }),
        Event::Finished(link) => json!({ "event": "finished_here", "link": link }),
        Event::Cut(link) => json!({ "event": "reset_here", "link": link }),
        Event::ClosedThere(link, Closing::Closed) => {
            json!({ "event": "closed_there", "link": link })
        }
        Event::ClosedThere(link, Closing::Reset) => {
            json!({ "event": "reset_there", "link": link })
        }
    };
    value["ms"] = json!(moment.at.as_secs_f64() * 1000.0);
    value
}

fn with_bytes(event: &str, bytes: &[u8]) -> Value {
    json!({ "event": event, "text": escape(bytes), "hex": HEXLOWER.encode(bytes) })
}

fn with_link(link: usize, mut value: Value) -> Value {
    value["link"] = json!(link);
    value
}
